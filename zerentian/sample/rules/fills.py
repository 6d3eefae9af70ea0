"""Fills the columns of a delivery as a recipe says, whole columns at once, as the texts that stand in a file."""

from datetime import date

import numpy as np
import polars as pl

from zerentian.exchange.rules.sources import Source
from zerentian.kernel.refusal import Reason, Refused
from zerentian.sample.rules.recipes import Cell, Fill, Recipe
from zerentian.sample.rules.strangers import firm_codes

_SEX = {"male": "男", "female": "女"}


def filled(
    source: Source, recipe: Recipe, own: dict[str, Cell], people: pl.DataFrame, rng: np.random.Generator, today: date
) -> pl.DataFrame:
    """The contract's columns for these people; those that are counted up stay empty until `numbered`."""
    columns = {}
    for name in source.contract.names:
        given = {**recipe.columns, **own}
        cell = given[name] if name in given else _by_name(source, name)
        columns[name] = cells(cell, people, rng, today).cast(pl.String).alias(name)
    return pl.DataFrame(columns)


def _by_name(source: Source, name: str) -> Cell:
    """How a column fills itself when the recipe says nothing: by what it tells of the person."""
    keys = source.file.person
    for key in ("id_number", "name", "birth_on"):
        if name == getattr(keys, key):
            return Fill(copy_of=key)
    if name == keys.sex:
        return Fill(copy_of="sex", words=_SEX)
    if name in (keys.area, source.file.division):
        return Fill(copy_of="division")
    if source.contract.field(name).constraints.required:
        raise Refused(Reason(f"没有写明必填列 {name} 怎样填", f"sources/{source.id}/sample.yaml columns"))
    return None


def cells(cell: Cell, people: pl.DataFrame, rng: np.random.Generator, today: date) -> pl.Series:
    """One column of as many cells as there are people."""
    count = people.height
    if not isinstance(cell, Fill):
        return pl.Series([_text(cell)], dtype=pl.String).new_from_index(0, count)
    made = _drawn(cell, people, rng, today)
    return made.set(pl.Series(rng.random(count) < cell.blank), None) if cell.blank else made


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "是" if value else "否"
    return None if value is None else str(value)


def _drawn(cell: Fill, people: pl.DataFrame, rng: np.random.Generator, today: date) -> pl.Series:
    count = people.height
    if cell.serial or cell.firm == 1:
        return pl.Series([None], dtype=pl.String).new_from_index(0, count)
    if cell.one_of:
        return _one_of(cell, count, rng)
    if cell.each:
        return pl.Series([_text(value) for value in cell.each], dtype=pl.String).gather(people["copy"] % len(cell.each))
    if cell.copy_of:
        return _copied(cell, people[cell.copy_of], rng)
    if cell.parts:
        some = [pl.Series(part).gather(rng.integers(0, len(part), count)) for part in cell.parts]
        return pl.select(pl.concat_str([pl.lit(one) for one in some])).to_series()
    if "days_ago" in cell.model_fields_set:
        back = rng.integers(cell.days_ago[0], cell.days_ago[1] + 1, count).astype("timedelta64[D]")
        return pl.Series(np.datetime64(today) - back).cast(pl.Date).cast(pl.String)
    if "years_ago" in cell.model_fields_set:
        return pl.Series(today.year - rng.integers(cell.years_ago[0], cell.years_ago[1] + 1, count)).cast(pl.String)
    if cell.firm > 1:
        return firm_codes(rng.integers(0, cell.firm, count), 360100)
    return _number(cell, count, rng)


def _copied(cell: Fill, found: pl.Series, rng: np.random.Generator) -> pl.Series:
    if any(cell.days_before):
        back = rng.integers(cell.days_before[0], cell.days_before[1] + 1, len(found)).astype("timedelta64[D]")
        found = pl.Series(found.to_numpy().astype("datetime64[D]") - back).cast(pl.Date)
    if cell.words:
        return found.cast(pl.String).replace_strict(cell.words, default=None, return_dtype=pl.String)
    return found.cast(pl.String)


def _one_of(cell: Fill, count: int, rng: np.random.Generator) -> pl.Series:
    values = list(cell.one_of)
    weights = np.array(list(cell.one_of.values()) if isinstance(cell.one_of, dict) else [1.0] * len(values))
    edges = np.cumsum(weights) / weights.sum()
    return pl.Series(values).gather(np.searchsorted(edges, rng.random(count)).clip(0, len(values) - 1))


def _number(cell: Fill, count: int, rng: np.random.Generator) -> pl.Series:
    if "amount" in cell.model_fields_set:
        low, high = np.log(cell.amount[0]), np.log(cell.amount[1])
        drawn = np.exp(rng.uniform(low, high, count)).clip(*cell.amount)
    else:
        drawn = rng.uniform(cell.number[0], cell.number[1] + cell.step * 0.999, count)
    whole = np.floor(drawn / cell.step) * cell.step
    if float(cell.step).is_integer():
        return pl.Series(whole.astype(np.int64)).cast(pl.String)
    return pl.Series(np.round(whole, 2)).cast(pl.Decimal(18, 2)).cast(pl.String)


def numbered(source: Source, recipe: Recipe, rows: pl.DataFrame, first: int) -> pl.DataFrame:
    """The rows with what is counted up: serial numbers and credit codes of their own, from `first` on."""
    counted = np.arange(first, first + rows.height)
    made = []
    for name in source.contract.names:
        cell = recipe.columns.get(name)
        if not isinstance(cell, Fill):
            continue
        if cell.serial:
            marks = cell.serial.count("#")
            head, _, tail = cell.serial.partition("#" * marks)
            made.append((head + pl.Series(counted).cast(pl.String).str.zfill(marks) + tail).alias(name))
        elif cell.firm == 1:
            made.append(firm_codes(counted, 360100).alias(name))
    return rows.with_columns(*made)
