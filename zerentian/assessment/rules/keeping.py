"""Which snapshots are kept: the last one of each day for a while, of each month longer, of each year longest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

LATEST = 10  # of the day itself, some of which may be in use


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the ends of days, months and years are kept."""

    days: int
    months: int
    years: int


def day_ends(taken: Mapping[str, tuple[date, int]]) -> dict[date, str]:
    """Day → the name of its last snapshot. `taken`: name → (day, place in the order in which they were taken)."""
    found: dict[date, str] = {}
    for name, (day, _number) in sorted(taken.items(), key=lambda one: one[1]):
        found[day] = name
    return found


def kept_names(taken: Mapping[str, tuple[date, int]], keeping: Keeping, on: date) -> set[str]:
    """The snapshots to keep on a day: the latest of the day itself, and the ends that still count."""
    ends = day_ends(taken)
    days = {day for day in ends if (on - day).days <= keeping.days}
    months = {day for day in _last(ends, lambda d: (d.year, d.month)) if _months(day, on) <= keeping.months}
    years = {day for day in _last(ends, lambda d: (d.year, 0)) if on.year - day.year <= keeping.years}
    today = sorted((number, name) for name, (day, number) in taken.items() if day >= on)
    return {ends[day] for day in days | months | years} | {name for _number, name in today[-LATEST:]}


def _last(days: Iterable[date], group: Callable[[date], tuple[int, int]]) -> set[date]:
    found: dict[tuple[int, int], date] = {}
    for day in sorted(days):
        found[group(day)] = day
    return set(found.values())


def _months(day: date, on: date) -> int:
    return (on.year - day.year) * 12 + on.month - day.month
