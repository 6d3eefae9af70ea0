"""A member is away for a time and comes back; he counts as before."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.registry.models import Absence, Person
from zerentian.registry.services.changes.records import check_day


@act("registry.member.away", _("登记暂时外出"), needs=Permission.HOUSEHOLD_CHANGE)
def record_absence(*, person_id: int, since: date, expected_on: date | None, place: str, by: Actor) -> Absence:
    """The member is away since that day; when he is expected back may stay open."""
    person = Person.objects.within(by.scope).filter(pk=person_id, left_on__isnull=True).first()
    if person is None:
        raise Refused("没有这个人，或不在您的管辖范围内")
    check_day(since)
    if expected_on is not None and expected_on < since:
        raise Refused(Reason("预计返回日期不能早于离家日期", "预计返回日期"))
    try:
        with transaction.atomic():
            made: Absence = Absence.objects.create(
                person=person, household_id=person.household_id, division=person.division, since=since,
                expected_on=expected_on, place=place.strip()[:120],
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(Reason(f"{person.name} 已登记外出，请先登记返回", "成员")) from error
    return made


@act("registry.member.back", _("登记返回"), needs=Permission.HOUSEHOLD_CHANGE)
def end_absence(*, absence_id: int, back_on: date, by: Actor) -> Absence:
    """The member is back."""
    row: Absence | None = Absence.objects.within(by.scope).select_for_update().filter(pk=absence_id).first()
    if row is None:
        raise Refused("没有这条外出记录，或不在您的管辖范围内")
    if row.back_on is not None:
        raise Refused(Reason(f"已于 {row.back_on} 登记返回", "返回日期"))
    check_day(back_on)
    if back_on < row.since:
        raise Refused(Reason(f"返回日期不能早于离家日期 {row.since}", "返回日期"))
    row.back_on = back_on
    row.save()
    return row
