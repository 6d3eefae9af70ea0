"""Writes a delivery of every source that has a recipe, county by county, and the key to what stands in them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zerentian.exchange import queries
from zerentian.exchange.rules.sources import Source
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook.rules.reading import read_yaml
from zerentian.sample.rules.deliveries import KEY, SIZES, Size, county_people, county_rows, unused
from zerentian.sample.rules.recipes import Recipe

FORMS = ("csv", "parquet")
_PERSON = (
    "number", "household_number", "division", "name", "relation", "sex", "birth_on", "id_number", "school_status", "health",
    "disability_kind", "disability_grade", "disability_card_on", "labour", "work_region", "work_months", "has_allowance",
    "has_extreme_support", "has_resident_medical", "education", "political_status",
)  # fmt: skip
_HOUSEHOLD = (
    "number", "division", "head_name", "status", "household_type", "house_grade", "house_year", "is_relocated", "in_cooperative",
    "cause", "size", "exited_on", "identified_on", "farmland",
)  # fmt: skip

_SHEETS = (("persons", _PERSON), ("households", _HOUSEHOLD), ("incomes", ("household_number", "per_capita")))

Tell = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: at which scale, from which seed, on which day, as which form of file."""

    scale: str
    seed: int
    today: date
    form: str = "parquet"


@cache
def recipe(source: str) -> Recipe:
    """How the sample deliveries of a source are made; Refused when it has no recipe or a wrong one."""
    path = queries.SOURCES / source / "sample.yaml"
    where = f"sources/{source}/sample.yaml"
    if not path.exists():
        raise Refused(Reason("缺少 sample.yaml：样例交付怎样生成", f"sources/{source}"))
    found = read_yaml(Recipe, path.read_text("utf-8"), where)
    if strange := unused(found, dict.fromkeys(queries.source(source).contract.names)):
        raise Refused(Reason(f"契约里没有列 {'、'.join(strange)}", where))
    return found


def with_recipe() -> tuple[str, ...]:
    """The sources of which sample deliveries can be made."""
    return tuple(id for id in queries.sources() if (queries.SOURCES / id / "sample.yaml").exists())


def write_deliveries(
    files: Path, out: Path, order: Order, names: tuple[str, ...] = (), tell: Tell | None = None
) -> dict[str, int]:
    """Write `<source>.csv` or `.parquet` and `key/<source>.parquet` for the register's sheets in `files`; rows by source.

    Memory holds one county. The same order gives the same files.
    """
    wanted = [queries.source(name) for name in names or with_recipe()]
    size = SIZES[order.scale]
    out.mkdir(parents=True, exist_ok=True)
    writers = {source.id: _Writer(source, out, order.form) for source in wanted}
    counties = counties_of(files)
    everybody = sum(counties.values())
    try:
        for county, number in counties.items():
            people = people_of(files, county, order.today)
            for source in wanted:
                _add(writers[source.id], people, size, number / everybody, order)
            if tell:
                tell(str(county), sum(writer.rows for writer in writers.values()))
    finally:
        for writer in writers.values():
            writer.close()
    return {id: writer.rows for id, writer in writers.items()}


def counties_of(files: Path) -> dict[int, int]:
    """The counties of the register's sheets with how many persons each has."""
    found = pl.scan_parquet(files / "persons.parquet").select(county=pl.col("division") // 1_000_000)
    return dict(found.group_by("county").len().sort("county").collect().iter_rows())


def people_of(files: Path, county: int, today: date) -> pl.DataFrame:
    """The persons of a county, with their households, out of the register's sheets."""
    persons, households, incomes = (_sheet(files, name, columns, county) for name, columns in _SHEETS)
    return county_people(persons, households, incomes, today)


def _sheet(files: Path, name: str, columns: tuple[str, ...], county: int) -> pl.DataFrame:
    rows = pl.scan_parquet(files / f"{name}.parquet").filter(pl.col("division") // 1_000_000 == county)
    return rows.select(columns).collect()


def _add(writer: "_Writer", people: pl.DataFrame, size: Size, share: float, order: Order) -> None:
    found = recipe(writer.source.id)
    others = round(found.rows * size.rows * share)
    first = writer.rows + writer.first
    made = county_rows(writer.source, found, people, size, others, first, order.seed, order.today)
    writer.add(made.rows, made.key)


class _Writer:
    """The files of one source while they grow."""

    def __init__(self, source: Source, out: Path, form: str) -> None:
        self.source, self.form, self.rows = source, form, 0
        # The number under which the platform knows the first row: a text file has a header above it.
        self.first = 2 if form == "csv" else 1
        (out / "key").mkdir(exist_ok=True)
        self._path, self._key = out / f"{source.id}.{form}", out / "key" / f"{source.id}.parquet"
        self._keys: list[pl.DataFrame] = []
        self._parquet: pq.ParquetWriter | None = None
        self._path.unlink(missing_ok=True)

    def add(self, rows: pl.DataFrame, key: pl.DataFrame) -> None:
        """Append a county."""
        if self.form == "csv":
            with self._path.open("ab") as stream:
                rows.write_csv(stream, include_header=not self.rows)
        else:
            schema = pa.schema([(name, pa.string()) for name in rows.columns])
            self._parquet = self._parquet or pq.ParquetWriter(
                self._path, schema, compression="zstd", compression_level=1
            )
            self._parquet.write_table(rows.to_arrow().cast(schema))
        self._keys.append(key)
        self.rows += rows.height

    def close(self) -> None:
        """Finish both files."""
        if self._parquet:
            self._parquet.close()
        whole = pl.concat(self._keys) if self._keys else pl.DataFrame(schema=KEY)
        whole.write_parquet(self._key)
