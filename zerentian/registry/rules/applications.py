"""What an application must hold before it is handed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from zerentian.kernel.refusal import Reason
from zerentian.registry.rules.standards import ENTRY_GROUND

# The pages of an application, in the order in which they are filled in.
TASKS = ("basics", "members", "income", "dwelling", "guarantee")


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the register knows of an applicant so far."""

    cause: str = ""
    house_grade: str = ""
    water_safe: bool | None = None
    food: bool | None = None
    clothing: bool | None = None
    income_year: int | None = None
    this_year: int = 0
    members_without_health: Sequence[str] = ()


def missing(of: Applicant) -> dict[str, list[Reason]]:
    """Task → what it still lacks."""
    found: dict[str, list[Reason]] = {task: [] for task in TASKS}
    _ask(found["basics"], of.cause, "主要致贫原因")
    for name in of.members_without_health:
        found["members"].append(Reason(f"{name} 没有填健康状况", "成员", ENTRY_GROUND))
    if of.income_year is None or of.income_year < of.this_year - 1:
        text = f"没有登记 {of.this_year - 1} 年或 {of.this_year} 年的收入"
        found["income"].append(Reason(text, "收入", ENTRY_GROUND))
    _ask(found["dwelling"], of.house_grade, "住房等级")
    _ask(found["dwelling"], of.water_safe, "饮水安全")
    _ask(found["guarantee"], of.food, "不愁吃")
    _ask(found["guarantee"], of.clothing, "不愁穿")
    return found


def _ask(found: list[Reason], value: object, where: str) -> None:
    if value in (None, ""):
        found.append(Reason("没有填", where, ENTRY_GROUND))
