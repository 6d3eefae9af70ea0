"""The databases of the tests: who makes and drops them, and which one the connections point to."""

import time
from typing import Any

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


def drop(keeper: psycopg.Connection[Any], name: str) -> None:
    """Drop a database, patiently."""
    for _attempt in range(50):
        try:
            keeper.execute(f'drop database if exists "{name}" with (force)')
        except psycopg.errors.InsufficientPrivilege:  # the server's own vacuum is in it for a moment
            time.sleep(0.2)
        else:
            return
