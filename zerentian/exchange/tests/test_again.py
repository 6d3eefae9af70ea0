"""A match made again comes to the same; only what changed is worked out anew; a killed one loses and doubles nothing."""

import os
import signal
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlglot
from django.core.management import call_command

from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, MatchRun
from zerentian.exchange.rules import clues
from zerentian.exchange.rules.clues import parse_rule
from zerentian.exchange.services import computing, holding, keys, stages
from zerentian.exchange.services.hits import digest_of_hits
from zerentian.exchange.services.matching import inputs_of
from zerentian.exchange.services.parquet import folder_of
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.registry.models import Person
from zerentian.registry.rules.identity import birth_of
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
NUMBERS = [NUMBER, *(identity(date(1970, 1, n), serial=n) for n in range(1, 12))]


@pytest.fixture
def register() -> list[Person]:
    """Twelve persons with a car each, one of them mistyped."""
    with unit(system()):
        made = [
            make_person(make_household(), id_number=number, birth_on=birth_of(number), name=f"欧阳{name}")
            for number, name in zip(NUMBERS, "甲乙丙丁戊己庚辛壬癸子丑", strict=True)
        ]
    numbers = [NUMBER[:17], *NUMBERS[1:]]
    delivered(HEAD + "".join(row(f"赣B{n}", number, name=made[n].name) for n, number in enumerate(numbers)))
    return made


def taken_over(made: MatchRun) -> dict[str, bool]:
    return {one["name"]: one["taken_over"] for one in made.stages}


def whole(made: MatchRun, tmp_path: Path) -> str:
    """The digest of the same inputs worked out from nothing."""
    inputs = inputs_of(made)
    folder = tmp_path / f"whole-{made.pk}"
    computing.compute(inputs, folder)
    return digest_of_hits(inputs.hits(folder), inputs.rules)


def test_a_match_made_again_has_the_same_digest(register: list[Person], capsys: Any) -> None:
    made = matched()
    assert services.repeat_match(match_id=made.pk) == (made.result, made.result)
    call_command("match", repeat=made.pk)
    assert made.result in capsys.readouterr().out
    delivered(HEAD + row("赣B1", NUMBERS[1], price="1"), period="2026-Q4")
    assert services.repeat_match(match_id=made.pk)[1] == made.result, "what is delivered later changes nothing"


def test_nothing_changed_is_taken_over_and_a_new_table_is_not(register: list[Person]) -> None:
    first, second = matched(), matched()
    assert taken_over(first)["exact/vehicles"] is False
    assert taken_over(second)["exact/vehicles"] is taken_over(second)["matching/pairs"] is True
    assert second.result == first.result
    delivered(HEAD + row("赣B1", NUMBERS[1], price="70000"), period="2026-Q4")
    third = matched()
    assert taken_over(third)["exact/vehicles"] is False
    assert third.result != first.result


def test_clues_that_would_be_written_alike_are_not_written_again(register: list[Person]) -> None:
    first, second = matched(), matched()
    assert (second.counts["hits"], second.counts.get("raised", 0)) == (first.counts["hits"], 0)
    with unit(system()):
        assert set(Clue.objects.values_list("last_run_id", flat=True)) == {first.pk}
    # A run that was broken off while it wrote says nothing of what stands there.
    with unit(system()), acting("test.break", by=system(), reason="测试"):
        MatchRun.objects.filter(pk=second.pk).update(finished_at=None)
    third = matched()
    with unit(system()):
        assert set(Clue.objects.values_list("last_run_id", flat=True)) == {third.pk}
        clue = Clue.objects.order_by("id").first()
        assert clue is not None
    with unit(system()), acting("test.settle", by=system(), reason="测试"):
        Clue.objects.filter(pk=clue.pk).update(state="settled", conclusion="explained", settled_on=date(2026, 1, 2))
    assert matched().counts["reopened"] == 1, "evidence that nobody answered brings a clue back, though it is the same"


def test_of_a_table_only_what_rules_read_is_kept(register: list[Person]) -> None:
    made = matched()
    source = queries.source("vehicles")
    kept = set(pq.read_schema(folder_of(made) / "exact" / "vehicles" / "part-000.parquet").names)
    read = {"kind", "usage", "registered_on", "price", "state"}
    assert "area" in source.plain
    assert kept == {*stages.TOLD, *read}
    whole = parse_rule((Path(queries.SOURCES) / "vehicles" / "rules" / "car.sql").read_text("utf-8"), "car.sql")
    star = replace(whole, columns=clues.columns_in(sqlglot.parse_one("select m.* from matched.vehicles m")))
    assert holding.wanted(source, [star]) == set(source.plain), "a star reads everything"


