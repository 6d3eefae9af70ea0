"""The township confirms what the village wrote down: one household, or a whole list in the yearly window."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.procedures import services
from zerentian.procedures.models import Case
from zerentian.registry.models import Household, Person
from zerentian.registry.services.changes import remove_member, split_household
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
FORM = {"kind": "divided", "what": "儿子成家分户"}
PDF = b"%PDF-1.7 x"


def reported(home: Household) -> Case:
    """A case that the village has put to the township."""
    village = actor_of_cast("village")
    case = services.open_case(kind="household.adjustment", subject_id=home.pk, by=village)
    services.attach(case_id=case.pk, kind="check_form", source=PDF, name="核实表.pdf", by=village)
    return services.advance(case_id=case.pk, outcome="reported", form=FORM, by=village)


def confirm(*cases: Case) -> list[Any]:
    township = actor_of_cast("township")
    ids = [case.pk for case in cases]
    services.attach_many(case_ids=ids, kind="review_opinion", source=PDF, name="意见.pdf", by=township)
    return services.decide_many(case_ids=ids, outcome="confirmed", by=township)


def fresh(home: Household) -> Household:
    with unit(system(), writes=False):
        found: Household = Household.objects.get(pk=home.pk)
    return found


def test_a_split_is_confirmed_for_both_households_at_once() -> None:
    home = make_household(size=2, confirmed_on=date(2020, 1, 1))
    son = make_person(home, relation="son")
    cases = [reported(home)]
    new = split_household(household_id=home.pk, relations={son.pk: "head"}, on=DAY, reason="分家", by=system())
    cases.append(reported(new))
    assert [one.done for one in confirm(*cases)] == [True, True]
    for one in (fresh(home), fresh(new)):
        assert (one.confirmed_on, one.confirmed_how) == (timezone.localdate(), "动态调整，乡镇核定")


def test_a_household_that_is_gone_is_confirmed_too() -> None:
    home = make_household()
    with unit(system(), writes=False):
        head = Person.objects.get(household=home)
    remove_member(person_id=head.pk, kind="death", left_on=DAY, reason="死亡证明", by=system())
    assert confirm(reported(home))[0].done
    assert fresh(home).status == "closed"


def test_members_that_do_not_agree_are_not_confirmed() -> None:
    done = confirm(reported(make_household(size=3)))[0]
    assert (done.done, "家庭人口登记 3 人，在册成员 1 人" in str(done.why)) == (False, True)


def test_who_is_not_on_the_register_has_nothing_to_adjust() -> None:
    home = make_household()
    with unit(system()), acting("test.remove", by=system(), reason="测试"):
        Household.objects.filter(pk=home.pk).update(status="removed")
    with pytest.raises(Refused, match="不在册"):
        reported(home)
