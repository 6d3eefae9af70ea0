"""The worked cases of the shipped pack: facts → may or may not, with every ground."""

from decimal import Decimal
from typing import Any

import pytest
import yaml

from zerentian.registry.rules import standards
from zerentian.registry.rules.standards import Bar, CountyFacts, Living, Member, VillageFacts
from zerentian.registry.services.standing import bar_of, county_bar
from zerentian.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db
COUNTY = 360732000000
ACTS = {"exit": standards.may_exit, "identify": standards.may_be_identified, "return": standards.may_return}
LINES = {"exit": "exit.household.line", "identify": "poverty.line", "return": "poverty.line"}


def worked(name: str) -> Any:
    folder = next(f for f in rulebook.pack_folders() if (f / "examples" / name).exists())
    return yaml.safe_load((folder / "examples" / name).read_text("utf-8"))


HOUSEHOLDS, AREAS = worked("households.yaml"), worked("areas.yaml")


@pytest.mark.parametrize("case", HOUSEHOLDS["cases"], ids=lambda c: f"{c['act']}: {c['name']}")
def test_household(case: dict[str, Any]) -> None:
    facts = HOUSEHOLDS["base"] | case["facts"]
    members = tuple(Member(**m) for m in case.get("members", facts.pop("members")))
    facts.pop("members", None)
    per_capita = facts.pop("per_capita")
    living = Living(**facts, members=members, per_capita=None if per_capita is None else Decimal(str(per_capita)))
    bar: Bar = bar_of(COUNTY, LINES[case["act"]], living.year, case["day"])
    found = ACTS[case["act"]](living, bar, case["day"])
    assert [reason.where for reason in found] == case["grounds"]
    assert all(reason.text and reason.article for reason in found)


@pytest.mark.parametrize("case", AREAS["villages"], ids=lambda c: c["name"])
def test_village(case: dict[str, Any]) -> None:
    limit = Decimal(str(rulebook.parameter("exit.village.incidence_limit", COUNTY, case["day"])))
    found = standards.village_may_exit(VillageFacts(**case["facts"]), limit)
    assert [reason.where for reason in found] == case["grounds"]


@pytest.mark.parametrize("case", AREAS["counties"], ids=lambda c: c["name"])
def test_county(case: dict[str, Any]) -> None:
    facts = CountyFacts(**AREAS["county_base"] | case["facts"])
    found = standards.county_may_exit(facts, county_bar(COUNTY, case["day"]))
    assert [reason.where for reason in found] == case["grounds"]
