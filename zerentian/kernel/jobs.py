"""Long work outside a request: declared with @job, started by an act, shown as a Run, resumed after a crash."""

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from procrastinate import manager as procrastinate_manager
from procrastinate import tasks as procrastinate_tasks
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from zerentian.kernel.actor import Actor, actor_of, system
from zerentian.kernel.acts import current_run
from zerentian.kernel.models import Run
from zerentian.kernel.reads import separate
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.work import Cancelled, Work

__all__ = [
    "Cancelled",
    "Work",
    "every",
    "execute",
    "job",
    "perform",
    "resume_stalled",
    "run_here",
    "start",
]

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])

QUEUES = ("quick", "long")
LOCK_SPACE = 0x5A54  # first key of the advisory locks that mark a run as being worked on
MOST_ATTEMPTS = 5

_DROP_DEAD_JOBS = """
select procrastinate_finish_job_v1(j.id, 'failed', false)
from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id
where j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - interval '2 minutes')
"""
_WITHOUT_JOB = """
select r.id from kernel_run r
where r.status = 'waiting' and (r.attempts > 0 or r.created_at < now() - interval '15 seconds') and not exists (
  select 1 from procrastinate_jobs j
  where j.task_name = 'kernel.run' and (j.status = 'todo' or j.status = 'doing' and r.attempts = 0)
  and (j.args->>'run_id')::bigint = r.id)
order by r.id
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One declared job."""

    name: str
    queue: str
    function: Callable[..., Any]


kinds: dict[str, Kind] = {}


def job(name: str, *, queue: str = "long") -> Callable[[F], F]:
    """Declare `def f(*, run: Work, by: Actor, **arguments)` as long work; `quick` is for seconds, `long` for more.

    The function opens its own `unit(by)` for each step and ends each with `run.advance(n, cursor=…)`.
    """
    if queue not in QUEUES:
        raise ValueError(f"no such queue: {queue}")

    def declare(function: F) -> F:
        kinds[name] = Kind(name, queue, function)
        return function

    return declare


def every(cron: str, *, queue: str = "quick") -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Let the worker call the function by the clock (cron in UTC); it may run twice and must bear it."""

    def declare(function: Callable[[], Any]) -> Callable[[], Any]:
        name = f"{function.__module__}.{function.__qualname__}"

        def tick(timestamp: int) -> None:
            function()

        procrastinate_app.periodic(cron=cron)(procrastinate_app.task(name=name, queue=queue)(tick))
        return function

    return declare


def start(
    kind: str,
    *,
    title: str,
    by: Actor,
    division: int | None = None,
    once: str = "",
    **arguments: Any,
) -> Run:
    """Ask for long work in this transaction: the run and its job commit with the act, or not at all.

    With `once`, the run that still waits under that name is returned instead of a second one. `arguments`
    are ids, texts and ISO dates. Raises KeyError for an undeclared kind, TypeError for other arguments.
    """
    while True:
        if once and (waiting := _waiting(once)):
            return waiting
        try:
            with transaction.atomic():
                run = _create(kind, title=title, by=by, division=division, once=once, arguments=arguments)
                _defer(run)
        except IntegrityError:
            # Another transaction just committed the same `once`; join it, unless it was begun meanwhile.
            continue
        return run


def perform(kind: str, *, title: str, by: Actor, division: int | None = None, **arguments: Any) -> Run:
    """Make a run and do it at once in this process; the finished run."""
    return run_here(
        _create(kind, title=title, by=by, division=division, once="", arguments=arguments),
        by=by,
    )


def run_here(run: Run, by: Actor | None = None) -> Run:
    """Do the run in this process, as `by` or as who started it; the finished run. Refused if another process has it."""
    if not execute(run.pk, by=by):
        raise Refused("这项工作正在另一个进程里进行，请在“任务”页查看进度")
    run.refresh_from_db()
    return run


def execute(run_id: int, by: Actor | None = None) -> bool:
    """Do one run to its end; False when another process is doing it. Every outcome is written to the run."""
    with _own_connection() as apart, _held(run_id, apart) as held:
        if not held:
            return False
        run = Run.objects.filter(pk=run_id).first()
        if run is None or run.is_over:
            return True
        work = Work(run, apart)
        work.claim()
        mark = current_run.set(run_id)
        try:
            _carry_out(work, by)
        finally:
            current_run.reset(mark)
    return True


def resume_stalled() -> int:
    """Put runs back in the queue whose process is gone; how many. A living process holds the run's lock."""
    stalled = []
    with _own_connection() as apart:
        for run in Run.objects.filter(status=Run.Status.WORKING).order_by("id"):
            with _held(run.pk, apart) as free:
                if free and run.attempts >= MOST_ATTEMPTS:
                    error = f"工作进程中断了 {run.attempts} 次，已停止重试；请系统管理员查看日志"
                    Work(run, apart).finish(Run.Status.FAILED, error=error)
                elif free:
                    stalled.append(run.pk)
    # A resumed run gives up its `once`: a newer one may wait under that name.
    Run.objects.filter(pk__in=stalled, status=Run.Status.WORKING).update(status=Run.Status.WAITING, once="")
    with connection.cursor() as cursor:
        cursor.execute(_DROP_DEAD_JOBS)
        cursor.execute(_WITHOUT_JOB)
        waiting = [row[0] for row in cursor.fetchall()]
    for run in Run.objects.filter(pk__in=waiting).order_by("id"):
        _defer(run)
    return len(waiting)


