"""Deliveries read from a department's own PostgreSQL: one SELECT a source, in a read-only transaction, streamed.

`exchange/reads.yaml` below the installation's home says what is read; how to get in stands in the environment or in a
key file and nowhere else.
"""

import hashlib
import json
import os
import secrets
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import sqlglot
from django.conf import settings
from django.utils import timezone
from pydantic import Field
from sqlglot import exp

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery
from zerentian.exchange.rules.sources import Source, Term, terms
from zerentian.exchange.services.deliveries import Offer, Received, allowed, deliver
from zerentian.exchange.services.room import with_room
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.jobs import Work, every, job, perform, start
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import parse_code
from zerentian.rulebook.queries import law_area
from zerentian.rulebook.rules.pack import Entry
from zerentian.rulebook.rules.reading import read_yaml

READ = "exchange.read"
FILE = "reads.yaml"
PATIENCE = 15  # seconds to connect


class Read(Entry):
    """One source that is read: from which connection, by which SELECT, and for which area."""

    source: str
    connection: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    select: str
    area: str = ""
    kind: str = Field("full", pattern=r"^(full|increment)$")

    @property
    def division(self) -> int:
        """The area that the data are of."""
        return parse_code(self.area) if self.area else law_area()


class ReadFile(Entry):
    """reads.yaml."""

    reads: tuple[Read, ...]


def reads() -> tuple[Read, ...]:
    """What is read from departments' databases; empty where nothing is set up. Refused with file, line and reason."""
    path = place("exchange") / FILE
    if not path.exists():
        return ()
    found = read_yaml(ReadFile, path.read_text("utf-8"), FILE).reads
    faults = [Reason(fault, f"{FILE} {one.source}") for one in found for fault in _faults(one)]
    if faults:
        raise Refused(*faults)
    return found


def _faults(read: Read) -> list[str]:
    source = queries.sources().get(read.source)
    if source is None:
        return ["没有这个数据来源"]
    plain = read.select.replace("%(first)s", "null").replace("%(last)s", "null").replace("%%", "%")
    try:
        statements = sqlglot.parse(plain, read="postgres")
    except sqlglot.errors.ParseError:
        return ["select 不是合格的 SQL 语句"]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return ["select 应是一条 SELECT 语句"]
    named = {name.lower() for name in statements[0].named_selects}
    wanted = [f.name for f in source.contract.fields if f.constraints.required]
    missing = [name for name in wanted if name not in named and "*" not in named]
    return [f"select 缺少约定的必填列：{'、'.join(missing)}（用 as 改成约定的列名）"] if missing else []


def read_of(source: str, area: int | None = None) -> Read:
    """The read of a source and area; Refused when there is none."""
    for one in reads():
        if one.source == source and (area is None or one.division == area):
            return one
    raise Refused(Reason("没有为这个来源设置数据库读取", f"{FILE} {source}"))


@every("40 17 * * *")
def read_due() -> None:
    """By night, for every period that is over and has not come: ask for the reading."""
    today = timezone.localdate()
    for read in reads():
        source = queries.source(read.source)
        term = _last_term(source, today)
        with unit(system()):
            rows = Delivery.objects.filter(source=read.source, division=read.division, period=term.period)
            if not rows.exclude(state__in=(Delivery.State.REFUSED, Delivery.State.WITHDRAWN)).exists():
                _start(read, term.period)


def _start(read: Read, period: str) -> Run:
    return start(
        READ, title=f"读取 {queries.source(read.source).file.title.zh} {period}", by=system("数据库读取"),
        division=read.division, once=f"read:{read.source}:{read.division}:{period}", source=read.source,
        area=read.division, period=period,
    )  # fmt: skip


def read_here(*, source: str, period: str, area: int | None, by: Actor) -> Run:
    """Read in this process; the finished run."""
    division = read_of(source, area).division
    return perform(READ, title=f"读取 {source} {period}", by=by, source=source, area=division, period=period)


@job(READ)
def read_source(*, run: Work, by: Actor, source: str, area: int, period: str) -> None:
    """Read a source for a period and deliver what came; the run counts bytes and names the receipt."""
    read, found = read_of(source, area), queries.source(source)
    offer = Offer(source, period, read.kind, Delivery.Way.DATABASE.value, area)
    with unit(by, writes=False):
        allowed(offer, by)
    draft = place("exchange", "incoming") / f"draft-{secrets.token_hex(8)}"
    try:
        with with_room():
            file = _fetched(read, _term(found, period), draft, run)
        with unit(by):
            made = deliver(offer=offer, content=file, name=f"{source}-{period}.csv", by=by)
    finally:
        draft.unlink(missing_ok=True)
    run.count(bytes=file.size)
    run.advance(0, note="已交付，回执 %s", words=[made.receipt])


def _fetched(read: Read, term: Term | None, draft: Path, run: Work) -> Received:
    """The rows of the SELECT as a CSV file, as they come from the server; nothing of them is held or logged."""
    digest, size, limit = hashlib.sha256(), 0, settings.ZERENTIAN_DELIVERY_LIMIT
    days: dict[str, Any] = {"first": term.first if term else None, "last": term.due_on if term else None}
    try:
        with psycopg.connect(
            _address(read.connection), connect_timeout=PATIENCE, application_name="zerentian", client_encoding="utf8"
        ) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with (
                connection.cursor() as cursor,
                draft.open("wb") as out,
                cursor.copy(f"copy ({read.select.rstrip().rstrip(';')}) to stdout (format csv, header)", days) as copy,
            ):  # type: ignore[arg-type]
                for block in copy:
                    size += len(block)
                    if size > limit:
                        raise Refused(f"读出的数据超过 {limit >> 20} MB，请缩小 SELECT 的范围")
                    digest.update(block)
                    out.write(block)
                    run.check()
    except psycopg.Error as error:
        # What the server says may hold values of people; only the kind of error is told.
        code = error.sqlstate or "08001"
        what = (
            "连不上部门数据库，请检查网络、地址和账号"
            if code.startswith(("08", "28", "3D"))
            else "部门数据库没有执行这条 SELECT"
        )
        raise Refused(Reason(f"{what}（SQLSTATE {code}）", read.connection)) from None
    return Received(draft, size, digest.hexdigest())


def _address(name: str) -> str:
    """How to get in: ZERENTIAN_READ_<name>, or the entry of secrets/connections.json, readable for its owner only."""
    if given := os.environ.get(f"ZERENTIAN_READ_{name}"):
        return given
    path = Path(settings.ZERENTIAN_HOME) / "secrets" / "connections.json"
    if path.exists():
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused(Reason("连接文件能被别人读到：请 chmod 600", "secrets/connections.json"))
        if found := json.loads(path.read_text("utf-8")).get(name):
            return str(found)
    raise Refused(Reason(f"没有连接信息：请设置环境变量 ZERENTIAN_READ_{name}，或写入 secrets/connections.json", name))


# Terms without days of grace: `due_on` is the last day of the period.
def _last_term(source: Source, today: date) -> Term:
    """The last period that is over."""
    return terms(source.file.cadence, 0, date(today.year - 2, 1, 1), today - timedelta(days=1))[-1]


def _term(source: Source, period: str) -> Term | None:
    year = int(period[:4])
    owed = terms(source.file.cadence, 0, date(year, 1, 1), date(year, 12, 31))
    return next((term for term in owed if term.period == period), None)
