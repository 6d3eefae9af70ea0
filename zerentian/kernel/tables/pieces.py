"""A large worksheet in pieces, each read as a small workbook of its own: two at a time, and the whole never in memory."""

import re
import zipfile
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables.guards import inflate

PIECE = 8 << 20  # bytes of rows in one piece
LARGE = 2 * PIECE  # from which on a worksheet is divided
MOST_BESIDE = 16 << 20  # bytes of shared texts and the like, which are read again with each piece
LONGEST = 64 << 20  # bytes without an end of a row
AT_ONCE = 2
_HEAD = 1 << 16
_DATA = re.compile(rb"<sheetData\s*>")
_BETWEEN = b'</row><row r="'  # rows that say their number, as every program writes them: here may be cut
_END = b"</sheetData></worksheet>"

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


class Divided:
    """A worksheet whose bytes come in blocks that were looked at; gives its pieces as sheets, in order."""

    def __init__(self, archive: zipfile.ZipFile, member: str, name: str, sheets: Collection[str]) -> None:
        self._member, self._name = member, name
        self._rest = [(found.filename, archive.read(found)) for found in _needed(archive, sheets)]

    def read(self, blocks: Iterator[bytes], made: Callable[[CalamineSheet], Done]) -> Iterator[Done]:
        """What is made of each piece: of the first before the others, of these beside each other."""
        pieces = _cut(blocks)
        yield made(self._sheet(next(pieces)))
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="parsing") as pool:
            coming: deque[Future[Done]] = deque()
            try:
                for piece in pieces:
                    coming.append(pool.submit(lambda piece: made(self._sheet(piece)), piece))
                    if len(coming) > AT_ONCE:
                        yield coming.popleft().result()
                while coming:
                    yield coming.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _sheet(self, piece: bytes) -> CalamineSheet:
        """The piece in calamine."""
        whole = BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            for name, content in (*self._rest, (self._member, piece)):
                archive.writestr(name, content)
        whole.seek(0)
        try:
            return CalamineWorkbook.from_filelike(whole).get_sheet_by_name(self._name)
        except CalamineError as error:
            raise Refused("工作簿打不开，可能已损坏；请在 Excel 或 WPS 中另存为 .xlsx 再上传") from error


def _cut(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Whole worksheets, each with the head of the first and some of its rows."""
    head = b""
    waiting: list[bytes] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size < PIECE:
            continue
        text = b"".join(waiting)
        at = text.rfind(_BETWEEN) + len(b"</row>")
        if at < len(b"</row>"):
            if size > LONGEST:
                raise Refused("工作簿里有一行大得不正常，已拒绝")
            continue
        if not head:
            found = _DATA.search(text)
            assert found is not None  # as `is_divisible` has seen
            head = text[: found.end()]
            yield text[:at] + _END
        else:
            yield head + text[:at] + _END
        waiting, size = [text[at:]], len(text) - at
    text = b"".join(waiting)
    end = text.rfind(b"</row>")
    if end >= 0:
        yield head + text[: end + len(b"</row>")] + _END
