"""What pages have by the hundred, drawn without a template: form widgets, badges, lights. What is given is escaped."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.renderers import DjangoTemplates
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

NOT_MEASURED = gettext_lazy("尚未测算")
DASH = "—"

# --- texts and addresses -----------------------------------------------------------------------


def escaped(value: Any) -> str:
    """As Django's `conditional_escape`, in a fraction of its time: most texts are words and numbers."""
    if type(value) is str:  # mark-up is a SafeString
        return value if value.isalnum() else html.escape(value)
    if isinstance(value, Promise):
        value = str(value)
    return str(value.__html__()) if hasattr(value, "__html__") else html.escape(str(value))


def fill(markup: str, *values: Any) -> SafeString:
    """As Django's `format_html`: the mark-up with the values in its gaps, each escaped unless it is mark-up itself."""
    return SafeString(markup.format(*map(escaped, values)))


def address_of(name: str, number: int) -> str:
    """The address of a page of one thing by its number, as `reverse` gives it: it is asked once for all things."""
    before, after = address_around(name)
    return f"{before}{number}{after}"


def address_around(name: str) -> tuple[str, str]:
    """What stands before and after the number in the addresses of such pages."""
    return _address(name, get_script_prefix())


@lru_cache(maxsize=256)
def _address(name: str, prefix: str) -> tuple[str, str]:
    before, _number, after = reverse(name, args=[0]).rpartition("0")
    return before, after


# --- badges, lights, definitions ---------------------------------------------------------------


def badge(text: str | Promise, tone: str = "neutral") -> SafeString:
    """A short mark beside a name; ui/badge.html says which tones there are."""
    return fill('<span class="zt-badge zt-badge-{}">{}</span>', tone, text)


@dataclass(frozen=True, slots=True)
class Light:
    """How a status is shown: shape, word, tone (class of colour) and what a screen reader says besides."""

    shape: str
    word: str | Promise
    tone: str
    spoken: str | Promise


_GREEN, _AMBER, _RED = gettext_lazy("绿灯"), gettext_lazy("黄灯"), gettext_lazy("红灯")

LIGHTS = {
    "done": Light("●", gettext_lazy("已完成"), "good", _GREEN),
    "on_track": Light("●", gettext_lazy("按期"), "good", _GREEN),
    "at_risk": Light("◆", gettext_lazy("预警"), "near", _AMBER),
    "overdue": Light("▲", gettext_lazy("逾期"), "bad", _RED),
    "failed": Light("▲", gettext_lazy("未达标"), "bad", _RED),
    "not_due": Light("○", gettext_lazy("未到期"), "quiet", ""),
    "not_applicable": Light("–", gettext_lazy("不适用"), "quiet", ""),
    "disputed": Light("◇", gettext_lazy("有异议"), "open", ""),
    "not_measured": Light("·", NOT_MEASURED, "quiet", ""),
}
_LIGHT = '<span class="zt-light zt-light-{}"><span class="zt-light-shape" aria-hidden="true">{}</span><span class="zt-light-word">'
_SPOKEN = '<span class="visually-hidden">{}</span>'


def light(status: str, text: str = "", href: str = "") -> SafeString:
    """A status of the ledger; `text` replaces its word, `href` makes it a link."""
    before, word, after = light_parts(get_language())[str(status)]
    drawn = f"{before}{escaped(text) if text else word}{after}"
    return SafeString(f'<a class="zt-light-link" href="{escaped(href)}">{drawn}</a>' if href else drawn)


@lru_cache(maxsize=4)
def light_parts(language: str | None) -> dict[str, tuple[str, str, str]]:
    """Status → what stands before the word of its light, the word in the reader's language, what stands after it."""
    hidden = {status: fill(_SPOKEN, one.spoken) if one.spoken else "" for status, one in LIGHTS.items()}
    return {
        status: (fill(_LIGHT, one.tone, one.shape), escaped(one.word), f"</span>{hidden[status]}</span>")
        for status, one in LIGHTS.items()
    }


_DEFINITION = "<dt>{}</dt><dd><span data-user-content>{}</span>{}</dd>"


