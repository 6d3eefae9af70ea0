"""The import of collection workbooks, CSV and Parquet: stage, check, preview, take over; resumable at every step."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act, acting
from zerentian.kernel.db import guarded_update, joined, refresh_statistics, unit
from zerentian.kernel.effects import announce
from zerentian.kernel.files import open_file, place, store
from zerentian.kernel.jobs import job, perform, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope
from zerentian.kernel.tables.guards import inflate
from zerentian.kernel.work import Work
from zerentian.registry.models import Import, ImportProblem, StagedMark
from zerentian.registry.rules.checks import Limits
from zerentian.registry.rules.columns import SHEETS
from zerentian.registry.services import crosschecks, staging, taking
from zerentian.registry.services.errors import write_errors
from zerentian.registry.services.preview import differences
from zerentian.rulebook import queries as rulebook

CHECK = "registry.import.check"
APPLY = "registry.import.apply"
_LOCK = 0x2E61  # advisory lock space: one taking over a county at a time
_REGISTER = tuple(target.model._meta.db_table for target in taking.TARGETS.values())
State = Import.State

Upload = tuple[Path | BinaryIO, str]


@act("registry.import.begin", needs=Permission.REGISTRY_IMPORT)
def begin_import(
    *, files: Sequence[Upload], division: int, by: Actor, whole: bool = False, here: bool = False
) -> Import:
    """Keep the files (path or upload, name) and start checking them for the area; `whole`: all rows or none."""
    if not by.scope.covers(division):
        raise Refused("这个区划不在您的管辖范围内")
    kept = [
        {"id": store(source, name=name, purpose="registry.import", by=by, division=division, needs=Permission.REGISTRY_IMPORT).pk,
         "name": Path(name).name}
        for source, name in _unpacked(files)
    ]  # fmt: skip
    if not kept:
        raise Refused("没有选择文件")
    who = f"{by.name} {by.post_title}".strip()
    made = Import.objects.create(division=division, user_id=by.user_id, who=who, files=kept, whole=whole)
    if not here:
        run = start(CHECK, title=f"检查导入文件 #{made.pk}", by=by, division=division, import_id=made.pk)
        Import.objects.filter(pk=made.pk).update(check_run_id=run.pk)
        made.refresh_from_db()
    return made


def _unpacked(files: Iterable[Upload]) -> Iterable[Upload]:
    """The files; a zip of CSV or Parquet files as its members."""
    for source, name in files:
        if not name.lower().endswith(".zip"):
            yield source, name
            continue
        try:
            archive = zipfile.ZipFile(source)
        except zipfile.BadZipFile as error:
            raise Refused(f"“{name}”已损坏，打不开；请重新打包后再上传") from error
        members = [m for m in archive.infolist() if m.filename.lower().endswith((".csv", ".parquet", ".xlsx"))]
        if not members:
            raise Refused(f"“{name}”里没有 .xlsx、.csv 或 .parquet 文件")
        if sum(m.file_size for m in members) > 8 * settings.ZERENTIAN_UPLOAD_LIMIT or len(members) > 20:
            raise Refused(f"“{name}”解开后过大，可能是恶意文件，已拒绝；请分开上传")
        for number, member in enumerate(members):
            target = place("uploads") / f"{timezone.now():%H%M%S%f}-{number}"
            with target.open("wb") as out:
                out.writelines(inflate(archive, member))
            try:
                yield target, Path(member.filename).name
            finally:
                target.unlink(missing_ok=True)


def check_here(*, import_id: int, by: Actor) -> Run:
    """Check in this process (commands); the finished run."""
    return perform(CHECK, title=f"检查导入文件 #{import_id}", by=by, import_id=import_id)


def apply_here(*, import_id: int, by: Actor) -> Run:
    """Take over in this process (commands); the finished run."""
    confirm_import(import_id=import_id, by=by, here=True)
    return perform(APPLY, title=f"导入户档案 #{import_id}", by=by, import_id=import_id)


@act("registry.import.confirm", needs=Permission.REGISTRY_IMPORT)
def confirm_import(*, import_id: int, by: Actor, here: bool = False) -> Import:
    """Say yes to a checked import: its good rows are taken over by a run."""
    made: Import = Import.objects.within(by.scope).get(pk=import_id)
    refused = sum(numbers["refused"] for numbers in made.counts.get("sheets", {}).values())
    if made.whole and refused:
        raise Refused(f"有 {refused} 行未通过检查，按要求整批不导入；请更正后重新上传")
    guarded_update(Import.objects.filter(pk=import_id, state=State.CHECKED), state=State.APPLYING)
    if not here:
        run = start(APPLY, title=f"导入户档案 #{import_id}", by=by, division=made.division, import_id=import_id)
        Import.objects.filter(pk=import_id).update(apply_run_id=run.pk)
    made.refresh_from_db()
    return made


@act("registry.import.withdraw", needs=Permission.REGISTRY_IMPORT)
def withdraw_import(*, import_id: int, by: Actor) -> None:
    """Give a checked import up: nothing is taken over, and what was staged is forgotten."""
    rows = Import.objects.within(by.scope).filter(pk=import_id, state=State.CHECKED)
    guarded_update(rows, state=State.WITHDRAWN)
    forget(import_id)


def forget(import_id: int) -> None:
    """Empty the staging tables of one import."""
    with connection.cursor() as cursor:
        for table in crosschecks.TABLES.values():
            cursor.execute(f"delete from {table} where import_id = %s", [import_id])  # noqa: S608
    StagedMark.objects.filter(import_id=import_id).delete()


def _narrow(by: Actor, division: int) -> Actor:
    """The actor within the area that the import is for."""
    return replace(by, scope=Scope.of([division], by.scope.households)) if by.scope.covers(division) else by


def _context(made: Import, by: Actor) -> staging.Context:
    today = timezone.localdate()
    limits = Limits.of(today, rulebook.parameters("quality", made.division, today))
    lists = {
        key: [(c.key, c.zh, c.en, c.national, c.national.lstrip("0"), *c.also) for c in found.values]
        for key, found in rulebook.code_lists().items()
    }
    clean = {key: [tuple(name for name in names if name) for names in rows] for key, rows in lists.items()}
    return staging.Context(made.pk, by.scope, limits, clean)


@job(CHECK)
def check_import(*, run: Work, by: Actor, import_id: int) -> None:
    """Stage the files batch by batch, look across the rows, count, and write the workbook of errors."""
    by.require(Permission.REGISTRY_IMPORT)
    with unit(by):
        made = Import.objects.get(pk=import_id)
        run.cursor = _trusted(import_id, run.cursor)
        files = [(number, open_file(entry["id"])) for number, entry in enumerate(made.files)]
    narrow = _narrow(by, made.division)
    try:
        found = stage_all(run, narrow, made, files)
        if not found:
            raise Refused("文件里没有认得的表。请使用系统的采集模板，工作表名或列名不要改动")
        look_across(run, narrow, import_id)
        _conclude(run, narrow, made, found)
    except Refused:
        with unit(by):
            Import.objects.filter(pk=import_id).update(state=State.FAILED)
        raise


def _trusted(import_id: int, cursor: int) -> int:
    """Where to go on: from the start when a crash of the server emptied the staging tables."""
    if cursor and StagedMark.objects.filter(import_id=import_id).exists():
        return cursor
    forget(import_id)
    ImportProblem.objects.filter(import_id=import_id).delete()
    StagedMark.objects.create(import_id=import_id)
    return 0


def stage_all(run: Work, by: Actor, made: Import, files: Sequence[tuple[int, Path]]) -> list[staging.Source]:
    """Every batch of every sheet in its own step; the cursor counts batches."""
    with unit(by):
        context = _context(made, by)
    found = staging.sources(files)
    done = position = 0
    for source in found:
        for batch in staging.batches(source, context, skip=max(0, run.cursor - position)):
            done = max(done, run.cursor) + 1
            with unit(by):
                staging.stage(batch, context)
                run.advance(
                    batch.height, cursor=done, note=f"{source.sheet.title}：已读 {run.run.done + batch.height:,} 行"
                )
            run.check()
        position = done
    return found


_STEPS = (*crosschecks.OWN, *crosschecks.AGAINST_REGISTER, *crosschecks.REFERENCES)
_LOOKING = 1_000_000  # cursor from which on the rows are staged and looked across


def look_across(run: Work, by: Actor, import_id: int) -> None:
    """Run the checks beyond one row, all in one step."""
    if run.cursor >= _LOOKING:
        return
    run.advance(0, note="正在核对重复、引用和户内一致性")
    with unit(by):
        crosschecks.prepare(import_id)
        for check in _STEPS:
            crosschecks.run_check(check, import_id, by)
        crosschecks.shape(import_id)
        for check in crosschecks.QUESTIONS:
            crosschecks.run_check(check, import_id, by)
        run.advance(0, cursor=_LOOKING)


def _conclude(run: Work, by: Actor, made: Import, found: Sequence[staging.Source]) -> None:
    """Counts by sheet, changed rows before and after, the workbook of errors."""
    with unit(by):
        crosschecks.prepare(made.pk)
        counts = {s.sheet.name: _counts(s.sheet.name, made.pk) for s in found}
        changes = {name: differences(name, taking.samples(name, made.pk)) for name in counts}
        first = ImportProblem.objects.filter(import_id=made.pk, stops=True).order_by("sheet", "file", "row")
        run.refuse_all([Reason(p.text + p.todo, where=f"{_title(p.sheet)} 第 {p.row} 行 {p.number}") for p in first])
    errors = write_errors(made.pk, found, run.folder) if any(n["refused"] for n in counts.values()) else None
    if errors is not None:
        run.result(errors, errors.name, needs=Permission.REGISTRY_IMPORT)
    with unit(by):
        run.count(
            **{f"{_title(name)}·{_WORDS[k]}": n for name, numbers in counts.items() for k, n in numbers.items() if n}
        )
        Import.objects.filter(pk=made.pk).update(
            state=State.CHECKED,
            counts={"sheets": counts, "changes": changes},
            errors_file_id=run.run.file_id,
            staged=sum(n["new"] + n["changed"] + n["unchanged"] for n in counts.values()),
        )
        run.advance(0, cursor=_LOOKING + 1)


_WORDS = {"new": "新增", "changed": "变更", "unchanged": "不变", "refused": "未通过", "asked": "待核"}


def _title(sheet: str) -> str:
    return next(s.title for s in SHEETS if s.name == sheet)


def _counts(sheet: str, import_id: int) -> dict[str, int]:
    problems = ImportProblem.objects.filter(import_id=import_id, sheet=sheet)
    return {
        **taking.counted(sheet, import_id),
        "refused": problems.filter(stops=True).values("file", "row").distinct().count(),
        "asked": problems.filter(stops=False).values("file", "row").distinct().count(),
    }


@job(APPLY)
def apply_import(*, run: Work, by: Actor, import_id: int) -> None:
    """Take the good rows over, range by range, each range one transaction and one act; then tell who waits for it."""
    by.require(Permission.REGISTRY_IMPORT)
    with unit(by):
        made = Import.objects.get(pk=import_id)
        lost = not StagedMark.objects.filter(import_id=import_id).exists()
    narrow = _narrow(by, made.division)
    if lost:
        _stage_again(narrow, made)
    with unit(narrow):
        found = taking.ranges(import_id)
        refresh_statistics(*crosschecks.TABLES.values())
    run.begin(sum(rows for _, _, rows in found))
    fresh = 0  # ranges since the planner last heard how much the register holds; it grows fast at first
    for lo, hi, rows in found:
        if hi <= run.cursor:
            continue
        with unit(narrow):
            _take_range(run, narrow, made, lo, hi)
            fresh += 1
            if fresh in (1, 4, 16):
                refresh_statistics(*_REGISTER)
            run.advance(rows, cursor=hi, note=f"已到 {lo // 1_000_000}")
        run.check()
    with unit(narrow):
        refresh_statistics(*_REGISTER)
        forget(import_id)
        Import.objects.filter(pk=import_id).update(state=State.DONE)
        announce("records.changed", division=made.division, by=by)
        run.advance(0, cursor=10**12)


def _take_range(run: Work, by: Actor, made: Import, lo: int, hi: int) -> None:
    """One range: look once more whether somebody else was first, then take over."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, lo // 1_000_000])
    for check in crosschecks.AGAINST_REGISTER:
        late = crosschecks.run_check(check, made.pk, by, (lo, hi))
        if late:
            run.count(**{f"{_title(check.sheet)}·{_WORDS['refused']}": late})
    with acting("registry.import.take", by=by, subject=f"import:{made.pk}", division=lo // 1_000_000 * 1_000_000):
        for sheet in crosschecks.TABLES:
            done = taking.take(sheet, made.pk, lo, hi)
            numbers = {_WORDS["new"]: done.added, _WORDS["changed"]: done.changed}
            run.count(**{f"{_title(sheet)}·{word}": n for word, n in numbers.items() if n})


class _Quiet:
    """Stands for a run where the staging is only repeated after a crash of the server."""

    cursor = 0

    def __init__(self) -> None:
        self.run = self
        self.done = 0

    def advance(self, n: int = 1, **_: Any) -> None:
        """Nothing is shown twice."""

    def check(self) -> None:
        """Not to be cancelled here."""


def _stage_again(by: Actor, made: Import) -> None:
    """A crash of the server emptied the staging tables: the files are still there, and so are the ranges done."""
    with unit(by):
        _trusted(made.pk, 0)
        files = [(number, open_file(entry["id"])) for number, entry in enumerate(made.files)]
    quiet: Any = _Quiet()
    stage_all(quiet, by, made, files)
    look_across(quiet, by, made.pk)


def imports_here(by: Actor) -> Any:
    """The imports that the actor may see, the newest first; needs an open unit."""
    with joined(by):
        return Import.objects.within(by.scope).order_by("-id")
