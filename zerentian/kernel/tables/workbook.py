"""Reads one sheet of an .xlsx: the guard first, then calamine, then strings."""

import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

import polars as pl
from django.conf import settings
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import code_text
from zerentian.kernel.tables.cleaning import LOST, LOST_TODO
from zerentian.kernel.tables.columns import Problem, Sheet, plain_header
from zerentian.kernel.tables.guards import Form, drain, error_cells, form_of, guarded, open_workbook
from zerentian.kernel.tables.header import (
    HEADER_WITHIN,
    looks_like_header,
    match_header,
)
from zerentian.kernel.tables.pieces import Columns, Divided, is_divisible
from zerentian.kernel.tables.texts import columns_as_meant, texts

META = "_meta"
DICTIONARY = "字典"
Errors = list[tuple[int, int, str]]  # row, column from 0, text of a cell whose formula failed
Lost = list[tuple[int, int, float]]  # row, column from 0, value of a number that was too long to keep its digits
Part = tuple[pl.DataFrame, int, list[Problem]]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def workbook_frames(
    path: Path, sheet: Sheet, problems: list[Problem], division: int | None, size: int, strange: list[str] | None = None
) -> Iterator[pl.DataFrame]:
    """The sheet's rows as raw strings, in frames of at most `size` rows."""
    with open_workbook(path) as archive:
        members = _sheet_members(archive)
        name = choose(list(members.values()), sheet)
        member = next(member for member in members if members[member] == name)
        errors: Errors = []
        is_divided = is_divisible(archive, member, members)
        for other in archive.infolist():
            # Each member is unpacked once under guard before the reader, which doesn't count, gets the file.
            if other.filename == member:
                errors += [] if is_divided else error_cells(archive, member)
            elif other.filename in members:
                error_cells(archive, other.filename)
            else:
                drain(archive, other)
        with opened(path) as book:
            _check_meta(meta_of(book), sheet, division)
            table = _Table(sheet, size, strange)
            if is_divided:
                lost: Lost = []
                blocks = guarded(archive, member, errors, lost=lost)
                pieces = Divided(archive, member, name, members)
                parts = pieces.read(blocks, table.of, table.of_columns, table.wanted)
                yield from table.told(parts, problems, errors, lost)
            else:
                yield from table.told(iter([table.of(book.get_sheet_by_name(name))]), problems, errors, [])


def opened(path: Path) -> CalamineWorkbook:
    """The workbook in calamine."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        raise Refused("工作簿打不开，可能已损坏；请在 Excel 或 WPS 中另存为 .xlsx 再上传") from error


def meta_of(book: CalamineWorkbook) -> dict[str, str]:
    """What our templates say of themselves: template, scope, and a version for each sheet; empty elsewhere."""
    if META not in book.sheet_names:
        return {}
    rows = book.get_sheet_by_name(META).to_python()
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1}


def facts_of(path: Path) -> dict[str, str]:
    """What a workbook that we made says of itself, hidden from its readers; empty for any other file."""
    if form_of(path) is not Form.WORKBOOK:
        return {}
    open_workbook(path).close()
    with opened(path) as book:
        return meta_of(book)


def choose(names: Iterable[str], sheet: Sheet) -> str:
    """The name of the worksheet that holds the sheet; the only one, when there is only one."""
    names = [n for n in names if n not in (META, DICTIONARY)]
    for name in names:
        if plain_header(name) in (plain_header(sheet.title), plain_header(sheet.name)):
            return name
    if len(names) == 1:
        return names[0]
    raise Refused(f"工作簿里没有“{sheet.title}”表，只有：{'、'.join(names)}。请检查是否选错了文件")


def _check_meta(meta: dict[str, str], sheet: Sheet, division: int | None) -> None:
    if not meta:
        return
    if f"sheet.{sheet.name}" not in meta:
        raise Refused(f"这是“{meta.get('title', '别的')}”模板，不是含“{sheet.title}”表的模板；请选对文件或重新下载模板")
    scope = meta.get("division", "")
    if division is not None and scope and scope != code_text(division):
        raise Refused(f"这份模板是为 {scope} 做的，不能用于 {code_text(division)}；请下载本地的模板")


def version_note(path: Path, sheet: Sheet) -> str:
    """A sentence when the template is not of today's version, else empty. The columns decide, not the version."""
    with opened(path) as book:
        found = meta_of(book).get(f"sheet.{sheet.name}", "")
    if not found or found == sheet.version:
        return ""
    return f"模板是旧版（{found}，现行 {sheet.version}），新增的列按空白处理"


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Member of the zip → name of the worksheet."""
    try:
        targets = {
            link.get("Id"): link.get("Target", "") for link in fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))
        }
        sheets = fromstring(_small(archive, "xl/workbook.xml")).iter(f"{_MAIN}sheet")
        return {
            "xl/" + targets.get(s.get(_LINK), "").removeprefix("/").removeprefix("xl/"): s.get("name", "")
            for s in sheets
        }
    except (KeyError, ParseError) as error:
        raise Refused("工作簿已损坏（目录读不出来），请在 Excel 或 WPS 中另存为 .xlsx 再上传") from error


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A directory member of the workbook; entity declarations, which could grow without end, are refused."""
    member = archive.getinfo(name)
    if member.file_size > 1 << 20:
        raise Refused("工作簿的目录大得不正常，已拒绝")
    text = archive.read(member)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused("工作簿里有不允许的声明，已拒绝；请复制数据到新工作簿再上传")
    return text


