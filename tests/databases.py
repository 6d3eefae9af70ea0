"""The databases of the tests: who makes and drops them, and which one the connections point to."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connections


def owner(database: str) -> psycopg.Connection[Any]:
    """A connection of the owner, who may create databases."""
    wanted = settings.DATABASES["owner"]
    return psycopg.connect(
        host=wanted["HOST"], port=wanted["PORT"] or 5432, user=wanted["USER"], password=wanted.get("PASSWORD") or None,
        dbname=database, autocommit=True,
    )  # fmt: skip


def point(name: str) -> None:
    """Let both connections lead to this database."""
    for alias in ("default", "owner"):
        connections[alias].close()
        if hasattr(connections[alias], "close_pool"):
            connections[alias].close_pool()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def own(suffix: str, *, bare: bool = False) -> Iterator[None]:
    """A fresh database in which tests really commit, so that no other test sees what they leave; dropped at the end.

    With `bare` it has no tables.
    """
    mine = settings.DATABASES["owner"]["NAME"]
    fresh = f"{mine}_{suffix}"
    with owner("postgres") as keeper:
        keeper.execute("select pg_advisory_lock(4711)")  # a template may not be in use while it is copied
        keeper.execute(f'drop database if exists "{fresh}" with (force)')
        source = "template0" if bare else template(keeper)
        keeper.execute(f'create database "{fresh}" template "{source}" strategy wal_log')
        keeper.execute("select pg_advisory_unlock(4711)")
        point(fresh)
        try:
            yield
        finally:
            point(mine)
            drop(keeper, fresh)


@contextmanager
def elsewhere(host: str, port: int, name: str) -> Iterator[None]:
    """Let both connections lead to a database of another server."""
    before = {alias: dict(settings.DATABASES[alias]) for alias in ("default", "owner")}
    try:
        for alias in before:
            connections[alias].settings_dict.update(HOST=host, PORT=port)
        point(name)
        yield
    finally:
        for alias, values in before.items():
            connections[alias].settings_dict.update(HOST=values["HOST"], PORT=values["PORT"])
        point(before["owner"]["NAME"])


def template(keeper: psycopg.Connection[Any]) -> str:
    """The database that those of the tests are copied from."""
    found = keeper.execute(
        "select datname from pg_database where datname like 'zt_template_%' and datname not like '%_draft' order by oid desc"
    ).fetchone()
    assert found is not None
    return str(found[0])


def addresses() -> dict[str, str]:
    """The environment in which another process uses this test's database."""
    found = {}
    for alias, variable in (("default", "DATABASE_URL"), ("owner", "OWNER_DATABASE_URL")):
        at = settings.DATABASES[alias]
        who = quote(at["USER"]) + (f":{quote(at['PASSWORD'], safe='')}" if at.get("PASSWORD") else "")
        found[variable] = f"postgres://{who}@{quote(at['HOST'], safe='')}:{at['PORT']}/{at['NAME']}"
    return {**os.environ, **found, "DJANGO_SETTINGS_MODULE": "zerentian.config.settings"}


def drop(keeper: psycopg.Connection[Any], name: str) -> None:
    """Drop a database, patiently."""
    for _attempt in range(50):
        try:
            keeper.execute(f'drop database if exists "{name}" with (force)')
        except psycopg.errors.InsufficientPrivilege:  # the server's own vacuum is in it for a moment
            time.sleep(0.2)
        else:
            return
