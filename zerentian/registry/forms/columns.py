"""The sheets of import and export, for writers of files; declared in `registry.rules.columns`."""

from zerentian.registry.rules.columns import COUNTIES, HOUSEHOLDS, INCOMES, PERSONS, SHEETS, VILLAGES

__all__ = ["COUNTIES", "HOUSEHOLDS", "INCOMES", "PERSONS", "SHEETS", "VILLAGES"]
