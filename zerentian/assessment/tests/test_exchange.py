"""What the ledger counts of the exchange (duties 7.2, 10.4, 22.2, 25.3): the same on both engines, with its evidence."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import VILLAGES, user_of
from zerentian.assessment.models import Entry
from zerentian.assessment.queries.evidence import evidence
from zerentian.assessment.services import recompute
from zerentian.assessment.tests import factories
from zerentian.assessment.tests.factories import PROVINCE, counted
from zerentian.exchange import queries
from zerentian.exchange.models import Clue, Delivery, DeliveryTerm, MatchRun, Reply
from zerentian.exchange.services import keep_calendar
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.scope import Scope
from zerentian.organisations.models import Body
from zerentian.registry.models import Household
from zerentian.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 29)
VEHICLES = "vehicles"


@pytest.fixture(autouse=True)
def _that_day() -> Iterator[None]:
    """What is asked of the live facts is asked on the day that is computed, too."""
    with time_machine.travel(datetime.combine(DAY, time(12), timezone.get_current_timezone()), tick=True):
        yield


@pytest.fixture(autouse=True)
def _one_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vehicles alone, however many sources there are."""
    only = {VEHICLES: queries.source(VEHICLES)}
    monkeypatch.setattr(queries, "sources", lambda: only)


def police() -> Body:
    """The department that delivers the vehicles of the province."""
    return factories.body(PROVINCE, "department", department="public_security")


def delivery(period: str, day: date, **more: Any) -> Delivery:
    facts: dict[str, Any] = {
        "source": VEHICLES, "division": PROVINCE, "kind": "full", "way": "page", "state": "stored", "size": 1, "name": "f.csv",
        "sha256": f"{period}{day}", "receipt": f"{period}-{day:%m%d}", "contract": "1", "who": "某人",
        "delivered_at": datetime.combine(day, time(23), timezone.get_current_timezone()),
    } | more  # fmt: skip
    found: Delivery = Delivery.objects.create(period=period, **facts)
    return found


def match() -> MatchRun:
    made: MatchRun = MatchRun.objects.create(
        division=PROVINCE, on=DAY, snapshot="x", engine="duckdb", finished_at=timezone.now()
    )
    return made


def clue(of: MatchRun, home: Household, number: int, **more: Any) -> Clue:
    """A clue about a household that is due in ten days, unless told otherwise."""
    facts: dict[str, Any] = {
        "source": VEHICLES, "kind": "doubt", "severity": "strict", "division": home.division, "household_id": home.pk,
        "holder": "village", "raised_on": DAY, "due_on": DAY + timedelta(days=10), "first_run_id": of.pk, "last_run_id": of.pk,
    } | more  # fmt: skip
    found: Clue = Clue.objects.create(rule=f"{facts['source']}.r{number}", **facts)
    return found


def settled(day: date, conclusion: str = "explained") -> dict[str, Any]:
    return {"state": "settled", "conclusion": conclusion, "answered_on": day, "settled_on": day}


def test_the_sources_that_measures_name_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    named = {
        name
        for measure in rulebook.measures().values()
        for found in re.findall(r"source (?:= |in \()('[^)\n]*')", f"{measure.sql} {measure.evidence_sql}")
        for name in re.findall(r"'(\w+)'", found)
    }
    assert {"village_cadres", "payroll", "farm_machinery", "micro_loan"} <= named
    assert {name for name in named if name not in ("doubt", "settled")} <= set(queries.sources())


def test_each_delivery_owed_is_a_row_with_the_first_one_that_came(filled: dict[str, Any]) -> None:
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        office = Body.objects.get(division=PROVINCE, kind="poverty_office").pk
        assert keep_calendar(DAY) == 7  # four quarters of last year, three of this
        assert set(DeliveryTerm.objects.values_list("body_id", "department")) == {(office, "public_security")}
        own = police()
        delivery("2026-Q1", date(2026, 4, 10))
        delivery("2026-Q1", date(2026, 5, 10))
        delivery("2026-Q2", date(2026, 7, 11))
        delivery("2026-Q3", date(2026, 10, 1), state="withdrawn")
        assert keep_calendar(DAY) == 7
        assert keep_calendar(DAY) == 0
        rows = DeliveryTerm.objects.filter(body_id=own.pk, due_on__year=2026).order_by("due_on")
        assert list(rows.values_list("period", "due_on", "delivered_on")) == [
            ("2025-Q4", date(2026, 1, 10), None),
            ("2026-Q1", date(2026, 4, 10), date(2026, 4, 10)),
            ("2026-Q2", date(2026, 7, 10), date(2026, 7, 11)),
            ("2026-Q3", date(2026, 10, 10), None),
        ]


