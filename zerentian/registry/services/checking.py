"""The check of an import's files: stage batch by batch, look across the rows, count, write the workbook of errors."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import polars as pl
from django.db import connection
from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import flushed_later, refresh_statistics, unit
from zerentian.kernel.files import open_file
from zerentian.kernel.jobs import job
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope
from zerentian.kernel.tables import Problem
from zerentian.kernel.work import Work
from zerentian.registry.models import Import, ImportProblem, StagedMark
from zerentian.registry.rules.checks import Limits
from zerentian.registry.rules.columns import SHEETS
from zerentian.registry.services import crosschecks, staging, taking
from zerentian.registry.services.beside import alone, side_by_side
from zerentian.registry.services.errors import keep, write_errors
from zerentian.registry.services.preview import differences
from zerentian.rulebook import queries as rulebook

CHECK = "registry.import.check"
WORDS = {"new": "新增", "changed": "变更", "unchanged": "不变", "refused": "未通过", "asked": "待核"}
TITLES = {sheet.name: sheet.title for sheet in SHEETS}
_LOOKED = 1_000_000  # cursor from which on the rows are staged and looked across
_SIDES = (("persons",), ("households", "incomes", "villages", "counties"))  # looked at side by side
AHEAD = 2  # batches examined while another one is written
State = Import.State
Read = tuple[pl.DataFrame, list[Problem]]
Numbered = tuple[int, staging.Source, Read]


def narrow(by: Actor, division: int) -> Actor:
    """The actor within the area that the import is for."""
    return replace(by, scope=Scope.of([division], by.scope.households)) if by.scope.covers(division) else by


@job(CHECK)
def check_import(*, run: Work, by: Actor, import_id: int) -> None:
    """Check one import; nothing of the register changes."""
    by.require(Permission.REGISTRY_IMPORT)
    with unit(by):
        made = Import.objects.get(pk=import_id)
        begun = trusted(import_id, run.cursor)
        if begun != run.cursor:
            run.start_over()
        files = files_of(made)
    inside = narrow(by, made.division)
    try:
        found = stage_all(run, inside, made, files)
        known = _refuse_across(run, inside, import_id)
        with _written(made.pk, found, run.folder) as errors:
            _ask_across(run, inside, import_id)
            _conclude(run, inside, made, [source.sheet.name for source in found], known, errors)
    except Refused:
        with unit(by):
            Import.objects.filter(pk=import_id).update(state=State.FAILED)
        raise


def files_of(made: Import) -> list[tuple[int, Path]]:
    """The kept files of an import, numbered."""
    return [(number, open_file(entry["id"])) for number, entry in enumerate(made.files)]


def trusted(import_id: int, cursor: int) -> int:
    """Where to go on: from the start when a crash of the server emptied the staging tables."""
    if cursor and StagedMark.objects.filter(import_id=import_id).exists():
        return cursor
    clear(import_id)
    StagedMark.objects.create(import_id=import_id)
    return 0


def clear(import_id: int) -> None:
    """Forget what was staged of an import, and what was said about it."""
    staging.forget(import_id)
    ImportProblem.objects.filter(import_id=import_id).delete()


def _context(made: Import, by: Actor) -> staging.Context:
    today = timezone.localdate()
    limits = Limits.of(today, rulebook.parameters("quality", made.division, today))
    lists = {
        key: [
            tuple(name for name in (c.key, c.zh, c.en, c.national, c.national.lstrip("0"), *c.also) if name)
            for c in found.values
        ]
        for key, found in rulebook.code_lists().items()
    }
    return staging.Context(made.pk, by.scope, limits, lists)


def stage_all(run: Work, by: Actor, made: Import, files: Sequence[tuple[int, Path]]) -> list[staging.Source]:
    """Every batch of every sheet in its own step; the cursor counts batches."""
    with unit(by):
        context = _context(made, by)
    found = staging.sources(files, [entry["name"] for entry in made.files])
    for number, batch in _examined(found, context, run.cursor, run.folder):
        words = batch.source.sheet.title, f"{run.run.done + batch.height:,}"
        with unit(by):
            flushed_later()
            staging.stage(batch, context)
            run.advance(batch.height, cursor=number, note="%s：已读 %s 行", words=words)
        run.check()
    return found


def _examined(
    found: Sequence[staging.Source], context: staging.Context, begun: int, folder: Path
) -> Iterator[tuple[int, staging.Batch]]:
    """The batches after the first `begun`, numbered from 1; the next ones are being made in threads meanwhile.

    Inside a transaction, which a thread can't see, one after the other.
    """
    raws = _raw(found, begun, folder)
    if connection.in_atomic_block:
        yield from ((number, staging.examined(source, *read, context)) for number, source, read in raws)
        return
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="checking") as pool:
        coming: deque[tuple[int, Future[staging.Batch]]] = deque()
        try:
            for number, source, read in _ahead(raws):
                coming.append((number, pool.submit(alone, partial(staging.examined, source, *read, context))))
                if len(coming) > AHEAD:
                    first, future = coming.popleft()
                    yield first, future.result()
            while coming:
                first, future = coming.popleft()
                yield first, future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _ahead(raws: Iterator[Numbered]) -> Iterator[Numbered]:
    """The same, each read in a thread while the one before it is worked on."""
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reader:
        coming = reader.submit(next, raws, None)
        while (read := coming.result()) is not None:
            coming = reader.submit(next, raws, None)
            yield read


def _raw(found: Sequence[staging.Source], begun: int, folder: Path) -> Iterator[Numbered]:
    """The batches as read, after the first `begun`."""
    number = 0
    for source in found:
        for read in staging.raw_batches(source):
            number += 1
            keep(source, read[0], number, folder, read[1])
            if number > begun:
                yield number, source, read


def look_across(run: Work, by: Actor, import_id: int) -> None:
    """Run the checks beyond one row, in two steps."""
    _refuse_across(run, by, import_id)
    _ask_across(run, by, import_id)


def _refuse_across(run: Work, by: Actor, import_id: int) -> set[str]:
    """The checks that refuse rows; the sheets of which the register knows a row. Done again, it finds nothing more.

    Persons, of whom there are most, beside the other sheets.
    """
    with unit(by):
        if run.cursor >= _LOOKED:
            return taking.known(import_id)
        run.advance(0, note="正在核对重复、引用和户内一致性")
    is_large = run.run.done >= taking.MANY
    found = side_by_side(*(partial(_refuse_alone, by, import_id, side, is_large) for side in _SIDES), apart=is_large)
    side_by_side(*(partial(_refuse, by, import_id, side, crosschecks.OF_HOUSEHOLDS) for side in _SIDES), apart=is_large)
    return set().union(*found)


def _refuse_alone(by: Actor, import_id: int, sheets: Sequence[str], is_large: bool) -> set[str]:
    """The checks of some sheets that need no other sheet; those of which the register knows a row."""
    with unit(by):
        if is_large:
            refresh_statistics(*(staging.STAGED[name]._meta.db_table for name in sheets), columns=taking.KEYS)
        known = taking.known(import_id, sheets)
    against = [check for check in crosschecks.AGAINST_REGISTER if check.sheet in known]
    _refuse(by, import_id, sheets, (*crosschecks.OWN, *against, *crosschecks.REFERENCES))
    return known


def _refuse(by: Actor, import_id: int, sheets: Sequence[str], checks: Sequence[crosschecks.Cross]) -> None:
    with unit(by):
        crosschecks.prepare()
        for check in checks:
            if check.sheet in sheets:
                crosschecks.run_check(check, import_id, by)


def _ask_across(run: Work, by: Actor, import_id: int) -> None:
    """The checks that ask about rows."""
    if run.cursor >= _LOOKED:
        return
    with unit(by):
        crosschecks.prepare()
        crosschecks.shape(import_id)
        for check in crosschecks.QUESTIONS:
            crosschecks.run_check(check, import_id, by)
        run.advance(0, cursor=_LOOKED)


@contextmanager
def _written(import_id: int, found: Sequence[staging.Source], folder: Path) -> Iterator[Callable[[], Path | None]]:
    """The workbook of errors, being written in a thread meanwhile; inside a transaction, once it is asked for."""
    if connection.in_atomic_block:
        yield lambda: write_errors(import_id, found, folder)
        return

    with ThreadPoolExecutor(1, thread_name_prefix="errors") as pool:
        yield pool.submit(alone, partial(write_errors, import_id, found, folder)).result


def _conclude(
    run: Work, by: Actor, made: Import, names: Sequence[str], known: set[str], written: Callable[[], Path | None]
) -> None:
    """Counts by sheet, changed rows before and after, the workbook of errors."""
    with unit(by):
        crosschecks.prepare()
        counts = {name: _counts(name, made.pk, is_known=name in known) for name in dict.fromkeys(names)}
        changes = {
            name: differences(name, taking.samples(name, made.pk)) if numbers["changed"] else []
            for name, numbers in counts.items()
        }
        run.refuse_all(_refused_rows(made.pk))
    errors = written()
    if errors is not None:
        run.result(errors, errors.name, needs=Permission.REGISTRY_IMPORT)
    with unit(by):
        run.count(
            **{f"{TITLES[name]}·{WORDS[k]}": n for name, numbers in counts.items() for k, n in numbers.items() if n}
        )
        Import.objects.filter(pk=made.pk).update(
            state=State.CHECKED,
            counts={"sheets": counts, "changes": changes},
            errors_file_id=run.run.file_id,
            staged=sum(n["new"] + n["changed"] + n["unchanged"] for n in counts.values()),
        )
        run.advance(0, cursor=_LOOKED + 1)


def _refused_rows(import_id: int) -> Iterator[Reason]:
    """Every refused row once, with all that is wrong in it; row by row, for there may be millions."""
    stopping = ImportProblem.objects.filter(import_id=import_id, stops=True).order_by("sheet", "file", "row", "id")
    rows = groupby(stopping.iterator(), key=lambda p: (p.sheet, p.file, p.row))
    for (sheet, _file, row), found in ((key, list(problems)) for key, problems in rows):
        yield Reason(" ".join(p.text + p.todo for p in found), where=f"{TITLES[sheet]} 第 {row} 行 {found[0].number}")


def _counts(sheet: str, import_id: int, *, is_known: bool) -> dict[str, int]:
    problems = ImportProblem.objects.filter(import_id=import_id, sheet=sheet)
    return {
        **taking.counted(sheet, import_id, is_known=is_known),
        "refused": problems.filter(stops=True).values("file", "row").distinct().count(),
        "asked": problems.filter(stops=False).values("file", "row").distinct().count(),
    }
