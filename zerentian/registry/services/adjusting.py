"""What the confirmation of an adjustment asks of the register, and what it leaves there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q

from zerentian.kernel.actor import Actor
from zerentian.kernel.refusal import Reason
from zerentian.procedures.rules.plugs import CaseSummary, Verdict, carries, conditions
from zerentian.registry.models import APPLICANT, Household
from zerentian.registry.services.confirming import WHOLE, note_confirmed

CONFIRMED = "动态调整，乡镇核定"


@conditions("household.on_register")
def is_on_register(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The household is, or was, on the register; an applicant is not yet, one registered in error not any more."""
    rows = Household.objects.filter(pk__in=[case.subject_id for case in cases])
    outside = set(rows.filter(status__in=[*APPLICANT, "removed"]).values_list("pk", flat=True))
    why = (Reason("该户不在册，不办理动态调整", "脱贫状态"),)
    return {case.id: Verdict(False, why) if case.subject_id in outside else Verdict(True) for case in cases}


@conditions("household.members_agree")
def members_agree(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The size is how many members there are, and one of them is the head; nobody is left in a closed household."""
    here = Q(persons__left_on__isnull=True)
    rows = Household.objects.filter(pk__in=[case.subject_id for case in cases]).annotate(
        members=Count("persons", filter=here), heads=Count("persons", filter=here & Q(persons__relation="head"))
    )
    found = {home.pk: _disagreement(home, home.members, home.heads) for home in rows}
    return {
        case.id: Verdict(False, (Reason(why, "家庭成员"),))
        if (why := found.get(case.subject_id, ""))
        else Verdict(True)
        for case in cases
    }


def _disagreement(home: Household, members: int, heads: int) -> str:
    if home.status == "closed":
        return f"该户已注销，但还有 {members} 名成员在册" if members else ""
    if members != home.size:
        return f"家庭人口登记 {home.size} 人，在册成员 {members} 人，请先更正"
    return "" if heads == 1 else f"在册成员中有 {heads} 名户主，应当只有一名"


@carries("household.adjusted")
def adjusted(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The township has gone through the file: it is fresh from today."""
    rows = Household.objects.select_for_update().filter(pk__in=[case.subject_id for case in cases]).order_by("pk")
    for home in rows:
        note_confirmed(home, part=WHOLE, how=CONFIRMED, by=by)
