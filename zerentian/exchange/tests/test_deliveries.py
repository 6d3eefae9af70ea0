"""What a department may send, and what becomes of it when something is in the way."""

import gzip
import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import time_machine

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import queries, services
from zerentian.exchange.models import Delivery, Destruction, TableVersion
from zerentian.exchange.services.room import NO_ROOM
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file, place
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Refused

pytestmark = pytest.mark.django_db
ROWS = [row("赣B1", NUMBER), row("赣B2", NUMBER, kind="摩托车"), row("赣B3", NUMBER, price="15000.5")]
FRAME = pl.read_csv(io.StringIO(HEAD + "".join(ROWS)), infer_schema=False)


def kept() -> list[tuple[Any, ...]]:
    """The newest table, without the numbers of deliveries."""
    with unit(system()):
        (version,) = queries.current_versions()
    sql = f"select * exclude (row) from read_parquet('{queries.table_folder(version)}/*.parquet') order by k"
    return duckdb.sql(sql).fetchall()


def workbook(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_excel(stream)
    return stream.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.with_columns(pl.col("registered_on").str.to_date(), pl.col("price").cast(pl.Float64)).write_parquet(stream)
    return stream.getvalue()


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("数据/vehicles.csv", content)
    return stream.getvalue()


FORMS = {
    "utf-8": FRAME.write_csv().encode(),
    "utf-8 with a mark": b"\xef\xbb\xbf" + FRAME.write_csv().encode(),
    "gb18030": FRAME.write_csv().encode("gb18030"),
    "tabs": FRAME.write_csv(separator="\t").encode(),
    "titles": FRAME.rename({"plate": "号牌号码", "owner_id": "所有人身份证明号码"}).write_csv().encode(),
    "another order": FRAME.select(reversed(FRAME.columns)).write_csv().encode(),
    "gz": gzip.compress(FRAME.write_csv().encode("gb18030")),
    "zip": zipped(FRAME.write_csv().encode()),
    "zip of Parquet": zipped(parquet(FRAME)),
    "xlsx": workbook(FRAME),
    "parquet": parquet(FRAME),
    "columns beyond the contract": FRAME.with_columns(pl.lit("13912345678").alias("电话")).write_csv().encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_in_another_form_make_the_same_table(form: str) -> None:
    assert delivered(FORMS["utf-8"]).state == "stored"
    expected = kept()
    if form != "utf-8":
        found = delivered(FORMS[form], period="2026-Q4")
        assert (found.state, found.good, found.reasons) == ("stored", 3, [])
        assert found.counts["dropped"] == (["电话"] if form.startswith("columns") else [])
    assert kept() == expected
    assert len(expected) == 3


def test_columns_beyond_the_contract_are_nowhere_but_in_the_sealed_original(client_of: Any) -> None:
    found = delivered(FORMS["columns beyond the contract"])
    page = client_of("province").get(f"/exchange/deliveries/{found.pk}/").content.decode()
    assert "没有保存" in page
    assert "电话" in page
    assert "13912345678" not in page
    for path in place("exchange").rglob("*"):
        assert path.is_dir() or b"13912345678" not in path.read_bytes()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (FORMS["parquet"][:-400], "Parquet"),
        (FORMS["xlsx"][:-400], "压缩包"),
        (FORMS["gz"][:-20], "gzip"),
        (FORMS["zip"][:-30], "压缩包"),
        (FORMS["utf-8"][: -len("正常,360732\n".encode()) - 2], "整批退回"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "表格"),
        (row("赣B1", NUMBER).encode(), "表头"),
        (FRAME.drop("plate").write_csv().encode(), "缺少必填列"),
        ((HEAD + 'x,"y\n').encode(), "整批退回"),
        (gzip.compress(bytes(200 << 20)), "解开后过大"),
    ],
)  # fmt: skip
def test_a_damaged_file_goes_back_with_a_sentence_and_leaves_nothing(content: bytes, sentence: str) -> None:
    found = delivered(content)
    assert found.state == "refused", found.counts
    assert sentence in found.reasons[0]
    assert NUMBER not in str(found.reasons)
    with unit(system()):
        assert TableVersion.objects.count() == 0
    left = [path for path in place("exchange").rglob("*") if path.is_file()]
    assert left == []


def test_a_withdrawal_brings_back_what_the_delivery_had_gone_over() -> None:
    first = delivered(FORMS["utf-8"])
    before = kept()
    second = delivered(HEAD + row("赣B1", NUMBER, price="1"), period="2026-Q4")
    assert len(kept()) == 1
    correction = delivered(HEAD + row("赣B9", NUMBER), kind="correction", replaces=second.pk, period="2026-Q4")
    for one in (correction, second):
        with unit(system()):
            services.withdraw(delivery_id=one.pk, reason="导出条件写错", by=actor_of_cast("province"))
        with unit(system()):
            second.refresh_from_db()
        assert second.state == ("stored" if one is correction else "withdrawn")
        assert len(kept()) == (1 if one is correction else 3)
    assert kept() == before
    with unit(system()), pytest.raises(Refused):
        services.withdraw(delivery_id=second.pk, reason="再撤一次", by=actor_of_cast("province"))
    with unit(system()):
        services.withdraw(delivery_id=first.pk, reason="全部撤回", by=actor_of_cast("province"))
    assert kept() == []


