"""Folders of Parquet files that an engine writes: there as a whole, or not at all; and where those of a run lie."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq

from zerentian.exchange.models import MatchRun
from zerentian.kernel.files import place


@contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """A folder to write in, which becomes the target when it is left without an error."""
    draft = target.with_name(f".{target.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    yield draft
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def files_below(folder: Path) -> list[Path]:
    """The Parquet files of a folder that an engine wrote."""
    return sorted(folder.glob("*.parquet"))


def rows_below(folder: Path) -> int:
    """How many rows they hold."""
    return sum(pq.read_metadata(path).num_rows for path in files_below(folder))


def folder_of(made: MatchRun) -> Path:
    """Where the stages of a run lie. The time is part of the name: after a restore from a backup numbers come again."""
    return place("exchange", "matches") / f"{made.pk}-{made.started_at:%Y%m%dT%H%M%S%f}"
