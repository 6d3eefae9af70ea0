"""Acts on roles: granted for an area or with an appointment, and withdrawn."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zerentian.accounts.models import RoleGrant, User
from zerentian.accounts.queries import appointments_of, grants_of, role_name
from zerentian.accounts.rules import ROLES, clash
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import level_of
from zerentian.organisations.models import Appointment
from zerentian.territory import queries as territory


@act("accounts.role.grant", gettext_lazy("授予角色"), needs=Permission.ROLE_GRANT, reason_required=True)
def grant_role(
    *,
    user_id: int,
    role: str,
    division: int,
    starts_on: date,
    ends_on: date | None = None,
    appointment_id: int | None = None,
    reason: str,
    by: Actor,
) -> RoleGrant:
    """Give a role for an area. With an appointment the area is that of its body, and the role ends when it does."""
    if by.user_id == user_id:
        raise Refused(_("不能给自己授予角色"))
    user = User.objects.select_for_update().get(pk=user_id)
    held = _appointment(user, appointment_id)
    area = held.post.body.division if held else division
    _check_role(role, area)
    if ends_on is not None and ends_on < starts_on:
        raise Refused(Reason(_("结束日期早于开始日期"), where=_("结束日期")))
    _check_apart(grants_of(user), role)
    tied = tie(held) if held else {}
    return RoleGrant.objects.create(
        user=user, role=role, division=area, starts_on=starts_on, ends_on=ends_on, **tied
    )  # fmt: skip


_LEVELS = {
    1: gettext_lazy("省级"),
    2: gettext_lazy("市级"),
    3: gettext_lazy("县级"),
    4: gettext_lazy("乡镇级"),
    5: gettext_lazy("村级"),
}


def _check_apart(grants: list[RoleGrant], wanted: str) -> None:
    """The three administrators hold nothing besides."""
    if others := clash({g.role for g in grants}, wanted):
        names = ", ".join(role_name(ROLES[key]) for key in sorted({wanted, *others}))
        raise Refused(
            Reason(_("管理员必须与其他角色分开，不能由一人兼任：%(names)s") % {"names": names}, where=_("角色"))
        )


def _check_role(role: str, division: int) -> None:
    declared = ROLES.get(role)
    if declared is None:
        raise Refused(Reason(_("没有这个角色"), where=_("角色")))
    if not territory.exists(division):
        raise Refused(Reason(_("没有代码为 %(code)s 的区划") % {"code": division}, where=_("区划")))
    if declared.level is not None and level_of(division) != declared.level:
        words = {"role": role_name(declared), "level": _LEVELS[declared.level]}
        raise Refused(Reason(_("“%(role)s”须对应%(level)s区划") % words, where=_("区划")))


def _appointment(user: User, appointment_id: int | None) -> Appointment | None:
    """The appointment that a role is tied to; it must be held today by a person of the user's name."""
    if appointment_id is None:
        return None
    held = next((a for a in appointments_of(user.name) if a.pk == appointment_id), None)
    if held is None:
        raise Refused(Reason(_("%(name)s现在没有这项任职，请刷新后另选") % {"name": user.name}, where=_("任职")))
    return held


def tie(held: Appointment) -> dict[str, Any]:
    """What a grant keeps of the appointment that it rests on."""
    post = held.post
    title = f"{post.body.name}{post.title}"[:80]
    return {"body_id": post.body_id, "post_id": post.pk, "appointment_id": held.pk, "title": title}


@act("accounts.role.withdraw", gettext_lazy("收回角色"), needs=Permission.ROLE_GRANT, reason_required=True)
def withdraw_role(*, grant_id: int, reason: str, by: Actor) -> None:
    """End a role; it counts no more from the next request on, nor ever if it was to begin later."""
    if RoleGrant.objects.filter(pk=grant_id, user_id=by.user_id or 0).exists():
        raise Refused(_("不能收回自己的角色，请由另一位安全管理员办理"))
    guarded_update(RoleGrant.objects.filter(pk=grant_id, withdrawn_at=None), withdrawn_at=timezone.now())
