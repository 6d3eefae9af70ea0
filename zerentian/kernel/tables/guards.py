"""Looks at a file before it is parsed: what it is, whether it is too large, a zip bomb, or damaged."""

import re
import struct
import zipfile
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from zerentian.kernel.refusal import Refused

BLOCK = 1 << 20
MOST_INFLATED = 1 << 30  # bytes a workbook may unpack to; 200,000 rows of 40 columns take a third
MOST_MEMBERS = 2_000
MOST_WORKBOOK = 120 << 20  # bytes of a workbook; reading takes about 14 times as much memory
MOST_COLUMNS = 256  # columns A to IV
EXACT = 2**53  # above it a spreadsheet number has lost digits


class Form(Enum):
    """The forms of table files that are read."""

    WORKBOOK = "xlsx"
    TEXT = "csv"
    PARQUET = "parquet"


def form_of(path: Path) -> Form:
    """What the file is by its content, whatever its name says; Refused with what to do when it is nothing we read."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise Refused("文件是空的，请检查是否选错了文件")
    if head.startswith(b"PK"):
        return Form.WORKBOOK
    if head.startswith(b"PAR1"):
        return Form.PARQUET
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(_old_workbook(path))
    if head.startswith(b"%PDF"):
        raise Refused("这是 PDF 文件，不能导入；请上传 .xlsx、.csv 或 .parquet")
    if head.lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise Refused("这是网页或 XML 格式的表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")
    if head.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise Refused("这是压缩包，请解压后上传里面的 .xlsx、.csv 或 .parquet")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("这不是表格文件；请上传 .xlsx、.csv 或 .parquet")
    return Form.TEXT


def _old_workbook(path: Path) -> str:
    """Which sentence fits an OLE file: a password or the old format."""
    marker = "EncryptedPackage".encode("utf-16-le")
    tail = b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if marker in tail + block:
                return "工作簿设了打开密码，请在 Excel 或 WPS 中取消密码后再上传"
            tail = block[-len(marker) :]
    return "这是旧版 .xls（或 .et）工作簿，请在 Excel 或 WPS 中另存为 .xlsx 再上传"


def open_workbook(path: Path) -> zipfile.ZipFile:
    """The workbook's zip, when its directory is sound and small enough."""
    size = path.stat().st_size
    if size > MOST_WORKBOOK:
        raise Refused(
            f"工作簿有 {size / BLOCK:.0f} MB，超过 {MOST_WORKBOOK / BLOCK:.0f} MB。请按乡镇拆开，或另存为 CSV 再上传"
        )
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("文件已损坏，打不开；请重新保存或重新下载后再上传") from error
    members = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise Refused("这个压缩文件不是 .xlsx 工作簿；请上传用 Excel 或 WPS 保存的 .xlsx")
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_INFLATED:
        raise Refused("工作簿解开后过大，可能是恶意文件，已拒绝；请只复制数据到新工作簿再上传")
    return archive


def inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes in blocks; Refused when it unpacks to more than its directory says, or is damaged.

    zipfile stops at the declared size and then finds a wrong checksum, so a lying directory shows here,
    before a reader that does not count is let at the file.
    """
    try:
        with archive.open(member) as stream:
            yield from _blocks(stream)
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        if member.flag_bits & 1:
            raise Refused("工作簿是加密的，请取消密码后再上传") from error
        raise Refused("工作簿已损坏或被改动过（大小与目录不符），请重新保存后再上传") from error
    except Exception as error:  # zlib.error is no subclass of the above
        raise Refused("工作簿已损坏，解不开；请重新保存后再上传") from error


def drain(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member only to see that it is sound and as large as it says."""
    for _ in inflate(archive, member):
        pass


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


_FAR_COLUMN = rb"(?:I[W-Z]|[J-Z][A-Z]|[A-Z]{3})"
_FORMULA = rb"(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)"
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*' + _FORMULA + rb"?\s*<(?:\w+:)?v>([^<]*)<"
)
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s(?![^>]*\bt="str")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*'
    + _FORMULA
    + rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


# A value that may be a long number, or a text of digits; and a cell with such a number: of no kind, or of kind n.
_LONG_VALUE = r"<(?:\w+:)?v>-?(?:\d{16}|\d(?:\.\d+)?[eE]\+?\d)"
_LONG_NUMBER = re.compile(
    rb'<(?:\w+:)?c\s(?![^>]*\bt="[^n])[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*'
    + _FORMULA
    + rb"?\s*<(?:\w+:)?v>(-?(?:\d{16,}(?:\.\d+)?|\d(?:\.\d+)?[eE]\+?\d+))<"
)


