"""One county's rows of a source's delivery, and the key: who stands in which row, what must be found, what is misspelt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

from zerentian.exchange.rules.sources import Source
from zerentian.sample.rules import damage
from zerentian.sample.rules.fills import cells, filled, numbered
from zerentian.sample.rules.recipes import Part, Recipe
from zerentian.sample.rules.slips import leaves_enough
from zerentian.sample.rules.strangers import free_bodies, full_names, identity_numbers, is_known, strangers

# How the sheets of the register call what a recipe calls by the names of `facts`.
PERSON = {"school_status": "school", "has_allowance": "allowance", "has_extreme_support": "extreme_support",
          "has_resident_medical": "insured_medical"}  # fmt: skip
HOUSEHOLD = {
    "status": "status", "household_type": "attribute", "house_grade": "house_grade", "is_relocated": "is_relocated",
    "in_cooperative": "in_cooperative", "cause": "cause", "size": "size", "exited_on": "exited_on",
    "identified_on": "household_identified_on", "farmland": "farmland", "house_year": "house_year",
    "head_name": "head_name",
}  # fmt: skip
KEY = {"row": pl.Int64, "number": pl.String, "household": pl.String, "what": pl.String, "rule": pl.String,
       "note": pl.String, "error": pl.String, "enough": pl.Boolean}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the province is made: `rows` of the people outside, `thin` of the shares of those inside.

    In the township `home` the shares are not thinned, so that somebody has something to look at.
    """

    rows: float
    thin: float
    home: int = 0


SIZES = {"demo": Size(1 / 2000, 0.05, 360732100000), "county": Size(0.01, 1), "province": Size(1, 1)}


@dataclass(frozen=True, slots=True)
class Made:
    """Rows of a delivery as texts, and the key to those that concern the register."""

    rows: pl.DataFrame
    key: pl.DataFrame


def county_people(persons: pl.DataFrame, households: pl.DataFrame, incomes: pl.DataFrame, today: date) -> pl.DataFrame:
    """The persons of a county with their households, under the names of `facts`; only those who have a whole number.

    Beside them `adults`, `able` (members with ordinary or skilled labour) and `working` (members with months of work).
    """
    homes = households.select("number", *[pl.col(name).alias(put) for name, put in HOUSEHOLD.items()])
    income = incomes.select(number="household_number", per_capita_income=pl.col("per_capita").cast(pl.Float64))
    homes = homes.join(income, on="number", how="left", maintain_order="left")
    labour = persons.group_by(number="household_number").agg(
        able=pl.col("labour").is_in(["ordinary", "skilled"]).sum(), working=(pl.col("work_months") > 0).sum()
    )
    homes = homes.join(labour, on="number", how="left", maintain_order="left")
    whole = persons.filter(pl.col("id_number").str.contains(r"^\d{17}[\dX]$")).unique(
        "id_number", keep="first", maintain_order=True
    )
    people = whole.rename(PERSON).join(
        homes.rename({"number": "household_number"}), on="household_number", how="inner", maintain_order="left"
    )
    age = pl.lit(today.year) - pl.col("birth_on").dt.year()
    return people.with_columns(
        (pl.col("relation") == "head").alias("is_head"), age.alias("age"),
        (age >= 18).sum().over("household_number").alias("adults"),
        pl.col("id_number").str.slice(0, 17).cast(pl.Int64).alias("body"),
    )  # fmt: skip


