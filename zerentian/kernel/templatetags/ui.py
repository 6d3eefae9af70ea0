"""Template tags of the interface: checked parameters of components, blocks with content, formats, lights."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms.boundfield import BoundWidget
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zerentian.kernel import acts, components, drawing, navigation, privacy, queries, sentences
from zerentian.kernel.drawing import DASH, LIGHTS, NOT_MEASURED
from zerentian.kernel.percents import percent_text

register = template.Library()


register.tag("parameters", components.parameters)
for _name in ("card", "table", "filter_bar", "drawer"):
    register.tag(_name, components.block(_name))


# --- badges, lights, definitions ---------------------------------------------------------------

register.simple_tag(drawing.badge)
register.simple_tag(drawing.light)
register.simple_tag(drawing.definitions)


@register.simple_tag
def status_word(status: str) -> str:
    """The word of a ledger status in the reader's language."""
    return str(LIGHTS[status].word)


_VARIANTS = {"success": "success", "warning": "warning", "error": "danger"}


@register.filter
def variant_of(message: Message) -> str:
    """The variant of ui/alert.html for one of Django's messages."""
    return _VARIANTS.get(message.level_tag, "info")


# --- formats -----------------------------------------------------------------------------------


def _decimal(value: Any, places: int | None) -> str:
    amount = Decimal(str(value))
    if places is None:
        places = min(2, max(0, -int(amount.normalize().as_tuple().exponent)))
    return f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,.{places}f}"


@register.filter
def spoken(text: str) -> str:
    """A stored sentence (a refusal, a problem of a row) in the reader's language."""
    return sentences.spoken(text)


@register.filter
def actor_name(who: str) -> str:
    """Who did something; what works by itself (系统, 命令行) in the reader's language."""
    return _(who) if who else ""


@register.filter
def act_title(name: str) -> str:
    """What people call an act: registry.household.correct → 更正户档案."""
    return acts.title_of(name)


@register.filter
def page_title(page: str) -> str:
    """What people call a page or an act that showed personal data: registry.household → 户档案."""
    return str(navigation.pages.get(page) or acts.title_of(page))


@register.filter
def field_titles(names: str) -> str:
    """The fields of a reading in words: phone,id_number → 电话、证件号码."""
    labels = queries.field_labels()
    return "、".join(str(labels.get(name, name)) for name in names.split(",") if name)


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """25,053; None reads 尚未测算."""
    return str(NOT_MEASURED) if value is None or value == "" else _decimal(value, places)


@register.filter
def percent(value: Any, places: int | None = None) -> str:
    """98.6% from 98.6 (0 to 100); None reads 尚未测算."""
    if value is None or value == "":
        return str(NOT_MEASURED)
    if places is None and Decimal(str(value)) % 1:
        return percent_text(Decimal(str(value)))
    return f"{_decimal(value, places)}%"


@register.filter
def yuan(value: Any) -> str:
    """12,345.60 元; None reads 尚未测算."""
    return str(NOT_MEASURED) if value is None or value == "" else _("%(amount)s 元") % {"amount": _decimal(value, 2)}


