"""Recomputation: of everything through a snapshot, of one area or measure on the live facts."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.assessment.models import AreaStanding, BodyStanding, Dispute, Entry, EntryChange, Figure, Reckoning
from zerentian.assessment.queries import Bound, bound_measures
from zerentian.assessment.services import entries, figures, standings
from zerentian.assessment.services.keeping import keep_snapshots
from zerentian.exchange.services import keep_calendar
from zerentian.kernel import jobs, snapshots
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting, current_run, titles
from zerentian.kernel.db import narrowed, refresh_statistics, unit
from zerentian.kernel.effects import effect
from zerentian.kernel.jobs import Work, every, job
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import EVERYWHERE, Level, Range, Scope, ancestor, level_of, range_of
from zerentian.organisations.queries import reach
from zerentian.registry.services import quality
from zerentian.rulebook import queries as rulebook

KIND = "assessment.recompute"
titles[KIND] = _("测算责任台账")
# One computation writes at a time; the lock ends with its transaction.
_LOCK = "select pg_advisory_xact_lock(23130, 1)"
# What was just written has no statistics yet; a nested loop over it would take minutes where a hash takes a second.
_HASHED = "set local enable_nestloop = off"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Task:
    """What to compute: the area whose rows are rewritten, the measures, the day."""

    area: Range
    top: Level
    division: int | None
    measure: str | None
    on: date
    bound: Mapping[str, Bound]

    @property
    def above(self) -> list[int]:
        """The divisions above the area, whose sums and bodies change with it."""
        return [ancestor(self.area.lo, level) for level in Level if level < self.top]


def recompute(
    *,
    by: Actor,
    division: int | None = None,
    measure: str | None = None,
    on: date | None = None,
    run: Work | None = None,
) -> Reckoning:
    """Compute the ledger and write what changed, in one transaction; what was done.

    Without division and measure everything is computed through a snapshot; otherwise the county of the division (or
    the wider area itself), or the one measure, on the live facts. Refused for an unknown measure.
    """
    by.require(Permission.LEDGER_RECOMPUTE)
    began, day = time.monotonic(), on or timezone.localdate()
    bound, faults = bound_measures(day, measure)
    if measure is not None and not bound:
        raise Refused(*(faults or [f"规则里没有指标 {measure}"]))
    wide = division is None or level_of(division) is Level.PROVINCE
    whole = wide and measure is None
    if run:
        run.begin(4 if whole else 3)
        for fault in faults:
            run.refuse(fault)
    if wide:
        keep_calendar(day)
    if whole:
        quality.refresh(on=day)
        return _whole(_Task(EVERYWHERE, Level.PROVINCE, None, None, day, bound), began, run)
    place = rulebook.law_area() if division is None else ancestor(division, min(Level.COUNTY, level_of(division)))
    quality.refresh(place, day)
    return _live(_Task(range_of(place), level_of(place), place, measure, day, bound), began, run)


def _whole(task: _Task, began: float, run: Work | None) -> Reckoning:
    manifest = snapshots.take(task.on)
    _step(run, "快照 %s：%s 行", manifest.name, f"{manifest.total:,}")
    with snapshots.session(manifest.folder) as duck, TemporaryDirectory() as folder:
        figures.compute(_Duck(duck), task.bound, task.area, narrow=False)
        figures.roll_up(_Duck(duck), task.top)
        entries.load_bodies(_Duck(duck), task.on)
        wanted = entries.demands(task.on, task.bound)
        asked = entries.ask(_Duck(duck), wanted, "zt_figure")
        path = Path(folder) / "figures.csv"
        duck.execute(f"copy (select {figures.FIGURE_COLUMNS} from zt_figure) to '{path}' (header false)")
        _step(run, "算出 %s 项指标", len(task.bound))
        with unit(system()), acting(KIND, by=system(), subject="ledger"):
            _lock()
            changed = _take_figures(path, task)
            with connection.cursor() as cursor:
                entries.load_bodies(_Postgres(cursor), task.on)
            return _finish(task, asked, wanted, changed, began, manifest.taken_at, manifest.name, run)


def _live(task: _Task, began: float, run: Work | None) -> Reckoning:
    with (
        unit(system()),
        acting(KIND, by=system(), subject="ledger", division=task.division),
        connection.cursor() as cursor,
    ):
        _lock()
        facts_at, engine, measures = timezone.now(), _Postgres(cursor), sorted(task.bound)
        figures.compute(engine, task.bound, task.area, narrow=True)
        figures.roll_up(engine, task.top)
        changed = figures.merge(measures, task.area)
        if task.division is not None:
            changed += figures.sum_above(measures, task.division)
        _step(run, "算出 %s 项指标", len(task.bound))
        with narrowed(reach(Scope((task.area,)))):
            entries.load_bodies(engine, task.on)
        measured = task.bound if task.measure is None else bound_measures(task.on)[0]
        wanted = entries.demands(task.on, measured, task.measure)
        asked = entries.ask(engine, wanted, "assessment_figure")
        return _finish(task, asked, wanted, changed, began, facts_at, "", run)


def _finish(
    task: _Task,
    asked: list[tuple[Any, ...]],
    wanted: list[entries.Demand],
    changed: int,
    began: float,
    facts_at: datetime,
    snapshot: str,
    run: Work | None,
) -> Reckoning:
    """Judge and write the entries, count the standings, settle disputes, keep the reckoning."""
    rows = entries.judged(asked, wanted, task.on, _disputed())
    written = entries.write(rows, task.on, task.area, task.above, task.measure)
    _step(run, "判定 %s 条，改动 %s 条", f"{written.entries:,}", f"{written.changed:,}")
    standings.write(task.on, task.area, task.top)
    _settle(facts_at)
    done = Reckoning.objects.create(
        division=task.division, measure=task.measure or "", on=task.on, facts_at=facts_at, snapshot=snapshot,
        figures_changed=changed, entries=written.entries, entries_changed=written.changed,
        seconds=round(time.monotonic() - began, 2), run_id=current_run.get(),
    )  # fmt: skip
    if snapshot:
        refresh_statistics(*(model._meta.db_table for model in (Figure, Entry, AreaStanding, BodyStanding)))
        _again(facts_at, task.on, done)
    if run:
        run.count(**{"数字·变更": changed, "事项": written.entries, "事项·变更": written.changed})
        run.advance(1, note="用时 %s 秒", words=[done.seconds])
    return done


def _again(facts_at: datetime, on: date, done: Reckoning) -> None:
    """Areas computed after the snapshot was taken knew fresher facts: compute them once more."""
    later = Reckoning.objects.filter(facts_at__gt=facts_at, division__isnull=False).exclude(pk=done.pk)
    for division in sorted(set(later.values_list("division", flat=True))):
        recompute(by=system(), division=division, on=on)


def _take_figures(path: Path, task: _Task) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HASHED)
        cursor.execute("drop table if exists zt_figure")
        cursor.execute(f"create temp table zt_figure as select {figures.FIGURE_COLUMNS} from assessment_figure limit 0")
        with path.open("rb") as stream, cursor.copy("copy zt_figure from stdin (format csv)") as copy:
            while block := stream.read(BLOCK):
                copy.write(block)
    return figures.merge(sorted(task.bound), task.area)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def _disputed() -> set[entries.DisputeKey]:
    """Entries whose dispute waits for its decision."""
    waiting = Dispute.objects.filter(state="open").select_related("entry")
    return {(d.entry.body, d.entry.duty, d.entry.requirement, d.entry.period) for d in waiting}


def _settle(at: datetime) -> None:
    """An upheld dispute is settled when the records behind it were corrected, that is when its figure changed."""
    for dispute in Dispute.objects.filter(state="upheld").select_related("entry"):
        entry = dispute.entry
        if entry.value != dispute.value_then:
            dispute.state = Dispute.State.SETTLED
            dispute.save(update_fields=["state"])
            EntryChange.objects.create(
                entry_id=entry.pk, division=entry.division, kind="settled", before_status=entry.status, status=entry.status,
                before_value=dispute.value_then, value=entry.value, target=entry.target,
            )  # fmt: skip


def _step(run: Work | None, note: str, *words: object) -> None:
    if run:
        run.check()
        run.advance(1, note=note, words=words)


class _Duck:
    """DuckDB as an engine."""

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self.duck = duck

    def execute(self, sql: str) -> None:
        """Run one statement."""
        self.duck.execute(sql)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        return self.duck.fetchall()


class _Postgres:
    """A cursor of the open transaction as an engine; its text is never read as a pattern of parameters."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def execute(self, sql: str) -> None:
        """Run one statement."""
        self.cursor.execute(sql)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""
        return list(self.cursor.fetchall())


