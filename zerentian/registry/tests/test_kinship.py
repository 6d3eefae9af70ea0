"""Whoever may be a relative of the household decides nothing alone: declared, a namesake, once one family, helper of one surname."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from zerentian.accounts.models import User
from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast, user_of
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.procedures import services as procedures
from zerentian.procedures.models import Case, StepRecord
from zerentian.registry.models import Household, Kinship, Person
from zerentian.registry.rules.names import same_surname
from zerentian.registry.services.changes.families import split_household
from zerentian.registry.services.kinship import declare_kinship, end_kinship, related
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(db: None) -> User:
    """The village's officer under a name that people bear."""
    user = user_of("village")
    with unit(system()), acting("test.name", by=system(), reason="测试"):
        User.objects.filter(pk=user.pk).update(name="钟大勇")
    return user


def told(user: User, *homes: Household) -> dict[int, list[str]]:
    with unit(system()):
        return dict(related(
            subject_kind="household", subject_ids=[one.pk for one in homes], user_id=user.pk, who=f"{user.name} 支书",
        ))  # fmt: skip


def parted(home: Household, *going: Person) -> Household:
    """The household of those who go, the first of them its head."""
    relations = {one.pk: "head" if number == 0 else "son" for number, one in enumerate(going)}
    made: Household = split_household(
        household_id=home.pk, relations=relations, on=date(2026, 3, 1), reason="分家", by=actor_of_cast("village")
    )
    return made


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("钟大勇", "钟秀英", True),
        ("欧阳明", "欧志强", False),
        ("欧阳明", "欧阳小红", True),
        ("王一", "黄一", False),
        ("", "", False),
    ],
)
def test_surnames(one: str, other: str, is_same: bool) -> None:
    assert same_surname(one, other) is is_same


def test_strangers_are_not_related(secretary: User) -> None:
    home = make_household(head_name="钟秀英")  # of his surname, as half the village is
    assert told(secretary, home, make_household()) == {}


def test_a_namesake_of_a_member_and_of_a_former_one(secretary: User) -> None:
    home, other = make_household(head_name="钟秀英"), make_household(head_name="钟老三")
    make_person(home, name="钟大勇")
    make_person(other, name="钟大勇", left_on=date(2016, 1, 1))
    found = told(secretary, home, other)
    assert "该户成员钟大勇同名" in found[home.pk][0]
    assert "原成员钟大勇同名" in found[other.pk][0]


def test_households_that_were_once_one_are_one_family(secretary: User) -> None:
    home = make_household(head_name="钟老三", members=1, size=4)
    sons = [make_person(home, name=name, birth_on=date(1990, 1, 1)) for name in ("钟大勇", "钟二勇", "钟三勇")]
    second = parted(home, sons[1], sons[2])
    third = parted(second, sons[2])
    parted(home, sons[0])
    assert all("同一家庭" in found[0] for found in told(secretary, second, third).values())
    assert set(told(secretary, second, third)) == {second.pk, third.pk}


def test_a_helper_of_the_head_s_surname(secretary: User) -> None:
    brother, stranger = (make_household(head_name=name, helper_name="钟大勇") for name in ("钟小勇", "李四"))
    found = told(secretary, brother, stranger)
    assert list(found) == [brother.pk]
    assert "帮扶责任人，又与户主同姓" in found[brother.pk][0]


def test_declared_kinship_holds_a_decision_until_it_is_ended_by_another(secretary: User) -> None:
    home, village, township = make_household(), actor_of_cast("village"), actor_of_cast("township")
    made = declare_kinship(household_id=home.pk, cadre="钟大勇", relation="in_law", note="妻弟", by=village)
    assert made.user_id == village.user_id
    with pytest.raises(Refused, match="已经申报过"):
        declare_kinship(household_id=home.pk, cadre="钟大勇", relation="other", by=township)
    case = procedures.open_case(kind="household.exit", subject_id=home.pk, by=village)
    procedures.advance(case_id=case.pk, outcome="proposed", form={"grounds": "收入达标"}, by=village)
    with unit(system()):
        assert Case.objects.get(pk=case.pk).state == "review"
        conflicts: Sequence[Any] = StepRecord.objects.filter(case=case).order_by("-turn")[0].conflicts
    assert "姻亲" in conflicts[0]["text"]
    with pytest.raises(Refused, match="本人不能终止"):
        end_kinship(kinship_id=made.pk, reason="已离婚", by=village)
    end_kinship(kinship_id=made.pk, reason="查无此亲属关系", by=township)
    assert told(secretary, home) == {}
    with unit(system()):
        assert Kinship.objects.get(pk=made.pk).ended_by.startswith("测township")


def test_the_pages_declare_list_and_end(secretary: User, client_of: Any) -> None:
    home, client = make_household(division=VILLAGES[0]), client_of("village")
    wrong = client.post(f"/households/{home.pk}/kinship/new/", {"cadre": "钟", "relation": "aunt"})
    assert wrong.status_code == 422
    done = client.post(
        f"/households/{home.pk}/kinship/new/", {"cadre": "钟大勇", "relation": "sibling", "note": "胞弟"}
    )
    assert done.status_code == 302
    page = client.get(f"/households/{home.pk}/").content.decode()
    assert "胞弟" in page
    with unit(system()):
        pk = Kinship.objects.get().pk
    assert client.post(f"/households/kinship/{pk}/end/", {"reason": "写错了"}).status_code == 422
    above = client_of("township")
    assert "胞弟" in above.get("/households/kinship/", {"cadre": "钟大勇"}).content.decode()
    assert above.post(f"/households/kinship/{pk}/end/", {"reason": "不是同一人"}).status_code == 302
    assert "胞弟" not in above.get("/households/kinship/").content.decode()
    assert "不是同一人" in above.get("/households/kinship/", {"over": "on"}).content.decode()
    assert client_of("neighbour").get("/households/kinship/", {"over": "on"}).content.decode().count("胞弟") == 0
