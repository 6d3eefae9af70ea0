"""Tables made without a file, in the form in which deliveries are stored: for measuring at the size of a province.

The rows are checked and their personal columns become tokens as those of any delivery; nothing is sealed, for nobody asks
for the wording of made-up rows.
"""

import hashlib
import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
from django.utils import timezone

from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.rules import contracts
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services import storing
from zerentian.exchange.services.deliveries import Offer, allowed, contract_version
from zerentian.exchange.services.versions import newest
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import acting
from zerentian.kernel.db import guarded_update
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.rulebook.queries import parameter


def begin_table(offer: Offer, *, by: Actor) -> Delivery:
    """The delivery of which the table will be, before it has rows; for `keep_table`, inside a unit."""
    source, division = allowed(offer, by)
    receipt = f"{timezone.localdate():%Y%m%d}-{hashlib.sha256(f'{source.id}{timezone.now()}'.encode()).hexdigest()[:8]}"
    with acting("exchange.deliver", by=by, subject=receipt, division=division):
        made: Delivery = Delivery.objects.create(
            source=source.id, division=division, kind=offer.kind, way=offer.way, period=offer.period,
            receipt=receipt.upper(), name=f"{source.id}.parquet", size=0, who=by.name,
            sha256=hashlib.sha256(receipt.encode()).hexdigest(), contract=contract_version(source),
        )  # fmt: skip
    return made


def limits_of(delivery: Delivery) -> storing.Limits:
    """What identity numbers of the delivery are judged by, today."""
    return storing.Limits(int(parameter("quality.id.minimum_year", delivery.division)), timezone.localdate())


def stored_form(rows: pl.DataFrame, source: Source, delivery: int, limits: storing.Limits) -> pa.Table:
    """Rows of texts with their numbers, as they stand in a table; refused when the contract does not allow one."""
    found = contracts.check(rows, source.contract)
    if found.problems:
        first = found.problems[0]
        raise Refused(f"样例“{source.file.title.zh}”第 {first.row} 行的 {first.key} 不合契约：{first.text}")
    return storing.kept_columns(found.good, source, delivery, storing.Stored(), limits).to_arrow()


def keep_table(delivery: Delivery, draft: Path, *, by: Actor) -> TableVersion:
    """Make the Parquet files in `draft` the source's newest table, inside a unit."""
    before = newest(delivery)
    number = before.number + 1 if before else 1
    name = f"tables/{delivery.source}/{delivery.division}/v{number}"
    target = place("exchange") / name
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(target)
    rows = storing.rows_of(target)
    with acting("exchange.take_in", by=by, subject=delivery.receipt, division=delivery.division):
        made: TableVersion = TableVersion.objects.create(
            source=delivery.source, division=delivery.division, number=number, delivery=delivery, of=[delivery.pk],
            folder=name, row_count=rows, digest=storing.digest_of(target),
        )  # fmt: skip
        guarded_update(
            Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.CHECKING), state=Delivery.State.STORED,
            row_count=rows, good=rows, stored_at=timezone.now(),
        )  # fmt: skip
    return made
