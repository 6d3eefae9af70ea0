"""The register's side of a match: who is in it today, as tokens and parts of names and numbers, never in the clear.

What is worked out of a person's row is kept by the person and the version of that row in the database: one pass asks for
the versions, and only of those who are new or changed the row itself is read and worked out.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from django.db import connection

from zerentian.exchange.rules import linkage
from zerentian.exchange.services.stages import take_over
from zerentian.exchange.services.storing import PERSON, Limits, halves, numbers_of, part_token
from zerentian.kernel import privacy
from zerentian.registry.models import Person
from zerentian.registry.rules import identity

PEOPLE, VERSIONS, ACT = "people.parquet", "versions.parquet", "act"
BATCH = 100_000
# The version of a row says nothing about what stands in it: who wrote it, and where it lies.
_VERSION = "hashtidextended(ctid, xmin::text::bigint)"
# The act up to which every change was committed before the versions are asked: no open transaction is as old. The minute is
# for statements that began in one order and were numbered in another.
_SETTLED = """
select coalesce(max(id), 0) from kernel_act where at < interval '-1 minute' + (
  select least(min(xact_start), now()) from pg_stat_activity where datname = current_database())
"""
_CHANGED = "select distinct row_id from kernel_history where act_id > %s and model = 'registry_person'"
_VERSIONS_OF = f"select id, {_VERSION} from registry_person where id = any(%s) and left_on is null"
MOST_CHANGED = 100_000  # persons; when there are more, everybody is asked
# Whole blocks of rows at once, as bytes: a message for each row would cost more than everything else. Several workers share it.
_VERSIONS = f"""
select string_agg(int8send(id) || int8send({_VERSION}), '') from registry_person
where left_on is null group by id / %(block)s
"""
_ROWS = f"""
select id, household_id, division, id_token, id_token is null or not id_valid, birth_on,
  (case sex when 'male' then 1 when 'female' then 2 end)::smallint, {_VERSION}, name, id_number
from registry_person where id = any(%s) and left_on is null
"""
_ROW = {
    "person": pl.Int64, "household": pl.Int64, "division": pl.Int64, "token": pl.Binary, "loose": pl.Boolean,
    "birth_on": pl.Date, "sex": pl.Int8, "version": pl.Int64, "given": pl.String, "sealed": pl.Binary,
}  # fmt: skip
SUPPOSED = 20_000
PLACES = range(1, linkage.CHARACTERS + 1)
# Parts that are compared as tokens, and the columns that are kept with the version they were worked out of.
TOKENS = ("name", "sound", *(f"{kind}{place}" for place in PLACES for kind in ("c", "s")), "region", "tail")
_KEPT = {
    "person": pl.Int64, "household": pl.Int64, "division": pl.Int64, "t": pl.Int64, "u": pl.Int64, "loose": pl.Boolean,
    "sex": pl.Int8, **dict.fromkeys(TOKENS, pl.Int64), "length": pl.Int8, "number_born": pl.Date, "born": pl.Date,
}  # fmt: skip


def write_people(folder: Path, earlier: Path | None = None, *, whole: bool = True) -> int:
    """Write everybody present, one row a person, and beside it the versions of their rows; how many.

    `earlier` is the folder in which an earlier run has both files. When nobody came, went or changed they are taken over.
    Unless the `whole` register is to be looked at, only those are of whom the history tells something since.
    """
    settled = _number(_SETTLED)
    then = pl.read_parquet(earlier / VERSIONS) if earlier and _can_be_kept(earlier) else None
    since = None if whole or earlier is None else _act_of(earlier)
    changed = None if then is None or since is None else _changed_since(then, since)
    now = _versions() if changed is None else changed
    if earlier and then is not None and then.equals(now):
        take_over(earlier, folder)
        _note_act(folder, settled)
        return now.height
    folder.mkdir(parents=True, exist_ok=True)
    _note_act(folder, settled)
    fresh = now if then is None else now.join(then, on=["person", "version"], how="anti", maintain_order="left")
    rows = [frame.select(*_KEPT, "version") for frame in _fresh(fresh["person"])]
    if earlier and then is not None:
        same = now.join(then, on=["person", "version"], how="semi")
        rows.append(pl.read_parquet(earlier / PEOPLE, columns=list(_KEPT)).join(same, on="person", how="inner"))
    people = pl.concat(rows or [_nobody()]).sort("person")
    people.select("person", "version").write_parquet(folder / VERSIONS, compression="lz4")
    _weighed(people.drop("version")).write_parquet(folder / PEOPLE, compression="lz4", row_group_size=2 * BATCH)
    return people.height


def _versions() -> pl.DataFrame:
    """The version of everybody's row, by person."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, {"block": 10 * BATCH})
        blocks = b"".join(bytes(row[0]) for row in cursor.fetchall())
    numbers = np.frombuffer(blocks, dtype=">i8").astype("i8").reshape(-1, 2)
    return pl.DataFrame({"person": numbers[:, 0], "version": numbers[:, 1]}).sort("person")


