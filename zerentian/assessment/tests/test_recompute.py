"""The ledger from records: whole through a snapshot, areas on the live facts, equal, only what changed, resumable."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, TOWNSHIPS, VILLAGES, actor_of_cast
from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, EntryChange, Figure, Reckoning
from zerentian.assessment.queries import bound_measures
from zerentian.assessment.services import figures, reckoning, recompute
from zerentian.assessment.tests.factories import CITY, PROVINCE
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Refused
from zerentian.registry.models import Household
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.pack import OverlayFile
from zerentian.rulebook.rules.reading import check_content
from zerentian.rulebook.services import file_overlay

pytestmark = pytest.mark.django_db


@pytest.fixture
def computed(filled: dict[str, Any]) -> dict[str, Any]:
    """Records, and the whole ledger computed through a snapshot."""
    recompute(by=system())
    return filled


def figure(measure: str, division: int) -> tuple[Decimal, Decimal] | None:
    with unit(system(), writes=False):
        return (
            Figure.objects.filter(measure=measure, division=division, body=0)
            .values_list("numerator", "denominator")
            .first()
        )


def entry(duty: str, division: int, requirement: int = 0) -> Entry:
    with unit(system(), writes=False):
        return Entry.objects.filter(duty=duty, division=division, requirement=requirement).order_by("-period").first()


def ledger() -> tuple[list[Any], list[Any], list[Any]]:
    """Everything computed, without ids."""
    with unit(system(), writes=False):
        figures = Figure.objects.order_by("measure", "body", "division").values_list(
            "measure", "body", "division", "level", "own_numerator", "own_denominator", "numerator", "denominator"
        )
        entries = Entry.objects.order_by("body", "duty", "requirement", "period").values_list(
            "body", "duty", "requirement", "period", "status", "value", "target", "since"
        )
        standings = AreaStanding.objects.order_by("division").values_list(
            "division", "bodies", "red", "share", "not_measured"
        )
        return list(figures), list(entries), list(standings)


def test_every_measure_counts_the_same_on_both_engines(filled: dict[str, Any]) -> None:
    bound, faults = bound_measures(timezone.localdate())
    assert not faults
    assert len(bound) >= 20
    manifest = snapshots.take(timezone.localdate())
    assert manifest.rows("household") == 20
    different = []
    with snapshots.session(manifest.folder) as duck, unit(system(), writes=False), connection.cursor() as cursor:
        for one in bound.values():
            for sql in (one.sql, one.evidence):
                cursor.execute(f"select * from ({sql}) q")
                live = sorted(tuple(map(str, row)) for row in _plain(cursor.fetchall()))
                kept = sorted(tuple(map(str, row)) for row in _plain(duck.execute(sql).fetchall()))
                if live != kept:
                    different.append((one.measure.id, live[:3], kept[:3]))
    assert not different


def _plain(rows: list[Any]) -> list[Any]:
    return [tuple(Decimal(v).normalize() if isinstance(v, int | Decimal) else v for v in row) for row in rows]


def test_an_area_sets_aside_only_the_columns_that_are_counted() -> None:
    bound, _faults = bound_measures(timezone.localdate())
    one = bound["households.in_grid"]
    read = figures._columns_read({"one": one})
    assert {'"division"', '"grid"', '"status"'} <= set(read["household"].split(", "))
    assert "house_grade" not in read["household"]
    every = figures._columns_read({"one": one, "all": replace(one, sql="select h.* from facts.household h")})
    assert every["household"] == "*"
    product = replace(one, sql="select h.division, h.size * 2.5 from facts.household h, facts.village")
    assert figures._columns_read({"one": product})["household"] == '"household", "division", "size"'


def test_figures_are_summed_to_every_level_and_judged(computed: dict[str, Any]) -> None:
    assert figure("households.in_grid", VILLAGES[0]) == (4, 5)
    assert figure("households.in_grid", TOWNSHIPS[0]) == (9, 10)
    assert figure("households.in_grid", COUNTY) == figure("households.in_grid", PROVINCE) == (19, 20)
    city = entry("12.2", CITY)
    assert (city.status, city.value, city.reason) == ("failed", Decimal(95), "short")
    assert (entry("17.2", COUNTY).value, entry("17.2", COUNTY).status) == (Decimal(95), "failed")
    assert (entry("21.1", TOWNSHIPS[1]).value, entry("21.1", TOWNSHIPS[1]).status) == (Decimal(1), "at_risk")
    assert entry("26.3", VILLAGES[0]).status == "on_track"
    assert entry("26.1", VILLAGES[0], 1).value == 0
    assert entry("22.1", TOWNSHIPS[0]).status == "not_applicable"
    with unit(system(), writes=False):
        measured = Entry.objects.exclude(status="not_measured").values_list("duty", flat=True).distinct()
        assert len(set(measured)) >= 20
        own = BodyStanding.objects.get(body=computed["main"][TOWNSHIPS[1]].pk)
        assert own.at_risk >= 1
        assert AreaStanding.objects.get(division=COUNTY).bodies == 1 + 2 + 4 + 1  # those that owe something


def test_computing_again_changes_nothing(computed: dict[str, Any]) -> None:
    before = ledger()
    again = recompute(by=system())
    assert (again.figures_changed, again.entries_changed) == (0, 0)
    area = recompute(by=system(), division=VILLAGES[0])
    assert (area.division, area.figures_changed, area.entries_changed) == (COUNTY, 0, 0)
    assert ledger() == before


def test_an_area_computed_alone_equals_the_whole(computed: dict[str, Any]) -> None:
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=computed["ungridded"].pk).update(
            grid_id=computed["households"][VILLAGES[0]][2].grid_id
        )
        Household.objects.filter(division=VILLAGES[3]).update(status="removed")
    done = recompute(by=system(), division=COUNTY)
    assert done.entries_changed > 0
    assert figure("households.in_grid", PROVINCE) == (15, 15)
    assert entry("12.2", CITY).status == "on_track"
    alone = ledger()
    assert recompute(by=system()).entries_changed == 0
    assert ledger() == alone


def test_each_measure_computed_alone_equals_the_whole(computed: dict[str, Any]) -> None:
    before = ledger()
    for measure in sorted(rulebook.measures()):
        done = recompute(by=system(), measure=measure)
        assert (measure, done.figures_changed, done.entries_changed) == (measure, 0, 0)
    assert ledger() == before
    with pytest.raises(Refused):
        recompute(by=system(), measure="no.such")


def test_a_change_is_kept_with_its_day_and_what_stayed_keeps_its_since(filled: dict[str, Any]) -> None:
    recompute(by=system(), on=date(2026, 11, 1))
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=filled["ungridded"].pk).update(grid_id=filled["households"][VILLAGES[0]][2].grid_id)
    recompute(by=system(), on=date(2026, 11, 2))
    city = entry("12.2", CITY)
    assert (city.status, city.since) == ("on_track", date(2026, 11, 2))
    assert entry("17.2", COUNTY).since == date(2026, 11, 1)
    with unit(system(), writes=False):
        (change,) = EntryChange.objects.filter(entry_id=city.pk)
        assert (change.before_status, change.status, change.before_value, change.value) == (
            "failed",
            "on_track",
            95,
            100,
        )


def test_a_past_period_closes_overdue_and_a_new_one_opens(filled: dict[str, Any]) -> None:
    recompute(by=system(), on=date(2026, 10, 31))
    team = entry("26.1", VILLAGES[0], 1)
    assert (team.period, team.status) == ("2026-10", "at_risk")
    recompute(by=system(), on=date(2026, 11, 4))
    with unit(system(), writes=False):
        both = dict(Entry.objects.filter(body=team.body, duty="26.1", requirement=1).values_list("period", "status"))
    assert both == {"2026-10": "at_risk", "2026-11": "not_due"}
    recompute(by=system(), on=date(2026, 11, 6))
    with unit(system(), writes=False):
        assert Entry.objects.get(pk=team.pk).status == "overdue"
        assert EntryChange.objects.filter(entry_id=team.pk, kind="closed").count() == 1


def test_a_local_measure_is_obeyed_in_its_area_only(computed: dict[str, Any]) -> None:
    added = {
        "id": "22.9", "article": 22, "title": {"zh": "网格全覆盖", "en": "All in grids"},
        "statement": {"zh": "乡镇的在册户全部划入网格。", "en": "Every household of a township in a grid."},
        "subjects": [{"kind": "party_government", "level": "township"}], "cycle": "standing",
        "requires": [{"measure": "households.in_grid", "op": "ge", "value": 100, "unit": "percent", "over": "area"}],
    }  # fmt: skip
    content = {
        "title": "兴国县配套措施",
        "area": COUNTY,
        "valid_from": timezone.localdate(),
        "tighten": [],
        "add": [added],
    }
    file_overlay(content=check_content(OverlayFile, content), by=actor_of_cast("county"))
    assert Run.objects.filter(kind=reckoning.KIND, status="waiting").count() == 1
    recompute(by=system(), division=COUNTY)
    with unit(system(), writes=False):
        local = dict(Entry.objects.filter(duty="22.9").values_list("division", "status"))
    assert local == {TOWNSHIPS[0]: "failed", TOWNSHIPS[1]: "on_track"}


def test_changed_records_queue_one_computation_a_county(computed: dict[str, Any]) -> None:
    by = actor_of_cast("county")
    with unit(by):
        for village in VILLAGES:
            announce("records.changed", division=village, by=by)
    runs = Run.objects.filter(kind=reckoning.KIND, status="waiting")
    assert [(r.division, r.arguments) for r in runs] == [(COUNTY, {"area": COUNTY})]


def test_only_those_who_may_compute_do(computed: dict[str, Any]) -> None:
    with pytest.raises(Denied):
        recompute(by=actor_of_cast("village"))
    by = actor_of_cast("county")
    assert Permission.LEDGER_RECOMPUTE in by.permissions
    with unit(by), pytest.raises(Refused):
        reckoning.start_recompute(by=by, division=360731000000)


def test_the_commands_say_what_they_did(filled: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("recompute")
    call_command("recompute", division="360732", measure="grids.kept")
    call_command("coverage")
    told = capsys.readouterr().out
    assert "测算完成" in told
    with unit(system(), writes=False):
        known = rulebook.measures()
        measured = sum(any(r.measure in known for r in duty.requirements) for duty in rulebook.book().duties)
        assert f"34 条，86 项责任，已测算 {measured} 项" in told
        assert Reckoning.objects.count() == 2
