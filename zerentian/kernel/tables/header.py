"""Finds which column is which by key or label, in any order."""

from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables.columns import Sheet, plain_header

HEADER_WITHIN = 6  # rows in which the header of a workbook is looked for


def looks_like_header(cells: list[str], sheet: Sheet) -> bool:
    """Whether at least half of the row's filled cells, and two of them, are known headers (one, in a sheet of one)."""
    known = sheet.by_header()
    filled = [c for c in cells if c.strip()]
    hits = sum(plain_header(c) in known for c in filled)
    return hits >= min(2, len(sheet.columns)) and hits * 3 >= len(filled)


def match_header(cells: list[str], sheet: Sheet, strange: list[str] | None = None) -> dict[int, str]:
    """Position → key of a header row; Refused when required columns are missing or stand twice.

    `strange` hears of the columns that the sheet doesn't have.
    """
    known = sheet.by_header()
    found: dict[int, str] = {}
    twice = []
    for position, cell in enumerate(cells):
        key = known.get(plain_header(cell))
        if key is None:
            if strange is not None and cell.strip():
                strange.append(cell.strip())
            continue
        if key in found.values():
            twice.append(sheet.column(key).label)
        found[position] = key
    if twice:
        raise Refused(f"“{sheet.title}”表里这些列出现了两次：{'、'.join(twice)}；请删去一列")
    missing = [c.label for c in sheet.columns if c.required and c.key not in found.values()]
    if missing:
        have = "、".join(c for c in cells if c)[:120]
        raise Refused(
            f"“{sheet.title}”表缺少必填列：{'、'.join(missing)}。文件里的列是：{have}。可能是旧版模板，请下载现行模板"
        )
    return found
