"""From a department's file to a settled clue: delivered, checked, stored under tokens, matched, raised once."""

from datetime import date
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue, ClueEvidence, Delivery, MatchRun
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
HEAD = "plate,owner_id,owner_name,kind,usage,registered_on,price,state,area\n"
NUMBER = identity(date(1980, 5, 6), serial=12)


def delivered(text: str, **offer: object) -> Delivery:
    """A file of vehicles, taken in."""
    by = actor_of_cast("province")
    with unit(by):
        found = services.deliver(
            offer=services.Offer(**{"source": "vehicles", "period": "2026-Q3", **offer}),  # type: ignore[arg-type]
            content=BytesIO(text.encode()), name="vehicles.csv", by=by, here=True,
        )  # fmt: skip
    services.take_in_here(delivery_id=found.pk, by=by)
    with unit(system()):
        found.refresh_from_db()
    return found


def matched() -> MatchRun:
    """A match of what is there."""
    with unit(system()):
        made = services.begin_match(by=actor_of_cast("province"), here=True)
    services.match_here(match_id=made.pk, by=actor_of_cast("province"))
    with unit(system()):
        made.refresh_from_db()
    return made


def row(plate: str, number: str, *, name: str = "王小明", kind: str = "小型轿车", price: str = "80000") -> str:
    return f"{plate},{number},{name},{kind},非营运,2015-03-02,{price},正常,360732\n"


def test_a_car_becomes_one_clue_and_no_number_reaches_a_file() -> None:
    with unit(system()):
        home = make_household()
        person = make_person(home, id_number=NUMBER)
    found = delivered(HEAD + row("赣B12345", NUMBER) + row("赣B99999", "36073219700101001X", name="别人"))
    assert (found.state, found.row_count, found.good, found.refused) == ("stored", 2, 2, 0)
    made = matched()
    assert made.counts["raised"] == 1, made.counts
    with unit(system()):
        clue = Clue.objects.get()
        assert ClueEvidence.objects.get().shown["price"] == "80000.00"
    assert (clue.rule, clue.household_id, clue.person_id, clue.state) == ("vehicles.car", home.pk, person.pk, "open")
    assert not (place("exchange", "incoming") / str(found.pk)).exists()
    kept = [p for name in ("tables", "sealed", "originals", "matches") for p in place("exchange", name).rglob("*")]
    for path in (p for p in kept if p.is_file()):
        content = path.read_bytes()
        assert NUMBER.encode() not in content
        assert "王小明".encode() not in content
    for path in place("exchange").rglob("*.parquet"):
        assert NUMBER not in str(pq.read_table(path).to_pydict())
