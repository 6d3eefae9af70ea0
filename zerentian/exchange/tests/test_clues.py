"""A clue from hand to hand: desks, escalation, lists, the case it opens, the department's answer and the way back."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast, user_of
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, ClueStep, Reply
from zerentian.exchange.services.cases import doubts_standing
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, raised, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.procedures.models import Case
from zerentian.procedures.rules.plugs import CaseSummary, judged
from zerentian.procedures.services import today_of
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
SAID = {"conclusion": "wrong_data", "statement": "本人从未买车，派出所查询为同名登记"}


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return str(answer.content.decode())


def todo(name: str) -> str:
    """What stands on the person's page of today."""
    by = actor_of_cast(name)
    with unit(by):
        return "\n".join(line for line, _url in today_of(by, timezone.localdate()))


def raised_many(count: int, first: int = 0) -> list[Clue]:
    """So many households of the first village with a car each, other ones for another `first`."""
    lines = ""
    for n in range(first, first + count):
        number = identity(date(1970, 1, 1 + n), serial=20 + n)
        with unit(system()):
            make_person(make_household(), id_number=number, name=f"村民{n}")
        lines += row(f"赣B{n:05d}", number, price=str(10_000 * (n + 1)))
    delivered(HEAD + lines)
    matched()
    with unit(system()):
        return list(Clue.objects.order_by("id"))


def answered(clue: Clue, conclusion: str = "wrong_data", by: str = "village", settle: str = "township") -> Clue:
    services.answer_clue(clue_id=clue.pk, conclusion=conclusion, statement=SAID["statement"], by=actor_of_cast(by))
    services.settle_clue(clue_id=clue.pk, by=actor_of_cast(settle), note="请核对车主证件号码")
    with unit(system()):
        clue.refresh_from_db()
    return clue


def test_persons_and_hits_are_counted_apart_and_a_second_run_adds_nothing() -> None:
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="王小明")
    delivered(
        HEAD
        + row("赣B1", NUMBER)
        + row("赣B2", NUMBER, price="90000")
        + row("赣B3", NUMBER, kind="重型货车", price="95000")
    )
    first, second = matched(), matched()
    assert (first.counts["raised"], first.counts["hits"], second.counts.get("raised", 0)) == (2, 3, 0)
    with unit(system()):
        whole = queries.whole(system().scope, timezone.localdate())
        assert (whole.clues, whole.persons, ClueStep.objects.count()) == (2, 1, 0)


def test_a_late_clue_goes_up_until_the_county_and_its_superior_sees_it() -> None:
    clue = raised()
    with unit(system()), acting("test.late", by=system(), reason="测试"):
        Clue.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    with unit(system()):
        assert services.escalate_clues(by=system()) == 1
        assert services.escalate_clues(by=system(), on=timezone.localdate() + timedelta(days=7)) == 0
    assert "升级的线索 1 条" in todo("township")
    assert "下级逾期未核实线索 1 条" in todo("county")
    assert "待核实比对线索" not in todo("village")
    with unit(system()):
        assert services.escalate_clues(by=system(), on=timezone.localdate() + timedelta(days=8)) == 1
        assert services.escalate_clues(by=system(), on=timezone.localdate() + timedelta(days=99)) == 0
        assert Clue.objects.get(pk=clue.pk).holder == "county"
    assert "下级逾期未核实线索 1 条" in todo("city")


def test_what_the_township_is_asked_first_the_village_reads_once_it_is_handed_down(client_of: Any) -> None:
    clue = raised()
    with unit(system()), acting("test.clue", by=system(), reason="测试"):
        Clue.objects.update(rule="custody.punished", source="custody", holder="township")
    village, township = client_of("village"), client_of("township")
    assert village.get(f"/clues/{clue.pk}/").status_code == 404
    assert village.post(f"/clues/{clue.pk}/answer/", SAID).status_code == 404
    assert f"/clues/{clue.pk}/" not in text(village.get("/clues/"))
    assert f"/clues/{clue.pk}/" in text(township.get("/clues/"))
    with unit(system()):
        ((told,),) = doubts_standing(households=[clue.household_id], on=timezone.localdate()).values()
    assert told == "与部门数据的比对还没有得出没有疑点的结论，请等比对结果"
    down = {"to": "village", "reason": "请村里入户看一看"}
    assert township.post(f"/clues/{clue.pk}/hand-over/", down).status_code == 302
    assert "待核实比对线索 1 条" in todo("village")
    assert village.get(f"/clues/{clue.pk}/").status_code == 200


