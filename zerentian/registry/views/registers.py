"""The registers of villages and counties, and the official counts beside the running ones."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, range_of
from zerentian.kernel.tables import MEDIA_TYPES, Column, write_table
from zerentian.registry.forms.registers import POOR, CutOffForm, RegisterFilter
from zerentian.registry.models import UNCOUNTED, County, Household, Village
from zerentian.registry.rules.standards import STANDING_POOR
from zerentian.registry.services import counts
from zerentian.registry.services.area_procedures import POOR_COUNTIES, POOR_VILLAGES
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

PAGE = 50
MOST_EXPORTED = 20_000
_ORDERS = {"place": "division", "status": "status", "exited": "exited_on", "population": "population"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One register: its forms, which kinds stand on the list, and how it is called."""

    model: type[Village] | type[County]
    level: Level
    listed: Sequence[str]
    kinds: str
    statuses: str
    population: str
    page: str


VILLAGES = Kept(Village, Level.VILLAGE, POOR_VILLAGES, "village_kind", "village_status", "population", "village")
COUNTIES = Kept(County, Level.COUNTY, POOR_COUNTIES, "county_kind", "village_status", "rural_population", "county")


@dataclass(frozen=True, slots=True)
class Line:
    """A village or county as its register shows it: the newest form, and the register's own count now."""

    form: Any
    place: str
    kind: str
    status: str
    population: int | None
    households: int
    persons: int
    poor: int
    incidence: float | None
    url: str


@require_GET
def villages(request: Request) -> HttpResponse:
    """The register of villages."""
    return _register(request, VILLAGES, _("村登记册"))


@require_GET
def counties(request: Request) -> HttpResponse:
    """The register of counties."""
    return _register(request, COUNTIES, _("县登记册"))


def _register(request: Request, kept: Kept, heading: str) -> HttpResponse:
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    form = RegisterFilter(request.GET, actor=request.actor, kinds=kept.kinds, statuses=kept.statuses)
    rows = _ordered(_rows(request, kept, form.chosen()), kept, request.GET.get("sort", ""))
    if "export" in request.GET:
        return _export(request, kept, rows, heading)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    exited = rows.filter(status="exited").count()
    return render(request, "registry/register.html", {
        "form": form, "page": page, "lines": _lines(list(page), kept), "heading": heading, "exited": exited,
        "here": request.path, "query": request.GET.urlencode(), "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT),
        "tabs": [
            {"label": _("村登记册"), "url": reverse("registry:villages"), "active": kept is VILLAGES},
            {"label": _("县登记册"), "url": reverse("registry:counties"), "active": kept is COUNTIES},
            {"label": _("时点数与实时数"), "url": reverse("registry:counts"), "active": False},
        ],
    })  # fmt: skip


def _rows(request: Request, kept: Kept, chosen: dict[str, Any]) -> "QuerySet[Any]":
    """The newest form of each place of the scope that the filter leaves."""
    newest = kept.model.objects.order_by("division", "-year").distinct("division").values("pk")
    rows: QuerySet[Any] = kept.model.objects.within(request.actor.scope).filter(pk__in=newest)
    if chosen["area"]:
        area = range_of(chosen["area"])
        rows = rows.filter(division__gte=area.lo, division__lt=area.hi)
    if chosen["kind"] == POOR:
        rows = rows.filter(kind__in=kept.listed)
    elif chosen["kind"]:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["status"]:
        rows = rows.filter(status=chosen["status"])
    if text := chosen["q"].strip():
        found = [place.id for place in territory.everything(kept.level, chosen["area"]) if text in place.name]
        rows = rows.filter(division__in=found)
    return rows


def _ordered(rows: "QuerySet[Any]", kept: Kept, sort: str) -> "QuerySet[Any]":
    name = _ORDERS.get(sort.removeprefix("-"), "division")
    field = F(kept.population if name == "population" else name)
    order = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return rows.order_by(order, "division")


def _lines(forms: Sequence[Any], kept: Kept) -> list[Line]:
    counted = {form.division: _counted(form.division) for form in forms} if kept is COUNTIES else _of_villages(forms)
    return [_line(form, kept, counted.get(form.division, {})) for form in forms]


def _line(form: Any, kept: Kept, counted: dict[str, int]) -> Line:
    population, poor = getattr(form, kept.population), counted.get("poor") or 0
    return Line(
        form=form, place=territory.full_name(form.division), kind=rulebook.label(kept.kinds, form.kind) if form.kind else "",
        status=rulebook.label(kept.statuses, form.status) if form.status else "", population=population,
        households=counted.get("households") or 0, persons=counted.get("persons") or 0, poor=poor,
        incidence=poor * 100 / population if population else None,
        url=reverse(f"registry:{kept.page}", args=[form.division]),
    )  # fmt: skip


_SUMS = {
    "households": Count("id"), "persons": Sum("size"), "poor": Sum("size", filter=Q(status__in=tuple(STANDING_POOR))),
}  # fmt: skip


def _of_villages(forms: Sequence[Any]) -> dict[int, dict[str, int]]:
    """Village → what the register counts there now."""
    codes = [form.division for form in forms]
    rows = Household.objects.filter(division__in=codes).exclude(status__in=UNCOUNTED).order_by()
    return {row.pop("division"): row for row in rows.values("division").annotate(**_SUMS)}


def _counted(code: int) -> dict[str, int]:
    within = range_of(code)
    rows = Household.objects.filter(division__gte=within.lo, division__lt=within.hi).exclude(status__in=UNCOUNTED)
    return {name: int(value or 0) for name, value in rows.aggregate(**_SUMS).items()}


