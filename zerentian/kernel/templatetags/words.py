"""Django's `i18n` tags, with a quicker `translate`: templates load it under the name `i18n` (settings, TEMPLATES)."""

from typing import Any

from django.template import Library
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class SaidOnce(Node):
    """`{% translate "…" %}` of a plain text: looked up once in each language, for a page has a hundred of them."""

    child_nodelists = ()

    def __init__(self, spoken: i18n.TranslateNode) -> None:
        self.name, spoken.asvar = spoken.asvar, None
        self.spoken = spoken
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The text as Django's own tag renders it, or nothing where it is set as a variable."""
        language = get_language()
        text = self.said.get(language)
        if text is None:
            text = self.said[language] = self.spoken.render(context)
        if not self.name:
            return text
        context[self.name] = text
        return ""


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Any:
    """Django's tag; where it has one plain text, without filters or a context of meaning, the quicker node."""
    node = i18n.do_translate(parser, token)
    text = node.filter_expression
    is_plain = isinstance(text.var.literal, str) and not text.filters and not node.noop and not node.message_context
    return SaidOnce(node) if is_plain else node
