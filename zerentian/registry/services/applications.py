"""A household applies to be registered: put on file by its village, described, and handed in to the procedure.

Until the decision it counts nowhere. What is typed before it is handed in changes without reasons; afterwards the
file is corrected like any other.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import SealedField, mask_id, token
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.procedures import services as procedures
from zerentian.procedures.models import Case
from zerentian.registry.models import APPLICANT, Household, HouseholdIncome, Person
from zerentian.registry.rules import columns, identity
from zerentian.registry.rules.income import net_income, per_head
from zerentian.registry.rules.names import spoken
from zerentian.registry.services import status
from zerentian.registry.services.applicants import PROCEDURE, lacks, live_case
from zerentian.registry.services.corrections import faults_of
from zerentian.territory import queries as territory

_PURPOSE = {"phone": "phone", "bank_account": "account", "address": "address"}


@act("registry.application.begin", _("新增申请户"), needs=Permission.CASE_OPEN)
def begin_application(*, facts: Mapping[str, Any], head: Mapping[str, Any], by: Actor) -> Household:
    """Put an applicant on file with its head as the first member; the number is given here."""
    home = Household(
        number=_next_number(_village_of(by)), division=_village_of(by), head_name=str(head.get("name", "")), size=1,
        status="applying",
    )  # fmt: skip
    _fill(home, facts)
    _store(home, columns.HOUSEHOLDS)
    _join(home, {**head, "relation": "head"})
    announce("records.changed", division=home.division, by=by)
    return home


@act("registry.application.member", _("登记申请户成员"), needs=Permission.CASE_OPEN)
def add_applicant(*, household_id: int, facts: Mapping[str, Any], by: Actor) -> Person:
    """One more member of an applicant."""
    home = _draft(household_id, by)
    person = _join(home, facts)
    _count_anew(home, by)
    return person


@act("registry.application.member_describe", _("修改申请户成员"), needs=Permission.CASE_OPEN)
def describe_member(*, person_id: int, facts: Mapping[str, Any], by: Actor) -> Person:
    """Change what was typed of a member before the application is handed in."""
    person = _member(person_id, by)
    home = _draft(person.household_id, by)
    _write_member(person, {**facts, "relation": "head"} if person.relation == "head" else facts)
    if person.relation == "head" and home.head_name != person.name:
        home.head_name = person.name
        _store(home, columns.HOUSEHOLDS)
    announce("records.changed", division=home.division, by=by)
    return person


@act("registry.application.member_drop", _("移出申请户成员"), needs=Permission.CASE_OPEN, reason_required=True)
def drop_member(*, person_id: int, reason: str, by: Actor) -> Household:
    """A member who does not belong to the applicant; he stays on file as one who left."""
    person = _member(person_id, by)
    home = _draft(person.household_id, by)
    if person.relation == "head":
        raise Refused(Reason(f"{person.name} 是户主，不能移出；户主登记错了的，请修改户主信息", "与户主关系"))
    person.left_on, person.leave_kind = timezone.localdate(), "removed_in_error"
    person.save()
    _count_anew(home, by)
    return home


@act("registry.application.describe", _("登记申请户情况"), needs=Permission.CASE_OPEN)
def describe_applicant(*, household_id: int, facts: Mapping[str, Any], by: Actor) -> Household:
    """How the applicant lives: address and cause, dwelling and water, food and clothing."""
    home = _draft(household_id, by)
    _fill(home, facts)
    _store(home, columns.HOUSEHOLDS)
    announce("records.changed", division=home.division, by=by)
    return home


@act("registry.application.income", _("登记申请户收入"), needs=Permission.CASE_OPEN)
def record_applicant_income(*, household_id: int, facts: Mapping[str, Any], by: Actor) -> HouseholdIncome:
    """The income of a calendar year, item by item; a year given twice is written over."""
    home = _draft(household_id, by)
    year = int(facts["year"])
    row = HouseholdIncome.objects.filter(household=home, year=year).first() or HouseholdIncome(
        household=home, division=home.division, year=year, period_from=date(year, 1, 1), period_to=date(year, 12, 31)
    )
    _fill(row, facts)
    row.size = home.size
    _add_up(row)
    _store(row, columns.INCOMES)
    announce("records.changed", division=home.division, by=by)
    return row


@act("registry.application.submit", _("提交申请"), needs=Permission.CASE_OPEN)
def submit_application(*, household_id: int, by: Actor, on: date | None = None) -> Case:
    """Hand the application in: the identification of the household begins. Also again, after a refusal."""
    home = _draft(household_id, by)
    if missing := [reason for found in lacks(home, timezone.localdate()).values() for reason in found]:
        raise Refused(*missing)
    status.apply_again(home)
    return procedures.open_case(kind=PROCEDURE, subject_id=home.pk, by=by, on=on)


@act("registry.application.end", _("不再申请"), needs=Permission.CASE_OPEN, reason_required=True)
def end_application(*, household_id: int, reason: str, by: Actor) -> Household:
    """The household does not go on with its application; it may apply again."""
    home = _draft(household_id, by)
    status.refuse([home])
    announce("records.changed", division=home.division, by=by)
    return home


def _village_of(by: Actor) -> int:
    if by.division is None or level_of(by.division) is not Level.VILLAGE:
        raise Denied("新增申请户由村干部办理")
    return by.division


def _next_number(village: int) -> str:
    """The next number of the village's applicants. Their S keeps them apart from the numbers that files bring."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"registry.number.{village}"])
    taken = Household.objects.filter(division=village, number__startswith=f"{village}S").values_list(
        "number", flat=True
    )
    last = max((int(number[13:]) for number in taken if number[13:].isdecimal()), default=0)
    return f"{village}S{last + 1:04d}"


