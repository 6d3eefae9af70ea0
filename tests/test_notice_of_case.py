"""The seam between procedures and disclosure: a step asks for its notice, the public objects, the case waits and goes on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.disclosure import queries as notices
from zerentian.disclosure import services as disclosure
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.tests.factories import aged
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.portal import services as portal
from zerentian.procedures import services
from zerentian.procedures.models import Case, CaseNotice
from zerentian.procedures.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world() -> Iterator[Any]:
    with factories.plugged() as world:
        yield world


def asked_for(*cases: Case) -> Notice:
    """The notice that the step of these cases asks for, on the board."""
    ids = [case.pk for case in cases]
    pk = services.ask_notice(case_ids=ids, office="潋江镇扶贫工作站", by=actor_of_cast("village"))
    with pytest.raises(Refused, match="拟稿人"):
        disclosure.review_notice(notice_id=pk, passes=True, by=_as_reviewer())
    disclosure.review_notice(notice_id=pk, passes=True, by=actor_of_cast("township"))
    return disclosure.publish_notice(notice_id=pk, by=actor_of_cast("village"))


def _as_reviewer() -> Any:
    """The village's own officer, had he the permission to review: still not his own draft."""
    village = actor_of_cast("village")
    township = actor_of_cast("township")
    return type(village)(
        name=village.name, user_id=village.user_id, division=township.division, scope=township.scope,
        permissions=township.permissions,
    )  # fmt: skip


def open_objection(notice: Notice) -> int:
    """What somebody objects on the public page."""
    portal.object_to(code=notice.code, text="这一户有新盖的楼房", name="", phone="", once="")
    with unit(system()):
        return int(Objection.objects.get(notice_id=notice.pk, state="open").pk)


def days_over(notice: Notice) -> None:
    """Eight days later, when the worker has been by."""
    aged(notice, 8)
    with unit(system()):
        for row in CaseNotice.objects.filter(notice_id=notice.pk):
            assert row.until is not None
    assert disclosure.end_due_notices() == 1


def test_a_case_waits_for_its_notice_and_for_the_answer_to_an_objection() -> None:
    case = factories.at("first_notice")
    clear = {"case_id": case.pk, "outcome": "clear", "by": actor_of_cast("village")}
    with pytest.raises(Refused):
        services.advance(**clear)
    notice = asked_for(case)
    sheet = notices.public_notice(notice.code)
    assert sheet is not None
    assert [shown.line.name for shown in sheet.lines] == ["钟文华"]
    with pytest.raises(Refused):
        services.advance(**clear)
    objection = open_objection(notice)
    assert factories.fresh(case).state == Case.State.SUSPENDED
    disclosure.answer_objection(
        objection_id=objection, outcome="rejected", answer="经入户核实，公示无误。", by=actor_of_cast("county")
    )
    assert factories.fresh(case).state == Case.State.OPEN
    days_over(notice)
    with unit(system()):
        assert CaseNotice.objects.get(notice_id=notice.pk).ended_on == timezone.localdate()


def test_an_upheld_objection_sends_the_case_back_and_it_is_posted_again() -> None:
    case = factories.at("first_notice")
    first = asked_for(case)
    disclosure.answer_objection(
        objection_id=open_objection(first), outcome="upheld", answer="情况属实，重新核实。", by=actor_of_cast("county")
    )
    assert factories.fresh(case).step == "check"
    disclosure.take_down_notice(notice_id=first.pk, reason="异议成立，重新核实", by=actor_of_cast("township"))
    case = factories.decided(case)
    assert case.step == "first_notice"
    again = asked_for(case)
    assert again.pk != first.pk


def test_one_notice_serves_the_cases_of_a_meeting() -> None:
    cases = [factories.at("first_notice", name=name) for name in ("钟文华", "刘桂英")]
    notice = asked_for(*cases)
    assert len(notice.lines) == 2
    open_objection(notice)
    assert {factories.fresh(case).state for case in cases} == {Case.State.SUSPENDED}


def test_a_case_whose_name_is_none_for_a_notice_is_refused_with_the_reason() -> None:
    case = factories.at("first_notice", name="钟文华13912345678")
    with pytest.raises(Refused, match="证件号码、电话或账号"):
        asked_for(case)
