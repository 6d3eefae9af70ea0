"""Import of bodies, posts, appointments, grids and assignments: read, check, preview, take over."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import joined, narrowed, refresh_statistics, unit
from zerentian.kernel.effects import announce
from zerentian.kernel.files import open_file, store
from zerentian.kernel.jobs import job, perform, start
from zerentian.kernel.models import File, Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, Range, Scope, chain_of, code_text
from zerentian.kernel.tables import Problem, Sheet, read_rows, sheets_in, typed, write_error_workbook
from zerentian.kernel.tables.guards import Form, form_of
from zerentian.kernel.work import Work
from zerentian.organisations.models import Appointment, Assignment, Body, Grid, Post
from zerentian.organisations.queries import choices, reach
from zerentian.organisations.rules.checks import CHECKS, Known, level_expr, without_superior
from zerentian.organisations.rules.columns import SHEETS
from zerentian.organisations.services.staging import Taken, take_over
from zerentian.territory import queries as territory

IMPORT = "organisations.import"
_LOCK = 0x0B0D1E5
_BY_NAME = {sheet.name: sheet for sheet in SHEETS}


@dataclass(slots=True)
class Reading:
    """One sheet as read: strings for the error workbook, values for the register, and what is wrong."""

    sheet: Sheet
    raw: pl.DataFrame
    values: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> pl.DataFrame:
        """The rows without any problem."""
        return self.values.filter(pl.col("row").is_in({p.row for p in self.problems}).not_())


def begin_import(
    paths: Sequence[tuple[Path | BinaryIO, str]], *, by: Actor, write: bool, whole: bool = False, here: bool = False
) -> Run:
    """Keep the files and start the import as a run; without `write` it is a preview.

    `paths` are (path or open upload, name) of workbooks, or of CSV or Parquet files named after their sheet. With `whole` nothing
    is taken over as long as any row is wrong; `here` does it in this process.
    """
    by.require(Permission.BODY_CHANGE)
    with joined(by):
        kept = [store(p, name=name, purpose=IMPORT, by=by, division=by.division).pk for p, name in paths]
    title = "导入机构和任职" if write else "预览：机构和任职"
    return (perform if here else start)(IMPORT, title=title, by=by, files=kept, write=write, whole=whole)


def apply_import(*, run: Run, by: Actor) -> Run:
    """Start taking over the files of a finished preview."""
    by.require(Permission.BODY_CHANGE)
    if run.status != Run.Status.DONE or run.arguments["write"]:
        raise Refused("预览还没有完成，或已经导入")
    how = {"files": run.arguments["files"], "whole": run.arguments["whole"]}
    return start(IMPORT, title="导入机构和任职", by=by, once=f"{IMPORT}:{run.pk}", write=True, **how)


@job(IMPORT)
def import_files(*, run: Work, by: Actor, files: list[int], write: bool, whole: bool = False) -> None:
    """Read and check the files, say what is wrong, and take the good rows over in one step."""
    with unit(by):
        sources = [(open_file(pk), File.objects.get(pk=pk).name) for pk in files]
        readings = read_files(sources)
        run.begin(sum(r.values.height for r in readings.values()))
        check_all(readings, by)
    wrong = [r for r in readings.values() if r.problems]
    run.refuse_all(_reasons(wrong))
    if wrong:
        path = write_errors(wrong, run.folder)
        run.result(path, path.name)
    if whole and wrong:
        raise Refused("有未通过检查的行，按要求整批不导入；请更正后重新上传")
    with unit(by):
        taken = _take(readings, by, write)
        run.count(**_counted(taken, wrong))
        run.advance(sum(r.values.height for r in readings.values()), cursor=1)


def read_files(sources: Iterable[tuple[Path, str]]) -> dict[str, Reading]:
    """Sheet name → what was read, in the order in which sheets build on each other."""
    found: dict[str, Reading] = {}
    for path, name in sources:
        for sheet in _sheets_of(path, name):
            if sheet.name in found:
                raise Refused(f"“{sheet.title}”给了两份；请只上传一份")
            problems: list[Problem] = []
            raw = read_rows(path, sheet, problems=problems)
            found[sheet.name] = Reading(sheet, raw, typed(raw, sheet, problems, lists=choices()), problems)
    return {name: found[name] for name in _BY_NAME if name in found}


def _sheets_of(path: Path, name: str) -> list[Sheet]:
    if form_of(path) is Form.WORKBOOK:
        if found := sheets_in(path, SHEETS):
            return found
        raise Refused(f"工作簿“{name}”里没有这些工作表：{'、'.join(s.title for s in SHEETS)}；请用系统的模板")
    stem = Path(name).stem.lower()
    named = [s for s in SHEETS if stem.startswith(s.name) or s.title in stem]
    if not named:
        raise Refused(f"看不出“{name}”是哪张表；文件名应以 {'、'.join(s.name for s in SHEETS)} 之一开头")
    return named[:1]


def check_all(readings: dict[str, Reading], by: Actor) -> None:
    """Run every check; problems are added to the readings. Needs an open unit."""
    known = _known(readings, by)
    for name, reading in readings.items():
        _current_divisions(reading)
        _short_enough(reading)
        for check in CHECKS[name]:
            reading.problems.extend(check(reading.values, known))
        if name == "bodies":
            fallen = without_superior(reading.good, known)
            todo = "；请先更正上级机构那一行"
            reading.problems.extend(Problem(row, "superior_code", "上级机构未通过检查", todo) for row in fallen)
        known = _with_good(known, reading)


def _current_divisions(reading: Reading) -> None:
    """Codes of earlier days become today's; codes of no division are a problem."""
    if "division" not in reading.values.columns:
        return
    given = reading.values["division"].drop_nulls().unique().to_list()
    today = {code: territory.current_code(code) for code in given}
    for row, code in reading.values.select("row", "division").iter_rows():
        if code is not None and today[code] is None:
            reading.problems.append(Problem(row, "division", f"没有区划 {code_text(code)}", "；请查“区划”页"))
    moved = {old: new for old, new in today.items() if new is not None and new != old}
    if moved:
        reading.values = reading.values.with_columns(pl.col("division").replace(moved))


