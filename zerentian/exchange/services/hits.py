"""What rules yielded, batch by batch, as it becomes evidence: texts that every engine writes alike, and their digest."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.weights import fields_of
from zerentian.exchange.services.parquet import files_below
from zerentian.kernel.scope import Scope

BATCH = 50_000
SUBJECT = ("division", "household", "person")
COLUMNS = (*SUBJECT, "digest", "shown", "row", "how", "score", "fields")


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


def digests_of(hits: Mapping[str, Path], rules: list[ClueRule]) -> tuple[str, dict[str, str]]:
    """One digest of everything a run found: whom, by which rule, on what evidence; and one of each rule's hits as written.

    Neither knows an order.
    """
    lines: list[str] = []
    written = {}
    for rule in rules:
        own: list[str] = []
        for frame in hits_of(hits[rule.id], rule):
            lines += _lines(frame, rule.id, "household", "person", "digest")
            own += _lines(frame, rule.id, *COLUMNS)
        written[rule.id] = _in_no_order(own)
    return _in_no_order(lines), written


def _lines(frame: pl.DataFrame, rule: str, *columns: str) -> list[str]:
    texts = [pl.col(name).cast(pl.String).fill_null("None") for name in columns]
    return frame.select(pl.concat_str(pl.lit(rule), *texts, separator="|")).to_series().to_list()


def _in_no_order(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
