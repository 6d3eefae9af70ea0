"""Makes households, persons and files for tests; identity numbers are right unless asked otherwise."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.privacy import mask_id, token
from zerentian.registry.models import Household, HouseholdIncome, Person
from zerentian.registry.rules.identity import check_digit
from zerentian.registry.rules.names import spoken

VILLAGE = 360732100200
_numbers = count(1)


def identity(
    born: date = date(1970, 5, 1), *, male: bool = True, serial: int | None = None, area: str = "360732"
) -> str:
    """A right identity number."""
    n = next(_numbers) if serial is None else serial
    first = f"{area}{born:%Y%m%d}{n % 100:02d}{n // 100 % 5 * 2 + (1 if male else 0)}"
    return first + check_digit(first)


def make_household(division: int = VILLAGE, **fields: Any) -> Household:
    """A household with one income and its head."""
    n = next(_numbers)
    members = fields.pop("members", 1)
    values: dict[str, Any] = {
        "number": f"{division}H{n:04d}", "division": division, "head_name": "张三", "size": members, "household_type": "ordinary",
        "standard": "national", "cause": "illness", "status": "poor", "identified_on": date(2014, 5, 1), "house_grade": "b",
        "water_safe": True, "helper_name": "李四", "helper_phone": "13800001111", "phone": "13912345678",
        "confirmed_on": date(2026, 1, 1), **fields,
    }  # fmt: skip
    with unit(system()), acting("test.household", by=system(), reason="测试"):
        home = Household(**values)
        home.phone_token = token(home.phone, "phone")
        home.save()
        HouseholdIncome.objects.create(
            household=home, division=division, year=2025, period_from=date(2025, 1, 1), period_to=date(2025, 12, 31),
            size=members, wage=Decimal(3000) * members, net=Decimal(3000) * members, per_capita=Decimal(3000),
        )  # fmt: skip
    make_person(home, name=home.head_name, relation="head")
    for _ in range(members - 1):
        make_person(home, name="张小宝", relation="son", birth_on=date(2012, 3, 1), school_status="primary")
    return home


def make_person(home: Household, **fields: Any) -> Person:
    """A member of the household."""
    born = fields.get("birth_on", date(1970, 5, 1))
    values: dict[str, Any] = {
        "number": f"{home.number}-{next(_numbers)}", "name": "张三", "relation": "son", "sex": "male", "birth_on": born,
        "document_type": "identity_card", "id_number": identity(born), "health": "healthy", "has_resident_medical": True, **fields,
    }  # fmt: skip
    number = values["id_number"]
    pinyin, initials = spoken(values["name"])
    with unit(system()), acting("test.person", by=system(), reason="测试"):
        return Person.objects.create(
            household=home, division=home.division, pinyin=pinyin, initials=initials, id_mask=mask_id(number),
            id_valid=bool(number), id_token=token(number[:18], "person.id"), **values,
        )  # fmt: skip


def household_row(number: str = "H1", **fields: Any) -> dict[str, Any]:
    """A right row of the sheet of households."""
    return {
        "number": number, "division": str(VILLAGE), "head_name": "王大", "size": "1", "household_type": "ordinary",
        "cause": "illness", "status": "poor", "identified_on": "2014-05-01", "phone": "13912345678", "other_causes": "", **fields,
    }  # fmt: skip


def person_row(number: str = "H1-1", household: str = "H1", **fields: Any) -> dict[str, Any]:
    """A right row of the sheet of persons."""
    return {
        "number": number, "household_number": household, "division": str(VILLAGE), "name": "王大", "relation": "head",
        "sex": "male", "birth_on": "", "document_type": "identity_card", "id_number": identity(), "health": "chronic_illness", **fields,
    }  # fmt: skip


def income_row(household: str = "H1", **fields: Any) -> dict[str, Any]:
    """A right row of the sheet of incomes."""
    return {
        "household_number": household, "division": str(VILLAGE), "year": "2025", "period_from": "2025-01-01",
        "period_to": "2025-12-31", "size": "1", "wage": "3000", "net": "3000", "per_capita": "3000", **fields,
    }  # fmt: skip


def write_files(folder: Path, **sheets: Sequence[Mapping[str, Any]]) -> list[tuple[Path, str]]:
    """CSV files named after their sheets, as an import takes them."""
    files = []
    for name, rows in sheets.items():
        path = folder / f"{name}.csv"
        pl.DataFrame(list(rows)).write_csv(path)
        files.append((path, path.name))
    return files
