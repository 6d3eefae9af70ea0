"""Cycles and the periods they make: year, half-year, quarter, month, or the standing present."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Cycle(StrEnum):
    """How often a duty falls due."""

    ONCE = "once"
    YEARLY = "yearly"
    HALF_YEARLY = "half-yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    STANDING = "standing"
    ON_EVENT = "on-event"


_MONTHS = {Cycle.YEARLY: 12, Cycle.HALF_YEARLY: 6, Cycle.QUARTERLY: 3, Cycle.MONTHLY: 1}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A named stretch of days, both ends included: 2026, 2026H1, 2026Q3, 2026-11."""

    start: date
    end: date
    name: str

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def _name(months: int, start: date) -> str:
    if months == 12:
        return f"{start.year}"
    if months == 6:
        return f"{start.year}H{(start.month - 1) // 6 + 1}"
    if months == 3:
        return f"{start.year}Q{(start.month - 1) // 3 + 1}"
    return f"{start.year}-{start.month:02d}"


def period_of(cycle: Cycle, on: date) -> Period:
    """The period of the cycle that holds the day; standing, once and on-event duties run by calendar year."""
    months = _MONTHS.get(cycle, 12)
    first = (on.month - 1) // months * months + 1
    last = first + months - 1
    start = date(on.year, first, 1)
    return Period(start, date(on.year, last, calendar.monthrange(on.year, last)[1]), _name(months, start))


def previous(cycle: Cycle, period: Period) -> Period:
    """The period just before."""
    return period_of(cycle, period.start - timedelta(days=1))


def parse_period(name: str) -> Period:
    """The period of a name such as 2026, 2026H1, 2026Q3 or 2026-11; ValueError with a sentence otherwise."""
    try:
        year, rest = int(name[:4]), name[4:]
        if not rest:
            return period_of(Cycle.YEARLY, date(year, 1, 1))
        if rest[0] == "H":
            return period_of(Cycle.HALF_YEARLY, date(year, int(rest[1:]) * 6, 1))
        if rest[0] == "Q":
            return period_of(Cycle.QUARTERLY, date(year, int(rest[1:]) * 3, 1))
        return period_of(Cycle.MONTHLY, date(year, int(rest.removeprefix("-")), 1))
    except (ValueError, IndexError) as error:
        raise ValueError(f"“{name}”不是期间，应写作 2026、2026H1、2026Q3 或 2026-11") from error


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
