"""Who read whom: noted while a page is made, written in a transaction of its own before the answer leaves."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import unit

_noted: ContextVar[list[dict[str, Any]] | None] = ContextVar("noted_readings", default=None)
# With every page about people; made by the ORM it would cost that page more than it costs the database.
_WRITE = """
insert into kernel_reading (user_id, post_id, who, division, household_id, person_id, page, rows, in_full, reason)
values (%(user_id)s, %(post_id)s, %(who)s, %(division)s, %(household_id)s, %(person_id)s, %(page)s, %(rows)s, %(in_full)s,
        %(reason)s)
"""


def begin() -> None:
    """Start a fresh list for one request or job step."""
    _noted.set([])


@contextmanager
def separate(actor: Actor) -> Iterator[None]:
    """A list of its own for a job, written when the job has done its work; what a request noted is left alone."""
    mark = _noted.set([])
    try:
        yield
        write_readings(actor)
    finally:
        _noted.reset(mark)


def note_reading(
    *,
    page: str,
    household_id: int | None = None,
    person_id: int | None = None,
    division: int | None = None,
    rows: int = 1,
    in_full: str = "",
    reason: str = "",
) -> None:
    """Note that personal data was shown; `in_full` names the fields shown unmasked, then with a reason."""
    noted = _noted.get()
    if noted is None:
        noted = []
        _noted.set(noted)
    noted.append(
        {
            "page": page,
            "household_id": household_id,
            "person_id": person_id,
            "division": division,
            "rows": rows,
            "in_full": in_full,
            "reason": reason,
        }
    )


def write_readings(actor: Actor) -> int:
    """Write what was noted, apart from the request's own transaction; how many. An error here must stop the answer."""
    noted = _noted.get() or []
    _noted.set([])
    if noted:
        who = f"{actor.name} {actor.post_title}".strip()
        rows = [
            {
                **one,
                "user_id": actor.user_id,
                "post_id": actor.post_id,
                "who": who,
                "division": _within(actor, one["division"]),
            }
            for one in noted
        ]
        with unit(actor), connection.cursor() as cursor:
            for row in rows:
                cursor.execute(_WRITE, row)
    return len(noted)


def _within(actor: Actor, division: int | None) -> int | None:
    """Where the reading belongs: a list of a wider area showed only what lies in the actor's own."""
    is_wider = division is not None and division not in actor.scope and actor.scope.touches(division)
    return actor.division if is_wider else division
