"""Worked cases of figures, written as data: small facts, what is counted, and which rows explain it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from zerentian.assessment.queries.measures import bound_measure
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.rulebook import queries as rulebook

CASES = yaml.safe_load(
    (Path(rulebook.__file__).parent / "data" / "jiangxi-2016" / "examples" / "measures.yaml").read_text("utf-8")
)


def filled(
    duck: duckdb.DuckDBPyConnection, columns: Mapping[str, Any], facts: Mapping[str, list[dict[str, Any]]]
) -> None:
    """The views that a measure reads as small tables; what a row leaves out is empty."""
    duck.execute("create schema facts")
    for view, found in columns.items():
        kinds = {name: "varchar" if kind.startswith("character") else kind for name, kind in found}
        duck.execute(f"create table facts.{view} ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
        for row in facts.get(view, []):
            marks = ", ".join("?" for _name in row)
            duck.execute(f"insert into facts.{view} ({', '.join(row)}) values ({marks})", list(row.values()))


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[f"{n} {case['measure']}" for n, case in enumerate(CASES)])
def test_a_worked_case_counts_what_it_says(case: dict[str, Any]) -> None:
    with unit(system(), writes=False):
        bound = bound_measure(rulebook.measures()[case["measure"]], case["day"])
        columns = {view: found for view, found in snapshots.fact_columns().items() if view in bound.measure.facts}
    assert set(case["facts"]) <= set(columns), "facts that the measure does not read"
    with duckdb.connect() as duck:
        filled(duck, columns, case["facts"])
        asked = (
            f"select q.division, q.numerator, q.denominator from ({bound.sql}) q where q.denominator <> 0 order by 1"
        )
        figures = [
            dict(zip(("division", "numerator", "denominator"), row, strict=True))
            for row in duck.execute(asked).fetchall()
        ]
        assert figures == case["figures"], case["says"]
        rows = duck.execute(f"select e.id, e.why from ({bound.evidence}) e").fetchall()
    assert dict(rows) == case["rows"], case["says"]
