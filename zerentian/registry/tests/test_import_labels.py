"""Whatever the platform calls a code, in a drop-down or an export, it reads again."""

import polars as pl
import pytest

from zerentian.kernel.tables import Column, Sheet
from zerentian.kernel.tables.cleaning import cleaned
from zerentian.kernel.tables.columns import Problem
from zerentian.kernel.tables.typing import typed
from zerentian.registry.rules.columns import SHEETS
from zerentian.rulebook import queries as rulebook

CODED = [
    (sheet, column)
    for sheet in SHEETS
    for column in sheet.columns
    if column.codes and column.codes in rulebook.code_lists()
]


def _read(column: Column, cells: list[str], names: list[tuple[str, ...]]) -> tuple[list[str | None], list[Problem]]:
    sheet = Sheet("one", "一", (column,))
    problems: list[Problem] = []
    frame = cleaned(pl.DataFrame({"row": range(2, len(cells) + 2), column.key: cells}), sheet, problems)
    return typed(frame, sheet, problems, lists={str(column.codes): names})[column.key].to_list(), problems


@pytest.mark.parametrize(("sheet", "column"), CODED, ids=lambda one: getattr(one, "key", getattr(one, "name", "")))
def test_every_name_of_a_code_is_read_as_the_code(sheet: Sheet, column: Column) -> None:
    values = list(rulebook.code_lists()[str(column.codes)].values)
    names = [(value.key, value.zh, value.en, *value.also) for value in values]
    cells = [name for those in names for name in those if name]
    keys = [those[0] for those in names for name in those if name]
    assert _read(column, cells, names) == (keys, []), sheet.title
    if column.kind == "codes":
        several = "、".join(value.zh for value in values[:3])
        assert _read(column, [several], names)[0] == [",".join(value.key for value in values[:3])]


def test_there_are_such_columns() -> None:
    assert {"poverty_status", "household_type"} <= {column.codes for _, column in CODED}
    assert any(column.kind == "codes" for _, column in CODED)


def test_a_sheet_of_texts_alone_is_converted() -> None:
    sheet = Sheet("one", "一", (Column("name", "姓名", "Name"),))
    assert typed(pl.DataFrame({"row": [2], "name": ["张三"]}), sheet, []).rows() == [(2, "张三")]
