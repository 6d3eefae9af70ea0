"""Cases through their acts: every step by its own hand, once, with everything that the definition asks for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied, Outrun, Refused
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case, CaseNotice, CaseObjection, Definition
from zerentian.procedures.rules.given import Vote
from zerentian.procedures.rules.replay import replay
from zerentian.procedures.services.objections import objection_made
from zerentian.procedures.tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world() -> Iterator[f.World]:
    with f.plugged() as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "result", "effects"),
    [
        ("household.identification", "identified", ["household.identified"]),
        ("household.exit", "exited", ["household.pre_exit", "household.exited"]),
    ],
)
def test_a_case_goes_from_hand_to_hand_to_its_end(kind: str, result: str, effects: list[str], world: f.World) -> None:
    case = f.opened(kind)
    while case.state == "open":
        case = f.decided(case)
    assert (case.state, case.result, case.closed_on) == ("closed", result, timezone.localdate())
    assert world.done == [(name, case.pk) for name in effects]
    with unit(system()):
        place = replay(queries.definition(case.definition_id), queries.happened(case))
        papers = queries.checklist(case, queries.definition(case.definition_id), f.records(case))
    assert (place.step, place.state, place.result) == (case.step, case.state, case.result)
    assert papers
    assert all(paper.is_complete for paper in papers)


def test_only_the_step_s_own_level_and_area_decide() -> None:
    case = f.prepared(f.at("township"))
    for name in ("village", "county", "province"):
        with pytest.raises(Refused, match="乡镇级"):
            services.advance(case_id=case.pk, outcome="agreed", by=actor_of_cast(name))
    for name in ("township2", "village2", "neighbour"):
        with pytest.raises(Http404):
            services.advance(case_id=case.pk, outcome="agreed", by=actor_of_cast(name))
    with pytest.raises(Denied):
        services.advance(case_id=case.pk, outcome="agreed", by=actor_of_cast("grid_keeper"))
    assert f.fresh(case).step == "township"


def test_what_is_missing_is_said_all_at_once_and_nothing_moves(world: f.World) -> None:
    case = f.opened()
    world.holds["household.not_registered"] = False
    with pytest.raises(Refused) as refused:
        services.advance(case_id=case.pk, outcome="accepted", by=actor_of_cast("village"))
    text = str(refused.value)
    assert "贫困户申请书" in text
    assert "住房不安全" in text
    assert (f.fresh(case).step, f.fresh(case).turn) == ("application", 1)


@pytest.mark.parametrize(
    ("vote", "says"),
    [
        (None, "请填写会议"),
        (Vote(30, 19, 19, 0), "不足"),
        (Vote(30, 20, 10, 10), "须超过"),
        (Vote(30, 31, 31, 0), "实到人数多于"),
        (Vote(30, 24, 20, 8), "多于实到"),
    ],
)
def test_a_meeting_needs_quorum_and_majority(vote: Vote | None, says: str) -> None:
    case = f.at("review")
    with pytest.raises(Refused, match=says):
        f.decided(case, vote=vote)
    assert f.decided(case, vote=Vote(30, 20, 11, 9)).step == "check"


def test_a_meeting_that_was_not_told_the_results_removes_nobody() -> None:
    case = f.at("review", "household.removal", by=actor_of_cast("township"))
    with pytest.raises(Refused, match="须为“是”"):
        f.decided(case, "passed", form={"result_told": False})
    assert f.decided(case, "refused", form={"result_told": False}, reason="会上没有通报").result == "stays"


def test_a_refusal_says_why_and_reaches_the_applicant(world: f.World) -> None:
    case = f.at("county")
    with pytest.raises(Refused, match="理由"):
        f.decided(case, "refused")
    closed = f.decided(case, "refused", reason="家中有商品房和小汽车")
    assert (closed.result, world.done) == ("refused", [("household.refused", case.pk)])
    assert f.records(closed)[-1].reason == "家中有商品房和小汽车"


def test_an_effect_that_nobody_carries_out_refuses_the_decision() -> None:
    case = f.at("county_pre_exit", "household.exit")
    with pytest.MonkeyPatch.context() as patch:  # undone before the fixture that answered it undoes its own
        patch.delitem(f.effects._registry, "household.pre_exit")
        with pytest.raises(Refused, match="标记预脱贫"):
            f.decided(case)
    assert f.fresh(case).step == "county_pre_exit"


def test_one_subject_has_one_open_case_of_a_kind() -> None:
    first = f.opened(subject_id=900_001)
    with pytest.raises(Refused, match="正在办理"):
        f.opened(subject_id=900_001)
    services.withdraw(case_id=first.pk, reason="申请人放弃", by=actor_of_cast("village"))
    assert f.opened(subject_id=900_001).pk != first.pk


def test_a_list_is_opened_at_once_without_those_under_way() -> None:
    busy = f.opened("household.exit")
    subjects = [(number, "刘桂英", VILLAGES[0]) for number in (910_001, 910_002, busy.subject_id)]
    done = services.open_many(kind="household.exit", subjects=subjects, by=actor_of_cast("village"))
    assert [one.case_id is None for one in done] == [False, False, True]
    with unit(system()):
        case = Case.objects.get(pk=done[0].case_id)
    assert (case.step, [one.what for one in f.records(case)]) == ("initial", ["opened"])
    with pytest.raises(Denied):
        services.open_many(kind="household.exit", subjects=subjects, by=actor_of_cast("county"))


def test_a_stale_page_is_told_who_was_first() -> None:
    case = f.prepared(f.at("township"))
    services.advance(case_id=case.pk, outcome="agreed", by=actor_of_cast("township"))
    with pytest.raises(Outrun, match="测township"):
        services.advance(case_id=case.pk, outcome="agreed", turn=case.turn, by=actor_of_cast("township"))


def test_sent_back_it_comes_back_to_the_village_with_the_reason() -> None:
    case = f.at("township")
    with pytest.raises(Refused):
        services.send_back(case_id=case.pk, to="application", reason="材料不清", by=actor_of_cast("township"))
    services.send_back(case_id=case.pk, to="check", reason="材料不清", by=actor_of_cast("township"))
    village = actor_of_cast("village")
    with unit(village):
        assert [one.pk for one in queries.came_back(village, timezone.localdate())] == [case.pk]
    assert f.decided(case).came_back is False


def test_a_notice_of_an_earlier_stay_does_not_count_again() -> None:
    case = f.decided(f.at("first_notice"))
    services.send_back(case_id=case.pk, to="check", reason="再核实", by=actor_of_cast("township"))
    case = f.decided(case)
    with pytest.raises(Refused, match="还没有公示"):
        services.advance(case_id=case.pk, outcome="clear", by=actor_of_cast("village"))


def test_an_objection_stops_the_case_until_it_is_answered() -> None:
    case = f.prepared(f.at("first_notice"))
    made = services.object_to(
        case_id=case.pk, text="这一户有新盖的楼房", source="visit", by=actor_of_cast("village"), objector="赖小明"
    )
    with pytest.raises(Refused, match="异议未答复"):
        services.advance(case_id=case.pk, outcome="clear", by=actor_of_cast("village"))
    with pytest.raises(Denied):
        services.answer_objection(
            objection_id=made.pk, outcome="rejected", answer="查无此事", by=actor_of_cast("village")
        )
    services.answer_objection(objection_id=made.pk, outcome="rejected", answer="查无此事", by=actor_of_cast("township"))
    assert f.decided(case).step == "township"


def test_an_objection_is_heard_once_and_answered_by_another_hand_without_private_words() -> None:
    case, village, township = f.prepared(f.at("second_notice")), actor_of_cast("village"), actor_of_cast("township")
    heard = {"case_id": case.pk, "text": "家里有小汽车", "source": "phone", "by": village}
    made = services.object_to(**heard)
    with pytest.raises(Refused, match="已经登记"):
        services.object_to(**heard)
    with pytest.raises(Refused, match="办理过这件案件"):
        services.answer_objection(objection_id=made.pk, outcome="rejected", answer="查无此事", by=township)
    for answer in ("请联系 13912345678", "该户有人患癌"):
        with pytest.raises(Refused, match="答复"):
            services.answer_objection(
                objection_id=made.pk, outcome="rejected", answer=answer, by=actor_of_cast("county")
            )
    services.answer_objection(objection_id=made.pk, outcome="rejected", answer="查无此事", by=actor_of_cast("county"))
    assert f.fresh(case).state == "open"


def test_a_case_goes_on_beside_an_objection_to_its_shared_notice_by_another_hand_only() -> None:
    case, today = f.at("second_notice"), timezone.localdate()
    with unit(system()), acting("test.notice", by=system(), reason="测试"):
        CaseNotice.objects.create(
            case=case, division=case.division, step=case.step, turn=case.turn, kind="identification.second",
            subject="cases:1:1", notice_id=77, asked_on=today, published_on=today, until=today + timedelta(days=7),
        )  # fmt: skip
        facts = {"notice_id": 77, "kind": "identification.second", "subject": "cases:1:1", "division": case.division}
        objection_made(**facts, objection_id=5, due_on=today + timedelta(days=15), by=system())
    assert f.fresh(case).state == "suspended"
    with pytest.raises(Refused, match="办理过这件案件"):
        services.resume(case_id=case.pk, reason="与本户无关", by=actor_of_cast("township"))
    assert services.resume(case_id=case.pk, reason="与本户无关", by=actor_of_cast("county")).state == "open"


def test_an_upheld_objection_leads_back_to_the_check() -> None:
    case = f.prepared(f.at("first_notice"))
    made = services.object_to(case_id=case.pk, text="家里有小汽车", source="phone", by=actor_of_cast("village"))
    services.answer_objection(objection_id=made.pk, outcome="upheld", answer="属实", by=actor_of_cast("township"))
    found = f.fresh(case)
    assert (found.step, found.state, found.came_back) == ("check", "open", True)


def test_a_notice_is_followed_and_its_objections_stop_the_case() -> None:
    case = f.at("first_notice")
    told = {"notice_id": 77, "kind": "identification.first", "subject": f"case:{case.pk}", "division": case.division}
    by = actor_of_cast("village")
    with unit(by), acting("test.notice", by=by, reason="测试"):
        f.effects.announce("notice.published", **told, by=by)
    with pytest.raises(Refused, match="期满"):
        services.advance(case_id=case.pk, outcome="clear", by=by)
    today = timezone.localdate()
    with unit(by), acting("test.notice", by=by, reason="测试"):
        f.effects.announce("objection.made", **told, objection_id=5, due_on=today, by=by)
    assert f.fresh(case).state == "suspended"
    answer = {"objection_id": 5, "outcome": "rejected", "open_objections": 0}
    with unit(by), acting("test.notice", by=by, reason="测试"):
        f.effects.announce("objection.answered", **told, **answer, by=by)
        CaseNotice.objects.filter(case=case).update(until=today - timedelta(days=1))
        f.effects.announce("notice.ended", **told, open_objections=0, by=by)
    services.advance(case_id=case.pk, outcome="clear", by=by)
    assert f.fresh(case).step == "township"


def test_notices_are_asked_for_one_village_at_a_time() -> None:
    cases = [f.at("first_notice") for _number in range(2)]
    by, asked = actor_of_cast("village"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(f.effects._registry, "notice.wanted", [lambda **facts: asked.append(facts) or 88])
        number = services.ask_notice(case_ids=[one.pk for one in cases], office="潋江镇扶贫工作站", by=by)
        with pytest.raises(Refused, match="已有公示"):
            services.ask_notice(case_ids=[cases[0].pk], office="潋江镇扶贫工作站", by=by)
    assert number == 88
    assert [line["name"] for line in asked[0]["lines"]] == ["钟文华", "钟文华"]
    with unit(system()):
        assert CaseNotice.objects.filter(notice_id=88).count() == 2


def test_somebody_in_two_parts_is_held_until_another_reviews() -> None:
    case = f.at("township")
    with unit(system()), acting("test.part", by=system(), reason="测试"):
        f.StepRecord.objects.create(
            case=case, division=case.division, turn=90, what="decided", step="check", part="village", state="open",
            user_id=actor_of_cast("township").user_id, who="测township", on=timezone.localdate(),
        )  # fmt: skip
    held = f.decided(case)
    assert (held.state, held.step) == ("review", "township")
    assert f.records(held)[-2].conflicts == [{"kind": "part", "who": "测township 潋江镇扶贫专干", "part": "village"}]
    with pytest.raises(Refused, match="另一人"):
        services.review_conflict(case_id=case.pk, passes=True, note="同意", by=actor_of_cast("village"))
    with pytest.raises(Refused, match="回避"):
        services.review_conflict(case_id=case.pk, passes=True, note="同意", by=actor_of_cast("township"))
    services.review_conflict(case_id=case.pk, passes=True, note="已核对", by=actor_of_cast("county"))
    assert f.fresh(case).step == "second_notice"


def test_a_relative_s_decision_can_be_turned_down(world: f.World) -> None:
    case = f.opened()
    world.related[actor_of_cast("village").user_id or 0] = "与户主为兄弟"
    held = f.decided(case)
    assert held.state == "review"
    assert f.records(held)[-1].conflicts[0]["text"] == "与户主为兄弟"
    services.review_conflict(case_id=case.pk, passes=False, note="请其他干部办理", by=actor_of_cast("township"))
    assert (f.fresh(case).state, f.fresh(case).step, f.fresh(case).held) == ("open", "application", None)


def test_whoever_reviews_is_no_relative_and_had_no_other_part(world: f.World) -> None:
    case = f.opened()
    village, township, county = (actor_of_cast(name) for name in ("village", "township", "county"))
    world.related = {village.user_id or 0: "与户主为兄弟", township.user_id or 0: "与户主为夫妻"}
    f.decided(case)
    with pytest.raises(Refused, match="与户主为夫妻"):
        services.review_conflict(case_id=case.pk, passes=True, note="同意", by=township)
    services.review_conflict(case_id=case.pk, passes=True, note="已核对", by=county)
    assert f.fresh(case).step == "review"
    # Having reviewed for the village, the county's officer doesn't also decide for the county without another hand.
    world.related = {}
    case = f.fresh(case)
    while case.step != "comparison":
        case = f.decided(case)
    assert f.decided(case).state == "review"
    with pytest.raises(Refused, match="回避"):
        services.review_conflict(case_id=case.pk, passes=True, note="同意", by=county)


def test_a_delegation_ends_with_the_office_of_whoever_gave_it() -> None:
    leader, county, today = actor_of_cast("leader"), actor_of_cast("county"), timezone.localdate()
    services.delegate(to_user_id=county.user_id, starts_on=today, ends_on=today, reason="出差", by=leader)

    def roles() -> list[str]:
        with unit(county):
            return [hand.role for hand in queries.hands_of(county, "household.exit", today)]

    assert roles() == ["county_officer", "county_leader"]
    with unit(system()), acting("test.gone", by=system(), reason="测试"):
        RoleGrant.objects.filter(user=leader.user_id).update(withdrawn_at=timezone.now())
    assert roles() == ["county_officer"]


def test_forty_households_are_decided_by_one_meeting_each_with_its_record() -> None:
    cases = [f.prepared(f.at("review")) for _number in range(4)] + [f.opened()]
    done = services.decide_many(
        case_ids=[one.pk for one in cases], outcome="passed", form={"meeting_on": "2017-03-01"}, vote=f.CARRIED,
        meeting="2017 年第 3 次村民代表会议", by=actor_of_cast("village"),
    )  # fmt: skip
    assert [one.done for one in done] == [True] * 4 + [False]
    for case in cases[:4]:
        last = f.records(case)[-1]
        assert (last.meeting, last.vote["present"], f.fresh(case).step) == ("2017 年第 3 次村民代表会议", 24, "check")


def test_a_delegate_decides_in_both_names_until_it_is_taken_back() -> None:
    case = f.prepared(f.at("county"))
    leader, county = actor_of_cast("leader"), actor_of_cast("county")
    today = timezone.localdate()
    given = services.delegate(
        to_user_id=county.user_id, starts_on=today, ends_on=today, reason="出差", kinds=["household.exit"], by=leader
    )
    with unit(county):
        hands = queries.hands_of(county, "household.exit", today)
        assert [(hand.role, hand.for_who) for hand in hands] == [
            ("county_officer", ""),
            ("county_leader", "测leader 兴国县领导"),
        ]
        assert len(queries.hands_of(county, "household.identification", today)) == 1
    services.end_delegation(delegation_id=given.pk, reason="回来了", by=leader)
    with unit(county):
        assert len(queries.hands_of(county, "household.exit", today)) == 1
    with pytest.raises(Refused, match="同事"):
        services.delegate(
            to_user_id=actor_of_cast("neighbour").user_id, starts_on=today, ends_on=today, reason="出差", by=leader
        )
    assert case.state == "open"


def test_what_runs_out_of_time_comes_before_the_superior_once() -> None:
    case = f.at("township")
    with unit(system()), acting("test.late", by=system(), reason="测试"):
        Case.objects.filter(pk=case.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    assert services.escalate_due() == 1
    assert services.escalate_due() == 0
    county = actor_of_cast("county")
    with unit(county):
        assert [one.pk for one in queries.escalated(county)] == [case.pk]
    assert f.decided(case).escalated_on is None


def test_a_case_keeps_the_definition_it_began_with(monkeypatch: pytest.MonkeyPatch) -> None:
    old = f.at("check")
    (key, (pack, procedure)), *others = [
        (key, found) for key, found in queries.definitions().items() if key[0] == "household.identification"
    ]
    shorter = procedure.model_copy(
        update={"version": "2020", "steps": [
            step.model_copy(update={"back_to": []}) if step.id == "check" else step for step in procedure.steps
        ]}
    )  # fmt: skip
    monkeypatch.setattr("zerentian.procedures.queries.definition_in_force", lambda id, on: (pack, shorter))
    new = f.at("check")
    assert (old.definition.version, new.definition.version) == ("2014", "2020")
    services.send_back(case_id=old.pk, to="application", reason="再看", by=actor_of_cast("village"))
    with pytest.raises(Refused):
        services.send_back(case_id=new.pk, to="application", reason="再看", by=actor_of_cast("village"))
    with unit(system()):
        assert Definition.objects.filter(key="household.identification").count() == 2


def test_papers_are_kept_by_hash_and_only_by_the_one_who_holds_the_case() -> None:
    case = f.opened()
    with pytest.raises(Denied):
        services.attach(case_id=case.pk, kind="minutes", source=f.PAPER, name="a.pdf", by=actor_of_cast("township"))
    with pytest.raises(Refused, match="PDF"):
        services.attach(case_id=case.pk, kind="minutes", source=f.PAPER, name="a.exe", by=actor_of_cast("village"))
    made = services.attach(case_id=case.pk, kind="minutes", source=f.PAPER, name="a.pdf", by=actor_of_cast("village"))
    assert len(made.sha256) == 64


def test_other_areas_see_no_case_not_even_through_the_table() -> None:
    f.opened()
    neighbour = actor_of_cast("neighbour")
    with unit(neighbour):
        assert not Case.objects.exists()
        assert not f.StepRecord.objects.exists()
        assert not CaseObjection.objects.exists()
    village2 = actor_of_cast("village2")
    with pytest.raises((Denied, Http404)):
        f.opened(by=village2, division=VILLAGES[0])
