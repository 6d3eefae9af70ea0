"""Where a household's file is put right, for each reason that stands against its case."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason
from zerentian.procedures.rules.plugs import CaseSummary, Hint, hints, judged
from zerentian.registry.models import HouseholdIncome, Person

_FORESEEN = ("household.comparison_clear", "household.below_line", "household.exit_standard")
# Where a reason points to → part of the household's or a member's file, and its field.
_OF_HOUSEHOLD = {
    "不愁吃": ("guarantee", "food_secured"), "不愁穿": ("guarantee", "clothing_secured"),
    "住房": ("dwelling", "house_grade"), "饮水": ("water", "water_safe"),
}  # fmt: skip
_OF_MEMBER = {
    "义务教育": ("school", "school_status"), "基本医疗": ("insurance", "has_resident_medical"),
    "数据比对": ("identity", "id_number"),
}  # fmt: skip


@hints("household")
def remedies(*, case: CaseSummary, rules: frozenset[str], on: date, by: Actor) -> list[Hint]:
    """Every reason against the household as it is recorded, each with the page where it is corrected."""
    may_change = by.may(Permission.HOUSEHOLD_CHANGE) and by.scope.covers(case.division)
    reasons = [
        reason
        for rule in _FORESEEN
        if rule in rules
        for reason in judged(rule, case=case, parameters={}, on=on).reasons
    ]
    members = list(Person.objects.filter(household=case.subject_id, left_on__isnull=True))
    return [Hint(str(one), _page(case.subject_id, one, members) if may_change else "") for one in reasons]


def _page(household_id: int, reason: Reason, members: Sequence[Person]) -> str:
    """The correction page with the field; the file itself where no field is at fault."""
    if reason.where == "收入":
        return _income_page(household_id)
    if reason.where in _OF_HOUSEHOLD:
        part, field = _OF_HOUSEHOLD[reason.where]
        return f"{reverse('registry:household_change', args=[household_id, part])}#id_{field}"
    person = next((one for one in members if reason.text.startswith(f"{one.name} ")), None)
    if reason.where in _OF_MEMBER and person is not None:
        part, field = _OF_MEMBER[reason.where]
        return f"{reverse('registry:person_change', args=[person.pk, part])}#id_{field}"
    return reverse("registry:household", args=[household_id])


def _income_page(household_id: int) -> str:
    last = HouseholdIncome.objects.filter(household=household_id).order_by("-year").first()
    if last is None:
        return reverse("registry:income_new", args=[household_id])
    return reverse("registry:income_change", args=[last.pk])
