"""The list of households as a workbook, CSV or Parquet, made by a run; personal columns masked unless allowed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import reads
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import job, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level
from zerentian.kernel.tables import Choices, write_table, write_template
from zerentian.kernel.work import Work
from zerentian.registry import queries
from zerentian.registry.models import Household, Person
from zerentian.registry.rules.columns import HOUSEHOLDS, PERSONS, SHEETS
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

EXPORT = "registry.export"
FORMS = ("xlsx", "csv", "parquet")
MOST_IN_WORKBOOK = 100_000


@act("registry.export.begin", _("导出户档案"), needs=Permission.HOUSEHOLD_EXPORT)
def begin_export(
    *, wanted: dict[str, Any], sheet: str, form: str, by: Actor, in_full: bool = False, reason: str = ""
) -> Run:
    """Start writing the households (or their persons) of a list; in full only with a reason and the permission."""
    if in_full:
        by.require(Permission.PERSONAL_REVEAL)
        if len(reason.strip()) < 2:
            raise Refused("导出完整信息须写明理由")
    title = "导出人口" if sheet == "persons" else "导出户档案"
    return start(EXPORT, title=title, by=by, wanted=wanted, sheet=sheet, form=form, in_full=in_full, reason=reason)


@job(EXPORT)
def export_list(
    *, run: Work, by: Actor, wanted: dict[str, Any], sheet: str, form: str, in_full: bool, reason: str
) -> None:
    """Write the file in the actor's scope, and note how many rows were read."""
    by.require(Permission.HOUSEHOLD_EXPORT)
    chosen = queries.Wanted(**wanted)
    spec = PERSONS if sheet == "persons" else HOUSEHOLDS
    path = run.folder / f"{spec.title}.{form}"
    with unit(by, writes=False):
        homes = queries.households(by.scope, chosen).order_by("division", "id")
        rows: QuerySet[Any] = _members(homes) if sheet == "persons" else homes
        total = rows.count()
        if form == "xlsx" and total > MOST_IN_WORKBOOK:
            raise Refused(f"有 {total:,} 行，超过工作簿上限 {MOST_IN_WORKBOOK:,} 行；请缩小范围，或选择 CSV")
        run.begin(total)
        written = write_table(
            path, spec.columns, _cells(rows, sheet, run, form), form, title=spec.title, in_full=in_full
        )
    columns = ",".join(c.key for c in spec.columns if c.personal) if in_full else ""
    reads.begin()
    reads.note_reading(
        page=EXPORT, division=chosen.area or by.division, rows=written, in_full=columns[:200], reason=reason
    )
    reads.write_readings(by)
    run.result(path, path.name, needs=Permission.HOUSEHOLD_EXPORT)


def _members(rows: "QuerySet[Household]") -> "QuerySet[Person]":
    persons = Person.objects.filter(household__in=rows.order_by().values("pk"), left_on__isnull=True)
    return persons.select_related("household").order_by("division", "household_id", "number")


def _cells(rows: "QuerySet[Any]", sheet: str, run: Work, form: str) -> Iterator[list[Any]]:
    spec = PERSONS if sheet == "persons" else HOUSEHOLDS
    # A code of a division is no quantity: as a number, a workbook may show it in powers of ten.
    codes = {i for i, c in enumerate(spec.columns) if c.kind == "division" and form == "xlsx"}
    number = 0
    for number, row in enumerate(rows.iterator(chunk_size=2_000), 1):
        cells = [_cell(row, column.key, column.codes) for column in spec.columns]
        yield [str(cells[i]) if i in codes else cells[i] for i in range(len(cells))]
        if number % 2_000 == 0:
            run.advance(2_000)
    run.advance(number % 2_000)


def _cell(row: Any, key: str, codes: str | None) -> Any:
    """Codes as labels, so that the file can be read and imported again."""
    value = row.household.number if key == "household_number" else getattr(row, key)
    if codes and value:
        return "、".join(rulebook.label(codes, part, "zh") for part in value.split(","))
    return value


def collection_template(path: Path, division: int) -> None:
    """The empty collection workbook of an area: drop-downs of its villages and of every code list."""
    labels = {key: [value.zh for value in found.values] for key, found in rulebook.code_lists().items()}
    villages = [
        (territory.name_of(village.id // 1000 * 1000), village.name, village.id)
        for village in territory.everything(Level.VILLAGE, inside=division)
    ]
    title = f"{territory.full_name(division)}建档立卡采集表"
    write_template(path, SHEETS[:4], division=division, lists=Choices(labels, villages), title=title)
