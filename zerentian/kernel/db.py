"""One transaction per request or step: scope and actor for row-level security, guarded update, policies and triggers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from psycopg.errors import DeadlockDetected

from zerentian.kernel.actor import Actor
from zerentian.kernel.models import Access, Row
from zerentian.kernel.references import reference_statements
from zerentian.kernel.refusal import Outrun
from zerentian.kernel.scope import Scope

TRIES = 3  # of an installation that a deadlock ended
_NAMES = ("lo", "hi", "ranges", "only", "user", "act")
_SET = "select " + ", ".join(f"set_config('zerentian.{n}', %s, true)" for n in _NAMES)
_READ_ONLY = ", set_config('transaction_read_only', 'on', true)"
_KEPT = "zerentian_kept"  # the attribute of a connection with what is known of its open transaction
_ANEW = object()
T = TypeVar("T")


def _settings(actor: Actor) -> list[str]:
    scope = actor.scope
    if not scope.ranges:
        return ["", "", "", "", str(actor.user_id or ""), ""]
    hull = scope.hull
    several = "{" + ",".join(f"[{r.lo},{r.hi})" for r in scope.ranges) + "}" if len(scope.ranges) > 1 else ""
    only = "" if scope.households is None else "{" + ",".join(map(str, sorted(scope.households))) + "}"
    return [str(hull.lo), str(hull.hi), several, only, str(actor.user_id or ""), ""]


def _kept() -> dict[str, Any]:
    """What this process knows of the transaction that is open; another one begins with nothing."""
    if not connection.atomic_blocks:
        return {}
    whole = connection.atomic_blocks[0]
    known, kept = getattr(connection, _KEPT, (None, {}))
    if known is not whole:
        kept = {}
        setattr(connection, _KEPT, (whole, kept))
    return cast("dict[str, Any]", kept)


def once_a_transaction(name: str, ask: Callable[[], T]) -> T:
    """What `ask` answers, asked once in a transaction; each time where none is open."""
    kept = _kept()
    if kept.get(name) is _ANEW:
        return ask()
    if name not in kept:
        kept[name] = ask()
    return cast("T", kept[name])


def ask_anew(name: str) -> None:
    """What is asked for changed in this transaction, which may yet take the change back: no answer is kept in it."""
    _kept()[name] = _ANEW


def read_settings() -> list[str]:
    """The transaction's own settings, to be put back later; empty where no unit is open.

    All of them are written by this module, which so knows them without asking the database.
    """
    return list(_kept().get("settings") or [""] * len(_NAMES))


def _note_settings(values: Sequence[str]) -> None:
    _kept()["settings"] = list(values)


def write_settings(values: Sequence[str], *, read_only: bool = False) -> None:
    """Set scope, user and act for the rest of the transaction; with `read_only` every change is refused from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_SET + (_READ_ONLY if read_only else ""), list(values))
    _note_settings(values)


@contextmanager
def unit(actor: Actor, *, writes: bool = True) -> Iterator[None]:
    """One unit of work: a transaction in which the database shows `actor` only its scope.

    With `writes=False` the database refuses every change. Nested units restore the outer scope.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = read_settings()
        write_settings(_settings(actor), read_only=outermost and not writes)
        with _rolled_back_to(before):
            yield
        # The end of the transaction ends its settings.
        if not outermost and not connection.needs_rollback:
            write_settings(before)


@contextmanager
def _rolled_back_to(before: Sequence[str]) -> Iterator[None]:
    """A rollback, with an exception or marked without one, restores the settings; a statement of ours would hide the error."""
    try:
        yield
    except BaseException:
        _note_settings(before)
        raise
    if connection.needs_rollback:
        _note_settings(before)


@contextmanager
def joined(actor: Actor) -> Iterator[None]:
    """The unit that is open, with a savepoint; or a new one for `actor` where none is."""
    if connection.in_atomic_block and (before := read_settings())[0]:
        with transaction.atomic(), _rolled_back_to(before):
            yield
    else:
        with unit(actor):
            yield


@contextmanager
def narrowed(scope: Scope) -> Iterator[None]:
    """Inside a unit: see only `scope` for a while. Used to compute one area with the same SQL as the whole."""
    before = read_settings()
    write_settings([*_settings(Actor(name="", scope=scope))[:4], *before[4:]])
    with _rolled_back_to(before):
        yield
    if not connection.needs_rollback:
        write_settings(before)


@contextmanager
def as_it_stood(moment: datetime) -> Iterator[None]:
    """Inside a unit: tables that keep their past are read as they stood at the moment; nothing may be written."""
    change = "select set_config('search_path', %s, true), set_config('zerentian.moment', %s, true)"
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('search_path')")
        before = cursor.fetchone()[0]
        cursor.execute(change, ["past, public", moment.isoformat()])
    with _answers_apart():
        yield
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(change, [before, ""])


@contextmanager
def _answers_apart() -> Iterator[None]:
    """Answers of the present don't hold inside, nor those from inside afterwards."""
    kept = _kept()
    present = dict(kept)
    kept.clear()
    kept["settings"] = present.get("settings")
    try:
        yield
    finally:
        kept.clear()
        kept.update(present)


