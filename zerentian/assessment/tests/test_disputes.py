"""Disputes: the figure stays, an inspector decides, an upheld one waits for the corrected records."""

from typing import Any

import pytest

from zerentian.accounts.tests.cast import COUNTY, VILLAGES, actor_of_cast
from zerentian.assessment.models import AreaStanding, BodyStanding, Dispute, Entry, EntryChange
from zerentian.assessment.services import decide_dispute, raise_dispute, recompute
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.scope import chain_of
from zerentian.oversight.tests.factories import reviewed
from zerentian.registry.models import HouseholdIncome

pytestmark = pytest.mark.django_db


@pytest.fixture
def untrue(computed: dict[str, Any]) -> Entry:
    """The entry of the exit below the line; that somebody looked at the household is the duty's other figure."""
    reviewed(computed["untrue"])
    recompute(by=system(), division=COUNTY)
    with unit(system(), writes=False):
        return Entry.objects.get(duty="17.2", requirement=0, division=COUNTY)


def again(entry: Entry) -> Entry:
    with unit(system(), writes=False):
        return Entry.objects.get(pk=entry.pk)


def raised(entry: Entry) -> Dispute:
    return raise_dispute(entry_id=entry.pk, reason="收入录错了一位", by=actor_of_cast("county"))


def test_a_disputed_entry_keeps_its_figure_through_a_computation(untrue: Entry) -> None:
    raised(untrue)
    recompute(by=system(), division=COUNTY)
    now = again(untrue)
    assert (now.status, now.judged, now.value) == ("disputed", "failed", untrue.value)
    with unit(system(), writes=False):
        assert BodyStanding.objects.get(body=now.body).disputed == 1


def counts(entry: Entry) -> list[tuple[int, int, int]]:
    """(disputed, failed, red) of the body and of every area above it."""
    with unit(system(), writes=False):
        areas = AreaStanding.objects.filter(division__in=chain_of(COUNTY)).order_by("division")
        found = [BodyStanding.objects.get(body=entry.body), *areas]
    return [(one.disputed, one.failed, one.red) for one in found]


def test_boards_count_a_dispute_only_while_it_is_open(untrue: Entry) -> None:
    before = counts(untrue)
    dispute = raised(untrue)
    assert counts(untrue) == [(d + 1, f - 1, r - 1) for d, f, r in before]
    decide_dispute(dispute_id=dispute.pk, is_upheld=True, reason="确有错录", by=actor_of_cast("inspector"))
    assert (again(untrue).status, counts(untrue)) == ("failed", before)
    recompute(by=system())
    assert (again(untrue).status, counts(untrue)) == ("failed", before)


def test_a_rejected_dispute_gives_the_status_back(untrue: Entry) -> None:
    decide_dispute(dispute_id=raised(untrue).pk, is_upheld=False, reason="记录属实", by=actor_of_cast("inspector"))
    assert again(untrue).status == "failed"
    with unit(system(), writes=False):
        told = EntryChange.objects.filter(entry_id=untrue.pk).order_by("id").values_list("kind", "status", "note")
        assert list(told) == [("raised", "disputed", "收入录错了一位"), ("rejected", "failed", "记录属实")]


def test_an_upheld_dispute_is_settled_when_the_records_are_corrected(untrue: Entry, computed: dict[str, Any]) -> None:
    dispute = decide_dispute(
        dispute_id=raised(untrue).pk, is_upheld=True, reason="确有错录", by=actor_of_cast("inspector")
    )
    with pytest.raises(Refused):
        raised(untrue)
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        HouseholdIncome.objects.filter(household=computed["untrue"]).update(per_capita=9500)
    recompute(by=system(), division=VILLAGES[0])
    assert again(untrue).status == "on_track"
    with unit(system(), writes=False):
        assert Dispute.objects.get(pk=dispute.pk).state == "settled"


def test_who_may_not(untrue: Entry) -> None:
    with pytest.raises(Denied):
        raise_dispute(entry_id=untrue.pk, reason="错", by=actor_of_cast("inspector"))
    with pytest.raises(Refused):
        raise_dispute(entry_id=untrue.pk, reason=" ", by=actor_of_cast("county"))
    dispute = raised(untrue)
    with pytest.raises(Refused):
        raised(untrue)
    with pytest.raises(Denied):
        decide_dispute(dispute_id=dispute.pk, is_upheld=True, reason="同意", by=actor_of_cast("county"))
    decide_dispute(dispute_id=dispute.pk, is_upheld=False, reason="属实", by=actor_of_cast("inspector"))
    with pytest.raises(Refused):
        decide_dispute(dispute_id=dispute.pk, is_upheld=True, reason="再议", by=actor_of_cast("inspector"))
