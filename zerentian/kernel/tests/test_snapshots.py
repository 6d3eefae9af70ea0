"""Snapshots: what is in them, whole or not there at all, proved, recorded and destroyed."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Act, Snapshot
from zerentian.kernel.refusal import Refused
from zerentian.kernel.snapshots import taking

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def divided(db: None) -> None:
    """What load_divisions loaded is the facts of this test."""
    with unit(system(), writes=False), connection.cursor() as cursor:
        cursor.execute("select count(*) from facts.division")
        assert cursor.fetchone()[0] > 20_000


def test_a_snapshot_holds_every_row_of_every_view(divided: None, tmp_path: Path) -> None:
    taken = snapshots.take(DAY, tmp_path)
    assert (taken.name, taken.as_of) == ("2026-11-23-1", DAY)
    assert set(taken.columns) == set(snapshots.fact_columns())
    counties = [part.county for part in taken.parts if part.view == "division"]
    assert len(counties) == len(set(counties)) > 100
    for part in taken.parts:
        if part.view == "division":
            codes = pq.read_table(taken.folder / part.path, columns=["division"])["division"].to_pylist()
            assert ({code // 1_000_000 for code in codes}, len(codes)) == ({int(part.county)}, part.rows)
    with snapshots.session(taken.folder) as duck, unit(system(), writes=False), connection.cursor() as cursor:
        for view in taken.columns:
            cursor.execute(f"select count(*) from facts.{view}")
            (rows,) = cursor.fetchone()
            assert (view, duck.execute(f"select count(*) from facts.{view}").fetchone()[0]) == (view, rows)
        same = "select division, name, level, parent, is_unit, valid_from, valid_to from facts.division order by 1 limit 500"
        cursor.execute(same)
        assert duck.execute(same).fetchall() == cursor.fetchall()
        numbers = "select parameter, number from facts.parameter where number is not null order by 1, 2"
        cursor.execute(numbers)
        kept = duck.execute(numbers).fetchall()
        assert kept == cursor.fetchall()
        assert isinstance(kept[0][1], Decimal)


def test_a_changed_or_missing_file_is_found(divided: None, tmp_path: Path) -> None:
    taken = snapshots.take(DAY, tmp_path)
    assert snapshots.verify(taken.folder) == []
    first, second = (taken.folder / part.path for part in taken.parts[:2])
    first.write_bytes(first.read_bytes()[:-1] + b"x")
    second.unlink()
    assert len(snapshots.verify(taken.folder)) == 2


def test_a_snapshot_is_there_when_it_is_whole(divided: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "_facts_of_moment", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        snapshots.take(DAY, tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refused):
        snapshots.load(tmp_path)


def test_names_count_on_and_the_newest_come_first(divided: None, tmp_path: Path) -> None:
    names = [snapshots.take(DAY, tmp_path).name for _ in range(2)]
    assert names == ["2026-11-23-1", "2026-11-23-2"]
    assert [m.name for m in snapshots.kept(tmp_path)] == names[::-1]
    manifest = json.loads((tmp_path / names[1] / "manifest.json").read_text())
    assert manifest["rows"]["division"] > 20_000


def test_verification_looks_at_rows_columns_counts_and_what_else_lies_there(divided: None, tmp_path: Path) -> None:
    taken = snapshots.take(DAY, tmp_path)
    (taken.folder / "more.parquet").write_bytes(b"x")
    assert snapshots.verify(taken.folder) == ["多出文件 more.parquet"]
    (taken.folder / "more.parquet").unlink()
    path = taken.folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["rows"]["division"] += 1
    manifest["columns"]["division"] = manifest["columns"]["division"][1:]
    path.write_text(json.dumps(manifest), "utf-8")
    faults = snapshots.verify(taken.folder, taken.digest)
    assert faults[:3] == [
        "清单 manifest.json 被改动过：摘要与取快照时的记录不符",
        "清单里的列与它的版本摘要不符",
        "视图 division 的行数与各文件之和不符",
    ]
    assert all(fault.endswith("的列与清单不符") for fault in faults[3:])
    assert len(faults) > 3


@pytest.fixture
def at_home(divided: None, settings: Any, tmp_path: Path) -> None:
    settings.ZERENTIAN_HOME = tmp_path


def test_taking_proving_and_destroying_are_recorded(at_home: None) -> None:
    first = snapshots.take(DAY)
    with unit(system()):
        row = Snapshot.objects.get(name=first.name)
        assert (row.row_count, row.digest, row.verified_at, row.faults) == (first.total, first.digest, None, [])
    assert snapshots.find("2026-11-23").name == first.name
    assert snapshots.check(name=first.name, by=system()) == []
    (first.folder / first.parts[0].path).unlink()
    assert snapshots.check_due(by=system()) == 0  # it was proved a moment ago
    assert snapshots.check(name=first.name, by=system()) == [f"缺少文件 {first.parts[0].path}"]
    with pytest.raises(Refused, match="依据"):
        snapshots.destroy(name=first.name, ground=" ", by=system())
    snapshots.destroy(name=first.name, ground="保存期已过", by=system())
    assert not first.folder.exists()
    with unit(system()):
        row.refresh_from_db()
        assert (row.ground, row.destroyed_at is None, row.faults) == (
            "保存期已过",
            False,
            [f"缺少文件 {first.parts[0].path}"],
        )
        assert set(Act.objects.filter(name__startswith="snapshot.").values_list("name", flat=True)) == {
            "snapshot.take", "snapshot.check", "snapshot.destroy",
        }  # fmt: skip
    with pytest.raises(Refused, match="没有留存的快照"):
        snapshots.find("2026-11-23")
    with pytest.raises(Refused, match="没有名为"):
        snapshots.find("../secret")
    assert snapshots.take(DAY).name == "2026-11-23-2"  # a name is given once


def test_the_command_lists_proves_and_compares(at_home: None, capsys: pytest.CaptureFixture[str]) -> None:
    today = str(timezone.localdate())
    for _ in range(2):
        call_command("snapshot")
    call_command("snapshot", "list")
    call_command("snapshot", "verify")
    call_command("snapshot", "diff", f"{today}-1", today, "--view", "division", "--rows", "5")
    told = capsys.readouterr().out
    assert told.count(f"{today}-1  取于") == 2
    assert f"快照 {today}-1 完好" in told
    assert f"{today}-1 → {today}-2" in told
    assert "没有不同" in told
    path = snapshots.find(f"{today}-1").folder
    (path / "strange").write_text("x")
    with pytest.raises(CommandError, match=f"{today}-1：多出文件 strange"):
        call_command("snapshot", "verify", f"{today}-1")
    with pytest.raises(CommandError, match="先前的在前"):
        call_command("snapshot", "diff", f"{today}-1")
