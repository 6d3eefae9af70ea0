"""What the exit of a village or a county shows, asks and keeps: its rates, its papers, who begins it."""

from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.procedures import queries, services
from zerentian.procedures.models import StepRecord
from zerentian.registry.tests.factories import VILLAGE, make_household
from zerentian.registry.tests.test_area_procedures import COUNTY, SOUND, case_of, clock, decided, forms, opened, walked

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


def test_the_rates_of_a_county_are_shown_recorded_and_printed(clock: Any, client_of: Any) -> None:
    forms()
    make_household(members=3)
    pk = opened("county.exit", COUNTY, COUNTY)
    walked(pk, clock, "applied", "agreed")
    decided(pk, "evaluated", clock, SOUND)
    page = client_of("province").get(f"/cases/{pk}/").content.decode()
    for said in (
        "综合贫困发生率",
        "在册未脱贫人数 3",
        "农业户籍人口 100,000",
        "0.018%",
        "应低于 2%",
        "群众认可度",
        "96%",
    ):
        assert said in page
    assert f"/households/?area={str(COUNTY)[:6]}&amp;status=standing_poor" in page
    walked(pk, clock, "met")
    with unit(system()):
        record = StepRecord.objects.get(case=pk, outcome="met")
    assert [one["id"] for one in record.figures] == [
        "county.composite", "county.wrong_exits", "county.missed", "county.approval",
    ]  # fmt: skip
    assert record.figures[0]["over"] == [["registered_poor", 3], ["estimated_wrong", 10], ["estimated_missed", 5]]
    printed = client_of("province").get(f"/cases/{pk}/print/").content.decode()
    assert "(在册未脱贫人数 3 + 推算错退人数 10 + 推算漏评人数 5) ÷ 农业户籍人口 100000" in printed
    assert "市级负责人" in printed
    assert "农户（签字、按手印）" not in printed


def test_a_village_s_decision_keeps_the_incidence_that_it_rested_on(clock: Any, client_of: Any) -> None:
    forms()
    make_household(members=3)
    pk = opened("village.exit", VILLAGE, VILLAGE)
    walked(pk, clock, "proposed")
    assert "在册未脱贫人数 3" in client_of("county").get(f"/cases/{pk}/").content.decode()
    make_household(members=2)
    walked(pk, clock, "met")
    make_household(members=2)
    page = client_of("county").get(f"/cases/{pk}/").content.decode()
    assert "贫困发生率：在册未脱贫人数 5 ÷ 总人口 1000 = 0.5%（应低于 2%）" in page


def test_the_page_of_a_village_names_who_begins_its_exit(client_of: Any) -> None:
    forms()
    page = client_of("county").get(f"/villages/{VILLAGE}/").content.decode()
    assert "贫困村退出（乡镇级：乡镇扶贫专干）" in page
    assert f"/cases/new/village.exit/{VILLAGE}/" in client_of("township").get(f"/villages/{VILLAGE}/").content.decode()


def test_the_evaluation_takes_whole_numbers_and_papers_have_the_name_of_their_level(clock: Any) -> None:
    forms()
    pk = opened("county.exit", COUNTY, COUNTY)
    walked(pk, clock, "applied", "agreed")
    for wrong in ("10.5", "-1"):
        with pytest.raises(Refused, match="推算错退人数：应为整数"):
            decided(pk, "evaluated", clock, {**SOUND, "estimated_wrong": wrong})
    with unit(system()):
        asked = {
            step.id: [paper.kind for paper in step.evidence]
            for step in queries.definition(case_of(pk).definition_id).steps
        }
    assert (asked["city"], asked["province"], asked["approval"]) == (
        ["city_opinion"],
        ["province_opinion"],
        ["province_decision"],
    )


def test_the_notice_of_a_village_says_its_population_and_waits_for_another_hand(clock: Any, client_of: Any) -> None:
    forms()
    pk = opened("village.exit", VILLAGE, VILLAGE)
    walked(pk, clock, "proposed", "met")
    by = actor_of_cast("township")
    notice = services.ask_notice(case_ids=[pk], office="扶贫工作站", by=by, phone="0797-5312345")
    own = client_of("township").get(f"/notices/{notice}/").content.decode()
    assert "1,000" in own or "1000" in own
    assert "由拟稿人以外的人复核后才能发布" in own
    assert f"/notices/{notice}/review/" not in own
    assert f"/notices/{notice}/review/" in client_of("county").get(f"/notices/{notice}/").content.decode()


def test_more_households_than_were_asked_cannot_approve(clock: Any) -> None:
    forms()
    pk = opened("county.exit", COUNTY, COUNTY)
    walked(pk, clock, "applied", "agreed")
    decided(pk, "evaluated", clock, {**SOUND, "approving": "1100"})
    with pytest.raises(Refused, match="1100 大于抽查或调查的数 1000"):
        decided(pk, "met", clock)


def test_whoever_decided_an_exit_does_not_decide_alone_on_the_appeal_against_it(clock: Any) -> None:
    forms()
    make_household(members=3)
    pk = opened("village.exit", VILLAGE, VILLAGE)
    walked(pk, clock, "proposed", "met", "clear", "approved")
    city = actor_of_cast("city")
    services.attach(case_id=pk, kind="filing_list", source=b"%PDF-1.7 x", name="a.pdf", by=city)
    services.advance(case_id=pk, outcome="filed", by=city)
    appeal = opened("village.appeal", VILLAGE, VILLAGE, {"against": pk})
    walked(appeal, clock, "accepted")
    services.attach(case_id=appeal, kind="investigation_report", source=b"%PDF-1.7 x", name="a.pdf", by=city)
    form = {"investigated_on": timezone.localdate().isoformat(), "finding": "属实"}
    held = services.advance(case_id=appeal, outcome="upheld", by=city, form=form)
    assert held.state == "review"
    services.review_conflict(case_id=appeal, passes=True, note="同意", by=actor_of_cast("province"))
    assert case_of(appeal).result == "upheld"
