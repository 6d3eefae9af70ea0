"""The status of an entry as tables of cases."""

from datetime import date
from decimal import Decimal

import pytest

from zerentian.assessment.models import Entry
from zerentian.assessment.queries.words import figure_text, reason_text
from zerentian.assessment.rules import (
    Standing,
    Status,
    bind,
    close,
    decision_problem,
    dispute_problem,
    judge,
    share,
    value_of,
)
from zerentian.assessment.rules.binding import literal
from zerentian.kernel.percents import percent_text
from zerentian.kernel.periods import Cycle
from zerentian.rulebook.rules.duties import Requirement

ON, DUE = date(2026, 11, 23), date(2026, 12, 31)
PERCENT = Requirement("m", "ge", Decimal(100), "percent", "area", Decimal(5))
NONE = Requirement("m", "le", Decimal(0), "count", "area")


def standing(top: int | None, bottom: int | None = 100, **more: bool) -> Standing:
    facts = {"has_tasks": True, "is_measured": True} | more
    return Standing(numerator=None if top is None else Decimal(top), denominator=bottom and Decimal(bottom), **facts)


@pytest.mark.parametrize(
    ("known", "requirement", "cycle", "due_on", "status", "reason"),
    [
        (standing(100), PERCENT, Cycle.STANDING, None, "on_track", "met"),
        (standing(96), PERCENT, Cycle.STANDING, None, "at_risk", "near"),
        (standing(94), PERCENT, Cycle.STANDING, None, "failed", "short"),
        (standing(0), NONE, Cycle.STANDING, None, "on_track", "met"),
        (standing(1), NONE, Cycle.STANDING, None, "failed", "short"),
        (standing(100), PERCENT, Cycle.YEARLY, DUE, "done", "met"),
        (standing(10), PERCENT, Cycle.YEARLY, DUE, "at_risk", "due_soon"),
        (standing(10), PERCENT, Cycle.YEARLY, date(2027, 6, 30), "not_due", "not_yet"),
        (standing(10), PERCENT, Cycle.YEARLY, date(2026, 11, 22), "overdue", "past_due"),
        (standing(10), PERCENT, Cycle.YEARLY, ON, "at_risk", "due_soon"),
        (standing(90), PERCENT, Cycle.ON_EVENT, None, "overdue", "late_events"),
        (standing(None, None), PERCENT, Cycle.ON_EVENT, None, "not_due", "no_event"),
        (standing(None, None), PERCENT, Cycle.STANDING, None, "not_applicable", "nothing_to_judge"),
        (standing(0, 0), PERCENT, Cycle.YEARLY, DUE, "not_applicable", "nothing_to_judge"),
        (standing(10, has_tasks=False), PERCENT, Cycle.STANDING, None, "not_applicable", "no_tasks"),
        (standing(None, None, is_measured=False), PERCENT, Cycle.YEARLY, DUE, "not_measured", "no_sql"),
    ],
)
def test_a_requirement_stands_where_value_target_and_day_put_it(
    known: Standing, requirement: Requirement, cycle: Cycle, due_on: date | None, status: str, reason: str
) -> None:
    found = judge(known, requirement, cycle, due_on, ON, 60)
    assert (found.status, found.judged, found.reason) == (status, status, reason)


def test_a_dispute_shows_but_the_figure_stays() -> None:
    found = judge(standing(10, is_disputed=True), PERCENT, Cycle.STANDING, None, ON, 0)
    assert (found.status, found.judged, found.value) == (Status.DISPUTED, Status.FAILED, Decimal(10))
    unmeasured = judge(standing(None, None, is_measured=False, is_disputed=True), PERCENT, Cycle.STANDING, None, ON, 0)
    assert unmeasured.status is Status.NOT_MEASURED


