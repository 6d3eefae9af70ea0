"""A match whose worker is killed with SIGKILL, in any part of it, goes on where it was: no clue lost, none doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.databases import addresses, own
from tests.test_kill import finish, kill_at
from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue, ClueEvidence, ClueStep, MatchRun
from zerentian.exchange.services.matching import folder_of
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Run
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.slow
OTHER = identity(date(1975, 3, 4), serial=31)

# The function that has just done its part when the worker is killed. Nothing of a clue is committed there.
BEFORE_CLUES = (
    ("zerentian.kernel.snapshots", "take"),
    ("zerentian.exchange.services.keys", "write_people"),
    ("zerentian.exchange.services.stages", "rows_below"),  # a stage's file is whole, and nothing knows of it
    ("zerentian.exchange.services.matching", "read_hits"),
)
RAISED = ("zerentian.exchange.services.clues", "_raise")  # some rules' clues are written, not committed
WRITTEN = ("zerentian.exchange.services.clues", "raise_all")  # all is committed, the run is not over


@pytest.fixture
def _home(django_db_setup: None, django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.ZERENTIAN_HOME = tmp_path
    with django_db_blocker.unblock():
        yield


@contextmanager
def installation(name: str, settings: Any, folder: Path) -> Iterator[dict[str, str]]:
    """Persons with cars, in a database and a home of their own; its workers' environment."""
    settings.ZERENTIAN_HOME = folder / name
    settings.ZERENTIAN_HOME.mkdir()
    with own(f"kill_match_{name}"):
        with unit(system()):
            home = make_household()
            make_person(home, id_number=NUMBER, name="王小明")
            make_person(make_household(), id_number=OTHER, name="欧阳小明")
        lines = (row("赣B1", NUMBER), row("赣B2", NUMBER, kind="重型货车"), row("赣B3", OTHER, name="欧阳小明"))
        delivered(HEAD + "".join(lines) + row("赣B4", NUMBER[:14], name="李四"))
        connections.close_all()
        environment = {
            **addresses(), "ZERENTIAN_HOME": str(settings.ZERENTIAN_HOME),
            "ZERENTIAN_KEY_FILE": str(settings.ZERENTIAN_KEY_FILE),
        }  # fmt: skip
        finish(environment)  # what the delivery itself has queued
        yield environment


def clues_of(made: MatchRun) -> tuple[Any, ...]:
    """Everything that a match wrote, without ids and times: its counts, its clues, their evidence and steps."""
    with unit(system(), writes=False):
        made.refresh_from_db()
        clues = Clue.objects.order_by("rule", "household_id", "person_id")
        facts = ("rule", "household_id", "person_id", "division", "state", "holder", "due_on", "gone_on", "statement")
        evidence = ClueEvidence.objects.order_by("clue__rule", "clue__household_id", "digest")
        steps = ClueStep.objects.order_by("clue__rule", "clue__household_id", "id")
        return (
            made.result, made.counts, list(clues.values_list(*facts)),
            list(evidence.values_list("clue__rule", "digest", "shown", "row", "how", "score", "answered")),
            list(steps.values_list("clue__rule", "kind", "who")),
        )  # fmt: skip


@pytest.fixture
def undisturbed(_home: None, settings: Any, tmp_path: Path) -> tuple[Any, ...]:
    """What the match comes to when nobody disturbs it."""
    with installation("calm", settings, tmp_path):
        found = clues_of(matched())
    assert found[1]["hits"] == len(found[3]) > 2
    return found


def begun() -> MatchRun:
    by = actor_of_cast("province")
    with unit(by):
        return services.begin_match(by=by)


def finished_as(undisturbed: tuple[Any, ...], made: MatchRun, attempts: int) -> None:
    """The run is over after so many attempts, wrote what the undisturbed one did, and left no draft."""
    assert clues_of(made) == undisturbed
    with unit(system(), writes=False):
        run = Run.objects.get(pk=made.run_id or 0)
    assert (run.status, run.attempts, run.done) == ("done", attempts, run.total), run.error
    assert services.repeat_match(match_id=made.pk)[1] == made.result
    assert not [path for path in folder_of(made).rglob(".*") if path.is_dir()]


def test_a_match_killed_before_its_clues_are_written_comes_to_the_same(
    undisturbed: tuple[Any, ...], settings: Any, tmp_path: Path
) -> None:
    with installation("computing", settings, tmp_path) as environment:
        made = begun()
        for place in BEFORE_CLUES:
            kill_at(place, environment)
            assert not raised()
        finish(environment)
        finished_as(undisturbed, made, len(BEFORE_CLUES) + 1)


def test_a_match_killed_while_its_clues_are_written_loses_and_doubles_none(
    undisturbed: tuple[Any, ...], settings: Any, tmp_path: Path
) -> None:
    named = sorted({clue[0] for clue in undisturbed[2]})
    with installation("writing", settings, tmp_path) as environment:
        made = begun()
        batches = together(sorted(made.rules), named)
        first, second, last = batches.index([named[0]]), batches.index([named[1]]), len(batches) - 1
        # Two are written side by side and committed in their order: with the worker go the last of them, or the last two.
        kill_at(RAISED, environment, passed_over=first)
        assert not raised()
        kill_at(RAISED, environment, passed_over=second - first)
        assert raised() in ({named[0]}, set())
        kill_at(RAISED, environment, passed_over=last - second)
        assert raised() in [set(named[:n]) for n in range(1, len(named) + 1)]
        assert not raised() & set(batches[last])
        kill_at(WRITTEN, environment)
        finish(environment)
        finished_as(undisturbed, made, 5)


def together(rules: list[str], named: list[str]) -> list[list[str]]:
    """The rules as a killed worker writes them: each that found anybody alone, those between in one transaction."""
    found: list[list[str]] = []
    for rule in rules:
        if not found or rule in named or found[-1][-1] in named:
            found.append([])
        found[-1].append(rule)
    return found


def raised() -> set[str]:
    """The rules of which there are clues."""
    with unit(system(), writes=False):
        return set(Clue.objects.values_list("rule", flat=True))