def error_cells(archive: zipfile.ZipFile, member: str, most: int = 10_000) -> list[tuple[int, int, str]]:
    """(row, column from 0, text) of cells whose formula failed or was never computed: readers see them as empty."""
    found: list[tuple[int, int, str]] = []
    for _ in guarded(archive, member, found, most):
        pass
    return found


def guarded(
    archive: zipfile.ZipFile,
    member: str,
    errors: list[tuple[int, int, str]],
    most: int = 10_000,
    lost: list[tuple[int, int, float]] | None = None,
) -> Iterator[bytes]:
    """A worksheet in blocks, each looked at before it is given away; `errors` hears of `error_cells`, `most` of them.

    `lost`, where it is given, hears of whole numbers that are too long to have kept all their digits.
    On the way it refuses a sheet with too many rows or columns, for a reader lays out the whole rectangle.
    """
    limit = settings.ZERENTIAN_ROW_LIMIT
    far = _above(limit + 10)
    # One pass of RE2, which is three times as fast as re, finds the blocks worth a second look.
    suspect = (rb'r="(?:' + _FAR_COLUMN + rb"\d|[A-Z]+" + far + rb'")|t="e"|<(?:\w+:)?f[ >/]').decode()
    suspect += "" if lost is None else f"|{_LONG_VALUE}"
    too_far = re.compile(rb'\br="(?:(' + _FAR_COLUMN + rb")\d+|[A-Z]+" + far + rb')"[^>]*>\s*<(?:\w+:)?(?:v|is|f)\b')
    carry = b""
    for block in inflate(archive, archive.getinfo(member)):
        text = carry + block
        cut = text.rfind(b"</row>")
        cut = cut if cut >= 0 else text.rfind(b":row>")
        if cut < 0 and len(text) > 64 * BLOCK:
            raise Refused("工作簿里有一行大得不正常，已拒绝")
        cut, carry = max(cut, 0), text[max(cut, 0) :]
        if cut and _matches(text, cut, suspect):
            if cell := too_far.search(text, 0, cut):
                raise Refused(_too_far(is_column=bool(cell[1])))
            seen = [(int(m[2]), column_number(m[1]), m[3].decode()) for m in _ERROR_CELL.finditer(text, 0, cut)]
            seen += [(int(m[2]), column_number(m[1]), "") for m in _EMPTY_FORMULA.finditer(text, 0, cut)]
            errors += seen[: most - len(errors)]
            if lost is not None:
                lost += _long_numbers(text, cut)
        yield text[:cut]
    yield carry


def _long_numbers(text: bytes, end: int) -> Iterator[tuple[int, int, float]]:
    """(row, column from 0, value) of cells with a number, not a text, of so many digits."""
    for found in _LONG_NUMBER.finditer(text, 0, end):
        if abs(value := float(found[3])) >= EXACT:
            yield int(found[2]), column_number(found[1]), value


def _too_far(*, is_column: bool) -> str:
    if is_column:
        return f"表格超过 {MOST_COLUMNS} 列；请删去右侧多余的列再上传"
    return f"表格超过 {settings.ZERENTIAN_ROW_LIMIT:,} 行；请按乡镇拆成几个文件，或另存为 CSV"


def _matches(text: bytes, end: int, pattern: str) -> bool:
    offsets = struct.pack("<ii", 0, end)
    whole = pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(offsets), pa.py_buffer(text)])
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())


def _above(limit: int) -> bytes:
    """A pattern of the row numbers above the limit, of at most seven digits."""
    digits = str(limit)
    larger = [rf"{digits[:i]}[{int(d) + 1}-9]\d{{{len(digits) - i - 1}}}" for i, d in enumerate(digits) if d != "9"]
    longer = [rf"[1-9]\d{{{len(digits)},6}}"] if len(digits) < 7 else []
    return ("(?:" + "|".join([*larger, *longer]) + ")").encode()


def column_number(letters: bytes) -> int:
    """A → 0, B → 1, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def letters_of(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def encoding_of(path: Path) -> str:
    """utf-8-sig, gb18030 or utf-16, told by reading the whole file; Refused when it is none of them."""
    with path.open("rb") as stream:
        head = stream.read(4)
    for encoding in ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return "utf-8-sig" if encoding == "utf-8" else encoding
    raise Refused("文件的编码既不是 UTF-8 也不是 GB18030（GBK），有的字读不出来；请在 Excel 或 WPS 中另存为“CSV UTF-8”")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while stream.read(BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True
