"""Corrections of a household, a person, an income and a village form: short acts, each with its reason.

A correction passes the same checks as a row of an import. It is refused when somebody changed the row meanwhile.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import SealedField, mask_id, token
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.kernel.tables import Problem, Sheet
from zerentian.organisations.models import Grid
from zerentian.registry.models import APPLICANT, County, Household, HouseholdIncome, Person, RollingIncome, Village
from zerentian.registry.rules import columns, identity
from zerentian.registry.rules.checks import Limits, examine, in_the_future, out_of_range, too_long
from zerentian.registry.rules.income import net_income, per_head
from zerentian.registry.rules.names import spoken
from zerentian.registry.rules.standards import DECIDED
from zerentian.registry.services.confirming import CORRECTED, note_confirmed
from zerentian.registry.services.standing import window_of
from zerentian.rulebook import queries as rulebook

SHEET_OF: dict[type[models.Model], Sheet] = {
    Household: columns.HOUSEHOLDS,
    Person: columns.PERSONS,
    HouseholdIncome: columns.INCOMES,
    RollingIncome: columns.INCOMES,
    Village: columns.VILLAGES,
    County: columns.COUNTIES,
}
_PURPOSE = {
    "phone": "phone",
    "helper_phone": "phone",
    "bank_account": "account",
    "address": "address",
    "id_number": "person.id",
}
_TYPES: dict[str, Any] = {
    "integer": pl.Int64, "year": pl.Int64, "division": pl.Int64, "decimal": pl.Decimal(18, 2), "date": pl.Date, "bool": pl.Boolean,
}  # fmt: skip


def version_of(row: models.Model) -> str:
    """A short digest of the row as it stands; a form carries it to the act."""
    values = [(f.attname, _comparable(getattr(row, f.attname))) for f in row._meta.concrete_fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _comparable(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return "" if value is None else str(value)


@act("registry.household.correct", _("更正户档案"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def correct_household(
    *, household_id: int, version: str, changes: Mapping[str, Any], reason: str, by: Actor, part: str = ""
) -> Household:
    """Correct some fields of a household; `changes` by field name, all of `part` of the file where one is named."""
    row: Household = _locked(Household, household_id, version, by)
    _require_undecided(row, changes)
    _apply(row, changes)
    if "size" in changes:
        _agree_with_members(row)
    if "grid" in changes:
        row.grid_id = _grid(row)
    _save(row)
    if part:
        note_confirmed(row, part=part, how=CORRECTED, by=by)
    announce("records.changed", division=row.division, by=by)
    return row


def _require_undecided(row: Household, changes: Mapping[str, Any]) -> None:
    """Refused to change what a procedure decides; to say it again is none."""
    wrong = [key for key in DECIDED if key in changes and (changes[key] or None) != (getattr(row, key) or None)]
    if wrong:
        labels = {c.key: c.label for c in columns.HOUSEHOLDS.columns}
        text = gettext("由识别、退出、返贫、清退或监测程序决定，不能直接更正；请在户档案“办理程序”里办理")
        raise Refused(*(Reason(text, labels[key]) for key in wrong))


def _agree_with_members(row: Household) -> None:
    """The size is how many members are registered; the members are what changes, not the number alone."""
    present = Person.objects.filter(household=row, left_on__isnull=True).count()
    if row.size != present:
        raise Refused(
            Reason(f"这一户登记在册的成员是 {present} 人，与家庭人口不符；成员有增减的，请先导入人口采集表", "家庭人口")
        )


def _grid(row: Household) -> int | None:
    """The grid of the village by its name; none without a name."""
    if not row.grid:
        return None
    found = Grid.objects.filter(division=row.division, name=row.grid).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(Reason(f"这个村没有登记网格“{row.grid}”，请先在“机构与岗位”登记", "网格"))
    return int(found)


@act("registry.person.correct", _("更正人口信息"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def correct_person(
    *, person_id: int, version: str, changes: Mapping[str, Any], reason: str, by: Actor, part: str = ""
) -> Person:
    """Correct some fields of a person; another name or number changes what the search knows."""
    row: Person = _locked(Person, person_id, version, by)
    was_head = row.relation == "head"
    _apply(row, changes)
    if was_head != (row.relation == "head"):
        _one_head(row)
    row.pinyin, row.initials = spoken(row.name)
    _identify(row)
    try:
        with transaction.atomic():
            _save(row)
    except IntegrityError as error:
        raise Refused(Reason("这个证件号码已登记在别的在册人口名下，请核对是谁的证件", "证件号码")) from error
    if part:
        note_confirmed(row, part=part, how=CORRECTED, by=by)
    announce("records.changed", division=row.division, by=by)
    return row


def _one_head(row: Person) -> None:
    """Another head is an act of its own, which says what everybody is to the new one."""
    others = Person.objects.filter(household=row.household_id, left_on__isnull=True, relation="head").exclude(pk=row.pk)
    if row.left_on is None and (row.relation != "head" or others.exists()):
        raise Refused(Reason("一户要有一个户主，而且只有一个；请在“成员变动”里更换户主", "与户主关系"))


def _identify(row: Person) -> None:
    """Mask and birth date follow from a right number."""
    row.id_number = identity.normal_one(row.id_number)
    row.id_token = token(row.id_number[:18], "person.id")
    row.id_mask = mask_id(row.id_number) if row.id_number else ""
    row.id_valid = bool(row.id_number)


@act("registry.income.correct", _("更正收入"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def correct_income(
    *, income_id: int, version: str, changes: Mapping[str, Any], reason: str, by: Actor
) -> HouseholdIncome:
    """Correct an income; net income and income a head are computed from its parts."""
    row: HouseholdIncome = _locked(HouseholdIncome, income_id, version, by)
    _apply(row, changes)
    _add_up(row)
    _save(row)
    announce("records.changed", division=row.division, by=by)
    return row


@act("registry.income.record", _("登记收入"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def record_income(*, household_id: int, changes: Mapping[str, Any], reason: str, by: Actor) -> HouseholdIncome:
    """Record the income of a year that has none yet."""
    home: Household = _locked(Household, household_id, None, by)
    row = HouseholdIncome(household=home, division=home.division, net=Decimal(0), per_capita=Decimal(0))
    _apply(row, changes)
    if HouseholdIncome.objects.filter(household=home, year=row.year).exists():
        raise Refused(Reason(f"{row.year} 年的收入已经登记，请在那一年上更正", "年度"))
    _add_up(row)
    _save(row)
    announce("records.changed", division=row.division, by=by)
    return row


@act("registry.income.record_rolling", _("登记滚动收入"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def record_rolling_income(*, household_id: int, changes: Mapping[str, Any], reason: str, by: Actor) -> RollingIncome:
    """Record the income of the months before this one, item by item; written again within the month, it is corrected."""
    home: Household = _locked(Household, household_id, None, by)
    since, until = window_of(home.division, timezone.localdate())
    found = RollingIncome.objects.select_for_update().filter(household=home, period_to=until).first()
    row = found or RollingIncome(household=home, division=home.division, period_to=until)
    row.period_from, row.year = since, until.year
    _apply(row, changes)
    _add_up(row)
    _save(row)
    announce("records.changed", division=row.division, by=by)
    return row


def _add_up(row: HouseholdIncome | RollingIncome) -> None:
    parts = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    row.net = net_income(parts)
    row.per_capita = per_head(row.net, row.size) if row.size else Decimal(0)


@act("registry.village.correct", _("更正村档案"), needs=Permission.VILLAGE_CHANGE, reason_required=True)
def correct_village(*, village_id: int, version: str, changes: Mapping[str, Any], reason: str, by: Actor) -> Village:
    """Correct a village form; it is fresh from today, as a member's record is after a correction."""
    row: Village = _locked(Village, village_id, version, by)
    _apply(row, {"confirmed_on": timezone.localdate(), **changes})
    _save(row)
    announce("records.changed", division=row.division, by=by)
    return row


