"""Sample deliveries: every source has one that keeps its contract, reaches every rule, and says what it planted."""

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from stdnum.cn import uscc

from zerentian.exchange import queries
from zerentian.exchange.rules import contracts
from zerentian.kernel.tables import read_rows
from zerentian.registry.rules import identity
from zerentian.sample.rules import damage
from zerentian.sample.rules.answers import FOUND, by_error, compared
from zerentian.sample.rules.deliveries import KEY, Made, Size, county_people, county_rows
from zerentian.sample.rules.families import Families
from zerentian.sample.rules.places import Plan
from zerentian.sample.rules.strangers import firm_codes
from zerentian.sample.services.deliveries import recipe

TODAY = date(2026, 11, 23)
COUNTY = 360732
SOURCES = sorted(queries.sources())


@cache
def people() -> pl.DataFrame:
    """Some 2,000 registered persons of one county."""
    villages = np.array([COUNTY * 1_000_000 + 100_200 + n for n in range(6)])
    plan = Plan(villages, np.full(6, 100), np.full(6, "poor"))
    sizes = np.tile(np.array([2, 3, 4, 5]), 150)
    families = Families(plan, sizes, COUNTY, 1, TODAY, 4000.0)
    return county_people(families.persons(), families.households(), families.incomes(), TODAY)


@cache
def made(source: str) -> Made:
    """A county's delivery of the source, a good deal denser than in life so that every part has rows."""
    found = recipe(source)
    return county_rows(queries.source(source), found, people(), Size(1, 1), 400, 1, 7, TODAY)


@pytest.mark.parametrize("source", SOURCES)
def test_a_sample_delivery_keeps_its_own_contract(source: str, tmp_path: Path) -> None:
    rows, contract = made(source).rows, queries.source(source).contract
    rows.write_csv(tmp_path / "rows.csv")
    found = contracts.check(read_rows(tmp_path / "rows.csv", contract.sheet(source, source)), contract)
    assert found.refused == 0, [f"{p.row} {p.key} {p.text}" for p in found.problems[:5]]
    assert found.good.height == rows.height
    assert not contract.primary_key or rows.select(contract.primary_key).is_duplicated().sum() == 0


@pytest.mark.parametrize("source", SOURCES)
def test_the_sample_reaches_every_rule_and_comes_near_it(source: str) -> None:
    key = made(source).key
    rules = {rule.id for rule in queries.source(source).rules}
    planted = set(key.filter(pl.col("what") == "planted")["rule"])
    assert planted == rules
    named = {part.rule for part in recipe(source).registered if part.near}
    assert named <= {rule for id in SOURCES for rule in (r.id for r in queries.source(id).rules)}
    assert queries.source(source).file.level == "province"


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_seed_gives_the_same_delivery_and_no_stranger_has_a_registered_number(source: str) -> None:
    first, found = made(source), recipe(source)
    again = county_rows(queries.source(source), found, people(), Size(1, 1), 400, 1, 7, TODAY)
    assert again.rows.equals(first.rows)
    assert again.key.equals(first.key)
    column = queries.source(source).file.person.id_number
    others = {part.near for part in found.registered if part.stranger}
    own = first.key.filter(pl.col("row").is_not_null() & ~pl.col("note").is_in(list(others)))
    if column:
        outside = first.rows.with_row_index("row", 1).join(
            own.select(pl.col("row").cast(pl.UInt32)), on="row", how="anti"
        )
        assert outside.height >= 400
        assert not set(outside[column].drop_nulls()) & set(people()["id_number"])


def test_every_kind_of_mistake_changes_what_it_says_and_nothing_else() -> None:
    kinds = list(damage.KINDS) * 40
    some = people().filter(pl.col("birth_on") < date(1999, 1, 1)).head(len(kinds))
    before = pl.DataFrame({"id_number": some["id_number"], "name": some["name"], "error": kinds[: some.height]})
    after = damage.damaged(before)
    both = before.with_columns(number=after["id_number"], called=after["name"], left=after["error"])
    assert set(after["error"].unique()) - {""} == set(damage.KINDS)
    changed = both.filter(pl.col("left") != "")
    assert (
        changed.filter((pl.col("number").eq_missing(pl.col("id_number"))) & (pl.col("called") == pl.col("name"))).height
        == 0
    )
    same = both.filter(pl.col("left") == "")
    assert same.filter(~pl.col("number").eq_missing(pl.col("id_number"))).height == 0
    whole = changed.filter(pl.col("left").is_in(["fifteen", "written"]))
    assert identity.normal(whole["number"].str.normalize("NFKC").str.strip_chars()).equals(
        whole["id_number"].alias("number")
    )


def test_credit_codes_carry_both_check_characters() -> None:
    assert all(uscc.is_valid(code) for code in firm_codes(np.arange(2_000), 360100))


def test_a_match_is_held_against_the_key() -> None:
    key = pl.DataFrame(
        [
            (1, "A-1", "A", "planted", "x.one", "", "", True),
            (2, "B-1", "B", "planted", "x.one", "", "missing", False),
            (3, "C-1", "C", "planted", "x.home", "", "", True),
            (4, "D-1", "D", "near", "x.one", "已注销", "", True),
            (5, "E-1", "E", "planted", "x.one", "", "", True),
        ],
        schema=KEY, orient="row",
    )  # fmt: skip
    found = pl.DataFrame(
        [("x.one", "A-1", "A", "exact"), ("x.home", None, "C", "exact"), ("x.one", "D-1", "D", "linked")],
        schema=FOUND,
        orient="row",
    )
    answers = compared(key, found, pl.Series(["A-1", "B-1", "C-1", "D-1"]))
    assert answers.missed["number"].to_list() == ["B-1"]
    assert answers.false.select("number", "note").rows() == [("D-1", "已注销")]
    assert answers.totals.filter(pl.col("rule") == "x.one").rows() == [("x.one", 2, 2, 1, 1, 1)]
    assert (round(answers.recall, 3), round(answers.precision, 3)) == (0.667, 0.667)
    assert (answers.recall_of_enough, answers.enough) == (1.0, 2)
    assert by_error(key, answers).rows() == [("", 3, 0, 3, 0), ("missing", 1, 1, 0, 0)]


def test_the_key_says_which_rows_leave_enough_to_tell_somebody_from_others() -> None:
    """A row without its number has name and place left: enough only where the day of birth stands beside them."""
    dated, undated = [], []
    for name in SOURCES:
        keys = queries.source(name).file.person
        missing = made(name).key.filter(pl.col("error") == "missing")["enough"].to_list()
        (dated if keys.birth_on and keys.area else undated).extend(missing)
        assert made(name).key.filter(pl.col("error").is_in(["", "fifteen", "written"]))["enough"].all()
    wrong = pl.concat([made(name).key for name in SOURCES if queries.source(name).file.person.name])
    digit = wrong.filter(pl.col("error").is_in(["digit", "swapped", "truncated"]))["enough"]
    assert undated
    assert not any(undated)
    assert digit.mean() > 0.9  # type: ignore[operator]
    assert dated.count(False) <= len(dated) / 10
