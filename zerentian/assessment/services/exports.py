"""Export of entries as a workbook."""

from collections.abc import Iterable
from pathlib import Path

from zerentian.assessment.queries.entries import Line
from zerentian.assessment.queries.evidence import kind_word
from zerentian.kernel.tables import Column, write_table
from zerentian.kernel.templatetags.ui import LIGHTS

MOST = 20_000
COLUMNS = (
    Column("place", "所在", "Place"),
    Column("body", "责任主体", "Body", width=30),
    Column("kind", "主体类别", "Kind"),
    Column("duty", "责任", "Duty", width=8),
    Column("title", "责任事项", "Duty title", width=30),
    Column("measure", "指标", "Measure", width=24),
    Column("value", "数值", "Value"),
    Column("target", "目标", "Target"),
    Column("status", "状态", "Status"),
    Column("reason", "原因", "Reason", width=40),
    Column("period", "期间", "Period"),
    Column("due_on", "期限", "Due", "date"),
    Column("since", "自", "Since", "date"),
)


def export_entries(path: Path, rows: Iterable[Line], *, language: str) -> int:
    """Write entries to a workbook; how many."""
    cells = (
        (
            line.place, line.body_name, kind_word(line.entry.body_kind), line.entry.duty, line.title, line.measure_title,
            line.value, line.target, str(LIGHTS[line.entry.status].word), line.reason, line.entry.period, line.entry.due_on,
            line.entry.since,
        )
        for line in rows
    )  # fmt: skip
    return write_table(path, COLUMNS, cells, "xlsx", title="责任台账", language=language)
