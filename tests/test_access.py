"""Who gets which answer: every address of the house × the standing cast, in one table; and row-level security below it."""

import itertools
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
from zerentian.procedures.models import Case
from zerentian.registry.models import QualityScore

COUNTY, NEIGHBOUR, VILLAGE = 360732000000, 360731000000, 360732100200
NUMBERS = itertools.count(900_001)  # no two rows alike
# What check constraints ask for beyond columns that must be filled.
BESIDES = {
    "organisations_assignment": {"post_id": 1},
    "procedures_caseobjection": {"answered_on": "2020-01-01"},
    "registry_kinship": {"ended_on": "2020-01-01"},
}
# The law is open to all.
OPEN_FACTS = {"parameter"}
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One of everything for the whole module; rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(
            PASSWORD_HASHERS=HASHERS, ZERENTIAN_API_PER_MINUTE=100_000, ZERENTIAN_API_FAILURES_PER_MINUTE=100_000
        ):
            yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def rows(world: World) -> dict[str, int]:
    """Table → id of a row in a village of 兴国县, one in every scoped table."""
    made = {}
    with unit(system()), acting("test.rows", by=system(), reason="测试"):
        QualityScore.objects.filter(division=VILLAGE).delete()  # a village has one only
        for model in own_models():
            if model.access in (Access.DIVISION, Access.HOUSEHOLD):
                made[model._meta.db_table] = insert(model)
    return made