@contextmanager
def noted_act(id: str, *, last: bool = False) -> Iterator[None]:
    """Inside a unit: the act that was just recorded and set; put back afterwards, unless the transaction ends with it."""
    before = read_settings()
    _note_settings([*before[:-1], id])
    with _rolled_back_to(before):
        yield
    if not last and not connection.needs_rollback:
        write_settings(before)


def guarded_update(rows: QuerySet[Any], **changes: Any) -> None:
    """Update exactly one row that still has the state `rows` filters on; Outrun when somebody was first."""
    changed = rows.update(**changes)
    if changed != 1:
        raise Outrun("这条记录刚被别人改过，请刷新后再办理")


# `case` and not `or`: the planner takes an `or` here for one row in a hundred, and joins of a province by loops.
_RANGE = "division >= {lo} and division < {hi} and case when {no_ranges} then true else division <@ {ranges} end"
_PAIRED = " and case when {all_households} then true else {column} = any({households}) end"
_SETTINGS = {
    "lo": "nullif(current_setting('zerentian.lo', true), '')::bigint",
    "hi": "nullif(current_setting('zerentian.hi', true), '')::bigint",
    "no_ranges": "coalesce(current_setting('zerentian.ranges', true), '') = ''",
    "ranges": "nullif(current_setting('zerentian.ranges', true), '')::int8multirange",
    "all_households": "coalesce(current_setting('zerentian.only', true), '') = ''",
    "households": "nullif(current_setting('zerentian.only', true), '')::bigint[]",
}
# Each setting read once for a statement and not for each row: for new rows, of which there may be many, and where the
# planner has nothing to gain from knowing the settings.
_ONCE = {name: f"(select {setting})" for name, setting in _SETTINGS.items()} | {
    "households": f"(select {_SETTINGS['households']})::bigint[]"  # not the rows of a query, but the array of one
}
_SIGNED_IN = "coalesce(current_setting('zerentian.lo', true), '') <> ''"

_OWN = "user_id = nullif(current_setting('zerentian.user', true), '')::bigint"


def _policies(model: type[Row]) -> list[tuple[str, str, str, str]]:
    """(name, command, using, with check) of one table."""
    has_division = any(f.name == "division" for f in model._meta.fields)
    nullable = any(f.name == "division" and f.null for f in model._meta.fields)
    inside, added = (_inside(model, settings, nullable=nullable) for settings in (_SETTINGS, _ONCE))
    if model.access in (Access.DIVISION, Access.HOUSEHOLD):
        return [("scope", "all", inside, added)]
    check = inside if has_division else _SIGNED_IN
    if model.append_only and any(f.name == "user_id" for f in model._meta.fields):
        # What a user does himself he may record and see, even while no role gives him a scope.
        return [("seen", "select", f"{_SIGNED_IN} or {_OWN}", ""), ("added", "insert", "", f"{check} or {_OWN}")]
    return [
        ("seen", "select", _SIGNED_IN, ""),
        ("added", "insert", "", check),
        ("changed", "update", check, check),
        ("removed", "delete", check, ""),
    ]


def _inside(model: type[Row], settings: dict[str, str], *, nullable: bool) -> str:
    """The condition that a row lies in the scope."""
    inside = _RANGE.format(**settings)
    if nullable:
        inside = f"(division is null and {_SIGNED_IN} or {inside})"
    paired = _PAIRED.format(column=model.household_column, **settings) if model.access is Access.HOUSEHOLD else ""
    return inside + paired


def table_statements(model: type[Row]) -> list[str]:
    """The SQL that gives one table its policies, grants and history triggers; safe to run again."""
    table = model._meta.db_table
    kept = [] if model.logged else [f"alter table {table} set unlogged"]
    if model.access is Access.STAGED:
        return [*kept, *_staged(table)]
    grants = "select, insert" if model.append_only else "select, insert, update, delete"
    done = [
        *kept,
        f"revoke all on {table} from zerentian_app",
        f"grant {grants} on {table} to zerentian_app",
    ]
    for name in ("scope", "seen", "added", "changed", "removed"):
        done.append(f"drop policy if exists {name} on {table}")
    if model.access is Access.SYSTEM:
        done.append(f"alter table {table} no force row level security, disable row level security")
    else:
        done.append(f"alter table {table} enable row level security, force row level security")
        for name, command, using, check in _policies(model):
            clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
            done.append(f"create policy {name} on {table} for {command}{clauses}")
    place = "'division'" if any(f.name == "division" for f in model._meta.fields) else ""
    for event, tables in (("insert", "new"), ("update", "both"), ("delete", "old")):
        done.append(f"drop trigger if exists track_{event} on {table}")
        if model.tracked:
            referencing = {
                "new": "referencing new table as fresh",
                "old": "referencing old table as stale",
                "both": "referencing old table as stale new table as fresh",
            }[tables]
            done.append(
                f"create trigger track_{event} after {event} on {table} {referencing}"
                f" for each statement execute function kernel_track({place})"
            )
    return done


