"""The calendar of deliveries as records: who owed which delivery when, and the first one that came for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, DeliveryTerm
from zerentian.exchange.rules.sources import Source, terms
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.scope import Level
from zerentian.organisations.models import Body, BodyKind
from zerentian.rulebook.queries import law_area, parameter

_LEVELS = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY}
_KEPT = ("department", "body_id", "due_on", "delivery_id", "delivered_on")
# A refused file and one that was taken back are no delivery; one that was corrected later is.
_CAME = (Delivery.State.STORED, Delivery.State.REPLACED)
Key = tuple[str, int, str]


def keep_calendar(on: date) -> int:
    """Make the terms of this year and the year before equal to the sources' cadences and the deliveries; how many changed.

    A term that was due is kept also when its source is gone: it was owed.
    """
    with unit(system()):
        since = date(on.year - 1, 1, 1)
        bodies, came = _bodies(), _came()
        instead = _Owing(law_area(), _office())
        wanted: dict[Key, dict[str, Any]] = {}
        for source in queries.sources().values():
            for owing in _owing(source, bodies, instead):
                wanted |= _terms(source, owing, since, on, came)
        return _write(wanted)


@dataclass(frozen=True, slots=True)
class _Owing:
    """Who answers for a source in an area."""

    division: int
    body: int | None


def _owing(source: Source, bodies: dict[tuple[int, str], list[_Owing]], instead: _Owing) -> Iterable[_Owing]:
    """The department's bodies of the source's level; while the province has none, the office that runs the platform."""
    level = _LEVELS[source.file.level]
    found = bodies.get((int(level), source.file.department), [])
    return found or ([instead] if level is Level.PROVINCE else [])


def _office() -> int | None:
    """The province's poverty office."""
    rows = Body.objects.filter(kind=BodyKind.POVERTY_OFFICE, division=law_area(), ended_on=None)
    found: int | None = rows.order_by("id").values_list("pk", flat=True).first()
    return found


def _bodies() -> dict[tuple[int, str], list[_Owing]]:
    """The departments by level and line; one a place."""
    found: dict[tuple[int, str], dict[int, _Owing]] = {}
    rows = Body.objects.filter(kind=BodyKind.DEPARTMENT, ended_on=None).exclude(department="").order_by("-id")
    for pk, division, level, department in rows.values_list("pk", "division", "level", "department"):
        found.setdefault((level, department), {})[division] = _Owing(division, pk)
    return {key: list(places.values()) for key, places in found.items()}


def _came() -> dict[Key, tuple[int, date]]:
    """The first delivery that was taken for each source, area and period."""
    rows = Delivery.objects.filter(state__in=_CAME).order_by("-id")
    return {
        (source, division, period): (pk, day)
        for pk, source, division, period, day in rows.values_list(
            "pk", "source", "division", "period", "delivered_at__date"
        )
    }


def _terms(
    source: Source, owing: _Owing, since: date, on: date, came: dict[Key, tuple[int, date]]
) -> dict[Key, dict[str, Any]]:
    days = int(parameter("exchange.delivery.days", owing.division, on))
    found = {}
    for term in terms(source.file.cadence, days, since, on):
        key = (source.id, owing.division, term.period)
        delivery, day = came.get(key, (None, None))
        found[key] = {
            "department": source.file.department, "body_id": owing.body, "due_on": term.due_on, "delivery_id": delivery,
            "delivered_on": day,
        }  # fmt: skip
    return found


def _write(wanted: dict[Key, dict[str, Any]]) -> int:
    held = {(t.source, t.division, t.period): t for t in DeliveryTerm.objects.all()}
    fresh, changed = [], []
    for key, facts in wanted.items():
        row = held.get(key)
        if row is None:
            fresh.append(DeliveryTerm(source=key[0], division=key[1], period=key[2], **facts))
        elif any(getattr(row, name) != facts[name] for name in _KEPT):
            for name in _KEPT:
                setattr(row, name, facts[name])
            changed.append(row)
    DeliveryTerm.objects.bulk_create(fresh, batch_size=1_000)
    DeliveryTerm.objects.bulk_update(changed, _KEPT, batch_size=1_000)
    return len(fresh) + len(changed)
