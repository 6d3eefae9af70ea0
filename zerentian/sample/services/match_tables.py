"""The departments' tables of a whole scale, made straight in the form in which deliveries are stored.

Rows of outsiders at the size that each source's sample.yaml states, and the register's people in the shares that it
states; counties are shared out among as many processes as there are cores, each of which writes one file a source.
"""

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import django
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zerentian.exchange import queries
from zerentian.exchange import services as exchange
from zerentian.exchange.rules.sources import terms
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.rulebook.queries import law_area
from zerentian.sample.rules.deliveries import SIZES, county_rows
from zerentian.sample.services.deliveries import Order, counties_of, people_of, recipe, with_recipe

APART = 40_000_000  # rows of a source are counted from here on in the second process, so that serial numbers differ


@dataclass(frozen=True, slots=True)
class Share:
    """What one process makes: of these counties (with their share of the people) the rows of every source."""

    files: Path
    drafts: Path
    key: Path
    order: Order
    counties: Mapping[int, float]
    number: int
    deliveries: Mapping[str, int]
    earliest_year: int


def make_tables(files: Path, folder: Path, order: Order) -> int:
    """Make every source's table, and `key/` in the folder; how many rows."""
    by = system()
    drafts = place("exchange", "drafts") / "made"
    for old in (drafts, folder / "key"):
        shutil.rmtree(old, ignore_errors=True)
    (folder / "key").mkdir(parents=True)
    deliveries, earliest = {}, 0
    for source in with_recipe():
        period = terms(
            queries.source(source).file.cadence, 0, date(order.today.year - 1, 1, 1), order.today
        )[-1].period  # fmt: skip
        with unit(by):
            deliveries[source] = exchange.begin_table(exchange.Offer(source, period, division=law_area()), by=by)
            earliest = exchange.limits_of(deliveries[source]).earliest_year
        (drafts / source).mkdir(parents=True)
    ids = {source: one.pk for source, one in deliveries.items()}
    parts = [
        Share(files, drafts, folder / "key", order, some, number, ids, earliest)
        for number, some in enumerate(_shared_out(counties_of(files)))
    ]
    if len(parts) == 1:
        make_share(parts[0])
    else:
        with ProcessPoolExecutor(len(parts), get_context("spawn"), initializer=django.setup) as pool:
            list(pool.map(make_share, parts))
    rows = 0
    for source, one in deliveries.items():
        with unit(by):
            rows += exchange.keep_table(one, drafts / source, by=by).row_count
    return rows


def _shared_out(counties: Mapping[int, int]) -> list[dict[int, float]]:
    """The counties in as many heaps of like size as there are cores, each with its share of all people."""
    everybody = sum(counties.values())
    heaps: list[dict[int, float]] = [{} for _ in range(min(os.cpu_count() or 1, len(counties)))]
    for county, number in sorted(counties.items(), key=lambda one: -one[1]):
        min(heaps, key=lambda heap: sum(heap.values()))[county] = number / everybody
    return [dict(sorted(heap.items())) for heap in heaps]


def make_share(share: Share) -> None:
    """Write the rows of some counties: `part-<number>.parquet` of every source, and the key to them."""
    limits = exchange.Limits(share.earliest_year, share.order.today)
    size = SIZES[share.order.scale]
    writers: dict[str, pq.ParquetWriter] = {}
    keys: dict[str, list[pl.DataFrame]] = {source: [] for source in share.deliveries}
    done = dict.fromkeys(share.deliveries, 0)
    for county, part in share.counties.items():
        people = people_of(share.files, county, share.order.today)
        for id, delivery in share.deliveries.items():
            source, found = queries.source(id), recipe(id)
            first = share.number * APART + done[id] + 1
            others = round(found.rows * size.rows * part)
            made = county_rows(source, found, people, size, others, first, share.order.seed, share.order.today)
            done[id] += made.rows.height
            keys[id].append(made.key)
            rows = made.rows.with_row_index("row", first).with_columns(pl.col("row").cast(pl.Int64))
            _write(writers, share, id, exchange.stored_form(rows, source, delivery, limits))
    for id, writer in writers.items():
        writer.close()
        pl.concat(keys[id]).write_parquet(share.key / f"{id}-{share.number}.parquet")


def _write(writers: dict[str, pq.ParquetWriter], share: Share, id: str, rows: pa.Table) -> None:
    if id not in writers:
        writers[id] = pq.ParquetWriter(
            share.drafts / id / f"part-{share.number:03d}.parquet", rows.schema, compression="zstd"
        )
    writers[id].write_table(rows)
