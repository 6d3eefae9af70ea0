"""Which periods a year's board shows, and how old its figures are."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from zerentian.assessment.models import AreaStanding, Reckoning
from zerentian.kernel.periods import Cycle, period_of
from zerentian.kernel.scope import Level, ancestor, level_of, range_of

_CYCLES = (Cycle.YEARLY, Cycle.HALF_YEARLY, Cycle.QUARTERLY, Cycle.MONTHLY)


def periods_on(day: date) -> list[str]:
    """The names of the periods that hold the day, one of each cycle."""
    return [period_of(cycle, day).name for cycle in _CYCLES]


def shown_periods(year: int, today: date | None = None) -> list[str]:
    """The periods of a year's board: those that hold today, or the last ones of a past year."""
    day = today or timezone.localdate()
    return periods_on(day if year >= day.year else date(year, 12, 31))


def years_of(code: int) -> list[int]:
    """The years for which an area has a board, the newest first; this year always."""
    found = set(AreaStanding.objects.filter(division=code).values_list("year", flat=True))
    return sorted(found | {timezone.localdate().year}, reverse=True)


def as_of(code: int) -> datetime | None:
    """The moment of the facts behind an area's board; None when nothing was computed yet."""
    county = ancestor(code, Level.COUNTY) if level_of(code) >= Level.COUNTY else None
    own = range_of(code)
    parts = Q(division=county) if county else Q(division__gte=own.lo, division__lt=own.hi)
    latest = Reckoning.objects.filter(Q(division__isnull=True) | parts, measure="").order_by("-id").first()
    return latest.facts_at if latest else None
