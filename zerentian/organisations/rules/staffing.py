"""Whether a body's staff, premises and funds fit its task (articles 12, 15 and 21)."""

from dataclasses import dataclass
from decimal import Decimal

from zerentian.kernel.refusal import Reason


@dataclass(frozen=True, slots=True)
class Staff:
    """What is recorded of a body; None where nothing is recorded."""

    quota: int | None
    actual: int | None
    premises: bool | None
    budget: Decimal | None
    budget_year: int | None


@dataclass(frozen=True, slots=True)
class Standard:
    """Fewest persons, share of the quota that must be filled (percent), and whether funds are asked for."""

    minimum: int
    filled_share: int
    article: str = ""
    needs_budget: bool = True


def staffing_shortfalls(staff: Staff, standard: Standard, year: int) -> list[Reason]:
    """What is missing in the year; empty means adequate."""
    found = []
    actual = staff.actual or 0
    if actual < standard.minimum:
        found.append(f"实有 {actual} 人，少于 {standard.minimum} 人")
    if staff.quota and actual * 100 < staff.quota * standard.filled_share:
        found.append(f"编制 {staff.quota} 人，到位 {actual} 人，不足 {standard.filled_share}%")
    if not staff.premises:
        found.append("没有办公场所")
    if standard.needs_budget and not (staff.budget and staff.budget_year == year):
        found.append(f"没有 {year} 年工作经费")
    return [Reason(text, article=standard.article) for text in found]
