"""The registers of villages and counties; the official count beside the running one."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from zerentian.accounts.tests.cast import COUNTY, actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied, Refused
from zerentian.registry.models import County, Household, OfficialCount, Village
from zerentian.registry.services import counts
from zerentian.registry.tests.factories import VILLAGE, make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed() -> None:
    """Two villages on the list, one of them left, and one that never was; the county."""
    with unit(system()), acting("test.forms", by=system(), reason="测试"):
        for n, (kind, status) in enumerate((("poor", "not_exited"), ("deep_poor", "exited"), ("ordinary", ""))):
            exited_on = date(2019, 4, 1) if status == "exited" else None
            Village.objects.create(
                division=VILLAGE + n, year=2025, kind=kind, status=status, exited_on=exited_on, population=1000
            )
        Village.objects.create(division=VILLAGE, year=2024, kind="poor", status="not_exited", population=900)
        County.objects.create(division=COUNTY, year=2025, kind="national", status="exited", rural_population=100_000)


def page(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_register_shows_the_newest_form_and_counts_now(client_of: Any, listed: None) -> None:
    make_household(members=4)
    make_household(members=2, status="exited")
    text = page(client_of("county"), "/villages/")
    assert "共 2 个，其中已退出 1 个" in text
    assert "0.40%" in text
    assert "900" not in text
    assert "共 3 个" in page(client_of("county"), "/villages/?kind=")
    assert "共 1 个" in page(client_of("county"), "/villages/?status=exited")
    assert "没有符合条件的" in page(client_of("county"), "/villages/?q=没有这个村")
    assert "共 0 个" in page(client_of("neighbour"), "/villages/")
    assert "国定贫困县" in page(client_of("county"), "/counties/")


def test_the_register_is_exported(client_of: Any, listed: None) -> None:
    answer = client_of("county").get("/villages/?kind=&sort=-exited&export=1")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows if str(row[0]).isdigit()] == [str(VILLAGE + n) for n in (1, 0, 2)]


def test_an_official_count_stands_while_the_register_goes_on(client_of: Any) -> None:
    home = make_household(members=3)
    make_household(members=2, status="applying")
    assert counts.take_count(by=actor_of_cast("province")) == 1
    with unit(system()), acting("test.exit", by=system(), reason="测试"):
        Household.objects.filter(pk=home.pk).update(status="exited")
    today = timezone.localdate()
    then, now = counts.official(VILLAGE, today, actor_of_cast("county")), counts.running(VILLAGE)
    with unit(actor_of_cast("county"), writes=False):
        then, now = counts.official(VILLAGE, today, actor_of_cast("county")), counts.running(VILLAGE)
    assert (then[VILLAGE]["persons"], then[VILLAGE]["poor_persons"]) == (3, 3)
    assert (now[VILLAGE]["persons"], now[VILLAGE]["poor_persons"]) == (3, 0)
    text = page(client_of("county"), f"/counts/?area={VILLAGE}")
    assert "形成后不再变动" in text
    assert "差额 -3" in text
    assert "差额 +0" in text
    assert client_of("neighbour").get(f"/counts/?area={VILLAGE}").status_code == 404
    with pytest.raises(Refused, match="已经形成"):
        counts.take_count(by=actor_of_cast("province"))


def test_an_official_count_is_never_changed() -> None:
    make_household()
    counts.take_count(by=actor_of_cast("province"))
    with (
        unit(system()),
        acting("test.change", by=system(), reason="测试"),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        OfficialCount.objects.update(persons=0)


def test_only_the_province_takes_a_count(client_of: Any) -> None:
    make_household()
    with pytest.raises(Denied):
        counts.take_count(by=actor_of_cast("county"))
    assert client_of("county").post("/counts/new/", {"sure": "1"}).status_code == 403
    assert "形成今天的时点数" not in page(client_of("county"), "/counts/")


def test_the_worker_takes_it_on_the_cut_off_date() -> None:
    make_household()
    with time_machine.travel(date(2026, 12, 30), tick=True) as clock:
        counts.take_on_the_day()
        with unit(system()):
            assert not OfficialCount.objects.exists()
        clock.shift(timedelta(days=1))
        counts.take_on_the_day()
        counts.take_on_the_day()
    with unit(system()):
        assert OfficialCount.objects.get().cut_on == date(2026, 12, 31)


def test_the_size_once_set_is_shown_beside_the_count_of_its_own_area(client_of: Any) -> None:
    make_household()
    text = page(client_of("province"), "/counts/")
    assert "曾下达的规模：3,460,000 人" in text
    assert "不作为任何村的上限" in text
    assert "曾下达的规模" not in page(client_of("county"), "/counts/")
