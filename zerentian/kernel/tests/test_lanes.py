"""Steps of a job on several connections: they overlap, end in their order, and a failed one takes those after it along."""

import threading
import time
from collections.abc import Callable

import pytest

from zerentian.kernel import jobs
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import Kind, Work
from zerentian.kernel.lanes import Step, Turn, side_by_side
from zerentian.kernel.models import Act, Run, RunStep
from zerentian.kernel.tests.things import DIVISION, Thing

pytestmark = pytest.mark.usefixtures("committed")


def performed(officer: Actor, monkeypatch: pytest.MonkeyPatch, steps: Callable[[Work], list[Step]]) -> Run:
    """A run whose job is to do these steps."""

    def work(*, run: Work, by: Actor) -> None:
        found = steps(run)
        run.begin(len(found))
        side_by_side(run, found[run.cursor :])

    monkeypatch.setitem(jobs.kinds, "test.lanes", Kind("test.lanes", "quick", work))
    return jobs.perform("test.lanes", title="并行", by=officer)


def making(officer: Actor, run: Work, number: int, before: Callable[[int], None]) -> Step:
    """A step that makes one thing."""

    def step(turn: Turn) -> None:
        with unit(officer), acting("test.lane", by=officer, division=DIVISION):
            before(number)
            Thing.objects.create(division=DIVISION, name=f"第{number}", phone="13812345678")
            turn()
            run.count(made=1)
            run.advance(1, cursor=number + 1)

    return step


def names(officer: Actor) -> set[str]:
    with unit(officer):
        return set(Thing.objects.values_list("name", flat=True))


def test_steps_overlap_and_end_in_their_order(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    second_is_at_work, cursors = threading.Event(), []

    def before(number: int) -> None:
        if number == 0:
            assert second_is_at_work.wait(20), "the second step waits for the first, though nothing lets it"
        if number == 1:
            second_is_at_work.set()

    genuine = Work.advance
    monkeypatch.setattr(
        Work, "advance", lambda run, n=1, **more: (cursors.append(more["cursor"]), genuine(run, n, **more))[1]
    )
    run = performed(officer, monkeypatch, lambda work: [making(officer, work, n, before) for n in range(7)])
    assert (run.status, run.done, run.counts) == ("done", 7, {"made": 7}), run.error
    assert cursors == list(range(1, 8))
    assert names(officer) == {f"第{n}" for n in range(7)}
    with unit(officer):
        assert set(Act.objects.filter(name="test.lane").values_list("run_id", flat=True)) == {run.pk}


def test_of_a_failed_step_and_those_after_it_nothing_stays(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    fourth_is_at_work = threading.Event()

    def before(number: int) -> None:
        if number == 3:
            fourth_is_at_work.set()
        if number == 2:
            assert fourth_is_at_work.wait(20)
            time.sleep(0.1)
            raise ValueError("broken")

    run = performed(officer, monkeypatch, lambda work: [making(officer, work, n, before) for n in range(6)])
    assert run.status == "failed"
    assert names(officer) == {"第0", "第1"}
    kept = RunStep.objects.get(run_id=run.pk)
    assert (kept.cursor, kept.done, kept.counts) == (2, 2, {"made": 2})


def test_a_step_that_fails_early_does_not_hinder_the_one_before_it(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def before(number: int) -> None:
        if number == 1:
            failed.set()
            raise ValueError("broken")
        assert failed.wait(20)
        time.sleep(0.1)

    run = performed(officer, monkeypatch, lambda work: [making(officer, work, n, before) for n in range(2)])
    assert run.status == "failed"
    assert names(officer) == {"第0"}
    assert RunStep.objects.get(run_id=run.pk).cursor == 1
