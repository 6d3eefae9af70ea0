"""The record of every change of a household's members, and the households and members that a change needs locked."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import announce
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.procedures import queries as procedures
from zerentian.procedures.models import Case
from zerentian.procedures.rules.flow import LIVE
from zerentian.registry.models import APPLICANT, GONE, Household, HouseholdChange, Person

Kind = HouseholdChange.Kind
ADJUSTMENT = "household.adjustment"  # follows the changes, and so never stands in their way


def record(
    home: Household, kind: str, *, on: date, people: Sequence[Person], by: Actor, **more: Any
) -> HouseholdChange:
    """Write down what was done; `more` are the cause, the other household, what stood before, what it undoes."""
    made: HouseholdChange = HouseholdChange.objects.create(
        household=home, division=home.division, kind=kind, on=on, people="、".join(one.name for one in people)[:400],
        made_by=f"{by.name} {by.post_title}".strip()[:120], **more,
    )  # fmt: skip
    return made


def open_household(household_id: int, by: Actor) -> Household:
    """The household, locked, while it is not closed."""
    return open_households([household_id], by)[0]


def open_households(ids: Sequence[int], by: Actor) -> list[Household]:
    """The households in the order asked for, locked in the order of their keys so that two acts never wait in a ring."""
    rows = Household.objects.within(by.scope).select_for_update().filter(pk__in=ids).order_by("pk")
    found = {home.pk: home for home in rows}
    if set(ids) - set(found):
        raise Refused("没有这一户，或它不在您的管辖范围内")
    for home in found.values():
        if home.status in GONE:
            raise Refused(Reason(f"{home.head_name}户已清退或注销，不能变动成员", "脱贫状态"))
    return [found[one] for one in ids]


def settled(homes: Iterable[Household], by: Actor) -> None:
    """Refuse while one of the households is an applicant or has a procedure at work: it judges the household as it stands."""
    live = Case.objects.filter(subject_kind="household", state__in=LIVE).exclude(kind=ADJUSTMENT)
    for home in homes:
        if home.status in APPLICANT:
            raise Refused(Reason(f"{home.head_name}户是申请户，请在申请上增减成员", "脱贫状态"))
        case = live.filter(subject_id=home.pk).first()
        if case is not None:
            kind = procedures.words(procedures.definition(case.definition_id).title)
            text = f"{home.head_name}户正在办理“{kind}”（案件 {case.pk}），请等办结或撤回后再办"
            raise Refused(Reason(text, "办理程序"))


def present(home: Household) -> list[Person]:
    """The members of today, locked."""
    rows = Person.objects.select_for_update().filter(household=home, left_on__isnull=True)
    return list(rows.order_by("number"))


def members_of(home: Household, ids: Iterable[int]) -> list[Person]:
    """These members, locked; Outrun when one of them is no longer in the household."""
    found = {person.pk: person for person in present(home)}
    wanted = list(ids)
    if [one for one in wanted if one not in found]:
        raise Outrun("成员刚被别人变动过，请按现在的成员重新选择")
    return [found[one] for one in wanted]


def check_day(day: date) -> None:
    """A change is written down once it happened."""
    if day > timezone.localdate():
        raise Refused(Reason("变动日期不能晚于今天", "变动日期"))


def count_anew(home: Household, by: Actor) -> None:
    """The size follows from the members."""
    home.size = Person.objects.filter(household=home, left_on__isnull=True).count()
    home.save()
    announce("records.changed", division=home.division, by=by)


def close(home: Household, on: date) -> None:
    """Nobody is left; the household stays on file."""
    home.status, home.removed_on = "closed", on
    home.save()


def standing(home: Household) -> dict[str, Any]:
    """What an undoing act gives back to a household that was closed."""
    return {"status": home.status, "removed_on": home.removed_on.isoformat() if home.removed_on else None}
