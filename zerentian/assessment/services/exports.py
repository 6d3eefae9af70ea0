"""Export of entries as a workbook."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from zerentian.assessment.models import Entry
from zerentian.assessment.queries.entries import Line
from zerentian.assessment.queries.evidence import kind_word
from zerentian.assessment.queries.words import CAPS, DIFFERENCE_WORDS, OPS, unit_word
from zerentian.kernel.drawing import LIGHTS
from zerentian.kernel.tables import Column, Percent, write_table

MOST = 20_000
COLUMNS = (
    Column("place", "所在", "Place"),
    Column("body", "责任主体", "Body", width=30),
    Column("kind", "主体类别", "Kind"),
    Column("duty", "责任", "Duty", width=8),
    Column("title", "责任事项", "Duty title", width=30),
    Column("measure", "指标", "Measure", width=24),
    Column("value", "数值", "Value"),
    Column("op", "要求", "Must be", width=8),
    Column("target", "目标", "Target"),
    Column("unit", "单位", "Unit", width=8),
    Column("status", "状态", "Status"),
    Column("reason", "原因", "Reason", width=40),
    Column("period", "期间", "Period"),
    Column("due_on", "期限", "Due", "date"),
    Column("since", "自", "Since", "date"),
)


def export_entries(path: Path, rows: Iterable[Line], *, language: str) -> int:
    """Write entries to a workbook; how many. Figures are numbers, percentages in the format of percentages."""
    cells = (
        (
            line.place, line.body_name, kind_word(line.entry.body_kind), line.entry.duty, line.title, line.measure_title,
            _number(line.entry.value, line.entry), OPS[line.entry.op], _number(line.entry.target, line.entry),
            unit_word(line.entry.unit), str(LIGHTS[line.entry.status].word), line.reason, line.entry.period, line.entry.due_on,
            line.entry.since,
        )
        for line in rows
    )  # fmt: skip
    return write_table(path, COLUMNS, cells, "xlsx", title=gettext("责任台账"), language=language)


def _number(value: Decimal | None, entry: Entry) -> Decimal | Percent | None:
    if value is None or entry.unit != "percent":
        return value
    return Percent(value, entry.op in CAPS)


DIFFERENCES = (
    Column("kind", "变化", "Difference", width=10),
    Column("place", "所在", "Place"),
    Column("key", "记录", "Row", width=30),
    Column("column", "项目", "Column", width=20),
    Column("before", "先前", "Before", width=20),
    Column("after", "后来", "After", width=20),
)


def export_differences(path: Path, rows: Iterable[Mapping[str, Any]], *, language: str) -> int:
    """Write what differs between two snapshots to a workbook, one line for each value; how many."""
    cells = (
        (str(DIFFERENCE_WORDS[row["kind"]]), row["place"], row["key"], column, _text(old), _text(new))
        for row in rows
        for column, old, new in row["values"] or [("", None, None)]
    )
    return write_table(path, DIFFERENCES, cells, "xlsx", title=gettext("快照比较"), language=language)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
