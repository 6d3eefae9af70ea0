"""A register and rows to link with it, in the form in which a match reads them, with the key; and what a model makes of them."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from zerentian.exchange import queries
from zerentian.exchange.rules.estimates import Counts, estimated
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.rules.weights import LEVELS, Model
from zerentian.exchange.services import keys, linking, stages, storing
from zerentian.exchange.services.engines import Engine, files_below, opened
from zerentian.registry.rules import identity
from zerentian.sample.rules.lookalikes import people_of_rows, register_people
from zerentian.sample.rules.slips import leaves_enough, planted

TODAY = date(2016, 11, 1)
LIMITS = storing.Limits(1900, TODAY)
# Whose form the rows take: those with sex, date of birth and place in columns of their own, and those without. A
# number stands for the delivery.
SOURCES = {"hukou": 1, "vehicles": 2}
RANDOM = 20  # pairs at random for each row, of which the weights are estimated


@dataclass(frozen=True, slots=True)
class Order:
    """How many persons and rows, from which seed, spread over how many counties (0: as many as a province would have)."""

    people: int
    rows: int
    seed: int
    counties: int = 0


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of a sample. The two `plain` ones are in the clear: others than the platform are given them."""

    folder: Path

    @property
    def people(self) -> Path:
        """The register as a match reads it."""
        return self.folder / "people.parquet"

    def rows(self, source: str) -> Path:
        """The table of a source as storing keeps it."""
        return self.folder / f"{source}.parquet"

    @property
    def key(self) -> Path:
        """`row, person, who, kind, enough`."""
        return self.folder / "key.parquet"

    @property
    def plain_people(self) -> Path:
        """The register in the clear: `person, name, born, sex, county, id_number`."""
        return self.folder / "plain-people.parquet"

    @property
    def plain_rows(self) -> Path:
        """The rows in the clear, with the date and sex that their number says where no column does."""
        return self.folder / "plain-rows.parquet"


