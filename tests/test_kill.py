"""What is killed with SIGKILL in the middle of its work leaves nothing half-done, and ends as if undisturbed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from tests.databases import addresses, own
from zerentian.accounts.tests.cast import COUNTY, VILLAGES
from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, EntryChange, Figure, Reckoning
from zerentian.assessment.services import recompute
from zerentian.assessment.tests.factories import province
from zerentian.kernel import jobs
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Act, Run
from zerentian.registry.models import Household

pytestmark = pytest.mark.slow

# Does what is queued; with a place named, it stays there once that function has done its part.
_WORKER = """
import importlib, sys, time
import django; django.setup()
from django.core.management import call_command
if len(sys.argv) > 1:
    module, name = importlib.import_module(sys.argv[1]), sys.argv[2]
    genuine = getattr(module, name)
    def stay(*args, **more):
        genuine(*args, **more)
        print("here", flush=True)
        time.sleep(120)
    setattr(module, name, stay)
call_command("worker", until_idle=True)
"""
AFTER_SNAPSHOT = ("zerentian.kernel.snapshots", "take")
AFTER_WRITING = ("zerentian.assessment.services.standings", "write")  # figures and entries are written, not committed


@contextmanager
def worker(environment: dict[str, str], *place: str) -> Iterator[subprocess.Popen[str]]:
    """A process that works on the queue, gone at the end whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WORKER, *place], stdout=subprocess.PIPE, env=environment, cwd=settings.ROOT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def kill_at(place: tuple[str, str], environment: dict[str, str]) -> None:
    """Let a worker come to the place, and kill it there."""
    with worker(environment, *place) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def finish(environment: dict[str, str]) -> None:
    """Another worker, as the supervisor would start it, finds the run and does it."""
    with worker(environment) as process:
        assert process.wait(120) == 0


# --- a computation -----------------------------------------------------------------------------------


@pytest.fixture
def environment(
    django_db_setup: None, django_db_blocker: Any, settings: Any, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """A computed county in a database of its own, some records changed since; the environment of its workers."""
    settings.ZERENTIAN_HOME = tmp_path  # snapshots
    with django_db_blocker.unblock(), own("kill"):
        made = province()
        recompute(by=system())
        with unit(system()), acting("test.correct", by=system(), reason="更正"):
            Household.objects.filter(pk=made["ungridded"].pk).update(grid_id=made["households"][VILLAGES[0]][2].grid_id)
            Household.objects.filter(division=VILLAGES[3]).update(status="removed")
        connections.close_all()
        yield {**addresses(), "ZERENTIAN_HOME": str(tmp_path), "ZERENTIAN_KEY_FILE": str(settings.ZERENTIAN_KEY_FILE)}


def ledger() -> list[list[Any]]:
    """Everything that a computation writes, without ids and times."""
    wanted = {
        Figure: ("measure", "body", "division", "own_numerator", "own_denominator", "numerator", "denominator"),
        Entry: ("body", "duty", "requirement", "period", "status", "value", "target", "since"),
        EntryChange: ("division", "kind", "before_status", "status", "before_value", "value", "target"),
        AreaStanding: ("division", "bodies", "red", "share", "not_measured"),
        BodyStanding: ("body", "at_risk"),
        Reckoning: ("division", "measure", "on", "figures_changed", "entries", "entries_changed"),
    }
    with unit(system(), writes=False):
        return [list(model.objects.order_by(*names).values_list(*names)) for model, names in wanted.items()]  # type: ignore[attr-defined]


def acts_of(run: Run) -> int:
    with unit(system(), writes=False):
        return Act.objects.filter(run_id=run.pk).count()


@pytest.mark.parametrize(
    ("area", "places"),
    [(None, (AFTER_SNAPSHOT, AFTER_WRITING)), (COUNTY, (AFTER_WRITING,))],
    ids=["whole", "area"],
)
def test_a_killed_computation_leaves_the_ledger_as_it_was_and_resumes_to_the_same(
    environment: dict[str, str], area: int | None, places: tuple[tuple[str, str], ...]
) -> None:
    before = ledger()
    with transaction.atomic():
        recompute(by=system(), division=area)
        undisturbed = ledger()
        transaction.set_rollback(True)
    assert undisturbed[:2] != before[:2] == ledger()[:2]
    with unit(system()):
        run = jobs.start("assessment.recompute", title="测算", by=system(), area=area)
    for attempt, place in enumerate(places, 1):
        kill_at(place, environment)
        run.refresh_from_db()
        assert (run.status, run.attempts) == ("working", attempt)
        assert ledger() == before
        assert acts_of(run) == 0
    finish(environment)
    run.refresh_from_db()
    assert (run.status, run.attempts, run.done) == ("done", len(places) + 1, run.total), run.error
    assert ledger() == undisturbed
    assert acts_of(run) == 1
