"""Natural changes of a household's members, any day of the year: who joins, who leaves. Nobody is deleted."""

from collections.abc import Mapping
from datetime import date
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
from zerentian.registry.models import GONE, Household, Person
from zerentian.registry.rules import columns, identity
from zerentian.registry.rules.names import spoken
from zerentian.registry.services.corrections import faults_of
from zerentian.rulebook import queries as rulebook

JOINS = ("birth", "marriage_in", "moved_in", "return_from_service", "added_after_omission")
LEAVES = ("death", "marriage_out", "moved_out", "enlisted")
TAKEN = "这个证件号码已登记在另一户的在册人口名下；一个人同一时间只能在一户，请先在那一户办理减少"


@act("registry.member.join", _("增加家庭成员"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def add_member(
    *, household_id: int, kind: str, joined_on: date, facts: Mapping[str, Any], reason: str, by: Actor
) -> Person:
    """Somebody joins the household; `facts` by field name. The size follows from the members."""
    home = _open_household(household_id, by)
    _check(kind, JOINS, joined_on)
    number = identity.normal_one(str(facts.get("id_number") or ""))
    person = Person(household=home, division=home.division, number=_next_number(home), **dict(facts))
    person.id_number, person.id_token = number, token(number[:18], "person.id") if number else None
    person.id_mask, person.id_valid = mask_id(number) if number else "", bool(number)
    person.pinyin, person.initials = spoken(person.name)
    person.join_kind, person.joined_on = kind, joined_on
    if reasons := [*_unknown_codes(person), *(Reason(p.text + p.todo) for p in faults_of(person))]:
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused(Reason(TAKEN, "证件号码")) from error
    _count_anew(home, by)
    return person


@act("registry.member.leave", _("减少家庭成员"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def remove_member(*, person_id: int, kind: str, left_on: date, reason: str, by: Actor) -> Person:
    """Somebody leaves the household and stays on file; the last one closes it."""
    person = Person.objects.within(by.scope).filter(pk=person_id).first()
    if person is None:
        raise Refused("没有这个人，或不在您的管辖范围内")
    home = _open_household(person.household_id, by)
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.left_on is not None:
        raise Refused(Reason(f"{person.name} 已于 {person.left_on} 减少", "减少日期"))
    _check(kind, LEAVES, left_on)
    if person.joined_on and left_on < person.joined_on:
        raise Refused(Reason(f"减少日期不能早于增加日期 {person.joined_on}", "减少日期"))
    others = Person.objects.filter(household=home, left_on__isnull=True).exclude(pk=person_id)
    if person.relation == "head" and others.exists():
        raise Refused(Reason(f"{person.name} 是户主，请先把户主更正为其他成员", "与户主关系"))
    person.leave_kind, person.left_on = kind, left_on
    person.save()
    if others.exists():
        _count_anew(home, by)
    else:
        home.status, home.removed_on = "closed", left_on
        home.save()
        announce("records.changed", division=home.division, by=by)
    return person


def _unknown_codes(person: Person) -> list[Reason]:
    """Choices that their code list does not hold."""
    found = []
    for column in columns.PERSONS.columns:
        value = getattr(person, column.key, "") if column.codes and column.kind == "code" else ""
        if value and value not in {code.key for code in rulebook.code_list(column.codes or "").values}:
            found.append(Reason(f"没有“{value}”这个选项", str(column.label)))
    return found


def _open_household(household_id: int, by: Actor) -> Household:
    """The household, locked, while it stands on the register."""
    home = Household.objects.within(by.scope).select_for_update().filter(pk=household_id).first()
    if home is None:
        raise Refused("没有这一户，或它不在您的管辖范围内")
    if home.status in GONE:
        raise Refused(Reason("该户已清退或注销，不能变动成员", "脱贫状态"))
    return home


def _check(kind: str, known: tuple[str, ...], day: date) -> None:
    if kind not in known:
        raise Refused(Reason("请选择变动原因", "变动原因"))
    if day > timezone.localdate():
        raise Refused(Reason("变动日期不能晚于今天", "变动日期"))


def _next_number(home: Household) -> str:
    """The household's number with the next free ordinal, counting those who left, too."""
    taken = set(Person.objects.filter(household=home).values_list("number", flat=True))
    ordinal = len(taken) + 1
    while f"{home.number}-{ordinal:02d}" in taken:
        ordinal += 1
    return f"{home.number}-{ordinal:02d}"


def _count_anew(home: Household, by: Actor) -> None:
    home.size = Person.objects.filter(household=home, left_on__isnull=True).count()
    home.save()
    announce("records.changed", division=home.division, by=by)
