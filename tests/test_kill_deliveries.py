"""A delivery whose check is killed at any stage is stored once and whole, as if nobody had disturbed it."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connections

from tests.databases import addresses, own
from tests.test_kill import finish, kill_at
from zerentian.exchange import queries, services
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.services.storing import sealed_row
from zerentian.exchange.tests.factories import HEAD, NUMBER, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.models import Run
from zerentian.rulebook.queries import law_area

pytestmark = pytest.mark.slow
_SERVICES = "zerentian.exchange.services"
STAGES = {
    "unpacked": (f"{_SERVICES}.taking", "unpacked"),
    "a batch checked": (f"{_SERVICES}.storing", "kept_columns"),
    "rows written": (f"{_SERVICES}.storing", "store_rows"),
    "table in place, not committed": (f"{_SERVICES}.taking", "new_version"),
    "committed, file not sealed": (f"{_SERVICES}.taking", "_accept"),
    "file sealed": (f"{_SERVICES}.storing", "seal_file"),
}
PLATES = 400


@pytest.fixture
def environment(
    django_db_setup: None, django_db_blocker: Any, settings: Any, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """An installation with a database and a home of its own; the environment of its workers."""
    settings.ZERENTIAN_HOME = tmp_path
    with django_db_blocker.unblock(), own("kill_delivery"):
        connections.close_all()
        yield {**addresses(), "ZERENTIAN_HOME": str(tmp_path), "ZERENTIAN_KEY_FILE": str(settings.ZERENTIAN_KEY_FILE)}


def deliver(period: str, rows: str) -> Delivery:
    with unit(system()):
        return services.deliver(
            offer=services.Offer("vehicles", period, division=law_area()), content=io.BytesIO((HEAD + rows).encode()),
            name="vehicles.csv", by=system(),
        )  # fmt: skip


def stored(delivery: Delivery) -> tuple[Any, ...]:
    """Everything that came of a delivery, without ids and times."""
    with unit(system(), writes=False):
        delivery.refresh_from_db()
        version = TableVersion.objects.get(delivery=delivery)
    table = pq.read_table(queries.table_folder(version)).drop_columns("row")
    digest = hashlib.sha256(str(table.to_pydict()).encode()).hexdigest()
    original = [path.name for path in place("exchange", "originals", str(delivery.pk)).iterdir()]
    one = sealed_row((delivery.pk << 32) + 2)
    return delivery.state, delivery.good, version.of == [delivery.pk], version.row_count, digest, original, one


def test_a_killed_check_ends_as_if_undisturbed(environment: dict[str, str]) -> None:
    rows = "".join(row(f"赣B{n}", NUMBER) for n in range(PLATES))
    undisturbed = deliver("2020-Q1", rows)
    finish(environment)
    expected = stored(undisturbed)
    assert expected[:4] == ("stored", PLATES, True, PLATES)
    for number, (stage, place_of_it) in enumerate(STAGES.items(), 1):
        # The same rows and a line more that is refused, so that it is another file.
        killed = deliver(f"202{number}-Q2", rows + row(f"赣X{number}", NUMBER, price="八"))
        kill_at(place_of_it, environment)
        finish(environment)
        with unit(system(), writes=False):
            run = Run.objects.get(pk=killed.run_id or 0)
        assert (run.status, run.attempts) == ("done", 2), (stage, run.error)
        assert stored(killed) == expected, stage
        left = [path for name in ("drafts", "incoming") for path in place("exchange", name).rglob("*")]
        assert left == [], stage
    with unit(system(), writes=False):
        numbers = list(TableVersion.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(STAGES) + 2))
