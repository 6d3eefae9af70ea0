"""Which numbers of a rule can be reckoned with, and which threshold would have done better."""

from decimal import Decimal

import pytest

from zerentian.exchange import queries
from zerentian.exchange.rules.thresholds import Bound, Settled, better, bounds

LEAST, MOST = Bound("price", ">=", "least"), Bound("rate", ">", "most")
UNDER = Bound("grade", "<=", "severe")


def told(bound: Bound, text: str) -> list[Settled]:
    """`5! 7 3,9!`: one clue a word, its values by comma, `!` where the data were wrong."""
    return [
        Settled([{bound.column: value} for value in word.rstrip("!").split(",")], word.endswith("!"))
        for word in text.split()
    ]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("vehicles.large", [LEAST]),
        ("business.shareholder", [Bound("share", ">=", "share"), Bound("contribution", ">=", "contribution")]),
        ("commercial_insurance.total", [Bound("total", ">=", "least")]),  # in HAVING
        ("real_estate.housing", [Bound("floor_area", ">=", "least")]),  # a missing area is none
        ("micro_loan.over_cap", [Bound("amount", ">", "most")]),
        ("disability.no_nursing_allowance", [UNDER]),
        ("taxes.wages", []),  # the amount is not shown
        ("micro_loan.age", []),  # one of two conditions is enough
        ("medical_settlement.own_share", []),  # shown in steps
        ("custody.serving", []),  # days up to the day of the match
        ("disability.kind_grade", []),  # no parameter
    ],
)
def test_a_shown_column_held_against_a_parameter_is_a_bound(rule: str, wanted: list[Bound]) -> None:
    assert bounds(queries.rule(rule)) == wanted


# bound, present, clues → threshold, false left, others left; empty: none does better
@pytest.mark.parametrize(
    ("bound", "present", "clues", "wanted"),
    [
        (LEAST, "0", "1! 2! 3! 5 6", ("5", 0, 2)),
        (LEAST, "0", "1! 2! 3 4! 6", ("3", 1, 2)),  # 6 would put as many right and lose one that is true
        (LEAST, "0", "5! 6! 7!", ("7", 1, 0)),  # nobody has looked beyond the last one
        (LEAST, "0", "1 2 5! 6!", None),
        (LEAST, "0", "4! 4! 4!", None),
        (LEAST, "0", "1! 2,9 9", ("9", 0, 2)),  # the strongest piece keeps a clue
        (LEAST, "3", "1! 2! 4! 5", ("5", 0, 1)),  # what the present threshold leaves out doesn't count
        (LEAST, "0", "x! 1! 2", ("2", 0, 1)),  # no number, no word in it
        (LEAST, "0", "nan! inf! 1! 2", ("2", 0, 1)),
        (LEAST, "0", "", None),
        (MOST, "4", "5! 5! 6", ("5", 0, 1)),
        (MOST, "4", "4.5! 5! 6.25", ("5", 0, 1)),
        (UNDER, "3", "3! 3! 2 1", ("2", 0, 2)),
        (UNDER, "3", "1! 2! 3", None),
        (UNDER, "3", "3,1 3! 3!", ("1", 0, 1)),
    ],
)
def test_the_threshold_that_puts_most_clues_right(
    bound: Bound, present: str, clues: str, wanted: tuple[str, int, int] | None
) -> None:
    found = better(bound, Decimal(present), told(bound, clues))
    said = found and (found.value, found.false_after, found.others_after)
    assert said == (wanted and (Decimal(wanted[0]), *wanted[1:]))
    if found:
        assert (found.false_before - found.false_after) > (found.others_before - found.others_after)
