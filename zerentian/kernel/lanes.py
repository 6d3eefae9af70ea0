"""Steps of a job on several connections of the database: worked side by side, ended in their order."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from django.db import connection

from zerentian.kernel.work import Work

LANES = 2
Turn = Callable[[], None]
Step = Callable[[Turn], None]


def side_by_side(run: Work, steps: Sequence[Step], *, lanes: int = LANES) -> None:
    """Do the steps of a job, several at a time, each in a unit that it opens itself.

    A step is given its turn: it calls that when its work is done, then `run.count` and `run.advance(…, cursor=…)`, and its
    unit ends. The call returns when every step before it is committed, so a cursor never passes over work that a crash
    would lose, and counts are those of the committed steps. Steps may not wait for rows that another one writes.
    The first error in their order is raised; steps after it are rolled back or not begun. Where a transaction is open
    already, there is one connection only, and the steps follow one another.
    """
    if connection.in_atomic_block or len(steps) < 2:
        for step in steps:
            step(_at_once)
        return
    order = _Order(len(steps))
    waiting = iter(enumerate(steps))
    with run.across_threads(), ThreadPoolExecutor(min(lanes, len(steps))) as pool:
        begun = [pool.submit(copy_context().run, _lane, waiting, order) for _ in range(lanes)]
        for lane in begun:
            lane.result()
    if order.error is not None:
        raise order.error


def _at_once() -> None:
    """The turn of a step that has nobody to wait for."""


def _lane(waiting: Iterator[tuple[int, Step]], order: "_Order") -> None:
    """Take one step after another, on the connection of this thread."""
    try:
        while (taken := order.next_of(waiting)) is not None:
            place, step = taken
            try:
                step(lambda place=place: order.wait_for(place))  # type: ignore[misc]
                order.done(place)
            except BaseException as error:
                order.fail(place, error)
                return
    finally:
        connection.close()


class _Overtaken(Exception):
    """A step before this one failed."""


class _Order:
    """Which steps are committed, and the first error."""

    def __init__(self, steps: int) -> None:
        self.error: BaseException | None = None
        self._failed = steps  # the place of the step that failed first in the order
        self._committed = 0  # steps from the beginning
        self._changed = threading.Condition()

    def next_of(self, waiting: Iterator[tuple[int, Step]]) -> tuple[int, Step] | None:
        """The next step that nobody has; None when there is none, or one has failed."""
        with self._changed:
            return None if self.error else next(waiting, None)

    def wait_for(self, place: int) -> None:
        """Return when every step before this one is committed; raise when one of them failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._committed == place or self._failed < place)
            if self._failed < place:
                raise _Overtaken

    def done(self, place: int) -> None:
        """This step is committed; one that never asked for its turn waits for it here."""
        self.wait_for(place)
        with self._changed:
            self._committed = place + 1
            self._changed.notify_all()

    def fail(self, place: int, error: BaseException) -> None:
        """This step was rolled back."""
        with self._changed:
            if place < self._failed and not isinstance(error, _Overtaken):
                self._failed, self.error = place, error
            self._changed.notify_all()
