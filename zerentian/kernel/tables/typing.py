"""Turns clean strings into values, and says which cells are not what their column asks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from zerentian.kernel.tables.columns import Column, Problem, Sheet

_TRUE = ("是", "有", "1", "true", "y", "yes", "√", "t")
_FALSE = ("否", "无", "没有", "0", "false", "n", "no", "×", "f")
SAMPLE = 1_000  # values by which a column is known to repeat itself
_SEPARATORS = r"[、，,;；/|]+"


def typed(
    frame: pl.DataFrame,
    sheet: Sheet,
    problems: list[Problem],
    *,
    lists: Mapping[str, Sequence[tuple[str, ...]]] | None = None,
) -> pl.DataFrame:
    """The frame with values: Int64, Decimal(18,2), Date, Boolean; codes as keys of their list; divisions as 12 digits.

    A cell that doesn't fit becomes null and a problem; so does an empty required cell. `lists` gives for each
    code list its (key, further names …); a list that is not given is not checked.
    """
    known = lists or {}
    plain = _plain(frame, sheet, known)
    others = (c for c in sheet.columns if c.kind in _WANTED and c.key not in plain.columns)
    done = frame.with_columns(*plain, *[_converted(frame[c.key], c, known).alias(c.key) for c in others])
    missing, gone = (dict(zip(f.columns, f.null_count().row(0), strict=True)) for f in (frame, done))
    for column in sheet.columns:
        before = frame[column.key]
        if gone[column.key] > missing[column.key]:
            _report(frame["row"], before, before.is_not_null() & done[column.key].is_null(), column, problems)
        if column.required and missing[column.key]:
            _require(column, frame["row"].filter(before.is_null()).to_list(), problems)
    return done


def _plain(frame: pl.DataFrame, sheet: Sheet, lists: Mapping[str, Sequence[tuple[str, ...]]]) -> pl.DataFrame:
    """The columns whose values are all written as programs write them, converted.

    All at once, for a call costs as much as some thousand values.
    """
    patterned = [c for c in sheet.columns if c.kind in _PATTERNS]
    tests = [pl.col(c.key).str.contains(_PATTERNS[c.kind]).all() for c in patterned]
    fits = frame.select(tests).row(0) if tests else ()
    made = [_read(c) for c, is_plain in zip(patterned, fits, strict=True) if is_plain]
    for column in sheet.columns:
        if column.kind == "bool":
            made.append(pl.col(column.key).replace_strict(_YES_NO, default=None, return_dtype=pl.Boolean))
        elif column.kind in ("code", "codes") and column.codes in lists:
            keys = _keys(lists[column.codes or ""])
            made.append(pl.col(column.key).replace_strict(keys, default=None, return_dtype=pl.String))
    if not made:
        return pl.DataFrame()
    done = frame.select(made)
    missing, gone = frame.select(done.columns).null_count().row(0), done.null_count().row(0)
    return done.select(key for key, one, other in zip(done.columns, missing, gone, strict=True) if one == other)


def _read(column: Column) -> pl.Expr:
    """A column of which every value fits its pattern."""
    values = pl.col(column.key)
    if column.kind == "date":
        return values.str.to_date("%Y-%m-%d", strict=False)
    number = values.cast(_TYPES[column.kind], strict=False)
    return pl.when(number.is_between(*_YEARS)).then(number).alias(column.key) if column.kind == "year" else number


_TYPES: dict[str, Any] = {
    "integer": pl.Int64,
    "decimal": pl.Decimal(18, 2),
    "date": pl.Date,
    "bool": pl.Boolean,
    "division": pl.Int64,
    "year": pl.Int64,
    "code": pl.String,
    "codes": pl.String,
}
_PATTERNS = {
    "integer": r"^-?\d{1,17}$",
    "decimal": r"^-?\d{1,15}(?:\.\d{1,2})?$",
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "division": r"^\d{12}$",
    "year": r"^\d{4}$",
}
_YES_NO = {"是": True, "否": False}
_YEARS = 1900, 2100
_WANTED = {
    "integer": "应为整数",
    "decimal": "应为数字，最多两位小数",
    "date": "应为日期，写作 2016-05-01",
    "bool": "应填“是”或“否”",
    "division": "应为 6、9 或 12 位区划代码",
    "year": "应为四位年份",
    "code": "不在可选项里",
    "codes": "含有不在可选项里的值",
}


def _require(column: Column, rows: list[int], problems: list[Problem]) -> None:
    """A required cell that is empty; one of which something was told already (a formula that fails) is not told twice."""
    told = {problem.row for problem in problems if problem.key == column.key} if rows else set()
    problems += [Problem(row, column.key, f"“{column.label}”没有填", "；这一列必填") for row in rows if row not in told]


def _report(
    rows: pl.Series,
    values: pl.Series,
    bad: pl.Series,
    column: Column,
    problems: list[Problem],
) -> None:
    for row, value in zip(rows.filter(bad), values.filter(bad), strict=True):
        shown = "" if column.personal else f"“{value}”"
        todo = f"；{column.help}" if column.help else ""
        problems.append(
            Problem(
                row,
                column.key,
                f"{column.label}{shown}{_WANTED.get(column.kind, '不对')}",
                todo,
            )
        )


def _converted(values: pl.Series, column: Column, lists: Mapping[str, Sequence[tuple[str, ...]]]) -> pl.Series:
    """Each different value converted once: dates, codes and amounts repeat in a column."""
    if column.kind not in _WANTED:
        return values
    if values.null_count() == len(values):
        return pl.Series(values.name, [], dtype=_TYPES[column.kind]).extend_constant(None, len(values))
    if 2 * values.head(SAMPLE).n_unique() > len(values.head(SAMPLE)):
        return _convert(values, column, lists)
    encoded = values.to_arrow(compat_level=pl.CompatLevel.oldest()).dictionary_encode()
    different, places = pl.Series(encoded.dictionary, dtype=pl.String), pl.Series(encoded.indices)
    return _convert(different, column, lists).gather(places)


def _convert(values: pl.Series, column: Column, lists: Mapping[str, Sequence[tuple[str, ...]]]) -> pl.Series:
    match column.kind:
        case "integer":
            return _number(values).cast(pl.Int64, strict=False)
        case "decimal":
            return _decimal(values)
        case "year":
            year = values.str.extract(r"^(\d{4})(?:\.0)?年?$").cast(pl.Int64, strict=False)
            return year.set(~year.is_between(*_YEARS), None)
        case "date":
            return to_date(values)
        case "bool":
            low = values.str.to_lowercase()
            return low.replace_strict(
                {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)},
                default=None,
                return_dtype=pl.Boolean,
            )
        case "division":
            return to_division(values)
        case "code" | "codes" if column.codes in lists:
            known = _keys(lists[column.codes or ""])
            return _codes(values, known) if column.kind == "codes" else _code(values, known)
        case _:
            return values


def _keys(names: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Every name of a list, in lower case → its key; also as a cleaned cell says it, its brackets and commas narrow."""
    given = [(name.lower(), one[0]) for one in names for name in reversed(one)]
    return {unicodedata.normalize("NFKC", name): key for name, key in given} | dict(given)


