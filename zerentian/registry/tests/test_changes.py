"""Members join and leave any day; the size follows, one person stays in one household, nobody is deleted."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.models import Household, Person
from zerentian.registry.services.changes import add_member, remove_member
from zerentian.registry.tests.factories import identity, make_household

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
BORN = date(1972, 4, 5)


@pytest.fixture(autouse=True)
def _unit(db: Any) -> Iterator[None]:
    with unit(system()):
        yield


def join(home: Household, number: str, **fields: Any) -> Person:
    facts = {
        "name": "李氏", "relation": "spouse", "sex": "female", "birth_on": BORN, "document_type": "identity_card",
        "id_number": number, "health": "healthy", **fields,
    }  # fmt: skip
    return add_member(
        household_id=home.pk, kind="marriage_in", joined_on=DAY, facts=facts, reason="结婚证", by=system()
    )


def test_joining_and_leaving_keep_the_person_and_the_size() -> None:
    home = make_household()
    wife = join(home, identity(BORN, male=False))
    home.refresh_from_db()
    assert (home.size, wife.id_valid, wife.initials) == (2, True, "ls")
    remove_member(person_id=wife.pk, kind="moved_out", left_on=date(2026, 4, 1), reason="迁出", by=system())
    home.refresh_from_db()
    wife.refresh_from_db()
    assert (home.size, wife.left_on, wife.leave_kind) == (1, date(2026, 4, 1), "moved_out")


def test_one_person_in_one_household_until_he_left_it() -> None:
    number = identity(BORN, male=False)
    wife = join(make_household(), number)
    other = make_household()
    with pytest.raises(Refused, match="一个人同一时间只能在一户"):
        join(other, number)
    remove_member(person_id=wife.pk, kind="marriage_out", left_on=DAY, reason="改嫁", by=system())
    assert join(other, number).household_id == other.pk


def test_the_head_leaves_last_and_closes_the_household() -> None:
    home = make_household()
    head = Person.objects.get(household=home)
    wife = join(home, identity(BORN, male=False))
    with pytest.raises(Refused, match="户主"):
        remove_member(person_id=head.pk, kind="death", left_on=DAY, reason="死亡证明", by=system())
    remove_member(person_id=wife.pk, kind="moved_out", left_on=DAY, reason="迁出", by=system())
    remove_member(person_id=head.pk, kind="death", left_on=DAY, reason="死亡证明", by=system())
    home.refresh_from_db()
    assert (home.status, home.removed_on) == ("closed", DAY)
    with pytest.raises(Refused, match="已清退或注销"):
        join(home, identity(BORN, male=False))


@pytest.mark.parametrize("fields", [{"id_number": "360732197204050000"}, {"sex": "neither"}])
def test_a_wrong_member_is_refused_as_in_an_import(fields: dict[str, str]) -> None:
    number = fields.pop("id_number", identity(BORN, male=False))
    with pytest.raises(Refused):
        join(make_household(), number, **fields)
