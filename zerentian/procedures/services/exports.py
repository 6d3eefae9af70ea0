"""The list of cases as a workbook."""

from collections.abc import Iterable
from pathlib import Path

from zerentian.kernel.tables import Column, write_table
from zerentian.procedures.queries import CaseRow, Incomplete

MOST_EXPORTED = 20_000
COLUMNS = (
    Column("pk", "案件号", "Case", "integer"),
    Column("title", "程序", "Procedure", width=24),
    Column("version", "版本", "Version"),
    Column("name", "对象", "Subject"),
    Column("place", "地区", "Place", width=30),
    Column("step", "步骤", "Step", width=24),
    Column("state", "状态", "State"),
    Column("result", "结果", "Result"),
    Column("holder", "承办地区", "Holder"),
    Column("opened_on", "立案日期", "Opened", "date"),
    Column("due_on", "期限", "Due", "date"),
    Column("escalated_on", "超期上报", "Escalated", "date"),
)


def export_cases(path: Path, rows: Iterable[CaseRow], *, language: str) -> int:
    """Write cases to a workbook; how many."""
    cells = (
        (
            row.pk, row.title, row.version, row.name, row.place, row.step, row.state_word, row.result, row.holder,
            row.opened_on, row.due_on, row.escalated_on,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, COLUMNS, cells, "xlsx", title="案件", language=language)


_INCOMPLETE = (
    Column("village", "地区", "Place", width=30),
    Column("name", "对象", "Subject"),
    Column("pk", "案件号", "Case", "integer"),
    Column("title", "程序", "Procedure", width=24),
    Column("closed_on", "办结日期", "Closed", "date"),
    Column("lacks", "缺少什么", "What is missing", width=60),
)


def export_incomplete(path: Path, rows: Iterable[Incomplete], *, language: str) -> int:
    """Write incomplete files to a workbook; how many."""
    cells = (
        (row.village, row.case.name, row.case.pk, row.title, row.closed_on, "；".join(one.text for one in row.lacks))
        for row in rows
    )
    return write_table(path, _INCOMPLETE, cells, "xlsx", title="不齐全的档案", language=language)