_MODELS = {"bodies": Body, "posts": Post, "appointments": Appointment}


def _short_enough(reading: Reading) -> None:
    """Texts longer than their field are a problem, not an error of the database."""
    model = _MODELS.get(reading.sheet.name)
    fields = {f.name: f.max_length for f in model._meta.fields if getattr(f, "max_length", None)} if model else {}
    for key in set(fields) & set(reading.values.columns) - {"phone", "phone_token"}:
        limit = fields[key] or 0
        for row in reading.values.filter(pl.col(key).cast(pl.String).str.len_chars() > limit)["row"]:
            reading.problems.append(Problem(row, key, f"超过 {limit} 个字", "；请缩短"))


def _known(readings: Mapping[str, Reading], by: Actor) -> Known:
    """What the register holds. Codes are unique in the whole register, so all of them are looked at."""
    above, mine = reach(by.scope), _ranges(by.scope)
    with narrowed(Scope.everywhere()):
        bodies = pl.DataFrame(
            list(Body.objects.values_list("code", "division", "superior__code", "ended_on")),
            {"code": pl.String, "division": pl.Int64, "superior_code": pl.String, "ended": pl.Date},
            orient="row",
        )
        posts = pl.DataFrame(
            list(Post.objects.values_list("code", "kind", "division")),
            {"code": pl.String, "kind": pl.String, "division": pl.Int64},
            orient="row",
        )
    bodies = bodies.with_columns(pl.col("ended").is_not_null(), in_scope=_inside(by.scope), reachable=_inside(above))
    return Known(bodies, posts.with_columns(in_scope=_inside(by.scope)), _held(readings), mine)


def _ranges(scope: Scope) -> tuple[tuple[int, int], ...]:
    return tuple((found.lo, found.hi) for found in scope.ranges)


def _inside(scope: Scope) -> pl.Expr:
    code = pl.col("division")
    return pl.any_horizontal([(code >= lo) & (code < hi) for lo, hi in _ranges(scope)] or [pl.lit(value=False)])


def _held(readings: Mapping[str, Reading]) -> pl.DataFrame:
    """The recorded appointments of the posts that the file speaks of."""
    schema = {"post_code": pl.String, "person_name": pl.String, "starts_on": pl.Date, "ends_on": pl.Date}
    if "appointments" not in readings:
        return pl.DataFrame(schema=schema)
    codes = readings["appointments"].values["post_code"].drop_nulls().unique().to_list()
    rows = Appointment.objects.filter(post__code__in=codes)
    values = rows.values_list("post__code", "person_name", "starts_on", "ends_on")
    return pl.DataFrame(list(values), schema, orient="row")


