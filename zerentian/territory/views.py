"""Pages of divisions: search, one division with its map and children, export."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.effects import announce
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, parse_code
from zerentian.kernel.tables import MEDIA_TYPES, Column, write_table
from zerentian.territory import queries
from zerentian.territory.queries import Place

LEVEL_NAMES = {
    Level.PROVINCE: gettext_lazy("省"),
    Level.CITY: gettext_lazy("设区市"),
    Level.COUNTY: gettext_lazy("县（市、区）"),
    Level.TOWNSHIP: gettext_lazy("乡镇（街道）"),
    Level.VILLAGE: gettext_lazy("村（居）"),
}
COLUMNS = (
    Column("code", "代码", "Code", "division"),
    Column("name", "名称", "Name", width=28),
    Column("level", "级别", "Level"),
    Column("full", "全称", "Full name", width=48),
    Column("is_unit", "统计用单位", "Statistical unit", "bool"),
    Column("valid_from", "启用日期", "In use since", "date"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the children table; apps above add columns (`extra`) and ways on to their pages (`links`)."""

    place: Place
    townships: int
    villages: int
    extra: tuple[int, ...]
    links: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Front:
    """A province on the first page: how many divisions of each level, its map, and the cities."""

    place: Place
    counts: list[tuple[str, int]]
    map: dict[str, Any]
    lines: list[Line]
    titles: list[str]


def trail(code: int) -> list[tuple[str, str]]:
    """The breadcrumb from the province down to the division; the last one without a link."""
    places = queries.chain(code)
    return [
        (p.name, reverse("territory:area", args=[p.id]) if p is not places[-1] else "") for p in places
    ]  # fmt: skip


@require_GET
def areas(request: Request) -> HttpResponse:
    """The province at a glance; search by name, code (old ones too), pinyin or its initials."""
    request.actor.require(Permission.DIVISION_VIEW)
    text = request.GET.get("q", "").strip()[:60]
    hits = queries.search(text, limit=100) if text else []
    found = [(h, "".join(p.name for p in queries.chain(h.place.id)[:-1]), LEVEL_NAMES[h.place.level]) for h in hits]
    fronts = [] if text else [_front(request, p) for p in queries.children(None)]
    return render(request, "territory/areas.html", {"q": text, "found": found, "fronts": fronts})


def _front(request: Request, place: Place) -> Front:
    lines, titles = _lines(request, place)
    counts = [(str(name), queries.count_below(place.id, level)) for level, name in LEVEL_NAMES.items()]
    return Front(place, counts[1:], _map(place, lines), lines, titles)


@require_GET
def area(request: Request, code: int) -> HttpResponse:
    """One division: its chain, lineage, map or bars, and children with counts."""
    request.actor.require(Permission.DIVISION_VIEW)
    try:
        place = queries.division(code)
    except queries.UnknownDivision as error:
        whole = _in_full(code)
        today = queries.current_code(whole)
        if today is not None and today != code:
            return redirect("territory:area", today)
        raise Http404(str(error)) from error
    lines, titles = _lines(request, place)
    context = {
        "place": place,
        "crumbs": trail(code),
        "level": LEVEL_NAMES[place.level],
        "chain": [(p, LEVEL_NAMES[p.level]) for p in queries.chain(code)],
        "past": queries.successions(code),
        "lines": lines,
        "titles": titles,
        "has_townships": place.level < Level.COUNTY,
        "children_are": LEVEL_NAMES.get(Level(min(5, place.level + 1))),
        "links": _links(request, code),
        "map": _map(place, lines) if place.level in (Level.PROVINCE, Level.CITY) else None,
        "bars": _bars(lines) if place.level is Level.COUNTY else None,
    }
    return render(request, "territory/area.html", context)


def _in_full(code: int) -> int:
    """A code of 2, 4, 6 or 9 digits with its zeros; any other number as it is."""
    try:
        return parse_code(str(code))
    except ValueError:
        return code


def _lines(request: Request, place: Place) -> tuple[list[Line], list[str]]:
    below = queries.children(place.id)
    counted = announce("division.counts", codes=[p.id for p in below], by=request.actor)
    lines = [
        Line(
            p,
            queries.count_below(p.id, Level.TOWNSHIP),
            queries.count_below(p.id, Level.VILLAGE),
            tuple(numbers.get(p.id, 0) for _title, numbers in counted),
            _links(request, p.id),
        )
        for p in below
    ]
    return lines, [title for title, _numbers in counted]


def _links(request: Request, code: int) -> list[tuple[str, str]]:
    """The division's pages in the apps above, as far as the reader may open them."""
    return [link for links in announce("division.links", code=code, by=request.actor) for link in links]


def _map(place: Place, lines: list[Line]) -> dict[str, Any]:
    values = [
        {
            "code": line.place.id,
            "name": line.place.name,
            "value": line.villages,
            "text": _("%(n)s 个村（居）") % {"n": line.villages},
            "url": reverse("territory:area", args=[line.place.id]),
        }
        for line in lines
    ]
    return {"area": place.id, "unit": "", "worst": "none", "values": values}


def _bars(lines: list[Line]) -> dict[str, Any]:
    values = [
        {
            "name": line.place.name,
            "value": line.villages,
            "text": str(line.villages),
            "url": reverse("territory:area", args=[line.place.id]),
        }
        for line in lines
    ]
    return {"unit": "", "worst": "none", "values": values}


@require_GET
def area_export(request: Request, code: int) -> HttpResponse:
    """The division and all below it as a workbook or CSV."""
    request.actor.require(Permission.DIVISION_VIEW)
    form = request.GET.get("form", "xlsx")
    if form not in MEDIA_TYPES:
        raise Refused(_("没有这种格式：%(form)s") % {"form": form})
    rows = (
        {
            "code": p.text, "name": p.name, "level": str(LEVEL_NAMES[p.level]), "full": queries.full_name(p.id),
            "is_unit": p.is_unit, "valid_from": p.valid_from,
        }
        for p in queries.everything(inside=code)
    )  # fmt: skip
    name = f"{queries.name_of(code)}-{_('区划')}.{form}"
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / f"divisions.{form}"
        write_table(path, COLUMNS, rows, form, title=queries.name_of(code), language=get_language() or "zh")
        return attachment(path, name, MEDIA_TYPES[form])
