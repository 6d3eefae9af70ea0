"""Identity numbers, names, checks of rows and incomes, as tables of cases."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from zerentian.registry.rules import identity
from zerentian.registry.rules.checks import CHECKS, Limits, examine
from zerentian.registry.rules.columns import SHEETS
from zerentian.registry.rules.freshness import months_before
from zerentian.registry.rules.income import income_faults, net_income, per_head
from zerentian.registry.rules.names import spoken
from zerentian.registry.rules.phones import misshapen

TODAY = date(2026, 11, 23)
LIMITS = Limits.of(
    TODAY,
    {
        "id.minimum_year": 1900, "income.per_capita_maximum": 100000, "income.wage_minimum": 300, "income.wage_maximum": 300000,
        "income.allowance_minimum": 200, "income.pension_minimum": 88, "school.check_from_age": 6, "school.check_to_age": 23,
        "school.compulsory_from_age": 6, "school.compulsory_to_age": 15, "school.senior_minimum_age": 14,
        "school.primary_maximum_age": 20, "labour.from_age": 16, "labour.to_age": 65, "work.months_maximum": 12,
        "land.farmland_per_person": 50, "land.forest_per_person": 70, "road.distance_maximum": 50, "household.size_maximum": 15,
    },
)  # fmt: skip

# The example of GB 11643 and numbers made from it.
NUMBERS = [
    ("11010519491231002X", ""),
    ("440524188001010014", identity.NO_YEAR),
    ("110105194912310021", identity.CHECK_DIGIT),
    ("11010519491331002X", identity.NO_DATE),
    ("11010520491231002X", identity.NO_YEAR),
    ("1101051949123100", identity.LENGTH),
    ("11010519491231002Y", identity.SHAPE),
    ("11010519491231002X43", ""),
    ("11010519491231002X4302", ""),
    ("11010519491231002X43B1", ""),
    ("11010519491231002X83", identity.SHAPE),
    ("11010519491231002X45", identity.SHAPE),
    ("１１０１０５", identity.LENGTH),
]


@pytest.mark.parametrize(("number", "fault"), NUMBERS)
def test_a_number_is_judged_alone(number: str, fault: str) -> None:
    assert identity.fault_of(number, earliest_year=1900, today=TODAY) == fault


def test_a_column_is_judged_like_each_number_alone() -> None:
    column = pl.Series([number for number, _ in NUMBERS] + [None])
    found = identity.faults(column, earliest_year=1900, today=TODAY).to_list()
    assert found == [fault or None for _, fault in NUMBERS] + [None]


def test_an_old_number_of_15_digits_becomes_18() -> None:
    assert identity.normal_one(" 110105491231002 ") == "11010519491231002X"
    assert identity.normal(pl.Series(["110105491231002", None, "11010519491231002x"])).to_list() == [
        "11010519491231002X", None, "11010519491231002X",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105 19491231 002x", "11010519491231002X"),
        ("110105-19491231－002X", "11010519491231002X"),
        ("11010519491231002\u0445", "11010519491231002X"),
        ("11010519491231002×", "11010519491231002X"),
        ("１１０１０５４９１２３１００２", "11010519491231002X"),
        ("11010519491231002X43", "11010519491231002X43"),
        ("1101051949123100", "1101051949123100"),
    ],
)
def test_a_number_is_read_however_it_was_typed(typed: str, meant: str) -> None:
    assert identity.normal_one(typed) == meant
    assert identity.normal(pl.Series([typed, None, "11010519491231002X"])).to_list() == [
        meant,
        None,
        "11010519491231002X",
    ]


def test_what_a_number_tells() -> None:
    assert not identity.is_male("11010519491231002X")
    assert identity.birth_of("11010519491231002X") == date(1949, 12, 31)
    assert identity.masked(pl.Series(["11010519491231002X", None, "12"])).to_list() == [
        "110*************2X",
        None,
        "****",
    ]


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("曾国强", "zengguoqiang", "zgq"),
        ("买买提·阿布", "maimaitiabu", "mmtab"),
        ("", "", ""),
    ],
)
def test_names_are_spoken(name: str, pinyin: str, initials: str) -> None:
    assert spoken(name) == (pinyin, initials)


def test_income_adds_up_within_one_yuan() -> None:
    parts = {"wage": Decimal(1000), "pension": Decimal("200.50"), "production_cost": Decimal(100), "business": None}
    assert net_income(parts) == Decimal("1100.50")
    assert per_head(Decimal(1000), 3) == Decimal("333.33")
    assert income_faults(parts, Decimal(1101), 2, Decimal(550)) == {}
    assert set(income_faults(parts, Decimal(1200), 2, Decimal(100))) == {"net", "per_capita"}
    assert set(income_faults(parts, Decimal("1100.50"), 0, Decimal(0))) == {"size"}


_TYPES: dict[str, Any] = {
    "integer": pl.Int64, "year": pl.Int64, "division": pl.Int64, "decimal": pl.Decimal(18, 2), "date": pl.Date, "bool": pl.Boolean,
}  # fmt: skip


def _row(sheet: str, **values: Any) -> pl.DataFrame:
    columns = next(s.columns for s in SHEETS if s.name == sheet)
    data = {"row": pl.Series([7], dtype=pl.Int64)}
    for column in columns:
        data[column.key] = pl.Series([values.get(column.key)], dtype=_TYPES.get(column.kind, pl.String))
    frame = pl.DataFrame(data)
    if sheet == "persons":
        number = identity.normal(frame["id_number"])
        frame = frame.with_columns(
            _fault=identity.faults(number, earliest_year=1900, today=TODAY),
            _sex=identity.sexes(number),
            _born=identity.birth_dates(number),
        )
    return frame


NUMBER = "11010519491231002X"  # a woman born on 1949-12-31
REFUSED = [
    ("households", {"size": 0}, "size"),
    ("households", {"cause": "illness", "other_causes": "schooling,illness"}, "other_causes"),
    ("households", {"cause": "other", "other_causes": "illness,schooling,disaster"}, "other_causes"),
    ("households", {"fuel": "coal,oil,electricity,biogas"}, "fuel"),
    ("households", {"identified_on": date(2015, 1, 1), "exited_on": date(2014, 1, 1), "status": "exited"}, "exited_on"),
    ("households", {"status": "exited"}, "exited_on"),
    ("households", {"status": "poor", "exited_on": date(2016, 1, 1)}, "status"),
    ("households", {"status": "applying"}, "status"),
    (
        "households",
        {"exited_on": date(2018, 1, 1), "returned_on": date(2017, 1, 1), "status": "returned"},
        "returned_on",
    ),
    ("households", {"risk_found_on": date(2021, 2, 1), "risk_removed_on": date(2021, 1, 1)}, "risk_removed_on"),
    ("households", {"house_year": 2030}, "house_year"),
    ("households", {"phone": "12345"}, "phone"),
    ("households", {"helper_phone": "12345"}, "helper_phone"),
    ("persons", {"phone": "1391234567"}, "phone"),
    ("persons", {"id_number": "110105194912310021"}, "id_number"),
    ("persons", {"id_number": NUMBER, "sex": "male"}, "sex"),
    ("persons", {"id_number": NUMBER, "birth_on": date(1949, 12, 30)}, "birth_on"),
    ("persons", {"birth_on": date(2030, 1, 1)}, "birth_on"),
    ("persons", {"work_months": 13, "work_region": "in_county"}, "work_months"),
    ("persons", {"public_post_months": -1}, "public_post_months"),
    ("persons", {"joined_on": date(2016, 1, 2), "left_on": date(2016, 1, 1)}, "left_on"),
    ("incomes", {"size": 0}, "size"),
    ("incomes", {"size": 2, "wage": 1000, "net": 900, "per_capita": 450}, "net"),
    ("incomes", {"size": 2, "wage": 1000, "net": 1000, "per_capita": 100}, "per_capita"),
    ("incomes", {"period_from": date(2016, 1, 2), "period_to": date(2016, 1, 1)}, "period_to"),
    ("incomes", {"year": 2030}, "year"),
    ("villages", {"natural_villages": 3, "natural_villages_with_road": 4}, "natural_villages_with_road"),
    ("villages", {"labour_force": 3, "trained_labour": 4}, "trained_labour"),
    ("villages", {"status": "exited"}, "exited_on"),
    ("counties", {"status": "exited"}, "exited_on"),
]
ASKED = [
    ("households", {"size": 20}, "size"),
    ("households", {"status": "returned"}, "returned_on"),
    ("households", {"status": "closed"}, "removed_on"),
    ("households", {"house_area": 0}, "house_area"),
    ("households", {"road_distance": 51}, "road_distance"),
    ("households", {"size": 2, "farmland": 101}, "farmland"),
    ("households", {"size": 1, "forest": 71}, "forest"),
    ("persons", {"document_type": "none"}, "document_note"),
    ("persons", {"work_region": "in_county", "work_months": 0}, "work_months"),
    ("persons", {"work_months": 3}, "work_region"),
    ("persons", {"birth_on": date(1980, 1, 1), "health": "healthy", "labour": "none"}, "labour"),
    ("persons", {"health": "chronic_illness,disabled"}, "disability_kind"),
    ("persons", {"birth_on": date(2014, 1, 1)}, "school_status"),
    ("persons", {"birth_on": date(2014, 1, 1), "school_status": "senior_1"}, "school_status"),
    ("persons", {"birth_on": date(2000, 1, 1), "school_status": "primary"}, "school_status"),
    ("persons", {"birth_on": date(2014, 1, 1), "school_status": "dropped_out"}, "dropout_reason"),
    ("incomes", {"size": 1, "wage": 200000, "net": 200000, "per_capita": 200000}, "per_capita"),
    ("incomes", {"size": 1, "wage": 100, "net": 100, "per_capita": 100}, "wage"),
    ("incomes", {"size": 1, "business": 1000, "net": 1000, "per_capita": 1000}, "production_cost"),
    ("incomes", {"size": 1, "low_income_allowance": 100, "net": 100, "per_capita": 100}, "low_income_allowance"),
    ("incomes", {"size": 1, "pension": 50, "net": 50, "per_capita": 50}, "pension"),
]


PHONES = [
    ("13912345678", False), ("139 1234 5678", False), ("138-0013-8000", False), ("+8613912345678", False),
    ("0797-5322345", False), ("01062345678", False), ("021 62345678", False), ("", False), (None, False),
    ("12345", True), ("1391234567", True), ("139123456789", True), ("12912345678", True), ("5322345", True),
    ("139****5678", True), ("无", True),
]  # fmt: skip


@pytest.mark.parametrize(("number", "wrong"), PHONES)
def test_a_phone_number_has_a_form(number: str | None, wrong: bool) -> None:
    frame = pl.DataFrame({"phone": pl.Series([number], dtype=pl.String)})
    assert frame.select(misshapen("phone").fill_null(value=False)).item() is wrong


@pytest.mark.parametrize(("sheet", "values", "key"), REFUSED)
def test_a_row_is_refused(sheet: str, values: dict[str, Any], key: str) -> None:
    refused, _ = examine(sheet, _row(sheet, **values), LIMITS)
    assert [(p.row, p.key) for p in refused] == [(7, key)]


@pytest.mark.parametrize(("sheet", "values", "key"), ASKED)
def test_a_row_is_let_in_with_a_question(sheet: str, values: dict[str, Any], key: str) -> None:
    refused, asked = examine(sheet, _row(sheet, **values), LIMITS)
    assert refused == []
    assert [(p.row, p.key) for p in asked] == [(7, key)]


def test_every_check_has_a_case() -> None:
    for sheet, checks in CHECKS.items():
        for check in checks:
            cases = REFUSED if check.stops else ASKED
            rows = [values for name, values, key in cases if (name, key) == (sheet, check.key)]
            assert any(_row(sheet, **v).select(check.wrong(LIMITS).fill_null(value=False)).item() for v in rows), (
                check.wrong.__name__
            )


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 23), 12, date(2025, 11, 23)), (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)), (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)  # fmt: skip
def test_months_before(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