class _Table:
    """The rows below the header of a sheet, which comes whole or in pieces."""

    def __init__(self, sheet: Sheet, size: int, strange: list[str] | None) -> None:
        self._sheet, self._size, self._strange = sheet, size, strange
        self._header: dict[int, str] = {}  # column from 0 → key
        self._below = 0  # the row of the header

    def of(self, grid: CalamineSheet) -> list[Part]:
        """The frames of a sheet or its first piece, each with its last row's number and what could not be read in it."""
        if grid.start is None or grid.end is None:
            raise Refused(f"“{self._sheet.title}”表是空的，请检查是否选错了文件")
        self._limit(grid.end[0] + 1)
        left = grid.start[1]
        rows = grid.iter_rows()
        found, self._below = _find_header(rows, self._sheet, self._strange)
        self._header = {left + position: key for position, key in found.items()}
        return list(self._parts(rows, found))

    def wanted(self) -> list[int]:
        """The columns under the header, from 0."""
        return list(self._header)

    def of_columns(self, columns: Columns) -> list[Part]:
        """The frames of a later piece, as `of` makes them; what could not be read is heard of by the way."""
        first, end = columns.first, columns.first + columns.texts.height
        self._limit(end - 1)
        named = columns.texts.rename({str(column): key for column, key in self._header.items()})
        kinds = {key: self._sheet.column(key).kind for key in self._header.values()}
        whole = columns_as_meant(named, kinds, has_truths=columns.has_truths).select(
            pl.int_range(first, end, dtype=pl.Int64).alias("row"), *kinds
        )
        parts = whole.iter_slices(self._size)
        return [(part, part["row"][-1], []) for part in parts]

    def _limit(self, last: int) -> None:
        if last > settings.ZERENTIAN_ROW_LIMIT + HEADER_WITHIN:
            raise Refused(
                f"“{self._sheet.title}”表超过 {settings.ZERENTIAN_ROW_LIMIT:,} 行；请按乡镇拆成几个文件，或另存为 CSV"
            )

    def _parts(self, rows: Iterator[list[Any]], header: dict[int, str]) -> Iterator[Part]:
        first = self._below + 1
        while chunk := list(islice(rows, self._size)):
            unread: list[Problem] = []
            frame = _frame(chunk, first, header, self._sheet, unread)
            first += len(chunk)
            yield frame, first - 1, unread

    def told(
        self, pieces: Iterator[list[Part]], problems: list[Problem], errors: Errors, lost: Lost
    ) -> Iterator[pl.DataFrame]:
        """The frames; `problems` hears of a frame's cells before it comes, and at the end of what stands below all."""
        for frame, last, unread in chain.from_iterable(pieces):
            problems += [*self._failed([error for error in errors if error[0] <= last]), *unread]
            errors[:] = [error for error in errors if error[0] > last]
            gone = list(self._gone([cell for cell in lost if cell[0] <= last], unread))
            problems += gone
            lost[:] = [cell for cell in lost if cell[0] > last]
            yield _without(frame, gone)
        problems += self._failed(errors)

    def _gone(self, lost: Lost, told: list[Problem]) -> Iterator[Problem]:
        """The long numbers that should have been texts, without those of the first piece, which were told already."""
        known = {(problem.row, problem.key) for problem in told}
        for row, column, value in lost:
            key = self._header.get(column)
            if row > self._below and key and self._sheet.column(key).is_text and (row, key) not in known:
                yield _lost(row, key, value)

    def _failed(self, errors: Errors) -> Iterator[Problem]:
        for row, column, text in errors:
            if row > self._below and (key := self._header.get(column)):
                what = f"公式出错（{text}）" if text else "公式没有算出结果"
                yield Problem(row, key, what, "；请改正公式，或改填数值", text)


def _find_header(rows: Iterator[list[Any]], sheet: Sheet, strange: list[str] | None) -> tuple[dict[int, str], int]:
    """The matched header and its row number; the first rows may hold a title."""
    seen = []
    for number, cells in enumerate(rows, 1):
        texts = [str(c) for c in cells]
        if looks_like_header(texts, sheet):
            return match_header(texts, sheet, strange), number
        seen.append("、".join(t for t in texts if t))
        if number == HEADER_WITHIN:
            break
    wanted = "、".join(c.label for c in sheet.columns[:6])
    raise Refused(f"“{sheet.title}”表的前 {HEADER_WITHIN} 行里找不到表头（应有：{wanted} …）。请使用最新模板")


def _frame(
    rows: list[list[Any]],
    first: int,
    header: dict[int, str],
    sheet: Sheet,
    problems: list[Problem],
) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True))
    data = {"row": pl.Series("row", range(first, first + len(rows)), dtype=pl.Int64)}
    for position, key in header.items():
        cells = columns[position]
        kinds = set(map(type, cells))
        if kinds != {str}:
            column = sheet.column(key)
            meant = texts(cells, kinds, column.kind)
            if column.is_text and any(text is LOST for text in meant):
                problems += [
                    _lost(first + offset, key, cells[offset]) for offset, text in enumerate(meant) if text is LOST
                ]
                meant = tuple("" if text is LOST else text for text in meant)
            cells = meant
        data[key] = pl.Series(key, cells, dtype=pl.String)
    return pl.DataFrame(data)


def _lost(row: int, key: str, value: float) -> Problem:
    """Not digit by digit: sent in again, the wrong number would pass for a right one."""
    return Problem(row, key, LOST, LOST_TODO, f"{value:.14E}")


def _without(frame: pl.DataFrame, gone: list[Problem]) -> pl.DataFrame:
    """The frame with these cells empty."""
    rows: dict[str, list[int]] = {}
    for problem in gone:
        rows.setdefault(problem.key, []).append(problem.row)
    emptied = (pl.when(~pl.col("row").is_in(places)).then(pl.col(key)).alias(key) for key, places in rows.items())
    return frame.with_columns(emptied) if rows else frame
