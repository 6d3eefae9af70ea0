"""Puts checked frames beside the register by COPY and takes over what is new or changed, sheet by sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import polars as pl
from django.db import connection

from zerentian.kernel.privacy import encrypt_many, tokens
from zerentian.organisations.models import Appointment, Body


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking over one sheet did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """How one sheet is laid beside its table and taken over."""

    columns: tuple[tuple[str, str], ...]
    prepare: tuple[str, ...]
    change: str
    add: str


# A phone that is not given, or comes back masked, stays as it is; one that was given is compared by its token,
# because the sealed bytes differ each time.
_KEEP_PHONE = "case when s.phone_token is null then t.phone else s.phone end"
_PHONE_CHANGED = "(s.phone_token is not null and s.phone_token is distinct from t.phone_token)"

_BODY_FIELDS = (
    "kind", "department", "name", "short_name", "superior_id", "has_tasks", "tasks_reason", "staff_quota",
    "staff_actual", "premises", "budget", "budget_year", "address", "founded_on", "ended_on",
)  # fmt: skip
_APPOINTMENT_FIELDS = ("ends_on", "approval_reference", "approved_on", "approved_by", "is_exempt")


def _row(alias: str, fields: Sequence[str]) -> str:
    return "(" + ", ".join(f"{alias}.{f}" for f in fields) + ")"


def _set(fields: Sequence[str]) -> str:
    return ", ".join(f"{f} = s.{f}" for f in fields)


STAGES: dict[str, Stage] = {
    "bodies": Stage(
        columns=(
            ("row", "bigint"), ("code", "text"), ("division", "bigint"), ("kind", "text"), ("department", "text"),
            ("name", "text"), ("short_name", "text"), ("superior_code", "text"), ("has_tasks", "boolean"),
            ("tasks_reason", "text"), ("staff_quota", "integer"), ("staff_actual", "integer"), ("premises", "boolean"),
            ("budget", "numeric"), ("budget_year", "smallint"), ("phone", "bytea"), ("phone_token", "bytea"),
            ("address", "text"), ("founded_on", "date"), ("ended_on", "date"), ("level", "smallint"),
        ),
        prepare=(
            "alter table staged add column id bigint, add column is_new boolean, add column superior_id bigint",
            "create index on staged (code)",
            "update staged s set id = t.id, is_new = false from organisations_body t where t.code = s.code",
            "update staged set is_new = true, id = nextval(pg_get_serial_sequence('organisations_body', 'id'))"
            " where id is null",
            "update staged s set superior_id = coalesce("
            "(select f.id from staged f where f.code = s.superior_code),"
            "(select r.id from reachable_body r where r.code = s.superior_code)) where superior_code <> ''",
        ),
        change=(
            f"update organisations_body t set {_set(_BODY_FIELDS)}, phone = {_KEEP_PHONE},"  # noqa: S608
            " phone_token = coalesce(s.phone_token, t.phone_token) from staged s where s.id = t.id and not s.is_new"
            f" and ({_row('t', _BODY_FIELDS)} is distinct from {_row('s', _BODY_FIELDS)} or {_PHONE_CHANGED})"
        ),
        add=(
            f"insert into organisations_body (id, code, division, level, {', '.join(_BODY_FIELDS)}, phone, phone_token)"  # noqa: S608
            f" select id, code, division, level, {', '.join(_BODY_FIELDS)}, coalesce(phone, ''), phone_token"
            " from staged where is_new order by division, row"
        ),
    ),
    "posts": Stage(
        columns=(
            ("row", "bigint"), ("code", "text"), ("body_code", "text"), ("kind", "text"), ("title", "text"),
            ("is_first_answerable", "boolean"), ("order", "smallint"),
        ),
        prepare=(
            "alter table staged add column body_id bigint, add column division bigint",
            "update staged s set body_id = b.id, division = b.division from organisations_body b"
            " where b.code = s.body_code",
        ),
        change=(
            "update organisations_post t set body_id = s.body_id, division = s.division, kind = s.kind,"
            ' title = s.title, is_first_answerable = s.is_first_answerable, "order" = s."order"'
            " from staged s where s.code = t.code and"
            ' (t.body_id, t.kind, t.title, t.is_first_answerable, t."order") is distinct from'
            ' (s.body_id, s.kind, s.title, s.is_first_answerable, s."order")'
        ),
        add=(
            'insert into organisations_post (code, body_id, division, kind, title, is_first_answerable, "order")'
            ' select code, body_id, division, kind, title, is_first_answerable, "order" from staged s'
            " where not exists (select 1 from organisations_post t where t.code = s.code) order by division, row"
        ),
    ),
    "appointments": Stage(
        columns=(
            ("row", "bigint"), ("post_code", "text"), ("person_name", "text"), ("phone", "bytea"),
            ("phone_token", "bytea"), ("starts_on", "date"), ("ends_on", "date"), ("approval_reference", "text"),
            ("approved_on", "date"), ("approved_by", "text"), ("is_exempt", "boolean"),
        ),
        prepare=(
            "alter table staged add column post_id bigint, add column division bigint",
            "update staged s set post_id = p.id, division = p.division from organisations_post p"
            " where p.code = s.post_code",
            "create index on staged (post_id)",
        ),
        change=(
            f"update organisations_appointment t set {_set(_APPOINTMENT_FIELDS)}, phone = {_KEEP_PHONE},"  # noqa: S608
            " phone_token = coalesce(s.phone_token, t.phone_token) from staged s where s.post_id = t.post_id"
            " and s.person_name = t.person_name and s.starts_on = t.starts_on"
            f" and ({_row('t', _APPOINTMENT_FIELDS)} is distinct from {_row('s', _APPOINTMENT_FIELDS)}"
            f" or {_PHONE_CHANGED})"
        ),
        add=(
            "insert into organisations_appointment (post_id, division, person_name, phone, phone_token, starts_on,"  # noqa: S608
            f" {', '.join(_APPOINTMENT_FIELDS)}) select post_id, division, person_name, coalesce(phone, ''),"
            f" phone_token, starts_on, {', '.join(_APPOINTMENT_FIELDS)} from staged s where not exists (select 1 from"
            " organisations_appointment t where t.post_id = s.post_id and t.person_name = s.person_name"
            " and t.starts_on = s.starts_on) order by division, row"
        ),
    ),
    "grids": Stage(
        columns=(("row", "bigint"), ("division", "bigint"), ("name", "text"), ("keeper_post_code", "text")),
        prepare=(
            "alter table staged add column keeper_post_id bigint",
            "update staged s set keeper_post_id = p.id from organisations_post p where p.code = s.keeper_post_code",
        ),
        change=(
            "update organisations_grid t set keeper_post_id = s.keeper_post_id from staged s"
            " where s.division = t.division and s.name = t.name"
            " and t.keeper_post_id is distinct from s.keeper_post_id"
        ),
        add=(
            "insert into organisations_grid (division, name, keeper_post_id) select division, name, keeper_post_id"
            " from staged s where not exists (select 1 from organisations_grid t"
            " where t.division = s.division and t.name = s.name) order by division, row"
        ),
    ),
    "assignments": Stage(
        columns=(
            ("row", "bigint"), ("kind", "text"), ("body_code", "text"), ("post_code", "text"), ("division", "bigint"),
            ("starts_on", "date"), ("ends_on", "date"), ("reference", "text"),
        ),
        prepare=(
            "alter table staged add column body_id bigint, add column post_id bigint",
            "update staged s set body_id = coalesce((select b.id from organisations_body b where b.code = s.body_code),"
            " (select r.id from reachable_body r where r.code = s.body_code)) where body_code <> ''",
            "update staged s set post_id = p.id from organisations_post p where p.code = s.post_code",
        ),
        change=(
            "update organisations_assignment t set ends_on = s.ends_on, reference = s.reference from staged s"
            " where s.kind = t.kind and s.division = t.division and s.starts_on = t.starts_on"
            " and (s.body_id, s.post_id) is not distinct from (t.body_id, t.post_id)"
            " and (t.ends_on, t.reference) is distinct from (s.ends_on, s.reference)"
        ),
        add=(
            "insert into organisations_assignment (kind, body_id, post_id, division, starts_on, ends_on, reference)"
            " select kind, body_id, post_id, division, starts_on, ends_on, reference from staged s"
            " where not exists (select 1 from organisations_assignment t where t.kind = s.kind"
            " and t.division = s.division and t.starts_on = s.starts_on"
            " and (s.body_id, s.post_id) is not distinct from (t.body_id, t.post_id)) order by division, row"
        ),
    ),
}  # fmt: skip

# Texts that the tables hold as empty, not as null.
_EMPTY = {
    "bodies": ("department", "short_name", "tasks_reason", "address", "superior_code"),
    "appointments": ("approval_reference", "approved_by"),
    "grids": ("keeper_post_code",),
    "assignments": ("body_code", "post_code", "reference"),
}
_SEALED = {
    "bodies": f"{Body._meta.db_table}.phone",
    "appointments": f"{Appointment._meta.db_table}.phone",
}


def take_over(name: str, frame: pl.DataFrame) -> Taken:
    """Take one sheet's good rows over, inside an open act; `reachable_body` (code, id) must be there."""
    stage = STAGES[name]
    if frame.is_empty():
        return Taken()
    ready = _ready(name, frame)
    with connection.cursor() as cursor:
        fields = ", ".join(f'"{column}" {kind}' for column, kind in stage.columns)
        cursor.execute("drop table if exists staged")
        cursor.execute(f"create temporary table staged ({fields}) on commit drop")
        _copy(cursor, ready.select([column for column, _ in stage.columns]))
        for statement in (*stage.prepare, "analyze staged", stage.change):
            cursor.execute(statement)
        changed = cursor.rowcount
        cursor.execute(stage.add)
        added = cursor.rowcount
        cursor.execute("drop table staged")
    return Taken(added, changed, frame.height - added - changed)


