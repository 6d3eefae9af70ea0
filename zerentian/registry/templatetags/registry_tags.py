"""The label of a stored code, in templates."""

from django import template

from zerentian.rulebook import queries as rulebook

register = template.Library()


@register.filter
def code(key: str, list_id: str) -> str:
    """A key of a code list in the reader's language; a dash where there is none."""
    return rulebook.label(list_id, key) if key else "—"
