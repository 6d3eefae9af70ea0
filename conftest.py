"""Tests run on real PostgreSQL as the app role: one template database per state of the schema, one clone per process."""

import hashlib
import os
import socket
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zerentian.config.settings")

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from tests.databases import drop, owner, point
from zerentian.kernel import server

# Settings are read before this file; what only tests want otherwise is set here.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.WHITENOISE_AUTOREFRESH = True  # static files are looked at when one is asked for, not for each new client
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _state() -> str:
    """A hash of everything that the template database is made from."""
    seen = hashlib.sha256(settings.DATABASES["owner"]["HOST"].encode())
    wanted = (
        "**/migrations/*.py",
        "**/*.sql",
        "**/models.py",
        "**/models/*.py",
        "rulebook/data/**/*",
        "territory/data/*",
        "kernel/db.py",
    )
    for path in sorted(
        {
            p
            for pattern in wanted
            for p in (settings.ROOT / "zerentian").glob(pattern)
            if p.is_file() and "sources" not in p.parts
        }
    ):
        seen.update(str(path.relative_to(settings.ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:12]


def load_reference() -> None:
    """What every installation has: divisions and rules."""
    for command, options in (("load_divisions", {"write": True}), ("load_rulebook", {})):
        try:
            call_command(command, verbosity=0, **options)
        except Exception as error:
            if "Unknown command" not in str(error):
                raise


def _build_template(name: str) -> None:
    """Build once under an advisory lock, so that parallel processes wait for the first."""
    with owner("postgres") as keeper:
        keeper.execute("select pg_advisory_lock(4711)")
        if keeper.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return
        for (old,) in keeper.execute("select datname from pg_database where datname like 'zt\\_t%'").fetchall():
            kind, _, number = str(old).removeprefix("zt_").partition("_")
            if (
                kind == "template" or not Path("/proc", number.partition("_")[0]).exists()
            ):  # or left by a killed process
                keeper.execute(f'drop database if exists "{old}" with (force)')
        draft = f"{name}_draft"
        keeper.execute(f'drop database if exists "{draft}" with (force)')
        keeper.execute(f'create database "{draft}"')
        point(draft)
        call_command("migrate", verbosity=0, interactive=False)
        load_reference()
        point("postgres")
        keeper.execute(f'alter database "{draft}" rename to "{name}"')


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that hold slow tests come first, so that no long one is left to run alone at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The database of this test process."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if settings.EMBEDDED:
        server.ensure(settings.ZERENTIAN_HOME)
    template = f"zt_template_{_state()}"
    mine = f"zt_test_{os.getpid()}"
    with django_db_blocker.unblock():
        _build_template(template)
        with owner("postgres") as keeper:
            keeper.execute("select pg_advisory_lock(4711)")  # a template may not be in use while it is copied
            keeper.execute(f'create database "{mine}" template "{template}" strategy wal_log')
        point(mine)
        yield
        point("postgres")
        with owner("postgres") as keeper:
            drop(keeper, mine)


@pytest.fixture(autouse=True)
def _calm(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap passwords, no address but this machine's own, and not the language of the last test's request."""
    settings.PASSWORD_HASHERS = HASHERS
    translation.activate(settings.LANGUAGE_CODE)
    genuine = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        genuine(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """For counting questions: nobody asks now, as happens every other second, whether another list of divisions came."""
    monkeypatch.setattr("zerentian.territory.queries._CHECK_EVERY", float("inf"))


@pytest.fixture
def actor(db: None) -> Any:
    """`actor("county")`: the actor of somebody of the standing cast."""
    return import_module("zerentian.accounts.tests.cast").actor_of_cast


@pytest.fixture
def client_of(db: None) -> Any:
    """`client_of("county")`: a signed-in client of the standing cast; `client_of(None)` has not signed in."""
    return import_module("zerentian.accounts.tests.cast").client_of_cast
