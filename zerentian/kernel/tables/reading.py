"""Reads a sheet from a workbook, CSV or Parquet into frames of clean strings with row numbers."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.tables.cleaning import cleaned
from zerentian.kernel.tables.columns import Problem, Sheet, plain_header
from zerentian.kernel.tables.guards import Form, encoding_of, form_of, open_workbook
from zerentian.kernel.tables.header import looks_like_header, match_header
from zerentian.kernel.tables.workbook import opened, workbook_frames

MOST_SHOWN = 20
MOST_LINE = 1 << 20  # characters of a header line
BLOCK = 8 << 20


def read_rows(
    path: Path,
    sheet: Sheet,
    *,
    problems: list[Problem] | None = None,
    division: int | None = None,
) -> pl.DataFrame:
    """All rows of one sheet: `row` (number in the source) and a string column for each key, null where empty.

    Cells that can't be read as typed (numbers that lost digits, formula errors) are null and appended to
    `problems`; without that list they are refused. `division` is checked against the template's area.
    For a province use `read_batches`.
    """
    found: list[Problem] = []
    frames = list(read_batches(path, sheet, problems=found, division=division))
    if problems is not None:
        problems.extend(found)
    elif found:
        raise Refused(*[Reason(p.text + p.todo, f"第 {p.row} 行“{_label(sheet, p.key)}”") for p in found[:MOST_SHOWN]])
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema_of(sheet))


def read_batches(
    path: Path,
    sheet: Sheet,
    *,
    problems: list[Problem],
    division: int | None = None,
    size: int = 50_000,
    only: Collection[int] | None = None,
    strange: list[str] | None = None,
) -> Iterator[pl.DataFrame]:
    """`read_rows` in frames of about `size` rows, so that memory stays flat for CSV and Parquet of any length.

    `only` names the rows that are wanted; the others are passed over before anything is made of them.
    `strange` hears of columns that the sheet doesn't have; they are not read.
    """
    form = form_of(path)
    if form is Form.WORKBOOK:
        raw = workbook_frames(path, sheet, problems, division, size, strange)
    elif form is Form.PARQUET:
        raw = _parquet_frames(path, sheet, size, only, strange)
    else:
        raw = _text_frames(path, sheet, problems, size, strange)
    for frame in raw:
        wanted = frame if only is None else frame.filter(pl.col("row").is_in(list(only)))
        yield cleaned(wanted, sheet, problems)


def as_read(frame: pl.DataFrame, problems: Iterable[Problem]) -> pl.DataFrame:
    """The frame with what stood in the cells that could not be read, for people to look at."""
    shown: dict[str, dict[int, str]] = {}
    for problem in problems:
        if problem.shown and problem.key in frame.columns:
            shown.setdefault(problem.key, {})[problem.row] = problem.shown
    put_back = (
        pl.coalesce(key, pl.col("row").replace_strict(cells, default=None, return_dtype=pl.String)).alias(key)
        for key, cells in shown.items()
    )
    return frame.with_columns(put_back)


def sheets_in(path: Path, known: Iterable[Sheet]) -> list[Sheet]:
    """Which of the known sheets a file holds: a workbook by its sheet names, other forms by their columns."""
    form = form_of(path)
    if form is Form.WORKBOOK:
        open_workbook(path).close()
        with opened(path) as book:
            names = {plain_header(name) for name in book.sheet_names}
        return [s for s in known if {plain_header(s.title), plain_header(s.name)} & names]
    fitting = [(found, sheet) for found, missing, sheet in _fits(path, form, known) if not missing]
    return [max(fitting, key=lambda pair: pair[0])[1]] if fitting else []


def unknown_file(path: Path, name: str, known: Iterable[Sheet]) -> str:
    """Why a file holds none of the known sheets: what it nearly is and lacks, in a sentence."""
    form = form_of(path)
    if form is not Form.WORKBOOK:
        found, missing, sheet = max(_fits(path, form, known), key=lambda fit: fit[0])
        if found > 1:
            lacking = "、".join(missing)
            return (
                f"“{name}”像是“{sheet.title}”表，但缺少必填的列：{lacking}。请补上这些列（列名与采集模板一致）后再上传"
            )
    titles = "、".join(sheet.title for sheet in known)
    return f"“{name}”里没有认得的表（{titles}）。请使用系统的采集模板，工作表名或列名不要改动"


def _fits(path: Path, form: Form, known: Iterable[Sheet]) -> list[tuple[int, list[str], Sheet]]:
    """For each sheet: how many of its columns the file has, and which required ones it lacks."""
    header = _parquet_header(path) if form is Form.PARQUET else _text_header(path, encoding_of(path))[0]
    fits = []
    for sheet in known:
        by_header = sheet.by_header()
        keys = {by_header.get(plain_header(cell)) for cell in header}
        missing = [c.label for c in sheet.columns if c.required and c.key not in keys]
        fits.append((len(keys & {c.key for c in sheet.columns}), missing, sheet))
    return fits


def _label(sheet: Sheet, key: str) -> str:
    return sheet.column(key).label if key else sheet.title


def schema_of(sheet: Sheet) -> dict[str, Any]:
    """The columns of rows as read: the row's number, and texts."""
    return {"row": pl.Int64, **{c.key: pl.String for c in sheet.columns}}


