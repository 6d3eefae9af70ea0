"""What a night finds ready: whom the rows of every table are about, worked out by day, soon after they were delivered.

The standing folder looks like that of a match up to the rules. What a night needs anew, it works out itself.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange.models import TableVersion
from zerentian.exchange.rules.weights import model_of
from zerentian.exchange.services import engines
from zerentian.exchange.services.computing import Inputs, find
from zerentian.exchange.services.parquet import draft_of
from zerentian.exchange.services.stages import take_over
from zerentian.exchange.services.standing import alone, keep_register
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.jobs import every
from zerentian.rulebook.queries import law_area, parameters

_LOCK = 2  # one at a time works it out, and nobody takes it over meanwhile


@every("5 * * * *", queue="long")
def keep_ready() -> None:
    """Every hour, once departments deliver anything."""
    keep_register()
    keep_found()


def keep_found() -> None:
    """Bring it up to date with the tables and the register; only what changed is worked out."""
    standing = place("exchange") / "found"
    with unit(system(), writes=False), alone(_LOCK):
        inputs = _inputs()
        if not inputs.tables:
            shutil.rmtree(standing, ignore_errors=True)
            return
        with draft_of(standing) as draft:
            find(inputs, draft, before=[standing])


@contextmanager
def taken(folder: Path) -> Iterator[list[Path]]:
    """For a while, what stands ready lies in `folder`; a list without it when nothing does."""
    standing = place("exchange") / "found"
    with unit(system(), writes=False), alone(_LOCK):
        if standing.exists():
            take_over(standing, folder)
    try:
        yield [folder] if folder.exists() else []
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _inputs() -> Inputs:
    """What a match of today would be computed from, but for the snapshot and the values of rules."""
    today = timezone.localdate()
    tables: dict[str, list[TableVersion]] = {}
    for version in sorted(queries.current_versions(), key=lambda one: (one.source, one.division)):
        tables.setdefault(version.source, []).append(version)
    return Inputs(
        on=today, engine=engines.chosen(), snapshot=Path(), tables=tables, rules=queries.rules_in_force(today), values={},
        model=model_of(parameters("exchange.link", law_area(), today)),
    )  # fmt: skip
