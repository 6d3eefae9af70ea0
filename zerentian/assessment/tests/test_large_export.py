"""More entries than are written while the reader waits: a run writes them, of today or of the day that is looked at."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from zerentian.accounts.tests.cast import COUNTY
from zerentian.assessment.models import Entry
from zerentian.assessment.services import exports
from zerentian.assessment.views import boards
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Run
from zerentian.kernel.work import Work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "MOST", 3)
    monkeypatch.setattr(exports, "BLOCK", 2)


@pytest.fixture(autouse=True)
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is kept outside the unit that only reads: inside the transaction of a test it would be let through."""
    open_units: list[bool] = []

    @contextmanager
    def watched(by: Actor, *, writes: bool = True) -> Iterator[None]:
        open_units.append(writes)
        with unit(by, writes=writes):
            yield
        open_units.pop()

    keep = Work.result

    def kept(self: Work, *args: Any, **how: Any) -> None:
        assert False not in open_units
        keep(self, *args, **how)

    monkeypatch.setattr(exports, "unit", watched)
    monkeypatch.setattr(Work, "result", kept)


def written(client: Client, address: str, on: str = "") -> list[list[Any]]:
    answer = client.post(address, {"on": on}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/runs/")
    run = run_here(Run.objects.order_by("-id").first())  # type: ignore[arg-type]
    assert run.status == Run.Status.DONE, run.error
    assert run.done == run.total
    body = b"".join(client.get(f"/files/{run.file_id}/").streaming_content)  # type: ignore[attr-defined]
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()


def test_many_entries_are_written_by_a_run(computed: dict[str, Any], client_of: Any) -> None:
    client, address = client_of("county"), f"/ledger/{COUNTY}/export/"
    asked = client.get(address).content.decode()
    assert "开始导出" in asked
    assert 'name="on" value=""' in asked
    with unit(system(), writes=False):
        many = Entry.objects.inside(COUNTY).exclude(reason="gone")
        assert len(written(client, address)) == many.count() + 1 > 4
        assert len(written(client, f"{address}?duty=17.2")) == many.filter(duty="17.2").count() + 1
    assert client_of("neighbour").post(address).status_code == 404
    assert client.post(address, {"on": "gestern"}).status_code == 422


def test_the_day_that_is_looked_at_goes_along(computed: dict[str, Any], client_of: Any) -> None:
    client, day = client_of("county"), timezone.localdate() - timedelta(days=1)
    asked = client.get(f"/past/{day}/ledger/{COUNTY}/export/")
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(asked.content)).get_sheet_by_index(0).to_python()) == 1
    assert len(written(client, f"/ledger/{COUNTY}/export/", str(day))) == 1  # nothing was computed by then
    sent_on = client.post(f"/past/{day}/ledger/{COUNTY}/export/", {"on": str(day)})
    assert (sent_on.status_code, sent_on.headers["Location"]) == (307, f"/ledger/{COUNTY}/export/")
