"""A year of procedures: by the acts, on its days, up to today."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from zerentian.disclosure.models import Notice
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.procedures.models import Case, StepRecord
from zerentian.registry.models import Household, HouseholdIncome
from zerentian.registry.tests.factories import VILLAGE, make_household
from zerentian.sample.rules import year
from zerentian.sample.services.year import run_year


def _given(monkeypatch: pytest.MonkeyPatch, **numbers: Any) -> None:
    """What the year is to be reckoned with."""
    for name, value in numbers.items():
        monkeypatch.setattr(year, name, value)


def test_each_village_begins_in_one_round_with_its_share() -> None:
    villages = {n: year.Homes(list(range(1_000)), {"household.exit": list(range(500))}) for n in range(40)}
    begun = year.begun(villages, random.Random(1))
    assert {kind for _day, kind in begun} == {"household.exit", year.IDENTIFICATION}
    assert {day for day, _kind in begun} <= set(year.ROUNDS)
    per_village = [sum(v == n for some in begun.values() for _pk, v in some) for n in range(40)]
    assert set(per_village) == {123}


@pytest.mark.django_db
def test_a_year_runs_by_the_acts_on_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    _given(
        monkeypatch, ROUNDS=(5,), SHARES={"household.exit": 1.0}, TURNED_DOWN=0.0, OBJECTED=1.0, APPLY=0.0, MEMBERS=0.0
    )
    homes = [make_household(food_secured=True, clothing_secured=True, house_grade=g) for g in ("a", "b", "d")]
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.update(year=timezone.localdate().year - 1, per_capita=Decimal(6000))
    done = run_year(VILLAGE, seed=1, tell=lambda line: None)
    assert done["cases"] == 3
    assert done["objections"] > 0
    today = timezone.localdate()
    with unit(system()):
        now = [Household.objects.get(pk=home.pk) for home in homes]
        results = list(Case.objects.order_by("id").values_list("result", flat=True))
        days = list(
            StepRecord.objects.filter(case__subject_id=homes[0].pk).order_by("turn").values_list("on", flat=True)
        )
        states = set(Notice.objects.values_list("state", flat=True))
    assert [home.status for home in now] == ["exited", "exited", "poor"]
    assert results == ["exited", "exited", "stays"]
    assert now[0].exited_on is not None
    assert today - timedelta(days=360) < now[0].exited_on < today
    assert all(earlier <= later for earlier, later in pairwise(days))
    assert days[-1] == now[0].exited_on
    assert states == {"ended"}
    assert date.today() == today  # noqa: DTZ011 - the clock is back
    assert not run_year(VILLAGE, seed=1, tell=lambda line: None), "begun again, nothing is done twice"


@pytest.mark.django_db
def test_a_year_that_was_stopped_goes_on_with_the_villages_that_have_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch, ROUNDS=(5,), SHARES={}, OBJECTED=0.0, APPLY=2.0, MEMBERS=0.0)
    other = VILLAGE + 1
    make_household(members=2)
    assert run_year(VILLAGE, seed=3, tell=lambda line: None)["cases"] == 2
    make_household(members=2, division=other)
    _given(monkeypatch, MEMBERS=1.0, JOINED=1.0)
    county = VILLAGE - VILLAGE % 1_000_000
    done = run_year(county, seed=3, tell=lambda line: None)
    with unit(system()):
        places = list(Case.objects.order_by("id").values_list("division", flat=True))
    assert places == [VILLAGE, VILLAGE, other, other]
    assert (done["cases"], done["members"]) == (2, 4), (
        "members change in both villages, with the two households that came"
    )
    assert not run_year(county, seed=3, tell=lambda line: None)


@pytest.mark.django_db
def test_households_apply_and_are_identified_or_told_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch, ROUNDS=(5,), SHARES={}, OBJECTED=0.0, APPLY=6.0, MEMBERS=1.0, JOINED=1.0)
    homes = [make_household(members=2), make_household(members=2)]
    done = run_year(VILLAGE, seed=3, tell=lambda line: None)
    assert done[year.IDENTIFICATION] == 12
    with unit(system()):
        results = set(Case.objects.filter(kind=year.IDENTIFICATION).values_list("result", flat=True))
        taken = set(Household.objects.filter(number__contains="S").values_list("status", flat=True))
        grown = Household.objects.filter(pk__in=[home.pk for home in homes], size=3).count()
    assert results == {"identified", "refused"}
    assert taken == {"poor", "not_identified"}
    assert grown == done["members"] == 2
