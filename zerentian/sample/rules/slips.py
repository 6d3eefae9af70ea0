"""Rows as a department writes them, with mistakes in number, name, date, sex and place planted by kind, and what they leave.

A kind names its mistakes: `digit+homophone` has one digit of the number wrong and one character of the name written by ear.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from zerentian.exchange.rules.linkage import plain_name, sounds
from zerentian.registry.rules import identity
from zerentian.sample.rules.damage import SHAPE, SOUND, WIDE

# kind → share of the rows; most of the rest have no mistake.
KINDS = {
    "written": 0.03, "fifteen": 0.03, "digit": 0.09, "swapped": 0.06, "truncated": 0.04, "missing": 0.08, "placeholder": 0.02,
    "digit+homophone": 0.04, "digit+rare": 0.03, "digit+other": 0.02, "digit+short": 0.03, "swapped+homophone": 0.01,
    "missing+homophone": 0.03, "missing+rare": 0.02, "missing+other": 0.01, "missing+short": 0.01,
    "digit+born": 0.02, "missing+born": 0.01, "digit+sex": 0.01, "missing+sex": 0.015, "digit+county": 0.02, "missing+county": 0.015,
}  # fmt: skip
FULL = 0.6  # of the rows: sex, date of birth and place stand in columns of their own; the others have number, name and place
FULL_MISSING = 0.85  # … of those without a number
_HARMLESS = ("", "written", "fifteen")
# What each of these is worth when it is right, and what a row needs to be told from all others: see `leaves_enough`.
WORTH = {"name": 2, "name nearly": 1, "born": 2, "tail": 2, "place": 1}
NEEDED = 5


@dataclass(frozen=True, slots=True)
class Planted:
    """`rows` as delivered and the key beside them: `row, person, who, kind, enough`."""

    rows: pl.DataFrame
    key: pl.DataFrame


def planted(rng: np.random.Generator, about: pl.DataFrame) -> Planted:
    """Rows about people (`person, who, name, sex, birth_on, id_number, county, division`), numbered from 1."""
    about = about.with_row_index("row", 1).cast({"row": pl.Int64})
    n = about.height
    kinds = np.array(["", *KINDS])
    weights = np.array([1 - sum(KINDS.values()), *KINDS.values()])
    kind = pl.Series("kind", rng.choice(kinds, n, p=weights))
    slips = kind.str.split("+").list
    number_slip, other_slip = slips.get(0, null_on_oob=True), slips.get(1, null_on_oob=True).fill_null("")
    name = _names(rng, about["name"], other_slip)
    number, number_slip = _numbers(rng, about["id_number"], number_slip)
    bare = number_slip.is_in(["missing", "placeholder"])
    full = pl.Series(rng.random(n)) < pl.Series(np.where(bare, FULL_MISSING, FULL))
    full |= other_slip.is_in(["born", "sex"])
    county = _counties(rng, about["county"], other_slip == "county")
    born = _days(rng, about["birth_on"], other_slip == "born")
    sex = pl.Series(np.where(other_slip == "sex", 3 - about["sex"].to_numpy(), about["sex"].to_numpy()))
    # A mistake that changed nothing, as of a name without a homophone, is none.
    kept = other_slip.set((name == about["name"]) & other_slip.is_in(list(_NAME)), "")
    told = pl.DataFrame({"a": number_slip, "b": kept})
    rows = about.select(
        "row",
        number.alias("id_number"),
        name.alias("name"),
        sex.replace_strict({1: "男", 2: "女"}, return_dtype=pl.String).set(~full, None).alias("sex"),
        born.set(~full, None).alias("birth_on"),
        county.cast(pl.String).alias("area"),
        full.alias("full"),
    )
    names = told.select(
        pl.when(pl.col("b") == "").then("a").otherwise(pl.concat_str(["a", "b"], separator="+")).alias("kind")
    )
    return Planted(rows, about.select("row", "person", "who", names["kind"]))


_NAME = {"homophone": SOUND, "rare": SHAPE, "other": {}, "short": {}}
_OTHERS = pl.Series(list("超凤磊建芬亮晶旺娇胜辉琼雄彩锋龙媛贤群峰"))


def _names(rng: np.random.Generator, names: pl.Series, slip: pl.Series) -> pl.Series:
    """Names with a slip in one character of the given name: the last, or the one before where the last has no other form."""
    frame = pl.DataFrame({"name": names, "slip": slip})
    frame = frame.with_columns(
        n=pl.col("name").str.len_chars().cast(pl.Int64), other=_OTHERS.gather(rng.integers(0, len(_OTHERS), len(names)))
    )
    name, n = pl.col("name"), pl.col("n")
    head, last = name.str.slice(0, n - 1), name.str.slice(-1)
    before, middle = name.str.slice(0, n - 2), name.str.slice(-2, 1)

    def by(forms: dict[str, str]) -> pl.Expr:
        known = last.is_in(list(forms))
        return pl.when(known).then(head + last.replace(forms)).otherwise(before + middle.replace(forms) + last)

    return frame.select(
        pl.when(pl.col("slip") == "homophone").then(by(SOUND))
        .when(pl.col("slip") == "rare").then(by(SHAPE))
        .when(pl.col("slip") == "other").then(head + pl.col("other"))
        .when((pl.col("slip") == "short") & (n > 2)).then(before + last)
        .otherwise(name).alias("name")
    )["name"]  # fmt: skip


def _numbers(rng: np.random.Generator, numbers: pl.Series, slip: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Numbers with their slips, and the slips that came of it."""
    n = len(numbers)
    letters = np.frombuffer("".join(numbers.to_list()).encode(), "u1").reshape(-1, 18).copy()
    every, place = np.arange(n), rng.integers(0, 17, n)
    digit = (slip == "digit").to_numpy()
    wrong = (letters[every, place] - 48 + rng.integers(1, 10, n)) % 10 + 48
    letters[every[digit], place[digit]] = wrong[digit]
    pairs = letters[:, :16] != letters[:, 1:17]
    first = np.where(pairs, rng.random((n, 16)), -1).argmax(axis=1)
    swapped = np.flatnonzero((slip == "swapped").to_numpy())
    one, other = letters[swapped, first[swapped]], letters[swapped, first[swapped] + 1]
    letters[swapped, first[swapped]], letters[swapped, first[swapped] + 1] = other, one
    text = pl.Series(np.ascontiguousarray(letters).view("S18").ravel().astype("U18"))
    frame = pl.DataFrame({"n": text, "slip": slip, "short": rng.integers(15, 18, n)})
    number, kind = pl.col("n"), pl.col("slip")
    old = number.str.slice(6, 2) == "19"
    made = frame.select(
        pl.when(kind.eq("fifteen") & old).then(number.str.slice(0, 6) + number.str.slice(8, 9))
        .when(kind == "written").then(number.str.replace_many(WIDE) + " ")
        .when(kind == "truncated").then(number.str.slice(0, pl.max_horizontal(pl.col("short"), 16)))
        .when(kind == "missing").then(None)
        .when(kind == "placeholder").then(pl.lit("000000000000000000"))
        .otherwise(number).alias("number"),
        pl.when(kind.eq("fifteen") & ~old).then(pl.lit("")).otherwise(kind).alias("slip"),
    )  # fmt: skip
    return made["number"], made["slip"]