def test_of_a_rule_only_the_clues_that_changed_are_written_again(register: list[Person]) -> None:
    first = matched()
    rows = [row(f"赣B{n}", NUMBERS[n], name=register[n].name) for n in range(1, len(NUMBERS) - 1)]
    delivered(HEAD + "".join(rows).replace("80000", "90000", 1), period="2026-Q4")
    second = matched()
    assert (second.counts.get("raised", 0), second.counts["gone"]) == (0, 2)
    with unit(system()), acting("test.register", by=system(), reason="测试"):
        Person.objects.filter(pk=register[5].pk).update(left_on=date(2026, 1, 1))
    third = matched()
    assert (third.counts.get("raised", 0), third.counts["gone"], third.counts["hits"]) == (0, 1, len(NUMBERS) - 3)
    with unit(system()):
        runs = dict(Clue.objects.filter(gone_on=None).values_list("person_id", "last_run_id"))
        assert set(runs.values()) == {second.pk}, "what the third night found unchanged it did not write"
        seen = dict(Clue.objects.exclude(gone_on=None).values_list("person_id", "last_run_id"))
        assert seen == {register[0].pk: first.pk, register[-1].pk: first.pk, register[5].pk: second.pk}
    with unit(system()), acting("test.register", by=system(), reason="测试"):
        Person.objects.filter(pk=register[5].pk).update(left_on=None)
    fourth = matched()
    with unit(system()):
        again = Clue.objects.get(person_id=register[5].pk)
        assert (again.last_run_id, again.gone_on) == (fourth.pk, None), "who comes back is named again"
    services.match_here(match_id=fourth.pk, by=system())
    assert services.clues_of(fourth).height == len(NUMBERS) - 2  # type: ignore[union-attr]


def test_the_night_takes_the_register_that_stands_ready(
    register: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    genuine = keys._fresh
    monkeypatch.setattr(keys, "_fresh", lambda persons: asked.append(len(persons)) or genuine(persons))
    services.keep_register()
    first = matched()
    assert len(asked) == 1, "everybody once, in the day"
    with unit(system()), acting("test.register", by=system(), reason="测试"):
        Person.objects.filter(pk=register[4].pk).update(name="欧阳改")
    services.keep_register()
    assert matched().result != "" != first.result
    assert asked[1:] == [1], "whoever changed since, in the day as well"


def test_a_changed_register_comes_to_the_same_as_from_nothing(
    register: list[Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    genuine = stages.again_statement
    monkeypatch.setattr(
        stages, "again_statement", lambda source, names: asked.append(source.id) or genuine(source, names)
    )
    first = matched()
    with unit(system()), acting("test.leave", by=system(), reason="死亡"):
        Person.objects.filter(pk=register[3].pk).update(left_on=date(2026, 1, 1))
    with unit(system()):
        make_person(make_household(), id_number=identity(date(1980, 2, 2), serial=3), name="新来的")
    second = matched()
    assert "vehicles" in asked
    assert second.result == whole(second, tmp_path) != first.result


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", ["register", "exact", "matching/open", "matching/pairs", "matching/linked", "linked", "hits"]
)
def test_a_match_killed_in_any_stage_goes_on_and_doubles_nothing(register: list[Person], place: str) -> None:
    """A child process works on the run's folder and is killed after it has written half of the stage's file."""
    with unit(system()):
        made = services.begin_match(by=system(), here=True)
    whole_run = matched()
    killed_in(made, whole_run, place)
    services.match_here(match_id=made.pk, by=system())
    with unit(system()):
        made.refresh_from_db()
        assert made.result == whole_run.result
        assert Clue.objects.count() == len(NUMBERS) == whole_run.counts["raised"]
    assert not [path for path in folder_of(made).rglob(".*") if path.is_dir()]


def killed_in(made: MatchRun, like: MatchRun, place: str) -> None:
    """Carry the stages out up to one of the place, and be killed while it writes; in a child that has no database."""
    made.snapshot = like.snapshot
    with unit(system()), acting("test.pin", by=system(), reason="测试"):
        MatchRun.objects.filter(pk=made.pk).update(snapshot=like.snapshot)
    inputs = inputs_of(made)
    folder = folder_of(made)
    if place == "register":
        half = folder / ".register"
        half.mkdir(parents=True)
        (half / "people.parquet").write_bytes(b"PAR1 and no more")
        return
    stages.take_over(folder_of(like) / "register", folder / "register")
    child = os.fork()
    if child == 0:
        signal.alarm(90)
        genuine = stages.carry_out

        def carry_out(stage: Any, log: Any, before: Any) -> Any:
            if stage.name.startswith(place):
                half = (log.folder / stage.name).with_name(f".{(log.folder / stage.name).name}")
                half.mkdir(parents=True)
                (half / "part-000.parquet").write_bytes(b"PAR1 and no more")
                os.kill(os.getpid(), signal.SIGKILL)
            return genuine(stage, log, before)

        computing.carry_out = carry_out
        try:
            computing.compute(inputs, folder)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the child was not killed at the place"