def county_rows(
    source: Source, recipe: Recipe, people: pl.DataFrame, size: Size, others: int, first: int, seed: int, today: date
) -> Made:
    """The rows of one county: `others` of strangers and those of its registered people; rows are counted from `first`."""
    county = int(people["division"][0]) // 1_000_000
    rng = np.random.default_rng([seed, crc32(source.id.encode()), county])
    known, villages = np.sort(people["body"].to_numpy()), people["division"].unique(maintain_order=True).to_numpy()
    away = strangers(rng, others, villages, known, today)
    frames = [
        _keyed(filled(source, recipe, {}, away, rng, today), away, Part(harmless="x", rest=True)).with_columns(
            number=None
        )
    ]
    absent = []
    for part, chosen in chosen_people(recipe, people, size, rng):
        if part.absent:
            absent.append(_absent(part, people.filter(chosen)))
        else:
            frames.append(_part_rows(source, recipe, part, people.filter(chosen), known, rng, today))
    whole = pl.concat(frames, how="vertical_relaxed")
    whole = whole[rng.permutation(whole.height)].with_row_index("row", first)
    if recipe.number_ends:
        whole = _with_ends(source, recipe, whole, rng, today)
    rows = numbered(source, recipe, whole.select(source.contract.names), first)
    whole = whole.with_columns(enough=_enough(source, whole.select("row", "number", "error"), rows, people))
    key = whole.filter(pl.col("number").is_not_null()).select(pl.col(name).cast(kind) for name, kind in KEY.items())
    planted = [_by_rule(key), *absent]
    return Made(rows, pl.concat(planted, how="vertical"))


