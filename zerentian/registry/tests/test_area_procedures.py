"""Exit of villages and counties, watching over households, appeals: by the acts, with the real conditions and effects."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from zerentian.accounts.rules import ROLES
from zerentian.disclosure import services as disclosure
from zerentian.disclosure.tests.factories import PHOTO
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, Scope, ancestor
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case
from zerentian.procedures.rules.given import Vote
from zerentian.registry.models import County, Household, HouseholdIncome, Village
from zerentian.registry.tests.factories import VILLAGE, make_household

pytestmark = pytest.mark.django_db
COUNTY = ancestor(VILLAGE, Level.COUNTY)
SOUND = {
    "estimated_wrong": "10", "estimated_missed": "5", "exited_sample": "900", "wrong_found": "3",
    "unregistered_sample": "2000", "missed_found": "4", "surveyed": "1000", "approving": "960",
}  # fmt: skip


def somebody(role: str, division: int) -> Actor:
    """Of that role, at its level above the division."""
    own = ancestor(division, ROLES[role].level or Level.PROVINCE)
    return Actor(
        name=ROLES[role].title, division=own, role=role, scope=Scope.of([own]), permissions=ROLES[role].permissions
    )


def opened(kind: str, subject_id: int, division: int, data: Mapping[str, Any] | None = None) -> int:
    """A case begun by whoever begins it."""
    _pack, procedure = queries.definition_in_force(kind, timezone.localdate())
    by = somebody(procedure.opened_by.roles[0], division)
    return int(services.open_case(kind=kind, subject_id=subject_id, by=by, data=data).pk)


def case_of(pk: int) -> Case:
    with unit(system()):
        found: Case = Case.objects.get(pk=pk)
    return found


def decided(pk: int, outcome: str, clock: Any, form: Mapping[str, Any] | None = None) -> Case:
    """The present step prepared and decided by whoever decides it; a notice hangs out its days."""
    case = case_of(pk)
    with unit(system(), writes=False):
        step = queries.definition(case.definition_id).at(case.step)
    by = somebody(step.by.roles[0], case.division)
    for paper in step.evidence:
        services.attach(case_id=pk, kind=paper.kind, source=b"%PDF-1.7 x", name="a.pdf", by=by)
    if step.notice:
        _hung(pk, by, clock)
    values = {"date": timezone.localdate().isoformat(), "text": "见材料", "number": "1", "count": "1", "yes_no": True}
    given = {one.key: values.get(one.type) or one.choices[0].key for one in step.fields} | dict(form or {})
    vote = Vote(30, 24, 22, 1) if step.meeting else None
    services.advance(case_id=pk, outcome=outcome, by=by, form=given, vote=vote, reason="经核实")
    return case_of(pk)


def _hung(pk: int, by: Actor, clock: Any) -> None:
    notice_id = services.ask_notice(case_ids=[pk], office="扶贫工作站", by=by, phone="0797-5312345")
    disclosure.review_notice(notice_id=notice_id, passes=True, by=somebody("province_officer", VILLAGE))
    notice = disclosure.publish_notice(notice_id=notice_id, by=by)
    disclosure.prove_posting(notice_id=notice_id, photo=BytesIO(PHOTO), place="公开栏", posted_at=timezone.now(), by=by)
    clock.shift(((notice.period_to or timezone.localdate()) - timezone.localdate()) + timedelta(days=1))
    disclosure.end_notice(notice_id=notice_id, by=by)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield traveller


def forms(*, poor_village: bool = True, **facts: Any) -> None:
    """The forms of the village and the county in this year."""
    year = timezone.localdate().year
    village = {"population": 1000, "without_safe_water": 0, "dangerous_houses": 0, **facts}
    kind = "poor" if poor_village else "ordinary"
    with unit(system()), acting("test.forms", by=system(), reason="测试"):
        Village.objects.create(division=VILLAGE, year=year, kind=kind, status="not_exited", **village)
        County.objects.create(
            division=COUNTY, year=year, kind="national", status="not_exited", rural_population=100_000
        )


def walked(pk: int, clock: Any, *outcomes: str) -> Case:
    for outcome in outcomes:
        case = decided(pk, outcome, clock)
    return case


def test_a_village_leaves_when_few_are_poor_and_nothing_is_lacking(clock: Any) -> None:
    forms()
    make_household(members=3)
    pk = opened("village.exit", VILLAGE, VILLAGE)
    case = walked(pk, clock, "proposed", "met", "clear", "approved", "filed")
    assert (case.state, case.result) == ("closed", "exited")
    with unit(system()):
        village = Village.objects.get(division=VILLAGE)
    assert (village.status, village.exited_on) == ("exited", timezone.localdate())
    with pytest.raises(Refused, match="已经退出"):
        decided(opened("village.exit", VILLAGE, VILLAGE), "proposed", clock)


def test_a_village_stays_with_the_reason_and_the_article(clock: Any) -> None:
    forms(dangerous_houses=2)
    for _n in range(7):
        make_household(members=3)
    pk = opened("village.exit", VILLAGE, VILLAGE)
    decided(pk, "proposed", clock)
    with pytest.raises(Refused) as refused:
        decided(pk, "met", clock)
    said = str(refused.value)
    assert "2.1%，应低于 2%" in said
    assert "危房户：还有 2 户没有解决" in said
    assert "第十六条" in said
    assert decided(pk, "not_met", clock).result == "stays"


def test_only_a_poor_village_is_proposed(clock: Any) -> None:
    forms(poor_village=False)
    with pytest.raises(Refused, match="不是贫困村"):
        decided(opened("village.exit", VILLAGE, VILLAGE), "proposed", clock)


def test_a_county_leaves_by_four_rates(clock: Any) -> None:
    forms()
    pk = opened("county.exit", COUNTY, COUNTY)
    walked(pk, clock, "applied", "agreed")
    decided(pk, "evaluated", clock, {**SOUND, "wrong_found": "30"})
    with pytest.raises(Refused, match=r"错退率：3\.333%"):
        decided(pk, "met", clock)
    services.send_back(case_id=pk, to="evaluation", reason="复核错退", by=somebody("province_officer", COUNTY))
    decided(pk, "evaluated", clock, SOUND)
    case = walked(pk, clock, "met", "clear", "approved")
    assert (case.state, case.result) == ("closed", "exited")
    with unit(system()):
        assert County.objects.get(division=COUNTY).status == "exited"


def exited(per_capita: int = 5000, **fields: Any) -> Household:
    home = make_household(status="exited", food_secured=True, clothing_secured=True, **fields)
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=home).update(per_capita=Decimal(per_capita))
    return home


def now(home: Household) -> Household:
    with unit(system()):
        home.refresh_from_db()
    return home


NINE = ("taken_up", "found", "signed", "clear", "passed", "clear", "agreed", "approved", "entered")


def test_an_unstable_household_is_watched_until_its_risk_is_gone(clock: Any) -> None:
    home = exited()
    pk = opened("household.monitoring", home.pk, VILLAGE)
    for outcome in NINE:
        case = decided(pk, outcome, clock, {"sudden": False, "risk": "illness"} if outcome == "taken_up" else None)
    assert case.result == "monitored"
    assert (now(home).monitoring_kind, home.risk_kind, home.status) == ("unstable_exited", "illness", "exited")
    removal = opened("household.risk_removal", home.pk, VILLAGE)
    walked(removal, clock, "proposed", "confirmed", "clear")
    with pytest.raises(Refused) as refused:
        decided(removal, "approved", clock)
    assert "观察期到" in str(refused.value)
    assert "低于监测线 6000 元" in str(refused.value)
    clock.shift(timedelta(days=190))
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        year = timezone.localdate().year - 1
        HouseholdIncome.objects.filter(household=home).update(per_capita=Decimal(8000), year=year)
    services.advance(case_id=removal, outcome="approved", by=somebody("county_officer", VILLAGE))
    assert (now(home).risk_removed_on, home.risk_removal) == (timezone.localdate(), "by_help")
    assert home.monitoring_kind == "unstable_exited"


def test_who_is_poor_or_earns_enough_is_not_watched(clock: Any) -> None:
    poor, rich = make_household(), exited(9000)
    for home, reason in ((poor, "仍是贫困户"), (rich, "不低于监测线 6000 元")):
        pk = opened("household.monitoring", home.pk, VILLAGE)
        for outcome in NINE[:-2]:
            decided(pk, outcome, clock, {"sudden": False} if outcome == "taken_up" else None)
        with pytest.raises(Refused, match=reason):
            decided(pk, "approved", clock)


def test_a_case_stays_under_the_rules_that_it_began_with() -> None:
    home = exited()
    with time_machine.travel(date(2021, 5, 10), tick=True) as clock:
        pk = opened("household.monitoring", home.pk, VILLAGE)
        assert case_of(pk).step == "report"
        clock.shift(timedelta(days=20))
        later = opened("household.monitoring", exited(head_name="李四").pk, VILLAGE)
        assert case_of(later).step == "warning"
        decided(pk, "reported", clock)
    packs = [(case.definition.regulation, case.definition.version) for case in map(_with_rules, (pk, later))]
    assert packs == [("jiangxi-2016", "2020"), ("national-2021", "2021")]
    assert case_of(pk).step == "review"


def _with_rules(pk: int) -> Case:
    with unit(system()):
        found: Case = Case.objects.select_related("definition").get(pk=pk)
    return found


def test_an_upheld_appeal_sets_the_exit_aside(clock: Any) -> None:
    home = exited()
    with unit(system()), acting("test.case", by=system(), reason="测试"):
        pass
    pk = opened("household.return", home.pk, VILLAGE)
    closed = services.advance(case_id=pk, outcome="dropped", reason="不符合", by=somebody("village_officer", VILLAGE))
    appeal = opened("household.appeal", home.pk, VILLAGE, {"against": closed.pk})
    decided(appeal, "accepted", clock)
    assert decided(appeal, "upheld", clock).result == "upheld"
    with unit(system()):
        again = Case.objects.get(kind="household.return", subject_id=home.pk, state="open")
    assert again.data["against"] == closed.pk


def test_what_a_subject_is_decides_which_procedures_begin(clock: Any) -> None:
    """Nothing contradictory begins on one household: each kind of case asks what the household is."""
    poor, left = make_household(), exited(head_name="李四")
    begins = {"household.exit": poor, "household.return": left, "household.removal": left}
    for kind, subject in begins.items():
        assert opened(kind, subject.pk, VILLAGE)
    never = [
        ("household.identification", poor, "已经在册"), ("household.identification", left, "已经在册"),
        ("household.exit", left, "不是在册贫困户"), ("household.return", poor, "已脱贫"),
        ("household.risk_removal", left, "不是监测对象"), ("village.exit", None, "名单"), ("county.exit", None, "名单"),
    ]  # fmt: skip
    for kind, home, says in never:
        place = VILLAGE if home or kind.startswith("village") else COUNTY
        with pytest.raises(Refused, match=says):
            opened(kind, home.pk if home else place, place)


def test_an_appeal_names_a_closed_case_of_the_same_household(clock: Any) -> None:
    home, other = exited(), exited(head_name="李四")
    still_open = opened("household.return", other.pk, VILLAGE)
    for against in (still_open, 10**12, None):
        data = {} if against is None else {"against": against}
        with pytest.raises(Refused, match="没有写明申诉的案件"):
            opened("household.appeal", home.pk, VILLAGE, data)


def test_an_exit_that_was_wrong_is_taken_back_by_appeal(clock: Any) -> None:
    home = make_household(food_secured=True, clothing_secured=True)
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=home).update(per_capita=Decimal(9000))
    pk = opened("household.exit", home.pk, VILLAGE)
    steps = (
        "proposed",
        "passed",
        "agreed",
        "marked",
        "helped",
        "met",
        "agrees",
        "clear",
        "agreed",
        "approved",
        "announced",
        "filed",
    )
    walked(pk, clock, *steps)
    assert now(home).status == "exited"
    appeal = opened("household.appeal", home.pk, VILLAGE, {"against": pk})
    walked(appeal, clock, "accepted", "upheld")
    assert (now(home).status, home.exited_on) == ("poor", None)


def test_a_household_registered_in_error_is_removed_and_stays_on_file(clock: Any) -> None:
    home = make_household()
    pk = opened("household.removal", home.pk, VILLAGE)
    assert walked(pk, clock, "proven", "passed", "clear", "approved").result == "removed"
    assert (now(home).status, home.removed_on) == ("removed", timezone.localdate())


def test_an_upheld_appeal_puts_a_village_back_on_the_list(clock: Any) -> None:
    forms()
    make_household(members=3)
    pk = opened("village.exit", VILLAGE, VILLAGE)
    walked(pk, clock, "proposed", "met", "clear", "approved", "filed")
    walked(opened("village.appeal", VILLAGE, VILLAGE, {"against": pk}), clock, "accepted", "upheld")
    with unit(system()):
        village = Village.objects.get(division=VILLAGE)
        again = Case.objects.get(kind="village.exit", state="open")
    assert (village.status, village.exited_on) == ("not_exited", None)
    assert decided(again.pk, "proposed", clock).step == "assessment"


def test_an_upheld_appeal_puts_a_county_back_on_the_list(clock: Any) -> None:
    forms()
    pk = opened("county.exit", COUNTY, COUNTY)
    walked(pk, clock, "applied", "agreed")
    decided(pk, "evaluated", clock, SOUND)
    walked(pk, clock, "met", "clear", "approved")
    walked(opened("county.appeal", COUNTY, COUNTY, {"against": pk}), clock, "accepted", "upheld")
    with unit(system()):
        county = County.objects.get(division=COUNTY)
        again = Case.objects.get(kind="county.exit", state="open")
    assert (county.status, county.exited_on) == ("not_exited", None)
    assert decided(again.pk, "applied", clock).step == "city"


def test_an_upheld_appeal_ends_the_watching(clock: Any) -> None:
    home = exited()
    pk = opened("household.monitoring", home.pk, VILLAGE)
    for outcome in NINE:
        decided(pk, outcome, clock, {"sudden": False, "risk": "illness"} if outcome == "taken_up" else None)
    walked(opened("household.appeal", home.pk, VILLAGE, {"against": pk}), clock, "accepted", "upheld")
    assert (now(home).monitoring_kind, home.risk_kind, home.risk_found_on) == ("", "", None)


def test_a_household_is_watched_by_the_rules_of_2020(clock: Any) -> None:
    clock.move_to(date(2020, 6, 1))
    home = exited()
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=home).update(year=2019)
    pk = opened("household.monitoring", home.pk, VILLAGE)
    decided(pk, "reported", clock, {"sudden": False, "risk": "illness"})
    assert walked(pk, clock, "passed", "clear", "agreed", "approved").result == "monitored"
    assert (now(home).monitoring_kind, home.risk_found_on) == ("unstable_exited", timezone.localdate())


def test_a_risk_is_removed_by_the_numbers_of_2020(clock: Any) -> None:
    home = exited(8000)
    clock.move_to(date(2020, 11, 2))
    with unit(system()), acting("test.watched", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=home).update(year=2019)
        Household.objects.filter(pk=home.pk).update(monitoring_kind="unstable_exited", risk_found_on=date(2020, 6, 1))
    pk = opened("household.risk_removal", home.pk, VILLAGE)
    walked(pk, clock, "proposed", "confirmed", "clear")
    with pytest.raises(Refused, match="观察期到 2020-12-01 才满"):
        decided(pk, "approved", clock)
    clock.move_to(date(2020, 12, 5))
    assert walked(pk, clock, "approved").result == "removed"
    assert now(home).risk_removed_on == timezone.localdate()


def test_an_upheld_appeal_against_a_removed_risk_has_the_household_watched_on(clock: Any) -> None:
    home = exited(8000)
    since = timezone.localdate() - timedelta(days=400)
    with unit(system()), acting("test.watched", by=system(), reason="测试"):
        Household.objects.filter(pk=home.pk).update(monitoring_kind="unstable_exited", risk_found_on=since)
    pk = opened("household.risk_removal", home.pk, VILLAGE)
    walked(pk, clock, "proposed", "confirmed", "clear", "approved")
    assert now(home).risk_removed_on == timezone.localdate()
    walked(opened("household.appeal", home.pk, VILLAGE, {"against": pk}), clock, "accepted", "upheld")
    assert (now(home).risk_found_on, home.risk_removed_on, home.risk_removal) == (since, None, "")


def test_an_upheld_appeal_against_a_return_keeps_the_day_of_the_exit(clock: Any) -> None:
    left_on = timezone.localdate() - timedelta(days=400)
    home = exited(1000, exited_on=left_on)
    pk = opened("household.return", home.pk, VILLAGE)
    walked(pk, clock, "reported", "passed", "clear", "agreed", "approved")
    assert now(home).status == "returned"
    walked(opened("household.appeal", home.pk, VILLAGE, {"against": pk}), clock, "accepted", "upheld")
    assert (now(home).status, home.exited_on, home.returned_on) == ("exited", left_on, None)


@pytest.mark.parametrize(
    ("days", "before"),
    [
        ({}, "poor"),
        ({"exited_on": 400}, "exited"),
        ({"exited_on": 400, "returned_on": 200}, "returned"),
        ({"exited_on": 200, "returned_on": 400}, "exited"),
    ],
)
def test_an_upheld_appeal_against_a_removal_puts_a_household_where_it_stood(
    clock: Any, days: dict[str, int], before: str
) -> None:
    today = timezone.localdate()
    home = make_household(status=before, **{key: today - timedelta(days=ago) for key, ago in days.items()})
    pk = opened("household.removal", home.pk, VILLAGE)
    walked(pk, clock, "proven", "passed", "clear", "approved")
    assert now(home).status == "removed"
    walked(opened("household.appeal", home.pk, VILLAGE, {"against": pk}), clock, "accepted", "upheld")
    assert (now(home).status, home.removed_on) == (before, None)


def test_fifteen_days_from_the_clue_to_the_decision(clock: Any) -> None:
    """No step of the nine ends after the fifteenth day; days for which an objection stops the case don't count."""
    pk = opened("household.monitoring", exited().pk, VILLAGE)
    began = timezone.localdate()
    decided(pk, "taken_up", clock, {"sudden": False})
    with unit(system()):
        assert queries.whole_due(case_of(pk)) == began + timedelta(days=15)
    clock.shift(timedelta(days=14))
    assert decided(pk, "found", clock).due_on == began + timedelta(days=15)
    made = services.object_to(
        case_id=pk, text="这一户有新盖的楼房", source="visit", by=somebody("village_officer", VILLAGE)
    )
    clock.shift(timedelta(days=4))
    assert services.escalate_due() == 0
    by = somebody("county_officer", VILLAGE)
    services.answer_objection(objection_id=made.pk, outcome="rejected", answer="查无此事", by=by)
    assert case_of(pk).due_on == began + timedelta(days=19)
    with unit(system()):
        assert queries.whole_due(case_of(pk)) == began + timedelta(days=19)
    clock.shift(timedelta(days=2))
    assert services.escalate_due() == 1


def test_a_number_that_did_not_hold_yet_is_said_and_stops_the_decision(clock: Any) -> None:
    clock.move_to(date(2016, 1, 15))
    forms()
    pk = opened("county.exit", COUNTY, COUNTY)
    walked(pk, clock, "applied", "agreed")
    decided(pk, "evaluated", clock, {**SOUND, "evaluated_on": "2016-01-15"})
    with pytest.raises(Refused, match=r"参数 exit\.county\.\w+ 在 2016"):
        decided(pk, "met", clock)


def test_unconfirmed_numbers_are_marked_where_they_judge(clock: Any, client_of: Any) -> None:
    pk = opened("household.monitoring", exited().pk, VILLAGE)
    for outcome in NINE[:4]:
        decided(pk, outcome, clock, {"sudden": False} if outcome == "taken_up" else None)
    for address in (f"/cases/{pk}/", f"/cases/{pk}/decide/passed/"):
        page = client_of("village").get(address).content.decode()
        assert "村民代表会议到会比例" in page
        assert "待确认" in page