def test_a_clue_is_handed_to_a_desk_or_a_person_with_the_reason(client_of: Any) -> None:
    clue, keeper = raised(), user_of("township")
    village = client_of("village")
    assert "测township" in text(village.get(f"/clues/{clue.pk}/hand-over/"))
    assert village.post(f"/clues/{clue.pk}/hand-over/", {"to": "county", "reason": "不在本村"}).status_code == 422
    sent = village.post(f"/clues/{clue.pk}/hand-over/", {"to": f"user:{keeper.pk}", "reason": "户主长期在镇上居住"})
    assert sent.status_code == 302
    assert "待核实比对线索 1 条" in todo("township")
    assert "待核实比对线索" not in todo("village")
    with unit(system()):
        assert Clue.objects.get().keeper_id == keeper.pk
        assert ClueStep.objects.filter(kind="handed", statement__contains="户主长期在镇上居住").count() == 1
    assert (
        client_of("township")
        .post(f"/clues/{clue.pk}/hand-over/", {"to": "village", "reason": "村里更清楚"})
        .status_code
        == 302
    )
    assert "待核实比对线索 1 条" in todo("village")


def test_ticked_clues_are_answered_and_settled_at_once_each_with_its_record(client_of: Any) -> None:
    clues, village = raised_many(3), client_of("village")
    ids = [one.pk for one in clues]
    assert "批量核实勾选的线索" in text(village.get("/clues/?desk=mine"))
    assert "村民1" in text(village.get("/clues/answer/", {"clue": ids}))
    half = village.post("/clues/answer/", {"clue": ids, "sent": "1", "conclusion": "explained"})
    assert (half.status_code, half.content.decode().count("请写明核实情况")) == (422, 6)
    own = {f"conclusion_{ids[1]}": "confirmed", f"statement_{ids[1]}": "确有一辆轿车在用"}
    sent = village.post(
        "/clues/answer/",
        {"clue": ids, "sent": "1", "conclusion": "explained", "statement": "车为残疾人代步车", **own},
        follow=True,
    )
    assert "已核实 3 条" in text(sent)
    with unit(system()):
        found = list(Clue.objects.order_by("id").values_list("conclusion", "statement"))
        assert ClueStep.objects.filter(kind="answered").count() == 3
    assert found[1] == ("confirmed", "确有一辆轿车在用")
    assert found[0] == found[2] == ("explained", "车为残疾人代步车")
    township = client_of("township")
    assert "审定勾选的线索" in text(township.get("/clues/?desk=settle"))
    services.return_clue(clue_id=ids[0], reason="照片不清楚", by=actor_of_cast("township"))
    done = text(township.post("/clues/settle/", {"clue": ids}, follow=True))
    assert "已审定 2 条" in done
    assert "刚被别人办理过" in done
    assert village.post("/clues/settle/", {"clue": ids}).status_code == 403
    assert village.get("/clues/answer/").status_code == 422


def test_a_list_leaves_out_what_lies_elsewhere() -> None:
    clue = raised()
    done = services.answer_many(answers=[services.Answer(clue.pk, **SAID)], by=actor_of_cast("village2"))
    assert [one.why for one in done] == ["没有这条线索，或它不在您的管辖范围内"]
    with pytest.raises(Outrun):
        services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"))


def test_a_true_clue_opens_the_case_that_fits_and_both_name_each_other(client_of: Any) -> None:
    clue, township = raised(), client_of("township")
    services.answer_clue(
        clue_id=clue.pk, conclusion="confirmed", statement="确有一辆轿车在用", by=actor_of_cast("village")
    )
    assert "审定并启动程序" in text(township.get(f"/clues/{clue.pk}/"))
    page = text(township.post(f"/clues/{clue.pk}/settle/", {"begin": "1"}, follow=True))
    assert "错评清退" in page
    assert "家庭成员名下有小轿车" in page
    assert "确有一辆轿车在用" in page
    with unit(system()):
        case = Case.objects.get()
        clue.refresh_from_db()
    assert (case.kind, clue.case_id) == ("household.removal", case.pk)
    assert f"/cases/{case.pk}/" in text(township.get(f"/clues/{clue.pk}/"))
    assert township.post(f"/clues/{clue.pk}/case/").status_code == 409


def test_a_second_true_clue_joins_the_case_that_is_under_way() -> None:
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="王小明")
    delivered(HEAD + row("赣B1", NUMBER) + row("赣B3", NUMBER, kind="重型货车", price="95000"))
    matched()
    with unit(system()):
        clues = list(Clue.objects.order_by("id"))
    cases = {
        services.open_case_of_clue(clue_id=answered(one, "confirmed").pk, by=actor_of_cast("township")).pk
        for one in clues
    }
    assert len(cases) == 1
    with pytest.raises(Refused, match="已经启动"):
        services.open_case_of_clue(clue_id=clues[0].pk, by=actor_of_cast("township"))


