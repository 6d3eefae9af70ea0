"""A case and its public notice, two apps beside each other: what one announces the other follows."""

from collections.abc import Iterator
from typing import Any

import pytest

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast, client_of_cast
from zerentian.disclosure import services as disclosure
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.tests.factories import aged, objected
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.procedures import services
from zerentian.procedures.models import Case, CaseNotice
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.plugs import SubjectFacts
from zerentian.procedures.tests import factories as f

pytestmark = pytest.mark.django_db


def describe(*, subject_id: int, **_more: Any) -> SubjectFacts:
    """The household behind a number."""
    return SubjectFacts("钟文华", VILLAGES[0], line={"group": "第一村民小组", "size": 4})


@pytest.fixture(autouse=True)
def world() -> Iterator[f.World]:
    with f.plugged() as made:
        plugs._subjects["household"] = describe
        yield made


def hung(cases: list[Case]) -> Notice:
    """One notice for the cases, asked for by the village, reviewed by the township, published."""
    asked = services.ask_notice(
        case_ids=[case.pk for case in cases],
        office="潋江镇扶贫工作站",
        phone="0797-5312345",
        by=actor_of_cast("village"),
    )
    disclosure.review_notice(notice_id=asked, passes=True, by=actor_of_cast("township"))
    return disclosure.publish_notice(notice_id=asked, by=actor_of_cast("village"))


def over(notice: Notice, cases: list[Case]) -> None:
    """The notice after its last day."""
    days = 30
    aged(notice, days)
    with unit(system()), acting("test.age", by=system(), reason="测试"):
        for row in CaseNotice.objects.filter(notice_id=notice.pk):
            row.until = Notice.objects.get(pk=notice.pk).period_to
            row.save()
    disclosure.end_due_notices()


def answered(notice: Notice, outcome: str) -> None:
    """Its one objection, answered by somebody who had no hand in the notice."""
    with unit(system()):
        found = Objection.objects.get(notice=notice)
    disclosure.answer_objection(
        objection_id=found.pk, outcome=outcome, answer="已入户核实，情况清楚", by=actor_of_cast("county")
    )


def test_two_households_stand_on_one_notice_and_go_on_when_it_is_over() -> None:
    cases = [f.at("first_notice") for _number in range(2)]
    notice = hung(cases)
    assert [line["name"] for line in notice.lines] == ["钟文华", "钟文华"]
    page = client_of_cast("village").get(f"/notices/{notice.pk}/").content.decode()
    assert all(f"/cases/{case.pk}/" in page for case in cases)
    page = client_of_cast("village").get(f"/cases/{cases[1].pk}/").content.decode()
    assert f"/notices/{notice.pk}/" in page
    with pytest.raises(Refused, match="期满"):
        services.advance(case_id=cases[0].pk, outcome="clear", by=actor_of_cast("village"))
    over(notice, cases)
    for case in cases:
        services.advance(case_id=case.pk, outcome="clear", by=actor_of_cast("village"))
        assert f.fresh(case).step == "township"


def test_an_objection_from_the_public_page_stops_the_case_and_an_answer_lets_it_go_on() -> None:
    case = f.at("first_notice")
    notice = hung([case])
    objected(notice)
    assert f.fresh(case).state == "suspended"
    answered(notice, "rejected")
    assert (f.fresh(case).state, f.fresh(case).step) == ("open", "first_notice")
    over(notice, [case])
    services.advance(case_id=case.pk, outcome="clear", by=actor_of_cast("village"))
    assert f.fresh(case).step == "township"


def test_an_upheld_objection_leads_back_and_asks_for_a_new_notice() -> None:
    case = f.at("first_notice")
    notice = hung([case])
    objected(notice)
    answered(notice, "upheld")
    assert (f.fresh(case).step, f.fresh(case).came_back) == ("check", True)
    again = f.decided(case)
    assert again.step == "first_notice"
    assert hung([again]).pk != notice.pk


def test_a_notice_that_was_taken_down_does_not_count() -> None:
    case = f.at("first_notice")
    notice = hung([case])
    disclosure.take_down_notice(notice_id=notice.pk, reason="名单有误", by=actor_of_cast("township"))
    with pytest.raises(Refused, match="还没有公示"):
        services.advance(case_id=case.pk, outcome="clear", by=actor_of_cast("village"))
