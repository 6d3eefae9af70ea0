"""Members join and leave any day; the size follows, one person stays in one household, nobody is deleted."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.models import Household, HouseholdChange, Person
from zerentian.registry.rules.relations import relation_to
from zerentian.registry.services.changes import (
    add_member,
    change_head,
    end_absence,
    merge_households,
    move_member,
    record_absence,
    remove_member,
    split_household,
    undo_change,
)
from zerentian.registry.services.corrections import correct_person, version_of
from zerentian.registry.tests.factories import identity, make_household, make_person

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


def family(**fields: Any) -> tuple[Household, dict[str, Person]]:
    """A head with his wife, their son and the son's wife."""
    home = make_household(head_name="陈大福", size=4, **fields)
    people = {"head": Person.objects.get(household=home)}
    for relation, name, male in (
        ("spouse", "王氏", False),
        ("son", "陈小福", True),
        ("daughter_in_law", "刘氏", False),
    ):
        people[relation] = make_person(
            home, name=name, relation=relation, sex="male" if male else "female", birth_on=BORN,
            id_number=identity(BORN, male=male),
        )  # fmt: skip
    return home, people


def split(home: Household, people: dict[str, Person]) -> Household:
    relations = {people["son"].pk: "head", people["daughter_in_law"].pk: "spouse"}
    return split_household(household_id=home.pk, relations=relations, on=DAY, reason="分家协议", by=system())


def sizes(*homes: Household) -> list[tuple[str, int, int]]:
    """Status, size and counted members of each, as they stand."""
    found = []
    for home in homes:
        home.refresh_from_db()
        found.append((home.status, home.size, Person.objects.filter(household=home, left_on__isnull=True).count()))
    return found


def test_another_member_heads_the_household() -> None:
    home, people = family()
    relations = {one.pk: relation_to("son", key, male=one.sex == "male") for key, one in people.items()}
    relations[people["son"].pk] = "head"
    change_head(household_id=home.pk, relations=relations, on=DAY, reason="老户主年迈", by=system())
    home.refresh_from_db()
    assert home.head_name == "陈小福"
    found = {one.name: one.relation for one in Person.objects.filter(household=home)}
    assert found == {"陈大福": "father", "王氏": "mother", "陈小福": "head", "刘氏": "spouse"}
    remove_member(person_id=people["head"].pk, kind="death", left_on=DAY, reason="死亡证明", by=system())
    undo_change(change_id=last(home), reason="登记错了人", by=system())
    undo_change(change_id=last(home), reason="登记错了人", by=system())
    home.refresh_from_db()
    assert (home.head_name, home.size) == ("陈大福", 4)


def last(home: Household) -> int:
    """The latest change that was not taken back."""
    rows = HouseholdChange.objects.filter(household=home, undone__isnull=True).exclude(kind="undo")
    return int(rows.order_by("-id").values_list("pk", flat=True)[0])


def test_a_split_gives_a_household_of_its_own_that_stands_as_the_old_one() -> None:
    home, people = family(status="exited", exited_on=date(2019, 12, 1))
    new = split(home, people)
    assert sizes(home, new) == [("exited", 2, 2), ("exited", 2, 2)]
    assert (new.number, new.head_name, new.identified_on) == (f"{home.division}F0001", "陈小福", home.identified_on)
    undo_change(change_id=last(home), reason="没有分家", by=system())
    assert sizes(home, new) == [("exited", 4, 4), ("closed", 2, 0)]
    with pytest.raises(Refused, match="已经撤销"):
        undo_change(change_id=HouseholdChange.objects.get(kind="split").pk, reason="再来", by=system())


def test_two_households_become_one_and_part_again() -> None:
    home, people = family()
    new = split(home, people)
    relations = {people["son"].pk: "son", people["daughter_in_law"].pk: "daughter_in_law"}
    merge_households(
        household_id=home.pk, other_id=new.pk, relations=relations, on=DAY, reason="父母随儿子生活", by=system()
    )
    assert sizes(home, new) == [("poor", 4, 4), ("closed", 2, 0)]
    undo_change(change_id=last(home), reason="登记错了户", by=system())
    assert sizes(home, new) == [("poor", 2, 2), ("poor", 2, 2)]


def test_a_member_moves_in_one_act() -> None:
    home, people = family()
    other = make_household()
    wife = people["spouse"]
    move_member(person_id=wife.pk, to_id=other.pk, relation="mother", on=DAY, reason="随女儿生活", by=system())
    assert sizes(home, other) == [("poor", 3, 3), ("poor", 2, 2)]
    first = last(home)
    son = people["son"]
    move_member(person_id=son.pk, to_id=other.pk, relation="sibling", on=DAY, reason="随姐姐", by=system())
    with pytest.raises(Refused, match="请先撤销后面的"):
        undo_change(change_id=first, reason="登记错了", by=system())


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda home, people: split_household(
            household_id=home.pk, relations={people["head"].pk: "head"}, on=DAY, reason="x", by=system()), "先更换户主"),
        (lambda home, people: split_household(
            household_id=home.pk, relations={people["son"].pk: "spouse"}, on=DAY, reason="x", by=system()), "一个户主"),
        (lambda home, people: merge_households(
            household_id=home.pk, other_id=make_household(status="exited", exited_on=DAY).pk, relations={}, on=DAY,
            reason="x", by=system()), "脱贫状态不同"),
        (lambda home, people: merge_households(
            household_id=home.pk, other_id=make_household(360732100201).pk, relations={}, on=DAY, reason="x",
            by=system()), "不在同一个村"),
        (lambda home, people: move_member(
            person_id=people["head"].pk, to_id=make_household().pk, relation="son", on=DAY, reason="x", by=system()),
            "是户主"),
    ],
)  # fmt: skip
def test_what_would_leave_a_household_without_head_or_place_is_refused(act: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        act(*family())


def test_who_is_away_counts_and_comes_back() -> None:
    home, people = family()
    son = people["son"]
    away = record_absence(person_id=son.pk, since=DAY, expected_on=None, place="东莞", by=system())
    with pytest.raises(Refused, match="已登记外出"):
        record_absence(person_id=son.pk, since=DAY, expected_on=None, place="", by=system())
    new = split(home, people)
    assert sizes(home, new) == [("poor", 2, 2), ("poor", 2, 2)]
    away.refresh_from_db()
    assert away.household_id == new.pk
    end_absence(absence_id=away.pk, back_on=DAY, by=system())
    with pytest.raises(Refused, match="已于"):
        end_absence(absence_id=away.pk, back_on=DAY, by=system())


def test_a_child_born_needs_no_more_than_name_relation_and_number() -> None:
    home = make_household()
    born = date(2026, 2, 1)
    facts = {"name": "张小小", "relation": "daughter", "id_number": identity(born, male=False), "health": "healthy"}
    baby = add_member(household_id=home.pk, kind="birth", joined_on=DAY, facts=facts, reason="出生证明", by=system())
    assert (baby.sex, baby.birth_on, baby.document_type) == ("female", born, "identity_card")
    undo_change(change_id=last(home), reason="登记错了户", by=system())
    baby.refresh_from_db()
    assert (baby.left_on, baby.leave_kind) == (DAY, "removed_in_error")


@pytest.mark.parametrize(("who", "relation"), [("head", "father"), ("son", "head")])
def test_a_correction_does_not_change_the_head(who: str, relation: str) -> None:
    _home, people = family()
    one = people[who]
    with pytest.raises(Refused, match="更换户主"):
        correct_person(
            person_id=one.pk, version=version_of(one), changes={"relation": relation}, reason="更正", by=system()
        )
