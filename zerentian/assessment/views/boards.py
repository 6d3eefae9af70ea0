"""The board of an area, the list of its entries, and their export."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zerentian.assessment.forms import BoardFilter
from zerentian.assessment.models import AreaStanding
from zerentian.assessment.queries import boards
from zerentian.assessment.queries.boards import Child, Filter
from zerentian.assessment.queries.entries import entries_in, lines
from zerentian.assessment.queries.periods import as_of, end_of, first_day, is_past, ledger_day
from zerentian.assessment.queries.words import share_text
from zerentian.assessment.services import begin_export
from zerentian.assessment.services.exports import MOST, export_entries
from zerentian.assessment.views.crumbs import crumbs, in_full, require_area
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.kernel.templatetags.ui import number
from zerentian.territory import queries as territory

HEADLINES = ("households.in_grid", "quality.score", "exits.authentic")
LIST = 50


def ledger(request: Request) -> HttpResponse:
    """The board of the reader's own area."""
    request.actor.require(Permission.LEDGER_VIEW)
    if request.actor.division is None:
        raise Http404
    return redirect("assessment:board", request.actor.division)


def turn_back(request: Request) -> HttpResponse:
    """From a page of the ledger to the same page as it stood at the end of an earlier day; `to` is its address."""
    request.actor.require(Permission.LEDGER_VIEW)
    to = request.GET.get("to", "")
    path = to if to.startswith("/ledger/") else "/ledger/"
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        raise Refused(_("请填写日期，如 2026-11-20")) from None
    first = first_day()
    if first is None or day < first:
        known = (
            _("台账从 %(day)s 起有记录，请选择那天或以后的日期") % {"day": first} if first else _("台账还没有测算过")
        )
        raise Refused(known)
    if end_of(day) > timezone.now():
        return redirect(f"{get_script_prefix().rstrip('/')}{path}")
    return redirect(f"{get_script_prefix()}past/{day}{path}")


@in_full
def board(request: Request, code: int) -> HttpResponse:
    """An area: headline figures, map and parts, and the matrix of bodies and duties with the worst first."""
    require_area(request, code)
    form = BoardFilter(request.GET, code)
    wanted = form.wanted()
    page = Paginator(boards.bodies(code, wanted), boards.ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    duties = boards.columns(code, wanted, shown)
    standing, parts = boards.children(code, wanted.year)
    return render(
        request,
        "assessment/board.html",
        {
            "code": code,
            "name": territory.name_of(code),
            "crumbs": crumbs(request, code),
            "form": form,
            "page": page,
            "duties": duties,
            "rows": boards.matrix(code, wanted, shown, duties),
            "parts": [p for p in parts if p.standing],
            "map": _map(code, parts) if level_of(code) < Level.COUNTY else None,
            "bars": _bars(parts) if Level.COUNTY <= level_of(code) < Level.VILLAGE else None,
            "standing": standing,
            "headlines": _headlines(code, standing),
            "own": list(boards.own_bodies(code, wanted.year)[:40]),
            "as_of": as_of(code),
            "may_recompute": request.actor.may(Permission.LEDGER_RECOMPUTE) and not is_past(),
            "may_export": request.actor.may(Permission.LEDGER_EXPORT),
        },
    )


def _map(code: int, parts: list[Child]) -> dict[str, Any]:
    return {"area": code, "unit": "%", "worst": "low", "values": [{"code": p.code, **_part(p)} for p in parts]}


def _bars(parts: list[Child]) -> dict[str, Any]:
    return {"unit": "%", "worst": "low", "target": 100, "values": [_part(p) for p in parts if p.standing]}


def _part(part: Child) -> dict[str, Any]:
    share = part.standing.share if part.standing else None
    red = part.standing.red if part.standing else 0
    return {
        "name": part.name,
        "value": None if share is None else float(share),
        "text": "" if share is None else share_text(share),
        "url": part.url,
        "note": _("红灯 %(n)s 项") % {"n": red} if red else "",
    }


def _kpi(
    label: str, value: str, unit: str = "", *, tone: str = "neutral", note: str = "", status: str = ""
) -> dict[str, str]:
    """One headline figure; with a status it leads to the list of such entries."""
    return {"label": label, "value": value, "unit": unit, "tone": tone, "note": note, "status": status}


def _headlines(code: int, standing: AreaStanding | None) -> list[dict[str, str]]:
    """The row of headline figures."""
    found = boards.headlines(code, HEADLINES)
    shown = _counted(standing) if standing else []
    if grid := found.get("households.in_grid"):
        shown.append(_kpi(_("在册户"), number(grid.denominator), _("户")))
    return shown + [_kpi(found[key].title, found[key].text) for key in HEADLINES[1:] if key in found]


def _counted(standing: AreaStanding) -> list[dict[str, str]]:
    shown = [] if standing.share is None else [_kpi(_("责任完成率"), share_text(standing.share))]
    note = _("逾期 %(a)s，未达标 %(b)s") % {"a": number(standing.overdue), "b": number(standing.failed)}
    tone = "bad" if standing.red else "good"
    shown.append(_kpi(_("红灯事项"), number(standing.red), _("项"), tone=tone, note=note, status="red"))
    note = _("另有申诉 %(n)s 项") % {"n": number(standing.disputed)}
    tone = "warn" if standing.at_risk else "good"
    shown.append(_kpi(_("预警事项"), number(standing.at_risk), _("项"), tone=tone, note=note, status="at_risk"))
    return shown


@in_full
def entries(request: Request, code: int) -> HttpResponse:
    """The entries of an area as a list, the worst first."""
    require_area(request, code)
    form = BoardFilter(request.GET, code, matrix=False)
    wanted = form.wanted()
    page = Paginator(entries_in(code, wanted), LIST).get_page(request.GET.get("page"))
    return render(
        request,
        "assessment/entries.html",
        {
            "code": code,
            "name": territory.name_of(code),
            "crumbs": crumbs(request, code, _("事项清单")),
            "form": form,
            "page": page,
            "lines": lines(list(page.object_list)),
            "as_of": as_of(code),
            "may_export": request.actor.may(Permission.LEDGER_EXPORT),
        },
    )


@in_full
def export(request: Request, code: int) -> HttpResponse:
    """The filtered entries as a workbook: at once, or by a run where they are many."""
    require_area(request, code)
    request.actor.require(Permission.LEDGER_EXPORT)
    wanted: Filter = BoardFilter(request.GET, code, matrix=False).wanted()
    if request.method == "POST":
        run = begin_export(
            code=code,
            wanted=wanted,
            on=_day(request.POST.get("on", "")),
            language=get_language() or "zh",
            by=request.actor,
        )
        return redirect("kernel:run", run.pk)
    rows = entries_in(code, wanted)
    if (found := rows.count()) > MOST:
        context = {"crumbs": crumbs(request, code, _("导出")), "found": found, "on": ledger_day() if is_past() else ""}
        return render(request, "assessment/export.html", context)
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "ledger.xlsx"
        export_entries(path, lines(list(rows)), language=get_language() or "zh")
        return attachment(path, f"{_('责任台账')}-{territory.name_of(code)}-{ledger_day()}.xlsx", MEDIA_TYPES["xlsx"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(_("请填写日期，如 2026-11-20")) from None
