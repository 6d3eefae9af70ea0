"""Words, lights and rows of the ledger; rows are drawn without a template, for a board has hundreds of cells."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, EntryChange
from zerentian.assessment.queries.boards import Cell, Child, Row
from zerentian.assessment.queries.entries import Line
from zerentian.assessment.queries.evidence import kind_word
from zerentian.assessment.queries.words import DIFFERENCE_WORDS, figure_text, share_text
from zerentian.kernel.drawing import address_around, address_of, escaped, fill, light, light_parts
from zerentian.kernel.templatetags.ui import day, number
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.duties import Duty

register = template.Library()


_MATRIX_ROW = (
    '<tr><th scope="row" data-user-content><a href="{}">{}</a></th>'
    '<td class="num" data-label="{}">{}</td><td class="num" data-label="{}">{}</td>{}</tr>'
)


class _Cells:
    """The cells of a matrix: a board has a thousand, so what they share is asked once. All parts are escaped here."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self.lights = light_parts(get_language())
        self.before, self.after = map(escaped, address_around("assessment:entry"))
        # What a cell says of its column where there are no heads: on a phone.
        self.labels = [fill(' data-label="{}"', rulebook.spoken(duty, "title")) for duty in duties]

    def drawn(self, cells: Sequence[Cell | None]) -> SafeString:
        """The cells of one row."""
        return SafeString("".join(map(self._cell, cells, self.labels)))

    def _cell(self, cell: Cell | None, label: str) -> str:
        """The light of the duty's worst measured requirement, linked to its entry."""
        if cell is None:
            return "<td></td>"
        before, word, after = self.lights[cell.status]
        text = f" {escaped(cell.text)}" if cell.text else ""
        more = (
            fill('<small class="zt-muted d-block">{}</small>', unmeasured_note(cell.unmeasured))
            if cell.unmeasured
            else ""
        )
        href = f"{self.before}{cell.entry}{self.after}"
        return f'<td{label}><a class="zt-light-link" href="{href}">{before}{word}{text}{after}</a>{more}</td>'


@register.simple_tag
def matrix_rows(rows: Sequence[Row], duties: Sequence[Duty]) -> SafeString:
    """Bodies and the lights of their duties."""
    cells, red, done = _Cells(duties), gettext("红灯"), gettext("完成率")
    return SafeString(
        "".join(
            fill(
                _MATRIX_ROW, address_of("assessment:body", one.body), one.name, red, one.red, done, share(one),
                cells.drawn(row.cells),
            )
            for row in rows for one in (row.standing,)
        )
    )  # fmt: skip


_PART = (
    '<tr><th scope="row" data-user-content><a href="{}">{}</a></th><td class="num">{}</td><td class="num">{}</td>'
    '<td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td></tr>'
)


@register.simple_tag
def part_rows(parts: Sequence[Child]) -> SafeString:
    """Parts of an area with their standings."""
    return SafeString(
        "".join(
            fill(
                _PART, part.url, part.name, share(one), number(one.overdue), number(one.failed), number(one.at_risk),
                number(one.disputed), number(one.good), number(one.bodies),
            )
            for part in parts for one in (part.standing,) if one
        )
    )  # fmt: skip


_OWN = (
    '<tr><th scope="row" data-user-content><a href="{}">{}</a></th><td class="num">{}</td><td class="num">{}</td>'
    '<td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td>{}</td></tr>'
)


@register.simple_tag
def own_rows(own: Sequence[BodyStanding]) -> SafeString:
    """Bodies of the area itself."""
    return SafeString(
        "".join(
            fill(
                _OWN, address_of("assessment:body", one.body), one.name, one.red, share(one), one.at_risk, one.not_due,
                one.good, one.not_measured, body_kind(one.kind),
            )
            for one in own
        )
    )  # fmt: skip


_LINE_BODY = '<td data-user-content><a href="{}">{}</a></td>'
_LINE_ACTION = '<td data-label="{}">{}</td>'
_LINE = (
    '<tr><td class="zt-card-tick">{}</td>{}<td class="zt-card-title">{} {}</td><td>{}</td>'
    '<td class="num" data-label="{}">{}</td><td class="num text-nowrap" data-label="{}">{}</td>'
    '<td class="text-nowrap" data-label="{}">{}</td><td class="text-nowrap" data-label="{}">{}</td>{}</tr>'
)


@register.simple_tag
def entry_lines(lines: Sequence[Line], show_body: Any, show_action: Any) -> SafeString:
    """Entries in a list, the words of their columns beside the cells for a phone."""
    value, target, period, since = gettext("数值"), gettext("目标"), gettext("期间"), gettext("自")
    drawn = []
    for line in lines:
        one = line.entry
        body = fill(_LINE_BODY, address_of("assessment:body", one.body), line.body_name) if show_body else SafeString()
        action = fill(_LINE_ACTION, gettext("下一步"), line.action) if show_action else SafeString()
        drawn.append(fill(
            _LINE, light(one.status, href=address_of("assessment:entry", one.pk)), body, one.duty, line.title,
            line.measure_title, value, line.value, target, line.target, period, one.period, since, day(one.since), action,
        ))  # fmt: skip
    return SafeString("".join(drawn))


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