@job(KIND)
def recompute_job(
    *, run: Work, by: Actor, area: int | None = None, measure: str | None = None, on: str | None = None
) -> None:
    """The computation as long work; the platform computes, whoever asked for it. Restarted from its beginning."""
    done = recompute(by=system(), division=area, measure=measure, on=date.fromisoformat(on) if on else None, run=run)
    if done.snapshot:
        keep_snapshots(by=system())


def start_recompute(*, by: Actor, division: int | None) -> Run:
    """Ask for the computation of an area; the run that waits already is joined."""
    by.require(Permission.LEDGER_RECOMPUTE)
    if division is not None and not by.scope.touches(division):
        raise Refused("只能测算本辖区")
    return _queue(by, division)


def _county(division: int) -> int | None:
    return None if level_of(division) <= Level.CITY else ancestor(division, Level.COUNTY)


def _queue(by: Actor, division: int | None) -> Run:
    county = None if division is None else _county(division)
    name = f"{KIND}:{county or 'all'}"
    title = "测算全省责任台账" if county is None else "测算本县责任台账"
    return jobs.start(KIND, title=title, by=by, division=county, once=name, area=county)


@effect("records.changed")
def records_changed(*, division: int | None, by: Actor, **facts: Any) -> None:
    """Records of an area changed: its ledger is computed soon, once however many changes come."""
    _queue(by, division)


@effect("records.changed.many")
def records_changed_in(*, divisions: Sequence[int], by: Actor) -> None:
    """The same for the places of a list; each county's ledger is asked for once."""
    for county in {_county(division) for division in divisions}:
        _queue(by, county)


@effect("rules.changed")
def rules_changed(*, division: int | None, by: Actor, **facts: Any) -> None:
    """A local measure or the regulation changed: the ledger obeys at once."""
    if Reckoning.objects.exists():
        _queue(by, division)


@every("30 18 * * *", queue="long")
def nightly() -> None:
    """Everything, every night at half past two in China."""
    with unit(system()):
        _queue(system(), None)
