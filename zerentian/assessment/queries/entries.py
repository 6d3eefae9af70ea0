"""Reads of entries: lists, one body's duties, one duty's bodies, one entry with everything behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from zerentian.assessment.models import BodyStanding, Dispute, Entry, EntryChange
from zerentian.assessment.queries.boards import Filter, chapters
from zerentian.assessment.queries.periods import ledger_day, shown_periods
from zerentian.assessment.queries.words import figure_text, next_action, reason_text, target_text
from zerentian.kernel.actor import Actor
from zerentian.kernel.scope import range_of
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.duties import Duty, Requirement
from zerentian.rulebook.rules.measures import Measure
from zerentian.territory import queries as territory

# Disputes that are not settled: one at a time an entry.
HELD = ("open", "upheld")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its words, as lists show it."""

    entry: Entry
    body_name: str
    place: str
    duty: Duty | None
    measure: Measure | None

    @property
    def title(self) -> str:
        """The duty's title in the reader's language."""
        return rulebook.spoken(self.duty, "title") if self.duty else self.entry.duty

    @property
    def measure_title(self) -> str:
        """What the measure is called, also where there are no records for it yet."""
        return rulebook.measure_title(self.entry.measure)

    @property
    def value(self) -> str:
        """The figure as text."""
        return figure_text(self.entry.value, self.entry.unit, self.entry.op)

    @property
    def target(self) -> str:
        """The target as text."""
        return target_text(self.entry)

    @property
    def reason(self) -> str:
        """Why it stands so."""
        return reason_text(self.entry)

    @property
    def action(self) -> str:
        """What to do next."""
        return next_action(self.entry)


def entries_in(code: int, wanted: Filter) -> QuerySet[Entry]:
    """The entries of all bodies of an area, the worst first."""
    own = range_of(code)
    rows = Entry.objects.filter(
        division__gte=own.lo, division__lt=own.hi, period__in=shown_periods(wanted.year)
    ).exclude(reason="gone")
    if wanted.status == "red":
        rows = rows.filter(rank__lte=2)
    elif wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.kind:
        rows = rows.filter(body_kind=wanted.kind)
    if wanted.duty:
        rows = rows.filter(duty=wanted.duty)
    if wanted.chapter is not None:
        first, last = next((c["articles"] for c in chapters() if c["number"] == wanted.chapter), (0, 0))
        rows = rows.filter(article__gte=first, article__lte=last)
    if wanted.name:
        named = BodyStanding.objects.filter(
            year=wanted.year, name__contains=wanted.name, division__gte=own.lo, division__lt=own.hi
        )
        rows = rows.filter(body__in=named.values("body"))
    return rows.order_by("rank", "division", "id")


def lines(entries: Sequence[Entry]) -> list[Line]:
    """Entries with the names and titles that lists show."""
    places = territory.names({e.division for e in entries})
    names = dict(BodyStanding.objects.filter(body__in={e.body for e in entries}).values_list("body", "name"))
    known = rulebook.measures()
    areas = {e.division for e in entries}
    duties = {d.id: d for d in rulebook.duties()}
    if any(e.duty not in duties for e in entries):
        for area in areas:
            duties = {d.id: d for d in rulebook.duties(area)} | duties
    return [
        Line(e, names.get(e.body, f"#{e.body}"), places.get(e.division, ""), duties.get(e.duty), known.get(e.measure))
        for e in entries
    ]


def entries_of_body(body: int, year: int) -> list[Line]:
    """Everything that a body answers for in a year, the worst first."""
    rows = Entry.objects.filter(body=body, period__in=shown_periods(year)).exclude(reason="gone")
    return lines(list(rows.order_by("rank", "article", "duty", "requirement")))


def own_standing(actor: Actor) -> BodyStanding | None:
    """How the actor's own body stands this year: the body of the post, else the main body of the area."""
    own = BodyStanding.objects.filter(year=ledger_day().year)
    found = own.filter(body=actor.body_id).first() if actor.body_id else None
    if found is None and actor.division is not None:
        found = own.filter(division=actor.division, kind__in=("party_government", "village_committee")).first()
    return found


def distribution(duty: str, code: int, year: int) -> list[tuple[int, str, int]]:
    """(level, status, how many bodies) of a duty in an area; a body stands where its worst requirement stands."""
    own = range_of(code)
    rows = Entry.objects.filter(
        duty=duty, period__in=shown_periods(year), division__gte=own.lo, division__lt=own.hi
    ).exclude(reason="gone")
    worst = rows.order_by("body", "rank", "id").distinct("body").values("pk")
    counted = Entry.objects.filter(pk__in=worst).values_list("body_level", "status").annotate(n=Count("id"))
    return list(counted.order_by("body_level", "status"))


@dataclass(frozen=True, slots=True)
class Detail:
    """One entry with its duty and requirement as they stand in its area, history, disputes and other periods."""

    line: Line
    requirement: Requirement | None
    changes: list[EntryChange]
    disputes: list[Dispute]
    others: list[Entry]
    siblings: list[Line]


def entry_detail(entry: Entry) -> Detail:
    """Everything known of an entry but the rows behind it."""
    (line,) = lines([entry])
    local = {d.id: d for d in rulebook.duties(entry.division)}
    duty = local.get(entry.duty, line.duty)
    line = Line(entry, line.body_name, line.place, duty, line.measure)
    requirements = duty.requirements if duty else ()
    same = Entry.objects.filter(body=entry.body, duty=entry.duty)
    return Detail(
        line,
        requirements[entry.requirement] if entry.requirement < len(requirements) else None,
        list(EntryChange.objects.filter(entry_id=entry.pk).order_by("-id")[:50]),
        list(Dispute.objects.filter(entry=entry).order_by("-id")),
        list(same.filter(requirement=entry.requirement).exclude(pk=entry.pk).order_by("-period")[:12]),
        lines(list(same.filter(period=entry.period).exclude(pk=entry.pk).order_by("requirement"))),
    )


def parameters_of(measure: Measure, division: int) -> list[dict[str, Any]]:
    """The policy numbers in a measure: name, value today, source."""
    found = []
    for name, key in measure.parameters:
        try:
            history = rulebook.parameter_history(key)
            value = rulebook.parameter(key, division)
        except KeyError:
            continue
        source = next((v.source for v in reversed(history.values) if v.value == value), "")
        found.append(
            {
                "name": name,
                "key": key,
                "title": rulebook.spoken(history, "title"),
                "value": value,
                "source": rulebook.source_words(source),
            }
        )
    return found
