"""Who a department's row is about, in its own words: for whoever checks a clue, with a reason, on record."""

import shutil
from datetime import date
from typing import Any

import pytest
from django.http import Http404

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, raised, row
from zerentian.exchange.tests.test_clues import text
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.models import Reading
from zerentian.kernel.refusal import Denied, Refused
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db


def test_the_village_reads_the_plate_and_the_name_after_a_reason(client_of: Any) -> None:
    clue = raised()
    village, address = client_of("village"), f"/clues/{clue.pk}/delivered/"
    page = text(village.get(f"/clues/{clue.pk}/"))
    assert address in page
    assert "赣B12345" not in page
    assert "赣B12345" not in text(village.get(address))
    refused = village.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert "赣B12345" not in refused.content.decode()
    told = text(village.post(address, {"reason": "核对是否本人的车"}))
    assert "赣B12345" in told
    assert "王小明" in told
    assert NUMBER in told, "the number by which the row was found is the register's own"
    with unit(system()):
        found = Reading.objects.exclude(in_full="").latest("id")
    assert (found.household_id, found.person_id, found.reason) == (
        clue.household_id,
        clue.person_id,
        "核对是否本人的车",
    )
    assert found.in_full == "owner_id,owner_name,plate"


def test_a_number_of_a_row_that_was_found_by_name_stays_masked() -> None:
    with unit(system()):
        home = make_household()
        make_person(home, id_number=NUMBER, birth_on=date(1980, 5, 6), name="欧阳小明")
    wrong = f"{NUMBER[:-1]}{'1' if NUMBER[-1] != '1' else '2'}"
    delivered(HEAD + row("赣B1", wrong, name="欧阳小明"))
    matched()
    with unit(system()):
        clue = Clue.objects.get(rule="vehicles.car")
    by = actor_of_cast("village")
    with unit(by):
        (told,) = services.identify_rows(clue_id=clue.pk, reason="核对是否本人", by=by)
    values = dict(told.columns)
    assert told.how == "linked"
    assert wrong not in values.values()
    assert {"赣B1", "欧阳小明"} < set(values.values())
    assert any(value.startswith(wrong[:3]) and "*" in value for value in values.values())


def test_nobody_else_reads_it_and_what_was_destroyed_is_told_as_such() -> None:
    clue = raised()
    for name in ("neighbour", "department", "inspector"):
        by = actor_of_cast(name)
        with unit(by), pytest.raises((Denied, Http404)):
            services.identify_rows(clue_id=clue.pk, reason="看一看", by=by)
    by = actor_of_cast("village")
    with unit(by), pytest.raises(Refused, match="为什么"):
        services.identify_rows(clue_id=clue.pk, reason=" 看", by=by)
    shutil.rmtree(place("exchange", "sealed"))
    with unit(by):
        (told,) = services.identify_rows(clue_id=clue.pk, reason="核对是否本人", by=by)
    assert told.columns == []
