"""The benchmark of procedures: a year of cases by the acts, beside the bare INSERTs and UPDATEs of the same rows."""

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, models
from psycopg import sql

from zerentian.assessment.services.benches import largest_county
from zerentian.disclosure.models import Notice, Posting
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Report
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import code_text
from zerentian.procedures.models import Case, CaseNotice, CaseObjection, CasePaper, StepRecord
from zerentian.registry.models import Household
from zerentian.sample.services.installing import COMMAND, SEED
from zerentian.territory import queries as territory

BLOCK = 2_000  # rows sent at once to the bare tables
_MADE: tuple[type[models.Model], ...] = (StepRecord, CasePaper, CaseNotice, CaseObjection, Notice, Posting)


@effect("bench.procedures")
def bench_procedures(*, scale: str, report: Report) -> None:
    """Identifications, exits and changes of a year: cases a second, and the ratio to bare statements."""
    area = territory.children(None)[0].id if scale == "province" else largest_county()
    before = _cases()
    with report.measure("a year by the acts") as found:
        done = _year(area)
        found.rows = done["cases"]
    if not done["cases"]:
        raise Refused(
            "这里全年的办件已经办完；请在另一目录里对比，例如 ZERENTIAN_HOME=/tmp/bench zerentian bench procedures"
        )
    if before:
        report.note(
            f"{before:,} cases stood here already: the counties without any were gone on with, and only they are counted"
        )
    with report.measure("bare INSERTs and UPDATEs", rows=_cases()):
        rows = _bare()
    report.compare("a year by the acts", "bare INSERTs and UPDATEs")
    report.note("、".join(f"{name} {number:,}" for name, number in sorted(done.items())))
    report.note(
        f"{done['decisions'] / found.seconds:,.0f} decisions/s, {found.rows / found.seconds:,.1f} cases/s"
        f" in {_workers()} processes; {rows:,} rows written"
    )


def _cases() -> int:
    with unit(system(), writes=False):
        return Case.objects.count()


def _workers() -> int:
    return os.cpu_count() or 1


def _year(area: int) -> Counter[str]:
    """The year in as many processes as there are cores, for each has a clock of its own."""
    with ThreadPoolExecutor(_workers()) as pool:
        done = Counter[str]()
        for one in pool.map(lambda part: _part(area, part), range(_workers())):
            done += one
    return done


def _part(area: int, part: int) -> Counter[str]:
    words = ["sample_year", "--area", code_text(area), "--seed", str(SEED), "--part", str(part)]
    words += ["--parts", str(_workers())]
    run = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    if run.returncode:
        raise Refused(f"样例年没有办完：{run.stderr[-300:]}")
    lines = (line.split("\t") for line in run.stdout.splitlines() if "\t" in line)
    return Counter({name: int(number.replace(",", "")) for name, number in lines})


def _bare() -> int:
    """The rows that the year left, one statement each into tables without index, history or rules; how many."""
    with unit(system()):
        written = sum(_insert(model) for model in _MADE)
        written += _insert(Case)
        with connection.cursor() as cursor:
            cursor.execute("create index on bare_procedures_case (id)")
        moves = StepRecord.objects.filter(turn__gt=1).order_by("id")
        written += _send(
            "update bare_procedures_case set turn = %s, step = %s, state = %s where id = %s",
            list(moves.values_list("turn", "to_step", "state", "case_id")),
        )
        return written + _households()


def _insert(model: type[models.Model]) -> int:
    """Every row of a table into a bare copy."""
    table, names = model._meta.db_table, [f.column for f in model._meta.concrete_fields]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    bare = sql.Identifier(f"bare_{table}")
    with connection.cursor() as cursor:
        source = sql.Identifier(table)
        cursor.execute(sql.SQL("create temporary table {} (like {}) on commit drop").format(bare, source))
        # As texts, so that JSON and bytes go in as they came out.
        shown = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
        cursor.execute(sql.SQL("select {} from {}").format(shown, source))
        rows = cursor.fetchall()
        types = [field.db_type(connection) for field in model._meta.concrete_fields]
        marks = sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.SQL(_bare_type(str(kind)))) for kind in types)
        statement = sql.SQL("insert into {} ({}) values ({})").format(bare, columns, marks)
    return _send(statement, rows)


def _bare_type(kind: str) -> str:
    """The type without what makes a column of it a key."""
    return kind.replace("bigserial", "bigint").replace("serial", "integer").split(" check")[0]


def _households() -> int:
    """The households that a case changed, updated once each in a bare copy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table bare_household on commit drop as select id, status from registry_household"
        )
        cursor.execute("create index on bare_household (id)")
    ended = Case.objects.filter(state="closed", subject_kind="household").values_list("subject_id", flat=True)
    statuses = Household.objects.filter(pk__in=ended).values_list("status", "id")
    return _send("update bare_household set status = %s where id = %s", list(statuses))


def _send(statement: Any, rows: Sequence[Sequence[Any]]) -> int:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BLOCK):
            cursor.executemany(statement, rows[start : start + BLOCK])
    return len(rows)
