"""Contracts: what a department delivers, as a Table Schema of the frictionless standard, and checking rows against it.

The descriptor is the one that any client of the standard reads, so a department can check its file before delivering it.
Only the part of the standard that the sources use is understood; anything else in a contract is refused at load.
Source: Table Schema v1 (https://specs.frictionlessdata.io/table-schema/).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from zerentian.kernel.tables import Column, Problem, Sheet

Type = Literal["string", "integer", "number", "date", "boolean", "year"]
_TRUE, _FALSE = ["是", "true", "True", "TRUE", "1"], ["否", "false", "False", "FALSE", "0"]
_KINDS: dict[str, Any] = {
    "string": "text", "integer": "integer", "number": "decimal", "date": "date", "boolean": "bool", "year": "year",
}  # fmt: skip
# What a department reads about a cell, by what the contract asks of it.
_TYPE_FAULTS = {
    "integer": "应为整数",
    "number": "应为数字，不带单位和千分号",
    "date": "应为日期，写作 2016-05-31",
    "boolean": "应为“是”或“否”",
    "year": "应为四位年份",
}


class Constraints(BaseModel):
    """What a value must hold to."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | str | None = None
    maximum: float | str | None = None
    min_length: int | None = Field(None, alias="minLength")
    max_length: int | None = Field(None, alias="maxLength")


class ContractField(BaseModel):
    """One column: its name in files, its title for people, type and constraints."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Type
    title: str
    title_en: str = Field(alias="titleEn")
    description: str = ""
    format: str = "default"
    true_values: tuple[str, ...] = Field(tuple(_TRUE), alias="trueValues")
    false_values: tuple[str, ...] = Field(tuple(_FALSE), alias="falseValues")
    constraints: Constraints = Field(default_factory=lambda: Constraints.model_validate({}))


class Contract(BaseModel):
    """The columns of a delivered table, in order, and which of them tell one row from another."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_address: str = Field("", alias="$schema")
    fields: tuple[ContractField, ...] = Field(min_length=1)
    primary_key: tuple[str, ...] = Field((), alias="primaryKey")
    missing_values: tuple[str, ...] = Field(("",), alias="missingValues")

    def field(self, name: str) -> ContractField:
        """The column of that name; KeyError otherwise."""
        return {field.name: field for field in self.fields}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    def sheet(self, name: str, title: str) -> Sheet:
        """The same columns as tables are read with."""
        return Sheet(name, title, tuple(_column(field) for field in self.fields))


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows of a batch after the check: typed good rows, and what is wrong with the others."""

    good: pl.DataFrame
    problems: tuple[Problem, ...]
    refused: int


def published(descriptor: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """The descriptor as departments receive it: what is a yes and a no here is said, for clients of the standard differ."""
    booleans = {
        field.name: {"trueValues": list(field.true_values), "falseValues": list(field.false_values)}
        for field in contract.fields
        if field.type == "boolean"
    }
    return {**descriptor, "fields": [{**one, **booleans.get(one["name"], {})} for one in descriptor["fields"]]}


def _column(field: ContractField) -> Column:
    # Identity and account numbers must stay text in a workbook; a text column is kept so anyway.
    return Column(field.name, field.title, field.title_en, _KINDS[field.type], field.constraints.required)


def faults(contract: Contract) -> list[str]:
    """What is wrong with a contract as a whole, in sentences; empty when it can be used."""
    found = []
    names = list(contract.names)
    found += [f"列 {name} 写了两次" for name in sorted({n for n in names if names.count(n) > 1})]
    found += [f"primaryKey 里的 {name} 不是列" for name in contract.primary_key if name not in names]
    for field in contract.fields:
        if field.name in (
            "row",
            "k",
            "k2",
            "t",
            "u",
            "ft",
            "fu",
            "firm",
            "person",
            "household",
            "how",
            "score",
            "doubtful",
        ):
            found.append(f"列名 {field.name} 留给平台使用，请改名")
        if field.constraints.enum and field.type != "string":
            found.append(f"列 {field.name} 不是文字，不能用 enum")
    return found


def check(frame: pl.DataFrame, contract: Contract) -> Checked:
    """Type and check a frame of clean texts (`row` and a text column for each name, null where empty).

    A row with any fault is refused as a whole; every fault of it is named. No value stands in the words.
    """
    empty = [value for value in contract.missing_values if value]
    texts = frame if not empty else frame.with_columns(
        pl.when(pl.col(name).is_in(empty)).then(None).otherwise(pl.col(name)).alias(name) for name in contract.names
    )  # fmt: skip
    typed = texts.select("row", *[_typed(field) for field in contract.fields])
    tests = [test for field in contract.fields for test in _tests(field)]
    if not tests:
        return Checked(typed, (), 0)
    named = [condition.fill_null(value=False).alias(str(i)) for i, (_, _, condition) in enumerate(tests)]
    both = typed.with_columns(texts[name].alias(f"{name}__text") for name in contract.names)
    marks = both.select("row", *named)
    wrong = marks.select(pl.any_horizontal(pl.exclude("row")).alias("wrong"))["wrong"]
    if not wrong.any():
        return Checked(typed, (), 0)
    problems = tuple(_named(marks.filter(wrong), tests))
    return Checked(typed.filter(~wrong), problems, int(wrong.sum()))


def _named(marks: pl.DataFrame, tests: list[tuple[str, str, pl.Expr]]) -> Iterator[Problem]:
    for position, (name, text, _) in enumerate(tests):
        for row in marks.filter(pl.col(str(position)))["row"]:
            yield Problem(row, name, text)


def _typed(field: ContractField) -> pl.Expr:
    """The typed column; what can't be read becomes null."""
    text = pl.col(field.name)
    if field.type in ("integer", "year"):
        return text.cast(pl.Int64, strict=False)
    if field.type == "number":
        return text.cast(pl.Decimal(18, 2), strict=False)
    if field.type == "date":
        return text.str.to_date("%Y-%m-%d" if field.format == "default" else field.format, strict=False)
    if field.type == "boolean":
        yes = text.is_in(field.true_values)
        return pl.when(yes).then(True).when(text.is_in(field.false_values)).then(False).alias(field.name)
    return text


