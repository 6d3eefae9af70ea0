"""What a night finds ready: the rows' persons, worked out by day; it comes to the same as from nothing."""

from datetime import date
from pathlib import Path

import pytest

from zerentian.exchange import services
from zerentian.exchange.models import MatchRun
from zerentian.exchange.services import computing, engines, keys
from zerentian.exchange.services.hits import digest_of_hits
from zerentian.exchange.services.matching import inputs_of
from zerentian.exchange.services.parquet import folder_of
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.registry.models import Person
from zerentian.registry.rules.identity import birth_of
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
OTHERS = [identity(date(1970, 1, n), serial=n) for n in range(1, 9)]


@pytest.fixture
def people() -> list[Person]:
    """Nine persons with a car each; one number has a mistake."""
    with unit(system()):
        made = [
            make_person(make_household(), id_number=number, birth_on=birth_of(number), name=f"欧阳{name}")
            for number, name in zip([NUMBER, *OTHERS], "甲乙丙丁戊己庚辛壬", strict=True)
        ]
    wrong = [NUMBER[:17], *OTHERS]
    delivered(HEAD + "".join(row(f"赣B{n}", number, name=made[n].name) for n, number in enumerate(wrong)))
    return made


def taken_over(made: MatchRun) -> set[str]:
    return {one["name"] for one in made.stages if one["taken_over"]}


def from_nothing(made: MatchRun, folder: Path) -> str:
    inputs = inputs_of(made)
    computing.compute(inputs, folder)
    return digest_of_hits(inputs.hits(folder), inputs.rules)


def test_the_night_takes_over_what_the_day_found(people: list[Person], tmp_path: Path) -> None:
    services.keep_ready()
    made = matched()
    assert {"exact/vehicles", "matching/open", "matching/pairs", "matching/linked", "linked/vehicles"} <= taken_over(
        made
    )
    assert "hits/vehicles.car" not in taken_over(made)
    assert made.result == from_nothing(made, tmp_path / "whole")
    assert made.counts["hits"] == len(people)
    assert not (folder_of(made) / "ready").exists()


def test_what_changed_since_is_worked_out_by_night(people: list[Person], tmp_path: Path) -> None:
    services.keep_ready()
    delivered(HEAD + row("赣B1", OTHERS[0], price="90000") + row("赣B9", OTHERS[4]), period="2026-Q4")
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        Person.objects.filter(pk=people[1].pk).update(left_on=date(2026, 1, 1))
    with unit(system()):
        make_person(make_household(), id_number=identity(date(1980, 2, 2), serial=3), name="新来的")
    made = matched()
    assert not {"exact/vehicles", "matching/open"} & taken_over(made)
    assert made.result == from_nothing(made, tmp_path / "whole")
    services.keep_ready()
    again = matched()
    assert {"exact/vehicles", "matching/open"} <= taken_over(again)
    assert again.result == made.result


def test_a_day_without_changes_works_nothing_out(people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    services.keep_ready()
    written: list[str] = []
    monkeypatch.setattr(engines.Duck, "write", lambda engine, statement, target: written.append(target.name))
    services.keep_ready()
    assert not written


def test_without_tables_nothing_stands_ready(people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    services.keep_ready()
    assert (place("exchange") / "found").exists()
    monkeypatch.setattr("zerentian.exchange.queries.current_versions", list)
    services.keep_ready()
    assert not (place("exchange") / "found").exists()


def test_by_night_only_those_are_looked_at_of_whom_the_history_tells(
    people: list[Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.keep_ready()
    asked: list[str] = []
    genuine = keys._versions
    monkeypatch.setattr(keys, "_versions", lambda: asked.append("all") or genuine())
    with unit(system()), acting("test.change", by=system(), reason="测试"):
        Person.objects.filter(pk=people[2].pk).update(name="改了名")
        Person.objects.filter(pk=people[3].pk).update(left_on=date(2026, 1, 1))
    made = matched()
    assert not asked
    assert made.counts["hits"] == len(people) - 1
    assert made.result == from_nothing(made, tmp_path / "whole")
    monkeypatch.setattr(keys, "MOST_CHANGED", 1)
    assert matched().result == made.result
    assert asked, "when the history tells of many, everybody is looked at"
