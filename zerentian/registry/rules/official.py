"""The item numbers of the household registration form of 2014 (A1 to A37), as its published instructions list them.

The numbers of the village form (B1 to B49) are not known one by one, so the village form has none.
"""

from collections.abc import Mapping
from decimal import Decimal

from zerentian.registry.rules.income import SOURCES, TRANSFERS

STANDARD = {"standard": "A1", "household_type": "A2", "cause": "A3a", "other_causes": "A3b"}
MEMBER = {
    "name": "A4", "sex": "A5", "id_number": "A6", "relation": "A7", "ethnicity": "A8", "education": "A9",
    "school_status": "A10", "health": "A11", "labour": "A12", "work_months": "A13", "has_allowance": "A14",
    "has_resident_medical": "A15", "has_resident_pension": "A16",
}  # fmt: skip
DWELLING = {"house_area": "A21", "house_structure": "A22", "house_year": "A23", "is_relocated": "A24"}
ORGANISED = {
    "in_mutual_fund": "A30", "mutual_fund_amount": "A31", "industry": "A32", "in_cooperative": "A33", "production_gain": "A34",
}  # fmt: skip
LIVING = {"has_power": "A35", "fuel": "A36", "water_source": "A37"}
PROPERTY = ("asset_dividend", "other_property")
ITEMS = {**STANDARD, **MEMBER, **DWELLING, **ORGANISED, **LIVING}


def income_items(parts: Mapping[str, Decimal | None]) -> list[tuple[str, Decimal | None]]:
    """A17 to A20 of one year's income; nothing recorded stays a blank."""
    return [
        ("A17 家庭总收入", _sum(parts, SOURCES)), ("A17a 工资性收入", parts.get("wage")),
        ("A17b 家庭经营性收入", parts.get("business")), ("A17c 转移性收入", _sum(parts, TRANSFERS)),
        ("A17d 财产性收入", _sum(parts, PROPERTY)), ("A18 生产经营性支出", parts.get("production_cost")),
        ("A19 家庭纯收入", parts.get("net")), ("A20 家庭年人均纯收入", parts.get("per_capita")),
    ]  # fmt: skip


def _sum(parts: Mapping[str, Decimal | None], keys: tuple[str, ...]) -> Decimal | None:
    known = [value for key in keys if (value := parts.get(key)) is not None]
    return sum(known, Decimal(0)) if known else None