def test_the_department_and_the_office_answer_for_deliveries(filled: dict[str, Any]) -> None:
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        own = police()
        delivery("2026-Q1", date(2026, 4, 10))
        delivery("2026-Q2", date(2026, 7, 11))
    recompute(by=system(), on=DAY)
    with unit(system(), writes=False):
        rows = Entry.objects.filter(
            duty="7.2", measure="deliveries.on_time", reason__in=("past_due", "due_soon", "not_yet")
        )
        told = {e.body_kind: (e.numerator, e.denominator, e.over) for e in rows.filter(period="2026-11")}
        assert told == {"department": (1, 4, "own"), "poverty_office": (1, 4, "area")}
        entry = rows.get(body=own.pk, period="2026-11")
        found = evidence(entry, Scope.everywhere())
        assert found is not None
        assert [(row.label, row.why) for row in found.rows] == [
            ("机动车登记 2025-Q4", "到期未交付"), ("机动车登记 2026-Q2", "超过期限才交付"), ("机动车登记 2026-Q3", "到期未交付"),
        ]  # fmt: skip
        assert {row.url for row in found.rows} == {"/exchange/sources/vehicles/"}
        others = Entry.objects.filter(duty="7.2", body_kind="department").exclude(body=own.pk)
        assert set(others.values_list("status", flat=True)) <= {"not_applicable"}


def test_clues_are_answered_by_their_day(filled: dict[str, Any]) -> None:
    home = filled["households"][VILLAGES[0]][0]
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        run, late = match(), DAY - timedelta(days=3)
        clue(run, home, 1)  # still has its days
        clue(run, home, 2, due_on=late, gone_on=late - timedelta(days=1))  # its evidence went in time
        clue(run, home, 3, due_on=late, **settled(late))
        open_late = clue(run, home, 4, due_on=late)
        answered_late = clue(run, home, 5, due_on=late, **settled(DAY))
        clue(run, home, 6, due_on=date(2025, 5, 1), **settled(date(2025, 5, 2)))  # an earlier year's
    why = {open_late.pk: "到期未答复", answered_late.pk: "答复超过时限"}
    assert counted("clues.answered_in_time", on=DAY) == {"clues.answered_in_time": ((1, 3), why)}


def test_differences_from_departments_count_until_the_register_is_right(filled: dict[str, Any]) -> None:
    homes = filled["households"][VILLAGES[0]]
    name = "records.agree_with_departments"
    assert counted(name, on=DAY) == {name: (None, {})}  # nothing was compared yet
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        run = match()
        waiting = clue(run, homes[0], 1, kind="record")
        proved = clue(run, homes[1], 2, kind="record", **settled(DAY, "confirmed"))
        clue(run, homes[2], 3, kind="record", **settled(DAY, "wrong_data"))
        clue(run, homes[3], 4, kind="record", gone_on=DAY, **settled(DAY, "confirmed"))
        clue(run, homes[4], 5)
    why = {waiting.pk: "与部门数据的出入尚未办结", proved.pk: "核实属实，登记尚未更正"}
    assert counted(name, on=DAY) == {name: ((3, 5), why)}


@pytest.mark.parametrize(
    ("measure", "source", "text"),
    [
        ("clues.kinship_reviewed", "village_cadres", "到期未复核"),
        ("funds.doubts_settled", "payroll", "到期未办结"),
    ],
)
def test_flags_of_one_matter_are_settled_by_their_day(
    filled: dict[str, Any], measure: str, source: str, text: str
) -> None:
    home = filled["households"][VILLAGES[0]][0]
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        run, late = match(), DAY - timedelta(days=1)
        clue(run, home, 1, due_on=late)  # of another source
        clue(run, home, 2, source=source)
        clue(run, home, 3, source=source, **settled(DAY))
        unread = clue(run, home, 4, source=source, due_on=late, state="answered", answered_on=late)
    assert counted(measure, on=DAY) == {measure: ((1, 2), {unread.pk: text})}


