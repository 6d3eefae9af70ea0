"""How pages word the law: in the reader's language, with units, levels and due dates in words."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zerentian.kernel.actor import Actor
from zerentian.kernel.periods import Cycle
from zerentian.kernel.permissions import Permission
from zerentian.rulebook import queries
from zerentian.rulebook.rules.duties import Due, Subject
from zerentian.rulebook.rules.overlay import SIGNS

register = template.Library()


@register.filter
def speak(thing: Any, field: str) -> str:
    """A field in the reader's language: `field`, or `field_en` for readers of English."""
    return queries.spoken(thing, field)


@register.filter
def may(actor: Actor, permission: str) -> bool:
    """Whether the actor holds the permission."""
    return actor.may(Permission(permission))


@register.filter
def subject_words(subject: Subject) -> str:
    """Level and kind of a subject, e.g. 县级 党委和政府."""
    kind = queries.label("department", subject.department) if subject.department else None
    return f"{level_words(subject.level)} {kind or queries.label('body_kind', subject.kind)}"


def level_words(level: str) -> str:
    """The level in words."""
    return {
        "province": _("省级"),
        "city": _("市级"),
        "county": _("县级"),
        "township": _("乡级"),
        "village": _("村级"),
        "any": _("各级"),
    }[level]


@register.filter
def cycle_words(cycle: Cycle) -> str:
    """How often the duty falls due."""
    return {
        Cycle.ONCE: _("一次"),
        Cycle.YEARLY: _("每年"),
        Cycle.HALF_YEARLY: _("每半年"),
        Cycle.QUARTERLY: _("每季度"),
        Cycle.MONTHLY: _("每月"),
        Cycle.STANDING: _("常态"),
        Cycle.ON_EVENT: _("逢事即办"),
    }[cycle]


@register.filter
def due_words(due: Due | None) -> str:
    """The due date in words."""
    if due is None:
        return "—"
    if due.month:
        day = date_format(date(2001, due.month, due.day), "MONTH_DAY_FORMAT")
        return _("次年 %(day)s") % {"day": day} if due.year else day
    if due.parameter:
        return _("事发后 %(name)s 规定的天数内") % {"name": speak(queries.parameter_history(due.parameter), "title")}
    return _("期满后 %(days)s 日内") % {"days": due.days} if due.days else _("期末当日")


@register.filter
def validity(thing: Any) -> str:
    """From when until when something holds, e.g. 2017-06-29 起."""
    start = thing.valid_from.isoformat()
    if thing.valid_to is None:
        return _("%(day)s 起") % {"day": start}
    return f"{start} – {thing.valid_to.isoformat()}"


@register.filter
def sign(op: str) -> str:
    """≥, >, ≤, < or =."""
    return SIGNS.get(op, op)


@register.filter
def plain(number: Decimal | int | str) -> str:
    """A number without trailing zeros."""
    return f"{number.normalize():f}" if isinstance(number, Decimal) else str(number)


@register.filter
def unit_words(unit: str) -> str:
    """The unit after a number."""
    words = {
        "percent": "%",
        "count": pgettext("单位", "项"),
        "days": pgettext("单位", "天"),
        "working_days": pgettext("单位", "个工作日"),
        "yuan": pgettext("单位", "元"),
        "ratio": pgettext("单位", "倍"),
        "persons": pgettext("单位", "人"),
        "households": pgettext("单位", "户"),
        "months": pgettext("单位", "个月"),
        "years": pgettext("单位", "年"),
        "minutes": pgettext("单位", "分钟"),
        "points": pgettext("单位", "分"),
        "score": pgettext("单位", "分"),
        "hundredth_bits": pgettext("单位", "（百分之一比特）"),
        "mu": pgettext("单位", "亩"),
        "km": pgettext("单位", "公里"),
        "m2": pgettext("单位", "平方米"),
        "square_metres": pgettext("单位", "平方米"),
        "grade": pgettext("单位", "级"),
        "per_month": pgettext("单位", "次／月"),
        "per_year": pgettext("单位", "次／年"),
    }
    return words.get(unit, "")


@register.filter
def measure_title(measure_id: str) -> str:
    """What a measure is called, computed or not."""
    return queries.measure_title(measure_id)


@register.filter
def source_words(source: str) -> str:
    """Where a rule comes from, in the reader's language."""
    return queries.source_words(source)


@register.filter
def is_measured(measure_id: str) -> bool:
    """Whether the measure is computed."""
    return measure_id in queries.measures()
