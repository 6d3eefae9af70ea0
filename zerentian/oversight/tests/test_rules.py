"""Drawing: shares, order, replacements, and what a result must say."""

from datetime import date
from decimal import Decimal

import pytest

from zerentian.oversight import rules
from zerentian.oversight.rules import Framed

FRAME = [Framed(village * 1000 + n, village, f"H{village}{n:03d}") for village in (1, 2, 3) for n in range(30)]


@pytest.mark.parametrize(
    ("households", "share", "minimum", "size"),
    [
        (30, "20", 1, 6),
        (31, "20", 1, 7),
        (1, "20", 1, 1),
        (2, "20", 3, 2),
        (10, "20", 3, 3),
        (0, "20", 1, 0),
        (5, "100", 1, 5),
    ],
)
def test_a_village_gives_its_share_but_no_fewer_than_the_minimum(
    households: int, share: str, minimum: int, size: int
) -> None:
    assert rules.size_of(households, Decimal(share), minimum) == size


def test_the_same_seed_and_frame_give_the_same_households_whatever_their_order() -> None:
    first = rules.drawn(FRAME, "3c7f", Decimal(20), 1)
    kept = rules.read_frame(rules.frame_text(reversed(FRAME)))
    assert rules.drawn(kept, "3c7f", Decimal(20), 1) == first
    assert [sum(one.village == village for one in first) for village in (1, 2, 3)] == [6, 6, 6]
    assert rules.drawn(FRAME, "3c80", Decimal(20), 1) != first
    assert rules.frame_text(FRAME) == rules.frame_text(reversed(FRAME))
    assert rules.digest(rules.frame_text(FRAME)) != rules.digest(rules.frame_text(FRAME[1:]))


def test_one_that_is_replaced_gives_way_to_the_next_of_its_village() -> None:
    order = [one.household for one in rules.ordered(FRAME, "a")[2]]
    assert rules.replacement(FRAME, "a", 2, set(order[:6])) == Framed(order[6], 2, f"H2{order[6] - 2000:03d}")
    assert rules.replacement(FRAME, "a", 2, set(order)) is None


def test_every_household_is_drawn_about_as_often_as_the_share_says() -> None:
    times = dict.fromkeys((one.household for one in FRAME), 0)
    for seed in range(500):
        for one in rules.drawn(FRAME, str(seed), Decimal(20), 1):
            times[one.household] += 1
    assert sum(times.values()) == 500 * 18
    assert all(60 <= drawn <= 140 for drawn in times.values())


@pytest.mark.parametrize(
    ("finding", "failings", "note", "visited", "fields"),
    [
        ("authentic", [], "", date(2026, 3, 5), []),
        ("authentic", ["water"], "", date(2026, 3, 5), ["问题"]),
        ("not_authentic", ["income"], "务工收入虚报", date(2026, 3, 5), []),
        ("not_authentic", [], "", date(2026, 3, 5), ["问题", "情况说明"]),
        ("authentic", [], "", date(2026, 2, 28), ["入户日期"]),
        ("authentic", [], "", date(2026, 3, 11), ["入户日期"]),
        ("authentic", [], "", None, ["入户日期"]),
    ],
)
def test_a_result_says_what_is_wrong_where_something_is(
    finding: str, failings: list[str], note: str, visited: date | None, fields: list[str]
) -> None:
    found = rules.result_faults(finding, failings, note, visited, drawn_on=date(2026, 3, 1), today=date(2026, 3, 10))
    assert [one.where for one in found] == fields
