# ruff: noqa: S608 - the statements are put together from this file's own words and the models' field names
"""Takes staged rows over into the register, one range of divisions at a time, by sets and as the app role.

An empty cell leaves what the register has; a sealed value counts as changed when its token differs, for the same
text sealed twice never looks the same.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, models

from zerentian.kernel.db import narrowed
from zerentian.kernel.privacy import SealedField
from zerentian.kernel.scope import Scope
from zerentian.registry.models import County, Household, HouseholdIncome, Person, Village
from zerentian.registry.services.crosschecks import TABLES

RANGE_ROWS = 20_000  # rows of one range, unless a single township has more
RANGES = 4  # into so many at least the rows are divided, for two are taken over at a time
MANY = 20_000  # rows of an import from which on fresh statistics are worth their second
SMALL = 100_000  # rows of the register up to which it is read whole for a range
KEYS = ("number", "division", "household_number", "household_id", "year", "id_token")  # what is joined by
SAMPLES = 12  # changed rows shown in the preview, by sheet


@dataclass(frozen=True, slots=True)
class Target:
    """Where a sheet goes: the table, how a staged row `s` finds its row `t`, and what else it needs."""

    model: type[models.Model]
    match: str
    number: str
    known: str  # whether the register knows the row `s`, before anything of the import is taken
    joins: str = ""
    made: tuple[tuple[str, str], ...] = ()  # columns that staging doesn't have, and what they become


def _found(table: str, condition: str) -> str:
    """Whether the register has such a row `h`: one look into an index for each staged row, whatever the planner knows.

    Of a table that is still empty nothing is looked for.
    """
    found = f"select true from registry_{table} h where {condition} limit 1"
    return f"(exists (select 1 from registry_{table}) and coalesce(({found}), false))"


_HOME = " join registry_household home on home.number = s.household_number"
_NEAR = f"{_HOME} and home.division >= %(lo)s and home.division < %(hi)s"
_GRID = " left join organisations_grid grid on grid.division = s.division and grid.name = s.grid"
TARGETS = {
    "households": Target(
        Household,
        "t.number = s.number",
        "s.number",
        known=_found("household", "h.number = s.number"),
        joins=f"{_GRID} and grid.division >= %(lo)s and grid.division < %(hi)s",
        made=(("grid_id", "grid.id"),),
    ),
    "persons": Target(
        Person,
        "t.number = s.number",
        "s.number",
        known=_found("person", "h.number = s.number")
        + " or "
        + _found("person", "h.id_token = s.id_token and h.left_on is null"),
        joins=_HOME,
        made=(("household_id", "home.id"),),
    ),
    "incomes": Target(
        HouseholdIncome,
        "t.household_id = home.id and t.year = s.year",
        "s.household_number",
        known=_found("household", "h.number = s.household_number"),
        joins=_HOME,
        made=(("household_id", "home.id"),),
    ),
    "villages": Target(Village, "t.division = s.division and t.year = s.year", "s.division", known="true"),
    "counties": Target(County, "t.division = s.division and t.year = s.year", "s.division", known="true"),
}
_MINE = "s.import_id = %(import)s and s.division >= %(lo)s and s.division < %(hi)s"


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL of one sheet."""

    change: str
    add: str
    add_all: str
    count: str
    sample: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking over one range of a sheet did."""

    added: int
    changed: int


def _fields(target: Target) -> list["models.Field[Any, Any]"]:
    return [f for f in target.model._meta.concrete_fields if not f.primary_key]


def _token_of(field: "models.Field[Any, Any]") -> str:
    return f"{field.column.removesuffix('_number')}_token"


def _fresh(target: Target, field: "models.Field[Any, Any]") -> str:
    """What a column becomes in an existing row."""
    made = dict(target.made)
    column = field.column
    if column in made:
        return f"coalesce({made[column]}, t.{column})"
    if isinstance(field, SealedField):
        token = _token_of(field)
        return f"case when s.{token} is null or s.{token} = t.{token} then t.{column} else s.{column} end"
    if column == "id_valid":
        return "case when s.id_token is null then t.id_valid else s.id_valid end"
    if isinstance(field, models.CharField):
        return f"coalesce(nullif(s.{column}, ''), t.{column})"
    return f"coalesce(s.{column}, t.{column})"


@cache
def statements(sheet: str) -> Statements:
    """The statements of a sheet, made from the fields of its table."""
    target = TARGETS[sheet]
    table, staged = target.model._meta.db_table, TABLES[sheet]
    fields, made = _fields(target), dict(target.made)
    compared = [f for f in fields if not isinstance(f, SealedField)]
    old = ", ".join(f"t.{f.column}" for f in compared)
    new = ", ".join(_fresh(target, f) for f in compared)
    differs = f"({old}) is distinct from ({new})"
    assigned = ", ".join(f"{f.column} = {_fresh(target, f)}" for f in fields)
    columns = ", ".join(f.column for f in fields)
    values = ", ".join(made.get(f.column, f"s.{f.column}") for f in fields)
    source = f"{staged} s{target.joins}"
    found = f"select 1 from {table} t where {target.match}"
    added = f"insert into {table} ({columns}) select {values} from"
    # One number, for the sort looks for the columns of a wide row each time it compares two; a range lies in one county.
    in_order = "order by (s.division - %(lo)s) << 32 | s.row"
    return Statements(
        change=f"update {table} t set {assigned} from {source} where {_MINE} and {target.match} and {differs}",
        add=f"{added} {source} where {_MINE} and not exists ({found}) {in_order}",
        add_all=f"{added} {source.replace(_HOME, _NEAR)} where {_MINE} {in_order}",
        count=(
            f"select count(*), count(*) filter (where t.id is null), count(*) filter (where t.id is not null and {differs})"
            f" from {staged} s{target.joins.replace(' join ', ' left join ').replace('left left', 'left')}"
            f" left join {table} t on {target.match} where {_MINE}"
        ),
        sample=(
            f"select {target.number}::text, to_jsonb(t)::text, (select to_jsonb(n)::text from (select {_pairs(target, compared)}) n) from {source}"
            f" join {table} t on {target.match} where {_MINE} and {differs} limit {SAMPLES}"
        ),
    )  # fmt: skip


def _pairs(target: Target, compared: list["models.Field[Any, Any]"]) -> str:
    """Column → new value, of the columns that hold no bytes."""
    shown = [f for f in compared if not isinstance(f, models.BinaryField)]
    return ", ".join(f"{_fresh(target, f)} as {f.column}" for f in shown)


def known(import_id: int, sheets: Collection[str] = tuple(TARGETS)) -> set[str]:
    """The sheets of which the register, whole, has a row already; all rows of the others are new to it.

    Where nothing is known, nothing can be changed or stand against the register, and no row must be looked for again.
    """
    asked = [sheet for sheet in TARGETS if sheet in sheets]
    tests = [
        f"exists (select 1 from {TABLES[sheet]} s where s.import_id = %(import)s and ({TARGETS[sheet].known}))"
        for sheet in asked
    ]
    with narrowed(Scope.everywhere()), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"select {', '.join(tests)}", {"import": import_id})
        found = cursor.fetchone() or ()
        cursor.execute("set local enable_seqscan to default")
    return {sheet for sheet, is_known in zip(asked, found, strict=True) if is_known}


def take(sheet: str, import_id: int, lo: int, hi: int, *, is_known: bool = True) -> Taken:
    """Take one range of one sheet over, inside an open act; `is_known`: whether its rows may be there already."""
    made = statements(sheet)
    values = {"import": import_id, "lo": lo, "hi": hi}
    with connection.cursor() as cursor:
        if not is_known:
            cursor.execute("select current_setting('enable_nestloop')")
            (before,) = cursor.fetchone() or ("on",)
            # By hashes: the planner takes a range that its statistics haven't seen yet for one row.
            cursor.execute("set local enable_nestloop = off")
            cursor.execute(made.add_all, values)
            added = cursor.rowcount
            cursor.execute("select set_config('enable_nestloop', %s, true)", [before])
            return Taken(added, 0)
        cursor.execute(made.change, values)
        changed = cursor.rowcount
        cursor.execute(made.add, values)
        return Taken(cursor.rowcount, changed)


def plan_for_a_small_register() -> None:
    """Join as it is written, by hashes, while the planner believes the register to be small.

    It believes so, too, when it knows nothing yet or has looked before anything was committed: then it takes each
    table for one row, and would join every income with every other of its year.
    """
    tables = [target.model._meta.db_table for target in TARGETS.values()]
    with connection.cursor() as cursor:
        cursor.execute("select max(reltuples) from pg_class where relname = any(%s)", [tables])
        if cursor.fetchone()[0] < SMALL:
            cursor.execute("set local work_mem = '128MB'")
            cursor.execute("set local enable_nestloop = off")
            cursor.execute("set local join_collapse_limit = 1")


def counted(sheet: str, import_id: int, *, is_known: bool = True) -> dict[str, int]:
    """How many staged rows are new, changed and unchanged against the register."""
    with connection.cursor() as cursor:
        if not is_known:
            cursor.execute(f"select count(*) from {TABLES[sheet]} s where s.import_id = %s", [import_id])
            return {"new": (cursor.fetchone() or (0,))[0], "changed": 0, "unchanged": 0}
        cursor.execute(statements(sheet).count, {"import": import_id, "lo": 0, "hi": 10**12})
        total, new, changed = cursor.fetchone() or (0, 0, 0)
    return {"new": new, "changed": changed, "unchanged": total - new - changed}


def samples(sheet: str, import_id: int) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Some changed rows: (number, the row now, the row as it would be)."""
    with connection.cursor() as cursor:
        cursor.execute(statements(sheet).sample, {"import": import_id, "lo": 0, "hi": 10**12})
        return [(number, json.loads(now), json.loads(then)) for number, now, then in cursor.fetchall()]


def ranges(import_id: int) -> list[tuple[int, int, int]]:
    """The ranges to take over, in order: (from, to, staged rows); whole townships, never more than one county."""
    union = " union all ".join(
        f"select division from {table} where import_id = %(import)s" for table in TABLES.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select division / 1000, count(*) from ({union}) s group by 1 order by 1",
            {"import": import_id},
        )
        townships = cursor.fetchall()
    found: list[tuple[int, int, int]] = []
    most = min(RANGE_ROWS, sum(rows for _, rows in townships) // RANGES)
    for township, rows in townships:
        lo, hi = township * 1000, township * 1000 + 1000
        same_county = found and found[-1][0] // 1_000_000 == lo // 1_000_000
        if same_county and found[-1][2] + rows <= most:
            found[-1] = (found[-1][0], hi, found[-1][2] + rows)
        else:
            found.append((lo, hi, rows))
    return found
