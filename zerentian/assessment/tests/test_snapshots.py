"""Pages of the snapshots: what is kept, figures on any of them equal to the ledger's, what differs between two."""

from datetime import timedelta
from io import BytesIO
from shutil import rmtree
from typing import Any

import pytest
import python_calamine
from django.core.management import CommandError, call_command
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, TOWNSHIPS, VILLAGES
from zerentian.assessment.models import Entry, Figure
from zerentian.assessment.queries.snapshots import figures_in, total_of, view_title
from zerentian.assessment.services import recompute
from zerentian.assessment.tests import factories
from zerentian.assessment.tests.factories import CITY, PROVINCE
from zerentian.exchange.models import Clue, MatchRun
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.models import Reading
from zerentian.registry.models import Household
from zerentian.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(filled: dict[str, Any]) -> tuple[str, str]:
    """Yesterday's snapshot, and today's after one household came, one went and one changed."""
    first = snapshots.take(timezone.localdate() - timedelta(days=1)).name
    homes = filled["households"][VILLAGES[0]]
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        Household.objects.filter(pk=homes[0].pk).update(size=7)
        Household.objects.filter(pk=homes[1].pk).update(status="not_identified")
        filled["new"] = factories.household(VILLAGES[1], 9)
    return first, snapshots.take(timezone.localdate()).name


def page(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


def test_every_measure_on_a_snapshot_gives_the_figures_of_the_ledger(filled: dict[str, Any]) -> None:
    done = recompute(by=system())
    manifest = snapshots.find(done.snapshot)
    checked = 0
    with unit(system(), writes=False):
        for measure in rulebook.measures().values():
            rows = Figure.objects.filter(measure=measure.id, body=0)
            for code in (PROVINCE, CITY, COUNTY, TOWNSHIPS[0], VILLAGES[0]):
                found = figures_in(manifest, code, measure)
                whole, stored = total_of(found, measure), rows.filter(division=code).first()
                told = (whole.numerator, whole.denominator) if found else None
                assert told == ((stored.numerator, stored.denominator) if stored else None), (measure.id, code)
                checked += bool(found)
    assert checked > 50


def test_the_command_counts_on_a_snapshot_and_writes_nothing(filled: dict[str, Any], capsys: Any) -> None:
    done = recompute(by=system())
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=filled["ungridded"].pk).update(grid_id=1)
    recompute(by=system(), division=COUNTY)
    with unit(system(), writes=False):
        before = Entry.objects.count(), list(Figure.objects.values_list("id", "numerator"))
    capsys.readouterr()
    call_command("recompute", "--snapshot", done.snapshot, "--measure", "households.in_grid", "--division", str(COUNTY))
    told = capsys.readouterr().out
    assert f"快照 {done.snapshot}" in told
    assert "households.in_grid" in told
    assert "19 / 20" in told
    assert "现在 20 / 20" in told
    call_command("recompute", "--snapshot", done.snapshot)
    assert len(capsys.readouterr().out.splitlines()) > 30
    with unit(system(), writes=False):
        assert (Entry.objects.count(), list(Figure.objects.values_list("id", "numerator"))) == before
    with pytest.raises(CommandError, match="没有名为"):
        call_command("recompute", "--snapshot", "2016-01-01-1")
    with pytest.raises(CommandError, match="没有指标"):
        call_command("recompute", "--snapshot", done.snapshot, "--measure", "no.such")


def test_the_list_says_what_is_kept_proved_and_destroyed(two: tuple[str, str], client_of: Any) -> None:
    first, second = two
    assert "尚未核验" in page(client_of("province"), "/ledger/snapshots/")
    snapshots.check(name=second, by=system())
    snapshots.destroy(name=first, ground="保存期已过", by=system())
    shown = page(client_of("county"), "/ledger/snapshots/")
    assert "核验完好" in shown
    assert "保存期已过" in shown
    assert "这份快照已销毁" in page(client_of("province"), f"/ledger/snapshots/{first}/")
    page(client_of("province"), "/ledger/snapshots/2016-01-01-1/", 404)
    rmtree(place("snapshots") / second)
    told = page(client_of("province"), f"/ledger/snapshots/{second}/")
    assert f"没有名为“{second}”的快照" in told, "a snapshot whose files are gone still has its page, which says so"
    assert "在这份快照上计算" not in told


