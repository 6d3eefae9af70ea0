"""A delivered file becomes a table: checked against its contract, batch by batch, personal columns sealed or tokens.

What stays readable in Parquet are the contracted columns that say nothing about who it is; identity numbers, names and
everything else personal stand there only as keyed tokens, and sealed, batch by batch, in files of their own.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zerentian.exchange.rules import contracts, firms, linkage
from zerentian.exchange.rules.sources import Source
from zerentian.kernel import privacy
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import Problem, read_batches
from zerentian.registry.rules import identity

SHIFT = 1 << 32  # the row of a table is delivery × SHIFT + number of the row in its file
BATCH = 50_000
MOST_REMEMBERED = 500_000  # parts of names and numbers whose tokens are kept from batch to batch
PERSON = "person.id"  # the purpose of identity tokens, the register's own
FIRM = "firm.code"
PART = "exchange.part"  # of names and numbers, for linkage
_ABOUT = "exchange.sealed"
_SEALED_BLOCK = 4 << 20
_PARTS = ("name", "sound", *(f"{k}{n}" for n in range(1, linkage.CHARACTERS + 1) for k in ("c", "s")), "region", "tail")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an identity number is judged by: the earliest year of birth, and the day."""

    earliest_year: int
    today: date


@dataclass
class Stored:
    """What became of a file: rows read, good and refused, columns that are not contracted, and the files written."""

    rows: int = 0
    good: int = 0
    refused: int = 0
    unknown_numbers: int = 0
    dropped: list[str] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)

    def count(self, rows: int, good: int) -> None:
        """More rows were read, so many of them good."""
        self.rows, self.good, self.refused = self.rows + rows, self.good + good, self.refused + rows - good


def _skipped(problems: list[Problem]) -> int:
    """Lines that were no rows at all: they stand in no frame."""
    return sum(problem.key == "" for problem in problems)


def batches(path: Path, source: Source, problems: list[Problem], dropped: list[str]) -> Iterator[pl.DataFrame]:
    """The rows of a delivered file as clean texts under the contract's names; `dropped` hears of other columns."""
    sheet = source.contract.sheet(source.id, source.file.title.zh)
    yield from read_batches(path, sheet, problems=problems, size=BATCH, strange=dropped)


def store_rows(path: Path, source: Source, delivery: int, folder: Path, tell: Any, limits: Limits) -> Stored:
    """Check and keep a file's rows below `folder`; `tell(problems, rows)` hears of every batch.

    Memory holds two batches: one is written while the next is checked. Sealed columns go to the delivery's own
    folder, where `sealed_row` finds them.
    """
    stored = Stored()
    problems: list[Problem] = []
    folder.mkdir(parents=True, exist_ok=True)
    with _Writing(folder / "part-000.parquet", source, delivery) as writing:
        for frame in batches(path, source, problems, stored.dropped):
            unread = {p.row for p in problems}
            found = contracts.check(frame.filter(~pl.col("row").is_in(list(unread))), source.contract)
            rows = frame.height + _skipped(problems)
            stored.count(rows, found.good.height)
            writing.put(kept_columns(found.good, source, delivery, stored, limits), found.good)
            tell([*problems, *found.problems], rows)
            problems.clear()
    stored.count(_skipped(problems), 0)
    tell(problems, len(problems))
    if not stored.rows:
        raise Refused("文件里没有数据行；请检查是否选错了文件")
    stored.parts = [writing.target]
    return stored


def store_nothing(path: Path, source: Source) -> Stored:
    """Of a file without rows: the columns of its header that are not contracted."""
    stored = Stored()
    for _frame in batches(path, source, [], stored.dropped):
        pass
    return stored


class _Writing:
    """Writes a table and the sealed columns beside the check: the processor packs one batch while it checks the next."""

    def __init__(self, target: Path, source: Source, delivery: int) -> None:
        self.target, self._source, self._delivery = target, source, delivery
        self._writer: pq.ParquetWriter | None = None
        self._pool = ThreadPoolExecutor(1)
        self._waiting: Future[None] | None = None

    def __enter__(self) -> "_Writing":
        return self

    def put(self, kept: pl.DataFrame, good: pl.DataFrame) -> None:
        """Write the next batch, once the one before is written."""
        if self._waiting is not None:
            self._waiting.result()
        self._waiting = self._pool.submit(self._write, kept, good)

    def _write(self, kept: pl.DataFrame, good: pl.DataFrame) -> None:
        table = kept.to_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.target, table.schema, compression="zstd")
        self._writer.write_table(table)
        _seal(good, self._source, self._delivery)

    def __exit__(self, kind: object, *_rest: object) -> None:
        self._pool.shutdown(wait=True)
        try:
            if kind is None and self._waiting is not None:
                self._waiting.result()
        finally:
            if self._writer is not None:
                self._writer.close()