def _changed_since(then: pl.DataFrame, act: int) -> pl.DataFrame | None:
    """The versions of then with those of whom the history tells something since; None when these are too many."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED + f" limit {MOST_CHANGED + 1}", [act])
        ids = [row[0] for row in cursor.fetchall()]
        if len(ids) > MOST_CHANGED:
            return None
        cursor.execute(_VERSIONS_OF, [ids])
        fresh = pl.DataFrame(cursor.fetchall(), schema=then.schema, orient="row")
    same = then.join(pl.DataFrame({"person": ids}, schema={"person": pl.Int64}), on="person", how="anti")
    return pl.concat([same, fresh]).sort("person")


def _number(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])


def _act_of(folder: Path) -> int | None:
    path = folder / ACT
    return int(path.read_text()) if path.exists() else None


def _note_act(folder: Path, act: int) -> None:
    """As a file of its own: the others are shared with the folders that took them over."""
    draft = folder / f".{ACT}"
    draft.write_text(str(act))
    draft.rename(folder / ACT)


def _can_be_kept(earlier: Path) -> bool:
    """Whether an earlier run's files are there, with the columns of today."""
    people = earlier / PEOPLE
    return people.exists() and (earlier / VERSIONS).exists() and set(_KEPT) <= set(pq.read_schema(people).names)


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={**_KEPT, "version": pl.Int64})


def _fresh(persons: pl.Series) -> Iterator[pl.DataFrame]:
    """The rows of persons who are new or changed; while one batch is worked out, the next is read."""
    with ThreadPoolExecutor(1) as pool:
        waiting: Future[pl.DataFrame] | None = None
        for start in range(0, len(persons), BATCH):
            with connection.cursor() as cursor:
                cursor.execute(_ROWS, [persons.slice(start, BATCH).to_list()])
                rows = cursor.fetchall()
            if waiting is not None:
                yield waiting.result()
            waiting = pool.submit(_worked_out, rows)
        if waiting is not None:
            yield waiting.result()


def _worked_out(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of the register with the parts of their names and numbers."""
    about = Person._meta.get_field("id_number").about  # type: ignore[union-attr]
    read = pl.DataFrame(rows, schema=_ROW, orient="row")
    numbers = privacy.decrypt_many(read["sealed"].to_list(), about)
    given = pl.Series([number or None for number in numbers], dtype=pl.String)
    parts = parts_of(read["given"], numbers_of(given))
    found = pl.concat([read.drop("given", "sealed"), parts], how="horizontal")
    return found.with_columns(*_halves(read["token"]), pl.coalesce("birth_on", "number_born").alias("born"))


def _halves(tokens: pl.Series) -> list[pl.Expr]:
    """The register's tokens as the two columns of integers that tables have."""
    whole = pl.col(tokens.name)
    return [
        whole.bin.slice(place, 8).bin.reinterpret(dtype=pl.Int64, endianness="big").alias(name)
        for place, name in ((0, "t"), (8, "u"))
    ]


def stored_people(plain: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """People in the clear as a match reads them: `person, household, division, id_number, name, sex, birth_on`.

    The sex is 1 or 2 as in GB/T 2261.1. For registers that are not in the database: samples, benchmarks.
    """
    parts = []
    for some in plain.iter_slices(BATCH):
        numbers = numbers_of(some["id_number"])
        fault = identity.faults(numbers, earliest_year=limits.earliest_year, today=limits.today)
        loose = (numbers.is_null() | fault.is_not_null()).alias("loose")
        tokens = halves(numbers, PERSON, "t", "u")
        found = parts_of(some["name"], numbers)
        born = pl.Series("born", some["birth_on"]).fill_null(found["number_born"])
        whole = some.drop("name").with_columns(*tokens, loose, *found.get_columns(), born)
        parts.append(whole.select(pl.col(name).cast(kind) for name, kind in _KEPT.items()))
    return _weighed(pl.concat(parts).sort("person"))


def parts_of(names: pl.Series, numbers: pl.Series) -> pl.DataFrame:
    """The parts of names and of numbers in normal form that are compared: tokens, the name's length, the date."""
    whole = pl.concat([linkage.number_parts(numbers), linkage.name_parts(names)], how="horizontal")
    columns = [part_token(whole[name]).alias(name) for name in TOKENS]
    return pl.DataFrame([*columns, whole["length"], whole["number_born"]])


def _weighed(people: pl.DataFrame) -> pl.DataFrame:
    """With what the match reads beside the parts: county, and how rare the name and its sound are."""
    return people.with_columns(
        (pl.col("division") // 1_000_000).cast(pl.Int32).alias("county"),
        _rarity("name").alias("name_rarity"),
        _rarity("sound").alias("sound_rarity"),
    )


def _rarity(column: str) -> pl.Expr:
    """How rare a value is, in hundredths of a bit; one more than there are, for not everybody is in the register.

    A small register says little of how rare a name is: `SUPPOSED` others of whom nobody bears it are added.
    """
    share = (pl.len() + SUPPOSED) / (pl.len().over(column) + 1)
    return pl.when(pl.col(column).is_not_null()).then((share.log(2) * 100).round().cast(pl.Int32))
