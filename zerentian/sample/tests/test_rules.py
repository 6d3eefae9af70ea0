"""The sample is what the published figures say, the same for the same seed, and wrong only where the key says so."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from zerentian.sample.rules import people
from zerentian.sample.rules.families import Families
from zerentian.sample.rules.faults import EACH, FAULTS, plant
from zerentian.sample.rules.places import (
    DEEP_VILLAGES,
    HOUSEHOLDS,
    PERSONS,
    POOR_VILLAGES,
    POVERTY_COUNTIES,
    Place,
    household_sizes,
    plan_province,
)
from zerentian.sample.rules.recipes import Origin

TODAY = date(2026, 11, 23)
COUNTY = 360732


@pytest.fixture(scope="module")
def places() -> list[Place]:
    made = [Place(360000000000, "江西省", "province", 0)]
    for county in (*POVERTY_COUNTIES, 360102, 360103):
        for village in range(120):
            made.append(
                Place(county * 1_000_000 + 100_000 + village // 20 * 1000 + 200 + village % 20, "村", "village", 0)
            )
    return made


@pytest.fixture(scope="module")
def families(places: list[Place]) -> Families:
    plan = plan_province(places, 1).of_county(COUNTY)
    small = type(plan)(plan.villages[:6], np.full(6, 40), plan.kinds[:6])
    return Families(small, household_sizes(1, 240, 820), COUNTY, 1, TODAY, 4000.0)


def test_the_province_adds_up_to_the_published_figures(places: list[Place]) -> None:
    plan = plan_province(places, 1)
    assert plan.households.sum() == HOUSEHOLDS
    assert (plan.kinds != "ordinary").sum() == min(POOR_VILLAGES, len(plan.kinds))
    assert (plan.kinds == "deep_poor").sum() == DEEP_VILLAGES
    sizes = household_sizes(1, HOUSEHOLDS, PERSONS)
    assert sizes.sum() == PERSONS
    assert sizes.min() >= 1


def test_there_are_25_poverty_counties_leaving_in_four_years() -> None:
    years = [year for year, _ in POVERTY_COUNTIES.values()]
    assert [years.count(y) for y in (2016, 2017, 2018, 2019)] == [2, 6, 10, 7]
    assert sum(not national for _, national in POVERTY_COUNTIES.values()) == 1


def test_identity_numbers_are_unique_and_carry_their_check_digit(families: Families) -> None:
    numbers = families.persons()["id_number"].to_list()
    assert len(set(numbers)) == len(numbers)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for number in numbers[:200]:
        assert "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17]


def test_the_same_seed_gives_the_same_rows(families: Families) -> None:
    one = people.members(np.random.default_rng(3), np.array([3, 4]), TODAY)
    two = people.members(np.random.default_rng(3), np.array([3, 4]), TODAY)
    assert (one.born == two.born).all()


def test_every_household_has_one_head_and_incomes_add_up(families: Families) -> None:
    persons, incomes = families.persons(), families.incomes()
    heads = persons.filter(pl.col("relation") == "head").group_by("household_number").len()
    assert heads.height == families.count
    assert heads["len"].max() == 1
    sources = [
        "wage",
        "business",
        "asset_dividend",
        "low_income_allowance",
        "extreme_support",
        "pension",
        "other_transfer",
    ]
    total = incomes.select(pl.sum_horizontal(sources) - pl.col("production_cost") - pl.col("net")).to_series()
    assert total.abs().max() == 0


def test_faults_are_planted_where_the_key_says_and_nowhere_else(families: Families) -> None:
    clean = {"households": families.households(), "persons": families.persons(), "incomes": families.incomes()}
    before = len(families.key)
    wrong = plant(clean, families)
    planted = families.key[before:]
    assert len(planted) == EACH * len(FAULTS)
    for name, frame in clean.items():
        columns = [c for c in frame.columns if c in wrong[name].columns]
        differing = frame.select(columns).with_row_index().filter(
            ~pl.Series([a == b for a, b in zip(frame.select(columns).rows(), wrong[name].select(columns).rows(), strict=True)])
        )  # fmt: skip
        kinds = [k for k, (sheet, _) in FAULTS.items() if sheet == name]
        assert differing.height <= EACH * len(kinds)
        assert differing.height >= EACH * len(kinds) - 2


def test_a_size_is_an_assumption_unless_it_names_its_source() -> None:
    assert not Origin(confirmed=False, note="assumed: one for ten").confirmed
    assert Origin(source="Yearbook 2016, table 4", confirmed=True, note="vehicles at the end of the year").confirmed
    for wrong in (
        {"confirmed": True, "note": "vehicles of the year"},
        {"confirmed": False},
        {"confirmed": False, "note": "?"},
    ):
        with pytest.raises(ValidationError):
            Origin(**wrong)
