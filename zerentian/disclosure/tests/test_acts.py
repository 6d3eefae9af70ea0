"""What can be done with a notice, by whom, and what it announces."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, TOWNSHIPS, VILLAGES, user_of
from zerentian.disclosure import queries, services
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.queries.public import progress_of
from zerentian.disclosure.rules.lines import Line
from zerentian.disclosure.tests import factories
from zerentian.kernel import effects
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Act, History
from zerentian.kernel.refusal import Denied, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What is announced to apps above."""
    heard: list[tuple[str, dict[str, Any]]] = []
    for name in ("notice.published", "notice.ended", "notice.taken_down", "objection.made", "objection.answered"):
        answers = [lambda _name=name, **facts: heard.append((_name, facts))]
        monkeypatch.setitem(effects._registry, name, answers)
    return heard


def test_a_notice_runs_from_the_village_by_the_township_to_its_end(actor: Any, told: Any) -> None:
    made = factories.proved(subject="case:7")
    assert (made.state, made.days, made.proved_on) == ("published", 7, timezone.localdate())
    assert made.period_to == timezone.localdate() + timedelta(days=7)
    assert services.end_due_notices() == 0
    factories.aged(made, 8)
    assert services.end_due_notices() == 1
    with unit(system()):
        ended = Notice.objects.get(pk=made.pk)
        assert (ended.state, ended.ended_on) == ("ended", timezone.localdate())
        assert [n.pk for n in queries.notices_of("case:7", actor("village").scope)] == [made.pk]
    names = [name for name, _facts in told]
    assert names == ["notice.published", "notice.ended"]
    assert told[-1][1] | {"by": None} == {
        "notice_id": made.pk, "kind": "exit.household", "subject": "case:7", "division": VILLAGES[0],
        "open_objections": 0, "by": None,
    }  # fmt: skip


def test_whoever_composed_a_notice_cannot_review_it(actor: Any) -> None:
    made = factories.draft(by=actor("township"))
    with pytest.raises(Refused, match="拟稿人不能复核"):
        services.review_notice(notice_id=made.pk, passes=True, by=actor("township"))
    with pytest.raises(Denied):
        services.review_notice(notice_id=made.pk, passes=True, by=actor("village"))
    own = user_of("township").pk
    with unit(system()), acting("test.force", by=system()):
        rows = Notice.objects.filter(pk=made.pk)
        forced = {"state": "reviewed", "reviewed_on": timezone.localdate(), "reviewed_by": own}
        with pytest.raises(IntegrityError, match="notice_is_reviewed_by_another"), transaction.atomic():
            rows.update(**forced)
    assert services.review_notice(notice_id=made.pk, passes=True, by=actor("county")).state == "reviewed"


def test_the_same_person_at_another_account_cannot_review(actor: Any) -> None:
    notice, township = factories.draft(), actor("township")
    twin = replace(township, name=actor("village").name)
    with pytest.raises(Refused, match="同名"):
        services.review_notice(notice_id=notice.pk, passes=True, by=twin)
    assert services.review_notice(notice_id=notice.pk, passes=True, by=township).state == "reviewed"


def test_only_the_village_posts_what_is_the_villages(actor: Any) -> None:
    for name, division in (("township", TOWNSHIPS[0]), ("county", COUNTY)):
        with pytest.raises(Refused, match="只在村张贴"):
            factories.draft(by=actor(name), division=division)
    with pytest.raises(Refused, match="由县级拟稿"):
        factories.draft(kind="identification.announcement", by=actor("village"))
    with pytest.raises(Refused, match="工作范围"):
        factories.draft(by=actor("village2"))


def test_a_subject_has_one_notice_at_a_time_and_some_kinds_only_one_ever(actor: Any) -> None:
    for kind in ("exit.household", "monitoring.household"):
        first = factories.draft(kind=kind, subject="case:8")
        with pytest.raises(Refused, match="已有同类公示|只公示一次"):
            factories.draft(kind=kind, subject="case:8", by=actor("township"))
        services.take_down_notice(notice_id=first.pk, reason="名单有误", by=actor("township"))
        second = factories.aged(factories.published(kind=kind, subject="case:8"), 9)
        services.end_notice(notice_id=second.pk, by=system())
    assert factories.draft(subject="case:8").is_draft
    with pytest.raises(Refused, match="只公示一次"):
        factories.draft(kind="monitoring.household", subject="case:8")
    assert factories.draft(kind="monitoring.household", subject="case:9").is_draft