def write_sample(folder: Path, order: Order) -> Paths:
    """Make all files; the same order makes the same persons, rows and mistakes."""
    paths = Paths(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(order.seed)
    persons = register_people(rng, order.people, TODAY, order.counties)
    made = planted(rng, people_of_rows(rng, persons, order.rows, TODAY))
    key = made.key.with_columns(leaves_enough(made.rows, made.key, persons))
    key.write_parquet(paths.key)
    _write_plain(paths, persons, made.rows)
    for source, delivery in SOURCES.items():
        rows = made.rows.filter(pl.col("full") == (delivery == 1))
        _stored(queries.source(source), rows, delivery).write_parquet(paths.rows(source), compression="zstd")
    people = keys.stored_people(persons, LIMITS)
    people.write_parquet(paths.people, compression="zstd", row_group_size=keys.BATCH)
    (folder / "order.json").write_text(json.dumps({name: getattr(order, name) for name in Order.__slots__}))
    return paths


def _stored(source: Source, rows: pl.DataFrame, delivery: int) -> pl.DataFrame:
    """Rows under the contract's names, kept as any delivery is."""
    person = source.file.person
    names = {
        "id_number": person.id_number,
        "name": person.name,
        "sex": person.sex,
        "birth_on": person.birth_on,
        "area": person.area,
    }
    given = rows.select("row", *(pl.col(own).alias(name) for own, name in names.items() if name))
    empty = [pl.lit(None, pl.String).alias(name) for name in source.contract.names if name not in given.columns]
    whole, stored = given.with_columns(empty), storing.Stored()
    parts = whole.iter_slices(storing.BATCH)
    return pl.concat([storing.kept_columns(part, source, delivery, stored, LIMITS) for part in parts])


def _write_plain(paths: Paths, persons: pl.DataFrame, rows: pl.DataFrame) -> None:
    people = persons.select("person", "name", "sex", "county", "id_number", born="birth_on")
    people.write_parquet(paths.plain_people, compression="zstd")
    numbers = storing.numbers_of(rows["id_number"])
    told = rows["sex"].replace_strict({"男": 1, "女": 2}, return_dtype=pl.Int8)
    from_number = identity.sexes(numbers).replace_strict({"male": 1, "female": 2}, return_dtype=pl.Int8)
    rows.select(
        "row", "name", numbers, born=pl.col("birth_on").fill_null(identity.birth_dates(numbers)),
        sex=told.zip_with(told.is_not_null(), from_number), county=pl.col("area").str.slice(0, 6).cast(pl.Int32),
    ).write_parquet(paths.plain_rows, compression="zstd")  # fmt: skip


class Linking:
    """The stages of a match that find persons, over a sample: exact partners, then linkage of what is left."""

    def __init__(self, paths: Paths, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.sources = [queries.source(name) for name in SOURCES]
        self._columns = {source.id: stages.columns_of([paths.rows(source.id)]) for source in self.sources}
        self._people: int = pq.read_metadata(paths.people).num_rows
        for name in ("register.people", "register.numbers"):
            engine.view(name, [paths.people])
        for source in self.sources:
            engine.view(f"delivered.{source.id}", [paths.rows(source.id)])

    def exact(self) -> pl.DataFrame:
        """`row, person` by the number alone."""
        for source in self.sources:
            self.engine.write(stages.exact_statement(source, source.plain), self.folder / "exact" / source.id)
        return pl.concat([self._read(f"exact/{source.id}", "person") for source in self.sources])

    def open(self) -> None:
        """The rows that the number finds nobody for."""
        self.engine.write(linking.unnumbered_statement(), self.folder / "unnumbered")
        self.engine.view("matching.unnumbered", files_below(self.folder / "unnumbered"))
        sql = linking.open_statement((source, self._columns[source.id]) for source in self.sources)
        self.engine.write(sql, self.folder / "open")
        self.engine.view("matching.open", files_below(self.folder / "open"))

    def linked(self, model: Model) -> None:
        """The best person of each of them, with the score; read by `scored`."""
        self.engine.write(linking.pairs_statement(model, self._people), self.folder / "pairs")
        self.engine.view("matching.pairs", files_below(self.folder / "pairs"))
        self.engine.write(linking.linked_statement(), self.folder / "linked")

    def scored(self) -> pl.DataFrame:
        """`row, person, score` of what was linked."""
        return self._read("linked", "person", "score")

    def counts(self, key: pl.DataFrame, seed: int) -> tuple[Counts, Counts]:
        """How each field agrees in the pairs that the key knows as one person, and in pairs at random."""
        rows = self._read("open", "doubtful", place=True).filter("doubtful")
        own = rows.join(key.filter(pl.col("person").is_not_null()), on="row").select("place", "person")
        some = pl.concat([rows.select("place")] * RANDOM)
        other = pl.Series("person", np.random.default_rng(seed).integers(1, self._people + 1, some.height))
        return self._counted(own), self._counted(some.with_columns(other))

    def _counted(self, pairs: pl.DataFrame) -> Counts:
        path = self.folder / "known.parquet"
        pairs.rename({"place": "row"}).write_parquet(path)
        self.engine.view("matching.known", [path])
        self.engine.write(linking.levels_statement("select row, person from matching.known"), self.folder / "levels")
        found = pl.concat([pl.read_parquet(one, columns=list(LEVELS)) for one in files_below(self.folder / "levels")])
        return {field: dict(found.group_by(field).len().iter_rows()) for field in LEVELS}

    def _read(self, name: str, *columns: str, place: bool = False) -> pl.DataFrame:
        whole = pl.concat(
            [pl.read_parquet(path, columns=["row", *columns]) for path in files_below(self.folder / name)]
        )
        number = (pl.col("row") % storing.SHIFT).alias("row")
        return whole.select(*([pl.col("row").alias("place")] if place else []), number, *columns)


@contextmanager
def stages_over(paths: Paths) -> Iterator[Linking]:
    """The stages over a sample, in a fresh folder of their own."""
    folder = paths.folder / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with opened(folder) as engine:
        yield Linking(paths, engine, folder)


def estimated_weights(folder: Path, order: Order) -> dict[str, int]:
    """The weights as a fresh sample has them."""
    paths = write_sample(folder, order)
    with stages_over(paths) as stage:
        stage.open()
        return estimated(*stage.counts(pl.read_parquet(paths.key), order.seed))
