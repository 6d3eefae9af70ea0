"""Checks that hold for every sheet: days, amounts, lengths of texts."""

from collections.abc import Iterator, Mapping

import polars as pl

from zerentian.kernel.tables import Problem
from zerentian.registry.rules.checks.declared import Limits

# Past days; periods of income and validity may lie ahead.
_PAST = {
    "households": ("identified_on", "exited_on", "returned_on", "removed_on", "confirmed_on", "helper_since"),
    "persons": ("identified_on", "joined_on", "left_on", "confirmed_on"),
    "incomes": (),
    "villages": ("exited_on", "confirmed_on", "team_since"),
    "counties": ("exited_on", "confirmed_on"),
}
_MAY_BE_NEGATIVE = {"net", "per_capita"}
MOST_COUNT, MOST_AMOUNT = 10**9, 10**11  # no count, amount or area of one row is larger


def in_the_future(sheet: str, frame: pl.DataFrame, limits: Limits) -> list[Problem]:
    """Days that must have passed."""
    found = []
    for key in _PAST[sheet]:
        rows = frame["row"].filter((frame[key] > limits.today).fill_null(value=False))
        found += [Problem(row, key, "日期在今天之后", "；请改正") for row in rows]
    return found


def out_of_range(frame: pl.DataFrame) -> list[Problem]:
    """Numbers below zero, or so large that a unit must be wrong."""
    least, most = {}, {}
    for key, kind in frame.schema.items():
        if key not in ("row", "division", "year") and not key.startswith("_") and kind.is_numeric():
            most[key] = MOST_COUNT if kind.is_integer() else MOST_AMOUNT
            least[key] = -most[key] if key in _MAY_BE_NEGATIVE else 0
    low = _where(frame, {key: pl.col(key) < limit for key, limit in least.items()})
    high = _where(frame, {key: pl.col(key) > limit for key, limit in most.items()})
    return [Problem(row, key, "不能小于零", "；请改正") for key, row in low] + [
        Problem(row, key, "数值过大", "；请核对单位") for key, row in high
    ]


def too_long(frame: pl.DataFrame, lengths: Mapping[str, int]) -> list[Problem]:
    """Texts that are longer than their field."""
    texts = {key: most for key, most in lengths.items() if frame.schema.get(key) == pl.String}
    over = _where(frame, {key: pl.col(key).str.len_chars() > most for key, most in texts.items()})
    return [Problem(row, key, f"超过 {texts[key]} 个字", "；请缩短") for key, row in over]


def _where(frame: pl.DataFrame, wrong: Mapping[str, pl.Expr]) -> Iterator[tuple[str, int]]:
    """(Column, row) of the cells that are wrong: one look at all columns, for most have no such cell."""
    if not wrong:
        return
    found = frame.select(condition.any().alias(key) for key, condition in wrong.items()).row(0)
    for (key, condition), is_wrong in zip(wrong.items(), found, strict=True):
        if is_wrong:
            yield from ((key, row) for row in frame.filter(condition)["row"])