def kept_columns(good: pl.DataFrame, source: Source, delivery: int, stored: Stored, limits: Limits) -> pl.DataFrame:
    """The columns of the table: `row`, tokens and parts of who it is, and the readable contracted columns."""
    file = source.file
    columns: list[pl.Series] = [(good["row"] + delivery * SHIFT).alias("row")]
    if source.contract.primary_key:
        columns += row_keys(good, source.contract.primary_key)
    if file.person.columns:
        columns += _person_columns(good, source, stored, limits)
    if file.firm:
        columns += halves(firms.keys(good[file.firm]), FIRM, "ft", "fu")
    columns += [good[name] for name in source.plain]
    return pl.DataFrame(columns)


def numbers_of(given: pl.Series) -> pl.Series:
    """Identity numbers in normal form, without what a disability card adds; null where nothing or a placeholder is given."""
    return linkage.without_placeholders(identity.normal(given).str.slice(0, 18))


def _person_columns(good: pl.DataFrame, source: Source, stored: Stored, limits: Limits) -> list[pl.Series]:
    keys, empty = source.file.person, pl.Series([None] * good.height, dtype=pl.String)
    numbers = numbers_of(good[keys.id_number]) if keys.id_number else empty
    fault = identity.faults(numbers, earliest_year=limits.earliest_year, today=limits.today)
    doubtful = numbers.is_null() | fault.is_not_null()
    stored.unknown_numbers += int(doubtful.sum())
    parts = linkage.number_parts(numbers)
    names = linkage.name_parts(good[keys.name]) if keys.name else linkage.name_parts(empty.alias("given"))
    born = good[keys.birth_on] if keys.birth_on else pl.Series([None] * good.height, dtype=pl.Date)
    both = pl.concat([parts, names], how="horizontal")
    return [
        *halves(numbers, PERSON, "t", "u"),
        *(part_token(both[name]) for name in _PARTS),
        both["length"],
        both["number_born"],
        (born.zip_with(born.is_not_null(), both["number_born"])).alias("born"),
        doubtful.alias("doubtful"),
        linkage.sexes(good[keys.sex]) if keys.sex else pl.Series("told_sex", [None] * good.height, dtype=pl.Int8),
        linkage.counties(good[keys.area])
        if keys.area
        else pl.Series("told_county", [None] * good.height, dtype=pl.Int32),
    ]


def halves(values: pl.Series, purpose: str, first: str, second: str) -> list[pl.Series]:
    """The keyed token of each value as two columns of integers, which every engine joins fast."""
    different, places = _different(values)
    tokens = privacy.tokens(different.to_list(), purpose)
    made = _integers(tokens, first, second)
    return [one.gather(places) for one in made]


def part_token(values: pl.Series) -> pl.Series:
    """The first half of the keyed token of each value: enough for parts that are compared, never joined alone.

    Parts come again and again, so those that were seen are remembered.
    """
    different, places = _different(values)
    given = different.to_list()
    fresh = [value for value in given if value is not None and value not in _remembered]
    if len(_remembered) + len(fresh) > MOST_REMEMBERED:
        _remembered.clear()
        fresh = [value for value in given if value is not None]
    numbers = _integers(privacy.tokens(fresh, PART), "first", "second")[0]
    _remembered.update(zip(fresh, numbers.to_list(), strict=True))
    made = pl.Series(values.name, [None if value is None else _remembered[value] for value in given], dtype=pl.Int64)
    return made.gather(places)


_remembered: dict[str, int | None] = {}  # part → the first half of its token


def _different(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The different values, null among them, and for each row the place of its own."""
    encoded = (
        values.cast(pl.String).fill_null(_NOTHING).to_arrow(compat_level=pl.CompatLevel.oldest()).dictionary_encode()
    )
    different = pl.Series(encoded.dictionary, dtype=pl.String).replace(_NOTHING, None)
    return different, pl.Series(pc.cast(encoded.indices, pa.uint32()))


_NOTHING = "\x00"  # no file has it: a text with a zero byte is cleaned of it


def _integers(tokens: Iterable[bytes | None], first: str, second: str) -> list[pl.Series]:
    """Tokens of 16 bytes as two columns of integers."""
    given = list(tokens)
    missing = pl.Series([token is None for token in given], dtype=pl.Boolean)
    numbers = np.frombuffer(b"".join(token or _EMPTY for token in given), dtype=">i8").astype("i8").reshape(-1, 2)
    return [
        pl.Series(name, numbers[:, at], dtype=pl.Int64).set(missing, None) for at, name in enumerate((first, second))
    ]


_EMPTY = bytes(16)


def row_keys(good: pl.DataFrame, key: tuple[str, ...]) -> list[pl.Series]:
    """`k`, `k2`: which row of the department's own list it is, by a keyed digest of its primary key."""
    secret = privacy.token("row", "exchange.key") or b""
    texts = good.select(pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in key], separator="\x1f"))
    base = hashlib.blake2b(key=secret, digest_size=16)
    return _integers((_digest(base, text) for text in texts.to_series().to_list()), "k", "k2")


