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
from zerentian.kernel.jobs import every

_LOCK = (0x5A45, 1)  # one at a time brings the copy up to date


@every("5 * * * *", queue="long")
def keep_register() -> None:
    """Every hour, once departments deliver anything."""
    with unit(system(), writes=False):
        if queries.current_versions():
            with _alone():
                _bring_up_to_date(None)


def write_register(target: Path, before: Path | None) -> None:
    """The register as it is now, in the folder `target`; where nothing stands ready, from what a run `before` had."""
    with unit(system(), writes=False), _alone():
        take_over(_bring_up_to_date(before), target)


def _bring_up_to_date(before: Path | None) -> Path:
    standing = place("exchange") / "register"
    known = standing if (standing / keys.PEOPLE).exists() else before
    with draft_of(standing) as draft:
        keys.write_people(draft, known)
    return standing


@contextmanager
def _alone() -> Iterator[None]:
    """Until the end of the open transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", _LOCK)
    yield