def _text_header(path: Path, encoding: str) -> tuple[list[str], str]:
    """The first line's cells and the separator."""
    with path.open(encoding=encoding, newline="") as stream:
        line = stream.readline(MOST_LINE)
    separator = max(",\t;", key=line.count)
    return next(csv.reader(io.StringIO(line), delimiter=separator), []), separator


def _text_frames(
    path: Path, sheet: Sheet, problems: list[Problem], size: int, strange: list[str] | None
) -> Iterator[pl.DataFrame]:
    encoding = encoding_of(path)
    header, separator = _text_header(path, encoding)
    if not looks_like_header(header, sheet):
        wanted = "、".join(c.label for c in sheet.columns[:6])
        # What the line says is not repeated: without a header it is somebody's row.
        raise Refused(
            f"第一行不是“{sheet.title}”的表头（应有：{wanted} …；文件的第一行有 {len(header)} 列）。请检查是否选错了文件"
        )
    matched = match_header(header, sheet, strange)
    names = [str(position) for position in range(len(header))]
    broken: list[int] = []
    next_row = 2
    try:
        reader = pa_csv.open_csv(
            path,
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                encoding=encoding.removesuffix("-sig"),
                column_names=names,
                skip_rows=1,
                block_size=BLOCK,
            ),
            parse_options=_parse_options(separator, problems, broken),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[str(position) for position in matched],
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            for part in _slices(batch, size):
                frame = pl.DataFrame(pl.from_arrow(part)).rename({str(p): key for p, key in matched.items()})
                numbers = _numbers(next_row, frame.height, broken)
                next_row = numbers[-1] + 1 if len(numbers) else next_row
                yield frame.with_columns(pl.Series("row", numbers, dtype=pl.Int64))
    except pa.ArrowInvalid as error:
        if next_row == 2 and "too short" in str(error):
            return  # nothing stands below the head
        raise Refused(f"CSV 在第 {next_row} 行之后读不下去：{_plain(error)}。请检查引号是否成对") from error


def _parse_options(separator: str, problems: list[Problem], broken: list[int]) -> pa_csv.ParseOptions:
    """How lines are taken apart; one with too many or too few cells is skipped, and noted in both lists."""

    def odd(row: pa_csv.InvalidRow) -> str:
        if row.number is not None:
            broken.append(row.number)
            if row.text.strip():
                text = f"这一行有 {row.actual_columns} 列，表头有 {row.expected_columns} 列"
                problems.append(Problem(row.number, "", text, "；请检查逗号和引号"))
        return "skip"

    return pa_csv.ParseOptions(
        delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=odd
    )


def _slices(batch: pa.RecordBatch, size: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, size):
        yield batch.slice(start, size)


def _numbers(first: int, count: int, broken: list[int]) -> range | list[int]:
    """The row numbers of `count` rows from `first` on, without those that were skipped."""
    skipped = {n for n in broken if n >= first}
    if not skipped:
        return range(first, first + count)
    found: list[int] = []
    number = first
    while len(found) < count:
        if number not in skipped:
            found.append(number)
        number += 1
    return found


def _plain(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0][:160]


def _parquet_header(path: Path) -> list[str]:
    try:
        return list(pa_parquet.ParquetFile(path).schema_arrow.names)
    except (pa.ArrowInvalid, OSError) as error:
        raise Refused("Parquet 文件已损坏，读不出来；请重新生成") from error


def _parquet_frames(
    path: Path, sheet: Sheet, size: int, only: Collection[int] | None, strange: list[str] | None
) -> Iterator[pl.DataFrame]:
    header = _parquet_header(path)
    matched = {header[position]: key for position, key in match_header(header, sheet, strange).items()}
    row = 1
    try:
        for batch in pa_parquet.ParquetFile(path).iter_batches(batch_size=size, columns=list(matched)):
            frame = pl.DataFrame(pl.from_arrow(batch)).rename(matched).with_row_index("row", row)
            row += frame.height
            if only is not None:
                frame = frame.filter(pl.col("row").is_in(list(only)))
            texts = [_as_text(frame[key], sheet) for key in matched.values()]
            yield frame.select(pl.col("row").cast(pl.Int64), *texts)
    except (pa.ArrowInvalid, OSError) as error:
        raise Refused(f"Parquet 文件在第 {row} 行之后已损坏；请重新生成") from error


def _as_text(series: pl.Series, sheet: Sheet) -> pl.Series:
    """A typed Parquet column as the strings that a workbook would hold."""
    if series.dtype == pl.Boolean:
        text = pl.Series(["否", "是"]).gather(series.cast(pl.UInt32))
    elif isinstance(series.dtype, pl.List):
        text = series.cast(pl.List(pl.String)).list.join(",")
    elif series.dtype in (pl.Float32, pl.Float64):
        whole = series.cast(pl.Int64, strict=False)
        text = whole.cast(pl.String).zip_with((whole == series).fill_null(value=False), series.cast(pl.String))
        if sheet.column(series.name).is_text and (series.abs() >= 2**53).any():
            column = sheet.column(series.name).label
            raise Refused(f"Parquet 的“{column}”列是浮点数，长号码已丢失末几位；请用字符串列重新生成")
    else:
        text = series.cast(pl.String)
    return text.alias(series.name)