def _counties(rng: np.random.Generator, county: pl.Series, slipped: pl.Series) -> pl.Series:
    known = county.unique().sort().to_numpy()
    own = np.searchsorted(known, county.to_numpy())
    other = known[(own + rng.integers(1, max(2, len(known)), len(county))) % len(known)]
    return pl.Series(other).zip_with(slipped, pl.Series(county.to_numpy()))


def _days(rng: np.random.Generator, born: pl.Series, slipped: pl.Series) -> pl.Series:
    """One part of the date wrong: the day, the month or the year."""
    part = pl.Series(rng.choice(["d", "mo", "y"], len(born)))
    step = pl.Series(rng.choice([-2, -1, 1, 2], len(born))).cast(pl.String)
    return born.dt.offset_by(step + part).zip_with(slipped, born)


def leaves_enough(rows: pl.DataFrame, key: pl.DataFrame, persons: pl.DataFrame) -> pl.Series:
    """Whether each row about somebody in the register leaves enough to tell him from all others; by what was planted alone.

    A whole number does. Else what is right in it is added up: the name, or one that sounds the same, 2; a name of three
    characters or more with one other or missing 1; the date of birth 2; the last four of the number 2; the county 1.
    Five are needed, and that nobody else in the register has the same of all that is right.
    """
    known = persons.select(
        "person",
        own_name="name",
        own_born="birth_on",
        own_county=pl.col("county").cast(pl.Int32),
        own_region=pl.col("id_number").str.slice(0, 6).cast(pl.Int32),
        own_tail=pl.col("id_number").str.slice(14, 4),
    )
    both = _right(
        rows.join(key, on="row", maintain_order="left").join(known, on="person", how="left", maintain_order="left")
    )
    points = (
        pl.when(pl.col("name_level") == "same").then(WORTH["name"])
        .when(pl.col("name_level") == "nearly").then(WORTH["name nearly"]).otherwise(0)
        + pl.col("born_right") * WORTH["born"] + pl.col("tail_right") * WORTH["tail"] + pl.col("place_right") * WORTH["place"]
    )  # fmt: skip
    both = both.with_columns(able=points >= NEEDED)
    alike = _others_alike(both.filter("able"), known)
    both = both.with_columns(
        enough=pl.col("kind").is_in(_HARMLESS) | pl.col("able") & ~pl.col("row").is_in(alike.implode())
    )
    return both.select(pl.when(pl.col("person").is_null()).then(None).otherwise("enough").alias("enough"))["enough"]


