"""Households at the edge are looked at by the income of the twelve months before, not by the calendar year."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from zerentian.accounts.tests.cast import VILLAGES
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.models import RollingIncome
from zerentian.registry.rules.income import rolling_window
from zerentian.registry.rules.standards import Living, Member, may_be_monitored, risk_is_gone
from zerentian.registry.services import record_rolling_income
from zerentian.registry.tests.factories import make_household
from zerentian.registry.tests.test_area_procedures import decided, now, opened, somebody, walked

LINE = Decimal(6000)
WINDOW = " 2019-06-01 至 2020-05-31 "


@pytest.mark.parametrize(
    ("on", "since", "until"),
    [
        (date(2020, 6, 30), date(2019, 6, 1), date(2020, 5, 31)), (date(2020, 6, 1), date(2019, 6, 1), date(2020, 5, 31)),
        (date(2020, 3, 15), date(2019, 3, 1), date(2020, 2, 29)), (date(2021, 1, 1), date(2020, 1, 1), date(2020, 12, 31)),
    ],
)  # fmt: skip
def test_the_window_rolls_from_month_to_month(on: date, since: date, until: date) -> None:
    assert rolling_window(on, 12) == (since, until)


@pytest.mark.parametrize(
    ("status", "year", "yearly", "rolling", "says"),
    [
        ("not_identified", 2019, 3000, None, "没有登记 2019-06-01 至 2020-05-31 （边缘户按滚动计算"),
        ("not_identified", 2019, 9000, 5999, ""), ("not_identified", 2019, 3000, 6000, "不低于监测线"),
        ("exited", 2019, 3000, None, ""), ("exited", 2019, 3000, 7000, "不低于监测线"), ("exited", 2017, 3000, None, "没有登记近一年"),
        ("poor", 2019, 3000, 3000, "仍是贫困户"),
    ],
)  # fmt: skip
def test_by_which_income_a_household_is_watched(
    status: str, year: int, yearly: int, rolling: int | None, says: str
) -> None:
    living = Living(status=status, year=year, per_capita=Decimal(yearly))
    given = None if rolling is None else Decimal(rolling)
    found = may_be_monitored(living, LINE, False, date(2020, 6, 20), given, WINDOW)
    assert (says in str(found[0])) if says else not found


def test_an_old_income_or_a_blank_is_no_proof_that_the_risk_is_gone() -> None:
    sound = {
        "status": "exited", "year": 2020, "per_capita": Decimal(8000), "food": True, "clothing": True, "house_grade": "b",
        "water_safe": True, "members": (Member("张三"),),
    }  # fmt: skip
    on, firm = date(2020, 12, 1), date(2020, 10, 1)
    assert risk_is_gone(Living(**sound), firm, LINE, on) == []
    for change, says in (({"year": 2017}, "近一年"), ({"water_safe": None}, "饮水"), ({"house_grade": "d"}, "危房")):
        (reason,) = risk_is_gone(Living(**{**sound, **change}), firm, LINE, on)
        assert says in str(reason)


@pytest.mark.django_db
@pytest.mark.parametrize(("version_day", "passes"), [(date(2020, 6, 1), ("reported", "passed", "clear", "agreed"))])
def test_an_edge_household_is_watched_by_its_rolling_income(version_day: date, passes: tuple[str, ...]) -> None:
    with time_machine.travel(version_day, tick=True) as clock:
        home = make_household(status="not_identified")
        pk = opened("household.monitoring", home.pk, home.division)
        decided(pk, passes[0], clock, {"sudden": False, "risk": "illness"})
        walked(pk, clock, *passes[1:])
        with pytest.raises(Refused, match="2019-06-01 至 2020-05-31"):
            decided(pk, "approved", clock)
        by = somebody("village_officer", home.division)
        record_rolling_income(
            household_id=home.pk, changes={"size": 1, "wage": Decimal(5000)}, reason="入户核算", by=by
        )
        made = record_rolling_income(household_id=home.pk, changes={"wage": Decimal(5500)}, reason="补报工资", by=by)
        assert (made.period_from, made.period_to, made.per_capita) == (
            date(2019, 6, 1),
            date(2020, 5, 31),
            Decimal(5500),
        )
        assert decided(pk, "approved", clock).result == "monitored"
    assert now(home).monitoring_kind == "edge"


@pytest.mark.django_db
def test_the_page_records_the_months_that_count(client_of: Any) -> None:
    home = make_household(division=VILLAGES[0])
    client, address = client_of("village"), f"/households/{home.pk}/incomes/rolling/"
    assert client.post(address, {"size": "1", "wage": "5000"}).status_code == 422  # no reason
    assert client.post(address, {"size": "1", "wage": "5000", "reason": "入户核算"}).status_code == 302
    with unit(system()):
        assert RollingIncome.objects.get(household=home).per_capita == Decimal(5000)
    assert "滚动收入" in client.get(f"/households/{home.pk}/").content.decode()
