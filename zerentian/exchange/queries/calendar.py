"""Which delivery is owed when, and which one came; which files were destroyed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, DeliveryTerm, Destruction
from zerentian.exchange.rules.sources import Source, Term
from zerentian.kernel.actor import Actor
from zerentian.kernel.scope import Level, chain_of, level_of


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One delivery that is owed, the area that owes it, and the one that came."""

    source: Source
    division: int
    term: Term
    delivery: Delivery | None
    came_on: date | None
    today: date

    @property
    def state(self) -> str:
        """came, came_late, late or open."""
        if self.delivery is not None:
            return "came_late" if self.came_on and self.came_on > self.term.due_on else "came"
        return "late" if self.term.due_on < self.today else "open"


def calendar(by: Actor, today: date) -> list[CalendarLine]:
    """What the actor's sources owe since the beginning of last year, what is due first at the end."""
    since, found = date(today.year - 1, 1, 1), []
    for source in queries.visible_sources(by):
        for place in _owing(by, source):
            for term, came in queries.terms_of(source, place, since, today):
                on = timezone.localdate(came.delivered_at) if came else None
                found.append(CalendarLine(source, place, term, came, on, today))
    return sorted(found, key=lambda line: (line.term.due_on, line.source.id), reverse=True)


def _owing(by: Actor, source: Source) -> list[int]:
    """The areas whose deliveries of a source concern the actor: his own or the one above; below him, those that owe it."""
    level = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY}[source.file.level]
    above = [code for code in (chain_of(by.division) if by.division else ()) if level_of(code) is level]
    if above:
        return above
    terms: Any = DeliveryTerm.objects.within(by.scope).filter(source=source.id)
    return list(terms.order_by("division").values_list("division", flat=True).distinct())


def destructions(by: Actor) -> QuerySet[Destruction]:
    """What was destroyed of the deliveries that the actor may see, the latest first."""
    rows: QuerySet[Destruction] = Destruction.objects.filter(delivery__in=queries.deliveries(by).order_by())
    return rows.select_related("delivery").order_by("-id")
