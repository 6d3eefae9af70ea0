"""Reads of the kernel's own tables: runs, acts, readings, and the versions of any tracked row."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import titles
from zerentian.kernel.db import own_models
from zerentian.kernel.models import Act, History, Reading, Row, Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import SealedField, decrypt, mask_account, mask_id, mask_name, mask_phone

MOST_VERSIONS = 200

Words = Callable[[str, Any], str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a version: what it was and what it became, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One recorded change of a row: who, in which post, when, why, on what ground, and what."""

    at: datetime
    who: str
    name: str
    reason: str
    ground: str
    act_id: int
    operation: str
    changes: tuple[Change, ...]


def runs_of(actor: Actor) -> QuerySet[Run]:
    """The actor's own runs; everybody's for auditors and operators, the newest first."""
    runs = Run.objects.order_by("-id")
    if actor.may(Permission.AUDIT_VIEW) or actor.may(Permission.SYSTEM_OPERATE):
        return runs
    return runs.filter(user_id=actor.user_id)


def acts_found(
    *, who: str = "", name: str = "", subject: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Act]:
    """Acts by who, name or title, and subject (each a beginning or a part) and by days, the newest first."""
    acts = Act.objects.order_by("-id")
    if who:
        acts = acts.filter(who__contains=who)
    if name:
        called = [one for one, title in titles.items() if name.lower() in str(title).lower()]
        acts = acts.filter(Q(name__startswith=name) | Q(name__in=called))
    if subject:
        acts = acts.filter(subject__startswith=subject)
    return _between(acts, since, until)


def readings_found(
    *,
    who: str = "",
    household_id: int | None = None,
    person_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Reading]:
    """Who read whom: by reader, household or person, and by days, the newest first."""
    readings = Reading.objects.order_by("-id")
    if who:
        readings = readings.filter(who__contains=who)
    if household_id is not None:
        readings = readings.filter(household_id=household_id)
    if person_id is not None:
        readings = readings.filter(person_id=person_id)
    return _between(readings, since, until)


def _between(rows: QuerySet[Any], since: date | None, until: date | None) -> QuerySet[Any]:
    zone = timezone.get_current_timezone()
    if since:
        rows = rows.filter(at__gte=datetime.combine(since, datetime.min.time(), zone))
    if until:
        rows = rows.filter(at__lt=datetime.combine(until + timedelta(days=1), datetime.min.time(), zone))
    return rows


def history_of(model: type[Row], row_id: int, *, words: Words | None = None) -> list[Version]:
    """The versions of one row, the newest first; empty when the row is outside the scope.

    Personal fields are masked. `words(field name, value)` may give the label of a code; None leaves the value.
    """
    now = _live(model, row_id)
    if now is None and not _was_deleted(model, row_id):
        return []
    rows = History.objects.filter(model=model._meta.db_table, row_id=row_id).order_by("-id")[:MOST_VERSIONS]
    return _versions(model, list(rows), now or {}, words)


def changes_of(act_id: int, models: Iterable[type[Row]]) -> list[tuple[str, int, Version]]:
    """What one act changed, up to 200 rows: (kind of row, id, version)."""
    known = {model._meta.db_table: model for model in models}
    found = []
    for row in History.objects.filter(act_id=act_id).order_by("id")[:MOST_VERSIONS]:
        model = known.get(row.model)
        if model is None:
            continue
        later = History.objects.filter(model=row.model, row_id=row.row_id, id__gt=row.pk).order_by("id").first()
        after = (later.before if later else _live(model, row.row_id)) or {}
        found += [(str(model._meta.verbose_name), row.row_id, v) for v in _versions(model, [row], after, None)]
    return found


def _live(model: type[Row], row_id: int) -> dict[str, Any] | None:
    """The row as the database holds it now, in the words of history."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"select to_jsonb(t)::text from {table} t where id = %s", [row_id])  # noqa: S608
        found = cursor.fetchone()
    return json.loads(found[0]) if found else None


def _was_deleted(model: type[Row], row_id: int) -> bool:
    last = History.objects.filter(model=model._meta.db_table, row_id=row_id).order_by("-id").first()
    return last is not None and last.operation == "D" and model.household_column is None


def _versions(model: type[Row], rows: list[History], now: dict[str, Any], words: Words | None) -> list[Version]:
    """From the newest to the oldest: each one's after is the next one's before."""
    acts = Act.objects.in_bulk([row.act_id for row in rows])
    fields = _shown_fields(model)
    versions = []
    after = now
    for row in rows:
        before = row.before or {}
        became = {} if row.operation == "D" else after
        act = acts.get(row.act_id)
        versions.append(
            Version(
                at=act.at if act else datetime.min.replace(tzinfo=timezone.get_current_timezone()),
                who=act.who if act else "",
                name=act.name if act else "",
                reason=act.reason if act else "",
                ground=act.ground if act else "",
                act_id=row.act_id,
                operation=row.operation,
                changes=tuple(_changes(model, fields, before, became, words)),
            )
        )
        after = before
    return versions


def _shown_fields(model: type[Row]) -> list["Field[Any, Any]"]:
    """Fields that people entered: without keys, search tokens and what is made from names."""
    shown = []
    for field in model._meta.concrete_fields:
        is_sealed = isinstance(field, SealedField)
        if field.primary_key or (field.get_internal_type() == "BinaryField" and not is_sealed):
            continue
        if field.name in {"pinyin", "initials"} or field.name.endswith(("_pinyin", "_initials", "_mask")):
            continue
        shown.append(field)
    return shown


def _changes(
    model: type[Row],
    fields: list["Field[Any, Any]"],
    before: dict[str, Any],
    after: dict[str, Any],
    words: Words | None,
) -> Iterable[Change]:
    for field in fields:
        old, new = before.get(field.column), after.get(field.column)
        was, became = _word(model, field, old, words), _word(model, field, new, words)
        if was != became:
            yield Change(str(field.verbose_name), was, became)
        elif was and _really_differs(field, old, new):
            yield Change(str(field.verbose_name), was, _("已改（内容隐去）"))


def _really_differs(field: "Field[Any, Any]", old: Any, new: Any) -> bool:
    """Whether a value changed behind its mask; sealing the same text again is no change."""
    if isinstance(field, SealedField):
        return _opened(field, old) != _opened(field, new)
    return bool(old != new)


def _opened(field: SealedField, value: Any) -> str:
    return decrypt(bytes.fromhex(value.removeprefix("\\x")), field.about) if value else ""


def _word(model: type[Row], field: "Field[Any, Any]", value: Any, words: Words | None) -> str:
    """One value as people read it; personal ones masked."""
    if value is None or value == "":
        return ""
    if isinstance(field, SealedField):
        return mask_for(field.name)(_opened(field, value))
    if field.name in model.personal:
        return mask_name(str(value))
    if words is not None and (label := words(field.name, value)) is not None:
        return label
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


@cache
def field_labels() -> dict[str, Any]:
    """Name → words for every personal field of the house; where tables differ, the first that says more."""
    found: dict[str, Any] = {}
    for model in own_models():
        for field in model._meta.concrete_fields:
            if field.name in model.personal and str(field.verbose_name) != field.name.replace("_", " "):
                found.setdefault(field.name, field.verbose_name)
    return found


def mask_for(name: str) -> Callable[[str], str]:
    """The mask that fits a field, by its name."""
    if "phone" in name:
        return mask_phone
    if "bank" in name or "account" in name:
        return mask_account
    if "id_number" in name:
        return mask_id
    return mask_name
