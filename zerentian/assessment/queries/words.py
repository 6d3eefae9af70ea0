"""What an entry says in words: its reason, what to do next, its figure and its target."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zerentian.assessment.models import Entry
from zerentian.kernel.percents import percent_text
from zerentian.kernel.templatetags.ui import day, quantity

OPS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}


# How a row can differ between two snapshots.
DIFFERENCE_WORDS = {"came": gettext_lazy("新增"), "went": gettext_lazy("减少"), "changed": gettext_lazy("变更")}
CAPS = ("le", "lt")  # requirements of which less is better


def figure_text(value: Decimal | None, unit: str, op: str = "ge") -> str:
    """The figure as text with its unit; percents with one decimal, which doesn't reach a target that the figure misses."""
    if value is None:
        return "—"
    if unit == "percent":
        return percent_text(value, is_cap=op in CAPS)
    return str(quantity(value.normalize() if value % 1 == 0 else value, unit))


def unit_word(unit: str) -> str:
    """The unit of a measure in words; nothing for ratios."""
    words = {"percent": "%", "count": pgettext("单位", "项"), "days": _("天"), "yuan": _("元")}
    return words.get(unit, "")


def share_text(share: Decimal | None) -> str:
    """The share of duties done or on track; a dash where nothing can be judged."""
    return "—" if share is None else percent_text(share)


def target_text(entry: Entry) -> str:
    """The target: ≥ 98%."""
    return f"{OPS[entry.op]} {quantity(entry.target, entry.unit)}"


def reason_text(entry: Entry) -> str:
    """Why the entry stands where it stands."""
    facts: dict[str, Any] = {
        "value": figure_text(entry.value, entry.unit, entry.op), "target": target_text(entry), "due": day(entry.due_on),
    }  # fmt: skip
    texts = {
        "no_tasks": _("本主体没有脱贫攻坚任务，这项责任不适用"),
        "no_sql": _("这项指标所需的记录尚未接入，尚未测算"),
        "no_event": _("还没有发生需要办理的事项"),
        "nothing_to_judge": _("辖区内没有这项指标要判断的对象"),
        "met": _("%(value)s，达到目标 %(target)s"),
        "near": _("%(value)s，接近但未达到目标 %(target)s"),
        "short": _("%(value)s，未达到目标 %(target)s"),
        "late_events": _("%(value)s，有事项没有按期办结，目标 %(target)s"),
        "past_due": _("%(value)s，未达到目标 %(target)s，已过期限 %(due)s"),
        "due_soon": _("%(value)s，未达到目标 %(target)s，期限 %(due)s 临近"),
        "not_yet": _("目前 %(value)s，目标 %(target)s；本期到期限 %(due)s 那天才判定，在那以前是未到期"),
        "gone": _("本主体已撤销，或不再承担这项责任"),
    }
    return texts.get(entry.reason, "") % facts


def next_action(entry: Entry) -> str:
    """What the body does next about the entry."""
    facts = {"due": day(entry.due_on)}
    if entry.status == "disputed":
        return _("申诉在办：等待督查人员裁定，或先更正记录")
    if entry.status == "overdue":
        return _("已逾期：立即补办，逐条更正不符合要求的记录")
    if entry.status == "failed":
        return _("逐条核对不符合要求的记录，能补办的补办，有误的更正")
    if entry.status == "at_risk":
        known = _("在 %(due)s 前补齐不符合要求的记录") if entry.due_on else _("接近目标：尽快补齐不符合要求的记录")
        return known % facts
    if entry.status == "not_due":
        return (_("按计划办理，期限 %(due)s") if entry.due_on else _("发生需要办理的事项时按期办理")) % facts
    if entry.status == "not_measured":
        return _("按条文要求办理；相关记录接入后自动测算")
    return "—" if entry.status == "not_applicable" else _("保持")