_COLUMNS = (
    Column("division", "区划代码", "Code"),
    Column("place", "地区", "Place", width=36),
    Column("year", "采集年度", "Year of the form", "integer"),
    Column("kind", "类型", "Kind"),
    Column("status", "退出状态", "Status"),
    Column("exited_on", "退出日期", "Left on", "date"),
    Column("population", "总人口", "Population", "integer"),
    Column("households", "在册户数", "Households", "integer"),
    Column("persons", "在册人数", "Persons", "integer"),
    Column("poor", "未脱贫人数", "Poor persons", "integer"),
    Column("incidence", "贫困发生率(%)", "Incidence (%)", "decimal"),
)


def _export(request: Request, kept: Kept, rows: "QuerySet[Any]", heading: str) -> HttpResponse:
    """The whole filtered register as a workbook."""
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    forms = list(rows[: MOST_EXPORTED + 1])
    if len(forms) > MOST_EXPORTED:
        raise Refused(_("一次最多导出 %(most)s 行，请缩小范围") % {"most": MOST_EXPORTED})
    cells = (
        [
            str(line.form.division), line.place, line.form.year, line.kind, line.status, line.form.exited_on,
            line.population, line.households, line.persons, line.poor,
            None if line.incidence is None else round(line.incidence, 2),
        ]
        for line in _lines(forms, kept)
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "register.xlsx"
        write_table(path, _COLUMNS, cells, "xlsx", title=heading, language=get_language() or "zh")
        return attachment(path, f"{heading}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


@require_GET
def counts_page(request: Request) -> HttpResponse:
    """Official and running figures of an area side by side, each with its date; never one in place of the other."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    code = _area(request)
    dates = counts.cut_offs(request.actor)
    form = CutOffForm(request.GET, dates=dates)
    cut_on = form.chosen(dates)
    if "export" in request.GET and cut_on is not None:
        return _counts_export(request, code, cut_on)
    then = counts.official(code, cut_on, request.actor) if cut_on else {}
    now = counts.running(code)
    language = 1 if (get_language() or "").startswith("en") else 0
    rows: list[dict[str, Any]] = [
        {
            "name": territory.name_of(child),
            "url": f"?area={child}" + (f"&cut_on={cut_on}" if cut_on else "") if territory.children(child) else "",
            "cells": [_beside(then.get(child, {}).get(name), now[child][name]) for name in counts.FIELDS],
        }
        for child in now
    ]
    totals = [
        _beside(
            sum(row["cells"][i][0] or 0 for row in rows) if cut_on else None, sum(row["cells"][i][1] for row in rows)
        )
        for i in range(len(counts.FIELDS))
    ]
    return render(request, "registry/counts.html", {
        "form": form, "cut_on": cut_on, "today": timezone.localdate(), "rows": rows, "totals": totals, "code": code,
        "place": territory.full_name(code), "titles": [counts.TITLES[name][language] for name in counts.FIELDS],
        "target": _target(code), "may_take": request.actor.may(Permission.COUNT_TAKE) and timezone.localdate() not in dates,
        "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT) and cut_on is not None,
        "query": request.GET.urlencode(), "above": _above(request, code),
    })  # fmt: skip


def _beside(then: int | None, now: int) -> tuple[int | None, int, str]:
    """The official figure, the running one, and the difference with its sign."""
    return then, now, "" if then is None else f"{now - then:+,}"


def _area(request: Request) -> int:
    """The asked division of the scope, else the actor's own; 404 outside it."""
    own = request.actor.division or territory.children(None)[0].id
    given = request.GET.get("area", "")
    code = territory.current_code(int(given)) if given.isascii() and given.isdigit() and len(given) == 12 else own
    if code is None or not request.actor.scope.covers(code):
        raise Http404
    return code


def _above(request: Request, code: int) -> tuple[str, str] | None:
    """The way back to the area around this one, as far as the scope reaches."""
    chain = [place.id for place in territory.chain(code)][:-1]
    if not chain or not request.actor.scope.covers(chain[-1]):
        return None
    return territory.name_of(chain[-1]), f"?area={chain[-1]}"


def _target(code: int) -> dict[str, Any] | None:
    """The size that was once set for the area, to be looked at beside the count; it limits nobody."""
    try:
        history = rulebook.parameter_history("registry.size_target")
    except KeyError:
        return None
    own = [value for value in history.values if value.area == code]
    return (
        {"value": own[-1].value, "source": rulebook.source_words(own[-1].source), "since": own[-1].valid_from}
        if own
        else None
    )


def _counts_export(request: Request, code: int, cut_on: Any) -> HttpResponse:
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "counts.xlsx"
        counts.export_counts(path, code, cut_on, request.actor, language=get_language() or "zh")
        return attachment(path, f"{_('时点数')}-{cut_on}.xlsx", MEDIA_TYPES["xlsx"])


@require_POST
def counts_take(request: Request) -> HttpResponse:
    """Keep today's count as the official one."""
    request.actor.require(Permission.COUNT_TAKE)
    if not request.POST.get("sure"):
        raise Refused(_("时点数形成后不能更改，请先勾选确认"))
    made = counts.take_count(by=request.actor)
    messages.success(request, _("已形成 %(day)s 的时点数，共 %(n)s 个村") % {"day": timezone.localdate(), "n": made})
    return redirect("registry:counts")
