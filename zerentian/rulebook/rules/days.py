"""Periods in calendar days or working days by the public holidays; the day they start on does not count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from zerentian.rulebook.rules.pack import Entry

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays on weekdays, and weekend days that are worked in exchange."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()  # for which the holidays are known

    def is_working(self, day: date) -> bool:
        """Whether offices are open on the day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def knows(self, days: Collection[date]) -> bool:
        """Whether the holidays of all these days' years are known."""
        return {day.year for day in days} <= self.years


class YearEntry(Entry):
    """The public holidays of one year: weekdays off, weekend days worked."""

    year: int
    closed: list[date]
    worked: list[date]
    source: str
    confirmed: bool


class CalendarFile(Entry):
    """calendar.yaml."""

    years: list[YearEntry]

    def calendar(self) -> Calendar:
        """The calendar of all years."""
        return Calendar(
            frozenset(day for year in self.years for day in year.closed),
            frozenset(day for year in self.years for day in year.worked),
            frozenset(year.year for year in self.years),
        )


def last_day(posted_on: date, days: int, *, working: bool, calendar: Calendar) -> date:
    """The last day of a notice of so many days; the day on which it is posted does not count."""
    if not working:
        return posted_on + timedelta(days=days)
    day, left = posted_on, days
    while left > 0:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def is_over(period_to: date, on: date) -> bool:
    """Whether the last day has passed."""
    return on > period_to
