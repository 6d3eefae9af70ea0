"""The status of an entry: from value, target, cycle, due day, tasks and dispute, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from zerentian.kernel.periods import Cycle
from zerentian.rulebook.rules.duties import Requirement


class Status(StrEnum):
    """Where an entry stands."""

    OVERDUE = "overdue"
    FAILED = "failed"
    DISPUTED = "disputed"
    AT_RISK = "at_risk"
    NOT_DUE = "not_due"
    ON_TRACK = "on_track"
    DONE = "done"
    NOT_MEASURED = "not_measured"
    NOT_APPLICABLE = "not_applicable"


# The worst first: a duty with several requirements stands where the worst of the measured ones stands.
RANKS: Mapping[str, int] = {status.value: place for place, status in enumerate(Status, start=1)}
RED = frozenset({Status.OVERDUE, Status.FAILED})
GOOD = frozenset({Status.ON_TRACK, Status.DONE})
AMBER = frozenset({Status.AT_RISK, Status.DISPUTED})
# While these last, a due day that passes makes the entry overdue.
WAITING = frozenset({Status.NOT_DUE, Status.AT_RISK})

# Duties that fall due on a day; the others are judged at every computation.
DATED = frozenset({Cycle.ONCE, Cycle.YEARLY, Cycle.HALF_YEARLY, Cycle.QUARTERLY, Cycle.MONTHLY})


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one requirement of one body on a day.

    numerator and denominator are None where the figure has no row; is_measured: whether the measure has SQL.
    """

    has_tasks: bool
    is_measured: bool
    numerator: Decimal | None
    denominator: Decimal | None
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """status as shown, judged without regard to a dispute, and the reason's key (words are the page's)."""

    status: Status
    judged: Status
    reason: str
    value: Decimal | None


def value_of(unit: str, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """The figure: percent and ratio are divided, other units are the numerator; None with nothing to judge.

    Rounded down at six places, so that a value just short of its target never reads as the target.
    """
    if numerator is None or not denominator:
        return None
    if unit == "percent":
        return (numerator * 100 / denominator).quantize(Decimal("0.000001"), rounding="ROUND_DOWN")
    if unit == "ratio":
        return (numerator / denominator).quantize(Decimal("0.000001"), rounding="ROUND_DOWN")
    return numerator


def judge(
    standing: Standing, requirement: Requirement, cycle: Cycle, due_on: date | None, on: date, warning_days: int
) -> Judgement:
    """Where a requirement stands on a day (duties.md: statuses).

    warning_days: how long before the due day an unmet requirement counts as at risk.
    """
    value = value_of(requirement.unit, standing.numerator, standing.denominator)
    judged, reason = _judged(standing, requirement, value, cycle, due_on, on, warning_days)
    disputed = standing.is_disputed and judged not in (Status.NOT_APPLICABLE, Status.NOT_MEASURED)
    return Judgement(Status.DISPUTED if disputed else judged, judged, reason, value)


def _judged(
    standing: Standing,
    requirement: Requirement,
    value: Decimal | None,
    cycle: Cycle,
    due_on: date | None,
    on: date,
    warning_days: int,
) -> tuple[Status, str]:
    if not standing.has_tasks:
        return Status.NOT_APPLICABLE, "no_tasks"
    if not standing.is_measured:
        return Status.NOT_MEASURED, "no_sql"
    if value is None:
        return (Status.NOT_DUE, "no_event") if cycle is Cycle.ON_EVENT else (Status.NOT_APPLICABLE, "nothing_to_judge")
    dated = cycle in DATED and due_on is not None
    if requirement.is_met(value):
        return (Status.DONE if dated else Status.ON_TRACK), "met"
    if not dated:
        if requirement.is_near(value):
            return Status.AT_RISK, "near"
        return (Status.OVERDUE, "late_events") if cycle is Cycle.ON_EVENT else (Status.FAILED, "short")
    if due_on is not None and on > due_on:
        return Status.OVERDUE, "past_due"
    if due_on is not None and (due_on - on).days <= warning_days:
        return Status.AT_RISK, "due_soon"
    return Status.NOT_DUE, "not_yet"


def close(judged: str, due_on: date | None, on: date) -> Status | None:
    """The status that an entry of a past period takes once its due day has passed; None when it keeps its own."""
    if judged in WAITING and due_on is not None and on > due_on:
        return Status.OVERDUE
    return None


def share(counts: Mapping[str, int]) -> Decimal | None:
    """Percent of duties done or on track among those that can be judged now; None when there are none."""
    good = sum(counts.get(status, 0) for status in GOOD)
    bad = sum(counts.get(status, 0) for status in RED | AMBER)
    if not good + bad:
        return None
    found = (Decimal(good) * 100 / (good + bad)).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return max(found, Decimal("0.01")) if good else found
