"""A worker killed with SIGKILL in the middle of an import: nothing is half-applied, and resuming ends as if undisturbed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Run
from zerentian.kernel.scope import Scope
from zerentian.registry.models import Household, Import
from zerentian.registry.services import apply_here, applying, begin_import, check_here, taking
from zerentian.registry.tests.factories import household_row, person_row, write_files

pytestmark = pytest.mark.slow
PLACES = ["360732100200", "360732101200", "360732102200", "360732103200", "360732104200", "360732105200"]
COUNTY = 360732000000

# Takes the ranges over one at a time and slowly, so that the kill falls between two of them.
WORKER = """
import os, sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = settings.DATABASES["owner"]["NAME"] = sys.argv[1]
django.setup()
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Run
from zerentian.registry.services import applying, taking
taking.RANGE_ROWS, applying.AT_ONCE = 1, 1
take = applying.take_range
def slow(*args):
    done = take(*args)
    print("taken", flush=True)
    time.sleep(0.4)
    return done
applying.take_range = slow
from zerentian.kernel.actor import system
from zerentian.kernel.scope import Scope
run_here(Run.objects.get(pk=int(sys.argv[2])), by=system("导入", Scope.of([360732000000])))
"""


def _by() -> Actor:
    return system("导入", Scope.of([COUNTY]))


def _files(folder: Path, prefix: str) -> list[tuple[Path, str]]:
    homes = [household_row(f"{prefix}{i}", division=place) for i, place in enumerate(PLACES)]
    people = [person_row(f"{prefix}{i}-1", f"{prefix}{i}", division=place) for i, place in enumerate(PLACES)]
    return write_files(folder, households=homes, persons=people)


def _state(prefix: str) -> list[tuple[Any, ...]]:
    with unit(_by()):
        homes = Household.objects.filter(number__startswith=prefix).order_by("number")
        return [
            (row.number.removeprefix(prefix), row.division, row.head_name, row.cause, row.phone, row.persons.count())
            for row in homes
        ]


@pytest.fixture
def _committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database with real commits, as a killed process needs it; emptied by its owner afterwards."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        wanted = settings.DATABASES["owner"]
        with psycopg.connect(
            host=wanted["HOST"], port=wanted["PORT"] or 5432, user=wanted["USER"], password=wanted.get("PASSWORD") or None,
            dbname=wanted["NAME"], autocommit=True,
        ) as owner:  # fmt: skip
            owner.execute(
                "truncate registry_household, registry_person, registry_householdincome, registry_import, registry_importproblem,"
                " registry_stagedhousehold, registry_stagedperson, registry_stagedmark, kernel_act, kernel_history, kernel_run,"
                " kernel_runstep, kernel_file, procrastinate_jobs restart identity cascade"
            )


@pytest.mark.usefixtures("_committed")
def test_a_killed_apply_resumes_to_the_same_result(tmp_path: Path) -> None:
    by = _by()
    made = begin_import(files=_files(tmp_path, "K"), division=COUNTY, by=by, here=True)
    assert check_here(import_id=made.pk, by=by).status == Run.Status.DONE
    with unit(by):
        Import.objects.filter(pk=made.pk).update(state=Import.State.APPLYING)
        run = Run.objects.create(
            kind="registry.import.apply", title="导入", who="导入", division=COUNTY, arguments={"import_id": made.pk}
        )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "zerentian.config.settings",
        "ZERENTIAN_HOME": str(settings.ZERENTIAN_HOME),
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], str(run.pk)],
        stdout=subprocess.PIPE, env=environment, cwd=settings.ROOT, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    for _ in range(2):
        assert worker.stdout.readline() == "taken\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    worker.stdout.close()
    half = _state("K")
    assert 2 <= len(half) < len(PLACES)
    assert all(row[-1] == 1 for row in half)  # a household never without its person

    _wait_until_free(run.pk)
    run.refresh_from_db()
    done = run_here(run, by=by)
    assert done.status == Run.Status.DONE, done.error

    undisturbed = begin_import(files=_files(tmp_path, "U"), division=COUNTY, by=by, here=True)
    check_here(import_id=undisturbed.pk, by=by)
    apply_here(import_id=undisturbed.pk, by=by)
    assert _state("K") == _state("U")
    assert len(_state("K")) == len(PLACES)


@pytest.mark.usefixtures("_committed")
def test_statistics_are_taken_once_the_first_half_by_whoever_has_nothing_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MANY", 0)
    monkeypatch.setattr(taking, "RANGE_ROWS", 1)
    monkeypatch.setattr(applying.os, "cpu_count", lambda: 2)
    taken: list[tuple[str, tuple[str, ...]]] = []
    refresh = applying._refresh

    def noted(by: Actor, tables: Sequence[str], columns: Sequence[str] = ()) -> None:
        taken.append((threading.current_thread().name, tuple(tables)))
        refresh(by, tables, columns)

    monkeypatch.setattr(applying, "_refresh", noted)
    made = begin_import(files=_files(tmp_path, "S"), division=COUNTY, by=_by(), here=True)
    check_here(import_id=made.pk, by=_by())
    assert apply_here(import_id=made.pk, by=_by()).status == Run.Status.DONE
    assert [tables for _, tables in taken] == list(applying._HALVES)
    assert [name.split("_")[0] for name, _ in taken] == ["taking", "refreshing"]
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, reltuples from pg_class where relname in ('registry_person', 'registry_household')"
        )
        known = dict(cursor.fetchall())
    assert known["registry_household"] == len(PLACES)
    assert known["registry_person"] >= len(PLACES) - 1  # the last range may have been on its way


def _wait_until_free(run_id: int) -> None:
    """Until the server has noticed that the killed process is gone and freed its lock."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and objid = %s", [run_id])
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)
