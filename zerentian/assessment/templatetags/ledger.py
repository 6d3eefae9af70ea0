"""Words and lights of the ledger; lights are built without a template, for a board has hundreds."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, EntryChange
from zerentian.assessment.queries.boards import Cell
from zerentian.assessment.queries.evidence import kind_word
from zerentian.assessment.queries.words import DIFFERENCE_WORDS, figure_text, share_text
from zerentian.kernel.templatetags.ui import LIGHTS
from zerentian.rulebook import queries as rulebook

register = template.Library()
_SPOKEN = '<span class="visually-hidden">{}</span>'


@lru_cache(maxsize=64)
def _light(status: str, language: str) -> tuple[SafeString, SafeString]:
    """What stands before and after the figure of a light, in the language."""
    light = LIGHTS[status]
    before = format_html(
        '<span class="zt-light zt-light-{}"><span class="zt-light-shape" aria-hidden="true">{}</span><span class="zt-light-word">{}',
        light.tone, light.shape, light.word,
    )  # fmt: skip
    return before, format_html("</span>{}</span>", format_html(_SPOKEN, light.spoken) if light.spoken else "")


@lru_cache(maxsize=4)
def _address(prefix: str) -> str:
    """The address of entries without their number; `prefix` is where the site is mounted."""
    return reverse("assessment:entry", args=[0]).removesuffix("0/")


@register.simple_tag
def cell_light(cell: Cell | None) -> SafeString:
    """A cell of the matrix: the light of the duty's worst measured requirement, linked to its entry."""
    if cell is None:
        return SafeString()
    before, after = _light(cell.status, get_language() or "")
    more = ""
    if cell.unmeasured:
        more = format_html('<small class="zt-muted d-block">{}</small>', unmeasured_note(cell.unmeasured))
    text = f" {escape(cell.text)}" if cell.text else ""
    href = f"{_address(get_script_prefix())}{cell.entry}/"
    # The parts are escaped above; a board has a thousand cells, too many for a format each.
    return SafeString(f'<a class="zt-light-link" href="{href}">{before}{text}{after}</a>{more}')


@register.filter
def unmeasured_note(number: int) -> str:
    """That a duty has requirements without figures beside the measured ones."""
    return gettext("另有 %(n)s 项要求尚未测算") % {"n": number}


@register.filter
def body_kind(kind: str) -> str:
    """The word for a kind of body."""
    return kind_word(kind)


@register.filter
def said(thing: Any, field: str) -> str:
    """A field in the reader's language."""
    return rulebook.spoken(thing, field)


@register.filter
def named(measure: str) -> str:
    """What a measure is called, whether or not it is computed."""
    return rulebook.measure_title(measure)


@register.filter
def figure(value: Decimal | None, entry: Entry) -> str:
    """A figure of an entry, now or earlier."""
    return figure_text(value, entry.unit, entry.op)


@register.filter
def share(standing: AreaStanding | BodyStanding) -> str:
    """The share of duties done or on track."""
    return share_text(standing.share)


@register.filter
def change_word(change: EntryChange) -> str:
    """What changed an entry, in words."""
    return str(change.get_kind_display())


@register.filter
def difference_word(kind: str) -> str:
    """How a row differs between two snapshots."""
    return str(DIFFERENCE_WORDS[kind])


@register.filter
def counted(value: Decimal | None, unit: str) -> str:
    """A figure with its unit."""
    return figure_text(value, unit)