def test_a_draft_is_sent_back_and_revised(actor: Any) -> None:
    made = factories.draft()
    with pytest.raises(Refused, match="退回的原因"):
        services.review_notice(notice_id=made.pk, passes=False, by=actor("township"))
    back = services.review_notice(notice_id=made.pk, passes=False, note="漏了第三组", by=actor("township"))
    assert (back.state, back.returned_note) == ("draft", "漏了第三组")
    more = (*factories.LINES, Line(name="谢福生", group="第三村民小组", size=3, result="proposed"))
    again = services.revise_notice(notice_id=made.pk, lines=more, channel=factories.CHANNEL, by=actor("village"))
    assert len(again.lines) == 3
    passed = services.review_notice(notice_id=made.pk, passes=True, by=actor("township"))
    assert passed.returned_note == ""
    with pytest.raises(Refused, match="不能再改"):
        services.revise_notice(notice_id=made.pk, lines=more, channel=factories.CHANNEL, by=actor("village"))
    with pytest.raises(Refused, match="复核过"):
        services.review_notice(notice_id=made.pk, passes=True, by=actor("county"))


def test_what_was_not_reviewed_is_not_published_and_what_hangs_is_not_proved_by_anything(actor: Any) -> None:
    village, made = actor("village"), factories.draft()
    with pytest.raises(Refused, match="复核通过"):
        services.publish_notice(notice_id=made.pk, by=village)
    facts: dict[str, Any] = {"notice_id": made.pk, "place": "公开栏", "by": village}
    with pytest.raises(Refused, match="发布以后"):
        services.prove_posting(photo=BytesIO(factories.PHOTO), posted_at=timezone.now(), **facts)
    services.review_notice(notice_id=made.pk, passes=True, by=actor("township"))
    services.publish_notice(notice_id=made.pk, by=village)
    with pytest.raises(Refused, match="JPG 或 PNG"):
        services.prove_posting(photo=BytesIO(b"<html>"), posted_at=timezone.now(), **facts)
    with pytest.raises(Refused, match="拍照时间"):
        services.prove_posting(photo=BytesIO(factories.PHOTO), posted_at=timezone.now() + timedelta(hours=1), **facts)
    with pytest.raises(Refused, match="不得少于 7 天"):
        factories.draft(days=6)


def test_a_notice_is_taken_down_with_a_reason_and_its_record_stays(actor: Any, told: Any) -> None:
    made = factories.published()
    with pytest.raises(Denied):
        services.take_down_notice(notice_id=made.pk, reason="名单有误", by=actor("village"))
    with pytest.raises(Refused, match="理由"):
        services.take_down_notice(notice_id=made.pk, reason=" ", by=actor("township"))
    services.take_down_notice(notice_id=made.pk, reason="名单有误", by=actor("township"))
    assert queries.public_notice(made.code) is None
    assert told[-1][0] == "notice.taken_down"
    with unit(system()):
        row = Notice.objects.get(pk=made.pk)
        assert (row.state, row.taken_down_reason, len(row.lines)) == ("taken_down", "名单有误", 2)