def _enough(source: Source, key: pl.DataFrame, rows: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
    """Whether each row leaves enough to tell its person from others: one without a mistake does."""
    wrong = (key["error"] != "").fill_null(value=False)
    if not wrong.any():
        return ~wrong
    keys = source.file.person
    told = {"id_number": keys.id_number, "name": keys.name, "birth_on": keys.birth_on, "area": keys.area}
    told_rows = rows.select(
        *[(pl.col(column) if column else pl.lit(None)).cast(pl.String).alias(name) for name, column in told.items()]
    ).with_columns(pl.col("birth_on").str.to_date(strict=False), row=key["row"])
    persons = people.select(person="number", name="name", birth_on="birth_on", id_number="id_number",
                            county=pl.col("division") // 1_000_000)  # fmt: skip
    about = key.filter(wrong).select("row", person="number", kind="error")
    told_enough = leaves_enough(told_rows.filter(wrong), about, persons)
    return pl.Series("enough", [True] * key.height).scatter(wrong.arg_true(), told_enough)


def _with_ends(
    source: Source, recipe: Recipe, rows: pl.DataFrame, rng: np.random.Generator, today: date
) -> pl.DataFrame:
    """The numbers with what a card adds to them; a shorter one was given in the place of the card's."""
    number = source.file.person.id_number
    ends = [cells(cell, rows, rng, today).fill_null("") for cell in recipe.number_ends]
    longer = pl.concat_str([pl.col(number).str.strip_chars(), *[pl.lit(end) for end in ends]])
    return rows.with_columns(
        pl.when(pl.col(number).str.len_chars() >= 17).then(longer).otherwise(pl.col(number)).alias(number)
    )


def chosen_people(
    recipe: Recipe, people: pl.DataFrame, size: Size, rng: np.random.Generator
) -> list[tuple[Part, pl.Series]]:
    """The parts of a recipe, each with a mark for everybody who stands in it; nobody stands in two."""
    taken = np.zeros(people.height, np.bool_)
    township = people["division"].to_numpy() // 1000 * 1000
    weight = np.where(township == size.home, 1.0, size.thin)
    found = []
    for part in recipe.registered:
        able = _fitting(people, part.who) & ~taken
        if part.family:
            able &= ~_homes_of(people, taken)
        chosen = able.copy() if part.rest else _share(able, weight, part.share, rng)
        if part.family:
            chosen = _homes_of(people, chosen) & _fitting(people, part.family)
        taken |= chosen
        found.append((part, pl.Series(chosen)))
    return found


def _fitting(people: pl.DataFrame, who: str) -> npt.NDArray[np.bool_]:
    """Who of the people fits an SQL expression."""
    found = people.select((pl.sql_expr(who) & pl.lit(value=True)).fill_null(value=False).alias("fits"))["fits"]
    return found.to_numpy() if len(found) == people.height else np.full(people.height, bool(found[0]))


def _homes_of(people: pl.DataFrame, some: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Everybody who lives in a household with one of `some`."""
    homes = people["household_number"]
    return homes.is_in(homes.filter(pl.Series(some)).unique().implode()).to_numpy()


def _share(
    able: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64], share: float, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Some of the able, each as likely as its weight says; one at least, wherever anybody is able."""
    chosen = np.zeros(len(able), np.bool_)
    where = np.flatnonzero(able)
    if len(where):
        count = min(len(where), max(1, round(share * float(weight[where].sum()))))
        order = np.argsort(rng.random(len(where)) / weight[where], kind="stable")
        chosen[where[order[:count]]] = True
    return chosen


def _part_rows(
    source: Source, recipe: Recipe, part: Part, people: pl.DataFrame, known: npt.NDArray[np.int64],
    rng: np.random.Generator, today: date,
) -> pl.DataFrame:  # fmt: skip
    people = pl.concat([people.with_columns(copy=pl.lit(number, pl.UInt32)) for number in range(part.times)])
    if part.stranger:
        people = _somebody_else(part, people, known, rng)
    rows = filled(source, recipe, dict(part.set), people, rng, today)
    keyed = _keyed(rows, people, part)
    keys = source.file.person
    if not part.planted or not recipe.damaged or not keys.id_number:
        return keyed
    may_miss = bool(keys.name) and not source.contract.field(keys.id_number).constraints.required
    error = damage.draw(rng, keyed.height, recipe.damaged, may_miss=may_miss, has_name=bool(keys.name))
    wrong = damage.damaged(pl.DataFrame({"id_number": people["id_number"], "name": people["name"], "error": error}))
    put = {keys.id_number: wrong["id_number"], "error": wrong["error"]}
    if keys.name:
        put[keys.name] = wrong["name"]
    return keyed.with_columns(**put)


def _somebody_else(
    part: Part, people: pl.DataFrame, known: npt.NDArray[np.int64], rng: np.random.Generator
) -> pl.DataFrame:
    """Other people who could be taken for these: of the same name, or with the number next to theirs."""
    is_male = (people["sex"] == "male").to_numpy()
    if part.stranger == "name":
        back = rng.integers(1500, 6000, people.height).astype("timedelta64[D]")
        born = people["birth_on"].to_numpy().astype("datetime64[D]") - back
        bodies = free_bodies(rng, int(people["division"][0]) // 1_000_000 if people.height else 0, born, is_male, known)
        return people.with_columns(id_number=identity_numbers(bodies), birth_on=pl.Series(born).cast(pl.Date))
    bodies = people["body"].to_numpy().copy()
    while True:
        bodies = np.where(bodies % 1000 >= 998, bodies - 900, bodies + 2)
        if not is_known(bodies, known).any():
            break
    return people.with_columns(id_number=identity_numbers(bodies), name=full_names(rng, is_male))


def _keyed(rows: pl.DataFrame, people: pl.DataFrame, part: Part) -> pl.DataFrame:
    """The rows with what the key says of them."""
    what = "planted" if part.planted else "near" if part.near else "harmless"
    told = {
        "number": people["number"] if "number" in people.columns else None,
        "household": people["household_number"] if "household_number" in people.columns else None,
    }
    return rows.with_columns(
        *[pl.lit(value, dtype=pl.String).alias(name) if value is None else value.alias(name) for name, value in told.items()],
        pl.lit(what).alias("what"), pl.lit("\x1f".join(part.rules) or part.rule).alias("rule"),
        pl.lit(part.near or part.harmless).alias("note"), pl.lit("").alias("error"),
    )  # fmt: skip


def _by_rule(key: pl.DataFrame) -> pl.DataFrame:
    """One line for each rule that a row is planted for."""
    return key.with_columns(pl.col("rule").str.split("\x1f")).explode("rule").select(*KEY)


def _absent(part: Part, people: pl.DataFrame) -> pl.DataFrame:
    """The key of those who are planted by standing in no row."""
    rows = people.select(
        pl.lit(None, pl.Int64).alias("row"), "number", pl.col("household_number").alias("household"),
        pl.lit("planted" if part.planted else "near").alias("what"), pl.lit("\x1f".join(part.rules) or part.rule).alias("rule"),
        pl.lit(part.near).alias("note"), pl.lit("").alias("error"), pl.lit(value=True).alias("enough"),
    )  # fmt: skip
    return _by_rule(rows)


def unused(recipe: Recipe, columns: Mapping[str, object]) -> list[str]:
    """Columns that a recipe fills and the contract does not have."""
    named = {*recipe.columns, *(name for part in recipe.registered for name in part.set)}
    return sorted(named - set(columns))