def test_an_unsettled_doubt_stands_against_a_clear_comparison() -> None:
    clue = raised()
    case = CaseSummary(
        1,
        "household.identification",
        "2014",
        clue.division,
        "household",
        clue.household_id,
        "王",
        "comparison",
        date(2026, 1, 1),
    )

    def reasons() -> str:
        with unit(system()):
            found = judged("household.comparison_clear", case=case, parameters={}, on=timezone.localdate())
        return "；".join(map(str, found.reasons))

    assert "“家庭成员名下有小轿车”还没有办结" in reasons()
    answered(clue, "confirmed")
    assert "经核实属实" in reasons()
    services.reopen_clue(clue_id=clue.pk, reason="车已报废", by=actor_of_cast("township"))
    answered(clue, "changed")
    assert reasons() == ""


def test_what_the_department_answers_comes_back_to_the_village(client_of: Any) -> None:
    clue = answered(raised())
    with unit(system()):
        reply = Reply.objects.get()
    assert (reply.state, reply.note) == ("open", "请核对车主证件号码")
    services.answer_reply(reply_id=reply.pk, corrected=False, answer="车管所档案核对无误", by=actor_of_cast("province"))
    assert "部门已答复的线索 1 条" in todo("village")
    assert "部门坚持原数据的线索 1 条" in todo("township")
    assert "车管所档案核对无误" in text(client_of("village").get(f"/clues/{clue.pk}/"))
    again = client_of("township").post(f"/clues/{clue.pk}/reopen/", {"reason": "部门坚持，请再核对"})
    assert again.status_code == 302
    assert "待核实比对线索 1 条" in todo("village")
    answered(clue)
    with unit(system()):
        reply.refresh_from_db()
    assert (reply.state, reply.answer) == ("open", "")


def test_the_page_marks_what_differs_and_what_changed(client_of: Any) -> None:
    clue = raised()
    delivered(HEAD + row("赣B12345", NUMBER, price="60000"), period="2026-Q4")
    assert matched().counts["reopened"] == 0
    page = text(client_of("village").get(f"/clues/{clue.pk}/"))
    for shown in (
        "有变化",
        "80,000",
        "60,000",
        "最近一次比对中已没有",
        "按证件号码比对上",
        "先确认是不是本人",
        "问清以后这样选结论",
    ):
        assert shown in page
    assert NUMBER not in page


def test_lists_are_found_sorted_and_narrowed(client_of: Any) -> None:
    clues, county = raised_many(2), client_of("county")
    page = text(county.get("/clues/?text=村民1&sort=-due"))
    assert "村民1" in page
    assert "村民0" not in page
    assert "村民0" in text(county.get(f"/clues/?household={clues[0].household_id}&source=vehicles"))
    assert "没有这样的线索" in text(county.get("/clues/?text=查无此人"))
    answered(clues[0], "explained")
    figures = text(county.get("/clues/figures/?source=vehicles"))
    assert "办结天数" in figures
    assert county.get("/clues/figures/?as=xlsx")["Content-Type"].startswith("application/vnd.openxml")
    with unit(system()):
        (tally,) = queries.tallies(system().scope, "rule", timezone.localdate())
        assert (tally.clues, tally.explained, tally.days, tally.true_share) == (2, 1, 0.0, 0.0)
        assert [one.clues for one in queries.places(system().scope, 360732100000, timezone.localdate())] == [2]


def test_papers_of_a_clue_that_the_township_is_asked_first_are_not_the_villages(client_of: Any) -> None:
    clue = raised()
    with unit(system()), acting("test.keep", by=system(), reason="测试"):
        Clue.objects.filter(pk=clue.pk).update(rule="petitions.proved", source="petitions", holder="township")
    said = {"conclusion": "confirmed", "statement": "信访局书面答复属实"}
    services.answer_clue(
        clue_id=clue.pk, by=actor_of_cast("township"), photos=[BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(20))], **said
    )
    with unit(system()):
        (paper,) = ClueStep.objects.get(clue=clue, kind="answered").files
    here = f"/files/{paper}/"
    assert [client_of(who).get(here).status_code for who in ("village", "grid_keeper")] == [404, 404]
    assert [client_of(who).get(here).status_code for who in ("township", "county", "leader")] == [200, 200, 200]