def insert(model: type[Row]) -> int:
    """One row with something in every column that must have something; foreign keys are checked at commit only."""
    values: dict[str, Any] = {**BESIDES.get(model._meta.db_table, {})}
    if model is Case:  # a list of cases reads of each where it stands in its definition
        values |= Case.objects.order_by("id").values("definition_id", "step").first() or {}
    for one in model._meta.concrete_fields:
        if one.name in model.kept_by_statement:  # asked at once, not at commit: a row that is there
            there = one.related_model._default_manager.order_by("-id").values_list("pk", flat=True).first()
            values[one.column] = there or filler(one)
        if one.name == "division":
            values[one.column] = VILLAGE
        elif one.column not in values and not (
            one.null or one.primary_key or one.has_db_default() or isinstance(one, models.GeneratedField)
        ):
            values[one.column] = filler(one)
    columns, places = ", ".join(f'"{c}"' for c in values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute(f"insert into {table} ({columns}) values ({places}) returning id", list(values.values()))
        return int(cursor.fetchone()[0])


def filler(one: "models.Field[Any, Any]") -> Any:
    """Something that fits the column."""
    kind, number = one.get_internal_type(), next(NUMBERS)
    if kind in ("CharField", "TextField"):
        return one.choices[0][0] if one.choices else f"{number}"[-(one.max_length or 9) :]
    if kind in ("IntegerField", "BigIntegerField", "ForeignKey"):
        return number
    known: dict[str, Any] = {
        "DateField": "2020-01-01", "DateTimeField": "2020-01-01", "BooleanField": False, "BinaryField": b"",
        "JSONField": "{}", "UUIDField": "00000000-0000-4000-8000-000000000001",
    }  # fmt: skip
    return known.get(kind, 1)


def count(scope: Scope | None, sql: str, values: list[Any]) -> int:
    """What a count gives as the app role under the scope; None is nobody, without any."""
    who = Actor(name="", scope=scope or Scope())
    with unit(who), connection.cursor() as cursor:
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
# Reached only through acts and queries that ask a permission; a new one is decided here, with its reason.
WITHOUT_POLICY = {
    "kernel_seal": "the chain covers every area",
    "kernel_run": "shown to whoever started it, to auditors and operators; workers know no area",
    "kernel_runstep": "how far a run has come: numbers only",
    "accounts_user": "read before anybody has a scope",
    "accounts_rolegrant": "scopes are made from it",
    "accounts_signin": "written before anybody has a scope; read by the audit administrator",
    "accounts_apitoken": "read before anybody has a scope; only digests of keys",
    "portal_caller": "written before anybody has a scope; tokens of addresses",
    "procedures_definition": "the law is open to all",
    "registry_importproblem": "what a run refused, shown with the run",
    "registry_qualitychange": "codes of areas whose check is due, nothing else",
    "registry_stagedmark": "that rows of an import are waiting: its number only",
    "rulebook_article": "the law is open to all",
    "rulebook_dutyrecord": "the law is open to all",
    "rulebook_parameterrecord": "the law is open to all",
    "rulebook_regulation": "the law is open to all",
    "rulebook_stamp": "the law is open to all",
}


def test_the_role_that_serves_pages_cannot_step_around_the_policies(world: World) -> None:
    sql = "select count(*) from pg_roles where rolname = current_user and not rolsuper and not rolbypassrls"
    assert count(None, sql, []) == 1
    tables = [m._meta.db_table for m in own_models() if m.access not in (Access.SYSTEM, Access.STAGED)]
    forced = "select count(*) from pg_class where relname = any(%s) and relrowsecurity and relforcerowsecurity"
    assert count(None, forced, [tables]) == len(tables)


def test_tables_without_policy_are_known() -> None:
    assert {m._meta.db_table for m in own_models() if m.access is Access.SYSTEM} == set(WITHOUT_POLICY)


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


STAGED = [m for m in own_models() if m.access is Access.STAGED]


@pytest.mark.parametrize("model", STAGED, ids=lambda m: m._meta.db_table)
def test_a_staged_row_is_seen_and_removed_in_its_scope_only(world: World, model: type[Row]) -> None:
    table = model._meta.db_table
    with unit(system()), connection.cursor() as cursor:
        columns = [f for f in model._meta.concrete_fields if not (f.null or f.primary_key or f.has_db_default())]
        values = [VILLAGE if f.name == "division" else filler(f) for f in columns]
        names = ", ".join(f'"{f.column}"' for f in columns)
        cursor.execute(f"insert into {table} ({names}) values ({', '.join(['%s'] * len(values))})", values)
    seen = f"select count(*) from {table}_seen"
    assert count(Scope.of([COUNTY]), seen, []) == 1
    assert count(Scope.of([NEIGHBOUR]), seen, []) == count(None, seen, []) == 0
    with unit(Actor(name="", scope=Scope.of([NEIGHBOUR]))), connection.cursor() as cursor:
        cursor.execute(f"delete from {table}_seen")
        assert cursor.rowcount == 0
        for forbidden in (f"select * from {table}", f"delete from {table}", f"update {table}_seen set row = 0"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(forbidden)


def test_the_log_is_spared_what_can_be_made_again_and_nothing_else(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r' and relpersistence = 'u'"
            " and relnamespace = 'public'::regnamespace"
        )
        spared = {name for (name,) in cursor.fetchall()}
    assert spared == {m._meta.db_table for m in own_models() if not m.logged}
    assert {m._meta.db_table for m in STAGED} < spared


@pytest.mark.parametrize("model", SCOPED, ids=lambda m: m._meta.db_table)
def test_a_row_outside_the_scope_is_neither_changed_nor_made(rows: dict[str, int], model: type[Row]) -> None:
    table = model._meta.db_table
    stranger = Actor(name="", scope=Scope.of([NEIGHBOUR]))
    with unit(stranger), acting("test.stranger", by=stranger), connection.cursor() as cursor:
        if not model.append_only:
            cursor.execute(f"update {table} set division = division where id = %s", [rows[table]])
            assert cursor.rowcount == 0
            cursor.execute(f"delete from {table} where id = %s", [rows[table]])
            assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            insert(model)


def test_facts_show_the_scope_only(rows: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.views where table_schema = 'facts' order by 1")
        views = [name for (name,) in cursor.fetchall()]
    assert views
    ours = range_of(COUNTY)
    seen = {}
    for view in views:
        assert view in OPEN_FACTS or count(None, f"select count(*) from facts.{view}", []) == 0, view
        inside = f"select count(*) from facts.{view} where division >= %s and division < %s"
        seen[view] = count(Scope.of([NEIGHBOUR]), inside, [ours.lo, ours.hi])
    assert {view for view, found in seen.items() if found} == set()
