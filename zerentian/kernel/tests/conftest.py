"""Tests of the kernel that need real commits: other connections, a worker, the chain of acts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from zerentian.kernel import actor as actors
from zerentian.kernel.actor import Actor
from zerentian.kernel.db import table_statements
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Scope
from zerentian.kernel.tests.things import CREATE, PAIRED, Paired, Thing


def owner() -> psycopg.Connection[Any]:
    """A connection of the tables' owner, as an intruder with the highest rights would have."""
    wanted = settings.DATABASES["owner"]
    return psycopg.connect(
        host=wanted["HOST"], port=wanted["PORT"], user=wanted["USER"], dbname=wanted["NAME"], autocommit=True
    )


@pytest.fixture(scope="session")
def _thing_table(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), owner() as keeper:
        keeper.execute(CREATE)
        keeper.execute(PAIRED)
        for statement in [*table_statements(Thing), *table_statements(Paired)]:
            keeper.execute(statement)
        keeper.execute("grant usage on all sequences in schema public to zerentian_app")


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """An installation's home of its own."""
    settings.ZERENTIAN_HOME = tmp_path
    return tmp_path


@pytest.fixture
def committed(_thing_table: None, django_db_blocker: Any, home: Path) -> Iterator[None]:
    """The database with real commits; the kernel's tables are emptied before and after by their owner."""
    with django_db_blocker.unblock():
        empty()  # the template holds the acts that loaded divisions and rules
        yield
        connections.close_all()
        empty()


def empty() -> None:
    """Forget every act and what hangs on it."""
    with owner() as keeper:
        keeper.execute(
            "truncate kernel_act, kernel_history, kernel_seal, kernel_reading, kernel_run, kernel_runstep, kernel_file,"
            " kernel_test_thing, kernel_test_paired, procrastinate_jobs, procrastinate_workers"
            " restart identity cascade"
        )


@pytest.fixture
def officer(monkeypatch: pytest.MonkeyPatch) -> Actor:
    """A county officer whom jobs find again by his number."""
    who = Actor(
        name="张三",
        user_id=7,
        post_id=70,
        post_title="兴国县扶贫办",
        division=360732000000,
        scope=Scope.of([360732000000]),
        permissions=frozenset({Permission.HOUSEHOLD_CHANGE, Permission.PERSONAL_REVEAL}),
    )
    monkeypatch.setattr(actors, "_builders", [lambda user_id, post_id: who])
    return who


@pytest.fixture
def neighbour() -> Actor:
    """The same in the county next door."""
    return Actor(
        name="李四", user_id=8, scope=Scope.of([360731000000]), permissions=frozenset({Permission.HOUSEHOLD_CHANGE})
    )


def settings_now() -> list[str]:
    """What the connection's next transaction would start with."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('zerentian.lo', true), '')")
        return [str(row[0]) for row in cursor.fetchall()]