def _with_good(known: Known, reading: Reading) -> Known:
    """The same with the good rows of one more sheet."""
    good = reading.good
    if reading.sheet.name == "bodies":
        fresh = good.select(
            "code",
            "division",
            "superior_code",
            ended=pl.col("ended_on").is_not_null(),
            in_scope=pl.lit(value=True),
            reachable=pl.lit(value=True),
        )
        both = pl.concat([known.bodies, fresh]).unique("code", keep="last")
        return Known(both, known.posts, known.held, known.ranges)
    if reading.sheet.name == "posts":
        where = known.bodies.select(body_code="code", division="division")
        placed = good.join(where, on="body_code", how="left")
        fresh = placed.select("code", "kind", "division", in_scope=pl.lit(value=True))
        both = pl.concat([known.posts, fresh]).unique("code", keep="last")
        return Known(known.bodies, both, known.held, known.ranges)
    return known


def _take(readings: Mapping[str, Reading], by: Actor, write: bool) -> dict[str, Taken]:
    """Take the good rows over; a preview does the same and rolls it back, so its numbers are exact."""
    frames = {name: reading.good for name, reading in readings.items()}
    if write:
        return dict(take_over_all(frames=frames, by=by))
    with transaction.atomic():
        taken = take_over_all(frames=frames, by=by, announced=False)
        transaction.set_rollback(True)
    return dict(taken)


@act(IMPORT, _("导入机构和任职"), needs=Permission.BODY_CHANGE)
def take_over_all(*, frames: dict[str, pl.DataFrame], by: Actor, announced: bool = True) -> dict[str, Taken]:
    """Take checked frames over, all or nothing; what is the same already stays untouched."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        with narrowed(reach(by.scope)):
            cursor.execute("drop table if exists reachable_body")
            cursor.execute(
                "create temporary table reachable_body on commit drop as select code, id from organisations_body"
            )
    taken = {}
    for name, frame in frames.items():
        ready = frame.with_columns(level=level_expr(pl.col("division"))) if name == "bodies" else frame
        taken[name] = take_over(name, ready)
    if announced and any(t.added or t.changed for t in taken.values()):
        refresh_statistics(*(model._meta.db_table for model in (Body, Post, Appointment, Grid, Assignment)))
        announce("records.changed", division=_common(frames, by), by=by)
    return taken


def _common(frames: Mapping[str, pl.DataFrame], by: Actor) -> int:
    """The narrowest division that holds everything the frames speak of."""
    columns = [f["division"].drop_nulls() for f in frames.values() if "division" in f.columns and not f.is_empty()]
    if not columns:
        return by.division or by.scope.hull.lo
    codes = pl.concat(columns).to_list()
    low, high = min(codes), max(codes)
    shared = [c for c in chain_of(low) if high in Range(c, c + Level(len(chain_of(c))).span)]
    return shared[-1] if shared else by.scope.hull.lo


def _reasons(wrong: Iterable[Reading]) -> list[Reason]:
    return [
        Reason(p.text + p.todo, where=f"{r.sheet.title} 第 {p.row} 行") for r in wrong for p in sorted(r.problems, key=lambda p: p.row)
    ]  # fmt: skip


def _counted(taken: Mapping[str, Taken], wrong: Sequence[Reading]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for name, done in taken.items():
        title = _BY_NAME[name].title
        for word, number in (("新增", done.added), ("变更", done.changed), ("不变", done.unchanged)):
            if number:
                counts[f"{title}·{word}"] += number
    for reading in wrong:
        counts[f"{reading.sheet.title}·未通过"] += len({p.row for p in reading.problems})
    return dict(counts)


def write_errors(wrong: Sequence[Reading], folder: Path) -> Path:
    """The rows with problems as a workbook to correct and upload again; several sheets come as a zip."""
    paths = []
    for reading in wrong:
        path = folder / f"{reading.sheet.title}-未通过.xlsx"
        write_error_workbook(reading.raw, reading.sheet, reading.problems, path)
        paths.append(path)
    if len(paths) == 1:
        return paths[0]
    bundle = folder / "未通过的行.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return bundle
