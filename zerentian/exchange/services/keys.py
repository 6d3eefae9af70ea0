"""The register's side of a match: who is in it today, as tokens and parts of names and numbers, never in the clear.

What is worked out of a person's name and number is kept by the person and the version of the row in the database, so
that the next run works it out only for those who changed.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from django.db import connection

from zerentian.exchange.rules import linkage
from zerentian.exchange.services.storing import part_token
from zerentian.kernel import privacy
from zerentian.registry.models import Person
from zerentian.registry.rules import identity

# The version of a row says nothing about what stands in it: who wrote it, and where it lies.
_NOW = """
copy (
  select id, household_id, division,
    ('x' || encode(substr(id_token, 1, 8), 'hex'))::bit(64)::bigint,
    ('x' || encode(substr(id_token, 9, 8), 'hex'))::bit(64)::bigint,
    id_token is null or not id_valid, birth_on, case sex when 'male' then 1 when 'female' then 2 end,
    hashtextextended(xmin::text || ctid::text, id)
  from registry_person where left_on is null
) to stdout (format csv)
"""
_PLAIN = "select id, name, id_number from registry_person where id = any(%s)"
_TYPES = {
    "person": pa.int64(), "household": pa.int64(), "division": pa.int64(), "t": pa.int64(), "u": pa.int64(),
    "loose": pa.bool_(), "birth_on": pa.date32(), "sex": pa.int8(), "version": pa.int64(),
}  # fmt: skip
_READ = pc.ConvertOptions(
    column_types=_TYPES, true_values=["t"], false_values=["f"], null_values=[""], strings_can_be_null=True
)
_BLOCK = 8 << 20
BATCH = 200_000
PLACES = range(1, linkage.CHARACTERS + 1)
# Parts that are compared as tokens, and the columns that are kept with the version they were worked out of.
TOKENS = ("name", "sound", *(f"{kind}{place}" for place in PLACES for kind in ("c", "s")), "region", "tail")
_KEPT = (*TOKENS, "length", "number_born")


def write_people(target: Path, versions: Path, earlier: Path | None = None) -> int:
    """Write everybody present, one row a person, and beside it the versions of their rows; how many.

    `earlier` is the folder in which an earlier run has both files, under the same names.
    """
    now = pl.DataFrame(pl.from_arrow(_present()))
    before = _kept(earlier / target.name, earlier / versions.name) if earlier else _nothing()
    known = now.select("person", "version").join(before, on=["person", "version"], how="inner").drop("version")
    fresh = now.select("person").join(known.select("person"), on="person", how="anti")["person"]
    parts = pl.concat([known.select("person", *_KEPT), *_fresh(fresh)], how="vertical")
    people = now.join(parts, on="person", how="left").sort("person")
    people.select("person", "version").write_parquet(versions, compression="zstd")
    _weighed(people.drop("version")).write_parquet(target, compression="zstd", row_group_size=BATCH)
    return people.height


def _present() -> pa.Table:
    blocks, held = [], io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(_NOW) as copy:
        for data in copy:
            held.write(data)
            if held.tell() >= _BLOCK:
                blocks.append(_read(held))
                held = io.BytesIO()
    blocks.append(_read(held))
    return pa.concat_tables(blocks)


def _read(held: io.BytesIO) -> pa.Table:
    if not held.tell():
        return pa.schema(list(_TYPES.items())).empty_table()
    options = pc.ReadOptions(column_names=list(_TYPES), block_size=_BLOCK * 2)
    return pc.read_csv(pa.py_buffer(held.getbuffer()), read_options=options, convert_options=_READ)


def _kept(people: Path, versions: Path) -> pl.DataFrame:
    """Parts of an earlier run by person and version; none when the file is gone, or one with other columns."""
    columns = ["person", *_KEPT]
    if not people.exists() or not versions.exists() or not set(columns) <= set(pq.read_schema(people).names):
        return _nothing()
    return pl.read_parquet(people, columns=columns).join(pl.read_parquet(versions), on="person", how="inner")


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={"person": pl.Int64, **_parts_schema(), "version": pl.Int64})


def _parts_schema() -> dict[str, type[pl.DataType]]:
    return {**dict.fromkeys(TOKENS, pl.Int64), "length": pl.Int8, "number_born": pl.Date}


def _fresh(persons: pl.Series) -> Iterator[pl.DataFrame]:
    """The parts of persons whose row is new or changed."""
    about = Person._meta.get_field("id_number").about  # type: ignore[union-attr]
    for start in range(0, len(persons), BATCH):
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN, [persons.slice(start, BATCH).to_list()])
            rows = cursor.fetchall()
        numbers = privacy.decrypt_many([row[2] for row in rows], about)
        names = pl.Series([row[1] for row in rows], dtype=pl.String)
        given = pl.Series([number or None for number in numbers], dtype=pl.String)
        found = parts_of(names, identity.normal(given).str.slice(0, 18))
        ids = pl.Series("person", [row[0] for row in rows], dtype=pl.Int64)
        yield found.select(ids, *_KEPT)


def parts_of(names: pl.Series, numbers: pl.Series) -> pl.DataFrame:
    """The parts of names and of numbers in normal form that are compared: tokens, the name's length, the date."""
    whole = pl.concat([linkage.number_parts(numbers), linkage.name_parts(names)], how="horizontal")
    columns = [part_token(whole[name]).alias(name) for name in TOKENS]
    return pl.DataFrame([*columns, whole["length"], whole["number_born"]])


def _weighed(people: pl.DataFrame) -> pl.DataFrame:
    """With what the match reads beside the parts: date of birth, county, and how rare the name and its sound are."""
    return people.with_columns(
        pl.coalesce("birth_on", "number_born").alias("born"),
        (pl.col("division") // 1_000_000).cast(pl.Int32).alias("county"),
        _rarity("name").alias("name_rarity"),
        _rarity("sound").alias("sound_rarity"),
    ).drop("birth_on")


def _rarity(column: str) -> pl.Expr:
    """How rare a value is, in hundredths of a bit; one more than there are, for not everybody is in the register."""
    share = pl.len() / (pl.len().over(column) + 1)
    return pl.when(pl.col(column).is_not_null()).then((share.log(2) * 100).round().cast(pl.Int32))
