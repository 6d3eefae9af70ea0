"""The register as a match reads it, kept ready in the day: a night pays only for what the last hour changed.

The standing copy holds what a run's own folder holds, tokens and parts of names and numbers, of everybody who is in the
register now, and nothing of anybody who left it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from zerentian.exchange import queries
from zerentian.exchange.services import keys
from zerentian.exchange.services.parquet import draft_of
from zerentian.exchange.services.stages import take_over
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place

_LOCKS = 0x5A45  # first key of the advisory locks of what stands ready
_REGISTER = 1  # one at a time brings the copy up to date


def keep_register() -> None:
    """Bring the copy up to date, once departments deliver anything; every row of the register is looked at."""
    with unit(system(), writes=False):
        if queries.current_versions():
            with alone(_REGISTER):
                _bring_up_to_date(None, whole=True)


def write_register(target: Path, before: Path | None) -> None:
    """The register as it is now, in the folder `target`; where nothing stands ready, from what a run `before` had.

    Whom the history does not name since the copy was made is not looked at again.
    """
    with unit(system(), writes=False), alone(_REGISTER):
        take_over(_bring_up_to_date(before, whole=False), target)


def _bring_up_to_date(before: Path | None, *, whole: bool) -> Path:
    standing = place("exchange") / "register"
    known = standing if (standing / keys.PEOPLE).exists() else before
    with draft_of(standing) as draft:
        keys.write_people(draft, known, whole=whole)
    return standing


@contextmanager
def alone(place: int) -> Iterator[None]:
    """Until the end of the open transaction, nobody else is at that place of what stands ready."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCKS, place])
    yield
