"""Many at once: of fifty decisions on one case one is made; two hundred cases by eight workers are each decided once."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from tests.databases import own
from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import Actor
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.procedures import services
from zerentian.procedures.models import Case
from zerentian.procedures.tests import factories as f
from zerentian.procedures.tests.factories import World

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own, in which every thread really commits."""
    with django_db_blocker.unblock(), own("races"):
        yield


@pytest.fixture(autouse=True)
def world() -> Iterator[World]:
    with f.plugged() as made:
        yield made


def at_once(workers: int, work: Callable[[int], None]) -> None:
    """Run the work in so many threads, each with a connection of its own, all let go at the same moment."""
    connections.close_all()  # or this thread keeps one of the pool from the workers
    gate, errors = threading.Barrier(workers), []

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            work(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors, errors[0]


def decide(case: Case, by: Actor, turn: int | None = None) -> bool:
    """Whether this decision was the one that counts."""
    try:
        services.advance(case_id=case.pk, outcome="dropped", reason="不符合条件", turn=turn, by=by)
    except Refused:
        return False
    return True


def test_fifty_decide_one_case_and_one_of_them_does(world: World) -> None:
    case, by = f.opened("household.exit"), actor_of_cast("village")
    won: list[int] = []
    told: list[str] = []

    def work(number: int) -> None:
        try:
            services.advance(case_id=case.pk, outcome="dropped", reason=f"第 {number} 人", turn=1, by=by)
        except Outrun as outrun:
            told.append(str(outrun))
        else:
            won.append(number)

    at_once(50, work)
    assert (len(won), len(told)) == (1, 49)
    assert all("测village" in one for one in told)
    assert [one.what for one in f.records(case)] == ["opened", "decided"]
    assert f.records(case)[-1].reason == f"第 {won[0]} 人"
    assert f.fresh(case).turn == 2


def test_two_hundred_cases_by_eight_workers_are_each_decided_once() -> None:
    by = actor_of_cast("village")
    cases = [f.opened("household.exit") for _number in range(200)]
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for case in (*cases, *cases[::-1]):  # every case lies in the queue twice
        waiting.put(case)
    decided: list[int] = []

    def work(_number: int) -> None:
        while True:
            try:
                case = waiting.get_nowait()
            except queue.Empty:
                return
            if decide(case, by):
                decided.append(case.pk)

    at_once(8, work)
    assert sorted(decided) == sorted(case.pk for case in cases)
    for case in cases[::20]:
        assert [one.turn for one in f.records(case)] == [1, 2]


def test_four_meetings_decide_the_same_list_and_each_case_is_decided_once() -> None:
    by = actor_of_cast("village")
    ids = [f.opened("household.exit").pk for _number in range(40)]
    told: list[services.Decided] = []

    def work(number: int) -> None:
        order = ids if number % 2 else ids[::-1]
        told.extend(services.decide_many(case_ids=order, outcome="dropped", reason="不符合条件", by=by))

    at_once(4, work)
    assert sorted(one.case_id for one in told if one.done) == sorted(ids)
    assert len(told) == 160
