"""How a household's income adds up (registration form A17 to A20), and over which months."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from zerentian.kernel.periods import months_after

TOLERANCE = Decimal(1)  # yuan by which a sum may be off through rounding

# Sources that are added up; the cost of production is deducted.
SOURCES = (
    "wage", "business", "asset_dividend", "other_property", "family_planning", "low_income_allowance",
    "extreme_support", "pension", "eco_compensation", "other_transfer",
)  # fmt: skip
TRANSFERS = (
    "family_planning", "low_income_allowance", "extreme_support", "pension", "eco_compensation", "other_transfer",
)  # fmt: skip


def net_income(parts: Mapping[str, Decimal | None]) -> Decimal:
    """All sources less the cost of production, in yuan."""
    return sum((parts.get(s) or Decimal(0) for s in SOURCES), Decimal(0)) - (parts.get("production_cost") or Decimal(0))


def per_head(net: Decimal, size: int) -> Decimal:
    """Net income by members, in yuan and fen."""
    return (net / size).quantize(Decimal("0.01"), ROUND_HALF_UP)


def income_faults(parts: Mapping[str, Decimal | None], net: Decimal, size: int, per_capita: Decimal) -> dict[str, str]:
    """What does not add up: field → sentence; empty when everything does."""
    found = {}
    total = net_income(parts)
    if abs(total - net) > TOLERANCE:
        found["net"] = f"各项收入减去生产经营性支出是 {total} 元，纯收入填的是 {net} 元，请逐项核对"
    if size < 1:
        found["size"] = "家庭人口应不少于 1"
    elif abs(per_head(net, size) - per_capita) > TOLERANCE:
        found["per_capita"] = f"纯收入除以人口是 {per_head(net, size)} 元，请核对人均纯收入或家庭人口"
    return found


def rolling_window(on: date, months: int) -> tuple[date, date]:
    """The full months before the day's own: identified on any day of June 2020, June 2019 to May 2020."""
    first = on.replace(day=1)
    return months_after(first, -months), first - timedelta(days=1)