def _tests(field: ContractField) -> Iterator[tuple[str, str, pl.Expr]]:
    """(column, what is wrong, the rows where it is) for everything the contract asks of a column."""
    name, limits = field.name, field.constraints
    value, text = pl.col(name), pl.col(f"{name}__text")
    if limits.required:
        yield name, "必填，不能为空", text.is_null()
    if field.type != "string":
        yield name, _TYPE_FAULTS[field.type], text.is_not_null() & value.is_null()
    if limits.enum:
        yield name, f"应为 {'、'.join(limits.enum)} 之一", text.is_not_null() & ~text.is_in(limits.enum)
    if limits.pattern:
        yield name, "写法与约定不符" + (f"：{field.description}" if field.description else ""), ~text.str.contains(
            f"^(?:{limits.pattern})$"
        )  # fmt: skip
    yield from _bounds(field, value)
    if limits.min_length is not None:
        yield name, f"不应少于 {limits.min_length} 个字", text.str.len_chars() < limits.min_length
    if limits.max_length is not None:
        yield name, f"不应超过 {limits.max_length} 个字", text.str.len_chars() > limits.max_length


def _bounds(field: ContractField, value: pl.Expr) -> Iterator[tuple[str, str, pl.Expr]]:
    low, high = field.constraints.minimum, field.constraints.maximum
    if low is not None:
        yield field.name, f"不应小于 {low}", value < _literal(field, low)
    if high is not None:
        yield field.name, f"不应大于 {high}", value > _literal(field, high)


def _literal(field: ContractField, bound: float | str) -> pl.Expr:
    if field.type == "date":
        return pl.lit(str(bound)).str.to_date("%Y-%m-%d")
    return pl.lit(bound)
