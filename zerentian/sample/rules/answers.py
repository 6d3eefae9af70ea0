"""A finished match beside the answer key: what was planted and not found, and what was found and not planted."""

from dataclasses import dataclass

import polars as pl

FOUND = {"rule": pl.String, "number": pl.String, "household": pl.String, "how": pl.String}


@dataclass(frozen=True, slots=True)
class Answers:
    """`missed` and `false` list persons by their numbers in the register; `totals` has a row for each rule."""

    totals: pl.DataFrame
    missed: pl.DataFrame
    false: pl.DataFrame

    @property
    def recall(self) -> float:
        """The share of planted persons that was found."""
        planted, missed = int(self.totals["planted"].sum()), self.missed.height
        return 1 - missed / planted if planted else 1.0

    @property
    def precision(self) -> float:
        """The share of the clues that was planted."""
        clues = int(self.totals["clues"].sum())
        return 1 - self.false.height / clues if clues else 1.0


def compared(key: pl.DataFrame, found: pl.DataFrame, present: pl.Series) -> Answers:
    """The key's planted persons who are `present` in the register against the clues that a match `found`.

    A clue about a household as a whole has no number: it answers for every planted member of the household.
    """
    planted = key.filter(pl.col("what") == "planted").group_by("rule", "number", maintain_order=True).agg(
        pl.col("household").first(), pl.col("row").first(), pl.col("error").min()
    )  # fmt: skip
    inside = planted.filter(pl.col("number").is_in(present.implode()))
    people, homes = found.filter(pl.col("number").is_not_null()), found.filter(pl.col("number").is_null())
    missed = inside.join(people, on=["rule", "number"], how="anti").join(homes, on=["rule", "household"], how="anti")
    false = pl.concat([
        people.join(planted, on=["rule", "number"], how="anti"), homes.join(planted, on=["rule", "household"], how="anti")
    ])  # fmt: skip
    near = key.filter(pl.col("what") != "planted").select("number", "note").unique("number", keep="first")
    return Answers(_totals(planted, inside, found, missed, false), missed, false.join(near, on="number", how="left"))


def by_error(key: pl.DataFrame, answers: Answers) -> pl.DataFrame:
    """Planted and missed by kind of mistake; empty stands for none."""
    planted = key.filter(pl.col("what") == "planted").unique(["rule", "number"], keep="first")
    counts = planted.group_by("error").len("planted")
    missed = answers.missed.group_by("error").len("missed")
    return counts.join(missed, on="error", how="left").with_columns(pl.col("missed").fill_null(0)).sort("error")


def _totals(
    planted: pl.DataFrame, inside: pl.DataFrame, found: pl.DataFrame, missed: pl.DataFrame, false: pl.DataFrame
) -> pl.DataFrame:
    made = pl.DataFrame({"rule": pl.concat([planted["rule"], found["rule"]]).unique().sort()})
    for name, frame in (("planted", inside), ("clues", found), ("missed", missed), ("false", false)):
        made = made.join(frame.group_by("rule").len(name), on="rule", how="left")
    outside = planted.join(inside, on=["rule", "number"], how="anti")
    made = made.join(outside.group_by("rule").len("outside"), on="rule", how="left")
    return made.with_columns(pl.exclude("rule").fill_null(0))
