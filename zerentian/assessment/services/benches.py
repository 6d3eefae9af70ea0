"""Benchmarks of the ledger: computing it, and the pages read most, each beside its raw baseline in the same run."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from psycopg import sql

from zerentian.accounts.models import RoleGrant
from zerentian.assessment.models import Entry
from zerentian.assessment.services.reckoning import recompute
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Report
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import EVERYWHERE, Level, parent_of
from zerentian.registry.models import Household
from zerentian.registry.services import quality

TIMES = 40


@effect("bench.recompute")
def bench_recompute(*, scale: str, report: Report) -> None:
    """The whole ledger with its snapshot, and one county, against a raw COPY of the same facts.

    The quality of the files is asked ahead, once a day and wherever records change; here all of it is, for comparison.
    """
    with report.measure("raw COPY of the facts") as copied:
        copied.rows = _copy_facts()
    with report.measure("quality of every file, once a day") as asked:
        asked.rows = quality.refresh(on=timezone.localdate())
    with report.measure("snapshot") as taken:
        taken.rows = snapshots.take(timezone.localdate()).total
    with report.measure("whole, with snapshot") as whole:
        done = recompute(by=system())
        whole.rows = taken.rows
    report.note(f"quality: {asked.rows:,} villages")
    report.note(f"entries judged {done.entries:,}, rewritten {done.entries_changed:,}")
    with report.measure("whole, nothing changed") as again:
        recompute(by=system())
        again.rows = taken.rows
    county = largest_county()
    with report.measure("one county"):
        recompute(by=system(), division=county)
    report.compare("snapshot", "raw COPY of the facts")
    report.compare("whole, with snapshot", "raw COPY of the facts")
    report.compare("one county", "whole, nothing changed")
    for name, most in (("whole, with snapshot", 60), ("one county", 2)):
        seconds = next(m.seconds for m in report.measured if m.name == name)
        report.note(f"{name}: {seconds:.1f} s, goal {most} s: {'met' if seconds <= most else 'MISSED'}")


@effect("bench.snapshot")
def bench_snapshot(*, scale: str, report: Report) -> None:
    """Writing every fact as Parquet beside a raw COPY out of the same rows; then proving it whole, and comparing two."""
    with report.measure("raw COPY out of the same rows") as copied:
        copied.rows = _copy_facts()
    with report.measure("snapshot") as taken:
        first = snapshots.take(timezone.localdate())
        taken.rows = first.total
    with report.measure("proved whole") as proved:
        faults = snapshots.check(name=first.name, by=system())
        proved.rows = first.total
    second = snapshots.take(timezone.localdate())
    with report.measure("compared with the next one") as compared, snapshots.comparison(first, second) as between:
        found = between.counts(EVERYWHERE, Level.PROVINCE.span)
        compared.rows = first.total
    for name in ("snapshot", "proved whole", "compared with the next one"):
        report.compare(name, "raw COPY out of the same rows")
    report.note(
        f"{len(first.parts):,} files, {first.size / 1e6:,.1f} MB, {len(first.columns)} views; faults {len(faults)}"
    )
    report.note(f"rows that differ from the next one: {sum(one.rows for one in found):,}")


def _copy_facts() -> int:
    """Read every fact by COPY and throw it away; how many rows."""
    rows = 0
    with unit(system(), writes=False):
        for view in snapshots.fact_columns():
            with connection.cursor() as cursor:
                statement = sql.SQL("copy (select * from facts.{}) to stdout").format(sql.Identifier(view))
                with cursor.copy(statement) as copy:
                    rows += sum(1 for _ in copy)
    return rows


def largest_county() -> int:
    """The county with most households."""
    with unit(system(), writes=False), connection.cursor() as cursor:
        cursor.execute(
            "select division / 1000000 * 1000000 from registry_household group by 1 order by count(*) desc limit 1"
        )
        row = cursor.fetchone()
    if row is None:
        raise Refused("登记簿里没有户，请先导入样例：zerentian demo")
    return int(row[0])


@effect("bench.pages")
def bench_pages(*, scale: str, report: Report) -> None:
    """Server time of the pages read most, as a ratio to the statements that they send.

    Nothing of a page is kept between two visits, so each of them draws it for the first time; what a process keeps are
    the law, the divisions, the labels of the frame. The session of whoever reads on is written once a minute only.
    """
    client = _reader()
    county = largest_county()
    with unit(system(), writes=False):
        red = Entry.objects.inside(county).filter(rank__lte=2, measure="exits.authentic").first()
        household = Household.objects.inside(county).order_by("id").first()
    province = parent_of(parent_of(county) or county)
    pages = {
        "board of the province": f"/ledger/{province}/",
        "board of a county": f"/ledger/{county}/",
        "entries, red, province": f"/ledger/{province}/entries/?status=red",
        "entry with its rows": f"/ledger/entries/{red.pk}/" if red else "",
        "household list": "/households/",
        "household file": f"/households/{household.pk}/" if household else "",
    }
    for name, address in pages.items():
        if address:
            # A benchmark has no second factor to show; it reads nothing that a signed-in officer may not.
            with override_settings(SECOND_FACTOR_REQUIRED=False, SECOND_FACTOR_ROLES=set()):
                _measure(report, name, address, client)


def _measure(report: Report, name: str, address: str, client: Client) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        report.note(f"{name}: {address} answered {answer.status_code}")
        return
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    statements = _bare([query["sql"] for query in asked.captured_queries])
    baseline = f"  {name}: bare"
    both = {name: lambda: client.get(address), baseline: lambda: _replay(statements)}
    found, _its_own = report.alternate(both, times=TIMES)
    report.compare(name, baseline, goal=3)
    sent = sum(one not in _BOUNDS for one in statements)
    met = "met" if found.slowest <= 0.15 else "MISSED"
    report.note(f"{name}: {sent} statements; p95 {found.slowest * 1000:.0f} ms, goal 150: {met}")


_BOUNDS = ("BEGIN", "COMMIT", "ROLLBACK")


def _bare(captured: list[str]) -> list[str]:
    """What a page sends, in its order and its transactions: all of it belongs to the page's bare SQL.

    A page can do without none of it: who is there (session, user, roles), the scope that row-level security reads,
    the rows, the record of the reading. That record, and a session that happened to be prolonged, are written by the
    page alone: in the repetition their transactions are rolled back, for nobody reads there. So the baseline lacks
    what it costs to make them durable, and the ratio is rather too high than too low.
    """
    found, writes = [], False
    for statement in captured:
        if statement == "BEGIN":
            writes = False
        writes = writes or statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        found.append("ROLLBACK" if statement == "COMMIT" and writes else statement)
    return found


def _replay(statements: list[str]) -> None:
    """Send the statements by the driver, without Django, and read their rows."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()


def _reader() -> Client:
    """A signed-in provincial officer."""
    with unit(system(), writes=False):
        grants = RoleGrant.objects.filter(role="province_officer", user__is_active=True, user__totpdevice__isnull=True)
        grant = grants.select_related("user").first()
        if grant is None:
            raise Refused("没有可用的省级工作人员账号（未设第二因素的）：请在另一目录里设 ZERENTIAN_DEMO=1 再对比")
    client = Client(headers={"host": "localhost"})
    client.force_login(grant.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["since"] = timezone.now().isoformat()
    session.save()
    return client
