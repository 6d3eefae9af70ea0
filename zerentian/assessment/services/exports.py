"""Export of entries as a workbook: at once, or by a run where they are many."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from zerentian.assessment.models import Entry
from zerentian.assessment.queries.boards import Filter
from zerentian.assessment.queries.entries import Line, entries_in, lines
from zerentian.assessment.queries.evidence import kind_word
from zerentian.assessment.queries.periods import end_of, turned_to
from zerentian.assessment.queries.words import CAPS, DIFFERENCE_WORDS, OPS, unit_word
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import as_it_stood, unit
from zerentian.kernel.drawing import LIGHTS
from zerentian.kernel.jobs import job, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import Column, Percent, write_table
from zerentian.kernel.work import Work
from zerentian.territory import queries as territory

EXPORT = "assessment.export"
MOST = 20_000  # that are written while the reader waits
MOST_IN_WORKBOOK = 1_000_000
BLOCK = 5_000
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


@act("assessment.export.begin", _("导出责任台账"), needs=Permission.LEDGER_EXPORT)
def begin_export(*, code: int, wanted: Filter, on: date | None, language: str, by: Actor) -> Run:
    """Start writing an area's entries, of today or as they stood at the end of an earlier day."""
    if not by.scope.covers(code):
        raise Refused("只能导出自己管辖范围内的台账")
    day = on.isoformat() if on else ""
    return start(EXPORT, title="导出责任台账", by=by, code=code, wanted=asdict(wanted), on=day, language=language)


@job(EXPORT)
def export_area(*, run: Work, by: Actor, code: int, wanted: dict[str, Any], on: str, language: str) -> None:
    """Write the workbook in the actor's scope; the entries pass through in blocks."""
    by.require(Permission.LEDGER_EXPORT)
    day = date.fromisoformat(on) if on else None
    with unit(by, writes=False), override(language):
        turned_to(day)
        try:
            if day is None:
                path = _write_area(run, code, Filter(**wanted), language)
            else:
                with as_it_stood(end_of(day)):
                    path = _write_area(run, code, Filter(**wanted), language)
        finally:
            turned_to(None)
    run.result(path, path.name, needs=Permission.LEDGER_EXPORT)  # kept in a unit of its own: the one above only reads


def _write_area(run: Work, code: int, wanted: Filter, language: str) -> Path:
    rows = entries_in(code, wanted)
    if (total := rows.count()) > MOST_IN_WORKBOOK:
        raise Refused(f"有 {total:,} 行，超过工作簿上限 {MOST_IN_WORKBOOK:,} 行；请缩小范围")
    run.begin(total)
    path = run.folder / f"{gettext('责任台账')}-{territory.name_of(code)}.xlsx"
    export_entries(path, _in_blocks(rows, run), language=language)
    return path


def _in_blocks(rows: "QuerySet[Entry]", run: Work) -> Iterator[Line]:
    held: list[Entry] = []
    for entry in rows.iterator(chunk_size=BLOCK):
        held.append(entry)
        if len(held) == BLOCK:
            yield from lines(held)
            run.advance(len(held))
            held = []
    yield from lines(held)
    run.advance(len(held))


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
