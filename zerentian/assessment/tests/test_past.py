"""The ledger turned back: boards, lists, bodies, duties and entries as they stood at the end of an earlier day."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, VILLAGES
from zerentian.assessment.models import BodyStanding, Entry, Figure, PastEntry, PastFigure, Reckoning
from zerentian.assessment.queries.periods import end_of
from zerentian.assessment.services import recompute
from zerentian.assessment.tests.factories import CITY
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import as_it_stood, unit
from zerentian.registry.models import Household

pytestmark = pytest.mark.django_db
TABLES = ("entry", "figure", "bodystanding", "areastanding")


def days_ago(days: int) -> Any:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def yesterday(filled: dict[str, Any]) -> dict[str, Any]:
    """Computed three days ago with a household outside the grid, and again today after that was put right."""
    recompute(by=system())
    with unit(system()), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"update assessment_{table} set kept_from = kept_from - interval '3 days'")
        cursor.execute(
            "update assessment_reckoning set finished_at = finished_at - interval '3 days', facts_at = facts_at - interval '3 days'"
        )
        assert not PastEntry.objects.exists()  # the same day is one state
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=filled["ungridded"].pk).update(grid_id=1)
    recompute(by=system())
    return filled


def entry_of(duty: str, division: int) -> Entry:
    with unit(system(), writes=False):
        return Entry.objects.get(duty=duty, division=division, body_kind="party_government", requirement=0)


def test_what_a_row_was_at_the_end_of_a_day_is_kept(yesterday: dict[str, Any]) -> None:
    found = entry_of("12.2", CITY)
    with unit(system(), writes=False):
        assert (found.status, found.value) == ("on_track", 100)
        with as_it_stood(end_of(days_ago(1))):
            then = Entry.objects.get(pk=found.pk)
            assert (then.status, then.value) == ("failed", 95)
            assert Figure.objects.get(measure="households.in_grid", division=VILLAGES[0], body=0).numerator == 4
            own = BodyStanding.objects.get(body=found.body)
            assert Reckoning.objects.count() == 1
        with as_it_stood(end_of(days_ago(4))):
            assert not Entry.objects.exists()
        now = BodyStanding.objects.get(body=found.body)
        assert (own.red - now.red, now.good - own.good) == (1, 1)
        assert Figure.objects.get(measure="households.in_grid", division=VILLAGES[0], body=0).numerator == 5
        kept = PastFigure.objects.filter(measure="households.in_grid", body=0).count()
        assert kept == len({VILLAGES[0], VILLAGES[0] // 1000, COUNTY, CITY, 36})  # the village and the areas above


def test_a_second_change_on_one_day_keeps_nothing_more(yesterday: dict[str, Any]) -> None:
    with unit(system(), writes=False):
        before = PastEntry.objects.count(), PastFigure.objects.count()
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=yesterday["ungridded"].pk).update(grid_id=None)
    recompute(by=system(), division=COUNTY)
    with unit(system(), writes=False):
        assert (PastEntry.objects.count(), PastFigure.objects.count()) == before


def test_nothing_can_be_written_to_the_past(yesterday: dict[str, Any]) -> None:
    refused = pytest.raises(DatabaseError, match="cannot update view|permission denied")
    with unit(system()), as_it_stood(end_of(days_ago(1))), refused, transaction.atomic():
        Entry.objects.update(status="done")


def page(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


def test_pages_show_the_ledger_as_it_stood_and_say_so(yesterday: dict[str, Any], client_of: Any) -> None:
    client, day, found = client_of("province"), days_ago(1), entry_of("12.2", CITY)
    assert "100.0%" in page(client, f"/ledger/entries/{found.pk}/")
    past = page(client, f"/past/{day}/ledger/entries/{found.pk}/")
    assert "95.0%" in past
    assert f"这是 {day} 终了时的台账" in past
    assert f'href="/ledger/entries/{found.pk}/"' in past  # back to the present
    assert f'href="/past/{day}/ledger/bodies/{found.body}/"' in past
    assert yesterday["ungridded"].number in past  # the rows of that day, out of the snapshot
    assert 'id="dispute"' not in past
    assert yesterday["ungridded"].number not in page(client, f"/ledger/entries/{found.pk}/")
    for address in (
        f"{CITY}/",
        f"{CITY}/entries/?status=red",
        f"bodies/{found.body}/",
        f"duties/12.2/?area={CITY}",
        "mine/",
    ):
        shown = page(client, f"/past/{day}/ledger/{address}")
        assert f"这是 {day} 终了时的台账" in shown
        assert "立即重算" not in shown
    assert f"/past/{day}/ledger/{COUNTY}/" in page(client, f"/past/{day}/ledger/{CITY}/")
    assert "95.0%" in page(client, f"/past/{day}/ledger/{CITY}/entries/?status=red&duty=12.2")
    assert "没有符合条件" in page(client, f"/ledger/{CITY}/entries/?status=red&duty=12.2")
    assert client.get(f"/past/{day}/ledger/{CITY}/export/").status_code == 200
    assert "100.0%" in page(client, f"/ledger/entries/{found.pk}/")  # and the next page is of today again


def test_rows_are_not_shown_when_the_snapshot_of_the_day_is_gone(
    yesterday: dict[str, Any], client_of: Any, tmp_path: Any
) -> None:
    for folder in (tmp_path / "snapshots").iterdir():
        folder.rename(tmp_path / folder.name)
    past = page(client_of("province"), f"/past/{days_ago(1)}/ledger/entries/{entry_of('12.2', CITY).pk}/")
    assert "当日的快照没有留存" in past
    assert "95.0%" in past


def test_everything_else_leads_to_the_present(yesterday: dict[str, Any], client_of: Any) -> None:
    client, day = client_of("province"), days_ago(1)
    for path, target in (
        ("/households/?q=1", "/households/?q=1"), ("/api/v1/entries", "/api/v1/entries"), ("/nothing/", "/nothing/"),
    ):  # fmt: skip
        assert client.get(f"/past/{day}{path}").headers["Location"] == target
    assert client.get(f"/past/{timezone.localdate()}/ledger/").headers["Location"] == "/ledger/"
    assert client.post(f"/past/{day}/ledger/{CITY}/recompute/").headers["Location"] == f"/ledger/{CITY}/recompute/"
    page(client, "/past/2026-13-01/ledger/", 404)
    page(client_of("village"), f"/past/{day}/ledger/{CITY}/", 404)  # nobody sees more of the past than of the present


def test_a_day_is_chosen_on_the_page(yesterday: dict[str, Any], client_of: Any) -> None:
    client, day = client_of("province"), days_ago(1)
    assert 'action="/ledger/turn-back/"' in page(client, f"/ledger/{CITY}/")
    asked = f"/ledger/turn-back/?to=/ledger/{CITY}/&on="
    assert client.get(f"{asked}{day}").headers["Location"] == f"/past/{day}/ledger/{CITY}/"
    assert client.get(f"{asked}{timezone.localdate()}").headers["Location"] == f"/ledger/{CITY}/"
    assert client.get(f"/ledger/turn-back/?to=//elsewhere.cn/&on={day}").headers["Location"] == f"/past/{day}/ledger/"
    assert f"台账从 {days_ago(3)} 起有记录" in page(client, f"{asked}2016-01-01", 422)
    assert "请填写日期" in page(client, f"{asked}x", 422)
