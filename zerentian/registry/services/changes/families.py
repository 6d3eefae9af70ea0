"""Households divide, become one, and members go over to another household of the village; all of it stays on file."""

from collections.abc import Mapping
from datetime import date

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.registry.models import Absence, Household, Person
from zerentian.registry.services.changes.members import relate
from zerentian.registry.services.changes.records import (
    Kind,
    check_day,
    close,
    count_anew,
    members_of,
    open_household,
    open_households,
    present,
    record,
    settled,
    standing,
)
from zerentian.registry.services.corrections import faults_of
from zerentian.rulebook import queries as rulebook

# What a new household has in common with the one that it comes from: its standing, where and how it lives, who helps.
# Land, account, telephone and income are its own and are written down anew.
SHARED = (
    "division", "natural_village", "standard", "household_type", "cause", "other_causes", "status", "identified_on",
    "exited_on", "returned_on", "monitoring_kind", "risk_kind", "risk_found_on", "risk_removed_on", "risk_removal",
    "food_secured", "clothing_secured", "house_grade", "house_structure", "house_year", "house_repaired_on", "is_relocated",
    "relocated_on", "water_source", "water_safe", "water_minutes", "has_toilet", "has_power", "has_production_power",
    "has_broadcast", "fuel", "road_type", "road_distance", "address", "address_token", "grid", "grid_id", "helper_name",
    "helper_unit", "helper_unit_level", "helper_phone", "helper_phone_token", "helper_appointment_id", "helper_since",
)  # fmt: skip


@act("registry.household.split", _("分户"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def split_household(*, household_id: int, relations: Mapping[int, str], on: date, reason: str, by: Actor) -> Household:
    """Some members become a household of their own that stands as the old one; `relations` to their new head."""
    home = open_household(household_id, by)
    check_day(on)
    settled([home], by)
    everybody = present(home)
    going = members_of(home, relations)
    if not going:
        raise Refused(Reason("请选择分出去的成员和新户主", "成员"))
    if len(going) == len(everybody):
        raise Refused(Reason("不能全家都分出去，原户至少留一人；只换户主的请办理更换户主", "成员"))
    if any(one.relation == "head" for one in going):
        raise Refused(Reason("户主留在原户；户主要分出去的，请先更换户主", "成员"))
    before = {"relations": {str(one.pk): one.relation for one in going}}
    new = Household(number=_next_number(home.division), size=len(going), head_name="—")
    for name in SHARED:
        setattr(new, name, getattr(home, name))
    head = relate(going, relations)
    new.head_name = head.name
    if problems := faults_of(new):
        raise Refused(*(Reason(p.text + p.todo) for p in problems))
    new.save()
    _go_over(going, new)
    count_anew(home, by)
    count_anew(new, by)
    record(home, Kind.SPLIT, on=on, people=going, other=new, reason=reason, before=before, by=by)
    return new


@act("registry.household.merge", _("合户"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def merge_households(
    *, household_id: int, other_id: int, relations: Mapping[int, str], on: date, reason: str, by: Actor
) -> Household:
    """The other household of the village comes in with all its members; its file is closed and kept."""
    if household_id == other_id:
        raise Refused(Reason("不能与自己合户，请填写另一户的户编号", "户编号"))
    home, other = open_households([household_id, other_id], by)
    check_day(on)
    _one_village(home, other)
    settled([home, other], by)
    if home.status != other.status:
        words = [rulebook.label("poverty_status", one.status) for one in (home, other)]
        raise Refused(
            Reason(f"两户脱贫状态不同（{words[0]}、{words[1]}），不能合户；请先办理状态相应的程序", "脱贫状态")
        )
    coming = present(other)
    members_of(other, relations)
    before = {"relations": {str(one.pk): one.relation for one in coming}, **standing(other)}
    _relate_to(home, coming, relations)
    _go_over(coming, home)
    close(other, on)
    count_anew(home, by)
    record(home, Kind.MERGE, on=on, people=coming, other=other, reason=reason, before=before, by=by)
    return home


@act("registry.member.move", _("转到本村另一户"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def move_member(*, person_id: int, to_id: int, relation: str, on: date, reason: str, by: Actor) -> Person:
    """One member goes over to another household of the village, in one act: he is never in two, never in none."""
    person = Person.objects.within(by.scope).filter(pk=person_id).first()
    if person is None:
        raise Refused("没有这个人，或不在您的管辖范围内")
    if person.household_id == to_id:
        raise Refused(Reason(f"{person.name} 已经在这一户", "户编号"))
    home, to = open_households([person.household_id, to_id], by)
    check_day(on)
    _one_village(home, to)
    settled([home, to], by)
    person = members_of(home, [person_id])[0]
    if person.relation == "head":
        raise Refused(Reason(f"{person.name} 是户主，请先更换户主；只剩一人的户请办理合户", "成员"))
    before = {"relations": {str(person.pk): person.relation}}
    _relate_to(to, [person], {person.pk: relation})
    _go_over([person], to)
    count_anew(home, by)
    count_anew(to, by)
    record(home, Kind.MOVE, on=on, people=[person], other=to, reason=reason, before=before, by=by)
    return person


def _one_village(home: Household, other: Household) -> None:
    if home.division != other.division:
        raise Refused(Reason("两户不在同一个村；跨村的请在原村办理减少，再在现居村办理增加", "户编号"))


def _relate_to(home: Household, coming: list[Person], relations: Mapping[int, str]) -> None:
    """Those who come are something to the head who is there."""
    known = set(rulebook.code_list("relation").keys) - {"head"}
    for one in coming:
        relation = relations.get(one.pk, "")
        if relation not in known:
            raise Refused(Reason(f"请选择 {one.name} 与户主 {home.head_name} 的关系", "与户主关系"))
        one.relation = relation
    stay = [one for one in present(home) if one.pk not in {person.pk for person in coming}]
    if sum(one.relation == "spouse" for one in [*stay, *coming]) > 1:
        raise Refused(Reason(f"户主 {home.head_name} 只能有一名配偶，请改选来的人与户主的关系", "与户主关系"))


def _go_over(people: list[Person], home: Household) -> None:
    """The row goes along, so that a person's whole history stays together."""
    for one in people:
        one.household = home
        one.save()
    Absence.objects.filter(person__in=people, back_on__isnull=True).update(household_id=home.pk)


def _next_number(village: int) -> str:
    """The next number of the village's divided households. Their F keeps them apart from the numbers that files bring."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"registry.number.{village}"])
    taken = Household.objects.filter(division=village, number__startswith=f"{village}F").values_list(
        "number", flat=True
    )
    last = max((int(number[13:]) for number in taken if number[13:].isdecimal()), default=0)
    return f"{village}F{last + 1:04d}"
