"""Who gets which answer: every address of the house × the standing cast, in one table; and row-level security below it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, models, transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import TABLE, arguments
from tests.world import CAST, World, build
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import own_models, unit
from zerentian.kernel.models import Access, Row
from zerentian.kernel.scope import Scope, range_of

COUNTY, NEIGHBOUR, VILLAGE = 360732000000, 360731000000, 360732100200
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One of everything for the whole module; rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=HASHERS, ZERENTIAN_API_PER_MINUTE=100_000):
            yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def rows(world: World) -> dict[str, int]:
    """Table → id of a row in a village of 兴国县, one in every scoped table."""
    made = {}
    with unit(system()), acting("test.rows", by=system(), reason="测试"):
        for model in own_models():
            if model.access in (Access.DIVISION, Access.HOUSEHOLD):
                made[model._meta.db_table] = insert(model)
    return made


def insert(model: type[Row]) -> int:
    """One row with something in every column that must have something; foreign keys are checked at commit only."""
    values = {}
    for one in model._meta.concrete_fields:
        if one.name == "division":
            values[one.column] = VILLAGE
        elif not (one.null or one.primary_key or one.has_db_default() or isinstance(one, models.GeneratedField)):
            values[one.column] = filler(one)
    columns, places = ", ".join(f'"{c}"' for c in values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute(f"insert into {table} ({columns}) values ({places}) returning id", list(values.values()))
        return int(cursor.fetchone()[0])


def filler(one: "models.Field[Any, Any]") -> Any:
    """Something that fits the column."""
    kind = one.get_internal_type()
    if kind in ("CharField", "TextField"):
        return one.choices[0][0] if one.choices else "x"
    known: dict[str, Any] = {
        "DateField": "2020-01-01", "DateTimeField": "2020-01-01", "BooleanField": False, "BinaryField": b"",
        "JSONField": "{}", "UUIDField": "00000000-0000-4000-8000-000000000001",
    }  # fmt: skip
    return known.get(kind, 1)


def count(scope: Scope | None, sql: str, values: list[Any]) -> int:
    """What a count gives as the app role under the scope; None is nobody, without any."""
    with unit(Actor(name="", scope=scope or Scope())), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def names(resolver: URLResolver, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all addresses."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from names(one, (*above, one.namespace) if one.namespace else above)
        elif isinstance(one, URLPattern):
            yield ":".join((*above, one.name or str(one.pattern)))


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(names(get_resolver()))) == sorted({name for name, _method, _statuses in TABLE})


@pytest.mark.parametrize(("name", "method", "expected"), TABLE, ids=[f"{m} {n}" for n, m, _ in TABLE])
def test_who_gets_which_answer(world: World, name: str, method: str, expected: tuple[int, ...]) -> None:
    address = reverse(name, kwargs=arguments(name, world.ids))
    answered = []
    for who in CAST:
        with transaction.atomic():
            answered.append(world.ask(who, method, address).status_code)
            transaction.set_rollback(True)
    assert dict(zip(CAST, answered, strict=True)) == dict(zip(CAST, expected, strict=True))


SCOPED = [m for m in own_models() if m.access in (Access.DIVISION, Access.HOUSEHOLD)]
# Reached only through acts and queries that ask a permission; a new one is decided here, not by oversight.
WITHOUT_POLICY = {
    "kernel_seal", "kernel_runstep", "accounts_user", "accounts_rolegrant", "accounts_signin", "accounts_apitoken",
}  # fmt: skip


def test_the_role_that_serves_pages_cannot_step_around_the_policies() -> None:
    sql = "select count(*) from pg_roles where rolname = current_user and not rolsuper and not rolbypassrls"
    assert count(None, sql, []) == 1
    tables = [m._meta.db_table for m in own_models() if m.access is not Access.SYSTEM]
    forced = "select count(*) from pg_class where relname = any(%s) and relrowsecurity and relforcerowsecurity"
    assert count(None, forced, [tables]) == len(tables)


def test_tables_without_policy_are_known() -> None:
    assert {m._meta.db_table for m in own_models() if m.access is Access.SYSTEM} == WITHOUT_POLICY


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.db_table)
def test_a_row_is_seen_in_its_scope_only(rows: dict[str, int], model: type[Row]) -> None:
    table = model._meta.db_table
    sql, row = f"select count(*) from {table} where id = %s", [rows[table]]
    assert count(Scope.of([COUNTY]), sql, row) == 1
    assert count(Scope.of([VILLAGE]), sql, row) == 1
    assert count(Scope.of([NEIGHBOUR]), sql, row) == 0
    assert count(Scope.of([NEIGHBOUR, VILLAGE + 1]), sql, row) == 0
    assert count(None, sql, row) == 0
    assert count(None, f"select count(*) from {table}", []) == 0
    if model.access is Access.HOUSEHOLD:
        assert count(Scope.of([COUNTY], households=[10**15]), sql, row) == 0


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.db_table)
def test_a_row_outside_the_scope_is_neither_changed_nor_made(rows: dict[str, int], model: type[Row]) -> None:
    table = model._meta.db_table
    if not model.append_only:
        changed = f"with d as (update {table} set division = division where id = %s returning 1) select count(*) from d"
        assert count(Scope.of([NEIGHBOUR]), changed, [rows[table]]) == 0
        gone = f"with d as (delete from {table} where id = %s returning 1) select count(*) from d"
        assert count(Scope.of([NEIGHBOUR]), gone, [rows[table]]) == 0
    stranger = Actor(name="", scope=Scope.of([NEIGHBOUR]))
    with pytest.raises(ProgrammingError, match="row-level security"), unit(stranger):
        insert(model)


def test_facts_show_the_scope_only(rows: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.views where table_schema = 'facts' order by 1")
        views = [name for (name,) in cursor.fetchall()]
    assert views
    ours = range_of(COUNTY)
    seen = {}
    for view in views:
        assert count(None, f"select count(*) from facts.{view}", []) == 0, view
        inside = f"select count(*) from facts.{view} where division >= %s and division < %s"
        seen[view] = count(Scope.of([NEIGHBOUR]), inside, [ours.lo, ours.hi])
    assert {view for view, found in seen.items() if found} == {"division"}  # the list of divisions is open to all
