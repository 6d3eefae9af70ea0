"""Who is related to whom: declared kinship, members past and present, households that were once one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.accounts.models import User
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.procedures.rules.plugs import relation
from zerentian.registry.models import Household, HouseholdChange, Kinship, Person
from zerentian.registry.rules.names import same_surname

LANGUAGE = "zh-hans"  # what stands against a decision is kept in the record of the case
JOINED = ("split", "merge", "move")  # changes after which two households have members in common
FARTHEST = 3  # households of households of households: a family that divided, and divided again


@act("registry.kinship.declare", _("申报亲属关系"), needs=Permission.CASE_DECIDE)
def declare_kinship(*, household_id: int, cadre: str, relation: str, by: Actor, note: str = "") -> Kinship:
    """Write down that somebody who decides cases, oneself or another, is related to a household."""
    home: Household | None = Household.objects.within(by.scope).filter(pk=household_id).first()
    if home is None:
        raise Refused(gettext("没有这一户，或它不在您的管辖范围内"))
    name = cadre.strip()[:60]
    if len(name) < 2:
        raise Refused(Reason(gettext("请写明干部的姓名"), gettext("干部姓名")))
    if relation not in Kinship.Relation.values:
        raise Refused(Reason(gettext("请选择与该户的关系"), gettext("与该户的关系")))
    made = Kinship(
        household=home, division=home.division, cadre=name, user_id=by.user_id if name == by.name else None,
        relation=relation, note=note.strip()[:200], declared_on=timezone.localdate(),
        declared_by=_who(by), declared_by_id=by.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if "kinship_is_declared_once" not in str(error):
            raise
        raise Refused(Reason(gettext("这位干部与该户的关系已经申报过"), gettext("干部姓名"))) from error
    return made


@act("registry.kinship.end", _("终止亲属申报"), needs=Permission.CASE_DECIDE, reason_required=True)
def end_kinship(*, kinship_id: int, reason: str, by: Actor) -> Kinship:
    """End a declaration that was wrong or holds no more; refused to the relative himself. What stood stays on file."""
    row: Kinship | None = Kinship.objects.within(by.scope).select_for_update().filter(pk=kinship_id).first()
    if row is None:
        raise Refused(gettext("没有这条申报，或它不在您的管辖范围内"))
    if row.ended_on is not None:
        raise Refused(gettext("这条申报已经终止"))
    if by.user_id == row.user_id or by.name == row.cadre:
        raise Refused(gettext("本人不能终止自己的亲属申报，请由另一人核实后办理"))
    row.ended_on, row.ended_by, row.ended_reason = timezone.localdate(), _who(by), reason.strip()[:300]
    row.save()
    return row


def _who(by: Actor) -> str:
    return f"{by.name} {by.post_title}".strip()[:120]


@relation
def related(*, subject_kind: str, subject_ids: Sequence[int], user_id: int, who: str) -> Mapping[int, list[str]]:
    """Why a decider may be a relative: declared, a namesake among the members past and present, helper of the same surname.

    Households that were once one with the subject count with it. A namesake may be the decider: another person looks.
    """
    if subject_kind != "household":
        return {}
    name = User.objects.filter(pk=user_id).values_list("name", flat=True).first() or ""
    family = _families(subject_ids)
    homes = {home for some in family.values() for home in some}
    told = _declared(homes, user_id, name, who)
    if name:
        for home, text in _namesakes(homes, name, who):
            told[home].append(text)
        for home, text in _helped(subject_ids, name, who):
            told[home].append(text)
    found = {}
    for one, some in family.items():
        own = list(told.get(one, ()))
        kin = [f"分户、合户、转户前后的同一家庭：{t}" for home in some - {one} for t in told.get(home, ())]
        if own or kin:
            found[one] = list(dict.fromkeys([*own, *kin]))
    return found


def _families(ids: Sequence[int]) -> dict[int, set[int]]:
    """Each household with those that it split from, took in, or exchanged members with."""
    family = {one: {one} for one in ids}
    edge = set(ids)
    for _round in range(FARTHEST):
        rows = HouseholdChange.objects.filter(kind__in=JOINED, other__isnull=False)
        pairs = list(rows.filter(Q(household__in=edge) | Q(other__in=edge)).values_list("household_id", "other_id"))
        known = {home for some in family.values() for home in some}
        for some in family.values():
            some |= {b if a in some else a for a, b in pairs if a in some or b in some}
        edge = {home for some in family.values() for home in some} - known
        if not edge:
            break
    return family


def _declared(homes: set[int], user_id: int, name: str, who: str) -> dict[int, list[str]]:
    told: dict[int, list[str]] = defaultdict(list)
    rows = Kinship.objects.filter(household__in=homes, ended_on__isnull=True).filter(
        Q(user_id=user_id) | Q(cadre=name or "\0")
    )
    for row in rows.order_by("id"):
        with translation.override(LANGUAGE):
            relation_words = str(row.get_relation_display())
        told[row.household_id].append(f"{who}已申报与该户有亲属关系（{relation_words}）")
    return told


def _namesakes(homes: set[int], name: str, who: str) -> list[tuple[int, str]]:
    present = f"{who}与该户成员{name}同名，可能是本人或家人"
    former = f"{who}与该户原成员{name}同名，可能曾是一家人"
    rows = Person.objects.filter(household__in=homes, name=name).values_list("household_id", "left_on")
    return [(home, former if left_on else present) for home, left_on in rows.order_by("id")]


def _helped(ids: Sequence[int], name: str, who: str) -> list[tuple[int, str]]:
    """Households of the decider's own surname that he is the helper of: what once hid a brother."""
    rows = Household.objects.filter(pk__in=ids, helper_name=name).values_list("pk", "head_name")
    text = f"{who}是该户的帮扶责任人，又与户主同姓"
    return [(home, text) for home, head in rows if same_surname(head, name)]
