"""Where the SQL of a match runs: DuckDB in this process. Statements are written so that another engine can read them."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow.parquet as pq

WORKERS = 2
MEMORY = "2500MB"  # of DuckDB; what does not fit is spilled to the run's folder


class Engine(Protocol):
    """What a match asks of an engine. Names are `schema.table`; statements are written in DuckDB's dialect."""

    name: str

    def view(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """Let `name` read these Parquet files."""
        ...

    def write(self, statement: str, target: Path) -> int:
        """Write what a SELECT yields below the folder `target`, which appears when it is whole; how many rows."""
        ...


class Duck:
    """DuckDB in this process."""

    name = "duckdb"

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self.duck = duck

    def view(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """See Engine."""
        schema, _, table = name.partition(".")
        wanted = ", ".join(f'"{c}"' for c in columns) or "*"
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self.duck.execute(f"create schema if not exists {schema}")
        self.duck.execute(f'create or replace view {schema}."{table}" as select {wanted} from read_parquet([{files}])')

    def write(self, statement: str, target: Path) -> int:
        """See Engine."""
        with _draft(target) as draft:
            path = draft / "part-000.parquet"
            self.duck.execute(f"copy ({statement}) to '{path}' (format parquet, compression zstd)")
        return rows_below(target)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
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


@contextmanager
def opened(folder: Path) -> Iterator[Engine]:
    """DuckDB, spilling what does not fit in memory to the run's `folder`."""
    spill = str(folder / "spill")
    with duckdb.connect(config={"threads": WORKERS, "memory_limit": MEMORY, "temp_directory": spill}) as duck:
        yield Duck(duck)
