"""Deciding for somebody else."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Delegation

LONGEST = 92  # days; longer absence is a change of post


@act("procedures.delegation.give", _("委托办理"), needs=Permission.CASE_DELEGATE, reason_required=True)
def delegate(
    *, to_user_id: int, starts_on: date, ends_on: date, reason: str, by: Actor, kinds: Sequence[str] = ()
) -> Delegation:
    """Let a colleague decide in one's place for some days; every decision names both."""
    if by.user_id is None or by.division is None:
        raise Refused("只有任职人员可以委托他人")
    receivers = dict(queries.colleagues(by, timezone.localdate()))
    if to_user_id not in receivers:
        raise Refused(Reason("只能委托给本地区的同事", "受托人"))
    if ends_on < starts_on or ends_on < timezone.localdate():
        raise Refused(Reason("结束日期应在开始日期和今天之后", "结束日期"))
    if (ends_on - starts_on).days > LONGEST:
        raise Refused(Reason(f"一次委托不超过 {LONGEST} 天，更久的应变更任职", "结束日期"))
    unknown = set(kinds) - {key for key, _version in queries.definitions()}
    if unknown:
        raise Refused(Reason("没有这项程序", "程序"))
    made: Delegation = Delegation.objects.create(
        division=by.division, from_user=by.user_id, from_who=queries.who(by), role=by.role,
        post=queries.post_kind(by.post_id), to_user=to_user_id, to_who=receivers[to_user_id], kinds=list(kinds),
        starts_on=starts_on, ends_on=ends_on, reason=reason.strip()[:300],
    )  # fmt: skip
    return made


@act("procedures.delegation.end", _("收回委托"), needs=Permission.CASE_DELEGATE, reason_required=True)
def end_delegation(*, delegation_id: int, reason: str, by: Actor) -> None:
    """Take a delegation back; from now on the receiver decides in it no more."""
    rows = Delegation.objects.within(by.scope).filter(pk=delegation_id, from_user=by.user_id, ended_on=None)
    guarded_update(rows, ended_on=timezone.localdate())
