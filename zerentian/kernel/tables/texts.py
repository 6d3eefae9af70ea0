"""Cells of a workbook as the texts that were meant: one by one with their types, or a whole column of texts at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from zerentian.kernel.tables.cleaning import LOST
from zerentian.kernel.tables.guards import EXACT

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  spreadsheets count days without a zone
_SERIALS = range(10_000, 80_000)  # days from 1927 to 2119
ROUND, PLACES = 10**7, 9  # below which number a fraction is cut to so many places
# How the reader of columns writes what is no text: a day with its midnight, a time with the day from which days are counted,
# truth, and a fraction to nine places, which are more than a number of so many digits has.
_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
_TIME = r"^(?:1899-12-3[01]|1900-01-0\d) (\d\d:\d\d:\d\d)$"
_LONG = r"^-?\d{7,}\.\d{6,}$"
_WRITTEN = rf"{_MIDNIGHT}|{_TIME}|{_LONG}|^(?:true|false|-0)$"
_SERIAL = r"^\d{5}$"


def columns_as_meant(frame: pl.DataFrame, kinds: Mapping[str, str], *, has_truths: bool) -> pl.DataFrame:
    """A frame of texts as the reader of columns wrote them, as `texts` would have made them from the cells.

    `has_truths`: whether cells that hold true or false are among them, and not only such words.
    """
    found = frame.select(pl.col(key).str.contains(_WRITTEN).any() for key in kinds).row(0)
    changed = [_as_meant(key, has_truths=has_truths) for key, is_there in zip(kinds, found, strict=True) if is_there]
    done = frame.with_columns(changed)
    return done.with_columns(_day(key) for key, kind in kinds.items() if kind == "date")


def _as_meant(key: str, *, has_truths: bool) -> pl.Expr:
    text = pl.col(key).str.replace(_MIDNIGHT, "$1").str.replace(_TIME, "$1").replace("-0", "0")
    if has_truths:
        text = text.replace({"true": "是", "false": "否"})
    exact = pl.col(key).cast(pl.Float64, strict=False).cast(pl.String)
    return pl.when(pl.col(key).str.contains(_LONG)).then(exact).otherwise(text).alias(key)


def _day(key: str) -> pl.Expr:
    """Of a column of dates: a number of days is the day that it stands for."""
    days = pl.when(pl.col(key).str.contains(_SERIAL)).then(pl.col(key)).cast(pl.Int64, strict=False)
    day = (pl.lit(_EPOCH.date()) + pl.duration(days=days)).cast(pl.String)
    return pl.when(days.is_between(_SERIALS.start, _SERIALS.stop - 1)).then(day).otherwise(pl.col(key)).alias(key)


def texts(cells: Sequence[Any], kinds: set[type], kind: str) -> tuple[str, ...]:
    """Each cell as text; each different one made once, but where 1 and True would be taken for the same."""
    if bool in kinds and len(kinds - {str}) > 1:
        return tuple(_text(cell, kind) for cell in cells)
    made = {cell: _text(cell, kind) for cell in set(cells)}
    return tuple(map(made.__getitem__, cells))


def _text(value: Any, kind: str) -> str:
    """One cell as the text that was meant; LOST when a long number has lost its last digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, kind)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _number(value: float, kind: str) -> str:
    if kind == "date" and value in _SERIALS:
        return (_EPOCH + timedelta(days=int(value))).date().isoformat()
    if value == int(value):
        if abs(value) >= EXACT and kind not in ("integer", "decimal", "date", "bool", "year"):
            return LOST
        return str(int(value))
    # A fraction that arithmetic left behind, as in 0.7999999999999999, is not what was meant.
    text = repr(value) if abs(value) >= ROUND else f"{value:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
