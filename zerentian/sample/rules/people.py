"""Households and persons of one county, as columns: ages, relations, identity numbers, conditions, incomes."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from zerentian.sample.rules.names import full_names, surnames

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
# Places in a household after the head, in the order in which they are filled.
_RELATIONS = ("head", "spouse", "child", "child", "parent", "grandchild", "parent", "grandchild")
RECODED = {360703: 360782, 360704: 360721, 361104: 361121, 360402: 360402}


@dataclass(frozen=True, slots=True)
class Members:
    """Persons as columns; `home` is the index of the household."""

    home: Ints
    relation: Texts
    is_male: Bools
    born: npt.NDArray[np.datetime64]
    age: Ints


def members(rng: np.random.Generator, sizes: Ints, today: date) -> Members:
    """The persons of households of the given sizes, heads first in each."""
    home = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = np.arange(len(home)) - starts
    # Without a spouse the second place is a child: a quarter of the families.
    single = (rng.random(len(sizes)) < 0.25)[home]
    kind = np.array(_RELATIONS)[place]
    kind = np.where((place == 1) & single, "child", kind)
    drawn = rng.normal(53, 12, len(sizes))
    head_age = np.where((drawn < 24) | (drawn > 88), rng.uniform(30, 75, len(sizes)), drawn)[home]
    n = len(home)
    age = np.select(
        [kind == "head", kind == "spouse", kind == "child", kind == "parent", kind == "grandchild"],
        [
            head_age,
            head_age + rng.normal(-1.5, 3, n),
            head_age - rng.uniform(20, 34, n) - place * 1.5,
            head_age + rng.uniform(20, 29, n),
            head_age - rng.uniform(42, 56, n),
        ],
    )
    # Out-of-range draws are drawn again, not clipped: thousands would share one birthday.
    age = np.where(age < 0.2, rng.uniform(0, 18, n), age)
    age = np.where(age > 97, rng.uniform(72, 96, n), age)
    age = np.where((kind == "spouse") & (age < 20), rng.uniform(20, 30, n), age)
    is_male = rng.random(n) < 0.52
    head_male = (rng.random(len(sizes)) < 0.86)[home]
    is_male = np.where(kind == "head", head_male, np.where(kind == "spouse", ~head_male, is_male))
    # Two parents of one head are father and mother.
    is_male = np.where((kind == "parent") & (place == 4), False, is_male)
    is_male = np.where((kind == "parent") & (place == 6), True, is_male)
    days = np.floor(age * 365.2425).astype(np.int64)
    born = np.datetime64(today) - days.astype("timedelta64[D]")
    return Members(home, _relations(kind, is_male, age), is_male, born, np.floor(age).astype(np.int64))


def _relations(kind: Texts, is_male: Bools, age: npt.NDArray[np.float64]) -> Texts:
    return np.select(
        [kind == "head", kind == "spouse", kind == "child", kind == "parent"],
        ["head", "spouse", np.where(is_male, "son", "daughter"), np.where(is_male, "father", "mother")],
        np.where(is_male, "sons_son", "sons_daughter"),
    )


def identity_numbers(rng: np.random.Generator, county: int, born: npt.NDArray[np.datetime64], is_male: Bools) -> Texts:
    """Unique 18-digit numbers with right check digits; a fifth of recoded counties' people keep the old region code."""
    n = len(born)
    region = np.full(n, county)
    if county in RECODED:
        region = np.where(rng.random(n) < 0.8, RECODED[county], county)
    days = np.char.replace(np.datetime_as_string(born, unit="D"), "-", "").astype(np.int64)
    while True:
        sequence = rng.integers(0, 500, n) * 2 + is_male
        whole = (region * 10**8 + days) * 1000 + sequence
        _, first, counts = np.unique(whole, return_index=True, return_counts=True)
        if len(first) == n:
            break
        whole, ok = _separate(rng, region, days, is_male, whole)
        if ok:
            break
    digits = np.char.zfill(whole.astype(str), 17)
    numbers = np.frombuffer("".join(digits).encode(), "u1").reshape(-1, 17).astype(np.int64) - 48
    return np.char.add(digits, _CHECK[(numbers @ _WEIGHTS) % 11])


def _separate(rng: np.random.Generator, region: Ints, days: Ints, is_male: Bools, whole: Ints) -> tuple[Ints, bool]:
    """Redraw the sequence of repeated numbers until none repeats."""
    for _ in range(200):
        order = np.argsort(whole, kind="stable")
        again = order[1:][whole[order][1:] == whole[order][:-1]]
        if not len(again):
            return whole, True
        fresh = rng.integers(0, 500, len(again)) * 2 + is_male[again]
        whole[again] = (region[again] * 10**8 + days[again]) * 1000 + fresh
    return whole, False


def _school(rng: np.random.Generator, age: Ints) -> Texts:
    """School status by age: the class a child of that age usually attends."""
    by_age: dict[int, str] = dict.fromkeys(range(0, 3), "preschool_age")
    by_age |= dict.fromkeys(range(3, 6), "kindergarten") | dict.fromkeys(range(6, 12), "primary")
    by_age |= {12: "junior_7", 13: "junior_8", 14: "junior_9", 15: "senior_1", 16: "senior_2", 17: "senior_3"}
    by_age |= {18: "higher_vocational_1", 19: "undergraduate_2", 20: "undergraduate_3", 21: "undergraduate_4"}
    found = np.array([by_age.get(a, "not_student") for a in range(121)])[age]
    leaves = ((age >= 15) & (rng.random(len(age)) < 0.35)) | ((age >= 18) & (rng.random(len(age)) < 0.5))
    return np.where(leaves, "not_student", found)