def _carry_out(work: Work, by: Actor | None) -> None:
    """Call the job's function and write how it ended."""
    run = work.run
    try:
        if run.cancel_asked:
            raise Cancelled
        kind = kinds[run.kind]
        actor = by or (actor_of(run.user_id, run.post_id) if run.user_id is not None else system())
        work.by = actor
        with separate(actor):
            kind.function(run=work, by=actor, **run.arguments)
        work.finish(Run.Status.DONE)
    except Cancelled:
        work.finish(Run.Status.CANCELLED)
    except Refused as refused:
        work.refuse_all(refused.reasons)
        work.finish(Run.Status.FAILED, error=str(refused))
    except Denied as denied:
        work.finish(Run.Status.FAILED, error=str(denied))
    except (OperationalError, InterfaceError):
        # The database went away: nothing can be written, and the run is picked up again when it is back.
        log.exception("run %s lost its database", run.pk)
        raise
    except MemoryError:
        log.exception("run %s ran out of memory", run.pk)
        work.finish(Run.Status.FAILED, error="内存不足，请把文件拆小后再试")
    except Exception:
        number = uuid.uuid4().hex[:8]
        log.exception("run %s failed, error %s", run.pk, number)
        work.finish(
            Run.Status.FAILED,
            error=f"程序出错，错误号 {number}。已做完的部分保留，请把错误号告诉系统管理员",
        )


def _create(
    kind: str,
    *,
    title: str,
    by: Actor,
    division: int | None,
    once: str,
    arguments: dict[str, Any],
) -> Run:
    if kind not in kinds:
        raise KeyError(f"no job is declared as {kind}")
    json.dumps(arguments)
    return Run.objects.create(
        kind=kind,
        title=title[:200],
        arguments=arguments,
        once=once,
        user_id=by.user_id,
        post_id=by.post_id,
        who=f"{by.name} {by.post_title}".strip(),
        division=division if division is not None else by.division,
    )


def _waiting(once: str) -> Run | None:
    """The waiting run of that name, held so that it can't start before this transaction's changes are there."""
    with transaction.atomic(savepoint=False):
        found = Run.objects.raw(
            "select * from kernel_run where once = %s and status = 'waiting' for share skip locked",
            [once],
        )
        return next(iter(found), None)


def _defer(run: Run) -> None:
    """Queue the run through Django's own connection, so that it commits with the caller's transaction."""
    jobs = procrastinate_manager.JobManager(DjangoConnector(alias="default"))
    procrastinate_tasks.configure_task(name="kernel.run", job_manager=jobs, queue=kinds[run.kind].queue).defer(
        run_id=run.pk
    )


@procrastinate_app.task(name="kernel.run")
def _run(run_id: int) -> None:
    execute(run_id)


@contextmanager
def _own_connection() -> Iterator[BaseDatabaseWrapper]:
    """A connection beside the default one, so that progress shows while a step is open.

    Inside a transaction (tests) it is the default one: what another could not see it could not update.
    """
    if connection.in_atomic_block:
        yield connection  # type: ignore[misc]
        return
    apart = connections.create_connection("default")
    try:
        yield apart
    finally:
        apart.close()


@contextmanager
def _held(run_id: int, apart: BaseDatabaseWrapper) -> Iterator[bool]:
    """Hold the run's advisory lock, which the database frees when this process dies; whether it was free."""
    with apart.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, run_id % 2**31])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free and apart.is_usable():
            with apart.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [LOCK_SPACE, run_id % 2**31])
