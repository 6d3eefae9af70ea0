"""Two people who divide one household at the same moment, each in a transaction of its own: one wins."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connections

from tests.databases import own
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.models import Household, Person
from zerentian.registry.services.changes import split_household
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.slow
DAY = date(2026, 3, 1)


@pytest.fixture(scope="module", autouse=True)
def _committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own, in which every thread really commits."""
    with django_db_blocker.unblock(), own("splits"):
        yield


def test_of_two_who_split_at_once_one_wins_and_nobody_is_lost() -> None:
    home = make_household(size=3)
    son, daughter = make_person(home, relation="son"), make_person(home, relation="daughter")
    gate, told, done = threading.Barrier(2), [], []

    def run(head: Person, other: Person) -> None:
        relations = {head.pk: "head", other.pk: "sibling"}
        try:
            gate.wait(timeout=30)
            split_household(household_id=home.pk, relations=relations, on=DAY, reason="分家", by=system())
            done.append(head.pk)
        except Refused as refused:
            told.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in ((son, daughter), (daughter, son))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(done), len(told)) == (1, 1)
    assert "刚被别人变动过" in told[0]
    with unit(system(), writes=False):
        new = Household.objects.get(number=f"{home.division}F0001")
        assert Person.objects.filter(household=new, left_on__isnull=True).count() == 2
        assert Person.objects.filter(household=home, left_on__isnull=True).count() == 1
