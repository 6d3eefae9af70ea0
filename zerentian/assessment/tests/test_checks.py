"""What the ledger counts of checks by sample (duties 16.2, 17.2): the same on both engines, with its evidence."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.tests.cast import VILLAGES
from zerentian.assessment.tests.factories import counted, household
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.oversight.tests import factories as f

pytestmark = pytest.mark.django_db
NAMES = ("checks.sampled_share", "checks.error_rate", "exits.signals_reviewed")
LAST = timezone.localdate().year - 1


def exited(number: int, **more: Any) -> int:
    """A household of the first village that left last year."""
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        made: int = household(VILLAGES[0], number, **more).pk
        return made


def test_checks_count_by_what_was_found() -> None:
    assert counted(*NAMES) == {name: (None, {}) for name in NAMES}
    sound = exited(1)
    unsafe = exited(2, house_grade="d")
    hasty = exited(3, identified_on=date(LAST, 2, 1))
    exited(4, exited_on=date(LAST - 1, 12, 31))
    found = counted(*NAMES)
    assert found["checks.sampled_share"] == (
        (0, 4),
        {sound: "退出后没有核查", unsafe: "退出后没有核查", hasty: found["checks.sampled_share"][1][hasty]},
    )
    assert found["checks.error_rate"] == (None, {})
    assert found["exits.signals_reviewed"] == ((0, 2), {unsafe: "仍住危房", hasty: "识别当年即脱贫"})
    drawn = f.drawn(events_from=date(LAST, 1, 1), events_to=date(LAST, 12, 31))
    (check,) = f.checks(drawn)
    f.recorded(check, **f.WRONG)
    found = counted(*NAMES)
    assert found["checks.sampled_share"][0] == (1, 4)
    assert found["checks.error_rate"] == ((1, 1), {check.household_id: "退出不真实"})
    reviewed = check.household_id in (unsafe, hasty)
    assert found["exits.signals_reviewed"][0] == (int(reviewed), 2)