_MOMENT = "(select nullif(current_setting('zerentian.moment', true), '')::timestamptz)"


def past_statements(model: type[Row]) -> list[str]:
    """The SQL by which a table keeps its past, and the view in the schema `past` that shows it as it stood."""
    if not model.past:
        return []
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.fields if field.column not in ("id", "kept_from")]
    names = ", ".join(f'"{column}"' for column in columns)
    if "kept_from" not in (field.column for field in model._meta.fields):
        done = [
            f"create view past.{table} with (security_invoker) as"  # noqa: S608
            f" select * from public.{table} where {model.past} < {_MOMENT}"
        ]
    else:
        done = [
            f"create view past.{table} with (security_invoker) as"  # noqa: S608
            f" select id, kept_from, {names} from public.{table} where kept_from < {_MOMENT} union all"
            f" select row_id, kept_from, {names} from public.{model.past} where kept_from < {_MOMENT} and gone_at >= {_MOMENT}"
        ]
        for event in ("update", "delete"):
            done += [
                f"drop trigger if exists keep_past_{event} on {table}",
                f"create trigger keep_past_{event} after {event} on {table} referencing old table as stale"
                f" for each statement execute function kernel_keep_past('{model.past}', '{names}', '{settings.TIME_ZONE}')",
            ]
        done += [
            f"drop trigger if exists begin_anew on {table}",
            f"create trigger begin_anew before update on {table} for each row execute function kernel_begin_anew()",
        ]
    return [*done, f"grant select on past.{table} to zerentian_app"]


def _staged(table: str) -> list[str]:
    """The app role may only add to the table; what lies in its scope it sees and removes through a view."""
    return [
        f"revoke all on {table} from zerentian_app",
        f"grant insert on {table} to zerentian_app",
        f"drop view if exists {table}_seen",
        f"create view {table}_seen with (security_barrier) as select * from {table} where {_RANGE.format(**_ONCE)}",  # noqa: S608
        f"revoke all on {table}_seen from zerentian_app",
        f"grant select, delete on {table}_seen to zerentian_app",
    ]


def flushed_later() -> None:
    """The end of this transaction doesn't wait for the disk: one of many steps, of which a later one will wait.

    The log is written in order: a crash takes such steps away from the last one backwards, each of them whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")


def refresh_statistics(*tables: str, columns: Sequence[str] = ()) -> None:
    """After a bulk act: let the planner know what the tables hold now, instead of waiting for the autovacuum.

    With `columns` only how many rows there are and what is in those columns, where a table has them.
    """
    with connection.cursor() as cursor:
        cursor.execute("select kernel_analyze(%s, %s)", [list(tables), list(columns)])


def own_models() -> list[type[Row]]:
    """Every table of the house, in floor order."""
    return [model for model in apps.get_models() if issubclass(model, Row)]


def install(owner: BaseDatabaseWrapper) -> None:
    """After migration, as the owner: policies, grants, history triggers and the fact views of every app."""
    for attempt in range(1, TRIES + 1):
        try:
            _install(owner)
            return
        except OperationalError as error:
            # The server's own vacuum, busy after a restore, writes on the same rows of the catalogue.
            if attempt == TRIES or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _install(owner: BaseDatabaseWrapper) -> None:
    with transaction.atomic(using=owner.alias), owner.cursor() as cursor:
        for name in ("history.sql", "references.sql"):
            cursor.execute(resources.files("zerentian.kernel").joinpath(name).read_text("utf-8"))
        cursor.execute("grant usage on schema public to zerentian_app")
        cursor.execute("grant select, insert, update, delete on all tables in schema public to zerentian_app")
        cursor.execute("grant usage, select on all sequences in schema public to zerentian_app")
        cursor.execute("grant execute on all functions in schema public to zerentian_app")
        for model in own_models():
            for statement in (*table_statements(model), *reference_statements(model)):
                cursor.execute(statement)
        cursor.execute("drop schema if exists past cascade")
        cursor.execute("create schema past")
        cursor.execute("grant usage on schema past to zerentian_app")
        for model in own_models():
            for statement in past_statements(model):
                cursor.execute(statement)
        cursor.execute("drop schema if exists facts cascade")
        cursor.execute("create schema facts")
        for sql in fact_sources().values():
            cursor.execute(sql)
        cursor.execute("grant usage on schema facts to zerentian_app")
        cursor.execute("grant select on all tables in schema facts to zerentian_app")


def fact_sources() -> dict[str, str]:
    """App label → text of its facts.sql, in floor order."""
    found = {}
    for config in apps.get_app_configs():
        if config.name.startswith("zerentian."):
            source = resources.files(config.name).joinpath("facts.sql")
            if source.is_file():
                found[config.label] = source.read_text("utf-8")
    return found
