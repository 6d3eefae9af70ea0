"""The list of notices as a workbook: what was posted where and when, without the lists themselves."""

from collections.abc import Iterable
from pathlib import Path

from zerentian.disclosure import queries
from zerentian.disclosure.models import Notice
from zerentian.kernel.tables import Column, write_table
from zerentian.territory import queries as territory

MOST = 20_000
COLUMNS = (
    Column("place", "地区", "Place", width=30),
    Column("title", "公示", "Notice", width=28),
    Column("code", "公示编号", "Code"),
    Column("state", "状态", "State"),
    Column("lines", "行数", "Lines", "integer"),
    Column("composed_on", "拟稿日期", "Composed", "date"),
    Column("composed_who", "拟稿人", "Composed by"),
    Column("reviewed_who", "复核人", "Reviewed by"),
    Column("due_on", "应发布", "Due", "date"),
    Column("published_on", "发布日期", "Published", "date"),
    Column("period_to", "公示至", "Until", "date"),
    Column("proved_on", "张贴照片日期", "Proved", "date"),
    Column("objections", "未答复异议", "Open objections", "integer"),
    Column("taken_down_reason", "撤下理由", "Reason for taking down", width=30),
)


def export_notices(path: Path, rows: Iterable[Notice], *, language: str) -> int:
    """Write notices to a workbook; how many."""
    cells = (
        (
            territory.full_name(row.division), queries.title_of(row, language), row.code, str(row.get_state_display()),
            len(row.lines), row.composed_on, row.composed_who, row.reviewed_who, row.due_on, row.published_on,
            row.period_to, row.proved_on, row.open_objections, row.taken_down_reason,  # type: ignore[attr-defined]
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, COLUMNS, cells, "xlsx", title="公示", language=language)
