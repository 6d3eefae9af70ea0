"""The benchmark of the import: files of a sample province into an empty register, beside a raw COPY of the same rows."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from python_calamine import CalamineWorkbook

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.bench import Report
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.files import place
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Scope
from zerentian.kernel.tables import read_batches, write_table
from zerentian.registry.models import Household
from zerentian.registry.rules.columns import HOUSEHOLDS, INCOMES, PERSONS
from zerentian.registry.services.imports import apply_here, begin_import, check_here
from zerentian.territory import queries as territory

SHEETS = (HOUSEHOLDS, PERSONS, INCOMES)
IN_WORKBOOK = 20_000  # households of the workbook
PERSONS_A_SECOND = 20_000
SEED = 1


@effect("bench.import")
def bench_import(*, scale: str, report: Report) -> None:
    """Whole import and its repetition as a ratio to raw COPY; a workbook as a ratio to its bare parse."""
    province = territory.children(None)[0].id
    by = system("性能对比", Scope.of([province]))
    with unit(by):
        if Household.objects.exists():
            raise Refused("登记簿里已有户；请在空的安装里对比，例如 ZERENTIAN_HOME=/tmp/bench zerentian bench import")
    folder = _files(scale)
    paths = [folder / f"{sheet.name}.parquet" for sheet in SHEETS]
    rows = {path.stem: pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths}
    _raw_copy(paths, report)
    whole = _measured("import", paths, sum(rows.values()), province, by, report)
    again = _measured("the same files again", paths, sum(rows.values()), province, by, report)
    report.compare("import", "raw COPY", goal=20)
    report.compare("the same files again", "raw COPY", goal=20)
    speed = rows["persons"] / whole
    verdict = "met" if speed >= PERSONS_A_SECOND else "MISSED"
    report.note(f"{rows['persons']:,} persons with their households and incomes: {speed:,.0f} persons/s")
    report.note(f"goal {PERSONS_A_SECOND:,} persons/s on two quiet cores: {verdict}")
    report.note(f"again, nothing changed: {rows['persons'] / again:,.0f} persons/s")
    _workbook(folder, province, by, report)


def _files(scale: str) -> Path:
    """The files of a sample of that scale: those that the installation was made ready with, or written once."""
    ready: Path = settings.ZERENTIAN_HOME / scale / "files"
    if (ready / "manifest.json").exists():
        return ready
    folder = place("bench", scale)
    if not (folder / "manifest.json").exists():
        call_command("sample", scale=scale, seed=SEED, out=folder, verbosity=0)
    return folder


def _raw_copy(paths: Sequence[Path], report: Report) -> None:
    """COPY of the same rows as texts into tables without index, from files that were made before."""
    made = []
    for sheet, path in zip(SHEETS, paths, strict=True):
        keys = [c.key for c in sheet.columns]
        target = place("bench") / f"{sheet.name}.csv"
        frames = (frame.select(keys) for frame in read_batches(path, sheet, problems=[]))
        count = 0
        with target.open("wb") as out:
            for frame in frames:
                frame.write_csv(out, include_header=False)
                count += frame.height
        made.append((sheet.name, keys, target, count))
    with unit(system()), connection.cursor() as cursor:
        for name, keys, _, _ in made:
            cursor.execute(f"create temporary table raw_{name} ({', '.join(f'{k} text' for k in keys)}) on commit drop")
        with report.measure("raw COPY", rows=sum(count for *_, count in made)):
            for name, _, target, _ in made:
                with cursor.copy(f"copy raw_{name} from stdin (format csv)") as copy, target.open("rb") as source:
                    while block := source.read(1 << 20):
                        copy.write(block)
    for *_, target, _ in made:
        target.unlink()


def _measured(name: str, paths: Sequence[Path], rows: int, division: int, by: Actor, report: Report) -> float:
    """Parse, check, seal, take over: seconds."""
    with report.measure(name, rows=rows) as found:
        made = begin_import(files=[(path, path.name) for path in paths], division=division, by=by, here=True)
        for run in (check_here(import_id=made.pk, by=by), apply_here(import_id=made.pk, by=by)):
            if run.status != Run.Status.DONE:
                raise Refused(run.error)
    return found.seconds


def _workbook(folder: Path, division: int, by: Actor, report: Report) -> None:
    """A workbook of households that are not registered yet, beside the bare parse of the same workbook."""
    rows = pl.read_parquet(folder / "households.parquet").head(IN_WORKBOOK)
    fresh = rows.with_columns(("B" + pl.col("number")).alias("number"))
    path = place("bench") / "households.xlsx"
    write_table(path, HOUSEHOLDS.columns, fresh.iter_rows(named=True), "xlsx", title=HOUSEHOLDS.title, in_full=True)
    with report.measure("bare parse of a workbook", rows=fresh.height):
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    _measured("import of the workbook", [path], fresh.height, division, by, report)
    report.compare("import of the workbook", "bare parse of a workbook", goal=1.5)
    path.unlink()