def _digest(base: Any, text: str) -> bytes:
    one = base.copy()
    one.update(text.encode())
    digest: bytes = one.digest()
    return digest


def _seal(good: pl.DataFrame, source: Source, delivery: int) -> None:
    """Personal columns of a batch as one sealed file, named by its first and last row."""
    personal = [name for name in source.contract.names if name in source.file.personal]
    if not personal or not good.height:
        return
    stream = io.BytesIO()
    good.select("row", *personal).write_ipc(stream, compression="zstd")
    name = f"{good['row'][0]}-{good['row'][-1]}.sealed"
    place("exchange", "sealed", str(delivery)).joinpath(name).write_bytes(
        privacy.seal_bytes(stream.getvalue(), f"{_ABOUT}.{delivery}")
    )


def sealed_row(row: int) -> dict[str, Any]:
    """The personal columns of a row of a table, as delivered; empty when they are no longer kept."""
    delivery, number = divmod(row, SHIFT)
    for path in place("exchange", "sealed", str(delivery)).glob("*.sealed"):
        first, _, last = path.stem.partition("-")
        if int(first) <= number <= int(last):
            plain = privacy.open_bytes(path.read_bytes(), f"{_ABOUT}.{delivery}")
            found = pl.read_ipc(io.BytesIO(plain)).filter(pl.col("row") == number)
            return found.drop("row").row(0, named=True) if found.height else {}
    return {}


def twice(folder: Path) -> list[int]:
    """Row numbers of a fresh table whose primary key stood in an earlier row of the same file."""
    sql = (
        "select row from (select row, row_number() over (partition by k, k2 order by row) as n"
        f" from read_parquet('{folder}/*.parquet')) where n > 1 order by row"
    )
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as duck:
        return [row % SHIFT for (row,) in duck.execute(sql).fetchall()]


def without(folder: Path, rows: list[int]) -> None:
    """Take rows, by their numbers in the file, out of a fresh table of one delivery."""
    path = next(folder.glob("*.parquet"))
    draft = path.with_suffix(".draft")
    gone = pa.array(rows, pa.int64())
    with pq.ParquetFile(path) as file, pq.ParquetWriter(draft, file.schema_arrow, compression="zstd") as writer:
        for batch in file.iter_batches(BATCH):
            numbers = pc.bit_wise_and(batch["row"], SHIFT - 1)
            writer.write_batch(batch.filter(pc.invert(pc.is_in(numbers, value_set=gone))))
    draft.rename(path)


def merge(before: Path, fresh: Path | None, target: Path, *, without: int | None) -> int:
    """The table after an increment, a correction or a withdrawal; how many rows.

    It keeps the rows of `before` that are not of the delivery `without` and whose key does not come again in `fresh`.
    """
    kept = f"select * from read_parquet('{before}/*.parquet') b where true"
    if without is not None:
        kept += f" and (row < {without * SHIFT} or row >= {(without + 1) * SHIFT})"
    if fresh is not None:
        if "k" in schema_of(fresh).names:
            kept += (
                f" and not exists (select 1 from read_parquet('{fresh}/*.parquet') f where f.k = b.k and f.k2 = b.k2)"
            )
        kept += f" union all by name select * from read_parquet('{fresh}/*.parquet')"
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2, "memory_limit": "1500MB", "temp_directory": f"{target}.spill"}) as duck:
        done = duck.execute(f"copy ({kept}) to '{target}/part-000.parquet' (format parquet, compression zstd)")
        return int(done.fetchall()[0][0])


def seal_file(path: Path, delivery: int) -> None:
    """Put the delivered file away sealed, block by block, and take the readable one from the disk."""
    folder = place("exchange", "originals", str(delivery))
    with path.open("rb") as stream:
        for number, block in enumerate(iter(lambda: stream.read(_SEALED_BLOCK), b"")):
            about = f"{_ABOUT}.file.{delivery}.{number}"
            (folder / f"{number:05d}.sealed").write_bytes(privacy.seal_bytes(block, about))
    path.unlink()


def digest_of(folder: Path) -> str:
    """One digest of all files of a table."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        with path.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def rows_of(folder: Path) -> int:
    """How many rows a table has."""
    return sum(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))


def schema_of(folder: Path) -> pa.Schema:
    """The columns of a table."""
    return pq.read_schema(next(iter(sorted(folder.glob("*.parquet")))))