def test_a_figure_is_counted_on_a_snapshot_in_the_readers_area(two: tuple[str, str], client_of: Any) -> None:
    address = f"/ledger/snapshots/{two[0]}/?measure=households.in_grid"
    assert "95.0%" in page(client_of("county"), f"{address}&area={COUNTY}")
    assert "80.0%" in page(client_of("county"), f"{address}&area={TOWNSHIPS[0]}")
    assert "合计" in page(client_of("village"), address)
    page(client_of("village"), f"{address}&area={COUNTY}", 404)


def test_differences_lead_from_the_province_to_the_rows(two: tuple[str, str], client_of: Any) -> None:
    client = client_of("province")
    address = f"/ledger/{PROVINCE}/differences/"
    query = f"?before={two[0]}&after={two[1]}"
    assert "在册户" in page(client, address + query)
    assert "在册户" in page(client, address)  # the last two days by themselves
    by_place = page(client, f"{address}{query}&view=household")
    assert f"/ledger/{CITY}/differences/?" in by_place
    village = page(client, f"/ledger/{VILLAGES[0]}/differences/{query}&view=household&kind=changed")
    assert "家庭人口数" in village or "人口" in village
    assert "1 → 7" in " ".join(village.split())
    with unit(system(), writes=False):
        assert Reading.objects.filter(page="assessment:differences").exists()
    assert "两份快照在这里没有不同" in page(client, f"/ledger/{VILLAGES[3]}/differences/{query}")
    assert "至少要有两份" in page(client, f"{address}?before={two[0]}&after={two[0]}")
    page(client_of("village"), address + query, 404)


def test_the_village_is_told_nothing_of_clues_by_a_snapshot(filled: dict[str, Any], client_of: Any) -> None:
    first = snapshots.take(timezone.localdate() - timedelta(days=1)).name
    home = filled["households"][VILLAGES[0]][0]
    with unit(system()), acting("test.clue", by=system(), reason="测试"):
        run = MatchRun.objects.create(division=PROVINCE, on=timezone.localdate(), snapshot="x", engine="duckdb")
        made = Clue.objects.create(
            rule="custody.serving", source="custody", kind="doubt", severity="clear", division=home.division,
            household_id=home.pk, holder="township", raised_on=timezone.localdate(),
            due_on=timezone.localdate() - timedelta(days=1), first_run_id=run.pk, last_run_id=run.pk,
        )  # fmt: skip
    second = snapshots.take(timezone.localdate()).name
    query = f"?before={first}&after={second}"
    here = f"/ledger/{VILLAGES[0]}/differences/{query}"
    township, village = client_of("township"), client_of("village")
    row = f"clue {made.pk}"
    assert row in page(township, f"{here}&view=clue")
    assert "比对线索" in page(township, here)
    for who in ("village", "grid_keeper"):
        assert "比对线索" not in page(client_of(who), here).partition("<main")[2]
        assert row not in page(client_of(who), f"{here}&view=clue")
    assert village.get(f"/ledger/{VILLAGES[0]}/differences/export/{query}&view=clue").status_code in (403, 404)
    figure = f"/ledger/snapshots/{second}/?measure=clues.answered_in_time"
    assert "合计" in page(township, figure)
    assert "合计" not in page(village, figure)
    assert "clues.answered_in_time" not in page(village, f"/ledger/snapshots/{second}/")


def test_differences_are_exported_to_whoever_may_export_files(two: tuple[str, str], client_of: Any) -> None:
    address = f"/ledger/{COUNTY}/differences/export/?before={two[0]}&after={two[1]}"
    answer = client_of("county").get(f"{address}&view=household")
    assert answer.status_code == 200
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows} >= {"新增", "减少", "变更"}
    assert any(row[4:6] == ["1", "7"] for row in rows)
    assert client_of("county").get(address).status_code == 404


def test_every_view_of_the_facts_is_called_by_a_name() -> None:
    with unit(system(), writes=False):
        assert [view for view in snapshots.fact_columns() if view_title(view) == view] == []