@pytest.fixture
def small(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A home on a disk of 6 MB."""
    home = tmp_path / "small"
    home.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(home)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("a small disk can be mounted by root only")
    settings.ZERENTIAN_HOME = home
    try:
        yield home
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_on_a_full_disk_nothing_is_half_stored_and_the_check_goes_on_later(small: Path, client_of: Any) -> None:
    content = gzip.compress((HEAD + "".join(row(f"赣C{n}", NUMBER) for n in range(30_000))).encode())
    ballast = small / "ballast"
    by = actor_of_cast("province")
    ballast.write_bytes(bytes((6 << 20) - (20 << 10)))
    with unit(by), pytest.raises(Refused, match="磁盘空间不足"):
        services.deliver(offer=services.Offer("vehicles", "2026-Q3"), content=io.BytesIO(content), name="v", by=by)
    assert [path for path in (small / "exchange").rglob("*") if path.is_file()] == []
    ballast.write_bytes(bytes(4 << 20))
    found = delivered(content)
    assert found.state == "checking"
    with unit(system()):
        assert Run.objects.latest("id").error == str(NO_ROOM)
        assert TableVersion.objects.count() == 0
    waiting = [path.name for path in (small / "exchange").rglob("*") if path.is_file()]
    assert waiting == [str(found.pk)]
    province = client_of("province")
    assert "腾出空间后系统会自动重新检查" in province.get(f"/exchange/deliveries/{found.pk}/").content.decode()
    ballast.unlink()
    assert province.post(f"/exchange/deliveries/{found.pk}/check/").status_code == 302
    services.take_in_here(delivery_id=found.pk, by=by)
    with unit(system()):
        found.refresh_from_db()
        assert (found.state, found.good, TableVersion.objects.count()) == ("stored", 30_000, 1)
    assert province.post(f"/exchange/deliveries/{found.pk}/check/").status_code == 422


@pytest.mark.parametrize("elsewhen", [date(2018, 1, 1), date(2046, 1, 1)])
def test_a_clock_that_jumps_destroys_and_doubles_nothing(elsewhen: date) -> None:
    first = delivered(FORMS["utf-8"])
    with time_machine.travel(elsewhen, tick=True):
        assert delivered(FORMS["utf-8"]).pk == first.pk
        later = delivered(HEAD + row("赣B1", NUMBER), period="2026-Q4")
        with unit(system()):
            assert services.destroy_due(by=system()) == 0
        services.look_after()
    assert later.keep_until == first.keep_until
    with unit(system()):
        versions = list(TableVersion.objects.order_by("number").values_list("number", "delivery_id"))
        assert services.destroy_due(by=system()) == Destruction.objects.count() == 0
    assert versions == [(1, first.pk), (2, later.pk)]
    assert len(kept()) == 1


def test_another_departments_data_are_refused_as_a_whole() -> None:
    school = FRAME.rename({"plate": "student_number", "owner_id": "id_number", "owner_name": "name"}).select(
        "student_number", "id_number", "name"
    )
    found = delivered(school.write_csv())
    assert found.state == "refused"
    assert "表头" in found.reasons[0] or "缺少必填列" in found.reasons[0]


def test_the_error_file_is_for_whoever_may_see_the_delivery(client_of: Any) -> None:
    rows = "".join(row(f"赣B{n}", NUMBER) for n in range(40)) + row("赣C1", NUMBER, price="八万")
    found = delivered(HEAD + rows)
    address = f"/exchange/deliveries/{found.pk}/errors/"
    assert "42,购置价（元）" in client_of("province").get(address).content.decode("utf-8-sig")
    assert client_of("department").get(address).status_code == 404
    assert client_of("department").get(f"/files/{found.errors_file_id}/").status_code in (403, 404)
    with unit(system()):
        assert open_file(found.errors_file_id or 0).exists()
        assert Delivery.objects.get().counts["by_column"] == {"购置价（元）": 1}


def test_what_was_sent_back_says_how_many_rows_were_read() -> None:
    found = delivered(HEAD + row("赣B1", NUMBER, price="很多") + row("赣B2", NUMBER))
    assert (found.state, found.row_count, found.good, found.refused) == ("refused", 2, 0, 1)


@pytest.mark.parametrize("text", [HEAD, HEAD.strip(), HEAD + "\n"])
def test_a_head_without_rows_is_sent_back_in_plain_words(text: str) -> None:
    found = delivered(text)
    assert (found.state, found.reasons) == ("refused", ["文件里没有数据行；请检查是否选错了文件"])
