"""What rules yielded, batch by batch, as it becomes evidence: texts that every engine writes alike, and their digest."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.weights import fields_of
from zerentian.exchange.services.parquet import files_below
from zerentian.kernel.scope import Scope

BATCH = 50_000
REMEMBERED = 300_000  # hits, about 150 MB
SUBJECT = ("division", "household", "person")
COLUMNS = (*SUBJECT, "digest", "shown", "row", "how", "score", "fields")
_MARKS_FILE = "marks.parquet"
CLUE = ("rule", "household", "person")
MARKS: dict[str, type[pl.DataType]] = {
    "rule": pl.String,
    "household": pl.Int64,
    "person": pl.Int64,
    "mark": pl.UInt64,
    "hits": pl.Int64,
}
_SEED = 2016  # another one, or another polars, makes the next run write every clue again and nothing worse


def keep_marks(folder: Path, marks: pl.DataFrame) -> None:
    """Write the marks of a run's clues into its folder, in one move."""
    draft = folder / f".{_MARKS_FILE}"
    marks.write_parquet(draft, compression="lz4")
    draft.rename(folder / _MARKS_FILE)


def marks_of(folder: Path) -> pl.DataFrame | None:
    """The marks of a run's clues; None when its folder is gone."""
    path = folder / _MARKS_FILE
    return pl.read_parquet(path) if path.exists() else None


def hits_of(folder: Path, rule: ClueRule) -> Iterator[pl.DataFrame]:
    """The hits of a rule in its area: subject, digest and JSON of what is shown, and how the row was matched."""
    area = Scope.of([rule.area]).hull
    for path in files_below(folder):
        for batch in pq.ParquetFile(path).iter_batches(BATCH):
            frame = pl.DataFrame(pl.from_arrow(batch))
            inside = (pl.col("division") >= area.lo) & (pl.col("division") < area.hi)
            found = frame.filter(pl.col("household").is_not_null() & inside)
            if found.height:
                yield _told(found, rule)


def _told(found: pl.DataFrame, rule: ClueRule) -> pl.DataFrame:
    shown = pl.DataFrame([_texts(found[name]) for name, _ in rule.shows])
    parts = [pl.concat_str(pl.lit(f"{name}="), pl.col(name).fill_null("")) for name in sorted(shown.columns)]
    whole = shown.select(pl.concat_str(pl.lit(rule.id), *parts, separator="\x1f")).to_series()
    return found.select(
        *SUBJECT, _mapped(whole, _digest).alias("digest"),
        shown.select(pl.struct(pl.all()).struct.json_encode()).to_series().alias("shown"), "row", "how", "score",
        _mapped(found["fields"].fill_null(""), _fields).alias("fields"),
    )  # fmt: skip


def _digest(text: str) -> str:
    """As `digest_of` of the rule and what is shown."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _fields(text: str) -> str:
    return json.dumps(fields_of(text))


def _texts(values: pl.Series) -> pl.Series:
    """The values as people read them."""
    kind = values.dtype
    if kind.is_integer() or kind.is_decimal() or kind in (pl.String, pl.Date, pl.Null):
        return values.cast(pl.String)
    return _mapped(values, _text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _mapped(values: pl.Series, function: Callable[[Any], str]) -> pl.Series:
    """The function's text for each value, worked out once for all that are equal."""
    different = values.unique().drop_nulls()
    made = pl.DataFrame([different.alias("value"), pl.Series("text", list(map(function, different)), dtype=pl.String)])
    return values.to_frame("value").join(made, on="value", how="left", maintain_order="left")["text"]


class Hits:
    """The hits of a run's rules, by the folders in which they lie; as many as fit are remembered for a second reading."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders
        self._known: dict[str, list[pl.DataFrame]] = {}
        self._rows = 0

    def of(self, rule: ClueRule) -> Iterator[pl.DataFrame]:
        """Those of one rule, as `hits_of` tells them."""
        if rule.id in self._known:
            yield from self._known[rule.id]
            return
        found: list[pl.DataFrame] = []
        for frame in hits_of(self._folders[rule.id], rule):
            self._rows += frame.height
            found.append(frame)
            yield frame
        if self._rows <= REMEMBERED:
            self._known[rule.id] = found


def read_hits(hits: Hits, rules: Sequence[ClueRule]) -> tuple[str, pl.DataFrame]:
    """One digest of everything a run found, and the mark of each clue.

    The digest is of whom, by which rule, on what evidence, and knows no order. A mark, one a rule, household and person, is
    made of all that would be written of the clue, in no order: a clue whose mark stays needs no writing.
    """
    lines: list[str] = []
    marks = [pl.DataFrame(schema=MARKS)]
    for rule in rules:
        for frame in hits.of(rule):
            lines += _lines(frame, rule.id, "household", "person", "digest")
            whole = pl.struct(COLUMNS).hash(_SEED)
            marks.append(frame.select(pl.lit(rule.id).alias("rule"), "household", "person", mark=whole, hits=1))
    by_clue = pl.concat(marks, how="vertical_relaxed").group_by(CLUE).agg(pl.col("mark", "hits").sum())
    return _in_no_order(lines), by_clue.select(pl.col(name).cast(kind) for name, kind in MARKS.items()).sort(CLUE)


def digest_of_hits(hits: Mapping[str, Path], rules: Sequence[ClueRule]) -> str:
    """The digest alone."""
    return read_hits(Hits(hits), rules)[0]


def _lines(frame: pl.DataFrame, rule: str, *columns: str) -> list[str]:
    texts = [pl.col(name).cast(pl.String).fill_null("None") for name in columns]
    return frame.select(pl.concat_str(pl.lit(rule), *texts, separator="|")).to_series().to_list()


def _in_no_order(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
