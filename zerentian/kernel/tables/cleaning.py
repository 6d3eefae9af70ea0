"""Cleans frames of strings as they were typed: width, blanks, quotes, error texts, numbers that lost digits."""

import polars as pl

from zerentian.kernel.tables.columns import Column, Problem, Sheet

# Width and compatibility forms (full-width, ligatures, compatibility ideographs) and blanks other than the space.
_WIDE = r"[\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufb00-\ufb06\uf900-\ufaff\ufeff\uff00-\uffef\u2460-\u24ff]"
_WIDE_LETTER = r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_UNSEEN = rf"[{_CONTROL}\u200b-\u200f\u2060\ufeff]"
_ERROR = r"^#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$"
_SCIENTIFIC = r"^\d(?:\.\d+)?[eE]\+?\d{2}$"
_SHOWN = r"^\d\.\d{14}E\+\d{2}$"  # how the workbook of errors shows a lost number; no text of people's looks so
# One look for anything of the above; most columns of most files have none of it.
_DIRTY = _WIDE[:-1] + _CONTROL + r"]|^[\s'=#]|\s$|^\d(?:\.\d+)?[eE]\+?\d"
_BLANKS = " \t\r\n\u00a0\u3000\u2002\u2003"

_LETTERS = [chr(c) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))]
_NARROW = [chr(ord(c) - 0xFEE0) for c in _LETTERS]

LOST = "Excel 把它当数字存了，末几位已经丢失"
LOST_TODO = "；请把这一列设为“文本”格式后重新填写"


def cleaned(frame: pl.DataFrame, sheet: Sheet, problems: list[Problem]) -> pl.DataFrame:
    """Every column of the sheet as clean strings, null where empty; rows without any value are dropped."""
    given = [c for c in sheet.columns if c.key in frame.columns]
    texts = frame.select("row", *[pl.col(c.key).cast(pl.String) for c in given])
    found = texts.select(pl.col(c.key).str.contains(_DIRTY).any() for c in given).row(0) if texts.height else ()
    dirty = [c for c, is_dirty in zip(given, found, strict=False) if is_dirty]
    texts = texts.with_columns(_clean(texts[c.key], c) for c in dirty)
    texts = texts.with_columns(pl.when(pl.col(c.key) != "").then(pl.col(c.key)).alias(c.key) for c in given)
    whole = texts.select(
        pl.col("row").cast(pl.Int64),
        *[pl.col(c.key) if c in given else pl.lit(None, pl.String).alias(c.key) for c in sheet.columns],
    )
    filled = whole.filter(pl.any_horizontal(pl.col(c.key).is_not_null() for c in given))
    for column in dirty:
        filled = _reject(filled, column, problems)
    return filled


def _clean(series: pl.Series, column: Column) -> pl.Series:
    """One column, normalised. Texts keep their full-width punctuation; everything else becomes narrow (NFKC)."""
    wide = series.str.contains(_WIDE_LETTER if column.kind == "text" else _WIDE)
    if wide.any():
        narrow = series.str.replace_many(_LETTERS, _NARROW) if column.kind == "text" else series.str.normalize("NFKC")
        series = narrow.zip_with(wide.fill_null(value=True), series)
    if series.str.contains(_UNSEEN).any():
        series = series.str.replace_all(_UNSEEN, "")
    series = series.str.strip_chars(_BLANKS)
    if series.str.contains(r"""^(?:'[=+\-@]|=")""").any():
        series = series.str.replace(r'^="(.*)"$', "${1}").str.replace(r"^'([=+\-@])", "${1}")
    return series.alias(column.key)


def _reject(frame: pl.DataFrame, column: Column, problems: list[Problem]) -> pl.DataFrame:
    """Take out what can't be what was meant, and say so."""
    series = frame[column.key]
    bad = series.str.contains(_ERROR)
    if bad.any():
        _note(frame, bad, column, problems, "公式出错（{}）", "；请改正公式，或改填数值")
    lost = series.str.contains(_SHOWN if column.kind == "text" else _SCIENTIFIC) if column.is_text else None
    if lost is not None and lost.any():
        _note(frame, lost, column, problems, LOST, LOST_TODO)
        bad = bad | lost
    if not bad.any():
        return frame
    return frame.with_columns(series.set(bad.fill_null(value=False), None))


def _note(
    frame: pl.DataFrame,
    which: pl.Series,
    column: Column,
    problems: list[Problem],
    text: str,
    todo: str,
) -> None:
    for row, value in frame.filter(which).select("row", column.key).iter_rows():
        problems.append(Problem(row, column.key, text.format(value), todo, value))
