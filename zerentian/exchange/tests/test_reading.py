"""A source is read from a department's own PostgreSQL: another server's database, read only, streamed, once."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.databases import owner
from zerentian.exchange import services
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.services import reading
from zerentian.exchange.tests.factories import NUMBER, department_database
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.models import Run

pytestmark = pytest.mark.django_db
NAME, SECRET = "zt_department", "geheim-2016"
SELECT = """
select hphm as plate, sfzh as owner_id, xm as owner_name, cllx as kind, '非营运' as usage, djrq as registered_on,
  gzj as price, '正常' as state, '360732' as area, dh as phone
from cars where djrq <= coalesce(%(last)s, current_date) and hphm like '赣%%' order by hphm
"""


@pytest.fixture(scope="module")
def department() -> Iterator[str]:
    """A database of its own, of another role, as a department has one; its address."""
    with department_database(NAME, SECRET) as address:
        with owner(NAME) as there:
            there.execute(
                "create table cars (hphm text, sfzh text, xm text, cllx text, djrq date, gzj numeric, dh text)"
            )
            there.execute(
                "insert into cars select '赣B' || n, %s, '王小明', '小型轿车', date '2015-01-01' + n, 80000, '13912345678'"
                " from generate_series(1, 300) n", [NUMBER],
            )  # fmt: skip
        yield address


def configure(text: str = "", select: str = SELECT, connection: str = "CARS") -> None:
    lines = "".join(f"      {line}\n" for line in select.strip().splitlines())
    made = text or f"reads:\n  - source: vehicles\n    connection: {connection}\n    select: |\n{lines}"
    (place("exchange") / "reads.yaml").write_text(made, "utf-8")


def test_a_source_is_read_delivered_and_checked(
    department: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZERENTIAN_READ_CARS", department)
    configure()
    call_command("exchange_read")
    assert capsys.readouterr().out == "vehicles 360000000000 CARS full\n"
    call_command("exchange_read", "vehicles", "--period", "2015-Q3")
    with unit(system(), writes=False):
        made = Delivery.objects.get()
        rows = TableVersion.objects.get().row_count
    # To the end of the quarter: day 1 was the 2nd of January.
    assert (made.state, made.way, made.good, rows) == ("stored", "database", 272, 272)
    assert made.counts["dropped"] == ["phone"]
    assert made.receipt in capsys.readouterr().out
    call_command("exchange_read", "vehicles", "--period", "2015-Q3")
    with unit(system(), writes=False):
        assert Delivery.objects.count() == 1
    left = [p for p in place("exchange").rglob("*") if p.is_file() and b"13912345678" in p.read_bytes()]
    assert left == []


def test_what_is_due_is_asked_for_by_night_once(department: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERENTIAN_READ_CARS", department)
    configure()
    for _night in range(2):
        services.read_due()
    (run,) = Run.objects.filter(kind=reading.READ)
    period = reading._last_term(reading.queries.source("vehicles"), timezone.localdate()).period
    assert run.arguments == {"source": "vehicles", "area": 360000000000, "period": period}
    done = services.read_here(source="vehicles", period=period, area=None, by=system())
    assert done.status == "done", done.error
    Run.objects.filter(pk=run.pk).update(status="done")
    services.read_due()
    assert Run.objects.filter(kind=reading.READ).count() == 2


def test_nothing_can_be_written_there(department: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERENTIAN_READ_CARS", department)
    with owner(NAME) as there:
        there.execute(
            "create or replace function sly() returns text language plpgsql volatile as"
            " $$ begin delete from cars; return '小型轿车'; end $$"
        )
    configure(select=SELECT.replace("cllx as kind", "sly() as kind"))
    run = services.read_here(source="vehicles", period="2015-Q3", area=None, by=system())
    assert (run.status, "25006" in run.error) == ("failed", True)
    with owner(NAME) as there:
        assert there.execute("select count(*) from cars").fetchone() == (300,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("reads:\n  - source: nothing\n    connection: CARS\n    select: select 1 as x\n", "没有这个数据来源"),
        ("reads:\n  - source: vehicles\n    connection: CARS\n    select: delete from cars\n", "SELECT"),
        ("reads:\n  - source: vehicles\n    connection: CARS\n    select: select 1; select 2\n", "SELECT"),
        ("reads:\n  - source: vehicles\n    connection: CARS\n    select: selec from where\n", "SQL"),
        ("reads:\n  - source: vehicles\n    connection: CARS\n    select: select hphm from cars\n", "plate"),
        ("reads:\n  - source: vehicles\n    password: x\n", "password"),
        ("reads: [", "YAML"),
    ],
)
def test_a_wrong_file_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    configure(text)
    with pytest.raises(CommandError, match=sentence):
        call_command("exchange_read")


def test_neither_password_nor_values_are_told(
    department: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    configure()
    monkeypatch.delenv("ZERENTIAN_READ_CARS", raising=False)
    assert "ZERENTIAN_READ_CARS" in failed()
    monkeypatch.setenv("ZERENTIAN_READ_CARS", department.replace(NAME, "zt_nowhere"))
    assert "连不上部门数据库" in failed()
    monkeypatch.setenv("ZERENTIAN_READ_CARS", department)
    configure(select=SELECT.replace("gzj as price", "sfzh::integer as price"))
    assert "SQLSTATE 22" in failed()
    told = caplog.text + "".join(str(run.__dict__) for run in Run.objects.all())
    assert SECRET not in told
    assert NUMBER not in told


def failed() -> str:
    run = services.read_here(source="vehicles", period="2015-Q3", area=None, by=system())
    assert run.status == "failed"
    return run.error


def test_a_file_of_connections_is_for_its_owner_only(department: str, settings: Any) -> None:
    path = Path(settings.ZERENTIAN_HOME) / "secrets" / "connections.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"CARS": department}))
    path.chmod(0o644)
    configure()
    assert "600" in failed()
    path.chmod(0o600)
    assert services.read_here(source="vehicles", period="2015-Q3", area=None, by=system()).status == "done"
