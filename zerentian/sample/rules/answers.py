"""A finished match beside the answer key: what was planted and not found, and what was found and not planted."""

from dataclasses import dataclass

import polars as pl

FOUND = {"rule": pl.String, "number": pl.String, "household": pl.String, "how": pl.String}


@dataclass(frozen=True, slots=True)
class Answers:
    """`missed` and `false` list persons by their numbers in the register; `totals` has a row for each rule.

    `enough` is of how many planted persons a row leaves enough to tell them from others (or needs none).
    """

    totals: pl.DataFrame
    missed: pl.DataFrame
    false: pl.DataFrame
    enough: int

    @property
    def recall(self) -> float:
        """The share of planted persons that was found."""
        planted, missed = int(self.totals["planted"].sum()), self.missed.height
        return 1 - missed / planted if planted else 1.0

    @property
    def recall_of_enough(self) -> float:
        """The same of those whose rows leave enough to tell them from others."""
        return 1 - int(self.missed["enough"].sum()) / self.enough if self.enough else 1.0

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
        pl.col("household").first(), pl.col("row").first(), pl.col("error").min(), pl.col("enough").max()
    )  # fmt: skip
    inside = planted.filter(pl.col("number").is_in(present.implode()))
    people, homes = found.filter(pl.col("number").is_not_null()), found.filter(pl.col("number").is_null())
    missed = inside.join(people, on=["rule", "number"], how="anti").join(homes, on=["rule", "household"], how="anti")
    false = pl.concat([
        people.join(planted, on=["rule", "number"], how="anti"), homes.join(planted, on=["rule", "household"], how="anti")
    ])  # fmt: skip
    near = key.filter(pl.col("what") != "planted").select("number", "note").unique("number", keep="first")
    totals = _totals(planted, inside, found, missed, false)
    return Answers(totals, missed, false.join(near, on="number", how="left"), int(inside["enough"].sum()))


def by_error(key: pl.DataFrame, answers: Answers) -> pl.DataFrame:
    """Planted and missed by kind of mistake, and both of rows that leave enough; empty stands for no mistake."""
    planted = key.filter(pl.col("what") == "planted").unique(["rule", "number"], keep="first")
    counts = planted.group_by("error").agg(planted=pl.len(), enough=pl.col("enough").sum())
    missed = answers.missed.group_by("error").agg(missed=pl.len(), missed_enough=pl.col("enough").sum())
    found = counts.join(missed, on="error", how="left").with_columns(pl.col("missed", "missed_enough").fill_null(0))
    return found.select("error", "planted", "missed", "enough", "missed_enough").sort("error")


def _totals(
    planted: pl.DataFrame, inside: pl.DataFrame, found: pl.DataFrame, missed: pl.DataFrame, false: pl.DataFrame
) -> pl.DataFrame:
    made = pl.DataFrame({"rule": pl.concat([planted["rule"], found["rule"]]).unique().sort()})
    for name, frame in (("planted", inside), ("clues", found), ("missed", missed), ("false", false)):
        made = made.join(frame.group_by("rule").len(name), on="rule", how="left")
    outside = planted.join(inside, on=["rule", "number"], how="anti")
    made = made.join(outside.group_by("rule").len("outside"), on="rule", how="left")
    return made.with_columns(pl.exclude("rule").fill_null(0))