def test_the_department_answers_what_comes_back(filled: dict[str, Any]) -> None:
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        own, sent, home = police(), delivery("2026-Q1", date(2026, 4, 10)), filled["households"][VILLAGES[0]][0]
        asked = clue(match(), home, 1, **settled(DAY, "wrong_data"))
        late = DAY - timedelta(days=3)
        for row, facts in enumerate((
            {"due_on": DAY}, {"due_on": late}, {"due_on": late, "state": "corrected", "answered_on": late},
            {"due_on": late, "state": "noted"},
        ), start=1):  # fmt: skip
            Reply.objects.create(
                delivery=sent, division=PROVINCE, source=VEHICLES, rule=asked.rule, row=row, clue_id=asked.pk,
                conclusion="wrong_data", raised_on=late, **facts,
            )  # fmt: skip
    recompute(by=system(), on=DAY)
    with unit(system(), writes=False):
        entry = Entry.objects.get(duty="7.2", measure="replies.answered_in_time", body=own.pk, period="2026-11")
        assert (entry.numerator, entry.denominator) == (1, 2)
        found = evidence(entry, Scope.everywhere())
    assert found is not None
    assert [row.why for row in found.rows] == ["到期未答复"]
    assert snapshots.kept()[0].rows("delivery_term") == 7


def test_the_rows_behind_are_for_those_who_may_read_them(filled: dict[str, Any], client_of: Any) -> None:
    """A department sees its own deliveries and what came of them; the figures of others, without their rows."""

    def behind(name: str, entry: Entry) -> str:
        answer = client_of(name).get(f"/ledger/entries/{entry.pk}/")
        assert answer.status_code == 200
        return str(answer.content.decode())

    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        own, home, other = police(), filled["households"][VILLAGES[0]][0], user_of("department")
        delivery("2026-Q1", date(2026, 4, 10))
        clue(match(), home, 1, due_on=DAY - timedelta(days=3))
    recompute(by=system(), on=DAY)
    with unit(system(), writes=False):
        rows = Entry.objects.filter(period="2026-11")
        late, owed = rows.get(measure="clues.answered_in_time"), rows.get(measure="deliveries.on_time", body=own.pk)
    assert "到期未答复" in behind("province", late)
    for entry, permission in ((late, "查看比对线索"), (owed, "查看数据交换")):
        text = behind("department", entry)
        assert f"背后的记录只向有“{permission}”权限的人员显示" in text
        assert "到期未答复" not in text
        assert "到期未交付" not in text
    with unit(system()), acting("test.seat", by=system(), reason="测试"):
        RoleGrant.objects.filter(user=other).update(body_id=own.pk)
    assert "机动车登记 2025-Q4" in behind("department", owed)
    assert "到期未答复" not in behind("department", late)


def test_rows_that_a_higher_desk_is_asked_about_first_are_not_the_villages(
    filled: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    home = filled["households"][VILLAGES[0]][0]
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        kept = clue(match(), home, 1, source="village_cadres", holder="township", due_on=DAY - timedelta(days=1))
        Clue.objects.filter(pk=kept.pk).update(rule="village_cadres.member")
    recompute(by=system(), on=DAY)

    def rows(scope: Scope) -> list[int]:
        with unit(system(), writes=False):
            entry = Entry.objects.get(measure="clues.kinship_reviewed", division=VILLAGES[0] // 1000 * 1000)
            found = evidence(entry, scope)
            assert found is not None
            return [row.id for row in found.rows]

    village = Scope.of([VILLAGES[0]])
    assert rows(Scope.of([VILLAGES[0] // 1000 * 1000])) == [kept.pk]
    assert rows(village) == []
    with unit(system()), acting("test.hand", by=system(), reason="测试"):
        Clue.objects.filter(pk=kept.pk).update(holder="village")
    assert rows(village) == [kept.pk]
