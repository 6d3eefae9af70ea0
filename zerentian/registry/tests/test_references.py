"""Persons and incomes refer to a household that is there, as if a constraint held them to it."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.databases import own
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.registry.models import Household, HouseholdIncome, Person
from zerentian.registry.tests.factories import VILLAGE, make_household, make_person

GONE = 10**15


@pytest.fixture(autouse=True, scope="module")
def _committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own, in which every thread really commits."""
    with django_db_blocker.unblock(), own("references"):
        yield


def _sql(statement: str, *values: Any) -> None:
    with unit(system()), acting("test", by=system()), connection.cursor() as cursor:
        cursor.execute(statement, values)


def _refused(statement: str, *values: Any) -> str:
    with pytest.raises(IntegrityError) as caught:
        _sql(statement, *values)
    return str(caught.value)


def _empty(number: str) -> Household:
    """A household to which nobody refers."""
    with unit(system()), acting("test", by=system()):
        made: Household = Household.objects.create(number=number, division=VILLAGE, head_name="张三", size=1)
        return made


def _income(household_id: int, division: int, year: int) -> HouseholdIncome:
    with unit(system()), acting("test", by=system()):
        days = {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
        made: HouseholdIncome = HouseholdIncome.objects.create(
            household_id=household_id, division=division, year=year, size=1, net=1, per_capita=1, **days
        )
        return made


def test_nobody_refers_to_a_household_that_is_not_there() -> None:
    home = _empty("EMPTIER")
    person, income = make_person(home), _income(home.pk, home.division, 2016)
    with pytest.raises(IntegrityError, match="not there"):
        make_person(Household(pk=GONE, division=home.division, number="X"))
    with pytest.raises(IntegrityError, match="not there"):
        _income(GONE, home.division, 2017)
    assert "not there" in _refused("update registry_person set household_id = %s where id = %s", GONE, person.pk)
    assert "not there" in _refused(
        "update registry_householdincome set household_id = %s where id = %s", GONE, income.pk
    )
    with unit(system(), writes=False):
        assert [p.pk for p in Person.objects.filter(household=home)] == [person.pk]
        assert HouseholdIncome.objects.get(pk=income.pk).household_id == home.pk


def test_a_household_stays_as_long_as_somebody_refers_to_it_and_keeps_its_number() -> None:
    home, empty = make_household(), _empty("EMPTY")
    assert "still referred to" in _refused("delete from registry_household where id = %s", home.pk)
    assert "never changes" in _refused("update registry_household set id = %s where id = %s", GONE, home.pk)
    _sql("update registry_household set id = id, fuel = '柴' where id = %s", home.pk)
    _sql("delete from registry_household where id = %s", empty.pk)
    with unit(system(), writes=False):
        assert not Household.objects.filter(pk=empty.pk).exists()


@pytest.mark.slow
@pytest.mark.parametrize("first", ["joins", "goes"])
def test_of_a_joining_member_and_a_vanishing_household_one_waits_and_is_refused(first: str) -> None:
    home, other = _empty(f"EMPTY-{first}"), make_household()
    person = make_person(other)

    def joins() -> None:
        _sql("update registry_person set household_id = %s where id = %s", home.pk, person.pk)

    def goes() -> None:
        _sql("delete from registry_household where id = %s", home.pk)

    works: dict[str, Callable[[], None]] = {"joins": joins, "goes": goes}
    later = works["goes" if first == "joins" else "joins"]
    told: list[str] = []

    def second() -> None:
        try:
            later()
        except IntegrityError as error:
            told.append(str(error))
        finally:
            connections.close_all()

    with transaction.atomic():
        works[first]()
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits for this transaction
    thread.join(timeout=60)
    assert len(told) == 1
    with unit(system(), writes=False):
        assert Household.objects.filter(pk=home.pk).exists() is (first == "joins")
        assert Person.objects.get(pk=person.pk).household_id == (home.pk if first == "joins" else other.pk)
