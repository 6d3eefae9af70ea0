"""Words, lights and rows of the ledger; rows are drawn without a template, for a board has hundreds of cells."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, EntryChange
from zerentian.assessment.queries.boards import Cell, Row
from zerentian.assessment.queries.entries import Line
from zerentian.assessment.queries.evidence import kind_word
from zerentian.assessment.queries.words import DIFFERENCE_WORDS, figure_text, share_text
from zerentian.kernel.drawing import address_of, light
from zerentian.kernel.templatetags.ui import day
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.duties import Duty

register = template.Library()


@register.simple_tag
def cell_light(cell: Cell | None) -> SafeString:
    """A cell of the matrix: the light of the duty's worst measured requirement, linked to its entry."""
    if cell is None:
        return SafeString()
    shown = light(cell.status, href=address_of("assessment:entry", cell.entry), more=cell.text)
    if not cell.unmeasured:
        return shown
    return shown + format_html('<small class="zt-muted d-block">{}</small>', unmeasured_note(cell.unmeasured))


_MATRIX_ROW = (
    '<tr><th scope="row" data-user-content><a href="{}">{}</a></th>'
    '<td class="num" data-label="{}">{}</td><td class="num" data-label="{}">{}</td>{}</tr>'
)


@register.simple_tag
def matrix_row(row: Row, labels: Sequence[str]) -> SafeString:
    """A body of the matrix with its lights; `labels` are from `matrix_labels`."""
    red, share_of, *duties = labels
    cells = "".join(
        f"<td{label}>{cell_light(cell)}</td>" if cell else "<td></td>"
        for cell, label in zip(row.cells, duties, strict=True)
    )
    one = row.standing
    href = address_of("assessment:body", one.body)
    return format_html(_MATRIX_ROW, href, one.name, red, one.red, share_of, share(one), SafeString(cells))


@register.simple_tag
def matrix_labels(duties: Sequence[Duty]) -> list[str]:
    """What the cells of a row say of their columns where there are no heads: on a phone."""
    titles = [format_html(' data-label="{}"', rulebook.spoken(duty, "title")) for duty in duties]
    return [gettext("红灯"), gettext("完成率"), *titles]


_LINE_BODY = '<td data-user-content><a href="{}">{}</a></td>'
_LINE_ACTION = '<td data-label="{}">{}</td>'
_LINE = (
    '<tr><td class="zt-card-tick">{}</td>{}<td class="zt-card-title">{} {}</td><td>{}</td>'
    '<td class="num" data-label="{}">{}</td><td class="num text-nowrap" data-label="{}">{}</td>'
    '<td class="text-nowrap" data-label="{}">{}</td><td class="text-nowrap" data-label="{}">{}</td>{}</tr>'
)


@register.simple_tag
def entry_line(line: Line, show_body: Any, show_action: Any) -> SafeString:
    """An entry in a list."""
    one = line.entry
    body = format_html(_LINE_BODY, address_of("assessment:body", one.body), line.body_name) if show_body else ""
    action = format_html(_LINE_ACTION, gettext("下一步"), line.action) if show_action else ""
    return format_html(
        _LINE, light(one.status, href=address_of("assessment:entry", one.pk)), body, one.duty, line.title, line.measure_title,
        gettext("数值"), line.value, gettext("目标"), line.target, gettext("期间"), one.period, gettext("自"), day(one.since),
        action,
    )  # fmt: skip


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