def definitions(items: Iterable[Sequence[Any]]) -> SafeString:
    """Terms and their values, each with a note where there is one; an empty value shows a dash."""
    return SafeString(
        "".join(
            fill(_DEFINITION, one[0], DASH if one[1] is None or one[1] == "" else one[1], _note(one[2:]))
            for one in items
        )
    )


def _note(rest: Sequence[Any]) -> SafeString:
    return fill(" <small>{}</small>", rest[0]) if rest and rest[0] else SafeString()


# --- forms -------------------------------------------------------------------------------------


def attributes(given: Mapping[str, Any]) -> str:
    """HTML attributes with a blank before each; True stands alone, False is left out."""
    return "".join(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'
        for name, value in given.items()
        if value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    head = f'<input type="{escaped(widget["type"])}" name="{escaped(widget["name"])}"'
    return f"{head}{value}{attributes(widget['attrs'])}>"


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{escaped(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<optgroup label="{escaped(group)}">')
        for one in options:
            head = f'<option value="{escaped(one["value"])}"{attributes(one["attrs"])}>'
            parts.append(f"{head}{escaped(one['label'])}</option>")
        if group:
            parts.append("</optgroup>")
    return "".join([*parts, "</select>"])


_WIDGETS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "django/forms/widgets/select.html": _select,
    **{
        f"django/forms/widgets/{kind}.html": _input
        for kind in ("text", "number", "date", "hidden", "email", "password", "url", "checkbox")
    },
}


def kind_of(field: BoundField) -> str:
    """How ui/field.html lays a field out: options, check, file, select or text."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "select" if isinstance(widget, forms.Select) else "text"


_WIDGET_CLASSES = {
    "check": "form-check-input",
    "file": "form-control",
    "select": "form-select",
    "text": "form-control",
}


def widget(field: BoundField) -> SafeString:
    """The input of a field in the right class."""
    classes = [_WIDGET_CLASSES[kind_of(field)], field.field.widget.attrs.get("class", "")]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


_CHECK = '<div class="form-check">{}<label class="form-check-label" for="{}">{}</label></div>{}'
_OPTIONAL = '<span class="zt-optional">{}</span>'


def field_notes(field: BoundField) -> SafeString:
    """Help and errors of a field."""
    help_text, errors = field.help_text, field.errors
    drawn = fill('<div class="form-text" id="{}_helptext">{}</div>', field.auto_id, help_text) if help_text else ""
    if not errors:
        return SafeString(drawn)
    sentences = SafeString("".join(fill("<p>{}</p>", error) for error in errors))
    return SafeString(drawn + fill('<div class="zt-field-error" id="{}_error">{}</div>', field.auto_id, sentences))


def plain_field(field: BoundField, *, compact: Any = False) -> SafeString:
    """What stands in a field that is typed into, chosen from a list or ticked: its label, notes and input."""
    notes, shown = field_notes(field), widget(field)
    if kind_of(field) == "check":
        return fill(_CHECK, shown, field.id_for_label, field.label, notes)
    return SafeString(f"{field_label(field, compact=compact)}{notes}{shown}")


def field_label(field: BoundField, *, compact: Any = False) -> SafeString:
    """The label above a field; outside filter bars it says what may stay empty."""
    optional = SafeString() if field.field.required or compact else fill(_OPTIONAL, gettext("（可不填）"))
    return fill('<label class="form-label" for="{}">{} {}</label>', field.id_for_label, field.label, optional)


def filter_field(field: BoundField) -> SafeString:
    """A field of a filter bar."""
    kind = kind_of(field)
    if kind in ("options", "file"):
        return render_to_string("ui/field.html", {"field": field, "compact": True})
    wrong = " zt-field-wrong" if field.errors else ""
    return fill('<div class="zt-field zt-field-{}{}">{}</div>', kind, wrong, plain_field(field, compact=True))


class FormRenderer(DjangoTemplates):
    """Django's own, but for selects and inputs, of which filters have several and options by the hundred."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The widget; Django's template for what is not drawn here."""
        draw = _WIDGETS.get(template_name)
        return SafeString(draw(context["widget"])) if draw else super().render(template_name, context, request)
