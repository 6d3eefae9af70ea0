"""Which periods a year's board shows, and how old its figures are."""

from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from zerentian.assessment.models import AreaStanding, Reckoning
from zerentian.kernel.periods import Cycle, period_of
from zerentian.kernel.scope import Level, ancestor, level_of, range_of

_CYCLES = (Cycle.YEARLY, Cycle.HALF_YEARLY, Cycle.QUARTERLY, Cycle.MONTHLY)


# The earlier day to which the ledger is turned back while a page is made; None: today.
_turned: ContextVar[date | None] = ContextVar("turned", default=None)


def ledger_day() -> date:
    """The day that the pages of the ledger speak of: today, or the earlier one that was asked for."""
    return _turned.get() or timezone.localdate()


def is_past() -> bool:
    """Whether the pages show the ledger as it stood on an earlier day."""
    return _turned.get() is not None


def turned_to(day: date | None) -> None:
    """Let the pages of the ledger speak of an earlier day; None: of today again."""
    _turned.set(day)


def end_of(day: date) -> datetime:
    """The moment at which a day of the place ends."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def first_day() -> date | None:
    """The first day for which the ledger can be shown: that of the first computation; None before there is one."""
    at = Reckoning.objects.order_by("id").values_list("finished_at", flat=True).first()
    return timezone.localdate(at) if at else None


def snapshot_of(day: date) -> str:
    """The name of the last snapshot that the ledger was computed from by the end of a day; empty when there is none."""
    rows = Reckoning.objects.exclude(snapshot="").filter(finished_at__lt=end_of(day)).order_by("-id")
    return rows.values_list("snapshot", flat=True).first() or ""


def periods_on(day: date) -> list[str]:
    """The names of the periods that hold the day, one of each cycle."""
    return [period_of(cycle, day).name for cycle in _CYCLES]


def shown_periods(year: int, today: date | None = None) -> list[str]:
    """The periods of a year's board: those that hold on the ledger's day, or the last ones of a past year."""
    day = today or ledger_day()
    return periods_on(day if year >= day.year else date(year, 12, 31))


def years_of(code: int) -> list[int]:
    """The years for which an area has a board, the newest first; the year of the ledger's day always."""
    found = set(AreaStanding.objects.filter(division=code).values_list("year", flat=True))
    return sorted(found | {ledger_day().year}, reverse=True)


def as_of(code: int) -> datetime | None:
    """The moment of the facts behind an area's board; None when nothing was computed yet."""
    county = ancestor(code, Level.COUNTY) if level_of(code) >= Level.COUNTY else None
    own = range_of(code)
    parts = Q(division=county) if county else Q(division__gte=own.lo, division__lt=own.hi)
    whole = Reckoning.objects.filter(Q(division__isnull=True) | parts, measure="")
    found: datetime | None = whole.order_by("-id").values_list("facts_at", flat=True).first()
    return found
