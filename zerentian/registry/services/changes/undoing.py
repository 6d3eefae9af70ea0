"""A change that was made by mistake is taken back, as long as nothing came after it; both stay on file."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.procedures.models import Case
from zerentian.procedures.rules.flow import LIVE
from zerentian.registry.models import Absence, Household, HouseholdChange, Person
from zerentian.registry.services.changes.members import TAKEN
from zerentian.registry.services.changes.records import ADJUSTMENT, Kind, close, count_anew, present, record


@act("registry.household.undo", _("撤销成员变动"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def undo_change(*, change_id: int, reason: str, by: Actor) -> HouseholdChange:
    """Give back what stood before the change; refused where a later change or a procedure builds on it."""
    change = HouseholdChange.objects.within(by.scope).filter(pk=change_id).first()
    if change is None:
        raise Refused("没有这一变动，或它不在您的管辖范围内")
    ids = [one for one in (change.household_id, change.other_id) if one]
    homes = {home.pk: home for home in Household.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    if why := why_not(change):
        raise Outrun(why) if HouseholdChange.objects.filter(undoes=change).exists() else Refused(Reason(why, "撤销"))
    home, other = homes[change.household_id], homes.get(change.other_id or 0)
    people = _people(change)
    try:
        with transaction.atomic():
            _give_back(change, home, other, people)
    except IntegrityError as error:
        raise Refused(Reason(TAKEN, "证件号码")) from error
    for one in homes.values():
        if one.status != "closed":
            count_anew(one, by)
    announce("records.changed", division=home.division, by=by)
    return record(
        home, Kind.UNDO, on=timezone.localdate(), people=people, other=other, cause=change.kind, reason=reason,
        undoes=change, by=by,
    )  # fmt: skip


def why_not(change: HouseholdChange) -> str:
    """Why the change can't be taken back; "" where it can."""
    if change.kind == Kind.UNDO:
        return "撤销本身不能再撤销，请重新办理"
    if HouseholdChange.objects.filter(undoes=change).exists():
        return "这一变动已经撤销"
    ids = [one for one in (change.household_id, change.other_id) if one]
    later = HouseholdChange.objects.filter(Q(household__in=ids) | Q(other__in=ids), pk__gt=change.pk)
    if later.exclude(kind=Kind.UNDO).filter(undone__isnull=True).exists():
        return "这一变动之后还有变动，请先撤销后面的"
    cases = Case.objects.filter(subject_kind="household", subject_id__in=ids)
    since = Q(opened_on__gt=timezone.localdate(change.made_at)) | Q(state__in=LIVE)
    case = cases.filter(since).exclude(kind=ADJUSTMENT, state__in=LIVE)
    if case.exists():
        return "该户正在办理程序，或变动之后办过程序，不能撤销；请按现在的情况办理变动"
    return ""


def _people(change: HouseholdChange) -> list[Person]:
    keys = [change.before["person"]] if "person" in change.before else list(change.before["relations"])
    return list(Person.objects.select_for_update().filter(pk__in=keys).order_by("number"))


def _give_back(change: HouseholdChange, home: Household, other: Household | None, people: list[Person]) -> None:
    before: dict[str, Any] = change.before
    _give_households_back(change, home, other, people)
    target = other if change.kind == Kind.MERGE and other is not None else home
    for one in people:
        one.relation = before.get("relations", {}).get(str(one.pk), one.relation)
        one.household = target
        if change.kind == Kind.JOIN:
            one.left_on, one.leave_kind = change.on, "removed_in_error"
        elif change.kind == Kind.LEAVE:
            one.left_on, one.leave_kind = None, ""
        one.save()
    Absence.objects.filter(person__in=people, back_on__isnull=True).update(household_id=target.pk)
    if change.kind == Kind.SPLIT and other is not None:
        close(other, timezone.localdate())


def _give_households_back(
    change: HouseholdChange, home: Household, other: Household | None, people: list[Person]
) -> None:
    match change.kind:
        case Kind.LEAVE:
            _reopen(home, change.before)
        case Kind.HEAD:
            home.head_name = change.before["head_name"]
        case Kind.SPLIT:
            _only_these(other, people)
        case Kind.MERGE:
            _reopen(other, change.before)


def _reopen(home: Household | None, before: dict[str, Any]) -> None:
    if home is not None:
        home.status = before["status"]
        home.removed_on = date.fromisoformat(before["removed_on"]) if before["removed_on"] else None


def _only_these(home: Household | None, people: list[Person]) -> None:
    if home is not None and {one.pk for one in present(home)} != {one.pk for one in people}:
        raise Refused(Reason("分出的户后来有别的成员，不能撤销", "撤销"))
