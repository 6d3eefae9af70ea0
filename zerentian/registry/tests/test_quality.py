"""The quality rules over the register: what each asks about, and whom it leaves in peace."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.registry.models import Household, HouseholdIncome, Person, QualityFinding, QualityTally
from zerentian.registry.rules.quality import RULES
from zerentian.registry.services import quality
from zerentian.registry.tests.factories import VILLAGE, make_household

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
EXITED = {"status": "exited", "exited_on": date(2019, 12, 1)}
MONITORED = {"monitoring_kind": "edge"}
CARD = {"document_type": "disability_card", "id_mask": "360***************43", "id_valid": True}
EMPTY = {"house_area": None, "has_power": None}

# rule: household, head and income that are asked about
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "exited_below_line": (EXITED, {}, {"per_capita": 1000}),
    "exited_out_of_school": (EXITED, {"school_status": "dropped_out"}, {}),
    "exited_unsafe_house": ({**EXITED, "house_grade": "d"}, {}, {}),
    "exited_unsafe_water": ({**EXITED, "water_safe": False}, {}, {}),
    "illness_uninsured": ({}, {"health": "chronic_illness", "has_serious_illness_insurance": False}, {}),
    "house_area_missing": (EMPTY, {}, {}),
    "cause_missing": ({"cause": ""}, {}, {}),
    "power_missing": (EMPTY, {}, {}),
    "cooperative_missing": ({"in_cooperative": None}, {}, {}),
    "road_missing": ({"road_type": ""}, {}, {}),
    "water_missing": ({"water_safe": None}, {}, {}),
    "fuel_missing": ({"fuel": ""}, {}, {}),
    "toilet_missing": ({"has_toilet": None}, {}, {}),
    "helper_missing": ({"helper_name": ""}, {}, {}),
    "cause_illness_all_healthy": ({}, {"health": "healthy"}, {}),
    "cause_schooling_no_student": ({"cause": "schooling"}, {}, {}),
    "cause_disability_no_disabled": ({"cause": "disability"}, {"health": "healthy", "disability_kind": ""}, {}),
    "cause_repeated": ({"other_causes": "illness"}, {}, {}),
    "allowance_without_recipient": ({"household_type": "low_income_allowance"}, {"has_allowance": False}, {}),
    "ordinary_with_recipient": ({}, {"has_allowance": True}, {}),
    "extreme_with_labour": ({"household_type": "extreme_support"}, {"labour": "ordinary"}, {}),
    "no_head": ({}, {"relation": "son"}, {}),
    "size_differs": ({"size": 4}, {}, {}),
    "farmland_too_much": ({"farmland": 51}, {}, {}),
    "forest_too_much": ({"forest": 71}, {}, {}),
    "road_too_far": ({"road_distance": 51}, {}, {}),
    "below_line_unmonitored": (EXITED, {}, {"per_capita": 1000}),
    "risk_removed_below_line": ({"risk_removal": "by_help"}, {}, {"per_capita": 1000}),
    "industry_without_income": ({"industry": "脐橙"}, {}, {}),
    "not_confirmed": ({"confirmed_on": None}, {}, {}),
    "income_not_recent": ({}, {}, {"year": 2023}),
    "number_invalid": ({}, {"document_type": "identity_card", "id_mask": "3607**", "id_valid": False}, {}),
    "number_missing": ({}, {"id_mask": "", "document_note": ""}, {}),
    "birth_impossible": ({}, {"birth_on": date(2027, 1, 1)}, {}),
    "ethnicity_missing": ({}, {"ethnicity": ""}, {}),
    "education_missing": ({}, {"education": "", "school_status": ""}, {}),
    "school_missing": ({}, {"school_status": "", "birth_on": date(2014, 1, 1)}, {}),
    "health_missing": ({}, {"health": ""}, {}),
    "labour_missing": ({}, {"labour": ""}, {}),
    "disability_card_missing": ({}, {"disability_kind": "visual", "disability_card_on": None}, {}),
    "both_payments": ({}, {"has_allowance": True, "has_extreme_support": True}, {}),
    "healthy_without_labour": ({}, {"health": "healthy", "labour": "lost", "school_status": ""}, {}),
    "months_impossible": ({}, {"work_months": 13}, {}),
    "place_without_months": ({}, {"work_region": "in_county", "work_months": 0}, {}),
    "months_without_place": ({}, {"work_region": "", "work_months": 3}, {}),
    "no_labour_working": ({}, {"labour": "lost", "work_months": 3}, {}),
    "relation_against_sex": ({}, {"relation": "son", "sex": "female"}, {}),
    "too_young_for_senior": ({}, {"birth_on": date(2014, 1, 1), "school_status": "senior_1"}, {}),
    "too_old_for_primary": ({}, {"school_status": "primary"}, {}),
    "business_without_cost": ({}, {}, {"business": 100, "production_cost": 0}),
    "per_capita_implausible": ({}, {}, {"per_capita": 100_001}),
    "wage_implausible": ({}, {}, {"wage": 299}),
    "eco_without_land": ({}, {}, {"eco_compensation": 10}),
    "allowance_too_low": ({}, {}, {"low_income_allowance": 199}),
    "pension_too_low": ({}, {}, {"pension": 87}),
    "allowance_not_paid": ({}, {"has_allowance": True}, {}),
    "wage_without_worker": ({}, {"work_months": 0}, {"wage": 3000}),
    "worker_without_wage": ({}, {"work_months": 3}, {"wage": 0}),
    "extreme_support_not_paid": ({}, {"has_extreme_support": True}, {}),
    "helper_is_poor": ({"helper_name": "张三", "helper_phone_token": b"t"}, {"phone_token": b"t"}, {}),
    "illness_risk_without_expense": ({**MONITORED, "risk_kind": "illness"}, {}, {"medical_expense": 0}),
    "monitored_able_without_help": (MONITORED, {"labour": "ordinary"}, {}),
    "premium_subsidy_missing": (MONITORED, {"has_resident_medical": True}, {}),
    "severely_disabled_working": ({}, {"disability_grade": "grade_2", "work_months": 3}, {}),
    "disability_number_invalid": ({}, {**CARD, "id_mask": "360*************1X"}, {}),
    "disability_number_differs": ({}, {**CARD, "disability_kind": "visual", "disability_grade": "grade_2"}, {}),
}
ELSEWHERE = {"school_unchanged", "several_heads", "several_spouses", "couple_of_one_sex"}


@pytest.fixture(autouse=True)
def _at_work(db: None) -> Iterator[None]:
    with unit(system()), acting("test.quality", by=system(), reason="测试"):
        yield


def _asked(rule: str, on: date = TODAY) -> int:
    quality.check(VILLAGE, on)
    return QualityTally.objects.filter(division=VILLAGE, rule=rule).aggregate(n=Sum("found"))["n"] or 0


def test_every_rule_has_a_case() -> None:
    assert set(CASES) | ELSEWHERE == set(RULES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_its_record(rule: str) -> None:
    household, head, income = CASES[rule]
    home = make_household(**household)
    Person.objects.filter(household=home).update(**(head or {"number": home.number + "01"}))
    HouseholdIncome.objects.filter(household=home).update(**(income or {"size": 1}))
    assert _asked(rule) == 1
    assert [finding.household_id for finding in QualityFinding.objects.filter(rule=rule)] == [home.pk]


@pytest.mark.parametrize(("rule", "relations"), [
    ("several_heads", ("head", "head", "son")),
    ("several_spouses", ("head", "spouse", "spouse")),
    ("couple_of_one_sex", ("head", "spouse", "son")),
])  # fmt: skip
def test_a_family_of_the_wrong_shape(rule: str, relations: tuple[str, ...]) -> None:
    home = make_household(members=3)
    for person, relation in zip(Person.objects.filter(household=home).order_by("id"), relations, strict=True):
        Person.objects.filter(pk=person.pk).update(relation=relation, sex="male")
    assert _asked(rule) == 1


def test_a_helper_is_found_by_the_telephone_of_his_poor_household() -> None:
    helper = make_household(head_name="王大", phone="13900002222")
    make_household(helper_name="王大", helper_phone_token=helper.phone_token)
    make_household(helper_name="别人", helper_phone_token=helper.phone_token)
    assert _asked("helper_is_poor") == 1
    Household.objects.filter(pk=helper.pk).update(status="exited")
    assert _asked("helper_is_poor") == 0


def test_a_removed_household_is_left_in_peace() -> None:
    make_household(status="removed", helper_name="")
    assert _asked("helper_missing") == 0


def test_a_grade_at_school_asks_when_it_stays_for_years() -> None:
    home = make_household(members=2)
    Person.objects.filter(household=home, relation="son").update(school_status="junior_8")
    this_year = timezone.localdate().year
    assert _asked("school_unchanged", date(this_year + 2, 1, 1)) == 0
    assert _asked("school_unchanged", date(this_year + 4, 1, 1)) == 1
    Person.objects.filter(household=home, relation="son").update(school_status="primary")
    assert _asked("school_unchanged", date(this_year + 4, 1, 1)) == 0
