"""What pages have by the hundred, drawn without a template: form widgets, badges, lights. What is given is escaped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

NOT_MEASURED = gettext_lazy("尚未测算")

# --- addresses ---------------------------------------------------------------------------------


def address_of(name: str, number: int) -> str:
    """The address of a page of one thing by its number, as `reverse` gives it: it is asked once for all things."""
    before, after = _address(name, get_script_prefix())
    return f"{before}{number}{after}"


@lru_cache(maxsize=256)
def _address(name: str, prefix: str) -> tuple[str, str]:
    """What stands before and after the number; `prefix` is where addresses begin."""
    before, _number, after = reverse(name, args=[0]).rpartition("0")
    return before, after


# --- badges and lights -------------------------------------------------------------------------


def badge(text: str | Promise, tone: str = "neutral") -> SafeString:
    """A short mark beside a name; ui/badge.html says which tones there are."""
    return format_html('<span class="zt-badge zt-badge-{}">{}</span>', tone, text)


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


def light(status: str, text: str = "", href: str = "", *, more: str = "") -> SafeString:
    """A status of the ledger; `text` replaces its word, `more` stands after it, `href` makes it a link."""
    before, word, after = _light(str(status), get_language())
    said = conditional_escape(text) if text else word
    if more:
        said = f"{said} {conditional_escape(more)}"
    # The parts are escaped above and below; a board has a thousand cells, too many for a format each.
    drawn = f"{before}{said}{after}"
    return SafeString(f'<a class="zt-light-link" href="{conditional_escape(href)}">{drawn}</a>' if href else drawn)


@lru_cache(maxsize=64)
def _light(status: str, language: str | None) -> tuple[str, str, str]:
    """What stands before the word of a light, its word in the language, and what stands after it."""
    one = LIGHTS[status]
    hidden = format_html(_SPOKEN, one.spoken) if one.spoken else ""
    return format_html(_LIGHT, one.tone, one.shape), conditional_escape(str(one.word)), f"</span>{hidden}</span>"


# --- forms -------------------------------------------------------------------------------------


def attributes(given: Mapping[str, Any]) -> str:
    """HTML attributes with a blank before each; True stands alone, False is left out."""
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in given.items()
        if value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    head = f'<input type="{conditional_escape(widget["type"])}" name="{conditional_escape(widget["name"])}"'
    return f"{head}{value}{attributes(widget['attrs'])}>"


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<optgroup label="{conditional_escape(group)}">')
        for one in options:
            head = f'<option value="{conditional_escape(one["value"])}"{attributes(one["attrs"])}>'
            parts.append(f"{head}{conditional_escape(one['label'])}</option>")
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


class FormRenderer(DjangoTemplates):
    """Django's own, but for selects and inputs, of which filters have several and options by the hundred."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The widget; Django's template for what is not drawn here."""
        draw = _WIDGETS.get(template_name)
        return SafeString(draw(context["widget"])) if draw else super().render(template_name, context, request)
