"""Where the SQL of a match runs: DuckDB in this process, or Spark on the cluster that `ZERENTIAN_ENGINE` names."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
from django.conf import settings

from zerentian.exchange.services import spark
from zerentian.exchange.services.parquet import draft_of, files_below, rows_below
from zerentian.kernel.refusal import Refused

__all__ = ["Duck", "Engine", "chosen", "files_below", "opened", "rows_below"]

WORKERS = 2
MEMORY = "2500MB"  # of DuckDB; what does not fit is spilled to the run's folder


class Engine(Protocol):
    """What a match asks of an engine, two threads at a time. Names are `schema.table`; statements are in DuckDB's dialect."""

    name: str

    def view(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """Let `name` read these Parquet files: some columns, which all of them have, or whatever any of them has."""
        ...

    def hold(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """As `view`, for what many statements read; until `release`."""
        ...

    def release(self, name: str) -> None:
        """Forget what was held."""
        ...

    def write(self, statement: str, target: Path) -> int:
        """Write what a SELECT yields below the folder `target`, which appears when it is whole; how many rows."""
        ...


class Duck:
    """DuckDB in this process. Threads may write side by side: each speaks through a cursor of its own."""

    name = "duckdb"

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        self._duck, self._own = duck, threading.local()
        self._catalog = threading.Lock()  # two that name something at once would be a conflict

    def view(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """See Engine."""
        self._make("view", name, paths, columns)

    def hold(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """See Engine: the columns lie in memory, which DuckDB spills when there is not enough of it."""
        self._make("table", name, paths, columns)

    def release(self, name: str) -> None:
        """See Engine."""
        with self._catalog:
            self._cursor().execute(f"drop table if exists {_quoted(name)}")

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._own, "cursor"):
            self._own.cursor = self._duck.cursor()
        cursor: duckdb.DuckDBPyConnection = self._own.cursor
        return cursor

    def _make(self, kind: str, name: str, paths: Sequence[Path], columns: Sequence[str]) -> None:
        wanted = ", ".join(f'"{c}"' for c in columns) or "*"
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        # Files that differ in their columns are opened one by one before every statement; those of a snapshot don't.
        read = f"read_parquet([{files}], union_by_name = {'false' if columns else 'true'})"
        with self._catalog:
            self._cursor().execute(f"create schema if not exists {name.partition('.')[0]}")
            self._cursor().execute(f"create or replace {kind} {_quoted(name)} as select {wanted} from {read}")

    def write(self, statement: str, target: Path) -> int:
        """See Engine."""
        with draft_of(target) as draft:
            path = draft / "part-000.parquet"
            self._cursor().execute(f"copy ({statement}) to '{path}' (format parquet, compression lz4)")
        return rows_below(target)


def _quoted(name: str) -> str:
    schema, _, table = name.partition(".")
    return f'{schema}."{table}"'


def chosen() -> str:
    """The engine of this installation: `duckdb`, or the address of a Spark master; Refused when it is neither."""
    wanted: str = settings.ZERENTIAN_ENGINE
    if wanted == Duck.name or wanted.startswith(spark.SCHEMES):
        return wanted
    raise Refused(f"ZERENTIAN_ENGINE 应为 duckdb 或 spark://主机:端口，现在是“{wanted}”")


@contextmanager
def opened(folder: Path, engine: str = Duck.name) -> Iterator[Engine]:
    """The engine, spilling what does not fit in memory to the run's `folder`."""
    if engine != Duck.name:
        with spark.opened(engine) as found:
            yield found
        return
    configured: dict[str, str | bool | int | float | list[str]] = {
        "threads": WORKERS, "memory_limit": MEMORY, "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
    }  # fmt: skip
    with duckdb.connect(config=configured) as duck:
        duck.execute("set parquet_metadata_cache = true")
        duck.execute("set enable_progress_bar = false")
        yield Duck(duck)
