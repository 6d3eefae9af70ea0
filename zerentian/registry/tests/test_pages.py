"""The pages by the standing cast: who sees what, search, corrections, reveal, export, profiles, import."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from zerentian.kernel import effects
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Act, Reading, Run
from zerentian.registry import queries
from zerentian.registry.models import Household, HouseholdIncome, Import, Person
from zerentian.registry.services import version_of
from zerentian.registry.tests.factories import (
    VILLAGE,
    household_row,
    identity,
    make_household,
    make_person,
    person_row,
    write_files,
)

pytestmark = pytest.mark.django_db
NEXT_VILLAGE = 360732100201
OWN = "accounts_user.phone"  # the telephone of whoever is signed in


@pytest.fixture
def home(db: None) -> Household:
    return make_household(members=2, head_name="钟秀英", house_grade="c")


def _fresh(row: Any) -> Any:
    with unit(system()):
        return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("village", True), ("township", True), ("county", True), ("city", True), ("province", True), ("inspector", True),
     ("village2", False), ("township2", False), ("neighbour", False)],
)  # fmt: skip
def test_a_file_is_seen_within_the_scope_only(client_of: Any, home: Household, who: str, sees: bool) -> None:
    client = client_of(who)
    assert client.get(f"/households/{home.pk}/").status_code == (200 if sees else 404)
    assert ("钟秀英" in client.get("/households/").content.decode()) is sees


@pytest.mark.parametrize("who", ["department", "system_admin", "security_admin", "audit_admin", "outsider"])
def test_who_has_no_business_with_households_is_refused(client_of: Any, home: Household, who: str) -> None:
    client = client_of(who)
    for path in ("/households/", f"/households/{home.pk}/", "/households/export/", "/imports/", "/imports/new/"):
        assert client.get(path).status_code == 403, path


def test_the_list_counts_a_county_in_full_and_a_province_only_so_far(
    client_of: Any, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_household(number="H2")
    monkeypatch.setattr(queries.lists, "COUNTED", 1)
    assert "共 2 户" in client_of("county").get("/households/").content.decode()
    assert "1 户以上" in client_of("province").get("/households/").content.decode()


def test_the_list_escapes_what_people_typed(client_of: Any) -> None:
    hostile = "<script>'\"&"
    make_household(head_name=hostile, helper_name=hostile, number="H<b>'1", house_grade="d", water_safe=False)
    page = client_of("village").get("/households/", {"q": "<script>"}).content.decode()
    assert "&lt;script&gt;&#x27;&quot;&amp;</a>" in page
    assert "&lt;script&gt;&#x27;&quot;&amp;</td>" in page
    assert "H&lt;b&gt;&#x27;1" in page
    assert 'value="&lt;script&gt;"' in page
    assert "<script>'" not in page
    row = page.split("<tbody>")[1].split("</tbody>")[0]
    assert [word for word in ("住房", "饮水", "辍学", "医保") if word in row] == ["住房", "饮水"]


def test_the_list_opens_nothing_that_is_sealed(
    client_of: Any, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("village")
    monkeypatch.setattr("zerentian.kernel.privacy.decrypt", lambda *_: pytest.fail("opened") if _[1] != OWN else "")
    assert home.head_name in client.get("/households/").content.decode()


def test_numbers_are_masked_and_the_reading_is_noted(client_of: Any, home: Household) -> None:
    page = client_of("village").get(f"/households/{home.pk}/").content.decode()
    with unit(system()):
        person = Person.objects.filter(household=home, relation="head").get()
        assert person.id_mask in page
        assert person.id_number not in page
        assert "139****5678" in page
        assert "13912345678" not in page
        assert Reading.objects.filter(household_id=home.pk, page="registry.household", in_full="").exists()


def test_a_file_says_what_is_lacking_and_takes_panels_from_above(
    client_of: Any, home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panel(*, household: Household, by: Any) -> tuple[str, list[tuple[str, str]]]:
        return "资金到户", [("产业奖补", f"{household.number} 已发")]

    monkeypatch.setitem(effects._registry, "registry.household.panels", [panel])
    page = client_of("village").get(f"/households/{home.pk}/").content.decode()
    assert "存在的问题" in page
    assert "住房不安全" in page
    assert "饮水不安全" not in page
    assert f"{home.number} 已发" in page


def test_a_list_of_a_wider_area_is_read_in_ones_own(client_of: Any, home: Household) -> None:
    assert client_of("village").get("/households/?area=360700").status_code == 200
    with unit(system()):
        assert Reading.objects.filter(page="registry.households").get().division == home.division


@pytest.mark.parametrize("text", ["钟秀", "zhongxiuying", "zxy", "ZHONG", "number", "id", "mask", "phone"])
def test_search_finds_the_household(client_of: Any, home: Household, text: str) -> None:
    make_household(head_name="王五", phone="13500000000")
    with unit(system()):
        person = Person.objects.filter(household=home, relation="head").get()
    word = {
        "number": home.number[:17],
        "id": person.id_number.lower(),
        "mask": person.id_mask,
        "phone": "13912345678",
    }.get(text, text)
    page = client_of("county").get("/households/", {"q": word}).content.decode()
    assert "钟秀英" in page
    if text not in ("number", "mask"):
        assert "王五" not in page


def test_search_by_a_member_says_which_one(client_of: Any, home: Household) -> None:
    make_person(home, name="欧阳小满", relation="child")
    for word in ("欧阳小满", "oyxm"):
        page = client_of("county").get("/households/", {"q": word}).content.decode()
        assert "钟秀英" in page
        assert "成员：欧阳小满" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"problem": "housing"}, {"甲"}), ({"problem": "water"}, {"乙"}), ({"problem": "education"}, {"丙"}),
        ({"problem": "medical"}, {"丁"}), ({"helper": "without"}, {"乙"}), ({"status": "exited"}, {"丙"}),
        ({"cause": "disaster"}, {"丁"}), ({"area": "360732100201"}, {"丁"}), ({}, {"甲", "乙", "丙", "丁"}), ({"status": "removed"}, {"戊"}),
        ({"area": "360731"}, set()),
    ],
)  # fmt: skip
def test_filters(client_of: Any, query: dict[str, str], found: set[str]) -> None:
    make_household(head_name="甲某", house_grade="d")
    make_household(head_name="乙某", water_safe=False, helper_name="")
    third = make_household(head_name="丙某", status="exited", exited_on=date(2018, 11, 30))
    make_person(third, school_status="dropped_out", birth_on=date(2013, 1, 1))
    fourth = make_household(NEXT_VILLAGE, head_name="丁某", cause="disaster")
    make_person(fourth, has_resident_medical=False)
    make_household(head_name="戊某", status="removed", removed_on=date(2017, 1, 1))
    page = client_of("county").get("/households/", query).content.decode()
    assert {name for name in "甲乙丙丁戊" if f"{name}某" in page} == found


@pytest.mark.parametrize(("problem", "found"), [("income", {"甲"}), ("grid", {"甲", "乙"}), ("stale", {"乙"})])
def test_filters_against_the_rulebook(client_of: Any, problem: str, found: set[str]) -> None:
    today = timezone.localdate()
    poor = make_household(head_name="甲某", confirmed_on=today)
    make_household(head_name="乙某", confirmed_on=today - timedelta(days=400))
    make_household(head_name="丙某", confirmed_on=today, grid_id=1)
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.exclude(household=poor).update(per_capita=9000)
    page = client_of("county").get("/households/", {"problem": problem}).content.decode()
    assert {name for name in "甲乙丙" if f"{name}某" in page} == found


def test_a_file_lacks_what_the_list_narrows_by(actor: Any) -> None:
    today = timezone.localdate()
    whole = make_household(members=2, food_secured=True, clothing_secured=None, grid_id=1, confirmed_on=today)
    poor = make_household(
        members=2, house_grade="d", water_safe=False, food_secured=False, clothing_secured=False, confirmed_on=None
    )
    old = make_household(water_safe=None, confirmed_on=today - timedelta(days=400), house_grade="", grid_id=2)
    make_household(members=2)  # nobody's income is known
    make_person(poor, relation="son", school_status="dropped_out", has_resident_medical=False)
    make_person(old, relation="son", school_status="dropped_out", has_resident_medical=False, left_on=today)
    make_person(whole, has_resident_medical=False, has_employee_medical=True)
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=whole).update(per_capita=9000)
        HouseholdIncome.objects.exclude(household__in=[whole, poor]).delete()
    by = actor("county")
    with unit(by):
        names = (*queries.PROBLEMS, *queries.DATED)
        listed = {
            n: set(queries.households(by.scope, queries.Wanted(problem=n)).values_list("pk", flat=True)) for n in names
        }
        for home in Household.objects.all():
            file = queries.household_file(home.pk, by.scope, today)
            assert file
            assert queries.lacks(file, today) == [name for name in names if home.pk in listed[name]], home.pk
    assert all(found and len(found) < 4 for name, found in listed.items()), listed


def test_the_cursor_walks_both_ways(client_of: Any, actor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.lists, "PAGE", 2)
    for name in ("甲", "乙", "丙", "丁", "戊"):
        make_household(head_name=name)
    by = actor("county")
    for order in ("place", "name", "-newest"):
        with unit(by):
            rows = queries.households(by.scope, queries.Wanted())
            first = queries.page_of(rows, order=order)
            second = queries.page_of(rows, order=order, after=first.next)
            third = queries.page_of(rows, order=order, after=second.next)
            back = queries.page_of(rows, order=order, before=third.previous)
            names = [line.household.head_name for part in (first, second, third) for line in part.lines]
        assert sorted(names) == sorted("甲乙丙丁戊")
        assert (first.previous, third.next) == ("", "")
        assert back.lines == second.lines


def test_the_list_takes_few_queries(client_of: Any, steady: None, django_assert_max_num_queries: Any) -> None:
    for _ in range(12):
        make_household(members=3)
    client = client_of("county")
    client.get("/households/")
    with django_assert_max_num_queries(24):
        client.get("/households/")


def _form(client: Client, path: str) -> dict[str, Any]:
    """What the page's form would send unchanged."""
    form = client.get(path).context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        data[name] = value if isinstance(value, list) else "" if value is None else str(value)
    return data


