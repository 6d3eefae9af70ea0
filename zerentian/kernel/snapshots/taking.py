"""Taking a snapshot: the facts of one moment as Parquet, one file per county and view, in bounded memory."""

import io
import json
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import joined, unit
from zerentian.kernel.files import place
from zerentian.kernel.models import Snapshot
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level
from zerentian.kernel.snapshots.keeping import FORMAT, WORKERS, Columns, Manifest, Part, load, schema_of, sha256_of

BLOCK = 8 << 20  # bytes of CSV turned into one row group
_COUNTY = Level.COUNTY.span
Task = tuple[str, int, int]  # a view, and from and to which division; all of it when both are nothing
_EVERYTHING = "select set_config('zerentian.lo', '0', true), set_config('zerentian.hi', '1000000000000', true)"
# PostgreSQL's type → how a column is kept. A view with another type can't be kept, and says so.
_TYPES: dict[str, pa.DataType] = {
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "smallint": pa.int16(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "text": pa.string(),
    "uuid": pa.string(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}
_COLUMNS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'facts' and c.relkind = 'v' and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum
"""


def fact_columns() -> dict[str, Columns]:
    """Every view in `facts` with its columns (name, PostgreSQL type)."""
    found: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for view, column, kind in cursor.fetchall():
            found.setdefault(view, []).append((column, kind))
    return {view: tuple(columns) for view, columns in found.items()}


def take(as_of: date, root: Path | None = None, *, progress: Callable[[int, int], None] | None = None) -> Manifest:
    """Write every facts view as of one moment; the finished snapshot. Refused when a view can't be kept.

    `root` is the folder of all snapshots; `progress(done, total)` is called after each file from the calling thread.
    Memory stays within a few blocks a worker. Inside an open transaction (tests) that transaction's own rows are read.
    """
    home = root or place("snapshots")
    draft = home / f".draft-{uuid4().hex[:12]}"
    draft.mkdir(parents=True)
    try:
        with _one_moment() as moment:
            columns = fact_columns()
            schemas = {view: _arrow(view, found) for view, found in columns.items()}
            parts = _write_all(draft, _wanted(columns), schemas, moment, progress)
            parts += [_empty(draft, view, schemas[view]) for view in columns if not any(p.view == view for p in parts)]
            last_act, taken_at = _facts_of_moment()
        manifest = Manifest("", as_of, taken_at, last_act, schema_of(columns), columns, tuple(parts), draft, {}, "")
        if root is not None and root != place("snapshots"):
            return _finish(manifest, home, frozenset())
        return _recorded(_finish(manifest, home, _names_of(as_of)))
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


@contextmanager
def _one_moment() -> Iterator[str]:
    """A read-only transaction that sees everything as of one moment; its name for the workers, or empty in a test."""
    if connection.in_atomic_block:
        with unit(system()):
            yield ""
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute(_EVERYTHING)
        cursor.execute("select pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _facts_of_moment() -> tuple[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0), now() from kernel_act")
        last_act, taken_at = cursor.fetchone()
    return last_act, taken_at


# Views of many rows that are read along an index, county by county and by several workers at once. Of the others a county
# costs as much as all of them, so each is read once, in the order of places.
_HEAVY = ("person", "household", "household_income")
# The counties that have rows, by jumping from one to the next along the index instead of reading every row.
_COUNTIES = """
with recursive found (code) as (
  select (select division from facts.{view} order by division limit 1)
  union all
  select (select division from facts.{view} where division >= (f.code / {county} + 1) * {county} order by division limit 1)
  from found f where f.code is not null
)
select code / {county} from found where code is not null
"""


def _wanted(columns: dict[str, Columns]) -> list[Task]:
    """What is read at once, the largest views first."""
    found: list[Task] = []
    for view in _HEAVY:
        if view in columns:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(_COUNTIES).format(view=sql.Identifier(view), county=sql.Literal(_COUNTY)))
                counties = [row[0] for row in cursor.fetchall()]
            found += [(view, county * _COUNTY, (county + 1) * _COUNTY) for county in counties]
    return [*found, *((view, 0, 0) for view in sorted(columns) if view not in _HEAVY)]


def _write_all(
    draft: Path,
    wanted: list[Task],
    schemas: dict[str, pa.Schema],
    moment: str,
    progress: Callable[[int, int], None] | None,
) -> list[Part]:
    """Write the files, by several connections that share the moment; the first error stops all."""
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    done: queue.SimpleQueue[list[Part] | BaseException | None] = queue.SimpleQueue()
    for task in wanted:
        tasks.put(task)
    if not moment:
        made = (_write(connection, draft, task, schemas[task[0]]) for task in wanted)  # type: ignore[arg-type]
        return [part for parts in made for part in parts]
    stop = threading.Event()

    def work() -> None:
        apart = connections.create_connection("default")
        try:
            with apart.cursor() as cursor:
                apart.set_autocommit(False)
                cursor.execute("set transaction isolation level repeatable read, read only")
                cursor.execute(sql.SQL("set transaction snapshot {}").format(moment))
                cursor.execute(_EVERYTHING)
            while not stop.is_set() and not tasks.empty():
                try:
                    task = tasks.get_nowait()
                except queue.Empty:
                    break
                done.put(_write(apart, draft, task, schemas[task[0]]))
        except BaseException as error:
            done.put(error)
        finally:
            apart.rollback()
            apart.close()
            done.put(None)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    try:
        return _collect(done, len(wanted), progress)
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _collect(
    done: "queue.SimpleQueue[list[Part] | BaseException | None]",
    total: int,
    progress: Callable[[int, int], None] | None,
) -> list[Part]:
    parts: list[Part] = []
    running, seen = WORKERS, 0
    while running:
        answer = done.get()
        if answer is None:
            running -= 1
        elif isinstance(answer, BaseException):
            raise answer
        else:
            seen += 1
            parts += answer
            if progress:
                progress(seen, total)
    return sorted(parts, key=lambda part: part.path)


def _write(apart: BaseDatabaseWrapper, draft: Path, task: Task, schema: pa.Schema) -> list[Part]:
    """The files of a task by one COPY, block by block: one a county that has rows, one of a view without places."""
    view, lo, hi = task
    (draft / view).mkdir(exist_ok=True)
    rest: sql.Composable = sql.SQL("")
    if hi:
        rest = sql.SQL(" where division >= {} and division < {}").format(lo, hi)
    elif "division" in schema.names:
        rest = sql.SQL(" where division is not null order by division")
    select = sql.SQL("copy (select {} from facts.{}{}) to stdout (format csv)").format(
        sql.SQL(", ").join(map(sql.Identifier, schema.names)), sql.Identifier(view), rest
    )
    tables = (piece for block in _blocks(apart, select) for piece in _by_county(_parsed(block, schema)))
    parts = []
    for county, pieces in groupby(tables, itemgetter(0)):
        path, rows = f"{view}/{county or 'all'}.parquet", 0
        with pq.ParquetWriter(draft / path, schema, compression="zstd", compression_level=1) as writer:
            for _county, table in pieces:
                writer.write_table(table)
                rows += table.num_rows
        parts.append(_part(draft, view, county, path, rows))
    return parts


def _by_county(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows that come in the order of places, one county after another; all of them where they have no place."""
    if "division" not in rows.column_names:
        yield "", rows
        return
    counties = rows["division"].to_numpy() // _COUNTY
    starts = [0, *(np.flatnonzero(np.diff(counties)) + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], len(counties)], strict=True):
        yield f"{counties[start]:06d}", rows.slice(start, end - start)


def _empty(draft: Path, view: str, schema: pa.Schema) -> Part:
    """A view without rows keeps its columns."""
    (draft / view).mkdir(exist_ok=True)
    path = f"{view}/none.parquet"
    pq.write_table(schema.empty_table(), draft / path)
    return _part(draft, view, "", path, 0)


def _part(draft: Path, view: str, county: str, path: str, rows: int) -> Part:
    return Part(view, county, path, rows, (draft / path).stat().st_size, sha256_of(draft / path))


def _blocks(apart: BaseDatabaseWrapper, select: sql.Composed) -> Iterator[bytes]:
    """CSV of whole rows, in blocks of about BLOCK bytes."""
    apart.ensure_connection()
    held = io.BytesIO()
    with apart.connection.cursor() as cursor, cursor.copy(select) as copy:
        for row in copy:
            held.write(row)
            if held.tell() >= BLOCK:
                yield held.getvalue()
                held = io.BytesIO()
    if held.tell():
        yield held.getvalue()


def _parsed(block: bytes, schema: pa.Schema) -> pa.Table:
    return pc.read_csv(
        pa.py_buffer(block),
        read_options=pc.ReadOptions(column_names=schema.names, use_threads=False, block_size=BLOCK * 2),
        parse_options=pc.ParseOptions(newlines_in_values=True),
        convert_options=pc.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def _arrow(view: str, columns: Columns) -> pa.Schema:
    return pa.schema([(name, _arrow_type(view, name, kind)) for name, kind in columns])


def _arrow_type(view: str, name: str, kind: str) -> pa.DataType:
    if kind.startswith("numeric("):
        digits, places = kind.removeprefix("numeric(").rstrip(")").split(",")
        return pa.decimal128(int(digits), int(places))
    if kind == "numeric":
        return pa.decimal128(38, 6)
    if kind.startswith("character varying"):
        return pa.string()
    try:
        return _TYPES[kind]
    except KeyError:
        raise Refused(f"facts.{view} 的列 {name} 是 {kind} 类型，快照不能保存；请在视图里转成文本或数字") from None


def _names_of(as_of: date) -> frozenset[str]:
    """Names of that day that were given once, also to snapshots that are destroyed."""
    with unit(system(), writes=False):
        return frozenset(Snapshot.objects.filter(as_of=as_of).values_list("name", flat=True))


def _recorded(manifest: Manifest) -> Manifest:
    """Keep in the database, and so under the chain of history, that it was taken and what its manifest says."""
    with joined(system()), acting("snapshot.take", by=system(), subject=manifest.name):
        Snapshot.objects.create(
            name=manifest.name, as_of=manifest.as_of, taken_at=manifest.taken_at, last_act=manifest.last_act,
            schema=manifest.schema, digest=manifest.digest, row_count=manifest.total, files=len(manifest.parts),
            size=manifest.size,
        )  # fmt: skip
    return manifest


def _finish(manifest: Manifest, home: Path, given: frozenset[str]) -> Manifest:
    """Write the manifest and give the folder its name, `<as-of>-<n>`, by one rename."""
    kept_facts = {
        "format": FORMAT,
        "as_of": manifest.as_of.isoformat(),
        "taken_at": manifest.taken_at.isoformat(),
        "last_act": manifest.last_act,
        "schema": manifest.schema,
        "columns": manifest.columns,
        "rows": {view: manifest.rows(view) for view in manifest.columns},
        "parts": [asdict(part) for part in manifest.parts],
    }
    (manifest.folder / "manifest.json").write_text(json.dumps(kept_facts, ensure_ascii=False, indent=1), "utf-8")
    number = 1
    while True:
        target = home / f"{manifest.as_of.isoformat()}-{number}"
        try:
            if target.name not in given and not target.exists():
                manifest.folder.rename(target)
                return load(target)
        except OSError:  # another process took the name between the look and the rename
            if not target.exists():
                raise
        number += 1
