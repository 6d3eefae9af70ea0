"""What procedures ask of the register and what their decisions change there."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Scope
from zerentian.procedures.rules.plugs import CaseSummary, described, judged
from zerentian.registry.models import Household
from zerentian.registry.tests.factories import make_household

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)
FIRM = {"food_secured": True, "clothing_secured": True}


@pytest.fixture(autouse=True)
def _unit(db: Any) -> Iterator[None]:
    with unit(system()):
        yield


def case_of(home: Household) -> CaseSummary:
    return CaseSummary(
        1, "household.exit", "2016", home.division, "household", home.pk, home.head_name, "county", TODAY
    )


def decide(name: str, home: Household, on: date = TODAY) -> Household:
    with acting("test.decide", by=system(), reason="测试"):
        announce(name, case=case_of(home), on=on, by=system())
    home.refresh_from_db()
    return home


def grounds(rule: str, home: Household) -> list[str]:
    return [reason.where for reason in judged(rule, case=case_of(home), parameters={}, on=TODAY).reasons]


def test_exit_is_judged_by_the_line_and_every_guarantee() -> None:
    assert grounds("household.exit_standard", make_household(house_grade="d", **FIRM)) == ["收入", "住房"]
    assert grounds("household.exit_standard", make_household()) == ["收入", "不愁吃", "不愁穿"]


def test_a_poor_household_may_not_be_identified_again() -> None:
    home = make_household()
    assert grounds("household.not_registered", home) == ["脱贫状态"]
    assert not grounds("household.registered", home)


def test_exit_return_and_second_exit_keep_their_days() -> None:
    home = decide("household.exited", decide("household.pre_exit", make_household()))
    assert (home.status, home.exited_on) == ("exited", TODAY)
    assert not grounds("household.below_line", home)
    home = decide("household.returned", home, date(2026, 5, 1))
    assert (home.status, home.exited_on, home.returned_on) == ("returned", TODAY, date(2026, 5, 1))
    home = decide("household.pre_exit_ended", decide("household.pre_exit", home))
    assert home.status == "returned"


@pytest.mark.parametrize("name", ["household.pre_exit", "household.exited", "household.removed"])
def test_a_removed_household_changes_only_by_identification(name: str) -> None:
    home = decide("household.removed", make_household())
    with pytest.raises(Refused, match="脱贫状态"):
        decide(name, home)
    assert decide("household.identified", home).status == "poor"


def test_a_case_sees_the_household_only_within_the_scope() -> None:
    home = make_household(natural_village="上屋")
    facts = described("household", home.pk, Scope.everywhere())
    assert facts is not None
    assert set(facts.line) == {"name", "group", "size"}
    assert described("household", home.pk, Scope()) is None
