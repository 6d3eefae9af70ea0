"""From a department's file to a settled clue: delivered, checked, stored under tokens, matched, raised once."""

import pyarrow.parquet as pq
import pytest

from zerentian.exchange.models import Clue, ClueEvidence
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db


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