def test_an_objection_is_held_answered_by_another_hand_and_told_by_its_receipt(actor: Any, told: Any) -> None:
    made = factories.published(subject="case:9")
    receipt = factories.objected(made)
    assert receipt.replace("-", "").isalnum()
    assert len(receipt) == 19
    with unit(system()):
        row = Objection.objects.get(notice_id=made.pk)
        assert (row.name, row.phone, row.holder) == ("赖小明", "13912345678", TOWNSHIPS[0])
        assert queries.open_objections("case:9", actor("township").scope) == 1
    state = progress_of(receipt.lower().replace("-", " "))
    assert state is not None
    assert (state.state, state.due_on) == ("open", row.due_on)
    assert progress_of("AAAA-AAAA-AAAA-AAAA") is None
    asked = {"objection_id": row.pk, "outcome": "rejected", "answer": "经入户核实，该楼房为其兄所有，公示无误。"}
    with pytest.raises(Refused, match="另一人"):
        services.answer_objection(**asked, by=actor("township"))
    with pytest.raises(Denied):
        services.answer_objection(**asked, by=actor("village"))
    with pytest.raises(Refused, match="证件号码"):
        services.answer_objection(**asked | {"answer": "户主身份号 360732197001011234 已核"}, by=actor("county"))
    services.answer_objection(**asked, by=actor("county"))
    done = progress_of(receipt)
    assert done is not None
    assert (done.outcome, done.answer) == ("不成立", asked["answer"])
    assert [name for name, _ in told] == ["notice.published", "objection.made", "objection.answered"]
    assert told[-1][1]["open_objections"] == 0
    with pytest.raises(Refused, match="已经答复"):
        services.answer_objection(**asked, by=actor("county"))


def test_the_same_form_sent_twice_is_one_objection(actor: Any) -> None:
    made = factories.published()
    factories.objected(made, once="a")
    with pytest.raises(Refused, match="已经收到"):
        factories.objected(made, once="a")
    factories.objected(made, once="b")
    with unit(system()):
        assert Objection.objects.filter(notice_id=made.pk).count() == 2


def test_the_public_objects_to_what_hangs_and_the_office_writes_down_what_came_later(actor: Any) -> None:
    with pytest.raises(Http404):
        factories.objected(factories.reviewed())
    over = factories.aged(factories.published(), 8)
    with pytest.raises(Refused, match="期已满"):
        factories.objected(over)
    with pytest.raises(Refused, match="写明意见"):
        factories.objected(factories.published(), text="不")
    kept = services.record_objection(
        notice_id=over.pk, source="phone", text="电话里说名单有误", name="", by=actor("village")
    )
    assert progress_of(kept) is not None


def test_nobody_reads_who_objected_from_the_records(actor: Any) -> None:
    factories.objected(factories.published())
    with unit(system()):
        acts = " ".join(
            f"{a.who}{a.reason}{a.ground}{a.subject}" for a in Act.objects.filter(name__contains="objection")
        )
        rows = " ".join(str(h.before) for h in History.objects.filter(model="disclosure_objection"))
    assert "公众" in acts
    for secret in ("赖小明", "13912345678", "新盖的楼房"):
        assert secret not in acts + rows


def test_the_due_list_names_what_waits(actor: Any) -> None:
    scope, today = actor("township").scope, timezone.localdate()
    first, second, third = factories.draft(), factories.reviewed(), factories.published()
    fourth = factories.aged(factories.proved(), 9)
    with unit(system()):
        waiting = {item.notice.pk: (item.act, item.is_late) for item in queries.due(scope, today)}
    assert waiting == {
        first.pk: ("review", False), second.pk: ("publish", False), third.pk: ("prove", False),
        fourth.pk: ("end", True),
    }  # fmt: skip


def test_what_waits_today_is_told_to_whoever_does_it(actor: Any) -> None:
    def waits(name: str) -> list[str]:
        by = actor(name)
        with unit(by, writes=False):
            return [text for text, _url in services.waiting_notices(by=by, on=timezone.localdate())]

    made = factories.draft()
    assert waits("village") == waits("county") == waits("township2") == []
    assert waits("township") == ["待复核公示 1 份"]
    services.review_notice(notice_id=made.pk, passes=True, by=actor("township"))
    assert (waits("village"), waits("township")) == (["待发布公示 1 份"], [])
    services.publish_notice(notice_id=made.pk, by=actor("village"))
    assert waits("village") == ["待上传张贴照片 1 份"]
    factories.objected(made)
    held = [name for name in ("village", "township", "county") if "待答复异议 1 条" in waits(name)]
    assert len(held) == 1
