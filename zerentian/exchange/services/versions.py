"""The table of a source and area: of which deliveries it is, and what the next one makes of it."""

import shutil
from enum import Enum, auto
from pathlib import Path

from django.db import connection
from django.db.models import Q

from zerentian.exchange import queries
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.rules.sources import period_end
from zerentian.exchange.services import storing
from zerentian.kernel.files import place

LOCK_SPACE = 0x5A45  # first key of the advisory locks under which tables are numbered
State, Kind = Delivery.State, Delivery.Kind


class Becomes(Enum):
    """What a checked delivery does to the table that stands."""

    TABLE = auto()  # it is the table from now on
    OVER = auto()  # its rows go over those that are there, by primary key
    UNDER = auto()  # only what is not there is added: a later period has come already
    NOTHING = auto()


def newest(delivery: Delivery) -> TableVersion | None:
    """The newest table of the delivery's source and area; until the transaction ends nobody else makes the next one."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, delivery.source])
    rows = TableVersion.objects.filter(source=delivery.source, division=delivery.division)
    found: TableVersion | None = rows.order_by("-number").first()
    return found


def becomes(delivery: Delivery, table: TableVersion | None) -> Becomes:
    """What the delivery does to the table.

    A full delivery is the table, unless a later period has come already; an increment goes over what is there, that of an
    earlier period under it. A correction goes over the table while what it corrects is in it.
    """
    if delivery.nothing_in:
        return Becomes.NOTHING
    if table is None:
        return Becomes.TABLE
    if delivery.kind == Kind.CORRECTION and delivery.replaces and not delivery.replaces.nothing_in:
        rest = [one for one in table.of if one != rows_of(delivery.replaces)]
        return Becomes.NOTHING if rest == table.of else Becomes.OVER if rest else Becomes.TABLE
    latest = _latest(table)
    is_late = latest != "" and period_end(latest) > period_end(delivery.period)
    if delivery.kind == Kind.FULL:
        return Becomes.NOTHING if is_late else Becomes.TABLE
    return Becomes.TABLE if not table.of else Becomes.UNDER if is_late else Becomes.OVER


def _latest(table: TableVersion) -> str:
    """The latest period that the table is of; empty for a table of nothing."""
    of = Delivery.objects.filter(Q(pk__in=table.of) | Q(unchanged_since__in=table.of, state=State.STORED))
    return max(of.values_list("period", flat=True), key=period_end, default="")


def later_period(delivery: Delivery, table: TableVersion | None, how: Becomes) -> str:
    """The period of the table, where the rows of a delivery of an earlier one are not in it."""
    return _latest(table) if how is Becomes.NOTHING and table is not None and not delivery.nothing_in else ""


def new_version(delivery: Delivery, before: TableVersion | None, fresh: Path, how: Becomes) -> None:
    """The next table, with the rows in `fresh`."""
    number = before.number + 1 if before else 1
    name = f"tables/{delivery.source}/{delivery.division}/v{number}"
    target = place("exchange") / name
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    corrects = rows_of(delivery.replaces) if delivery.kind == Kind.CORRECTION else None
    kept = [one for one in (before.of if before else []) if one != corrects]
    if how is Becomes.TABLE or before is None:
        fresh.rename(target)
        kept = []
    elif how is Becomes.UNDER:
        storing.merge(fresh, queries.table_folder(before), target, without=None)
    else:
        storing.merge(queries.table_folder(before), fresh, target, without=corrects)
    TableVersion.objects.create(
        source=delivery.source, division=delivery.division, number=number, delivery=delivery, of=[*kept, delivery.pk],
        folder=name, row_count=storing.rows_of(target), digest=storing.digest_of(target),
    )  # fmt: skip


def rows_of(delivery: Delivery | None) -> int | None:
    """Under which delivery the rows of a delivery stand."""
    return (delivery.unchanged_since_id or delivery.pk) if delivery else None
