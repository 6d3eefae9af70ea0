"""Writes tables for people: xlsx, CSV and Parquet, masked, safe against formulas; and workbooks of errors."""

import csv
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import xlsxwriter

from zerentian.kernel.percents import percent_text
from zerentian.kernel.privacy import mask_account, mask_id, mask_name, mask_phone
from zerentian.kernel.tables.columns import Column, Problem, Sheet

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
MOST_MARKED = 20_000  # rows of an error workbook
MOST_COMMENTS = 2_000
_PERCENT = "0.0%"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_MASKS: dict[str, Callable[[str], str]] = {
    "id_number": mask_id,
    "phone": mask_phone,
    "account": mask_account,
}

Cells = Mapping[str, Any] | Sequence[Any]
# The format of a workbook for a way of showing numbers, made once.
Formats = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage (0 to 100) as a cell: a number to calculate with, shown as pages show it."""

    value: Decimal
    is_cap: bool = False

    def __str__(self) -> str:
        return percent_text(self.value, is_cap=self.is_cap)

    @property
    def shown_as(self) -> str:
        """The format of the cell; where plain rounding would read otherwise than pages, the text itself."""
        rounded = self.value.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return _PERCENT if str(self) == f"{rounded}%" else f'"{self}"'


def write_table(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Cells],
    form: str,
    *,
    title: str = "表",
    in_full: bool = False,
    language: str = "zh",
    keys: bool = False,
) -> int:
    """Write rows (mappings by key, or sequences in column order) as xlsx, csv or parquet; how many.

    Personal columns are masked unless `in_full`, which the caller allows by permission and notes as a reading.
    Headers are labels, or the keys themselves with `keys` (Parquet always has keys).
    """
    values = ([_value(column, cell, in_full=in_full) for column, cell in _pairs(columns, row)] for row in rows)
    if form == "parquet":
        return _parquet(path, columns, values)
    header = [c.key if keys else c.label_en if language.startswith("en") else c.label for c in columns]
    if form == "csv":
        return _csv(path, header, values)
    if form == "xlsx":
        return _xlsx(path, columns, header, values, title)
    raise ValueError(f"no such form: {form}")


def _pairs(columns: Sequence[Column], row: Cells) -> Iterator[tuple[Column, Any]]:
    if isinstance(row, Mapping):
        return ((column, row.get(column.key)) for column in columns)
    return zip(columns, row, strict=True)


def _value(column: Column, value: Any, *, in_full: bool) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, list | tuple):
        value = ",".join(map(str, value))
    if column.personal and not in_full:
        return _MASKS.get(column.kind, mask_name)(str(value))
    return value


def safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with a quote before it; the import takes it off again."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return safe(value)


def _csv(path: Path, header: list[str], rows: Iterable[list[Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_plain(cell) for cell in row])
            count += 1
    return count


def _book(path: Path) -> xlsxwriter.Workbook:
    quiet = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    return xlsxwriter.Workbook(str(path), quiet)


def _xlsx(
    path: Path,
    columns: Sequence[Column],
    header: list[str],
    rows: Iterable[list[Any]],
    title: str,
) -> int:
    with _book(path) as book:
        page = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})

        @cache
        def formats(shown_as: str) -> Any:
            return book.add_format({"num_format": shown_as})

        page.freeze_panes(1, 0)
        for position, column in enumerate(columns):
            page.set_column(position, position, column.width)
            page.write_string(0, position, header[position], head)
        count = 0
        for count, row in enumerate(rows, 1):
            for position, value in enumerate(row):
                _cell(page, count, position, value, formats)
        return count


def _cell(page: Any, row: int, position: int, value: Any, formats: Formats) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(row, position, "是" if value else "否")
    elif isinstance(value, Percent):
        page.write_number(row, position, float(value.value / 100), formats(value.shown_as))
    elif isinstance(value, int | float | Decimal) and abs(float(value)) < 10**15:
        page.write_number(row, position, float(value) if isinstance(value, Decimal) else value)
    elif isinstance(value, datetime):
        page.write_string(row, position, value.isoformat(" ", "seconds"))
    elif isinstance(value, date):
        page.write_datetime(row, position, value, formats("yyyy-mm-dd"))
    else:
        page.write_string(row, position, str(value), formats("@"))


def _parquet(path: Path, columns: Sequence[Column], rows: Iterable[list[Any]]) -> int:
    types = {
        "integer": pa.int64(),
        "year": pa.int64(),
        "date": pa.date32(),
        "bool": pa.bool_(),
        "division": pa.int64(),
    }
    schema = pa.schema([(c.key, types.get(c.kind, pa.string())) for c in columns])
    count = 0
    with pa_parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for chunk in _chunks(rows, 20_000):
            arrays = [
                pa.array(
                    [v if f.type != pa.string() or v is None else str(v) for v in values],
                    f.type,
                )
                for f, values in zip(schema, zip(*chunk, strict=True), strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(chunk)
    return count


def _chunks(rows: Iterable[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _wrong(source: pl.DataFrame, rows: Collection[int]) -> pl.DataFrame:
    """These rows of the source; a line that could not be taken apart stands there with its number only."""
    found = source.filter(pl.col("row").is_in(list(rows)))
    unread = pl.DataFrame({"row": sorted(set(rows) - set(found["row"]))}, schema={"row": pl.Int64})
    return pl.concat([found, unread], how="diagonal").sort("row")


def write_error_workbook(
    source: pl.DataFrame, sheet: Sheet, errors: Iterable[Problem], path: Path, left: int = 0
) -> int:
    """The rows that have errors as they were read, wrong cells marked, with what to do; how many rows.

    It has the template's columns, so the corrected workbook can be uploaded as it is. Above 20,000 rows
    the rest stands only in the list of refusals; `left` are wrong rows that are not in the source.
    """
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in errors:
        by_row[problem.row].append(problem)
    wrong = _wrong(source, by_row.keys())
    with _book(path) as book:
        page = book.add_worksheet(sheet.title[:31])
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        mark = book.add_format({"bg_color": "#F9D5CF", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        advice = book.add_format({"text_wrap": True, "font_color": "#A02B1D"})
        titles = ["原行号", "问题和办法", *[c.label + ("*" if c.required else "") for c in sheet.columns]]
        page.freeze_panes(1, 2)
        page.set_column(1, 1, 48)
        page.set_column(2, len(titles), 16)
        page.write_row(0, 0, titles, head)
        written = 0
        for written, row in enumerate(wrong.head(MOST_MARKED).iter_rows(named=True), 1):
            found = by_row[row["row"]]
            page.write_number(written, 0, row["row"])
            page.write_string(written, 1, "\n".join(f"{i}. {p.text}{p.todo}" for i, p in enumerate(found, 1)), advice)
            by_key = {p.key: p for p in found if p.key}
            for position, column in enumerate(sheet.columns, 2):
                wrong_cell = by_key.get(column.key)
                page.write_string(written, position, row[column.key] or "", mark if wrong_cell else text)
                if wrong_cell and written <= MOST_COMMENTS:
                    page.write_comment(written, position, wrong_cell.text + wrong_cell.todo)
        left += max(0, wrong.height - MOST_MARKED)
        if left:
            page.write_string(written + 1, 1, f"还有 {left:,} 行有错，见未通过清单", advice)
        return min(wrong.height, MOST_MARKED)