def test_a_correction_needs_a_reason_and_is_kept_in_history(client_of: Any, home: Household) -> None:
    client = client_of("village")
    path = f"/households/{home.pk}/change/dwelling/"
    data = _form(client, path)
    assert client.post(path, {**data, "house_grade": "a"}).status_code == 422
    answer = client.post(
        path, {**data, "house_grade": "a", "house_repaired_on": "2026-10-01", "reason": "入户核实，已改造"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert (_fresh(home).house_grade, _fresh(home).house_repaired_on) == ("a", date(2026, 10, 1))
    history = client.get(f"/households/{home.pk}/history/").content.decode()
    assert "入户核实，已改造" in history
    assert "A级" in history


def test_bad_input_keeps_what_was_typed(client_of: Any, home: Household) -> None:
    client = client_of("village")
    path = f"/households/{home.pk}/change/basics/"
    data = _form(client, path)
    answer = client.post(
        path, {**data, "cause": "illness", "other_causes": ["illness"], "head_name": "钟秀芳", "reason": "核对"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "其他致贫原因与主要致贫原因相同" in page
    assert "钟秀芳" in page
    assert _fresh(home).head_name == "钟秀英"


def test_the_size_agrees_with_the_registered_members(client_of: Any, home: Household) -> None:
    client = client_of("village")
    path = f"/households/{home.pk}/change/basics/"
    wrong = home.size + 3
    answer = client.post(path, {**_form(client, path), "size": wrong, "reason": "入户核实"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "登记在册的成员是" in page
    assert f'value="{wrong}"' in page
    assert _fresh(home).size == home.size


def test_a_helper_phone_that_is_none_is_refused(client_of: Any, home: Household) -> None:
    client = client_of("village")
    path = f"/households/{home.pk}/change/help/"
    answer = client.post(path, {**_form(client, path), "helper_phone": "12345", "reason": "入户核实"})
    assert answer.status_code == 422
    assert "帮扶人电话不是完整的号码" in answer.content.decode()


def test_who_comes_second_is_told_and_loses_nothing(client_of: Any, home: Household) -> None:
    first, second = client_of("village"), client_of("county")
    path = f"/households/{home.pk}/change/dwelling/"
    late = _form(second, path)
    early = _form(first, path)
    assert first.post(path, {**early, "house_grade": "b", "reason": "改造完成"}).status_code == 302
    answer = second.post(path, {**late, "house_grade": "d", "reason": "鉴定为 D 级"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "刚被别人改过" in page
    assert "鉴定为 D 级" in page
    assert _fresh(home).house_grade == "b"
    again = {**late, "house_grade": "d", "reason": "鉴定为 D 级", "version": version_of(_fresh(home))}
    assert second.post(path, again).status_code == 302
    assert _fresh(home).house_grade == "d"


def test_a_person_is_corrected_and_found_under_the_new_name(client_of: Any, home: Household) -> None:
    client = client_of("village")
    with unit(system()):
        person = Person.objects.get(household=home, relation="head")
    path = f"/households/persons/{person.pk}/change/identity/"
    data = _form(client, path)
    number = identity(date(1970, 5, 1))
    assert (
        client.post(
            path, {**data, "id_number": number[:-1] + ("1" if number[-1] != "1" else "2"), "reason": "更正"}
        ).status_code
        == 422
    )
    assert client.post(path, {**data, "name": "钟秀芬", "id_number": number, "reason": "证件核对"}).status_code == 302
    fresh = _fresh(person)
    assert (fresh.name, fresh.id_number, fresh.pinyin) == ("钟秀芬", number, "zhongxiufen")
    assert f"/households/{home.pk}/" in client.get("/households/", {"q": number}).content.decode()


def test_a_number_of_somebody_else_is_refused(client_of: Any, home: Household) -> None:
    other = make_person(make_household(NEXT_VILLAGE))
    client = client_of("village")
    with unit(system()):
        person = Person.objects.get(household=home, relation="head")
    path = f"/households/persons/{person.pk}/change/identity/"
    answer = client.post(path, {**_form(client, path), "id_number": other.id_number, "reason": "更正"})
    assert answer.status_code == 422
    assert "已登记在别的在册人口名下" in answer.content.decode()


def test_incomes_are_added_up_by_the_house(client_of: Any, home: Household) -> None:
    client = client_of("village")
    with unit(system()):
        income = HouseholdIncome.objects.get(household=home)
    path = f"/households/incomes/{income.pk}/change/"
    assert (
        client.post(
            path, {**_form(client, path), "wage": "8000", "production_cost": "1000", "reason": "补录务工收入"}
        ).status_code
        == 302
    )
    assert (_fresh(income).net, _fresh(income).per_capita) == (7000, 3500)
    file = client.get(f"/households/{home.pk}/").content.decode()
    assert "当年扶贫标准" in file
    assert "低于" in file  # 3,500 yuan a head against the line of 2025
    new = f"/households/{home.pk}/incomes/new/"
    data = _form(client, new)
    assert client.post(new, {**data, "wage": "5000", "reason": "年度采集"}).status_code == 422  # 2025 stands already
    answer = client.post(new, {**data, "year": "2024", "wage": "5000", "reason": "年度采集"})
    assert answer.status_code == 302, answer.content.decode()


def test_confirming_makes_the_file_fresh(client_of: Any, home: Household) -> None:
    client = client_of("village")
    assert client.post(f"/households/{home.pk}/confirm/", {"how": "入户核实"}).status_code == 302
    assert _fresh(home).confirmed_how == "入户核实"


@pytest.mark.parametrize("who", ["leader", "inspector", "neighbour"])
def test_who_may_not_change_is_refused(client_of: Any, home: Household, who: str) -> None:
    answer = client_of(who).post(f"/households/{home.pk}/change/dwelling/", {"house_grade": "a", "reason": "试一试"})
    assert answer.status_code in (403, 404)
    assert _fresh(home).house_grade == "c"


def test_full_numbers_need_a_reason_and_leave_a_trace(client_of: Any, home: Household) -> None:
    client = client_of("county")
    path = f"/households/{home.pk}/reveal/"
    assert client.post(path, {"reason": ""}).status_code == 422
    page = client.post(path, {"reason": "核对银行账户"}).content.decode()
    with unit(system()):
        person = Person.objects.get(household=home, relation="head")
        assert person.id_number in page
        assert "13912345678" in page
        assert Reading.objects.filter(person_id=person.pk, reason="核对银行账户").exclude(in_full="").exists()
        assert Act.objects.filter(name="personal.reveal", reason="核对银行账户").count() == 1
    assert client_of("inspector").post(path, {"reason": "看看"}).status_code == 403


def test_export_masks_unless_a_reason_is_given(client_of: Any, home: Household) -> None:
    client = client_of("county")
    masked = _exported(client, {"sheet": "persons", "form": "csv"})
    full = _exported(client, {"sheet": "persons", "form": "csv", "in_full": "on", "reason": "报送医保局核对"})
    assert client.post("/households/export/", {"sheet": "persons", "form": "csv", "in_full": "on"}).status_code == 422
    with unit(system()):
        number = Person.objects.get(household=home, relation="head").id_number
        assert Reading.objects.filter(page="registry.export", rows=2, reason="报送医保局核对").exists()
    assert number not in masked
    assert "钟秀英" in masked
    assert number in full


def _exported(client: Client, data: dict[str, str]) -> str:
    answer = client.post("/households/export/?q=zxy", data)
    assert answer.status_code == 302, answer.content.decode()
    run = run_here(Run.objects.order_by("-id").first())  # type: ignore[arg-type]
    assert (run.done, run.percent) == (run.total, 100)
    assert run.status == Run.Status.DONE, run.error
    body = client.get(f"/files/{run.file_id}/")
    return b"".join(body.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_a_village_and_a_county_have_profiles(client_of: Any, home: Household) -> None:
    client = client_of("county")
    page = client.get(f"/villages/{VILLAGE}/").content.decode()
    assert "在册户数" in page
    assert "住房不安全" in page
    assert client.get("/counties/360732000000/").status_code == 200
    assert "cause=illness" in page  # households by main cause and by kind lead to the list
    assert "household_type=" in page
    assert client.get("/villages/360732000000/").status_code == 404
    assert client_of("neighbour").get(f"/villages/{VILLAGE}/").status_code == 404


def test_an_import_goes_through_the_pages(client_of: Any, tmp_path: Path) -> None:
    client = client_of("county")
    files = write_files(
        tmp_path, households=[household_row("H1"), household_row("H2", size="0")], persons=[person_row()]
    )
    handles = [path.open("rb") for path, _ in files]
    answer = client.post("/imports/new/", {"sources": handles})
    assert answer.status_code == 302, answer.content.decode()
    for handle in handles:
        handle.close()
    _work()
    page = client.get(answer["Location"]).content.decode()
    assert "家庭人口应不少于 1" in page
    assert "导入通过的行" in page
    with unit(system()):
        made = Import.objects.get()
    assert client.post(f"/imports/{made.pk}/confirm/").status_code == 302
    _work()
    assert "已导入" in client.get(f"/imports/{made.pk}/").content.decode()
    with unit(system()):
        assert Household.objects.get().number == "H1"
    assert client.post(f"/imports/{made.pk}/confirm/").status_code == 409
    assert client_of("neighbour").get(f"/imports/{made.pk}/").status_code == 404


def _work() -> None:
    for run in Run.objects.filter(status=Run.Status.WAITING).order_by("id"):
        if run.kind.startswith("registry."):
            run_here(run)


def test_the_template_is_made_for_the_area(client_of: Any) -> None:
    answer = client_of("township").get(reverse("registry:import_template"))
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert client_of("township").get(reverse("registry:import_template"), {"division": "360731"}).status_code == 404


def test_the_file_leads_to_the_procedures_of_the_household(client_of: Any, home: Household) -> None:
    path = f"/cases/new/household.exit/{home.pk}/"
    assert path in client_of("village").get(f"/households/{home.pk}/").content.decode()
    assert path not in client_of("county").get(f"/households/{home.pk}/").content.decode()
    assert client_of("village").get(path).status_code == 200
