"""Two snapshots compared: who came, who went, what changed, by place; equal files are not read."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zerentian.kernel import snapshots
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import EVERYWHERE, range_of
from zerentian.kernel.snapshots.keeping import Manifest, Part, sha256_of

A, B = 360732100200, 360732100201  # two villages of one county
OTHER = 360731100200
Rows = list[tuple[Any, ...]]
HOUSEHOLD = (("household", "bigint"), ("division", "bigint"), ("size", "integer"), ("income", "numeric(10,2)"))
INCOME = (("household", "bigint"), ("division", "bigint"), ("year", "integer"), ("net", "integer"))


def snapshot(folder: Path, households: Rows, incomes: Rows = [], columns: Any = HOUSEHOLD) -> Manifest:  # noqa: B006 - never changed
    parts, kept = [], {"household": (columns, households), "income": (INCOME, incomes)}
    for view, (named, rows) in kept.items():
        by_county: dict[str, Rows] = {"": []} if not rows else {}
        for row in rows:
            by_county.setdefault(f"{row[1] // 1_000_000:06d}", []).append(row)
        for county, found in by_county.items():
            path = f"{view}/{county or 'none'}.parquet"
            (folder / view).mkdir(parents=True, exist_ok=True)
            types = {
                "bigint": pa.int64(),
                "integer": pa.int32(),
                "numeric(10,2)": pa.decimal128(10, 2),
                "text": pa.string(),
            }
            schema = pa.schema([(name, types[kind]) for name, kind in named])
            arrays = [pa.array([row[n] for row in found], field.type) for n, field in enumerate(schema)]
            pq.write_table(pa.Table.from_arrays(arrays, schema=schema), folder / path)
            parts.append(Part(view, county, path, len(found), 1, sha256_of(folder / path)))
    day = date(2026, 11, 29)
    views = {view: named for view, (named, _rows) in kept.items()}
    return Manifest(folder.name, day, datetime(2026, 11, 29), 1, "", views, tuple(parts), folder, {}, "")  # noqa: DTZ001


def test_who_came_who_went_and_what_changed_by_place(tmp_path: Path) -> None:
    same = (9, OTHER, 4, Decimal("1.00"))
    before = snapshot(
        tmp_path / "a", [(1, A, 3, Decimal("10.50")), (2, A, 2, None), (3, A, 5, None), (4, A, 1, None), same]
    )
    after = snapshot(
        tmp_path / "b", [(1, A, 3, Decimal("11.00")), (2, A, 2, None), (4, B, 1, None), (5, B, 7, None), same]
    )
    with snapshots.comparison(before, after) as found:
        counts = found.counts(EVERYWHERE, 1)
        assert [(c.view, c.division, c.kind, c.rows) for c in counts] == [
            ("household", A, "changed", 1), ("household", A, "went", 2), ("household", B, "came", 2),
        ]  # fmt: skip
        assert snapshots.summed(counts) == {"household": {"came": 2, "went": 2, "changed": 1}}
        assert found.counts(range_of(OTHER), 1) == []
        assert [c.rows for c in found.counts(range_of(B), 1)] == [2]
        rows = list(found.rows("household", EVERYWHERE))
        assert [(r.kind, r.division, r.key["household"]) for r in rows] == [
            ("changed", A, 1), ("went", A, 3), ("went", A, 4), ("came", B, 4), ("came", B, 5),
        ]  # fmt: skip
        assert rows[0].values == (("income", Decimal("10.50"), Decimal("11.00")),)
        assert rows[4].values == (("size", None, 7), ("income", None, None))
        assert [r.key["household"] for r in found.rows("household", EVERYWHERE, kind="went")] == [3, 4]
        assert [r.key["household"] for r in found.rows("household", EVERYWHERE, after=1, limit=2)] == [3, 4]
        assert not found.apart


def test_a_view_is_keyed_by_as_many_columns_as_it_takes(tmp_path: Path) -> None:
    before = snapshot(tmp_path / "a", [], [(1, A, 2024, 5), (1, A, 2025, 6)])
    after = snapshot(tmp_path / "b", [], [(1, A, 2024, 5), (1, A, 2025, 7)])
    with snapshots.comparison(before, after) as found:
        (row,) = found.rows("income", EVERYWHERE)
    assert (row.kind, row.key, row.values) == ("changed", {"household": 1, "year": 2025}, (("net", 6, 7),))


def test_rows_that_nothing_names_come_and_go_whole(tmp_path: Path) -> None:
    twice = [(1, A, 2024, 5), (1, A, 2024, 5)]
    before, after = snapshot(tmp_path / "a", [], twice), snapshot(tmp_path / "b", [], [*twice, (1, A, 2024, 6)])
    with snapshots.comparison(before, after) as found:
        assert [(r.kind, r.key["net"]) for r in found.rows("income", EVERYWHERE)] == [("came", 6)]


def test_only_columns_that_both_have_are_compared(tmp_path: Path) -> None:
    more = (*HOUSEHOLD, ("cause", "text"))
    before = snapshot(tmp_path / "a", [(1, A, 3, None)])
    after = snapshot(tmp_path / "b", [(1, A, 3, None, "illness"), (2, A, 1, None, "")], columns=more)
    with snapshots.comparison(before, after) as found:
        assert found.apart == ["household"]
        assert [(c.kind, c.rows) for c in found.counts(EVERYWHERE, 1)] == [("came", 1)]
        with pytest.raises(Refused, match="没有都包含的视图"):
            found.counts(EVERYWHERE, 1, "person")
