"""Links of rows to persons beside the key: recall, precision, the curve over the threshold, by kind of error."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of rows that leave enough to tell persons apart: how many, how many found; of all links: how many, how many wrong."""

    wanted: int
    found: int
    links: int
    wrong: int

    @property
    def recall(self) -> float:
        """The share of the rows that leave enough whose person was found."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """The share of all links that name the right person, of rows that leave enough or not."""
        return 1 - self.wrong / self.links if self.links else 1.0

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        return 2 * self.recall * self.precision / (self.recall + self.precision) if self.found else 0.0


def verdict(key: pl.DataFrame, links: pl.DataFrame) -> Verdict:
    """Links (`row, person`) of the key's rows (`row, person, kind, enough`; no person: not in the register)."""
    links = links.join(key.select("row"), on="row", how="semi")
    right = links.join(key, on=["row", "person"], how="semi")
    wanted = key.filter(pl.col("enough").fill_null(value=False))
    return Verdict(
        wanted.height, wanted.join(right, on="row", how="semi").height, links.height, links.height - right.height
    )


def left_over(rows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The rows without those that were linked already."""
    return rows.join(links, on="row", how="anti")


def curve(
    key: pl.DataFrame, scored: pl.DataFrame, thresholds: Sequence[int], beside: pl.DataFrame | None = None
) -> list[tuple[int, Verdict]]:
    """The verdict at each threshold of `score`, together with the links that are `beside` it whatever the score."""
    more = [beside] if beside is not None else []
    kept = (scored.filter(pl.col("score") >= least).select("row", "person") for least in thresholds)
    return [(least, verdict(key, pl.concat([*more, links]))) for least, links in zip(thresholds, kept, strict=True)]


def by_kind(key: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """`kind, enough, rows, found` of the rows about somebody in the register; empty stands for no mistake."""
    own = key.filter(pl.col("person").is_not_null())
    right = links.select("row", "person").unique().with_columns(hit=True)
    both = own.join(right, on=["row", "person"], how="left")
    return both.group_by("kind", "enough").agg(pl.len().alias("rows"), pl.col("hit").sum().alias("found")).sort(
        "kind", "enough", descending=[False, True]
    )  # fmt: skip


def by_stranger(key: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """`who, rows, linked` of the rows about people outside the register: every link is a wrong one."""
    away = key.filter(pl.col("person").is_null()).join(
        links.select("row").unique().with_columns(hit=True), on="row", how="left"
    )
    return away.group_by("who").agg(pl.len().alias("rows"), pl.col("hit").sum().alias("linked")).sort("who")


def missed(key: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Every row about somebody in the register whose person was not found: `row, person, kind, enough`."""
    own = key.filter(pl.col("person").is_not_null())
    return own.join(links, on=["row", "person"], how="anti").select("row", "person", "kind", "enough").sort("row")


def false(key: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Every wrong link: `row, linked` (whom it named), `person` (who it is; none: outside the register), `who, kind`."""
    wrong = links.join(key, on=["row", "person"], how="anti")
    return (
        wrong.rename({"person": "linked"})
        .join(key.select("row", "person", "who", "kind"), on="row", how="inner")
        .select("row", "linked", "person", "who", "kind")
        .sort("row", "linked")
    )
