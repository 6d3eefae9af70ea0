"""Which threshold would have done better: the settled clues of a rule reckoned again with other values of a parameter.

A parameter can be reckoned with where the rule keeps every row whose shown column reaches it (or stays below it); what a
looser value would have raised nobody has looked at, so only stricter ones are tried.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any

import sqlglot
from sqlglot import exp

from zerentian.exchange.rules.clues import VARIABLE, ClueRule

_SIGNS: dict[type[exp.Expression], str] = {exp.GTE: ">=", exp.GT: ">", exp.LTE: "<=", exp.LT: "<"}
_PARAMETER = "_parameter"
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


@dataclass(frozen=True, slots=True)
class Bound:
    """A shown column that a rule compares with a parameter: `column sign :name`."""

    column: str
    sign: str
    name: str

    def keeps(self, value: Decimal, threshold: Decimal) -> bool:
        """Whether a row with that value is still named."""
        return {
            ">=": value >= threshold, ">": value > threshold, "<=": value <= threshold, "<": value < threshold,
        }[self.sign]  # fmt: skip

    @property
    def is_least(self) -> bool:
        """Whether a higher threshold is the stricter one."""
        return self.sign.startswith(">")


@dataclass(frozen=True, slots=True)
class Settled:
    """One settled clue: what each of its pieces of evidence shows, and whether the data were wrong."""

    pieces: Sequence[Mapping[str, str | None]]
    is_false: bool


@dataclass(frozen=True, slots=True)
class Better:
    """A threshold and what it leaves of the settled clues: false and other ones, before and after."""

    bound: Bound
    present: Decimal
    value: Decimal
    false_before: int
    false_after: int
    others_before: int
    others_after: int


def bounds(rule: ClueRule) -> list[Bound]:
    """The conditions that every row of the rule meets and that hold a shown column against a parameter alone."""
    parsed = sqlglot.parse_one(VARIABLE.sub(rf"{_PARAMETER}.\1", rule.sql), dialect="duckdb")
    if not isinstance(parsed, exp.Select):
        return []
    shown, names = dict(rule.shows), dict(rule.parameters)
    columns = {one.unalias().sql(): one.alias_or_name for one in parsed.selects if one.alias_or_name in shown}
    found = []
    for part in _conditions(parsed):
        sign = _SIGNS.get(type(part))
        if sign is None:
            continue
        left, right = part.this, part.expression
        if _is_parameter(left):
            left, right, sign = right, left, _TURNED[sign]
        if isinstance(left, exp.Coalesce):  # a missing number is as good as none
            left = left.this
        if _is_parameter(right) and right.name in names and left.sql() in columns:
            found.append(Bound(columns[left.sql()], sign, right.name))
    return found


def _conditions(query: exp.Select) -> Iterable[Any]:
    """What has to hold of every row, one by one."""
    for clause in (query.args.get("where"), query.args.get("having")):
        if clause is not None:
            yield from clause.this.flatten() if isinstance(clause.this, exp.And) else (clause.this,)


def _is_parameter(side: Any) -> bool:
    return isinstance(side, exp.Column) and side.table == _PARAMETER


def better(bound: Bound, present: Decimal, settled: Iterable[Settled]) -> Better | None:
    """The stricter threshold that puts most settled clues right; None where none does better than the present one.

    Right is a false clue that is no longer raised and any other that still is. Of equally good ones it is the one that
    keeps more of the others, then the one nearest to the present.
    """
    held = sorted(
        (value, one.is_false)
        for one in settled
        if (value := _strongest(bound, one.pieces)) is not None and bound.keeps(value, present)
    )
    values = [value for value, _false in held]
    false_up_to = [0, *accumulate(is_false for _value, is_false in held)]

    def left(threshold: Decimal) -> tuple[int, int]:
        """How many false and other clues the threshold leaves."""
        cut = (bisect_left if bound.sign in (">=", "<") else bisect_right)(values, threshold)
        kept, false = (
            (len(values) - cut, false_up_to[-1] - false_up_to[cut]) if bound.is_least else (cut, false_up_to[cut])
        )
        return false, kept - false

    def merit(threshold: Decimal) -> tuple[int, int, Decimal]:
        """The smaller the better: false ones kept and others lost, others lost, how far from the present."""
        false, others = left(threshold)
        return false - others, -others, abs(threshold - present)

    best = min((value for value in set(values) if _is_stricter(bound, value, present)), key=merit, default=None)
    if best is None or merit(best)[0] >= merit(present)[0]:
        return None
    (false_before, others_before), (false_after, others_after) = left(present), left(best)
    return Better(bound, present, best, false_before, false_after, others_before, others_after)


def _is_stricter(bound: Bound, value: Decimal, present: Decimal) -> bool:
    """Between two values that clues have nothing changes, so these values are all that is tried."""
    return value > present if bound.is_least else value < present


def _strongest(bound: Bound, pieces: Sequence[Mapping[str, str | None]]) -> Decimal | None:
    """The value of the piece that a clue would keep longest; None where none shows a number."""
    values = [value for piece in pieces if (value := _number(piece.get(bound.column))) is not None]
    if not values:
        return None
    return max(values) if bound.is_least else min(values)


def _number(text: str | None) -> Decimal | None:
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
