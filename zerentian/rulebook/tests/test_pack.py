"""The shipped packs: worked cases that lawyers add, measures that plan, and the generated page."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import translation

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.periods import parse_period
from zerentian.rulebook import queries
from zerentian.rulebook.rules.measures import Measure

pytestmark = pytest.mark.django_db


def examples(name: str) -> list[dict[str, Any]]:
    return [
        case
        for folder in queries.pack_folders()
        for case in yaml.safe_load((folder / "examples" / name).read_text("utf-8"))
    ]


@pytest.mark.parametrize("case", examples("parameters.yaml"), ids=lambda c: f"{c['parameter']} {c['day']}")
def test_worked_case_of_a_parameter(case: dict[str, Any]) -> None:
    assert queries.parameter(case["parameter"], case["area"], case["day"]) == case["value"]


@pytest.mark.parametrize("case", examples("duties.yaml"), ids=lambda c: f"{c['duty']} {c['period']}")
def test_worked_case_of_a_duty(case: dict[str, Any]) -> None:
    period = parse_period(case["period"])
    duty = queries.duty(case["duty"], on=period.end)
    assert duty.due_on(period) == case["due"]
    assert duty.owed_by(**case["owed_by"])


def bound(sql: str, measure: Measure) -> str:
    """The statement with every variable filled in."""
    values = {"on": "date '2026-11-23'", "period_start": "date '2026-01-01'", "period_end": "date '2026-12-31'"}
    for name, parameter in measure.parameters:
        value = queries.parameter(parameter, queries.book().regulations[0].area)
        values[name] = f"'{value}'" if isinstance(value, str) else str(value)
    return re.sub(r"(?<![:\w]):([a-z_]+)", lambda m: values[m[1]], sql)


def test_every_measure_and_its_evidence_plan_on_the_schema() -> None:
    with unit(system(), writes=False), connection.cursor() as cursor:
        for measure in queries.measures().values():
            for sql in (measure.sql, measure.evidence_sql):
                cursor.execute("explain " + bound(sql, measure))


def test_every_measure_has_a_name_in_both_languages_before_it_is_computed() -> None:
    planned = set(queries.duties_of_measures(queries.duties())) - set(queries.measures())
    named = queries.planned_measures()
    assert sorted(planned - set(named)) == []
    assert all(words["title"] and words["title_en"].isascii() for words in named.values())


def test_every_source_is_in_english() -> None:
    lists = {found.source for found in queries.code_lists().values()}
    values = {value.source for found in queries.book().parameters.values() for value in found.values}
    sources = lists | values | {duty.source for duty in queries.duties()}
    with translation.override("en"):
        missing = sorted(s for s in sources if re.search(r"[\u3400-\u9fff]", queries.source_words(s)))
    assert not missing, "put them into sources.yaml of the pack: " + "; ".join(missing)


def test_every_measure_serves_a_duty() -> None:
    used = set(queries.duties_of_measures(queries.duties()))
    assert "quality.score" in used
    sides = {f"quality.{side}" for side in ("completeness", "validity", "consistency", "timeliness")}  # of the score
    assert set(queries.measures()) <= used | sides


def test_the_page_of_measures_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match="not current"):
        call_command("rulebook_docs", check=True)
    call_command("rulebook_docs")
    call_command("rulebook_docs", check=True)
    text = (tmp_path / "docs/generated/measures.md").read_text("utf-8")
    assert all(f"`{id}`" in text for id in queries.measures())
