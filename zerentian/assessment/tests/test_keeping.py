"""How long snapshots are kept: ends of days, months and years; what a match rests on stays."""

from datetime import date, timedelta
from typing import Any

import pytest

from zerentian.assessment.rules.keeping import Keeping, kept_names
from zerentian.assessment.services import keep_snapshots
from zerentian.exchange.models import MatchRun
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Snapshot

KEEPING = Keeping(days=35, months=24, years=10)
TODAY = date(2026, 11, 29)


def taken(*names: str) -> dict[str, tuple[date, int]]:
    return {name: (date.fromisoformat(name[:10]), number) for number, name in enumerate(names)}


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (("2026-11-29-1", "2026-11-29-2"), {"2026-11-29-1", "2026-11-29-2"}),  # today's may be in use
        (tuple(f"2026-11-29-{n}" for n in range(1, 13)), {f"2026-11-29-{n}" for n in range(3, 13)}),
        (("2026-11-28-1", "2026-11-28-2"), {"2026-11-28-2"}),
        (("2026-10-25-1",), {"2026-10-25-1"}),
        (("2026-10-24-1", "2026-10-30-1"), {"2026-10-30-1"}),
        (("2026-09-29-1", "2026-09-30-1"), {"2026-09-30-1"}),
        (("2024-11-30-1",), {"2024-11-30-1"}),
        (("2024-10-31-1", "2024-12-30-1"), {"2024-12-30-1"}),  # 25 months ago, but for the last of its year
        (("2016-12-31-1",), {"2016-12-31-1"}),
        (("2015-12-31-1",), set()),
    ],
)
def test_ends_of_days_months_and_years_are_kept(names: tuple[str, ...], kept: set[str]) -> None:
    assert kept_names(taken(*names), KEEPING, TODAY) == kept


@pytest.mark.django_db
def test_what_is_over_is_destroyed_and_recorded_but_not_what_a_match_rests_on(filled: dict[str, Any]) -> None:
    day = TODAY - timedelta(days=3)
    first, second, third = (snapshots.take(day).name for _n in range(3))
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        MatchRun.objects.create(division=360000000000, on=day, snapshot=second, engine="duckdb")
    assert keep_snapshots(by=system(), on=TODAY) == [first]
    assert {found.name for found in snapshots.kept()} == {second, third}
    with unit(system(), writes=False):
        row = Snapshot.objects.get(name=first)
    assert row.destroyed_at is not None
    assert row.ground == "保存期已过：日末 35 天、月末 24 个月、年末 10 年"
    assert keep_snapshots(by=system(), on=TODAY) == []
    assert keep_snapshots(by=system(), on=TODAY + timedelta(days=40)) == [second]
