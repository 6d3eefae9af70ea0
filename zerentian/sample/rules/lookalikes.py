"""People of a register and around it who are hard to tell apart: families, twins, namesakes, the children of one generation.

persons = register_people(rng, 2_000_000, today)
rows = people_of_rows(rng, persons, 200_000, today)     # some of them, and others who only resemble them
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from zerentian.sample.rules import people, strangers
from zerentian.sample.rules.strangers import Ints, identity_numbers

PER_COUNTY = 20_000  # registered persons of an average county
TWIN = 0.025  # of those who have an elder brother or sister at home: born on the same day
SAME_GENERATION = 0.4  # of the families whose children share the first character of their given names
ELSEWHERE = 0.08  # of the persons: the number was given in another county
NO_NUMBER = 0.004  # of the persons: the register has no number
# Of the rows: who they are about, when they are not about somebody in the register. Namesakes of the same day are met by
# chance, the oftener the more persons there are: the share is that of a register of `MANY`.
STRANGERS = {
    "stranger": 0.16, "namesake": 0.05, "namesake of the same day": 0.01, "twin": 0.007, "relative": 0.05, "next number": 0.015,
}  # fmt: skip
SAME_DAY = "namesake of the same day"
MANY = 2_000_000
_SINGLES = pl.Series(list("文志建国明华永春金水玉兰秀美福德荣林平安学仁义礼信清正光中海山宝"))
_SEXES = pl.Series([2, 1], dtype=pl.Int8)
_COLUMNS = ("name", "sex", "birth_on", "id_number", "county", "division")


def register_people(rng: np.random.Generator, count: int, today: date, counties: int = 0) -> pl.DataFrame:
    """So many persons in households: `person, household, division, county, name, sex, birth_on, id_number`.

    They live in so many counties (at most 100), or in as many as a province would have for them.
    """
    sizes = _sizes(rng, count)
    who = people.members(rng, sizes, today)
    born = _with_twins(rng, who)
    places, home_county, division = _homes(rng, len(sizes), counties or max(2, count // PER_COUNTY))
    county = home_county[who.home]
    bodies = _unique_bodies(rng, _regions(rng, county, places), born, who.is_male)
    number = identity_numbers(bodies)
    return pl.DataFrame(
        {
            "person": np.arange(1, count + 1),
            "household": who.home + 1,
            "division": division[who.home],
            "county": county.astype(np.int32),
            "name": _names(rng, who),
            "sex": _SEXES.gather(who.is_male.astype(np.int64)),
            "birth_on": pl.Series(born).cast(pl.Date),
            "id_number": number.set(pl.Series(rng.random(count) < NO_NUMBER), None),
        }
    )


def _sizes(rng: np.random.Generator, count: int) -> Ints:
    sizes = rng.choice(np.arange(1, 9), count, p=[0.09, 0.19, 0.25, 0.24, 0.13, 0.065, 0.025, 0.01]).astype(np.int64)
    ends = np.cumsum(sizes)
    last = int(np.searchsorted(ends, count))
    sizes = sizes[: last + 1]
    sizes[-1] -= int(ends[last]) - count
    return sizes


def _homes(rng: np.random.Generator, homes: int, counties: int) -> tuple[Ints, Ints, Ints]:
    """The counties, and the county and village of each household; big counties have many times what small ones have."""
    place = np.arange(min(100, counties))
    places = 360_100 + place // 10 * 100 + 21 + place % 10
    weights = rng.lognormal(0, 0.6, len(places))
    county = rng.choice(places, homes, p=weights / weights.sum())
    village = rng.integers(100, 115, homes) * 1000 + rng.integers(200, 215, homes)
    return places, county, county * 1_000_000 + village


def _regions(rng: np.random.Generator, county: Ints, counties: Ints) -> Ints:
    return np.where(rng.random(len(county)) < ELSEWHERE, rng.choice(counties, len(county)), county)


def _with_twins(rng: np.random.Generator, who: people.Members) -> npt.NDArray[np.datetime64]:
    """The days of birth, some with those of the child before them in the same household."""
    child = np.isin(who.relation, ["son", "daughter"])
    after = np.flatnonzero(child[1:] & child[:-1] & (who.home[1:] == who.home[:-1])) + 1
    chosen = after[rng.random(len(after)) < TWIN]
    born = who.born.astype("datetime64[D]").copy()
    born[chosen] = born[chosen - 1]
    return born


def _names(rng: np.random.Generator, who: people.Members) -> pl.Series:
    """Names by frequency; children of some families share the first character of the given name."""
    families = int(who.home[-1]) + 1
    plain = pl.Series(people.name_members(rng, who, families))
    shares = (rng.random(families) < SAME_GENERATION)[who.home] & np.isin(who.relation, ["son", "daughter"])
    first = _SINGLES.gather(rng.integers(0, len(_SINGLES), families)[who.home])
    second = _SINGLES.gather(rng.integers(0, len(_SINGLES), len(plain)))
    return (family_of(plain) + first + second).zip_with(pl.Series(shares), plain)


def family_of(names: pl.Series) -> pl.Series:
    """The surname: one character, but for the two of which the sample has compound ones."""
    compound = names.str.contains("^(欧阳|上官)")
    return names.str.slice(0, 2).zip_with(compound, names.str.slice(0, 1))


def _unique_bodies(
    rng: np.random.Generator, region: Ints, born: npt.NDArray[np.datetime64], is_male: npt.NDArray[np.bool_]
) -> Ints:
    """First 17 digits, of which none comes twice."""
    days = pl.Series(born).cast(pl.Date).dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    base = (region * 10**8 + days) * 1000
    bodies = base + rng.integers(0, 500, len(born)) * 2 + is_male
    while True:
        order = np.argsort(bodies, kind="stable")
        again = order[1:][bodies[order][1:] == bodies[order][:-1]]
        if not len(again):
            return bodies
        bodies[again] = base[again] + rng.integers(0, 500, len(again)) * 2 + is_male[again]


def people_of_rows(rng: np.random.Generator, persons: pl.DataFrame, count: int, today: date) -> pl.DataFrame:
    """Whom so many rows are about, in no order: `person` (null: not in the register), `who`, and name, sex, date, number, county."""
    others = {who: round(share * count) for who, share in STRANGERS.items()}
    others[SAME_DAY] = max(1, round(others[SAME_DAY] * min(1, persons.height / MANY)))
    inside = persons.filter(pl.col("id_number").is_not_null())
    chosen = inside[rng.choice(inside.height, count - sum(others.values()), replace=False)]
    known = np.sort(inside["id_number"].str.slice(0, 17).cast(pl.Int64).to_numpy())
    parts = [chosen.select("person", pl.lit("registered").alias("who"), *_COLUMNS)]
    for who, number in others.items():
        like = inside[rng.choice(inside.height, number, replace=False)]
        made = _stranger(rng, who, like, known, today)
        parts.append(
            made.select(pl.lit(None, pl.Int64).alias("person"), pl.lit(who).alias("who"), *_COLUMNS).cast(
                dict(zip(("person", "who", *_COLUMNS), parts[0].dtypes, strict=True))
            )
        )
    whole = pl.concat(parts)
    return whole[rng.permutation(whole.height)]


def _stranger(rng: np.random.Generator, who: str, like: pl.DataFrame, known: Ints, today: date) -> pl.DataFrame:
    """People outside the register, each of whom resembles one in it."""
    n = like.height
    born = like["birth_on"].to_numpy().astype("datetime64[D]")
    county = like["county"].to_numpy().astype(np.int64)
    is_male = (like["sex"] == 1).to_numpy()
    name = like["name"]
    if who == "stranger":
        born = np.datetime64(today) - rng.integers(200, 85 * 365, n).astype("timedelta64[D]")
        is_male = rng.random(n) < 0.52
        name = strangers.full_names(rng, is_male)
    elif who == "namesake":
        born = born.astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 365, n).astype("timedelta64[D]")
    elif who == SAME_DAY:
        county = np.roll(county, 1)
    elif who == "next number":
        name = strangers.full_names(rng, is_male)
    else:
        if who == "relative":
            born = born + (rng.choice([-1, 1], n) * rng.integers(300, 2400, n)).astype("timedelta64[D]")
        is_male = rng.random(n) < 0.52
        name = _brothers(rng, name)
    bodies = _beside(like, known) if who == "next number" else _free(rng, county, born, is_male, known)
    return pl.DataFrame(
        {
            "name": name,
            "sex": _SEXES.gather(is_male.astype(np.int64)),
            "birth_on": pl.Series(born).cast(pl.Date),
            "id_number": identity_numbers(bodies),
            "county": county,
            "division": county * 1_000_000 + like["division"].to_numpy() % 1_000_000,
        }
    )


def _brothers(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """Names of brothers and sisters: the same surname, most with the same first character of the given name, none the same."""
    family = family_of(names)
    first = names.str.slice(1, 1).zip_with(family.str.len_chars() == 1, names.str.slice(2, 1))
    other = _SINGLES.gather(rng.integers(0, len(_SINGLES), len(names)))
    keeps = pl.Series(rng.random(len(names)) < 0.7)
    made = family + first.zip_with(keeps, other) + _SINGLES.gather(rng.integers(0, len(_SINGLES), len(names)))
    return made.zip_with(made != names, family + other)


def _beside(like: pl.DataFrame, known: Ints) -> Ints:
    bodies = like["id_number"].str.slice(0, 17).cast(pl.Int64).to_numpy().copy()
    while True:
        bodies = np.where(bodies % 1000 >= 998, bodies - 900, bodies + 2)
        if not strangers.is_known(bodies, known).any():
            return bodies


def _free(
    rng: np.random.Generator,
    county: Ints,
    born: npt.NDArray[np.datetime64],
    is_male: npt.NDArray[np.bool_],
    known: Ints,
) -> Ints:
    days = pl.Series(born).cast(pl.Date).dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    base = (county * 10**8 + days) * 1000
    bodies = base + rng.integers(0, 500, len(born)) * 2 + is_male
    while len(again := np.flatnonzero(strangers.is_known(bodies, known))):
        bodies[again] = base[again] + rng.integers(0, 500, len(again)) * 2 + is_male[again]
    return np.asarray(bodies, np.int64)
