"""The demonstration's answered clues are spread over every source."""

import pytest

from zerentian.exchange.models import Clue
from zerentian.exchange.tests.factories import raised
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.sample.services.exchange import answer_at_desk, by_turns


def test_each_source_has_its_turn_before_any_has_a_second() -> None:
    clues = [
        (1, "vehicles", 10),
        (2, "vehicles", 11),
        (3, "vehicles", 10),
        (4, "ships", 12),
        (5, "taxes", 10),
        (6, "taxes", 11),
    ]
    assert by_turns(clues) == [(1, 10), (4, 12), (5, 10), (2, 11), (6, 11), (3, 10)]


@pytest.mark.django_db
@pytest.mark.parametrize("desk", ["village", "township"])
def test_a_clue_is_answered_where_it_lies_and_settled_above(desk: str) -> None:
    clue = raised()
    with unit(system()), acting("test.clue", by=system(), reason="测试"):
        rule = {"rule": "custody.punished", "source": "custody"} if desk == "township" else {}
        Clue.objects.update(holder=desk, **rule)
    answer_at_desk(clue.pk, clue.division, desk, 1)
    with unit(system()):
        clue.refresh_from_db()
    assert (clue.state, clue.conclusion) == ("settled", "wrong_data")