def conditions(rng: np.random.Generator, who: Members) -> dict[str, npt.NDArray[np.generic]]:
    """School, education, health, labour, work and insurance of each person, consistent with age."""
    n, age = len(who.age), who.age
    school = _school(rng, age)
    student = ~np.isin(school, ["not_student", "preschool_age"])
    draw = rng.random(n)
    ill = np.where(age > 60, 0.30, np.where(age > 40, 0.14, 0.03))
    health = np.where(draw < ill * 0.55, "chronic_illness", np.where(draw < ill * 0.75, "serious_illness", "healthy"))
    health = np.where((draw >= ill * 0.75) & (draw < ill * 0.75 + 0.045), "disabled", health)
    able = (age >= 16) & (age < 65) & ~student
    strong = able & (health != "disabled") & (health != "serious_illness")
    labour = np.where(strong, np.where(rng.random(n) < 0.09, "skilled", "ordinary"), np.where(able, "weak", "none"))
    labour = np.where((age >= 60) & able, "weak", labour)
    works = strong & (rng.random(n) < 0.62)
    months = np.where(works, rng.integers(3, 12, n), 0)
    region = np.where(
        works,
        rng.choice(["in_township", "in_county", "in_province", "other_province"], n, p=[0.2, 0.25, 0.15, 0.4]),
        "",
    )
    education = np.where(
        student | (age < 6),
        "",
        np.where(
            age > 60,
            rng.choice(["illiterate", "primary", "junior_secondary"], n, p=[0.3, 0.55, 0.15]),
            rng.choice(["primary", "junior_secondary", "senior_secondary", "college"], n, p=[0.3, 0.52, 0.13, 0.05]),
        ),
    )
    return {
        "school": school,
        "education": education,
        "health": health,
        "labour": labour,
        "work_months": months,
        "work_region": region,
        "has_medical": rng.random(n) < 0.998,
        "has_pension": (age >= 16) & ~student & (rng.random(n) < 0.93),
        "ethnicity": np.where(rng.random(n) < 0.006, "she", "han"),
        "political": np.where((age >= 25) & (rng.random(n) < 0.03), "party_member", "masses"),
    }


def incomes(
    rng: np.random.Generator, sizes: Ints, exited: Bools, kind: Texts, works: Bools, line: float
) -> dict[str, Ints]:
    """Yearly income of each household by source, in whole yuan: exited households stand above the line.

    kind: of the household, which decides the transfers; works: whether anybody earns wages.
    """
    allowance = kind == "low_income_allowance"
    n = len(sizes)
    per_head = np.where(exited, line * (1.15 + rng.gamma(2.0, 0.35, n)), line * rng.uniform(0.45, 0.97, n))
    net = np.round(per_head * sizes)
    transfer_share = np.where(allowance, 0.45, 0.18) * rng.uniform(0.6, 1.3, n)
    pension = np.round(net * transfer_share * 0.3)
    low = np.where(allowance, np.maximum(np.round(net * transfer_share * 0.4), 1200), 0)
    other = np.maximum(
        np.round(net * transfer_share) - pension - np.where(allowance, np.round(net * transfer_share * 0.4), 0), 0
    )
    rest = np.maximum(net - pension - low - other, 0)
    wage = np.where(works, np.round(rest * rng.uniform(0.35, 0.8, n)), 0)
    extreme = np.where(kind == "extreme_support", other, 0)
    other = other - extreme
    dividend = np.where(rng.random(n) < 0.4, np.round(rng.uniform(100, 800, n)), 0)
    dividend = np.minimum(dividend, np.maximum(rest - wage, 0))
    cost = np.round(np.maximum(rest - wage - dividend, 0) * rng.uniform(0.1, 0.4, n))
    business = np.maximum(rest - wage - dividend, 0) + cost
    total = wage + business + dividend + pension + low + extreme + other - cost
    return {
        "wage": wage.astype(np.int64),
        "business": business.astype(np.int64),
        "asset_dividend": dividend.astype(np.int64),
        "low_income_allowance": low.astype(np.int64),
        "extreme_support": extreme.astype(np.int64),
        "pension": pension.astype(np.int64),
        "other_transfer": other.astype(np.int64),
        "production_cost": cost.astype(np.int64),
        "net": total.astype(np.int64),
    }


def pick(rng: np.random.Generator, choices: tuple[str, ...], count: int) -> Texts:
    """`count` of the choices, each as likely as the others."""
    return rng.choice(np.array(choices), count)


def spread_days(rng: np.random.Generator, first: date, last: date, count: int) -> npt.NDArray[np.datetime64]:
    """`count` random days from `first` to `last`."""
    span = (last - first) // timedelta(days=1)
    return np.datetime64(first) + rng.integers(0, span + 1, count).astype("timedelta64[D]")


def name_members(rng: np.random.Generator, who: Members, families: int) -> Texts:
    """Names: children and parents (fathers) carry the family's surname, spouses and mothers their own."""
    family = surnames(rng, families)[who.home]
    own = surnames(rng, len(who.home))
    outside = np.isin(who.relation, ["spouse", "mother", "daughter_in_law"])
    return full_names(rng, np.where(outside, own, family), who.is_male)


def frame(columns: dict[str, npt.NDArray[np.generic] | pl.Series | list[object]]) -> pl.DataFrame:
    """A table of equally long columns; empty texts become missing values."""
    made = pl.DataFrame(columns)
    return made.with_columns(pl.when(pl.col(pl.String) == "").then(None).otherwise(pl.col(pl.String)).name.keep())
