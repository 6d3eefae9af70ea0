"""Snapshots: what is in them, whole or not there at all, checked, and kept in number."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
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


def test_the_newest_are_kept(divided: None, tmp_path: Path) -> None:
    names = [snapshots.take(DAY, tmp_path).name for _ in range(3)]
    assert names == ["2026-11-23-1", "2026-11-23-2", "2026-11-23-3"]
    assert sorted(snapshots.prune(2, tmp_path)) == ["2026-11-23-1"]
    assert [m.name for m in snapshots.kept(tmp_path)] == names[:0:-1]
    manifest = json.loads((tmp_path / names[2] / "manifest.json").read_text())
    assert manifest["rows"]["division"] > 20_000