def _ready(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Empty texts for missing ones, phones sealed."""
    done = frame.with_columns(pl.col(_EMPTY.get(name, ())).fill_null(""))
    if name in _SEALED:
        given = done["phone"].set(done["phone"].str.contains(r"\*", literal=False).fill_null(value=False), None)
        values = given.to_list()
        done = done.with_columns(
            pl.Series("phone", [sealed or None for sealed in encrypt_many(values, _SEALED[name])], pl.Binary),
            pl.Series("phone_token", tokens(values, "phone"), pl.Binary),
        )
    defaults = {"is_first_answerable": False, "is_exempt": False, "order": 0}
    return done.with_columns(pl.col(k).fill_null(v) for k, v in defaults.items() if k in done.columns)


def _copy(cursor: Any, frame: pl.DataFrame) -> None:
    """Binary columns as hex, everything else as text: one CSV made by polars, sent as it is."""
    hexed = [(pl.lit("\\x") + pl.col(c).bin.encode("hex")).alias(c) for c, t in frame.schema.items() if t == pl.Binary]
    buffer = BytesIO()
    frame.with_columns(hexed).write_csv(buffer, include_header=False, null_value="\\N", quote_style="non_numeric")
    with cursor.copy("copy staged from stdin (format csv, null '\\N')") as copy:
        copy.write(buffer.getvalue())
