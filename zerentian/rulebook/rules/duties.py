"""A duty as the law states it: who owes it, how often, by when, and which figures show that it was done."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from zerentian.kernel.periods import Cycle, Period
from zerentian.kernel.scope import Level

ANY = "any"
LEVELS = {level.name.lower(): level for level in Level}


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of body that owes the duty; `level` is a key of LEVELS or `any`, `department` empty for all."""

    kind: str
    level: str
    department: str = ""

    def matches(self, kind: str, level: int, department: str = "") -> bool:
        """Whether a body of this kind, level (1 to 5) and department owes the duty."""
        return (
            self.kind == kind and self.level in (ANY, Level(level).name.lower()) and self.department in ("", department)
        )

    def lies_within(self, level: Level) -> bool:
        """Whether bodies of the subject can lie in an area of that level."""
        return self.level == ANY or LEVELS[self.level] >= level


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty falls due: a day of the year, days after the period's end, or days after an event.

    month, day, year: for yearly duties, `year` 1 meaning the year after the period; days: after the end of a
    shorter period or after the event; parameter: the rulebook parameter that gives the days.
    """

    month: int = 0
    day: int = 0
    year: int = 0
    days: int | None = None
    parameter: str = ""

    def on(self, period: Period) -> date:
        """The due date for a period: its last day plus the days, or the stated day of the year."""
        if self.month:
            return date(period.end.year + self.year, self.month, self.day)
        return period.end + timedelta(days=self.days or 0)

    def rank(self) -> tuple[int, int, int, int]:
        """Smaller is earlier; only dues of the same form compare."""
        return (self.year, self.month, self.day, self.days or 0)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One figure and its target. `over` is `own` (the body's figure) or `area` (summed over its area).

    unit: percent values run from 0 to 100; at_risk: how far short of the target still counts as at risk;
    of: the kind of body that it is asked of, where not every subject of the duty is.
    """

    measure: str
    op: str
    target: Decimal
    unit: str
    over: str
    at_risk: Decimal = Decimal(0)
    of: str = ""

    def is_asked_of(self, kind: str) -> bool:
        """Whether bodies of that kind have to meet it."""
        return self.of in ("", kind)

    def is_met(self, value: Decimal) -> bool:
        """Whether the value reaches the target."""
        return {
            "ge": value >= self.target,
            "gt": value > self.target,
            "le": value <= self.target,
            "lt": value < self.target,
            "eq": value == self.target,
        }[self.op]

    def is_near(self, value: Decimal) -> bool:
        """Whether the value misses the target by no more than the margin."""
        return not self.is_met(value) and abs(value - self.target) <= self.at_risk

    def is_tighter(self, target: Decimal) -> bool:
        """Whether another target asks for more than this one."""
        return target > self.target if self.op in ("ge", "gt") else self.op in ("le", "lt") and target < self.target


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty; `local` names the overlay that added it or tightened it last, empty for the regulation's own."""

    id: str
    article: int
    title: str
    title_en: str
    statement: str
    statement_en: str
    subjects: tuple[Subject, ...]
    cycle: Cycle
    due: Due | None
    requirements: tuple[Requirement, ...]
    valid_from: date
    valid_to: date | None
    source: str
    regulation: str
    local: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the duty binds on that day (`valid_to` excluded)."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def owed_by(self, kind: str, level: int, department: str = "") -> bool:
        """Whether a body of this kind, level and department owes the duty."""
        return any(s.matches(kind, level, department) for s in self.subjects)

    def due_on(self, period: Period) -> date | None:
        """The due date in the period; None for standing and on-event duties."""
        if self.due is None or self.cycle in (Cycle.STANDING, Cycle.ON_EVENT):
            return None
        return self.due.on(period)


def order_key(duty_id: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts 4.2 before 10.1 and local additions last."""
    return tuple((int(part), "") if part.isdigit() else (10**6, part) for part in duty_id.split("."))
