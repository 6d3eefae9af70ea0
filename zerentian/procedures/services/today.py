"""What somebody has to do today, of all apps together, as a page shows it and as a message says it."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.procedures import queries
from zerentian.territory import queries as territory

Line = tuple[str, str]  # text, address


def today_of(by: Actor, on: date) -> list[Line]:
    """Numbers and days only, no personal data: cases, then what other apps add; empty when nothing waits."""
    lines: list[Line] = []
    if by.may(Permission.CASE_VIEW):
        lines = [(text, reverse("procedures:inbox")) for text in queries.digest_lines(by, on)]
    return lines + [line for told in announce("today.wanted", by=by, on=on) for line in told]


def message_of(by: Actor, on: date) -> str:
    """The lines as a text to send; it may pass through any channel, for it names nobody."""
    place = territory.name_of(by.division) if by.division else ""
    head = _("%(day)s %(place)s今日待办") % {"day": on, "place": place}
    lines = [text for text, _url in today_of(by, on)] or [_("今天没有待办")]
    return "\n".join([head, *(f"{number}. {text}" for number, text in enumerate(lines, 1))])
