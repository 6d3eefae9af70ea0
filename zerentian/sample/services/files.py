"""The files of the sample province: what anybody could import, with the key to what was planted in them."""

import hashlib
import json
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from zerentian.kernel.tables import Sheet
from zerentian.registry.rules.columns import SHEETS
from zerentian.sample.rules import forms
from zerentian.sample.rules.families import Families
from zerentian.sample.rules.faults import plant
from zerentian.sample.rules.places import read_places
from zerentian.sample.rules.province import Province

_SHEETS: dict[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}


def write_sample(out: Path, scale: str, seed: int, today: date, line: float) -> dict[str, int]:
    """Write every sheet as Parquet, the answer key and a manifest; returns rows by file."""
    out.mkdir(parents=True, exist_ok=True)
    source = resources.files("zerentian.territory") / "data" / "jiangxi-divisions.csv.gz"
    with resources.as_file(source) as path:
        province = Province(tuple(read_places(path)), seed, today, scale)
    rows: dict[str, int] = {}
    for name, frame in province.body_sheets():
        frame.write_parquet(out / f"{name}.parquet")
        rows[name] = frame.height
    for name, frame in (
        ("villages", forms.villages(province.plan, seed, today)),
        ("counties", forms.counties(province.plan, seed, today)),
    ):
        _fitting(name, frame).write_parquet(out / f"{name}.parquet")
        rows[name] = frame.height
    key = province.registry.key + _write_families(out, province, line, rows)
    (out / "answer_key.json").write_text(json.dumps(key, ensure_ascii=False, indent=0, default=str), "utf-8")
    manifest = {
        "scale": scale, "seed": seed, "as_of": today.isoformat(), "rows": rows, "planted": len(key),
        "sha256": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(out.glob("*.parquet"))},
    }  # fmt: skip
    (out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    return rows


def _write_families(out: Path, province: Province, line: float, rows: dict[str, int]) -> list[dict[str, Any]]:
    """Households, persons and incomes county by county, appended to one file each."""
    key: list[dict[str, Any]] = []
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for county in province.counties:
            families = Families(
                province.plan.of_county(county), province.sizes_of(county), county, province.seed, province.today, line
            )
            sheets = {"households": families.households(), "persons": families.persons(), "incomes": families.incomes()}
            for name, frame in plant(sheets, families).items():
                table = _fitting(name, frame).to_arrow()
                if name not in writers:
                    writers[name] = pq.ParquetWriter(out / f"{name}.parquet", table.schema, compression="zstd")
                writers[name].write_table(table)
                rows[name] = rows.get(name, 0) + frame.height
            key += families.key
    finally:
        for writer in writers.values():
            writer.close()
    return key


def _fitting(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that the sheet knows, in its order; a column it does not know is a mistake of ours."""
    order = [c.key for c in _SHEETS[name].columns]
    if unknown := set(frame.columns) - set(order):
        raise KeyError(f"{name}: {sorted(unknown)}")
    return frame.select([key for key in order if key in frame.columns])
