"""The benchmark of matching makes its tables, matches them, and says every stage beside the bare joins."""

import importlib.util
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from zerentian.exchange import queries
from zerentian.exchange import services as exchange
from zerentian.exchange.models import Clue, ClueEvidence, TableVersion
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Report
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.tests.factories import make_household, make_person
from zerentian.sample.rules.families import Families
from zerentian.sample.rules.places import Plan
from zerentian.sample.services.deliveries import with_recipe
from zerentian.sample.services.match_bench import BARE, FIRST, ORDINARY, REGISTER, SERVER, WHOLE, bench_match
from zerentian.sample.services.match_day import DELIVERED
from zerentian.sample.tests.test_deliveries import COUNTY, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """A small county's sheets, and some of its persons in the register."""
    settings.ZERENTIAN_HOME = tmp_path
    villages = np.array([COUNTY * 1_000_000 + 100_200 + n for n in range(6)])
    families = Families(
        Plan(villages, np.full(6, 100), np.full(6, "poor")), np.tile([2, 3, 4, 5], 150), COUNTY, 1, TODAY, 4000.0
    )
    files = tmp_path / "demo" / "files"
    files.mkdir(parents=True)
    persons = families.persons()
    for name, frame in (("persons", persons), ("households", families.households()), ("incomes", families.incomes())):
        frame.write_parquet(files / f"{name}.parquet")
    some = persons.filter(pl.col("id_number").str.contains(r"^\d{17}[\dX]$") & (pl.col("birth_on") < date(1999, 1, 1)))
    with unit(system()):
        homes = {n: make_household(number=f"{n}x") for n in some["household_number"].unique().sort()[:60]}
        chosen = some.filter(pl.col("household_number").is_in(list(homes))).iter_rows(named=True)
        for at, one in enumerate(chosen):  # every third has no number in the register, and is found by linkage alone
            make_person(
                homes[one["household_number"]], number=one["number"], name=one["name"],
                id_number=one["id_number"] if at % 3 else "", birth_on=one["birth_on"], sex=one["sex"],
            )  # fmt: skip
    return tmp_path


def test_a_night_is_measured_beside_the_bare_joins(home: Path) -> None:
    report = Report("match", "demo")
    bench_match(scale="demo", report=report)
    said = report.as_text()
    for words in (
        WHOLE,
        FIRST,
        REGISTER,
        ORDINARY,
        BARE,
        SERVER,
        "by numbers",
        "linkage",
        "rules",
        "digests and clues",
        "answer key: recall",
    ):
        assert words in said
    with unit(system(), writes=False):
        assert TableVersion.objects.count() == len(with_recipe()) + len(DELIVERED)
        assert Clue.objects.exists()
    assert not list((home / "exchange" / "drafts" / "made").iterdir())
    again = Report("match", "demo")
    bench_match(scale="demo", report=again)
    with unit(system(), writes=False):
        made = len(with_recipe()) + 2 * len(DELIVERED)
        assert TableVersion.objects.count() == made, "tables are made once, but for those of an ordinary day"


def test_without_the_samples_sheets_it_says_where_to_measure(settings: Any, tmp_path: Path) -> None:
    settings.ZERENTIAN_HOME = tmp_path
    with pytest.raises(Refused, match="这里的户不是样例"):
        bench_match(scale="demo", report=Report("match", "demo"))


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the sources three, with rules of one and of two tables, of rows that are there and that are missing."""
    only = {id: queries.source(id) for id in ("vehicles", "disability", "low_income")}
    rules = [rule for one in only.values() for rule in one.rules]
    assert {name for rule in rules for name in rule.sources} == set(only)
    assert any(len(rule.sources) > 1 for rule in rules)
    assert any("full_table" in rule.facts for rule in rules)
    for where in (queries, sys.modules[queries.read_source.__module__]):
        monkeypatch.setattr(where, "sources", lambda: only)


@pytest.mark.usefixtures("three")
@pytest.mark.skipif(not HAS_SPARK, reason="needs the extra `spark` (pyspark) and Java: make spark")
@pytest.mark.filterwarnings("ignore")
def test_another_engine_comes_to_the_same_at_two_sizes(home: Path) -> None:
    report = Report("match", "demo")
    bench_match(scale="demo", report=report, engine="spark")
    assert "both engines came to the same hits" in report.as_text()
    for words in ("the first round", "µs a row of", "times the rows cost", "takes"):
        assert words in report.as_text()
    with unit(system()):
        made = exchange.begin_match(by=system(), here=True)
    assert exchange.match_here(match_id=made.pk, by=system()).status == "done"
    with unit(system(), writes=False):
        made.refresh_from_db()
        hows = set(ClueEvidence.objects.filter(clue__first_run_id=made.pk).values_list("how", flat=True))
    # What both came to was not nothing: rows found by number, rows found by name, and rows that are missing.
    assert hows == {"exact", "linked", ""}, made.counts
