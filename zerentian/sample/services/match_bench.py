"""The benchmark of matching: everybody in the register against all sources, beside the bare joins of the same files."""

import importlib
import shutil
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange import services as exchange
from zerentian.exchange.models import MatchRun
from zerentian.exchange.services.engines import MEMORY, WORKERS, files_below
from zerentian.exchange.services.keys import PEOPLE
from zerentian.exchange.services.parquet import folder_of
from zerentian.exchange.services.stages import Done
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Measured, Peak, Report
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.sample.rules.answers import by_error
from zerentian.sample.services.answers import answers_of, read_key
from zerentian.sample.services.deliveries import Order, recipe, with_recipe
from zerentian.sample.services.engine_bench import compare_engines
from zerentian.sample.services.match_day import DELIVERED, a_day_passes
from zerentian.sample.services.match_tables import make_tables

SEED = 2016
WHOLE = "a night, all clues new"  # register and rows stand ready, as every hour of the day brings them up to date
REGISTER = "the register, nothing kept"
FOUND = "whom rows are about, nothing kept"
FIRST = "the very first night"  # all three of them
ORDINARY = "an ordinary night"
SAME = "a night, nothing changed"
BARE, FRAMES = "bare DuckDB joins", "pandas merges"
LOADING, SERVER = "loading the keys into PostgreSQL", "joins in PostgreSQL"
MOST_MEMORY = 4_000  # MB of the whole night

Tables = dict[str, list[Path]]


@effect("bench.match")
def bench_match(*, scale: str, report: Report, engine: str = "") -> None:
    """Nights from stored deliveries to clues, as ratios to three ways of joining alone.

    The first one finds every clue new; what every hour of a day keeps ready stands ready: the register as a match reads it,
    and whom the rows of every table are about. What it costs to make them ready from nothing is measured apart, and with
    the night it is the very first one. Then one after a day in which nothing changed, and one after an ordinary day.

    With an engine: the computation of the night there and in DuckDB, of a part of the tables and of all.
    """
    folder = place("bench", f"match-{scale}")
    _deliveries(folder, scale)
    with unit(system(), writes=False):
        versions = {v.source: v for v in queries.current_versions()}
    tables = {
        id: files_below(queries.table_folder(v)) for id, v in versions.items() if queries.source(id).file.person.columns
    }
    rows = sum(pq.read_metadata(path).num_rows for paths in tables.values() for path in paths)
    assumed = [id for id in with_recipe() if not recipe(id).rows_from.confirmed]
    report.note(
        f"the sizes of {len(assumed)} of {len(with_recipe())} tables are assumptions (rows_from in sample.yaml)"
    )
    with report.measure("snapshot of the facts"):
        name = snapshots.take(timezone.localdate()).name
    if engine:
        compare_engines(report, name, "local[2]" if engine == "spark" else engine)
        return
    _kept_ready(report, rows)
    made = _night(report, WHOLE, name, rows)
    first = [m.seconds for m in report.measured if m.name in (REGISTER, FOUND, WHOLE)]
    report.measured.append(Measured(FIRST, sum(first), sum(first), rows))
    _night(report, SAME, name, rows)
    people = folder_of(made) / "register" / PEOPLE
    _baselines(report, tables, people, folder, rows)
    _told(report, made, folder)
    _ordinary(report)


def _deliveries(folder: Path, scale: str) -> None:
    """Every source's table at that scale, made once in this installation."""
    with unit(system(), writes=False):
        if queries.current_versions():
            return
    files = settings.ZERENTIAN_HOME / scale / "files"
    if not (files / "persons.parquet").exists():
        raise Refused("这里的户不是样例；请在另一目录里对比，例如 ZERENTIAN_HOME=/tmp/bench zerentian bench match")
    make_tables(files, folder, Order(scale, SEED, timezone.localdate()))


def _kept_ready(report: Report, rows: int) -> None:
    """What a match finds ready, from nothing: once in an installation, in the first hour of a day."""
    for name in ("register", "found"):
        shutil.rmtree(place("exchange", name))
    with report.measure(REGISTER) as found:
        exchange.keep_register()
        found.rows = pq.read_metadata(place("exchange", "register") / PEOPLE).num_rows
    with report.measure(FOUND, rows=rows):
        exchange.keep_found()


