"""A row that is missing says something only where the department delivered its whole table."""

from datetime import date

import pytest
from django.db import connection

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue, TableVersion
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
LIST = (
    "certificate,member,holder_id,holder_name,kind,monthly,care_grade,care_monthly,granted_on,stopped_on,state,area\n"
)
BILLS = "settlement,patient_id,patient_name,settled_on,kind,total,basic,serious,supplement,aid,own,area\n"
OTHER = identity(date(1950, 2, 3), serial=77)


def recipient(number: str, certificate: str = "D1", state: str = "在享") -> str:
    return f"{certificate},1,{number},王小明,农村低保,300,,,2018-01-01,,{state},360732\n"


def on_list(*rows: str, period: str, **offer: object) -> None:
    delivered(LIST + "".join(rows), source="low_income", period=period, **offer)


def missing() -> list[bool]:
    """Whether the clues that somebody isn't on the list still stand."""
    matched()
    with unit(system()):
        return [c.gone_on is None for c in Clue.objects.filter(rule="low_income.allowance_not_paid").order_by("id")]


@pytest.fixture
def registered() -> None:
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="王小明", has_allowance=True, joined_on=date(2016, 1, 1))


@pytest.mark.usefixtures("registered")
def test_an_undelivered_source_says_nothing_of_who_is_missing() -> None:
    delivered(HEAD + row("赣B1", OTHER))
    assert missing() == []


def test_a_table_is_whole_within_its_area_and_not_made_of_increments() -> None:
    delivered(HEAD + row("赣B1", OTHER))
    bill = f"S1,{OTHER},李四,2026-08-02,住院,9000,6000,0,0,0,3000,360732\n"
    delivered(BILLS + bill, source="medical_settlement", period="2026-08", kind="increment")
    with unit(system()), acting("test.copy", by=system(), reason="测试"), connection.cursor() as cursor:
        _copy_to(360121000000)
        cursor.execute("select source, lo, hi, complete_on::text from facts.full_table order by lo")
        whole = cursor.fetchall()
    assert whole == [
        ("vehicles", 360000000000, 370000000000, "2026-09-30"),
        ("vehicles", 360121000000, 360122000000, "2026-09-30"),
    ]


def _copy_to(division: int) -> None:
    """The delivery of vehicles and its table once more, as a county's."""
    table = TableVersion.objects.get(source="vehicles")
    found = table.delivery
    found.pk, found.division, found.receipt = None, division, "county"
    found.save(force_insert=True)
    table.pk, table.division, table.delivery, table.of = None, division, found, [found.pk]
    table.save(force_insert=True)


@pytest.mark.usefixtures("registered")
def test_a_whole_table_tells_who_is_missing_until_he_is_on_it() -> None:
    on_list(recipient(OTHER), period="2026-08")
    assert missing() == [True]
    on_list(recipient(OTHER) + recipient(NUMBER, "D2"), period="2026-09")
    assert missing() == [False]


def test_who_joined_after_the_tables_end_or_has_no_valid_number_is_not_missing() -> None:
    with unit(system()):
        home = make_household()
        make_person(home, id_number=NUMBER, has_allowance=True, joined_on=date(2016, 9, 1))
        make_person(home, id_number="", has_allowance=True)
    on_list(recipient(OTHER), period="2016-08")
    assert missing() == []
    on_list(recipient(OTHER), recipient(OTHER, "D3", "停发"), period="2016-09")
    assert missing() == [True]


@pytest.mark.usefixtures("registered")
def test_a_correction_of_a_whole_table_is_one_and_a_withdrawn_table_none() -> None:
    first = delivered(LIST + recipient(NUMBER), source="low_income", period="2026-08")
    again = delivered(
        LIST + recipient(OTHER), source="low_income", period="2026-08", kind="correction", replaces=first.pk
    )
    assert missing() == [True]
    by = actor_of_cast("province")
    with unit(by):
        services.withdraw(delivery_id=again.pk, by=by, reason="文件给错了")
    assert missing() == [False]
