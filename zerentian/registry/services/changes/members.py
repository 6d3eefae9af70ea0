"""Members join and leave any day of the year, and another member becomes the head. Nobody is deleted."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import mask_id, token
from zerentian.kernel.refusal import Reason, Refused
from zerentian.registry.models import Household, Person
from zerentian.registry.rules import columns, identity
from zerentian.registry.rules.names import spoken
from zerentian.registry.services.changes.records import (
    Kind,
    check_day,
    close,
    count_anew,
    members_of,
    open_household,
    present,
    record,
    standing,
)
from zerentian.registry.services.corrections import faults_of
from zerentian.rulebook import queries as rulebook

JOINS = ("birth", "marriage_in", "moved_in", "return_from_service", "added_after_omission")
LEAVES = ("death", "marriage_out", "moved_out", "enlisted", "imprisoned", "missing")
NEWBORN = timedelta(days=366)  # a birth is put on file within a year; later it is an addition after omission
TAKEN = "这个证件号码已登记在另一户的在册人口名下；一个人同一时间只能在一户，请先在那一户办理减少"


@act("registry.member.join", _("增加家庭成员"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def add_member(
    *, household_id: int, kind: str, joined_on: date, facts: Mapping[str, Any], reason: str, by: Actor
) -> Person:
    """Somebody joins the household; `facts` by field name. The size follows from the members."""
    home = open_household(household_id, by)
    _check(kind, JOINS, joined_on)
    person = Person(household=home, division=home.division, number=_next_number(home), **dict(facts))
    person.join_kind, person.joined_on = kind, joined_on
    _identify(person)
    _newly_born(person)
    if person.relation == "spouse" and any(one.relation == "spouse" for one in present(home)):
        raise Refused(Reason("这一户已登记配偶，请核对与户主的关系", "与户主关系"))
    if person.relation == "head" and any(one.relation == "head" for one in present(home)):
        raise Refused(Reason("一户只有一个户主，请选择与户主的其他关系", "与户主关系"))
    if reasons := [*_unknown_codes(person), *(Reason(p.text + p.todo) for p in faults_of(person))]:
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused(Reason(TAKEN, "证件号码")) from error
    count_anew(home, by)
    before = {"person": person.pk}
    record(home, Kind.JOIN, on=joined_on, people=[person], cause=kind, reason=reason, before=before, by=by)
    return person


def _newly_born(person: Person) -> None:
    """A birth is that of somebody born lately."""
    born, joined = person.birth_on, person.joined_on
    if person.join_kind != "birth" or born is None or joined is None:
        return
    if not timedelta(0) <= joined - born <= NEWBORN:
        text = f"增加原因是出生，但出生日期 {born} 与增加日期 {joined} 不相符；请核对证件号码，或选择别的增加原因"
        raise Refused(Reason(text, "出生日期"))


@act("registry.member.leave", _("减少家庭成员"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def remove_member(*, person_id: int, kind: str, left_on: date, reason: str, by: Actor) -> Person:
    """Somebody leaves the household and stays on file; the last one closes it."""
    person = Person.objects.within(by.scope).filter(pk=person_id).first()
    if person is None:
        raise Refused("没有这个人，或不在您的管辖范围内")
    home = open_household(person.household_id, by)
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.left_on is not None:
        raise Refused(Reason(f"{person.name} 已于 {person.left_on} 减少", "减少日期"))
    _check(kind, LEAVES, left_on)
    if person.joined_on and left_on < person.joined_on:
        raise Refused(Reason(f"减少日期不能早于增加日期 {person.joined_on}", "减少日期"))
    others = Person.objects.filter(household=home, left_on__isnull=True).exclude(pk=person_id)
    if person.relation == "head" and others.exists():
        raise Refused(Reason(f"{person.name} 是户主，请先更换户主", "与户主关系"))
    before = {"person": person.pk, **standing(home)}
    person.leave_kind, person.left_on = kind, left_on
    person.save()
    if others.exists():
        count_anew(home, by)
    else:
        close(home, left_on)
        announce("records.changed", division=home.division, by=by)
    record(home, Kind.LEAVE, on=left_on, people=[person], cause=kind, reason=reason, before=before, by=by)
    return person


@act("registry.household.head", _("更换户主"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def change_head(*, household_id: int, relations: Mapping[int, str], on: date, reason: str, by: Actor) -> Household:
    """Another member heads the household; `relations` says what everybody is to the new head, who is "head"."""
    home = open_household(household_id, by)
    check_day(on)
    everybody = present(home)
    members_of(home, relations)
    before = {"relations": {str(one.pk): one.relation for one in everybody}, "head_name": home.head_name}
    heads = relate(everybody, relations)
    if before["relations"] == {str(one.pk): one.relation for one in everybody}:
        raise Refused(Reason("户主没有变，请选择新户主", "与户主关系"))
    home.head_name = heads.name
    count_anew(home, by)
    record(home, Kind.HEAD, on=on, people=[heads], reason=reason, before=before, by=by)
    return home


def relate(people: list[Person], relations: Mapping[int, str]) -> Person:
    """Set what each is to the head, of whom there is exactly one; the head."""
    known = set(rulebook.code_list("relation").keys)
    for one in people:
        relation = relations.get(one.pk, "")
        if relation not in known:
            raise Refused(Reason(f"请选择 {one.name} 与户主的关系", "与户主关系"))
        one.relation = relation
    heads = [one for one in people if one.relation == "head"]
    if len(heads) != 1:
        raise Refused(Reason("一户要有一个户主，而且只有一个", "与户主关系"))
    if sum(one.relation == "spouse" for one in people) > 1:
        raise Refused(Reason("一户只能有一名户主的配偶", "与户主关系"))
    for one in people:
        one.save()
    return heads[0]


def _identify(person: Person) -> None:
    """Sex and day of birth follow from a right number, so that nobody types them twice."""
    number = identity.normal_one(str(person.id_number or ""))
    person.id_number, person.id_token = number, token(number[:18], "person.id") if number else None
    person.id_mask, person.id_valid = mask_id(number) if number else "", bool(number)
    person.document_type = person.document_type or ("identity_card" if number else "none")
    person.pinyin, person.initials = spoken(person.name)
    if number and not identity.fault_of(number, earliest_year=1, today=timezone.localdate()):
        person.sex = person.sex or ("male" if identity.is_male(number) else "female")
        person.birth_on = person.birth_on or identity.birth_of(number)


def _unknown_codes(person: Person) -> list[Reason]:
    """Choices that their code list does not hold."""
    found = []
    for column in columns.PERSONS.columns:
        value = getattr(person, column.key, "") if column.codes and column.kind == "code" else ""
        if value and value not in {code.key for code in rulebook.code_list(column.codes or "").values}:
            found.append(Reason(f"没有“{value}”这个选项", str(column.label)))
    return found


def _check(kind: str, known: tuple[str, ...], day: date) -> None:
    if kind not in known:
        raise Refused(Reason("请选择变动原因", "变动原因"))
    check_day(day)


def _next_number(home: Household) -> str:
    """The household's number with the next free ordinal, counting those who left, too."""
    taken = set(Person.objects.filter(household=home).values_list("number", flat=True))
    ordinal = len(taken) + 1
    while f"{home.number}-{ordinal:02d}" in taken:
        ordinal += 1
    return f"{home.number}-{ordinal:02d}"