def _locked(model: type[Any], pk: int, version: str | None, by: Actor) -> Any:
    """The row within the scope, locked; Outrun when it is no longer as the form showed it."""
    row = model.objects.within(by.scope).select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("没有这条记录，或它不在您的管辖范围内")
    if version is not None and version_of(row) != version:
        raise Outrun("这条记录刚被别人改过。您填写的内容还在，请核对现值后再保存")
    return row


def _apply(row: models.Model, changes: Mapping[str, Any]) -> None:
    """Set the fields; a sealed one together with its token."""
    for key, value in changes.items():
        known = row._meta.get_field(key)
        if value is None and isinstance(known, models.CharField | SealedField):
            value = ""
        setattr(row, key, value)
        if isinstance(known, SealedField) and key != "id_number":
            setattr(row, f"{key}_token", token(value, _PURPOSE[key]))


def _save(row: models.Model) -> None:
    """Check the row as an import would, then write it."""
    problems = faults_of(row)
    if problems:
        sheet = SHEET_OF[type(row)]
        labels = {c.key: c.label for c in sheet.columns}
        raise Refused(*[Reason(p.text + p.todo, labels.get(p.key, "")) for p in problems])
    row.save()


def faults_of(row: models.Model) -> list[Problem]:
    """What the checks of the import refuse in this row."""
    sheet = SHEET_OF[type(row)]
    today = timezone.localdate()
    division = getattr(row, "division", 0)
    limits = Limits.of(today, rulebook.parameters("quality", division, today))
    frame = _frame(row, sheet, limits)
    lengths = {
        f.name: f.max_length for f in row._meta.concrete_fields if isinstance(f, models.CharField) and f.max_length
    }
    refused, _questions = examine(sheet.name, frame, limits)
    applicant = isinstance(row, Household) and row.status in APPLICANT
    if applicant:  # only in a file is this status wrong, and the day of identification comes with the decision
        refused = [problem for problem in refused if problem.key != "status"]
    required = [
        Problem(1, c.key, "没有填", "；这一列必填")
        for c in sheet.columns
        if c.required and frame[c.key][0] in (None, "") and not (applicant and c.key == "identified_on")
    ]
    return [
        *required,
        *too_long(frame, lengths),
        *in_the_future(sheet.name, frame, limits),
        *out_of_range(frame),
        *refused,
    ]


def _frame(row: models.Model, sheet: Sheet, limits: Limits) -> pl.DataFrame:
    """The row as one line of its sheet."""
    home = getattr(row, "household", None)
    data: dict[str, pl.Series] = {"row": pl.Series("row", [1], dtype=pl.Int64)}
    for column in sheet.columns:
        value = home.number if column.key == "household_number" and home else getattr(row, column.key)
        kind = _TYPES.get(column.kind, pl.String)
        data[column.key] = pl.Series(column.key, [_typed(value)], dtype=kind)
    frame = pl.DataFrame(data)
    if sheet.name != "persons":
        return frame
    number = identity.normal(frame["id_number"])
    fault = identity.faults(number, earliest_year=limits.id_minimum_year, today=limits.today)
    extra = {"_fault": fault, "_sex": identity.sexes(number), "_born": identity.birth_dates(number)}
    return frame.with_columns(**extra)


def _typed(value: Any) -> Any:
    if value is None or value == "":
        return None
    return value if isinstance(value, bool | int | Decimal | date) else str(value)
