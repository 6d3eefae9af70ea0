"""A period in which nothing happened is delivered too: an increment without rows, on time, once a period."""

import gzip
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import queries, services
from zerentian.exchange.models import Delivery, DeliveryTerm, TableVersion
from zerentian.exchange.queries.calendar import calendar
from zerentian.exchange.tests.factories import NUMBER, delivered, department_database, matched
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused

pytestmark = pytest.mark.django_db
SOURCE = "medical_settlement"
HEAD = "settlement,patient_id,patient_name,settled_on,kind,total,basic,serious,supplement,aid,own,area\n"
BILL = f"S1,{NUMBER},王小明,2026-08-02,住院,9000,6000,0,0,0,3000,360732\n"


def workbook() -> bytes:
    stream = io.BytesIO()
    pl.DataFrame(schema=dict.fromkeys(HEAD.strip().split(","), pl.String)).write_excel(stream)
    return stream.getvalue()


def nothing(period: str, content: str | bytes = HEAD, **more: object) -> Delivery:
    return delivered(content, source=SOURCE, period=period, **{"kind": "increment", **more})


def tables() -> list[int]:
    with unit(system(), writes=False):
        return list(TableVersion.objects.order_by("number").values_list("row_count", flat=True))


@pytest.mark.parametrize(
    "content", [HEAD, HEAD.encode("gb18030"), gzip.compress(HEAD.encode()), workbook()], ids=["csv", "gb", "gz", "xlsx"]
)
def test_a_header_alone_is_taken_and_the_table_stays(content: str | bytes) -> None:
    nothing("2026-08", HEAD + BILL)
    made = nothing("2026-09", content)
    assert (made.state, made.row_count, made.good, made.reasons) == ("stored", 0, 0, [])
    assert made.stored_at
    assert tables() == [1]
    assert nothing("2026-09", content).pk == made.pk, "the same file again is no new delivery"
    assert nothing("2026-10", content).pk != made.pk, "in the next period nothing happened again"
    assert tables() == [1]


def test_it_is_on_time_in_the_calendar_and_late_after_its_day(settings: Any) -> None:
    today = timezone.localdate()
    by = actor_of_cast("province")
    with unit(by):
        owed = [line.term for line in calendar(by, today) if line.source.id == SOURCE]
    due, late = next(t for t in owed if t.due_on >= today), next(t for t in owed if t.due_on < today)
    for term in (due, late):
        nothing(term.period)
    services.keep_calendar(today)
    with unit(by):
        states = {line.term.period: line.state for line in calendar(by, today) if line.source.id == SOURCE}
        kept = dict(DeliveryTerm.objects.filter(source=SOURCE).values_list("period", "delivered_on"))
    assert (states[due.period], states[late.period]) == ("came", "came_late")
    assert kept[due.period] is not None
    assert abs(kept[due.period] - today) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (HEAD, "full", "没有数据行"), (HEAD.removeprefix("settlement,"), "increment", "缺少必填列"),
        (BILL, "increment", "表头"), (HEAD + "x,y\n", "increment", "整批退回"),
    ],
)  # fmt: skip
def test_an_empty_table_and_a_wrong_header_go_back(content: str, kind: str, sentence: str) -> None:
    nothing("2026-08", HEAD + BILL)
    made = nothing("2026-09", content, kind=kind)
    assert made.state == "refused"
    assert sentence in made.reasons[0]
    assert tables() == [1]


def test_no_byte_at_all_is_refused_and_a_source_of_whole_tables_takes_no_increment() -> None:
    with pytest.raises(Refused, match="空的"):
        nothing("2026-09", b"")
    with pytest.raises(Refused, match="全量"):
        delivered("plate,owner_id\n", source="vehicles", period="2026-Q3", kind="increment")


