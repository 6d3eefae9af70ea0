"""Errors planted in the sheets of a county: rows that an import must refuse, each named in the answer key."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from zerentian.sample.rules.families import Families

Sheets = dict[str, pl.DataFrame]
EACH = 6  # of each kind in each county


def _set(frame: pl.DataFrame, rows: list[int], column: str, values: Sequence[object]) -> pl.DataFrame:
    series = frame[column].to_list()
    for row, value in zip(rows, values, strict=True):
        series[row] = value
    return frame.with_columns(pl.Series(column, series, dtype=frame[column].dtype))


def _check_digit(number: str) -> str:
    return number[:17] + ("0" if number[17] != "0" else "1")


def _impossible_date(number: str) -> str:
    return number[:10] + "1345" + number[14:]


def _on_persons(change: Callable[[str], str]) -> Callable[[Sheets, list[int]], Sheets]:
    def plant(sheets: Sheets, rows: list[int]) -> Sheets:
        persons = sheets["persons"]
        wrong = [change(persons["id_number"][r]) for r in rows]
        return {**sheets, "persons": _set(persons, rows, "id_number", wrong)}

    return plant


def _twice(sheets: Sheets, rows: list[int]) -> Sheets:
    """The identity number of the first person of the county's sheet, once more."""
    persons = sheets["persons"]
    return {**sheets, "persons": _set(persons, rows, "id_number", [persons["id_number"][r - 40] for r in rows])}


def _income_sum(sheets: Sheets, rows: list[int]) -> Sheets:
    incomes = sheets["incomes"]
    return {**sheets, "incomes": _set(incomes, rows, "net", [incomes["net"][r] + 1000 for r in rows])}


def _same_cause(sheets: Sheets, rows: list[int]) -> Sheets:
    households = sheets["households"]
    return {**sheets, "households": _set(households, rows, "other_causes", [households["cause"][r] for r in rows])}


def _no_such_village(sheets: Sheets, rows: list[int]) -> Sheets:
    households = sheets["households"]
    wrong: list[object] = [households["division"][r] // 1000 * 1000 + 997 for r in rows]
    return {**sheets, "households": _set(households, rows, "division", wrong)}


def _exit_first(sheets: Sheets, rows: list[int]) -> Sheets:
    households = sheets["households"]
    return {
        **sheets,
        "households": _set(households, rows, "exited_on", [np.datetime64("2013-05-01").item() for _ in rows]),
    }


# kind → (sheet, how it is planted)
FAULTS: dict[str, tuple[str, Callable[[Sheets, list[int]], Sheets]]] = {
    "id_check_digit": ("persons", _on_persons(_check_digit)),
    "id_impossible_date": ("persons", _on_persons(_impossible_date)),
    "id_too_short": ("persons", _on_persons(lambda number: number[:16])),
    "id_twice": ("persons", _twice),
    "income_does_not_add_up": ("incomes", _income_sum),
    "second_cause_equals_first": ("households", _same_cause),
    "no_such_village": ("households", _no_such_village),
    "exit_before_identification": ("households", _exit_first),
}


def plant(sheets: Sheets, families: Families) -> Sheets:
    """The sheets with every kind of fault; the answer key of the families grows by their rows."""
    rng = np.random.default_rng([families.county, 9])
    for kind, (name, change) in FAULTS.items():
        rows = sorted(int(r) for r in rng.choice(np.arange(50, sheets[name].height), EACH, replace=False))
        sheets = change(sheets, rows)
        key = "household_number" if name == "incomes" else "number"
        for row in rows:
            families.key.append(
                {
                    "kind": kind,
                    "row": sheets[name][key][row],
                    "division": int(sheets[name]["division"][row]),
                    "seen_in": "import",
                }
            )
    return sheets