def _draft(household_id: int, by: Actor) -> Household:
    """The applicant, locked, as long as no procedure has it in hand."""
    home = Household.objects.within(by.scope).select_for_update().filter(pk=household_id).first()
    if home is None:
        raise Refused("没有这一户，或它不在您的管辖范围内")
    if home.status not in APPLICANT:
        raise Refused(Reason("该户不是申请户；已在册的户请用“更正”修改", "脱贫状态"))
    if live_case(home):
        raise Refused(Reason("申请已经提交，正在办理；要修改请在户档案上更正，并写明理由", "办理程序"))
    return home


def _member(person_id: int, by: Actor) -> Person:
    person = Person.objects.within(by.scope).filter(pk=person_id, left_on__isnull=True).first()
    if person is None:
        raise Refused("没有这个人，或不在您的管辖范围内")
    return person


def _join(home: Household, facts: Mapping[str, Any]) -> Person:
    person = Person(household=home, division=home.division, joined_on=timezone.localdate())
    taken = Person.objects.filter(household=home).count()
    person.number = f"{home.number}-{taken + 1:02d}"
    _write_member(person, facts)
    return person


def _write_member(person: Person, facts: Mapping[str, Any]) -> None:
    """Sex and day of birth follow from a right number, so that nobody types them twice."""
    _fill(person, {key: value for key, value in facts.items() if key != "id_number"})
    if facts.get("id_number"):
        person.id_number = identity.normal_one(str(facts["id_number"]))
    _one_head(person)
    number = person.id_number
    person.id_token, person.id_valid = token(number[:18], "person.id") if number else None, bool(number)
    person.id_mask = mask_id(number) if number else ""
    person.document_type = person.document_type or ("identity_card" if number else "none")
    person.pinyin, person.initials = spoken(person.name)
    today = timezone.localdate()
    if number and not identity.fault_of(number, earliest_year=1, today=today):
        person.sex = person.sex or ("male" if identity.is_male(number) else "female")
        person.birth_on = person.birth_on or identity.birth_of(number)
    _store(person, columns.PERSONS)


def _one_head(person: Person) -> None:
    others = Person.objects.filter(household=person.household_id, left_on__isnull=True, relation="head")
    if person.relation == "head" and others.exclude(pk=person.pk).exists():
        raise Refused(Reason("一户只有一个户主，请选择与户主的其他关系", "与户主关系"))


def _fill(row: Any, facts: Mapping[str, Any]) -> None:
    """Set the fields; a sealed one together with its token."""
    for key, value in facts.items():
        field = row._meta.get_field(key)
        plain = "" if value is None and not field.null else value
        setattr(row, key, plain)
        if isinstance(field, SealedField):
            setattr(row, f"{key}_token", token(plain, _PURPOSE[key]) if plain else None)


def _add_up(row: HouseholdIncome) -> None:
    parts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    row.net = net_income(parts)
    row.per_capita = per_head(row.net, row.size) if row.size else Decimal(0)


def _store(row: Household | Person | HouseholdIncome, sheet: Any) -> None:
    """Check the row as an import would, then write it."""
    labels = {column.key: column.label for column in sheet.columns}
    if problems := faults_of(row):
        raise Refused(*[Reason(p.text + p.todo, labels.get(p.key, "")) for p in problems])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if not isinstance(row, Person) or "one_household_at_a_time" not in str(error):
            raise
        raise Refused(Reason(_elsewhere(row), "证件号码")) from error


def _elsewhere(person: Person) -> str:
    """Where somebody with the same number stands, and what to do there; outside the scope only the village is told."""
    same = Person.objects.filter(id_token=person.id_token, left_on__isnull=True).exclude(pk=person.pk)
    other = same.select_related("household").first()
    if other is not None:
        home = other.household
        where = f"{territory.full_name(home.division, above=Level.TOWNSHIP)} {home.head_name}户（{home.number}）"
        if home.pk == person.household_id:
            return f"这个证件号码已登记在本户的 {other.name} 名下，请核对是谁的证件"
        if home.status in APPLICANT:
            return f"这个证件号码的人已在申请户 {where}；请在那一户的申请上继续办理，或先把人从那一户移出"
    else:
        with unit(system(), writes=False):
            found = same.values_list("division", flat=True).first()
        where = f"{territory.full_name(found, above=Level.COUNTY)}的一户" if found else "另一户"
    return f"这个证件号码的人已登记在{where}；一个人同一时间只能在一户，请先在那一户办理成员减少或迁出"


def _count_anew(home: Household, by: Actor) -> None:
    home.size = Person.objects.filter(household=home, left_on__isnull=True).count()
    _store(home, columns.HOUSEHOLDS)
    for row in HouseholdIncome.objects.filter(household=home):
        row.size = home.size
        _add_up(row)
        row.save()
    announce("records.changed", division=home.division, by=by)
