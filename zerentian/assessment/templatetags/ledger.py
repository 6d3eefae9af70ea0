"""Words and lights of the ledger; lights are built without a template, for a board has hundreds."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zerentian.assessment.models import EntryChange
from zerentian.assessment.queries.boards import Cell
from zerentian.assessment.queries.evidence import kind_word
from zerentian.kernel.templatetags.ui import LIGHTS
from zerentian.rulebook import queries as rulebook

register = template.Library()
_SPOKEN = '<span class="visually-hidden">{}</span>'


@register.simple_tag
def cell_light(cell: Cell | None) -> SafeString:
    """A cell of the matrix: the light of the duty's worst requirement, linked to its entry."""
    if cell is None:
        return format_html('<span class="zt-muted">{}</span>', "")
    light = LIGHTS[cell.status]
    return format_html(
        '<a class="zt-light-link" href="{}"><span class="zt-light zt-light-{}"><span class="zt-light-shape" aria-hidden="true">{}'
        '</span><span class="zt-light-word">{}{}</span>{}</span></a>',
        reverse("assessment:entry", args=[cell.entry]),
        light.tone,
        light.shape,
        light.word,
        f" {cell.text}" if cell.text else "",
        format_html(_SPOKEN, light.spoken) if light.spoken else "",
    )


@register.filter
def body_kind(kind: str) -> str:
    """The word for a kind of body."""
    return kind_word(kind)


@register.filter
def said(thing: Any, field: str) -> str:
    """A field in the reader's language."""
    return rulebook.spoken(thing, field)


@register.filter
def change_word(change: EntryChange) -> str:
    """What changed an entry, in words."""
    return str(change.get_kind_display())
