"""Every source's folder is whole: contract, rules with examples on both sides, parameters that are used, English."""

import json
import re

import pytest
from django.utils.translation import override

from zerentian.exchange import queries
from zerentian.exchange.services.examples import Types, fact_types, failed_examples
from zerentian.exchange.views.words import amount, origin
from zerentian.kernel.snapshots import fact_columns
from zerentian.procedures.queries.definitions import definitions
from zerentian.rulebook.queries import code_list

SOURCES = sorted(queries.sources())


@pytest.fixture
def facts(db: None) -> Types:
    return fact_types(fact_columns())


@pytest.mark.parametrize("id", SOURCES)
def test_every_example_comes_out_as_it_is_written(id: str, facts: Types) -> None:
    assert [str(reason) for reason in failed_examples(queries.source(id), queries.examples(id), facts)] == []


@pytest.mark.parametrize("id", SOURCES)
def test_every_rule_has_an_example_that_it_names_and_one_that_it_does_not(id: str) -> None:
    examples = queries.examples(id).examples
    for rule in queries.source(id).rules:
        mine = [example for example in examples if example.rule == rule.id]
        assert any(example.named for example in mine), f"{rule.id}: no example that is named"
        assert any(not example.named for example in mine), f"{rule.id}: no example of a near miss"


@pytest.mark.parametrize("id", SOURCES)
def test_a_source_says_everything_in_both_languages_and_uses_what_it_declares(id: str) -> None:
    source = queries.source(id)
    used = {parameter for rule in source.rules for _, parameter in rule.parameters}
    assert set(source.parameters) == used
    assert source.rules
    texts = [source.file.title.en, source.file.description.en, source.file.catalogue.ground.en]
    texts += [field.title_en for field in source.contract.fields] + [p.title_en for p in source.parameters.values()]
    procedures = {kind for kind, _variant in definitions()}
    for rule in source.rules:
        assert rule.procedure in {"", *procedures}, f"{rule.id}: no procedure {rule.procedure}"
        texts += [
            rule.title_en,
            rule.definition_en,
            *[word.en for _, word in rule.shows],
            *[word.en for word in rule.ask],
        ]
        assert rule.ask, f"{rule.id}: nothing to ask"
    assert [text for text in texts if not text or not text.isascii()] == []
    assert all(value.source for p in source.parameters.values() for value in p.values)


@pytest.mark.parametrize("id", SOURCES)
def test_a_contract_keeps_to_the_table_schema_and_its_department_is_known(id: str) -> None:
    descriptor = json.loads((queries.SOURCES / id / "contract.json").read_text("utf-8"))
    assert descriptor["$schema"] == "https://specs.frictionlessdata.io/schemas/table-schema.json"
    assert len(source_names := [field["name"] for field in descriptor["fields"]]) == len(set(source_names))
    source = queries.source(id)
    assert source.contract.primary_key
    assert source.file.department in {value.key for value in code_list("department").values}


@pytest.mark.parametrize("id", SOURCES)
def test_every_number_says_in_english_what_it_counts_and_where_it_comes_from(id: str) -> None:
    with override("en"):
        for one in queries.source(id).parameters.values():
            for value in one.values:
                told = f"{amount(value.value, one.unit)} {origin(value.source)}"
                assert not re.search("[\u3400-\u9fff]", told), f"{one.id}: {told}"


@pytest.mark.parametrize(
    ("value", "unit", "told"), [(50000, "yuan", "50,000 元"), (10, "percent", "10%"), (1, "yes_no", "是"), (25, "m2", "25 平方米")]
)  # fmt: skip
def test_a_number_is_told_with_its_unit(value: int, unit: str, told: str) -> None:
    assert amount(value, unit) == told
