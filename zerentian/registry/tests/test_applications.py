"""A household applies: its pages, where it counts (nowhere), and the whole way through the real procedure."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, VILLAGES, actor_of_cast, client_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.scope import Scope
from zerentian.procedures import services as procedures
from zerentian.procedures.models import Case
from zerentian.procedures.tests import factories as f
from zerentian.registry import queries
from zerentian.registry.models import Household, ImportProblem, Person, QualityScore, QualityTally
from zerentian.registry.services import applications, begin_import, changes, check_here, quality
from zerentian.registry.tests.factories import (
    household_row,
    identity,
    make_household,
    make_person,
    write_files,
)

pytestmark = pytest.mark.django_db
HEAD = {"name": "钟文华", "natural_village": "第一村民小组", "household_type": "ordinary", "cause": "illness"}
LIVING = {"house_grade": "c", "water_safe": True, "food_secured": True, "clothing_secured": False}


def fresh(row: Any) -> Any:
    with unit(system()):
        return type(row).objects.get(pk=row.pk)


def applicant(**more: Any) -> Household:
    """An applicant with everything that the hand-in asks for."""
    by = actor_of_cast("village")
    home = applications.begin_application(
        facts={"natural_village": "第一村民小组", "household_type": "ordinary", "cause": "illness"},
        head={"name": "钟文华", "id_number": identity(), "health": "chronic_illness", "has_resident_medical": True, **more},
        by=by,
    )  # fmt: skip
    applications.describe_applicant(household_id=home.pk, facts=LIVING, by=by)
    year = timezone.localdate().year - 1
    applications.record_applicant_income(household_id=home.pk, facts={"year": year, "wage": 2100}, by=by)
    return fresh(home)


def submitted() -> tuple[Household, Case]:
    home = applicant()
    return home, applications.submit_application(household_id=home.pk, by=actor_of_cast("village"))


# --- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def village(db: None) -> Client:
    return client_of_cast("village")


def test_everything_wrong_on_the_first_page_is_said_at_once(village: Client) -> None:
    wrong = {**HEAD, "name": "", "id_number": "36073219800501001", "cause": ""}
    page = village.post("/households/applications/new/", wrong)
    assert page.status_code == 422
    text = page.content.decode()
    assert "应为 18 位" in text
    assert text.count("invalid-feedback") >= 3 or text.count("is-invalid") >= 3
    assert "36073219800501001" in text


def test_an_officer_of_the_village_takes_an_applicant_down_page_by_page(village: Client) -> None:
    number = identity(date(1980, 5, 1), male=False)
    answer = village.post("/households/applications/new/", {**HEAD, "id_number": number, "phone": "13912345678"})
    with unit(system()):
        home = Household.objects.get(head_name="钟文华")
        head = Person.objects.get(household=home)
    hub = f"/households/{home.pk}/application/"
    assert answer.headers["Location"] == hub
    assert (home.number, home.status, home.phone) == (f"{VILLAGES[0]}S0001", "applying", "13912345678")
    assert (head.relation, head.sex, head.birth_on) == ("head", "female", date(1980, 5, 1))
    page = village.get(hub).content.decode()
    assert "没有填健康状况" in page
    assert "填齐后，才能提交" in page
    village.post(f"/households/persons/{head.pk}/application/", {"name": "钟文华", "health": "chronic_illness"})
    member = {
        "name": "钟小宝",
        "relation": "son",
        "id_number": identity(date(2012, 3, 1)),
        "health": "healthy",
        "another": "1",
    }
    answer = village.post(f"{hub}members/new/", member)
    assert answer.headers["Location"] == f"{hub}members/new/"
    village.post(f"{hub}income/", {"year": timezone.localdate().year - 1, "wage": "6000", "production_cost": "200"})
    village.post(f"{hub}dwelling/", {"house_grade": "d", "water_safe": "true"})
    village.post(f"{hub}guarantee/", {"food_secured": "true", "clothing_secured": "true"})
    home = fresh(home)
    assert (home.size, home.house_grade, home.food_secured) == (2, "d", True)
    page = village.get(hub).content.decode()
    assert "2,900.00" in page
    answer = village.post(f"{hub}submit/")
    with unit(system()):
        case = Case.objects.get(subject_id=home.pk)
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    page = village.get(f"/households/{home.pk}/").content.decode()
    assert "申请中" in page
    assert f"/cases/{case.pk}/" in page
    assert "正在办理" in village.get(hub).content.decode()
    assert village.post(f"{hub}dwelling/", {"house_grade": "a", "water_safe": "true"}).status_code == 422


def test_nothing_typed_is_lost_when_a_page_is_refused(village: Client) -> None:
    wrong = "360732198005010021"
    answer = village.post("/households/applications/new/", {**HEAD, "id_number": wrong, "address": "上屋 3 号"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "证件号码" in page
    assert all(typed in page for typed in (wrong, "上屋 3 号", "第一村民小组", "钟文华"))
    with unit(system()):
        assert not Household.objects.exists()


@pytest.mark.parametrize("who", ["county", "township", "grid_keeper", "inspector"])
def test_only_the_village_takes_applicants_down(who: str) -> None:
    assert client_of_cast(who).get("/households/applications/new/").status_code == 403
    with pytest.raises(Denied):
        applications.begin_application(facts={}, head={"name": "钟文华"}, by=actor_of_cast(who))


def test_the_list_shows_the_applicants_of_the_scope_with_their_cases() -> None:
    home, case = submitted()
    page = client_of_cast("township").get("/households/applications/").content.decode()
    assert f"/households/{home.pk}/application/" in page
    assert f"/cases/{case.pk}/" in page
    assert (
        f"/households/{home.pk}/" not in client_of_cast("neighbour").get("/households/applications/").content.decode()
    )


def test_somebody_stands_in_one_household_at_a_time() -> None:
    number = identity()
    poor = make_household(VILLAGES[0], head_name="赖大明")
    make_person(poor, name="赖小明", id_number=number)
    with pytest.raises(Refused, match=f"赖大明户（{poor.number}）.*先在那一户办理"):
        applicant(id_number=number)
    elsewhere = identity()
    make_person(make_household(VILLAGES[2], head_name="邱红"), name="邱小红", id_number=elsewhere)
    with pytest.raises(Refused, match="兴国县江背镇.*的一户") as refused:
        applicant(id_number=elsewhere)
    assert "邱" not in str(refused.value)


def test_whoever_applied_before_goes_on_with_his_application() -> None:
    number = identity()
    first = applicant(id_number=number)
    with pytest.raises(Refused, match=f"已在申请户 .*（{first.number}）；请在那一户的申请上继续办理"):
        applicant(id_number=number)


def test_a_member_who_was_typed_in_by_mistake_is_dropped_and_stays_on_file() -> None:
    home, by = applicant(), actor_of_cast("village")
    person = applications.add_applicant(
        household_id=home.pk, facts={"name": "钟小宝", "relation": "son", "sex": "male", "health": "healthy"}, by=by
    )
    assert fresh(home).size == 2
    applications.drop_member(person_id=person.pk, reason="不是本户", by=by)
    assert (fresh(home).size, fresh(person).left_on) == (1, timezone.localdate())


def test_a_file_does_not_put_an_applicant_on_the_register(tmp_path: Path) -> None:
    home, county = applicant(), actor_of_cast("county")
    files = write_files(tmp_path, households=[household_row(home.number, head_name="钟文华")])
    made = begin_import(files=files, division=COUNTY, by=county, here=True)
    check_here(import_id=made.pk, by=county)
    with unit(county):
        problem = ImportProblem.objects.get(import_id=made.pk, stops=True)
    assert "申请户经识别程序登记入册" in str(problem.todo)


# --- nowhere counted --------------------------------------------------------------------------------


def figures() -> dict[str, Any]:
    """What the register says of the county, on every way that counts."""
    today, everywhere = timezone.localdate(), Scope.everywhere()
    quality.check(COUNTY, today)
    profile = queries.profile(COUNTY, everywhere, today)
    found: dict[str, Any] = {
        "households": profile.households, "persons": profile.persons, "structure": profile.structure,
        "causes": profile.by_cause, "problems": profile.problems,
        "list": queries.count_of(queries.households(everywhere, queries.Wanted())),
        "divisions": queries.counts_by_division([COUNTY]),
        "quality": list(QualityTally.objects.order_by("rule").values_list("rule", "found")),
        "score": list(QualityScore.objects.values_list("completeness_checks", "validity_checks", "timeliness_checks")),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for view in ("household", "person", "household_income"):
            cursor.execute(f"select count(*) from facts.{view}")
            found[view] = cursor.fetchone()[0]
    return found


def test_no_figure_moves_when_somebody_applies_or_is_refused() -> None:
    make_household(VILLAGES[0], house_grade="c", members=2)
    with unit(system()):
        before = figures()
    home, case = submitted()
    with unit(system()):
        assert figures() == before
    f.decided(f.decided(case), "refused", reason="收入超过标准")
    assert fresh(home).status == "not_identified"
    with unit(system()):
        assert figures() == before
        assert not fresh(home).is_in_register


# --- the whole way ----------------------------------------------------------------------------------


def test_from_the_application_to_the_register_under_the_real_conditions() -> None:
    home, case = submitted()
    while case.state != "closed":
        case = f.decided(case)
    home = fresh(home)
    assert (case.result, home.status, home.identified_on) == ("identified", "poor", case.closed_on)
    assert home.is_in_register
    with unit(system()):
        assert Person.objects.get(household=home).identified_on == case.closed_on
    with pytest.raises(Refused, match="不是申请户"):
        applications.describe_applicant(household_id=home.pk, facts={"house_grade": "a"}, by=actor_of_cast("village"))


def test_the_meeting_refuses_and_the_applicant_is_told_why_and_may_apply_again(village: Client) -> None:
    home, case = submitted()
    case = f.decided(f.decided(case), "refused", reason="家中有小汽车，收入超过标准")
    assert (case.result, fresh(home).status) == ("refused", "not_identified")
    page = village.get(f"/households/{home.pk}/application/").content.decode()
    assert "家中有小汽车，收入超过标准" in page
    assert "再次提交申请" in page
    again = applications.submit_application(household_id=home.pk, by=actor_of_cast("village"))
    assert (again.pk != case.pk, fresh(home).status) == (True, "applying")


def test_a_withdrawn_application_is_changed_and_handed_in_again() -> None:
    home, case = submitted()
    by = actor_of_cast("village")
    with pytest.raises(Refused, match="申请已经提交"):
        applications.end_application(household_id=home.pk, reason="外出务工", by=by)
    procedures.withdraw(case_id=case.pk, reason="收入漏填", by=by)
    applications.record_applicant_income(
        household_id=home.pk, facts={"year": timezone.localdate().year - 1, "wage": 2500}, by=by
    )
    assert applications.submit_application(household_id=home.pk, by=by).pk != case.pk


def test_a_household_gives_its_application_up() -> None:
    home = applicant()
    applications.end_application(household_id=home.pk, reason="外出务工", by=actor_of_cast("village"))
    assert fresh(home).status == "not_identified"


def test_doubts_of_the_comparison_send_the_case_back_to_the_meeting() -> None:
    home, _case = submitted()
    by = actor_of_cast("village")
    with unit(system()):
        case = Case.objects.get(subject_id=home.pk)
    while f.fresh(case).step != "comparison":
        case = f.decided(case)
    changes.add_member(
        household_id=home.pk, kind="moved_in", joined_on=timezone.localdate(), reason="随迁", by=by,
        facts={"name": "钟小妹", "relation": "daughter", "sex": "female", "birth_on": date(2015, 1, 1), "document_type": "none",
               "document_note": "未办理", "health": "healthy"},
    )  # fmt: skip
    with pytest.raises(Refused, match="钟小妹 没有有效的证件号码"):
        f.decided(case)
    case = f.decided(case, "doubtful", reason="一人没有证件，请核实后重新评议")
    assert (case.step, case.state, fresh(home).status) == ("review", "open", "applying")


def test_who_earns_above_the_line_and_lacks_nothing_is_not_approved() -> None:
    home, case = submitted()
    while f.fresh(case).step != "county":
        case = f.decided(case)
    with unit(system()), acting("test.better_off", by=system(), reason="测试"):
        Household.objects.filter(pk=home.pk).update(house_grade="a", clothing_secured=True)
        home.incomes.update(per_capita=99_000)
    with pytest.raises(Refused, match="不低于标准"):
        f.decided(case)
    procedures.send_back(case_id=case.pk, to="township", reason="收入有误", by=actor_of_cast("county"))
    assert f.fresh(case).step == "township"