def test_what_was_nothing_can_be_corrected_and_taken_back() -> None:
    first = nothing("2026-08")
    assert tables() == []
    matched_with_nothing = pytest.raises(Refused, match="还没有收妥")
    with matched_with_nothing:
        matched()
    corrected = nothing("2026-08", HEAD + BILL, kind="correction", replaces=first.pk)
    assert (corrected.state, tables()) == ("stored", [1])
    by = actor_of_cast("province")
    again = nothing("2026-09")
    with unit(by):
        assert services.withdraw(delivery_id=again.pk, by=by, reason="其实有").state == "withdrawn"
        assert services.withdraw(delivery_id=corrected.pk, by=by, reason="也不对").state == "withdrawn"
        first.refresh_from_db()
    assert first.state == "stored"
    assert nothing("2026-09").pk != again.pk


def test_on_the_page_it_needs_no_file(client_of: Any) -> None:
    province, here = client_of("province"), f"/exchange/sources/{SOURCE}/deliver/"
    assert "本期没有新增和变化" in province.get(here).content.decode()
    assert "本期没有新增和变化" not in province.get("/exchange/sources/vehicles/deliver/").content.decode()
    today = timezone.localdate()
    owed = queries.terms_of(queries.source(SOURCE), 360000000000, today - timedelta(days=80), today)
    period = owed[-1][0].period
    given = {"period": period, "kind": "increment"}
    file = SimpleUploadedFile("a.csv", HEAD.encode())
    for wrong, sentence in (
        (given, "请选择文件"), ({**given, "kind": "full", "nothing": "on"}, "全量要交整张表"),
        ({**given, "nothing": "on", "content": file}, "不要勾选"),
    ):  # fmt: skip
        answer = province.post(here, wrong)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), sentence
    sent = province.post(here, {**given, "nothing": "on"})
    assert sent.status_code == 302
    with unit(system()):
        made = Delivery.objects.get()
    services.take_in_here(delivery_id=made.pk, by=actor_of_cast("province"))
    page = province.get(sent.url).content.decode()
    assert made.receipt in page
    assert "这一期没有新增和变化" in page
    assert "同样的文件本期已经交付过" in province.post(here, {**given, "nothing": "on"}, follow=True).content.decode()


def test_from_the_shared_folder(tmp_path: Path, settings: Any) -> None:
    settings.ZERENTIAN_EXCHANGE_SETTLE, settings.ZERENTIAN_EXCHANGE_FOLDER = 0, str(tmp_path / "shared")
    folder = tmp_path / "shared" / SOURCE
    folder.mkdir(parents=True)
    for month in ("2026-08", "2026-09"):
        (folder / f"{month}.increment.csv").write_text(HEAD)
        assert services.look(folder.parent, here=True).done == [f"{month}.increment.csv"]
        receipt = next((folder / "done").glob(f"*{month}*.receipt.txt")).read_text("utf-8-sig")
        assert f"{month} 没有新增和变化，已记为交付" in receipt
    (folder / "2026-10.csv").write_text(HEAD)
    assert services.look(folder.parent, here=True).refused == ["2026-10.csv"]
    with unit(system()):
        assert list(Delivery.objects.order_by("id").values_list("period", "state")) == [
            ("2026-08", "stored"), ("2026-09", "stored"), ("2026-10", "refused")
        ]  # fmt: skip


def test_a_select_that_yields_no_row_delivers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with department_database("zt_department_quiet") as address:
        monkeypatch.setenv("ZERENTIAN_READ_QUIET", address)
        columns = ", ".join(f"null::text as {one}" for one in HEAD.strip().split(","))
        (place("exchange") / "reads.yaml").write_text(
            f"reads:\n  - source: {SOURCE}\n    connection: QUIET\n    kind: increment\n    select: select {columns} where false\n"
        )
        for period in ("2026-08", "2026-09", "2026-09"):
            services.read_here(source=SOURCE, period=period, area=None, by=system())
        with unit(system(), writes=False):
            made = list(Delivery.objects.order_by("id"))
        for one in made:
            services.take_in_here(delivery_id=one.pk, by=system())
        with unit(system(), writes=False):
            rows = Delivery.objects.order_by("id").values_list("period", "way", "state", "row_count")
            assert list(rows) == [("2026-08", "database", "stored", 0), ("2026-09", "database", "stored", 0)]
