"""The label of a stored code, and the rows of the list of households, which are drawn without a template."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

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


_ROW = (
    '<tr><td class="text-nowrap" data-user-content><a href="{}">{}</a>{}</td>'
    '<td class="text-nowrap">{}</td><td class="text-nowrap" data-user-content>{}</td><td class="num">{}</td>'
    '<td class="text-nowrap">{}</td><td class="text-nowrap">{}</td><td>{}</td><td class="num">{}</td><td>{}</td>'
    '<td class="text-nowrap" data-user-content>{}</td><td class="text-nowrap">{}</td></tr>'
)
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
        _ROW, address_of("registry:household", one.pk), one.head_name, found, one.number, place, one.size, status, kind,
        cause, number(income.per_capita, 0) if income else DASH, _lacks(line, language), one.helper_name or DASH,
        day(one.confirmed_on),
    )  # fmt: skip


def _lacks(line: Line[Listed], language: str) -> SafeString:
    """A badge for each guarantee that the household lacks."""
    one = line.household
    lacking = (one.house_grade in UNSAFE_GRADES, one.water_safe is False, line.out_of_school, line.uninsured)
    return SafeString(" ".join(shown for shown, lacks in zip(_badges(language), lacking, strict=True) if lacks))


@lru_cache(maxsize=4)
def _badges(language: str) -> tuple[SafeString, ...]:
    bad = (gettext("住房"), gettext("饮水"), gettext("辍学"))
    return (*(badge(word, "bad") for word in bad), badge(gettext("医保"), "warn"))
