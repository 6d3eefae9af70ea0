"""Clues in numbers: by rule, source and area; persons apart from clues; how long it took."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, BigIntegerField, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce

from zerentian.exchange.models import Clue
from zerentian.exchange.queries.clues import in_reach
from zerentian.kernel.scope import Level, Scope, level_of


class _Median(Aggregate):
    """The middle of the values, between the two middle ones where their number is even."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clues of a group there are, by how far they have come; `took` is the median from raised to settled."""

    key: Any
    clues: int
    persons: int
    open: int
    late: int
    confirmed: int
    explained: int
    wrong_data: int
    changed: int
    took: timedelta | None = None

    @property
    def days(self) -> float | None:
        """The median in days; None where nothing is settled."""
        return None if self.took is None else round(self.took / timedelta(days=1), 1)

    @property
    def answered(self) -> int:
        """Those that ended with any conclusion."""
        return self.confirmed + self.explained + self.wrong_data + self.changed

    @property
    def false_share(self) -> float | None:
        """The share of wrong data among the answered, in percent; None where nothing is answered."""
        return 100 * self.wrong_data / self.answered if self.answered else None

    @property
    def true_share(self) -> float | None:
        """The share of the confirmed among the answered, in percent; None where nothing is answered."""
        return 100 * self.confirmed / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Span:
    """Which clues are counted: those of an area, raised from a day to a day, of one source or of some."""

    area: int | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""
    sources: tuple[str, ...] | None = None  # None: of all


def counted(scope: Scope, span: Span) -> QuerySet[Clue]:
    """The clues of the scope that are counted."""
    rows = in_reach(scope)
    if span.area:
        rows = rows.inside(span.area)  # type: ignore[attr-defined]
    if span.since:
        rows = rows.filter(raised_on__gte=span.since)
    if span.until:
        rows = rows.filter(raised_on__lte=span.until)
    if span.sources is not None:
        rows = rows.filter(source__in=span.sources)
    return rows.filter(source=span.source) if span.source else rows


def tallies(scope: Scope, by: str, today: date, span: Span | None = None) -> list[Tally]:
    """Clues by `rule`, `source` or `division`; persons counted apart from clues, for one person can meet several rules."""
    found = counted(scope, span or Span()).values(by).annotate(**_sums(today))
    return sorted((Tally(row.pop(by), **row) for row in found), key=lambda one: (-one.clues, str(one.key)))


def whole(scope: Scope, today: date, span: Span | None = None) -> Tally:
    """All clues together."""
    return Tally("", **counted(scope, span or Span()).aggregate(**_sums(today)))


def places(scope: Scope, area: int, today: date, span: Span | None = None) -> list[Tally]:
    """Clues by the areas one level below `area`, each counted for itself, so that medians and persons hold."""
    level = Level(min(Level.VILLAGE, level_of(area) + 1))
    below = ExpressionWrapper(F("division") / level.span * level.span, output_field=BigIntegerField())
    found = counted(scope, span or Span()).annotate(place=below).values("place").annotate(**_sums(today))
    rows = [Tally(row.pop("place"), **row) for row in found]
    return sorted(rows, key=lambda one: (-one.clues, one.key))


def _sums(today: date) -> dict[str, Any]:
    settled = Q(state="settled")
    took = F("settled_on") - Coalesce(F("reopened_on"), F("raised_on"))
    return {
        "clues": Count("id"), "persons": Count(Coalesce("person_id", -F("household_id")), distinct=True),
        "open": Count("id", filter=~settled), "late": Count("id", filter=~settled & Q(due_on__lt=today)),
        **{key: Count("id", filter=settled & Q(conclusion=key)) for key in Clue.Conclusion.values},
        "took": _Median(took, filter=settled),
    }  # fmt: skip
