"""Checks that hold for every sheet: days, amounts, lengths of texts."""

from collections.abc import Mapping

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
    found = []
    for key, kind in frame.schema.items():
        if key in ("row", "division", "year") or key.startswith("_") or not kind.is_numeric():
            continue
        values = frame[key]
        most = MOST_COUNT if kind.is_integer() else MOST_AMOUNT
        low = values < (-most if key in _MAY_BE_NEGATIVE else 0)
        for row in frame["row"].filter(low.fill_null(value=False)):
            found.append(Problem(row, key, "不能小于零", "；请改正"))
        for row in frame["row"].filter((values > most).fill_null(value=False)):
            found.append(Problem(row, key, "数值过大", "；请核对单位"))
    return found


def too_long(frame: pl.DataFrame, lengths: Mapping[str, int]) -> list[Problem]:
    """Texts that are longer than their field."""
    found = []
    for key, most in lengths.items():
        if key in frame.columns and frame[key].dtype == pl.String:
            over = frame["row"].filter((frame[key].str.len_chars() > most).fill_null(value=False))
            found += [Problem(row, key, f"超过 {most} 个字", "；请缩短") for row in over]
    return found
