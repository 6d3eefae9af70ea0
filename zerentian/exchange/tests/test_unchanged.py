"""A full table that did not change is delivered for each period: on time, its rows taken and matched once."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, ClueEvidence, Delivery, DeliveryTerm, TableVersion
from zerentian.exchange.queries.calendar import calendar
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, department_database, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db
CARS = HEAD + row("赣B1", NUMBER) + "".join(row(f"赣C{n}", NUMBER) for n in range(40)) + row("赣X", NUMBER, price="八")

LIST = (
    "certificate,member,holder_id,holder_name,kind,monthly,care_grade,care_monthly,granted_on,stopped_on,state,area\n"
    f"D1,1,{NUMBER},王小明,农村低保,300,,,2018-01-01,,在享,360732\n"
)


def tables() -> list[list[int]]:
    """Of which deliveries each table is."""
    with unit(system(), writes=False):
        return list(TableVersion.objects.order_by("number").values_list("of", flat=True))


def withdrawn(one: Delivery) -> None:
    with unit(system()):
        services.withdraw(delivery_id=one.pk, reason="文件给错了", by=actor_of_cast("province"))


def test_the_same_table_in_the_next_period_is_a_delivery_of_its_own() -> None:
    first, again = delivered(CARS, period="2026-Q2"), delivered(CARS, period="2026-Q3")
    assert again.pk != first.pk
    assert (again.state, again.unchanged_since_id, again.period) == ("stored", first.pk, "2026-Q3")
    assert (again.row_count, again.good, again.refused, again.counts) == (42, 41, 1, first.counts)
    assert (first.row_count, first.good, again.errors_file_id) == (42, 41, first.errors_file_id)
    assert delivered(CARS, period="2026-Q3").pk == again.pk, "the same file again for its period is none"
    assert delivered(CARS, period="2026-Q2").pk == first.pk
    assert delivered(CARS, period="2026-Q4").unchanged_since_id == first.pk
    assert tables() == [[first.pk]]


def test_no_row_is_matched_again_and_no_clue_doubled() -> None:
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="王小明")
    delivered(CARS, period="2026-Q2")
    first = matched()
    with unit(system()):
        before = list(ClueEvidence.objects.order_by("id").values_list("clue_id", "digest", "row"))
    delivered(CARS, period="2026-Q3")
    second = matched()
    with unit(system()):
        assert before == list(ClueEvidence.objects.order_by("id").values_list("clue_id", "digest", "row"))
        assert Clue.objects.count() > 0
    assert (second.result, second.versions) == (first.result, first.versions)
    assert {one["name"]: one["taken_over"] for one in second.stages}["exact/vehicles"] is True


def test_it_is_on_time_in_the_calendar() -> None:
    today, by, monthly = timezone.localdate(), actor_of_cast("province"), "low_income"
    with unit(by):
        owed = [line.term for line in calendar(by, today) if line.source.id == monthly]
    due, late = next(t for t in owed if t.due_on >= today), next(t for t in owed if t.due_on < today)
    made = [delivered(LIST, source=monthly, period=term.period) for term in (late, due)]
    assert made[1].unchanged_since_id == made[0].pk
    services.keep_calendar(today)
    with unit(by):
        states = {line.term.period: line.state for line in calendar(by, today) if line.source.id == monthly}
        kept = dict(DeliveryTerm.objects.filter(source=monthly).values_list("period", "delivery_id"))
    assert (states[due.period], states[late.period]) == ("came", "came_late")
    assert kept[due.period] == made[1].pk


def test_the_table_is_complete_to_the_end_of_the_newest_period() -> None:
    def complete_on() -> str:
        with unit(system(), writes=False), connection.cursor() as cursor:
            cursor.execute("select complete_on::text from facts.full_table where source = 'vehicles'")
            return str(cursor.fetchone()[0])

    delivered(CARS, period="2026-Q2")
    assert complete_on() == "2026-06-30"
    again = delivered(CARS, period="2026-Q3")
    assert complete_on() == "2026-09-30"
    withdrawn(again)
    assert complete_on() == "2026-06-30"


def test_after_another_table_or_under_another_contract_it_is_taken_in_like_a_new_one() -> None:
    first = delivered(CARS, period="2026-Q1")
    other = delivered(HEAD + row("赣B9", NUMBER), period="2026-Q2")
    back = delivered(CARS, period="2026-Q3")
    assert (back.state, back.unchanged_since_id, back.good) == ("stored", None, 41)
    assert tables() == [[first.pk], [other.pk], [back.pk]]
    with unit(system()), acting("test.contract", by=system(), reason="测试"):
        Delivery.objects.filter(pk=back.pk).update(contract="of another year")
    assert delivered(CARS, period="2026-Q4").unchanged_since_id is None


def test_what_others_rest_on_is_taken_back_after_them() -> None:
    first, again = delivered(CARS, period="2026-Q2"), delivered(CARS, period="2026-Q3")
    with pytest.raises(Refused, match=f"{again.receipt}；请先撤回"):
        withdrawn(first)
    withdrawn(again)
    assert tables() == [[first.pk]], "the table is what it was"
    withdrawn(first)
    assert tables() == [[first.pk], []]
    assert delivered(CARS, period="2026-Q3").unchanged_since_id is None


def test_a_correction_of_it_goes_over_every_row_that_it_stands_for() -> None:
    first, again = delivered(CARS, period="2026-Q2"), delivered(CARS, period="2026-Q3")
    text = HEAD + row("赣B9", NUMBER)
    corrected = delivered(text, kind="correction", replaces=again.pk, period="2026-Q3")
    with unit(system(), writes=False):
        again.refresh_from_db()
        table = TableVersion.objects.latest("number")
    assert (corrected.state, again.state, table.row_count, table.of) == ("stored", "replaced", 1, [corrected.pk])
    withdrawn(corrected)
    with unit(system(), writes=False):
        again.refresh_from_db()
        table = TableVersion.objects.latest("number")
    assert (again.state, table.row_count, table.of) == ("stored", 41, [first.pk])


def test_by_page(client_of: Any) -> None:
    first = delivered(CARS, period="2026-Q2")
    client, address = client_of("province"), "/exchange/sources/vehicles/deliver/"

    def sent() -> Any:
        file = SimpleUploadedFile("v.csv", CARS.encode())
        return client.post(address, {"period": "2026-Q3", "kind": "full", "content": file})

    goes_to = sent().url
    with unit(system(), writes=False):
        made = Delivery.objects.latest("id")
    services.take_in_here(delivery_id=made.pk, by=actor_of_cast("province"))
    page = client.get(goes_to).content.decode()
    assert f"与 2026-Q2 的交付 {first.receipt} 是同一个文件：数据自那次以来没有变化" in page
    assert f'href="/exchange/deliveries/{first.pk}/"' in page
    client.cookies["django_language"] = "en"
    assert f"same file as delivery {first.receipt} for 2026-Q2" in client.get(goes_to).content.decode()
    assert sent().url == goes_to
    assert "· unchanged" in " ".join(client.get("/exchange/deliveries/").content.decode().split())
    refused = client.post(f"/exchange/deliveries/{first.pk}/withdraw/", {"reason": "导出条件写错"})
    assert refused.status_code == 422
    assert made.receipt in refused.content.decode()


def test_from_the_shared_folder(tmp_path: Path, settings: Any) -> None:
    settings.ZERENTIAN_EXCHANGE_SETTLE, settings.ZERENTIAN_EXCHANGE_FOLDER = 0, str(tmp_path / "shared")
    folder = tmp_path / "shared" / "vehicles"
    folder.mkdir(parents=True)
    for period in ("2026-Q2", "2026-Q3"):
        (folder / f"{period}.csv").write_text(CARS)
        assert services.look(folder.parent, here=True).done == [f"{period}.csv"]
    with unit(system(), writes=False):
        first, again = Delivery.objects.order_by("id")
    receipt = next((folder / "done").glob("*2026-Q3.csv.receipt.txt")).read_text("utf-8-sig")
    assert f"与交付 {first.receipt} 相同：数据自那次以来没有变化，已记为 2026-Q3 的交付" in receipt
    assert again.unchanged_since_id == first.pk
    (folder / "2026-Q3.csv").write_text(CARS)
    assert services.look(folder.parent, here=True).done == ["2026-Q3.csv"]
    with unit(system(), writes=False):
        assert Delivery.objects.count() == 2


def test_read_from_a_departments_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with department_database("zt_department_same") as address:
        monkeypatch.setenv("ZERENTIAN_READ_SAME", address)
        values = dict(zip(HEAD.strip().split(","), row("赣B1", NUMBER).strip().split(","), strict=True))
        select = ", ".join(f"'{value}'::text as {column}" for column, value in values.items())
        (place("exchange") / "reads.yaml").write_text(
            f"reads:\n  - source: vehicles\n    connection: SAME\n    select: select {select}\n"
        )
        for period in ("2026-Q2", "2026-Q3", "2026-Q3"):
            services.read_here(source="vehicles", period=period, area=None, by=system())
            with unit(system(), writes=False):
                latest = Delivery.objects.latest("id")
            services.take_in_here(delivery_id=latest.pk, by=system())
        with unit(system(), writes=False):
            first, again = Delivery.objects.order_by("id")
        assert (again.way, again.state, again.unchanged_since_id) == ("database", "stored", first.pk)


def test_a_full_table_of_an_earlier_period_counts_for_it_and_changes_nothing() -> None:
    later = delivered(CARS, period="2026-Q3")
    late = delivered(HEAD + row("赣B9", NUMBER), period="2026-Q2")
    assert (late.state, late.counts["later_period"], later.counts["later_period"]) == ("stored", "2026-Q3", "")
    assert tables() == [[later.pk]]
    assert not (place("exchange", "sealed") / str(late.pk)).exists(), "nobody asks for a row of it"
    corrected = delivered(HEAD + row("赣B8", NUMBER), period="2026-Q2", kind="correction", replaces=late.pk)
    assert (corrected.state, corrected.counts["later_period"], tables()) == ("stored", "2026-Q3", [[later.pk]])
    withdrawn(corrected)
    assert tables() == [[later.pk]]
    assert delivered(CARS, period="2026-Q1").unchanged_since_id == later.pk


def test_an_increment_of_an_earlier_period_adds_what_is_not_there() -> None:
    head = "settlement,patient_id,patient_name,settled_on,kind,total,basic,serious,supplement,aid,own,area\n"

    def bill(number: str, total: int) -> str:
        return f"{number},{NUMBER},王小明,2026-08-02,住院,{total},6000,0,0,0,3000,360732\n"

    offer = {"source": "medical_settlement", "kind": "increment"}
    later = delivered(head + bill("S1", 9000), period="2026-09", **offer)
    late = delivered(head + bill("S1", 7000) + bill("S2", 8000), period="2026-08", **offer)
    with unit(system(), writes=False):
        table = TableVersion.objects.latest("number")
        sql = f"select total from read_parquet('{queries.table_folder(table)}/*.parquet') order by total"
    assert [float(total) for (total,) in duckdb.sql(sql).fetchall()] == [8000, 9000]
    assert table.of == [later.pk, late.pk]
