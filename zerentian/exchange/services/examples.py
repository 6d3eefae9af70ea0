"""Runs the worked examples of a source's rules in DuckDB, by the very statement that a match runs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from zerentian.exchange import queries
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.examples import Example, ExampleFile, matched_types, tables_of, wanted
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services.computing import hit_statement
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook.queries import law_area

Types = Mapping[str, Mapping[str, str]]  # table → column → type
_AS_KEPT = {"timestamp with time zone": "timestamptz", "numeric": "decimal(38, 6)"}


def fact_types(columns: Mapping[str, Sequence[tuple[str, str]]]) -> Types:
    """The facts views with the types that DuckDB gives their columns."""
    return {view: {name: _AS_KEPT.get(kind, kind) for name, kind in found} for view, found in columns.items()}


def failed_examples(source: Source, file: ExampleFile, facts: Types) -> list[Reason]:
    """Every example whose rule names somebody else than it says; empty when all come out."""
    found = []
    rules = {rule.id: rule for rule in source.rules}
    for number, example in enumerate(file.examples, start=1):
        where = f"sources/{source.id}/examples.yaml 第 {number} 例“{example.case}”"
        if example.rule not in rules:
            found.append(Reason(f"这个来源没有规则 {example.rule}", where))
            continue
        try:
            told = _named(rules[example.rule], source, example, file, facts)
        except (duckdb.Error, KeyError, Refused) as error:
            found.append(Reason(f"例子不能运行：{str(error).splitlines()[0]}", where))
            continue
        expected = wanted(example, tables_of(example, file)[0])
        if told != expected:
            found.append(Reason(f"规则 {example.rule} 指出 {_said(told)}，例子写明应指出 {_said(expected)}", where))
    return found


def _said(named: set[tuple[int, int | None]]) -> str:
    texts = [
        f"第 {home} 户" if person is None else f"第 {home} 户的 {person}" for home, person in sorted(named, key=str)
    ]
    return "、".join(texts) or "无人"


def _named(
    rule: ClueRule, source: Source, example: Example, file: ExampleFile, types: Types
) -> set[tuple[int, int | None]]:
    facts, matched = tables_of(example, file)
    with duckdb.connect() as duck:
        for view in rule.facts:
            _table(duck, f"facts.{view}", types[view], facts.get(view, ()))
        for name in rule.sources:
            _table(duck, f"matched.{name}", matched_types(queries.source(name)), matched.get(name, ()))
        values = _values(rule, source, example, example.day or file.day)
        rows = duck.execute(hit_statement(rule, example.day or file.day, values)).fetchall()
    return {(row[0], row[1]) for row in rows}


def _values(rule: ClueRule, source: Source, example: Example, on: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, parameter in rule.parameters:
        value = source.parameter(parameter, law_area(), on)
        if parameter not in example.parameters and value is None:
            raise Refused(Reason(f"参数 {parameter} 在 {on} 没有值", rule.file))
        found[name] = example.parameters.get(parameter, value.value if value else None)
    return found


def _table(
    duck: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
) -> None:
    if strange := {column for row in rows for column in row} - set(types):
        raise Refused(Reason(f"{name} 没有列 {'、'.join(sorted(strange))}", name))
    schema, _, table = name.partition(".")
    duck.execute(f"create schema if not exists {schema}")
    columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
    duck.execute(f'create table {schema}."{table}" ({columns})')
    for row in rows:
        marks = ", ".join("?" for _ in row)
        named = ", ".join(f'"{column}"' for column in row)
        duck.execute(f'insert into {schema}."{table}" ({named}) values ({marks})', list(row.values()))
