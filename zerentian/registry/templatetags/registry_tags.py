"""The label of a stored code, and the rows of the list of households, which are drawn without a template."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

from zerentian.kernel.drawing import DASH, address_of, badge, fill
from zerentian.kernel.templatetags.ui import day, number
from zerentian.registry.models import UNSAFE_GRADES
from zerentian.registry.queries import Line, Listed
from zerentian.rulebook import queries as rulebook

register = template.Library()


@register.filter
def code(key: str, list_id: str) -> str:
    """A key of a code list in the reader's language; a dash where there is none."""
    return rulebook.label(list_id, key) if key else DASH


# Class, heading on a phone, and whether people typed what stands there, of each cell after the first.
_CELLS = (
    ("text-nowrap", gettext_lazy("户编号"), False), ("text-nowrap", gettext_lazy("地区"), True),
    ("num", gettext_lazy("人口"), False), ("text-nowrap", gettext_lazy("脱贫状态"), False),
    ("text-nowrap", gettext_lazy("属性"), False), ("", gettext_lazy("主要致贫原因"), False),
    ("num", gettext_lazy("人均纯收入"), False), ("", gettext_lazy("保障问题"), False),
    ("text-nowrap", gettext_lazy("帮扶责任人"), True), ("text-nowrap", gettext_lazy("最近核实"), False),
)  # fmt: skip
_FIRST = '<td class="zt-card-title text-nowrap" data-user-content><a href="{}">{}</a>{}</td>'
_MEMBER = '<br><small class="zt-muted">{}</small>'


@register.simple_tag
def household_rows(lines: Sequence[tuple[Line[Listed], str, str]]) -> SafeString:
    """Households in the list, each with its place and those of its members whom a search found."""
    language = get_language() or "zh"
    return SafeString("".join(_row(line, place, member, language) for line, place, member in lines))


def _row(line: Line[Listed], place: str, member: str, language: str) -> SafeString:
    one, income = line.household, line.income
    found = fill(_MEMBER, gettext("成员：%(member)s") % {"member": member}) if member else SafeString()
    status, kind, cause = (
        rulebook.label(codes, key, language) if key else DASH
        for codes, key in (
            ("poverty_status", one.status), ("household_type", one.household_type), ("poverty_cause", one.cause),
        )
    )  # fmt: skip
    return fill(
        _cells(language), address_of("registry:household", one.pk), one.head_name, found, one.number, place, one.size, status, kind,
        cause, number(income.per_capita, 0) if income else DASH, _lacks(line, language), one.helper_name or DASH,
        day(one.confirmed_on),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _cells(language: str) -> str:
    """A row with gaps, its headings in the language."""
    cells = (
        fill('<td class="{}"{} data-label="{}">', kind, SafeString(" data-user-content") if typed else "", str(label))
        for kind, label, typed in _CELLS
    )
    return f"<tr>{_FIRST}{''.join(f'{cell}{{}}</td>' for cell in cells)}</tr>"


def _lacks(line: Line[Listed], language: str) -> SafeString:
    """A badge for each guarantee that the household lacks."""
    one = line.household
    lacking = (one.house_grade in UNSAFE_GRADES, one.water_safe is False, line.out_of_school, line.uninsured)
    return SafeString(" ".join(shown for shown, lacks in zip(_badges(language), lacking, strict=True) if lacks))


@lru_cache(maxsize=4)
def _badges(language: str) -> tuple[SafeString, ...]:
    bad = (gettext("住房"), gettext("饮水"), gettext("辍学"))
    return (*(badge(word, "bad") for word in bad), badge(gettext("医保"), "warn"))


_CONFIRMED = '<p class="zt-muted mt-3 mb-0">{} {}</p>'
_BY = "<span data-user-content>{} {}</span>"


@register.simple_tag
def confirmed_line(last: tuple[date, str, str] | None) -> SafeString:
    """When a part of a file was last made sure of, by whom and how."""
    if last is None:
        return fill(_CONFIRMED, gettext("最近核实：没有记录"), "")
    on, who, how = last
    return fill(_CONFIRMED, gettext("最近核实：%(day)s") % {"day": day(on)}, fill(_BY, who, how))


_FORM = (
    '<form method="post" action="{}" class="zt-actions zt-screen-only mt-2">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}{}</form>'
)
_BUTTON = (
    '<button class="btn btn-sm btn-outline-primary" type="submit" name="how" value="{}">{}'
    '<span class="visually-hidden"> {}</span></button>'
)
_CHANGE = '<a class="btn btn-sm btn-outline-secondary" href="{}">{}<span class="visually-hidden"> {}</span></a>'


@register.simple_tag
def confirm_form(token: str, choices: Sequence[tuple[str, Any]], to: str, change: str, title: str) -> SafeString:
    """A part of a file is made sure of by one press, in one of the ways, or led to its corrections."""
    buttons = SafeString("".join(fill(_BUTTON, value, words, title) for value, words in choices))
    return fill(_FORM, to, token, buttons, fill(_CHANGE, change, gettext("更正"), title) if change else "")