@register.filter
def quantity(value: Any, unit: str) -> str:
    """A figure with the unit of its measure: percent, count, days, yuan or ratio."""
    if value is None or value == "":
        return str(NOT_MEASURED)
    match unit:
        case "percent":
            return percent(value)
        case "yuan":
            return yuan(value)
        case "days":
            return _("%(n)s 天") % {"n": _decimal(value, None)}
        case "ratio":
            return _decimal(value, 2)
        case "count":
            return _("%(n)s 项") % {"n": _decimal(value, None)}
    raise TemplateSyntaxError(f"no unit {unit!r}; there are percent, count, days, yuan, ratio")


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-11-23, or a dash."""
    if not value:
        return DASH
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return value.strftime("%Y-%m-%d")
    return value.isoformat()


@register.filter
def moment(value: date | datetime | None) -> str:
    """2026-11-23 08:00 in the time of the place, or a dash."""
    if not isinstance(value, datetime):
        return day(value)
    return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")


@register.filter
def iso(value: date | datetime) -> str:
    """The machine form of a date or time, for the datetime attribute."""
    return value.isoformat()


@register.filter
def or_dash(value: Any) -> Any:
    """The value, or a dash where there is none."""
    return DASH if value is None or value == "" else value


@register.filter
def yes_no(value: bool | None) -> str:
    """是, 否, or a dash for unknown."""
    return DASH if value is None else _("是") if value else _("否")


_MASKS = {
    "id": privacy.mask_id,
    "phone": privacy.mask_phone,
    "name": privacy.mask_name,
    "account": privacy.mask_account,
}


@register.filter
def masked(value: str | None, kind: str) -> str:
    """Personal text with its middle hidden; a screen reader hears that something is hidden."""
    if not value:
        return DASH
    return format_html(
        '<span class="zt-masked">{}<span class="visually-hidden"> {}</span></span>',
        _MASKS[kind](value),
        _("（部分隐去）"),
    )


# --- addresses ---------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: Any) -> str:
    """The present query with changes, for links; None takes a name out. Always starts with "?"."""
    query = context.request.GET.copy()  # type: ignore[attr-defined]
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: Context, key: str, label: str, numeric: bool = False, target: str = "") -> dict[str, Any]:
    """A column head whose link sorts by `key`, and again for the other direction."""
    now = context.request.GET.get("sort", "")  # type: ignore[attr-defined]
    direction = "ascending" if now == key else "descending" if now == f"-{key}" else ""
    arrow = {"ascending": "↑", "descending": "↓"}.get(direction, "↕")
    following = f"-{key}" if direction == "ascending" else key
    url = query_string(context, sort=following, page=None, after=None, before=None)
    return {"label": label, "url": url, "direction": direction, "arrow": arrow, "numeric": numeric, "target": target}


@register.simple_tag
def page_links(page: Page) -> list[dict[str, Any]]:
    """The page numbers to show, with gaps: [{number, is_gap, is_current}]."""
    paginator = page.paginator
    shown = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [{"number": n, "is_gap": not isinstance(n, int), "is_current": n == page.number} for n in shown]


@register.simple_tag(takes_context=True)
def kept(context: Context, names: str, form: forms.Form | None) -> list[tuple[str, str]]:
    """Query values that a filter form carries along as hidden fields."""
    query = context.request.GET  # type: ignore[attr-defined]
    own = set(form.fields) if form else set()
    return [(n, query[n]) for n in names.split() if n in query and n not in own]


# --- forms -------------------------------------------------------------------------------------


register.filter(drawing.kind_of)
for _part in (drawing.widget, drawing.field_label, drawing.field_notes, drawing.plain_field, drawing.filter_field):
    register.simple_tag(_part)


@register.simple_tag
def choice(option: BoundWidget) -> SafeString:
    """One radio button or checkbox of a group."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


@register.simple_tag
def form_errors(form: forms.Form | None, errors: list[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """All errors as (sentence, link to the field)."""
    found = [(text, href) for text, href in errors or []]
    if form:
        found += [(str(text), "") for text in form.non_field_errors()]
        for field in form:
            found += [(f"{field.label}：{text}", f"#{field.id_for_label or field.auto_id}") for text in field.errors]
    return found


# --- charts ------------------------------------------------------------------------------------


@register.simple_tag
def chart_data(data: Mapping[str, Any]) -> SafeString:
    """The figures of a chart and its words, as a data block that no script policy minds."""
    words = {
        "notMeasured": str(NOT_MEASURED),
        "all": _("全部相同"),
        "target": _("目标"),
        "failed": _("图暂时画不出来，数字请看旁边的表。"),
    }
    return json_script({**data, "words": words})


@register.simple_tag
def outlines() -> str:
    """The address of the outlines that maps are drawn from; an installation may bring its own file."""
    return static(getattr(settings, "ZERENTIAN_OUTLINES", "territory/jiangxi.topo.json"))


@register.simple_tag
def charts() -> SafeString:
    """The script element of map and bar chart, for the `scripts` block of pages that have one."""
    return format_html('<script src="{}" defer></script>', static("dist/charts.js"))