def _right(both: pl.DataFrame) -> pl.DataFrame:
    """What is right in each row, held against its person."""
    number = identity.normal(both["id_number"])
    long = (number.str.len_chars() >= 18).fill_null(value=False)
    both = both.with_columns(
        said=_spoken(both["name"].fill_null("")), own_said=_spoken(both["own_name"].fill_null("")),
        n_born=number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        n_region=number.str.slice(0, 6).cast(pl.Int32, strict=False), n_tail=number.str.slice(14, 4).set(~long, None),
        told=pl.col("area").str.extract(r"^(\d{6})").cast(pl.Int32),
    )  # fmt: skip
    return both.with_columns(
        name_level=pl.when(pl.col("said") == pl.col("own_said")).then(pl.lit("same"))
        .when((pl.col("own_name").str.len_chars() > 2) & (pl.col("said") != "")).then(pl.lit("nearly")).otherwise(pl.lit("")),
        born_right=_any(pl.col("birth_on") == pl.col("own_born"), pl.col("n_born") == pl.col("own_born")),
        tail_right=_any(pl.col("n_tail") == pl.col("own_tail")),
        place_right=_any(pl.col("told") == pl.col("own_county"), pl.col("n_region") == pl.col("own_region")),
    )  # fmt: skip


def _any(*tests: pl.Expr) -> pl.Expr:
    return pl.any_horizontal(test.fill_null(value=False) for test in tests)


def _spoken(names: pl.Series) -> pl.Series:
    different = names.unique()
    return names.replace_strict(
        different, pl.Series([sounds(plain_name(name)) for name in different]), return_dtype=pl.String
    )


def _others_alike(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.Series:
    """Rows for which another person of the register has the same of all that is right in them.

    More than the name is right in each, or it would not be able to tell anybody from others.
    """
    right = {"born_right": "own_born", "tail_right": "own_tail", "place_right": "own_county"}
    found = [pl.Series("row", [], dtype=rows.schema["row"])]
    for wanted, group in rows.group_by([*right, "name_level"]):
        names = dict(zip(right.values(), wanted[:3], strict=True))
        on = [column for column, is_right in names.items() if is_right]
        both = group.select("row", "person", "said", *on).join(persons, on=on, suffix="_other")
        both = both.filter(pl.col("person") != pl.col("person_other"))
        both = both.with_columns(own_said=_spoken(both["own_name"]))
        alike = pl.col("said") == pl.col("own_said") if wanted[3] == "same" else _NEARLY
        found.append(both.filter(alike)["row"])
    return pl.concat(found).unique()


def _nearly(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Whether two names as they sound differ in at most one place, or one lacks a syllable of the other."""
    a, b = one.str.split(" "), other.str.split(" ")
    both = a.list.set_intersection(b).list.len()
    return (pl.max_horizontal(a.list.len(), b.list.len()) - both <= 1) & (
        (one == other) | (a.list.len() > 2) | (b.list.len() > 2)
    )


_NEARLY = _nearly(pl.col("said"), pl.col("own_said"))
