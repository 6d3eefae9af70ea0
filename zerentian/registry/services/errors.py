"""The workbook of errors: the refused rows as they were, wrong cells marked, with what to do."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
from django.db.models import QuerySet

from zerentian.kernel.tables import Problem, as_read, read_batches, schema_of, write_error_workbook
from zerentian.kernel.tables.guards import Form, form_of
from zerentian.registry.models import ImportProblem
from zerentian.registry.services.staging import BATCH, Source

MOST = 20_000  # rows of one workbook; the rest stands in the list of refusals


def write_errors(import_id: int, sources: Sequence[Source], folder: Path) -> Path | None:
    """One workbook a sheet that has refused rows; several come as a zip. None when nothing was refused."""
    paths = []
    for source in sources:
        problems = _problems(import_id, source)
        if problems:
            name = f"{source.sheet.title}-未通过" + (f"-{source.file + 1}" if _is_repeated(source, sources) else "")
            paths.append(folder / f"{name}.xlsx")
            rows = {p.row for p in problems}
            left = _told(import_id, source).values("row").distinct().count() - len(rows)
            write_error_workbook(_rows(source, rows, folder), source.sheet, problems, paths[-1], left)
    if len(paths) <= 1:
        return paths[0] if paths else None
    bundle = folder / "未通过的行.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return bundle


def _is_repeated(source: Source, sources: Sequence[Source]) -> bool:
    return sum(s.sheet is source.sheet for s in sources) > 1


def _told(import_id: int, source: Source) -> QuerySet[ImportProblem]:
    return ImportProblem.objects.filter(import_id=import_id, sheet=source.sheet.name, file=source.file, stops=True)


def _problems(import_id: int, source: Source) -> list[Problem]:
    found = _told(import_id, source)
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for row, key, text, todo in found.order_by("row", "id").values_list("row", "key", "text", "todo").iterator():
        if len(by_row) >= MOST and row not in by_row:
            break
        by_row[row].append(Problem(row, key, text, todo))
    return [problem for problems in by_row.values() for problem in problems]


def keep(source: Source, raw: pl.DataFrame, number: int, folder: Path, problems: Iterable[Problem]) -> None:
    """Keep a workbook's batch as read for the workbook of errors: parsing it again is the slowest step of all."""
    if form_of(source.path) is Form.WORKBOOK:
        as_read(raw, problems).write_parquet(folder / f"{_kept(source)}-{number:06d}.parquet")


def _kept(source: Source) -> str:
    return f"raw-{source.file}-{source.sheet.name}"


def _rows(source: Source, wanted: set[int], folder: Path) -> pl.DataFrame:
    """The wrong rows as they were: from what was kept of a workbook, else read once more from the file."""
    rows = list(wanted)
    kept = sorted(folder.glob(f"{_kept(source)}-*.parquet"))
    unread: list[Problem] = []
    again = read_batches(source.path, source.sheet, problems=unread, size=BATCH, only=wanted)
    frames = [
        _copied(as_read(frame.filter(pl.col("row").is_in(rows)), unread))
        for frame in (map(pl.read_parquet, kept) if kept else again)
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema_of(source.sheet))


def _copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with texts of its own: some rows of a large one would keep all its texts in memory."""
    return pl.DataFrame(frame.rows(), schema=frame.schema, orient="row")
