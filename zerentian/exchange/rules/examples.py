"""Worked examples of clue rules: small tables of facts and delivered rows, and who is named by the rule, or nobody.

`examples.yaml` beside a source's rules:

    day: 2017-06-30                # the day on which the rules are asked
    facts:                         # the usual cast; an example may put other rows in the place of a view
      household: [{household: 1, status: poor}]
      person: [{person: 11, household: 1}]
    examples:
      - rule: vehicles.car
        case: 成员名下有一辆在用小轿车
        delivered: {vehicles: [{person: 11, kind: 小型轿车, state: 正常, price: 80000}]}
        named: [11]                # persons; {household: 1} where the rule names the household as a whole
      - rule: vehicles.car
        case: 车辆已注销
        delivered: {vehicles: [{person: 11, kind: 小型轿车, state: 注销, price: 80000}]}
        named: []

What is not written is empty; household and division follow from the person. Of the source itself the whole table came;
`complete: []` says that it did not, `complete: [NAME, …]` that other tables came whole, for rules over who is missing.
`parameters` puts another value in the
place of one that is in force on the day.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from zerentian.exchange.rules.sources import Source
from zerentian.rulebook.rules.pack import Entry

VILLAGE = 360732100201  # where everybody of the examples lives unless they say otherwise
Rows = tuple[dict[str, Any], ...]
# The columns of a matched table that are there beside the contracted ones, as DuckDB types.
MATCHED = {"row": "bigint", "person": "bigint", "household": "bigint", "division": "bigint", "how": "varchar",
           "score": "smallint", "fields": "varchar"}  # fmt: skip
_TYPES = {"string": "varchar", "integer": "bigint", "year": "bigint", "number": "decimal(18, 2)", "date": "date",
          "boolean": "boolean"}  # fmt: skip


class Whole(Entry):
    """A household that is named as a whole."""

    household: int


class Example(Entry):
    """One case of one rule and whom the rule names."""

    rule: str
    case: str
    day: date | None = None
    facts: dict[str, Rows] = {}
    delivered: dict[str, Rows] = {}
    parameters: dict[str, int | float | str] = {}
    complete: tuple[str, ...] | None = None
    named: tuple[int | Whole, ...]


class ExampleFile(Entry):
    """examples.yaml."""

    day: date
    facts: dict[str, Rows] = {}
    examples: tuple[Example, ...] = Field(min_length=1)


def tables_of(example: Example, file: ExampleFile) -> tuple[dict[str, list[dict[str, Any]]], ...]:
    """The rows of `facts` and `matched` that an example means, with what follows from the person filled in."""
    facts = {view: [dict(row) for row in rows] for view, rows in {**file.facts, **example.facts}.items()}
    for row in facts.get("household", ()):
        row.setdefault("division", VILLAGE)
    homes = {row["household"]: row["division"] for row in facts.get("household", ())}
    for row in facts.get("person", ()):
        row.setdefault("division", homes.get(row.get("household"), VILLAGE))
    for view in facts.keys() - {"household", "person", "full_table"}:
        for row in facts[view]:
            row.setdefault("division", homes.get(row.get("household"), VILLAGE))
    own = (example.rule.partition(".")[0],)
    whole = own if example.complete is None else example.complete
    day = example.day or file.day
    facts.setdefault("full_table", [{"source": id, "lo": 0, "hi": 10**12, "complete_on": day} for id in whole])
    people = {row["person"]: row for row in facts.get("person", ())}
    matched: dict[str, list[dict[str, Any]]] = {}
    for source, rows in example.delivered.items():
        for number, given in enumerate(rows, start=1):
            who = people.get(given.get("person"), {})
            told = {"row": number, "household": who.get("household"), "division": who.get("division"),
                    "how": "exact", "score": 1000, "fields": "number=same"}  # fmt: skip
            matched.setdefault(source, []).append({**told, **given})
    return facts, matched


def matched_types(source: Source) -> dict[str, str]:
    """The columns of `matched.<source>` with their DuckDB types."""
    firm = {"firm": "bigint"} if source.file.firm else {}
    own = {name: _TYPES[source.contract.field(name).type] for name in source.plain}
    return {**MATCHED, **firm, **own}


def wanted(example: Example, facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> set[tuple[int, int | None]]:
    """(household, person) of everybody that the rule is to name."""
    homes = {row["person"]: row["household"] for row in facts.get("person", ())}
    return {(n.household, None) if isinstance(n, Whole) else (homes[n], n) for n in example.named}
