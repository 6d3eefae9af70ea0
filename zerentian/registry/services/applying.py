"""The taking over of a checked import: range by range, two at a time, each one transaction and one act."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import acting, current_run, titles
from zerentian.kernel.db import flushed_later, refresh_statistics, unit
from zerentian.kernel.effects import announce
from zerentian.kernel.jobs import job
from zerentian.kernel.models import Act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.work import Work
from zerentian.registry.models import Import, StagedMark
from zerentian.registry.services import crosschecks, taking
from zerentian.registry.services.beside import alone
from zerentian.registry.services.checking import TITLES, WORDS, clear, files_of, look_across, narrow, stage_all
from zerentian.registry.services.staging import forget
from zerentian.territory import queries as territory

APPLY = "registry.import.apply"
TAKE = "registry.import.take"
titles[TAKE] = _("采集表写入档案")
AT_ONCE = 2  # ranges taken over at the same time
TRIES = 3  # of a range that somebody else's writing crossed
_REGISTER = tuple(target.model._meta.db_table for target in taking.TARGETS.values())
_HALVES = (_REGISTER[1:2], _REGISTER[:1] + _REGISTER[2:])  # persons, of whom there are most, and the rest
# After so many ranges, if as many are left, the planner hears how much the register holds; till then `taking` plans for it.
_FRESH = {8, 32, 128}

Part = tuple[int, int, int]


@job(APPLY)
def apply_import(*, run: Work, by: Actor, import_id: int) -> None:
    """Take the good rows over; then tell who waits for it. A resumed run does the ranges that no act stands for."""
    by.require(Permission.REGISTRY_IMPORT)
    with unit(by):
        made = Import.objects.get(pk=import_id)
        lost = not StagedMark.objects.filter(import_id=import_id).exists()
    inside = narrow(by, made.division)
    if lost:
        _stage_again(inside, made, run.folder)
    with unit(inside):
        parts = taking.ranges(import_id) if _brings_something(made) else []
        done = _done(import_id)
    total = sum(rows for _, _, rows in parts)
    run.begin(total)
    run.advance(sum(rows for lo, hi, rows in parts if (lo, hi) in done))
    left = [part for part in parts if part[:2] not in done]
    statistics = _Statistics(inside, is_needed=total >= taking.MANY)
    for number, (part, counted) in enumerate(_taken(left, inside, made, statistics.begin), 1):
        run.count(**counted)
        run.advance(part[2], note="已到 %s", words=[territory.name_of(part[0] // 1_000_000 * 1_000_000)])
        if number in _FRESH and 2 * number <= len(left):
            _refresh(inside, _REGISTER, taking.KEYS)
        run.check()
    with statistics.refreshed(is_needed=bool(run.run.counts)) as wait, unit(inside):
        forget(import_id)
        wait()
        Import.objects.filter(pk=import_id).update(state=Import.State.DONE)
        announce("records.changed", division=made.division, by=by)
        run.advance(0, cursor=1)


def _brings_something(made: Import) -> bool:
    """Whether the check found anything new or changed; the same file twice has nothing to take over."""
    return any(numbers["new"] or numbers["changed"] for numbers in made.counts["sheets"].values())


class _Statistics:
    """All statistics of the register, refreshed in halves: the first by whoever has nothing left to take over."""

    def __init__(self, by: Actor, *, is_needed: bool) -> None:
        self._by = by
        self._left = list(_HALVES) if is_needed else []
        self._first = Lock()

    def begin(self) -> None:
        """Once: the first half, while the last range is still being taken over, of which a sample needs not know."""
        if self._first.acquire(blocking=False) and self._left:
            _refresh(self._by, self._left.pop(0))

    @contextmanager
    def refreshed(self, *, is_needed: bool) -> Iterator[Callable[[], None]]:
        """The rest in threads meanwhile; yields what waits for them. Inside a transaction, beforehand."""
        left = self._left if is_needed else []
        if connection.in_atomic_block or not left:
            for half in left:
                _refresh(self._by, half)
            yield lambda: None
            return
        with ThreadPoolExecutor(len(left), thread_name_prefix="refreshing") as pool:
            halves = [pool.submit(alone, partial(_refresh, self._by, half)) for half in left]

            def wait() -> None:
                for half in halves:
                    half.result()

            yield wait


def _refresh(by: Actor, tables: Sequence[str], columns: Sequence[str] = ()) -> None:
    with unit(by):
        refresh_statistics(*tables, columns=columns)


def _subject(import_id: int, lo: int, hi: int) -> str:
    return f"import:{import_id}:{lo}-{hi}"


def _done(import_id: int) -> set[tuple[int, int]]:
    """The ranges that an act stands for: it was committed with the range, or not at all."""
    start = f"import:{import_id}:"
    subjects = Act.objects.filter(subject__gte=start, subject__lt=f"{start}~", name=TAKE).values_list(
        "subject", flat=True
    )
    bounds = (subject.removeprefix(start).split("-") for subject in subjects)
    return {(int(lo), int(hi)) for lo, hi in bounds}


def _taken(
    parts: Sequence[Part], by: Actor, made: Import, idle: Callable[[], None]
) -> Iterator[tuple[Part, dict[str, int]]]:
    """Each range once it is committed, with what it did; inside a transaction one after the other.

    `idle` is called by the thread that finds nothing left while the other one is still at work.
    """
    if connection.in_atomic_block or len(parts) == 1:
        yield from ((part, take_range(part, by, made)) for part in parts)
        return
    left, over = iter(parts), Event()
    done: SimpleQueue[tuple[Part, dict[str, int]] | None] = SimpleQueue()
    turn = Lock()

    def take_all() -> None:
        """Range by range on one connection, which knows tables and triggers after the first."""
        try:
            while not over.is_set():
                with turn:
                    part = next(left, None)
                if part is None:
                    idle()
                    return
                done.put((part, take_range(part, by, made)))
        except BaseException:
            over.set()
            raise
        finally:
            done.put(None)

    workers = min(AT_ONCE, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers, thread_name_prefix="taking") as pool:
        working = [pool.submit(_for_run, current_run.get(), take_all) for _ in range(workers)]
        try:
            for _ in range(workers):
                yield from iter(done.get, None)
        finally:
            over.set()
        for worker in working:
            worker.result()


def _for_run(run_id: int | None, work: Callable[[], None]) -> None:
    """For a thread: not in a copy of the caller's context, for that would bring the caller's connection along."""
    current_run.set(run_id)
    alone(work)


def take_range(part: Part, by: Actor, made: Import) -> dict[str, int]:
    """One range in one transaction; again when another writer crossed it."""
    known = _known(made)
    for attempt in range(1, TRIES + 1):
        try:
            with unit(by):
                return _take(part, by, made, known)
        except IntegrityError:
            # Somebody registered the same number meanwhile: the check against the register now finds it.
            if attempt == TRIES or connection.in_atomic_block and known == set(crosschecks.TABLES):
                raise
            known = set(crosschecks.TABLES)
        except DatabaseError as error:
            if attempt == TRIES or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError("unreachable")


def _known(made: Import) -> set[str]:
    """The sheets of which the check found rows in the register.

    The rows of the others are only added: should one of them be there by now, its unique number, or the one of its
    document, stops the range, which then looks at every row.
    """
    return {name for name, numbers in made.counts["sheets"].items() if numbers["changed"] or numbers["unchanged"]}


def _take(part: Part, by: Actor, made: Import, known: set[str]) -> dict[str, int]:
    lo, hi, _rows = part
    if not StagedMark.objects.filter(import_id=made.pk).exists():
        # An act for a range of which nothing was there to take would make the resumed run pass it over.
        raise OperationalError("the staging tables were emptied by a crash of the server")
    flushed_later()
    taking.plan_for_a_small_register()
    counted: Counter[str] = Counter()
    for check in (check for check in crosschecks.AGAINST_REGISTER if check.sheet in known):
        counted[f"{TITLES[check.sheet]}·{WORDS['refused']}"] += crosschecks.run_check(check, made.pk, by, (lo, hi))
    county = lo // 1_000_000 * 1_000_000
    with acting(TAKE, by=by, subject=_subject(made.pk, lo, hi), division=county):
        for sheet in crosschecks.TABLES:
            done = taking.take(sheet, made.pk, lo, hi, is_known=sheet in known)
            counted[f"{TITLES[sheet]}·{WORDS['new']}"] += done.added
            counted[f"{TITLES[sheet]}·{WORDS['changed']}"] += done.changed
    return {word: number for word, number in counted.items() if number}


class _Quiet:
    """Stands for a run where the staging is only repeated after a crash of the server."""

    cursor = 0

    def __init__(self, folder: Path) -> None:
        self.run = self
        self.done = 0
        self.folder = folder

    def advance(self, n: int = 1, **_: Any) -> None:
        """Nothing is shown twice."""

    def check(self) -> None:
        """Not to be cancelled here."""


def _stage_again(by: Actor, made: Import, folder: Path) -> None:
    """A crash of the server emptied the staging tables: the files are still there, and so are the ranges done."""
    with unit(by):
        clear(made.pk)
        files = files_of(made)
    quiet: Any = _Quiet(folder)
    stage_all(quiet, by, made, files)
    look_across(quiet, by, made.pk)
    with unit(by):
        StagedMark.objects.create(import_id=made.pk)  # last: half a staging is none