def _number(values: pl.Series) -> pl.Series:
    """Texts without thousands separators; only whole ones pass."""
    plain = values.str.replace_all(r"[,\s]", "")
    return plain.str.extract(r"^([+-]?\d{1,17})(?:\.0*)?$")


def _decimal(values: pl.Series) -> pl.Series:
    plain = values.str.replace_all(r"[,\s¥￥]", "").str.replace(r"元$", "")
    return plain.str.extract(r"^([+-]?\d{1,15}(?:\.\d{1,2}0*)?|[+-]?\.\d{1,2})$").cast(pl.Decimal(18, 2), strict=False)


def to_date(values: pl.Series) -> pl.Series:
    """Dates written as 2016-05-01, 2016/5/1, 2016.5.1, 20160501, 2016年5月1日 or with a time behind; else null."""
    if values.str.contains(r"^\d{4}-\d{2}-\d{2}$").all():
        return values.str.to_date("%Y-%m-%d", strict=False)
    plain = values.str.replace(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", "")
    parts = plain.str.extract_groups(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")
    compact = plain.str.contains(r"^\d+$") & (plain.str.len_chars() != 8)
    year, month, day = (parts.struct.field(parts.struct.fields[i]) for i in range(3))
    text = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    return text.set(compact.fill_null(value=False), None).str.to_date("%Y-%m-%d", strict=False)


def to_division(values: pl.Series) -> pl.Series:
    """12-digit codes from 2, 4, 6, 9 or 12 digits; a drop-down's “name code” gives its code."""
    digits = values.str.extract(r"(?:^|[^\d])(\d{12}|\d{9}|\d{6}|\d{4}|\d{2})$")
    return digits.str.pad_end(12, "0").cast(pl.Int64, strict=False)


def _code(values: pl.Series, known: dict[str, str]) -> pl.Series:
    return values.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)


def _codes(values: pl.Series, known: dict[str, str]) -> pl.Series:
    """Several codes in one cell, joined by commas; null when one of them is unknown."""
    joined = sorted((name for name in known if re.search(_SEPARATORS, name)), key=len, reverse=True)

    def one(text: str) -> str | None:
        for name in joined:  # what is called “gas, piped” is one code and not two
            text = text.replace(name, known[name])
        keys = [known.get(part.strip()) for part in re.split(_SEPARATORS, text) if part.strip()]
        return None if None in keys else ",".join(dict.fromkeys(k for k in keys if k))

    return values.str.to_lowercase().map_elements(one, return_dtype=pl.String)