def _ordinary(report: Report) -> None:
    """The night after a day in which some persons changed, some left and some departments delivered."""
    persons, delivered = a_day_passes()
    with unit(system(), writes=False):
        rows = sum(v.row_count for v in queries.current_versions() if queries.source(v.source).file.person.columns)
    with report.measure("the register, as of the last hour", rows=persons):
        exchange.keep_register()
    with report.measure("whom rows are about, as of the last hour", rows=rows):
        exchange.keep_found()
    with report.measure("snapshot of the day"):
        name = snapshots.take(timezone.localdate()).name
    _night(report, ORDINARY, name, rows)
    report.compare(ORDINARY, BARE)
    report.note(
        f"{ORDINARY}: {persons:,} persons changed, {delivered:,} rows of {len(DELIVERED)} sources delivered anew"
    )


def _night(report: Report, name: str, snapshot: str, rows: int) -> MatchRun:
    """One night; below it every kind of stage with its seconds and the highest memory while it went on."""
    with unit(system()):
        made = exchange.begin_match(by=system(), here=True, snapshot=snapshot)
    kinds: dict[str, list[tuple[float, int, float]]] = {}
    began = stages_end = time.perf_counter()
    with report.measure(name, rows=rows) as found, Peak() as peak:

        def tell(done: Done) -> None:
            nonlocal stages_end
            stages_end = time.perf_counter()
            kinds.setdefault(_kind_of(done.name), []).append((done.seconds, done.rows, peak.take()))

        run = exchange.match_here(match_id=made.pk, by=system(), tell=tell)
        last = peak.take()
    if run.status != run.Status.DONE:
        raise Refused(f"比对没有完成：{run.error}")
    with unit(system(), writes=False):
        made.refresh_from_db()
    for kind, parts in kinds.items():
        seconds, count, most = sum(p[0] for p in parts), sum(p[1] for p in parts), max(p[2] for p in parts)
        report.note(f"{name}: {kind} {seconds:.2f} s, {count:,} rows, {most:,.0f} MB")
    report.note(f"{name}: all stages {stages_end - began:.2f} s by the clock, for they go on two at a time")
    report.note(f"{name}: digests and clues {found.seconds - (stages_end - began):.2f} s, {last:,.0f} MB")
    return made


def _kind_of(stage: str) -> str:
    kind = stage.partition("/")[0]
    return {"exact": "by numbers", "matching": "linkage", "linked": "linked rows", "hits": "rules"}.get(kind, kind)


def _baselines(report: Report, tables: Tables, people: Path, folder: Path, rows: int) -> None:
    """The joins alone on the same keys, every result written; none of them links, runs a rule or writes a clue."""
    ways: dict[str, Callable[[Path], None]] = {
        BARE: lambda out: _bare(tables, people, out), SERVER: lambda out: _server(report, tables, people, out),
    }  # fmt: skip
    if find_spec("pandas"):
        ways[FRAMES] = lambda out: _frames(tables, people, out)
    else:
        report.note("pandas is not installed (pip install 'zerentian[bench]'): its merges were not measured")
    for name, way in ways.items():
        out = folder / "bare"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        if name == SERVER:
            way(out)
            continue
        with report.measure(name, rows=rows):
            way(out)
    for name in (WHOLE, FIRST):
        report.compare(name, BARE, goal=2.5)
    report.compare(SAME, BARE)
    _compare_others(report)


def _compare_others(report: Report) -> None:
    """How often the night fits into the other ways. PostgreSQL has to be given the files' rows before it can join them."""
    took = {m.name: m.seconds for m in report.measured}
    for name, seconds in (
        (FRAMES, took.get(FRAMES)), (f"{LOADING} and {SERVER}", took[LOADING] + took[SERVER]), (SERVER, took[SERVER]),
    ):  # fmt: skip
        if seconds is not None:
            ratio = seconds / took[WHOLE]
            report.note(
                f"{name}: {ratio:.1f} times the whole night, goal 5 or more: {'met' if ratio >= 5 else 'MISSED'}"
            )


