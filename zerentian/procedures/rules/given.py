"""What a decider hands in with a decision: the form, the vote and the reason, checked against the step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from zerentian.kernel.refusal import Reason
from zerentian.procedures.rules.definition import FieldEntry, OutcomeEntry, StepEntry

LONGEST = 2_000  # characters of one field


@dataclass(frozen=True, slots=True)
class Vote:
    """How a meeting voted."""

    entitled: int
    present: int
    in_favour: int
    against: int

    def kept(self) -> dict[str, int]:
        """As records keep it."""
        return {
            "entitled": self.entitled, "present": self.present, "in_favour": self.in_favour, "against": self.against,
        }  # fmt: skip


def vote_faults(vote: Vote | None, quorum: Decimal, majority: int, *, wins: bool) -> list[Reason]:
    """Why a vote does not carry: numbers that can't be, too few present, too few in favour."""
    if vote is None:
        return [Reason("请填写会议的应到、实到、同意和不同意人数", "表决")]
    if min(vote.entitled, vote.present, vote.in_favour, vote.against) < 0 or vote.entitled < 1:
        return [Reason("人数应为正数", "表决")]
    if vote.present > vote.entitled:
        return [Reason("实到人数多于应到人数", "实到")]
    if vote.in_favour + vote.against > vote.present:
        return [Reason("同意与不同意之和多于实到人数", "表决")]
    share = round(Decimal(vote.present * 100) / vote.entitled, 2)
    found = []
    if share < quorum:
        found.append(Reason(f"到会 {share:f}%，不足 {quorum:f}%，会议无效", "实到"))
    if wins and vote.in_favour * 100 <= vote.present * majority:
        found.append(Reason(f"同意 {vote.in_favour} 人，须超过实到人数的 {majority}%", "同意"))
    return found


def form_faults(step: StepEntry, form: Mapping[str, Any], today: date) -> list[Reason]:
    """Fields that are missing, unknown or of the wrong kind; a day on which something was done is not to come."""
    known = {one.key for one in step.fields}
    found = [Reason("这一步没有这一项", key) for key in sorted(set(form) - known)]
    for one in step.fields:
        value = form.get(one.key)
        if value in (None, ""):
            if one.required:
                found.append(Reason("请填写", one.zh))
        elif not _is_right(one, value):
            found.append(Reason(_WRONG[one.type], one.zh))
        elif one.type == "date" and _day(value) > today:
            found.append(Reason("不能晚于办理的那一天，请核对年月日", one.zh))
    return found


_WRONG = {
    "text": f"应为不超过 {LONGEST} 字的文字", "number": "应为数字", "count": "应为整数，没有的填 0", "date": "应为日期，如 2017-06-30",
    "yes_no": "应为是或否",
    "choice": "请从列出的选项中选择",
}  # fmt: skip


def _is_right(one: FieldEntry, value: Any) -> bool:
    match one.type:
        case "text":
            return isinstance(value, str) and len(value) <= LONGEST
        case "number":
            return _is_number(value)
        case "count":
            text = str(value)
            return text.isascii() and text.isdigit() and len(text) < 10
        case "date":
            return _is_date(value)
        case "yes_no":
            return isinstance(value, bool)
        case _:
            return value in {choice.key for choice in one.choices}


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, date) or bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def kept(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form as records keep it: dates and numbers as text."""
    return {key: str(v) if isinstance(v, date | Decimal) else v for key, v in form.items() if v not in (None, "")}


def demand_faults(step: StepEntry, outcome: OutcomeEntry, form: Mapping[str, Any]) -> list[Reason]:
    """What must have been done before a step goes on, and was answered with no; a decision against somebody needs it not."""
    if outcome.reason or outcome.bare:
        return []
    return [
        Reason("须为“是”才能通过，请先办到", one.zh)
        for one in step.fields
        if one.demanded and form.get(one.key) is False
    ]


def reason_faults(outcome: OutcomeEntry, reason: str) -> list[Reason]:
    """A decision against somebody says why."""
    return [Reason("请写明理由，申请人会看到", "理由")] if outcome.reason and len(reason.strip()) < 2 else []
