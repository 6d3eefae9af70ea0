"""Set up, change and close bodies."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update, narrowed
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import token
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import code_text, level_of
from zerentian.organisations.models import Appointment, Assignment, Body
from zerentian.organisations.queries import reach
from zerentian.organisations.rules import Node, level_problem, superior_problem
from zerentian.territory.queries import exists, name_of

# What a person may change of a body; its division, kind and code say which body it is and stay.
CHANGEABLE = frozenset(
    {
        "name", "short_name", "department", "superior_id", "has_tasks", "tasks_reason", "staff_quota", "staff_actual",
        "premises", "budget", "budget_year", "phone", "address", "founded_on",
    }
)  # fmt: skip


def body_within(body_id: int, by: Actor) -> Body:
    """The body, if it lies in the actor's scope; Refused otherwise."""
    found: Body | None = Body.objects.within(by.scope).filter(pk=body_id).first()
    if found is None:
        raise Refused("找不到这个机构，或它不在您的管辖范围内")
    return found


@act("organisations.body.set_up", _("设立机构"), needs=Permission.BODY_CHANGE)
def set_up_body(*, division: int, kind: str, name: str, by: Actor, reason: str = "", **details: Any) -> Body:
    """Set up a body at a division; `details` are fields of CHANGEABLE and, optionally, `code`.

    Without a code one is made from division and kind. Raises Refused when kind, level or superior don't fit.
    """
    if division not in by.scope:
        raise Refused(Reason(f"{name_of(division)}不在您的管辖范围内", where="区划"))
    if not exists(division):
        raise Refused(Reason(f"没有代码为 {code_text(division)} 的区划", where="区划"))
    code = str(details.pop("code", "") or "") or _free_code(division, kind, str(details.get("department") or ""))
    body = Body(division=division, kind=kind, name=name.strip(), code=code, level=int(level_of(division)))
    _apply(body, details)
    _check(body, by)
    _save(body)
    announce("records.changed", division=division, by=by)
    return body


@act("organisations.body.change", _("修改机构"), needs=Permission.BODY_CHANGE, reason_required=True)
def change_body(*, body_id: int, by: Actor, reason: str, **changes: Any) -> Body:
    """Change the named fields of a body; the reason is kept in its history."""
    body = body_within(body_id, by)
    if body.ended_on is not None:
        raise Refused(f"“{body.name}”已于 {body.ended_on} 撤销，不能再改")
    _apply(body, changes)
    _check(body, by)
    _save(body)
    announce("records.changed", division=body.division, by=by)
    return body


@act("organisations.body.close", _("撤销机构"), needs=Permission.BODY_CHANGE, reason_required=True)
def close_body(*, body_id: int, on: date, by: Actor, reason: str) -> None:
    """Close a body: its appointments and assignments end with it. Bodies below must have moved before."""
    body = body_within(body_id, by)
    below = body.subordinates.filter(ended_on__isnull=True).count()
    if below:
        raise Refused(f"“{body.name}”还有 {below} 个下级机构，请先把它们改到别的上级机构下")
    late = Appointment.objects.filter(post__body=body, ends_on__isnull=True, starts_on__gt=on).first()
    if late is not None:
        raise Refused(f"{late.person_name}的任职日期 {late.starts_on} 晚于撤销日期，请先更正")
    guarded_update(Body.objects.filter(pk=body.pk, ended_on__isnull=True), ended_on=on)
    Appointment.objects.filter(post__body=body, ends_on__isnull=True).update(ends_on=on, is_exempt=True)
    Assignment.objects.filter(body=body, ends_on__isnull=True, starts_on__lte=on).update(ends_on=on)
    Assignment.objects.filter(post__body=body, ends_on__isnull=True, starts_on__lte=on).update(ends_on=on)
    announce("records.changed", division=body.division, by=by)


def _apply(body: Body, changes: dict[str, Any]) -> None:
    if unknown := set(changes) - CHANGEABLE:
        raise Refused(f"这些内容不能在这里修改：{'、'.join(sorted(unknown))}")
    for key, value in changes.items():
        setattr(body, key, value)
    if "phone" in changes:
        body.phone = str(changes["phone"] or "").strip()
        body.phone_token = token(body.phone, "phone")


def _check(body: Body, by: Actor) -> None:
    reasons = []
    if not body.name:
        reasons.append(Reason("请填写名称", where="名称"))
    if (body.kind == "department") != bool(body.department):
        reasons.append(Reason("部门机构必须选择部门，其他机构不填", where="部门"))
    if not body.has_tasks and not body.tasks_reason.strip():
        reasons.append(Reason("没有脱贫任务的机构必须写明理由", where="无任务的理由", article="第二条"))
    if problem := level_problem(body.kind, body.division):
        reasons.append(Reason(problem, where="区划"))
    superior = body_within_reach(body.superior_id, by, "上级机构") if body.superior_id else None
    above = Node(superior.division, superior.kind, superior.name, superior.ended_on) if superior else None
    gap = superior_problem(Node(body.division, body.kind, body.name), above, timezone.localdate())
    if gap:
        reasons.append(Reason(str(gap), where="上级机构", article="第三条"))
    if superior is not None and body.pk and superior.superior_id == body.pk:
        reasons.append(Reason(f"“{superior.name}”是它的下级，不能作它的上级", where="上级机构"))
    if body.ended_on and body.founded_on and body.ended_on < body.founded_on:
        reasons.append(Reason("撤销日期早于设立日期", where="撤销日期"))
    if reasons:
        raise Refused(*reasons)


def body_within_reach(body_id: int, by: Actor, where: str = "机构") -> Body:
    """A body in the scope or exactly above it; Refused, naming the field, when there is none."""
    with narrowed(reach(by.scope)):
        found: Body | None = Body.objects.within(reach(by.scope)).filter(pk=body_id).first()
    if found is None:
        raise Refused(Reason("找不到这个机构", where=where))
    return found


def _free_code(division: int, kind: str, department: str) -> str:
    """A code not used yet: division, kind or department, and a number where there are several."""
    stem = f"{code_text(division)}-{department or kind}"
    taken = set(Body.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code


def _save(body: Body) -> None:
    try:
        with transaction.atomic():
            body.save()
    except IntegrityError as error:
        raise Refused(Reason(f"机构编号 {body.code} 已被使用", where="机构编号")) from error