@pytest.mark.parametrize(
    ("unit", "top", "bottom", "value"),
    [
        ("percent", 2, 3, "66.666666"), ("percent", 999_999_999, 1_000_000_000, "99.999999"), ("percent", 49, 50, "98"),
        ("count", 3, 1, "3"), ("ratio", 1, 8, "0.125"), ("percent", 0, 0, None),
    ],
)  # fmt: skip
def test_a_value_is_exact_and_never_rounded_up(unit: str, top: int, bottom: int, value: str | None) -> None:
    assert value_of(unit, Decimal(top), Decimal(bottom)) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("value", "is_cap", "text"),
    [
        ("98", False, "98.0%"), ("97.94", False, "97.9%"), ("97.968", False, "97.9%"), ("98.03", False, "98.0%"),
        ("66.6666", False, "66.6%"), ("2.04", True, "2.1%"), ("2", True, "2.0%"), ("99.96", False, "99.9%"), ("99.96", True, "99.9%"),
        ("99.999999", False, "99.9%"), ("100", False, "100.0%"), ("0", False, "0.0%"), ("0.000001", False, "0.1%"),
        ("0.05", False, "0.1%"), ("104.96", False, "104.9%"), ("-0.04", False, "-0.1%"),
    ],
)  # fmt: skip
def test_a_percentage_reads_as_all_or_none_or_a_target_only_where_it_is(value: str, is_cap: bool, text: str) -> None:
    assert percent_text(Decimal(value), is_cap=is_cap) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [("98.5", "percent", "98.5%"), ("0", "count", "0 项"), ("1204", "count", "1,204 项"), ("5", "days", "5 天"),
     ("3.5", "yuan", "3.50 元"), (None, "count", "—")],
)  # fmt: skip
def test_a_figure_carries_its_unit(value: str | None, unit: str, text: str) -> None:
    assert figure_text(None if value is None else Decimal(value), unit) == text


@pytest.mark.parametrize(
    ("judged", "due", "after"),
    [("at_risk", date(2026, 11, 22), "overdue"), ("not_due", date(2026, 11, 22), "overdue"), ("at_risk", ON, None),
     ("done", date(2026, 1, 1), None), ("failed", None, None)],
)  # fmt: skip
def test_what_was_not_done_by_its_day_is_overdue(judged: str, due: date | None, after: str | None) -> None:
    assert close(judged, due, ON) == after


@pytest.mark.parametrize(
    ("counts", "percent"),
    [
        ({"done": 1, "on_track": 1, "failed": 1}, "66.66"),
        ({"not_due": 5, "not_measured": 3}, None),
        ({"done": 2}, "100.00"),
        ({"done": 1, "failed": 99_999}, "0.01"),
    ],
)
def test_the_share_counts_only_what_can_be_judged(counts: dict[str, int], percent: str | None) -> None:
    assert share(counts) == (None if percent is None else Decimal(percent))


def test_values_are_written_into_the_statement() -> None:
    assert bind("a >= :on and b = :x and c::date = :y", {"on": ON, "x": -3, "y": "o'k"}) == (
        "a >= date '2026-11-23' and b = (-3) and c::date = 'o''k'"
    )
    assert literal(Decimal("66.67")) == "66.67"
    with pytest.raises(KeyError):
        bind("a = :missing", {})


@pytest.mark.parametrize(
    ("status", "held", "within", "wrong"),
    [
        ("failed", "", True, False),
        ("failed", "open", True, True),
        ("failed", "upheld", True, True),
        ("failed", "", False, True),
        ("not_measured", "", True, True),
    ],
)
def test_who_may_dispute_what(status: str, held: str, within: bool, wrong: bool) -> None:
    assert bool(dispute_problem(status=status, held=held, is_within=within)) is wrong


def test_nobody_decides_twice_or_his_own_dispute() -> None:
    assert not decision_problem(state="open", raised_by=1, decider=2)
    assert decision_problem(state="upheld", raised_by=1, decider=2)
    assert decision_problem(state="open", raised_by=1, decider=1)


def test_an_entry_that_is_not_due_says_when_its_period_is_judged() -> None:
    entry = Entry(
        status="not_due", reason="not_yet", value=Decimal(80), unit="percent", op="ge", target=Decimal(100), due_on=DUE
    )
    told = reason_text(entry)
    assert "目前 80.0%，目标 ≥ 100" in told
    assert "2026-12-31 那天才判定" in told or "2026年12月31日 那天才判定" in told
