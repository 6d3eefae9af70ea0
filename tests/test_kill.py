"""What is killed with SIGKILL in the middle of its work leaves nothing half-done, and ends as if undisturbed."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from tests.databases import addresses, elsewhere, own, owner, point, template
from zerentian.accounts.tests.cast import COUNTY, VILLAGES
from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, EntryChange, Figure, Reckoning
from zerentian.assessment.services import recompute
from zerentian.assessment.tests.factories import province
from zerentian.kernel import jobs, server
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.management.commands.worker import revive
from zerentian.kernel.models import Act, Run
from zerentian.kernel.scope import Scope
from zerentian.kernel.server.places import ground_of
from zerentian.registry.models import Household, Import
from zerentian.registry.services import apply_here, begin_import, check_here, confirm_import
from zerentian.registry.tests.factories import household_row, person_row, write_files

pytestmark = pytest.mark.slow

# Does what is queued. With a place named, it says so and stays each time that function has done its part, after as many
# times as are passed over; and as it leaves the quick queue alone, it does not itself take up the run that it lost.
_WORKER = """
import importlib, sys, time
import django; django.setup()
from django.core.management import call_command
if len(sys.argv) > 1:
    module, name = importlib.import_module(sys.argv[1]), sys.argv[2]
    genuine, times = getattr(module, name), iter(range(int(sys.argv[4])))
    def stay(*args, **more):
        done = genuine(*args, **more)
        if next(times, None) is not None:
            return done
        print("here", flush=True)
        time.sleep(float(sys.argv[3]))
        return done
    setattr(module, name, stay)
    from zerentian.registry.services import applying, taking
    from zerentian.exchange.services import clues
    taking.RANGE_ROWS, applying.AT_ONCE, clues.BATCH = 1, 1, 0
call_command("worker", until_idle=True, queue="long" if len(sys.argv) > 1 else None)
"""
AFTER_SNAPSHOT = ("zerentian.kernel.snapshots", "take")
AFTER_RANGE = ("zerentian.registry.services.applying", "take_range")  # a village's rows are committed
AFTER_WRITING = ("zerentian.assessment.services.standings", "write")  # figures and entries are written, not committed


@contextmanager
def worker(environment: dict[str, str], *place: str, passed_over: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that works on the queue, gone at the end whatever happens."""
    arguments = [*place, str(passed_over)] if place else []
    process = subprocess.Popen(
        [sys.executable, "-c", _WORKER, *arguments],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=settings.ROOT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def kill_at(place: tuple[str, str], environment: dict[str, str], passed_over: int = 0) -> None:
    """Let a worker come to the place, passing it so many times, and kill it there."""
    with worker(environment, *place, "120", passed_over=passed_over) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def finish(environment: dict[str, str]) -> None:
    """Another worker, as the supervisor would start it, finds the run and does it."""
    with worker(environment) as process:
        assert process.wait(300) == 0


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
    """How many acts of a run there are, apart from the record of its snapshot, which stands as soon as that is whole."""
    with unit(system(), writes=False):
        return Act.objects.filter(run_id=run.pk).exclude(name="snapshot.take").count()


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


# --- the embedded server -----------------------------------------------------------------------------

PLACES = [f"36073210{n}200" for n in range(6)]


@pytest.fixture
def home(
    django_db_setup: None, django_db_blocker: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """An installation with a server of its own, whose database is a copy of the tests' template."""
    if not settings.EMBEDDED:
        pytest.skip("another server is used")
    monkeypatch.setenv("ZERENTIAN_PG_SHARED_BUFFERS", "16MB")
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        settings.ZERENTIAN_HOME = home
        try:
            at = server.ensure(home)
            with django_db_blocker.unblock():
                copy_template(home)
                with elsewhere(at.host, at.port, server.DATABASE):
                    yield home
        finally:
            server.erase(home)


def copy_template(home: Path) -> None:
    """Carry the tests' template over into the server of a home."""
    at, file = settings.DATABASES["owner"], home / "template.dump"
    with owner("postgres") as keeper:
        keeper.execute("select pg_advisory_lock(4711)")  # nobody may copy it meanwhile
        subprocess.run(
            [server.program(home, "pg_dump"), "-Fc", "-Z0", "-h", at["HOST"], "-p", str(at["PORT"]), "-U", server.BACKUP, "-f", file,
             template(keeper)],
            check=True,
        )  # fmt: skip
    server.restore(home, file)
    file.unlink()


def kill_server(home: Path) -> None:
    """SIGKILL for the embedded server of this home and all its children."""
    master = int((ground_of(home).data / "postmaster.pid").read_text().split("\n", 1)[0])
    for number in (master, *map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def import_of(prefix: str, folder: Path) -> Import:
    """A checked import of one household with one person in each of six villages."""
    by = system("导入", Scope.of([COUNTY]))
    homes = [household_row(f"{prefix}{n}", division=place) for n, place in enumerate(PLACES)]
    people = [person_row(f"{prefix}{n}-1", f"{prefix}{n}", division=place) for n, place in enumerate(PLACES)]
    made = begin_import(files=write_files(folder, households=homes, persons=people), division=COUNTY, by=by, here=True)
    assert check_here(import_id=made.pk, by=by).status == Run.Status.DONE
    return made


def imported(prefix: str) -> list[tuple[Any, ...]]:
    """What the register holds of an import."""
    with unit(system(), writes=False):
        homes = Household.objects.filter(number__startswith=prefix).order_by("number")
        return [
            (
                h.number.removeprefix(prefix),
                h.division,
                h.head_name,
                h.cause,
                h.phone,
                [p.name for p in h.persons.all()],
            )
            for h in homes
        ]


def test_an_import_outlives_the_killing_of_the_database(home: Path, tmp_path: Path) -> None:
    by = system("导入", Scope.of([COUNTY]))
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")} | {
        "DJANGO_SETTINGS_MODULE": "zerentian.config.settings",
        "ZERENTIAN_HOME": str(home),
        "ZERENTIAN_KEY_FILE": str(settings.ZERENTIAN_KEY_FILE),
    }
    run_id = confirm_import(import_id=import_of("K", tmp_path).pk, by=by).apply_run_id
    # Steps do not wait for the disk, which has them after a second at most; the last ones before the kill may be lost.
    with worker(environment, *AFTER_RANGE, "1") as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["here\n"] * 2
        kill_server(home)
        assert server.crashed(home)
        revive()  # as the supervisor does
        process.wait(60)
    point(server.DATABASE)  # anew, without the pool's dead connections

    half = imported("K")
    assert 1 <= len(half) < len(PLACES)
    assert all(len(people) == 1 for *_, people in half)  # a household never without its person
    finish(environment)
    run = Run.objects.get(pk=run_id)
    assert run.status == "done", run.error

    apply_here(import_id=import_of("U", tmp_path).pk, by=by)
    assert imported("K") == imported("U")
    assert len(imported("K")) == len(PLACES)
