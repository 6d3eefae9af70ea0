"""The pure rules as tables of cases."""

from datetime import date
from decimal import Decimal

import pytest

from zerentian.kernel.scope import Level
from zerentian.organisations.rules import (
    Node,
    Protection,
    Staff,
    Standard,
    Tenure,
    Verdict,
    changes,
    first_answerable_problem,
    level_problem,
    months_between,
    staffing_shortfalls,
    superior_problem,
)

XINGGUO, LIANJIANG = 360732000000, 360732100000
PROTECTION = Protection(
    counties={XINGGUO: (date(2016, 1, 1), date(2020, 12, 31))},
    townships=frozenset({LIANJIANG}),
    minimum_months=36,
    approval_days=30,
)


def tenure(start: str, end: str | None, division: int = XINGGUO, level: Level = Level.COUNTY, **rest: object) -> Tenure:
    """A chief's time at post 1."""
    last = date.fromisoformat(end) if end else None
    return Tenure(1, division, level, "某", date.fromisoformat(start), last, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ({}, None, Verdict.VACANT),
        ({}, {}, Verdict.UNAPPROVED),
        ({"is_exempt": True}, {}, Verdict.EXEMPT),
        ({}, {"approval_reference": "赣组干〔2018〕7号", "approved_on": date(2018, 5, 20)}, Verdict.APPROVED),
        ({}, {"approval_reference": "赣组干〔2018〕7号", "approved_on": date(2018, 7, 2)}, Verdict.LATE),
        ({}, {"approval_reference": "赣组干〔2018〕7号"}, Verdict.APPROVED),
    ],
)
def test_a_poverty_countys_chief_changes_only_with_approval(before, after, verdict) -> None:
    held = [tenure("2016-03-01", "2018-05-31", **before)]
    if after is not None:
        held.append(tenure("2018-06-01", None, **after))
    (change,) = changes(held, PROTECTION, date(2019, 1, 1))
    assert change.verdict is verdict
    assert change.article == 9


@pytest.mark.parametrize(
    ("start", "end", "division", "verdict"),
    [
        ("2016-03-01", "2018-02-28", LIANJIANG, Verdict.UNAPPROVED),
        ("2016-03-01", "2019-02-28", LIANJIANG, Verdict.FREE),
        ("2016-03-01", "2018-02-28", 360731100000, Verdict.FREE),
    ],
)
def test_a_townships_chief_stays_the_set_months(start, end, division, verdict) -> None:
    held = [tenure(start, end, division, Level.TOWNSHIP), tenure("2019-03-01", None, division, Level.TOWNSHIP)]
    assert [c.verdict for c in changes(held, PROTECTION, date(2020, 1, 1))] == [verdict]


def test_a_change_outside_the_time_of_protection_is_free() -> None:
    held = [tenure("2019-01-01", "2021-02-01"), tenure("2021-02-02", None)]
    assert changes(held, PROTECTION, date(2022, 1, 1))[0].verdict is Verdict.FREE


def test_an_appointment_that_ends_later_is_no_change_yet() -> None:
    assert changes([tenure("2016-01-01", "2018-12-31")], PROTECTION, date(2018, 6, 1)) == []


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [("2016-03-01", "2019-02-28", 35 + 1), ("2016-03-15", "2016-04-13", 0), ("2016-03-15", "2016-04-14", 1)],
)
def test_months(first, last, months) -> None:
    assert months_between(date.fromisoformat(first), date.fromisoformat(last)) == months


@pytest.mark.parametrize(
    ("superior", "part"),
    [
        (None, "没有上级"),
        (Node(360700000000, "leading_group", "赣州市领导小组"), ""),
        (Node(360700000000, "leading_group", "赣州市领导小组", date(2017, 1, 1)), "已撤销"),
        (Node(360800000000, "leading_group", "吉安市领导小组"), "不管辖"),
    ],
)
def test_the_chain(superior, part) -> None:
    problem = superior_problem(Node(XINGGUO, "leading_group"), superior, date(2018, 1, 1))
    assert part in str(problem or "")
    assert bool(problem) == bool(part)


def test_the_province_has_no_superior() -> None:
    assert superior_problem(Node(360000000000, "party_government"), None, date(2018, 1, 1)) is None


@pytest.mark.parametrize(
    ("seats", "holders", "days", "part"),
    [(0, 0, None, "没有设"), (1, 1, None, ""), (1, 0, None, "从未"), (2, 0, 31, "空缺 31 天"), (2, 0, 30, "")],
)
def test_somebody_is_named_first_answerable(seats, holders, days, part) -> None:
    problem = first_answerable_problem(seats, holders, days, allowed_days=30)
    assert part in problem
    assert bool(problem) == bool(part)


@pytest.mark.parametrize(
    ("staff", "parts"),
    [
        (Staff(10, 9, True, Decimal(1), 2018), []),
        (Staff(10, 7, True, Decimal(1), 2018), ["少于 8 人", "不足 80%"]),
        (Staff(None, 8, None, None, None), ["办公场所", "工作经费"]),
        (Staff(8, 8, True, Decimal(1), 2017), ["没有 2018 年工作经费"]),
    ],
)
def test_staffing(staff, parts) -> None:
    found = staffing_shortfalls(staff, Standard(8, 80), 2018)
    assert len(found) == len(parts)
    assert all(part in str(reason) for part, reason in zip(parts, found, strict=True))


@pytest.mark.parametrize(
    ("kind", "division", "fits"),
    [
        ("village_workroom", 360732100200, True),
        ("village_workroom", LIANJIANG, False),
        ("township_station", LIANJIANG, True),
        ("department", XINGGUO, True),
    ],
)
def test_kinds_stand_at_their_level(kind, division, fits) -> None:
    assert (level_problem(kind, division) == "") is fits
