"""The benchmark of deliveries: a department's file checked and stored, beside a bare CSV read and written as Parquet."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pyarrow.csv as pc
import pyarrow.parquet as pq

from zerentian.exchange import services as exchange
from zerentian.exchange.models import Delivery
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Report
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.refusal import Refused
from zerentian.rulebook.queries import law_area
from zerentian.sample.rules.strangers import full_names, identity_numbers

ROWS = {"demo": 200_000, "county": 1_000_000, "province": 10_000_000}
BLOCK = 500_000
MOST_MEMORY = 2_048  # MB, whatever the number of rows
CHECKED, BARE = "checked and stored", "bare CSV to Parquet"


@effect("bench.deliver")
def bench_deliver(*, scale: str, report: Report) -> None:
    """Rows a second of a vehicles file of that scale, its memory, and the ratio to the bare conversion."""
    with unit(system(), writes=False):
        if Delivery.objects.filter(source="vehicles").exists():
            raise Refused(
                "这里已经有机动车交付；请在另一目录里对比，例如 ZERENTIAN_HOME=/tmp/bench zerentian bench deliver"
            )
    rows = ROWS[scale]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "vehicles.csv"
        _write(path, rows)
        with report.measure(CHECKED, rows=rows) as found:
            delivery = _deliver(path)
        with report.measure(BARE, rows=rows):
            _convert(path, Path(folder) / "bare.parquet")
        report.compare(CHECKED, BARE)
        report.note(f"{path.stat().st_size / (1 << 20):,.0f} MB of CSV; {delivery.good:,} rows stored")
        kept = "kept" if found.megabytes <= MOST_MEMORY else "MISSED"
        report.note(f"memory {found.megabytes:,.0f} MB (goal {MOST_MEMORY:,} MB: {kept})")


def _deliver(path: Path) -> Delivery:
    by = system("性能对比")
    with unit(by):
        offer = exchange.Offer("vehicles", "2016-Q3", division=law_area())
        made = exchange.deliver(offer=offer, content=path, name=path.name, by=by, here=True)
    exchange.take_in_here(delivery_id=made.pk, by=by)
    with unit(by, writes=False):
        made.refresh_from_db()
    if made.state != Delivery.State.STORED:
        raise Refused(*made.reasons or ["没有收妥"])
    return made


def _convert(path: Path, target: Path) -> None:
    with pc.open_csv(path) as reader, pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _write(path: Path, rows: int) -> None:
    """Vehicles of as many owners as there are rows."""
    rng = np.random.default_rng(2016)
    with path.open("wb") as out:
        for first in range(0, rows, BLOCK):
            out.write(_block(rng, first, min(BLOCK, rows - first)).write_csv(include_header=first == 0).encode())


def _block(rng: np.random.Generator, first: int, count: int) -> pl.DataFrame:
    born = pl.Series(rng.integers(0, 18_000, count)).cast(pl.Int32) + (date(1950, 1, 1) - date(1970, 1, 1)).days
    days = born.cast(pl.Date).dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    counties = rng.integers(360_102, 360_199, count)
    numbers = identity_numbers(counties * 10**11 + days * 1_000 + rng.integers(0, 1_000, count))
    registered = pl.Series(rng.integers(12_000, 16_500, count)).cast(pl.Int32).cast(pl.Date)
    return pl.DataFrame(
        {
            "plate": "赣A" + pl.Series(np.arange(first, first + count)).cast(pl.String).str.zfill(8),
            "owner_id": numbers,
            "owner_name": full_names(rng, rng.random(count) < 0.6),
            "kind": rng.choice(["小型轿车", "轻型货车", "摩托车", "拖拉机"], count),
            "usage": rng.choice(["非营运", "营运"], count),
            "registered_on": registered,
            "price": rng.integers(30, 1_800, count) * 100,
            "state": rng.choice(["正常", "注销", "报废"], count),
            "area": counties,
        }
    )
