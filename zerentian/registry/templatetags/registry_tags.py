"""The label of a stored code, and the rows of the list of households, which are drawn without a template."""

from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from zerentian.kernel.drawing import address_of, badge
from zerentian.kernel.templatetags.ui import DASH, day, number
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
def household_row(line: Line[Listed], place: str, member: str) -> SafeString:
    """A household in the list; `member` names those of it whom a search found."""
    one, income = line.household, line.income
    found = format_html(_MEMBER, gettext("成员：%(member)s") % {"member": member}) if member else ""
    return format_html(
        _ROW, address_of("registry:household", one.pk), one.head_name, found, one.number, place, one.size,
        code(one.status, "poverty_status"), code(one.household_type, "household_type"), code(one.cause, "poverty_cause"),
        _whole(income.per_capita) if income else DASH, _lacks(line), one.helper_name or DASH, day(one.confirmed_on),
    )  # fmt: skip


def _whole(amount: Decimal) -> str:
    return number(amount, 0)


def _lacks(line: Line[Listed]) -> SafeString:
    """A badge for each guarantee that the household lacks."""
    one = line.household
    lacking = (one.house_grade in UNSAFE_GRADES, one.water_safe is False, line.out_of_school, line.uninsured)
    badges = _badges(get_language())
    return SafeString(" ".join(shown for shown, lacks in zip(badges, lacking, strict=True) if lacks))


@lru_cache(maxsize=4)
def _badges(language: str | None) -> tuple[SafeString, ...]:
    bad = (gettext("住房"), gettext("饮水"), gettext("辍学"))
    return (*(badge(word, "bad") for word in bad), badge(gettext("医保"), "warn"))
