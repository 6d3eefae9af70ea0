"""A large worksheet in pieces, each read as a small workbook of its own: two at a time, and the whole never in memory.

The first piece is read cell by cell, for the header stands in it; of the others whole columns of texts are made at once.
"""

import re
import zipfile
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

import fastexcel
import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables.guards import inflate, letters_of

PIECE = 8 << 20  # bytes of rows in one piece
FIRST = 1 << 20  # bytes of the first one, which holds the header and is read more slowly
LARGE = 2 * PIECE  # from which on a worksheet is divided
MOST_BESIDE = 16 << 20  # bytes of shared texts and the like, which are read again with each piece
LONGEST = 64 << 20  # bytes without an end of a row
AT_ONCE = 2
_DAMAGED = "工作簿打不开，可能已损坏；请在 Excel 或 WPS 中另存为 .xlsx 再上传"
_HEAD = 1 << 16
_DATA = re.compile(rb"<sheetData\s*>")
_BETWEEN = b'</row><row r="'  # rows that say their number, as every program writes them: here may be cut
_FIRST = re.compile(rb'<row r="(\d+)"')
_END = b"</sheetData></worksheet>"
_TRUTH = b't="b"'

Done = TypeVar("Done")


def is_divisible(archive: zipfile.ZipFile, member: str, sheets: Collection[str]) -> bool:
    """Whether the worksheet is worth dividing, and written in the form that can be; `sheets` are all worksheets."""
    if member not in archive.namelist() or archive.getinfo(member).file_size < LARGE:
        return False
    if sum(found.file_size for found in _needed(archive, sheets)) > MOST_BESIDE:
        return False
    head = next(inflate(archive, archive.getinfo(member)), b"")[:_HEAD]
    return bool(_DATA.search(head)) and _BETWEEN in head


def _needed(archive: zipfile.ZipFile, sheets: Collection[str]) -> list[zipfile.ZipInfo]:
    """What a reader may need beside the worksheet: texts, styles, the directory."""
    return [m for m in archive.infolist() if m.filename.endswith((".xml", ".rels")) and m.filename not in sheets]


@dataclass(frozen=True, slots=True)
class Columns:
    """Some columns of a piece as texts, named by their numbers; `first` is the number of the first row."""

    first: int
    texts: pl.DataFrame
    has_truths: bool  # whether some of the cells hold true or false


class Divided:
    """A worksheet whose bytes come in blocks that were looked at; gives its pieces in order."""

    def __init__(self, archive: zipfile.ZipFile, member: str, name: str, sheets: Collection[str]) -> None:
        self._member, self._name = member, name
        self._rest = [(found.filename, archive.read(found)) for found in _needed(archive, sheets)]

    def read(
        self,
        blocks: Iterator[bytes],
        begun: Callable[[CalamineSheet], Done],
        made: Callable[[Columns], Done],
        wanted: Callable[[], Sequence[int]],
    ) -> Iterator[Done]:
        """What is made of the first piece and then, two at a time, of the columns of the others that are `wanted`."""
        pieces = _cut(blocks)
        head, rows = next(pieces)
        yield begun(self._sheet(head + rows + _END))
        columns = sorted(wanted())
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="parsing") as pool:
            coming: deque[Future[Done]] = deque()
            try:
                for head, rows in pieces:
                    coming.append(pool.submit(lambda head, rows: made(self._columns(head, rows, columns)), head, rows))
                    if len(coming) > AT_ONCE:
                        yield coming.popleft().result()
                while coming:
                    yield coming.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _sheet(self, worksheet: bytes) -> CalamineSheet:
        """The piece, cell by cell."""
        try:
            return CalamineWorkbook.from_filelike(BytesIO(self._workbook(worksheet))).get_sheet_by_name(self._name)
        except CalamineError as error:
            raise Refused(_DAMAGED) from error

    def _columns(self, head: bytes, rows: bytes, columns: Sequence[int]) -> Columns:
        """The piece by columns.

        The reader begins with the first filled cell. So that rows and columns can be counted, a row is put before them
        that reaches from the first column to the last one wanted, and taken off again.
        """
        found = _FIRST.match(rows)
        assert found is not None  # a piece begins where it was cut
        first = int(found[1])
        ruler = "".join(
            f'<c r="{letters_of(column)}{first - 1}" t="inlineStr"><is><t>.</t></is></c>'
            for column in sorted({0, columns[-1]})
        )
        worksheet = head + f'<row r="{first - 1}">{ruler}</row>'.encode() + rows + _END
        try:
            texts = (
                fastexcel.read_excel(self._workbook(worksheet))
                .load_sheet(self._name, header_row=None, dtypes="string", use_columns=list(columns))
                .to_polars()
                .slice(1)
            )
        except fastexcel.FastExcelError as error:
            raise Refused(_DAMAGED) from error
        texts.columns = [str(column) for column in columns]
        return Columns(first, texts, _TRUTH in rows)

    def _workbook(self, worksheet: bytes) -> bytes:
        """A workbook with this worksheet."""
        whole = BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            for name, content in (*self._rest, (self._member, worksheet)):
                archive.writestr(name, content)
        return whole.getvalue()


def _cut(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The head of the worksheet, and some of its rows."""
    head = b""
    waiting: list[bytes] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size < (PIECE if head else min(FIRST, PIECE)):
            continue
        text = b"".join(waiting)
        at = text.rfind(_BETWEEN) + len(b"</row>")
        if at < len(b"</row>"):
            if size > LONGEST:
                raise Refused("工作簿里有一行大得不正常，已拒绝")
            continue
        start = 0
        if not head:
            found = _DATA.search(text)
            assert found is not None  # as `is_divisible` has seen
            start = found.end()
            head = text[:start]
        yield head, text[start:at]
        waiting, size = [text[at:]], len(text) - at
    text = b"".join(waiting)
    end = text.rfind(b"</row>")
    if end >= 0:
        yield head, text[: end + len(b"</row>")]
