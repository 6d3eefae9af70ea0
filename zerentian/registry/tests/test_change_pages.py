"""The short pages of member changes: each says what it did, keeps what was typed, and can be taken back."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.registry.forms.corrections import HOUSEHOLD_PARTS, PERSON_PARTS
from zerentian.registry.models import Absence, Confirmation, Household, HouseholdChange, HouseholdPaper, Person
from zerentian.registry.rules.columns import HOUSEHOLDS, PERSONS
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
WHY = "户主口述，证件已核对"


@pytest.fixture
def home(db: None) -> Household:
    made = make_household(members=1, size=3, head_name="钟秀英")
    make_person(made, name="钟大勇", relation="son", birth_on=date(1990, 1, 1))
    make_person(made, name="钟小妹", relation="daughter", sex="female", birth_on=date(1992, 1, 1))
    return made


def person(name: str) -> Person:
    with unit(system(), writes=False):
        found: Person = Person.objects.get(name=name)
    return found


def post(client: Client, home: Household, kind: str, query: str = "", /, **data: Any) -> tuple[int, str]:
    """The status of the answer, and the page that follows."""
    given = {"on": "2026-03-01", "reason": WHY, **data}
    answer = client.post(f"/households/{home.pk}/changes/{kind}/{query}", given)
    if answer.status_code == 302:
        return 302, client.get(answer["Location"]).content.decode()
    return answer.status_code, answer.content.decode()


def test_a_year_of_a_family_through_its_pages(client_of: Any, home: Household) -> None:
    client = client_of("village")
    said: list[str] = []

    def do(kind: str, query: str = "", /, **data: Any) -> None:
        status, page = post(client, home, kind, query, **data)
        assert status == 302, page
        said.extend(re.findall(r"(?:已增加|户主已|已登记|已分户|已合户|钟小妹 已转到|已减少)[^<]*", page))

    baby = {"name": "钟阿宝", "relation": "sons_son", "id_number": identity(date(2026, 2, 1)), "health": "healthy"}
    do("join", kind="birth", **baby)
    relations = {f"relation_{person(name).pk}": what for name, what in
                 (("钟秀英", "mother"), ("钟小妹", "sibling"), ("钟阿宝", "son"))}  # fmt: skip
    do("head", f"?with={person('钟大勇').pk}", **relations)
    do("away", person=person("钟大勇").pk, since="2026-03-02", place="东莞")
    with unit(system(), writes=False):
        away = Absence.objects.get()
    do("back", absence=away.pk, on="2026-03-03")
    do("split", **{f"relation_{person('钟小妹').pk}": "head", f"relation_{person('钟秀英').pk}": "mother"})
    do("leave", person=person("钟阿宝").pk, kind="moved_out")
    with unit(system(), writes=False):
        new = Household.objects.get(head_name="钟小妹")
    do(
        "merge",
        f"?with={new.pk}",
        **{f"relation_{person('钟小妹').pk}": "sibling", f"relation_{person('钟秀英').pk}": "mother"},
    )
    other = make_household(head_name="王五")
    do("move", person=person("钟小妹").pk, to=other.pk, relation="spouse")
    joined = "\n".join(said)
    number = f"{home.division}F0001"
    for words in (
        "已增加成员：钟阿宝（出生），本户现有 4 人",
        "户主已更换为 钟大勇",
        "已登记 钟大勇 暂时外出",
        "已登记 钟大勇 返回",
        f"已分户：新户 钟小妹（{number}），2 人",
        "已减少成员：钟阿宝",
        f"已合户：钟小妹 户（{number}）",
        "钟小妹 已转到 王五 户",
    ):
        assert words in joined, (words, said)
    for one in (home, new, other):
        page = client.get(f"/households/{one.pk}/changes/").content.decode()
        assert "钟小妹" in page


def test_bad_input_keeps_what_was_typed(client_of: Any, home: Household) -> None:
    status, page = post(client_of("village"), home, "join", kind="birth", name="钟阿宝", id_number="123")
    assert status == 422
    assert 'value="钟阿宝"' in page
    assert WHY in page


def test_a_change_is_taken_back_once(client_of: Any, home: Household) -> None:
    client = client_of("village")
    post(client, home, "leave", person=person("钟小妹").pk, kind="marriage_out")
    with unit(system(), writes=False):
        change = HouseholdChange.objects.get()
    path = f"/households/changes/{change.pk}/undo/"
    assert client.post(path, {"reason": ""}).status_code == 422
    page = client.post(path, {"reason": "没有出嫁"}, follow=True).content.decode()
    assert "已撤销：减少成员（婚出） 钟小妹" in page
    assert person("钟小妹").left_on is None
    assert client.post(path, {"reason": "没有出嫁"}).status_code == 409


@pytest.mark.parametrize(
    ("who", "status"), [("village", 200), ("neighbour", 404), ("inspector", 403), ("department", 403)]
)
def test_who_may_change_members(client_of: Any, home: Household, who: str, status: int) -> None:
    for kind in ("join", "leave", "head", "split", "merge", "move", "away", "back"):
        assert client_of(who).get(f"/households/{home.pk}/changes/{kind}/").status_code == status, kind


def test_one_click_confirms_a_part_and_a_correction_does_too(client_of: Any, home: Household) -> None:
    client = client_of("village")
    page = client.post(f"/households/{home.pk}/confirm/water/", {"how": "电话核实"}, follow=True).content.decode()
    assert "已记为核实无变化：饮水" in page
    son = person("钟大勇")
    client.post(f"/households/persons/{son.pk}/confirm/work/", {"how": "入户核实"})
    form = client.get(f"/households/{home.pk}/change/land/").content.decode()
    version = re.search(r'name="version" value="(\w+)"', form)
    assert version
    data = {"version": version[1], "farmland": "3.5", "reason": "土地证"}
    assert client.post(f"/households/{home.pk}/change/land/", data).status_code == 302
    with unit(system(), writes=False):
        found = {(one.person_id, one.part): one.how for one in Confirmation.objects.all()}
    assert found == {(None, "water"): "电话核实", (son.pk, "work"): "入户核实", (None, "land"): "更正"}
    assert person("钟大勇").confirmed_on is not None
    assert client.post(f"/households/{home.pk}/confirm/nothing/", {"how": "入户核实"}).status_code == 404


def test_every_field_of_the_file_is_on_one_short_page() -> None:
    """Status and its days come from procedures, leaving from the acts, helper and grid keys from other apps."""
    elsewhere = {
        "number", "household_number", "division", "status", "identified_on", "exited_on", "returned_on", "removed_on",
        "confirmed_on", "confirmed_by", "confirmed_how", "left_on", "leave_kind",
    }  # fmt: skip
    for sheet, parts in ((HOUSEHOLDS, HOUSEHOLD_PARTS), (PERSONS, PERSON_PARTS)):
        asked = [key for _title, keys in parts.values() for key in keys]
        assert len(asked) == len(set(asked))
        assert {column.key for column in sheet.columns} - elsewhere <= set(asked)


def test_photos_are_on_the_file(client_of: Any, home: Household) -> None:
    client = client_of("village")
    path = f"/households/{home.pk}/papers/new/"
    bad = client.post(path, {"kind": "house", "file": SimpleUploadedFile("a.exe", b"x"), "note": "正面"})
    assert bad.status_code == 422
    assert 'value="正面"' in bad.content.decode()
    good = {"kind": "house", "file": SimpleUploadedFile("house.jpg", b"\xff\xd8\xff x"), "note": "正面"}
    page = client.post(path, good, follow=True).content.decode()
    assert "已上传住房照片：house.jpg" in page
    with unit(system(), writes=False):
        paper = HouseholdPaper.objects.get()
    assert client.get(f"/files/{paper.file_id}/").status_code == 200
    assert client_of("neighbour").get(f"/files/{paper.file_id}/").status_code == 404


def test_a_file_gone_through_part_by_part_is_fresh(client_of: Any) -> None:
    home, client = make_household(confirmed_on=date(2020, 1, 1)), client_of("village")
    for part in HOUSEHOLD_PARTS:
        client.post(f"/households/{home.pk}/confirm/{part}/", {"how": "入户核实"})
    with unit(system()):
        assert Household.objects.get(pk=home.pk).confirmed_on == date(2020, 1, 1)
    answer = client.post(f"/households/{home.pk}/confirm/incomes/", {"how": "入户核实"})
    assert answer.url.endswith("#incomes")
    with unit(system()):
        row = Household.objects.get(pk=home.pk)
    assert (row.confirmed_on, row.confirmed_how) == (timezone.localdate(), "入户核实")
