"""Database work done side by side, each piece on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Done = TypeVar("Done")


def alone(work: Callable[[], Done]) -> Done:
    """For a thread: what it does, and then its connection closed."""
    try:
        return work()
    finally:
        connection.close()


def side_by_side(*works: Callable[[], Done], apart: bool = True) -> list[Done]:
    """What each piece of work gives, all done at the same time; one after the other where it isn't worth threads.

    Inside a transaction, too: a thread can't see what it hasn't committed.
    """
    if connection.in_atomic_block or not apart:
        return [work() for work in works]
    with ThreadPoolExecutor(len(works) - 1, thread_name_prefix="beside") as pool:
        others = [pool.submit(alone, work) for work in works[1:]]
        return [works[0](), *(other.result() for other in others)]
