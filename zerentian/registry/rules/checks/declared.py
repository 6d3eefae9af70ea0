"""How a check is declared and run: one function a check, one sentence, over whole columns at once.

A check that `stops` refuses the row; one that `asks` lets it in and puts a question to a person (domain rules of
data quality name outliers suspects, never verdicts). Every threshold is handed in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

import polars as pl

from zerentian.kernel.tables import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """The day, and the plausibility limits of the rulebook (`quality.…`, dots written as underscores)."""

    today: date
    id_minimum_year: int
    income_per_capita_maximum: Decimal | int
    income_wage_minimum: Decimal | int
    income_wage_maximum: Decimal | int
    income_allowance_minimum: Decimal | int
    income_pension_minimum: Decimal | int
    school_check_from_age: int
    school_check_to_age: int
    school_compulsory_from_age: int
    school_compulsory_to_age: int
    school_senior_minimum_age: int
    school_primary_maximum_age: int
    labour_from_age: int
    labour_to_age: int
    work_months_maximum: int
    land_farmland_per_person: Decimal | int
    land_forest_per_person: Decimal | int
    road_distance_maximum: Decimal | int
    household_size_maximum: int

    @classmethod
    def of(cls, today: date, values: Mapping[str, Any]) -> Self:
        """From the rulebook's parameters below `quality`."""
        named = {key.replace(".", "_"): value for key, value in values.items()}
        return cls(today=today, **{f.name: named[f.name] for f in fields(cls) if f.name != "today"})


@dataclass(frozen=True, slots=True)
class Check:
    """One check: where it looks, its sentence (`{}` takes the shown value), what to do, and which rows are wrong."""

    sheet: str
    key: str
    text: str
    todo: str
    stops: bool
    wrong: Callable[[Limits], pl.Expr]
    shown: pl.Expr | None = None


CHECKS: dict[str, list[Check]] = {"households": [], "persons": [], "incomes": [], "villages": [], "counties": []}
Wrong = Callable[[Limits], pl.Expr]


def stops(sheet: str, key: str, text: str, todo: str, *, shown: pl.Expr | None = None) -> Callable[[Wrong], Wrong]:
    """Register a check that refuses the row."""
    return _register(sheet, key, text, todo, stops=True, shown=shown)


def asks(sheet: str, key: str, text: str, todo: str, *, shown: pl.Expr | None = None) -> Callable[[Wrong], Wrong]:
    """Register a check that puts a question and lets the row in."""
    return _register(sheet, key, text, todo, stops=False, shown=shown)


def _register(
    sheet: str, key: str, text: str, todo: str, *, stops: bool, shown: pl.Expr | None
) -> Callable[[Wrong], Wrong]:
    def keep(wrong: Wrong) -> Wrong:
        CHECKS[sheet].append(Check(sheet, key, text, "；" + todo, stops, wrong, shown))
        return wrong

    return keep


def examine(sheet: str, frame: pl.DataFrame, limits: Limits) -> tuple[list[Problem], list[Problem]]:
    """Run every check of the sheet over typed rows: (problems that refuse their row, questions).

    Rows of persons must carry the columns `_fault`, `_sex` and `_born` made from their identity numbers.
    """
    checks = CHECKS[sheet]
    if frame.is_empty() or not checks:
        return [], []
    flags = frame.select(c.wrong(limits).fill_null(value=False).alias(str(i)) for i, c in enumerate(checks))
    refused: list[Problem] = []
    questions: list[Problem] = []
    for position, check in enumerate(checks):
        hit = flags[str(position)]
        if hit.any():
            (refused if check.stops else questions).extend(_problems(frame.filter(hit), check))
    return refused, questions


def _problems(frame: pl.DataFrame, check: Check) -> Iterator[Problem]:
    if check.shown is None:
        return (Problem(row, check.key, check.text, check.todo) for row in frame["row"])
    values = frame.select("row", shown=check.shown.cast(pl.String)).iter_rows()
    return (Problem(row, check.key, check.text.format(value), check.todo) for row, value in values)


def years(limits: Limits, born: str = "birth_on") -> pl.Expr:
    """Whole years of age on the day of the check."""
    passed = (pl.col(born).dt.month() * 100 + pl.col(born).dt.day()) <= limits.today.month * 100 + limits.today.day
    return limits.today.year - pl.col(born).dt.year() - pl.when(passed).then(0).otherwise(1)


def one_of(key: str, *keys: str) -> pl.Expr:
    """Whether a column holds one of the keys."""
    return pl.col(key).is_in(list(keys))