def _listed(paths: list[Path]) -> str:
    return "[" + ", ".join(f"'{path}'" for path in paths) + "]"


def _bare(tables: Tables, people: Path, out: Path) -> None:
    with duckdb.connect(config={"threads": WORKERS, "memory_limit": MEMORY}) as duck:
        duck.execute("set enable_progress_bar = false")
        for id, paths in tables.items():
            duck.execute(
                f"copy (select d.row, k.person, k.household, k.division from read_parquet({_listed(paths)}) d"  # noqa: S608
                f" join read_parquet('{people}') k on d.t = k.t and d.u = k.u) to '{out / id}.parquet' (format parquet)"
            )


def _frames(tables: Tables, people: Path, out: Path) -> None:
    pandas = importlib.import_module("pandas")
    known = pandas.read_parquet(people, columns=["person", "household", "division", "t", "u"]).dropna(subset=["t"])
    for id, paths in tables.items():
        rows = pandas.concat([pandas.read_parquet(path, columns=["row", "t", "u"]) for path in paths]).dropna(
            subset=["t"]
        )
        merged = rows.merge(known, on=["t", "u"])[["row", "person", "household", "division"]]
        merged.to_parquet(out / f"{id}.parquet")


def _server(report: Report, tables: Tables, people: Path, out: Path) -> None:
    """Loading the keys is measured apart from the joins."""
    with unit(system()), connection.cursor() as cursor:
        with report.measure(LOADING):
            cursor.execute(
                "create temp table bare_people (person bigint, household bigint, division bigint, t bigint, u bigint)"
            )
            _copy(cursor, "bare_people", [people], ["person", "household", "division", "t", "u"])
            cursor.execute("create temp table bare_rows (source text, row_no bigint, t bigint, u bigint)")
            for id, paths in tables.items():
                _copy(cursor, "bare_rows", paths, ["row", "t", "u"], source=id)
            cursor.execute("analyze bare_people")
            cursor.execute("analyze bare_rows")
        with report.measure(SERVER, rows=sum(pq.read_metadata(p).num_rows for paths in tables.values() for p in paths)):
            cursor.execute(
                "create temp table bare_found as select d.source, d.row_no, k.person, k.household, k.division"
                " from bare_rows d join bare_people k on d.t = k.t and d.u = k.u"
            )
        for table in ("bare_people", "bare_rows", "bare_found"):
            cursor.execute(f"drop table {table}")


def _copy(cursor: object, table: str, paths: list[Path], columns: list[str], source: str = "") -> None:
    with cursor.copy(f"copy {table} from stdin (format csv)") as copy:  # type: ignore[attr-defined]
        for path in paths:
            for batch in pq.ParquetFile(path).iter_batches(100_000, columns=columns):
                rows = batch.select(columns)
                if source:
                    named = [pa.array([source] * len(rows)), *rows.columns]
                    rows = pa.record_batch(named, names=["source", *columns])
                sink = pa.BufferOutputStream()
                pc.write_csv(rows, sink, pc.WriteOptions(include_header=False, quoting_style="none"))
                copy.write(sink.getvalue().to_pybytes())


def _told(report: Report, made: MatchRun, folder: Path) -> None:
    """The memory of the night, and what the answer key says of the result."""
    most = max(m.megabytes for m in report.measured if m.name in (WHOLE, REGISTER, FOUND))
    verdict = "met" if most <= MOST_MEMORY else "MISSED"
    report.note(f"memory of the night and of what it finds ready: {most:,.0f} MB, goal {MOST_MEMORY:,}: {verdict}")
    report.note("、".join(f"{name} {number:,}" for name, number in made.counts.items()))
    if (folder / "key").exists():
        key = read_key(folder)
        _last, found = answers_of(key)  # of the night after, which named the same clues
        report.note(
            f"answer key: recall {found.recall_of_enough:.4f} of those whose rows leave enough to tell them from others"
            f" ({found.recall:.4f} of all), precision {found.precision:.4f}"
        )
        for error, planted, missed, enough, gone in by_error(key, found).iter_rows():
            report.note(
                f"  {error or 'no mistake'}: {planted} planted, {missed} missed; {enough} leave enough, {gone} of them missed"
            )
