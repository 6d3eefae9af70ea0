"""A household leaves the register: what stands against it, where that is put right, and the exit of a village at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast, client_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.procedures import services as procedures
from zerentian.procedures.models import Case, CaseNotice
from zerentian.procedures.rules.definition import StepEntry
from zerentian.procedures.tests import factories as f
from zerentian.registry.models import Household, HouseholdIncome
from zerentian.registry.services import corrections
from zerentian.registry.tests.factories import make_household

pytestmark = pytest.mark.django_db
FIRM = {"food_secured": True, "clothing_secured": True}
KIND = "household.exit"


def risen(**fields: Any) -> Household:
    """A poor household whose income of last year stands above every line."""
    home = make_household(VILLAGES[0], **{**FIRM, **fields})
    year = timezone.localdate().year - 1
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=home).update(
            year=year, period_from=date(year, 1, 1), period_to=date(year, 12, 31), wage=Decimal(90_000),
            net=Decimal(90_000), per_capita=Decimal(90_000) / home.size,
        )  # fmt: skip
    return home


def fresh(row: Any) -> Any:
    with unit(system()):
        return type(row).objects.get(pk=row.pk)


def at(step: str, home: Household) -> Case:
    return f.at(step, KIND, subject_id=home.pk)


def test_an_exit_that_is_withdrawn_leaves_no_mark() -> None:
    home = risen()
    case = at("help", home)
    assert fresh(home).status == "pre_exit"
    procedures.withdraw(case_id=case.pk, reason="户主要求缓一年", by=actor_of_cast("village"))
    assert (fresh(case).state, fresh(home).status) == ("withdrawn", "poor")


def test_an_unsafe_house_stands_against_the_exit_until_it_is_put_right() -> None:
    home = risen(head_name="谢福生", house_grade="d")
    case = f.prepared(at("verification", home))
    why = "住房鉴定为 D 级危房，且没有改造完成（责任制第十六条；厅字〔2016〕16 号）"
    assert fresh(home).status == "pre_exit"
    page = client_of_cast("township").get(f"/cases/{case.pk}/").content.decode()
    assert page.count(why) == 2  # at the outcome, and in the list of what to put right
    assert f'<a href="/households/{home.pk}/change/dwelling/#id_house_grade">' in page
    assert "/change/dwelling/" not in client_of_cast("inspector").get(f"/cases/{case.pk}/").content.decode()
    with pytest.raises(Refused, match="D 级危房"):
        f.decided(case)
    corrections.correct_household(
        household_id=home.pk, version=corrections.version_of(fresh(home)), reason="危房改造验收",
        changes={"house_repaired_on": timezone.localdate()}, by=actor_of_cast("village"),
    )  # fmt: skip
    assert f.decided(case).step == "signature"


def test_what_nobody_recorded_is_asked_for_from_the_first_step_on() -> None:
    home = risen(food_secured=None, clothing_secured=None)
    case = at("initial", home)
    client = client_of_cast("village")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    link = f"/households/{home.pk}/change/guarantee/"
    assert f"{link}#id_food_secured" in page
    form = {"food_secured": "true", "clothing_secured": "true", "reason": "入户核实"}
    form["version"] = corrections.version_of(fresh(home))
    assert client.post(link, form).status_code == 302
    assert link not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_household_below_the_line_stays_when_it_does_not_meet_the_standard() -> None:
    home = make_household(VILLAGES[0], **FIRM)
    case = at("verification", home)
    case = f.decided(case, "not_met", reason="收入没有超过标准")
    assert (case.result, fresh(home).status) == ("stays", "poor")


def decide_all(cases: list[Case], step: StepEntry) -> list[Any]:
    """The step of all cases at once, its papers given and its notice over."""
    by, ids = actor_of_cast(step.by.level), [case.pk for case in cases]
    for paper in step.evidence:
        procedures.attach_many(case_ids=ids, kind=paper.kind, source=f.PAPER, name="a.pdf", by=by)
    if step.notice:
        with unit(system()), acting("test.notice", by=system(), reason="测试"):
            for case in Case.objects.filter(pk__in=ids):
                CaseNotice.objects.create(
                    case=case, division=case.division, step=step.id, turn=case.turn, kind=step.notice.kind,
                    subject=f"case:{case.pk}", asked_on=case.step_since, published_on=case.step_since,
                    until=date(2016, 12, 31), ended_on=case.step_since,
                )  # fmt: skip
    vote = f.CARRIED if step.meeting else None
    return procedures.decide_many(case_ids=ids, outcome=step.outcomes[0].id, form=f.form_of(step), vote=vote, by=by)


def test_a_village_leaves_at_once_and_who_falls_short_is_left_behind() -> None:
    homes = [risen(head_name=name) for name in ("钟文华", "刘桂英", "赖小明")]
    unsafe = risen(head_name="谢福生", house_grade="c")
    with unit(system()):
        subjects = [(home.pk, home.head_name, home.division) for home in (*homes, unsafe)]
    opened = procedures.open_many(kind=KIND, subjects=subjects, by=actor_of_cast("village"))
    with unit(system()):
        cases = list(Case.objects.filter(pk__in=[one.case_id for one in opened]).select_related("definition"))
    for step in f.queries.definition(cases[0].definition_id).steps:
        decided = decide_all(cases, step)
        left = [one for one in decided if not one.done]
        if step.id == "verification":
            assert ["C 级危房" in one.why for one in left] == [True]
        else:
            assert not left, left[0].why
        cases = [case for case in cases if case.pk in {one.case_id for one in decided if one.done}]
    assert [fresh(home).status for home in homes] == ["exited"] * 3
    assert fresh(homes[0]).exited_on == timezone.localdate()
    assert fresh(unsafe).status == "pre_exit"


def test_the_village_chooses_its_initial_list_on_one_page() -> None:
    ready, unsafe = risen(head_name="钟文华"), risen(head_name="谢福生", house_grade="c")
    village = client_of_cast("village")
    page = village.get("/households/exits/").content.decode()
    assert "有 1 户达到退出标准" in page
    assert "住房：住房鉴定为 C 级危房" in page
    assert village.post("/households/exits/").status_code == 422
    answer = village.post("/households/exits/", {"household": [ready.pk, unsafe.pk]}, follow=True)
    assert "已列入 2 户" in answer.content.decode()
    with unit(system()):
        ids = list(Case.objects.filter(kind=KIND).order_by("id").values_list("pk", flat=True))
    assert len(ids) == 2
    assert "没有可以列入的户" in village.get("/households/exits/").content.decode()


def test_one_notice_is_composed_for_the_cases_of_a_list() -> None:
    cases = [at("notice", risen(head_name=name)) for name in ("钟文华", "刘桂英")]
    ids = [case.pk for case in cases]
    village = client_of_cast("village")
    query = "&".join(f"case={pk}" for pk in ids)
    page = village.get(f"/cases/notice/?{query}").content.decode()
    assert "钟文华、刘桂英" in page
    assert all(f'name="case" value="{pk}"' in page for pk in ids)
    answer = village.post("/cases/notice/", {"case": ids, "office": "潋江镇扶贫工作站", "phone": "0797-5312345"})
    assert answer.status_code == 302
    with unit(system()):
        assert len(set(CaseNotice.objects.filter(case__in=ids, step="notice").values_list("notice_id", flat=True))) == 1
