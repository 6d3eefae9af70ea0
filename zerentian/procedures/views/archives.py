"""Files of closed cases that lack something: the list of an area, and the paper that is handed in late."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.procedures import queries, services
from zerentian.procedures.forms import ArchiveFilter, SupplementForm
from zerentian.procedures.models import Case
from zerentian.procedures.views.acts import answer, form_view
from zerentian.procedures.views.pages import fetch
from zerentian.territory import queries as territory

PAGE = 50


@require_GET
def archives(request: Request) -> HttpResponse:
    """Closed cases of an area whose files lack papers or the photo of a notice, each with what lacks and where to add it."""
    request.actor.require(Permission.CASE_VIEW)
    form = ArchiveFilter(request.GET)
    form.is_valid()
    area = form.cleaned_data.get("area") or request.actor.division or territory.children(None)[0].id
    if not request.actor.scope.covers(area):
        raise Http404
    # A whole province's files at once would be a list that nobody works through.
    is_broad = level_of(area) in (Level.PROVINCE, Level.CITY)
    ids = [] if is_broad else queries.incomplete_ids(area, form.cleaned_data.get("kind") or "")
    if "export" in request.GET:
        return _export(request, ids)
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    rows = queries.incomplete(list(page), request.actor)
    note_reading(page="procedures.archives", division=area, rows=len(rows))
    return render(request, "procedures/archives.html", {
        "form": form, "page": page, "rows": _linked(request, rows), "place": territory.full_name(area), "is_broad": is_broad,
        "below": [(one.name, f"?area={one.id}") for one in territory.children(area)] if is_broad else [],
        "query": request.GET.urlencode(), "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT) and not is_broad,
    })  # fmt: skip


def _linked(request: Request, rows: list[queries.Incomplete]) -> list[dict[str, Any]]:
    """The rows, each lack with the place where it is made good, if the reader may do that."""
    notices = [one.notice for row in rows for one in row.lacks if one.notice]
    pages = queries.pages_of_notices(notices, request.actor)
    may_add = request.actor.may(Permission.CASE_DECIDE)
    found = []
    for row in rows:
        add = reverse("procedures:supplement", args=[row.case.pk]) if may_add else ""
        lacks = [
            (
                one.text,
                f"{add}?paper={one.paper.step}:{one.paper.kind}"
                if one.paper and add
                else pages.get(one.notice or 0, ""),
            )
            for one in row.lacks
        ]
        found.append({"row": row, "lacks": lacks})
    return found


def _export(request: Request, ids: list[int]) -> HttpResponse:
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    if len(ids) > services.MOST_EXPORTED:
        numbers = {"n": len(ids), "most": services.MOST_EXPORTED}
        raise Refused(_("符合条件的有 %(n)s 件，一次最多导出 %(most)s 件，请缩小范围") % numbers)
    note_reading(page="procedures.archives", division=request.actor.division, rows=len(ids))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "archives.xlsx"
        services.export_incomplete(path, queries.incomplete(ids, request.actor), language=get_language() or "zh")
        return attachment(path, f"{_('不齐全的档案')}-{timezone.localdate()}.xlsx", MEDIA_TYPES["xlsx"])


@form_view
def supplement(request: Request, pk: int) -> HttpResponse:
    """Hand in a paper that a closed case lacks; the decision stays as it is."""
    case = fetch(request, pk, Permission.CASE_DECIDE)
    if case.state != Case.State.CLOSED:
        raise Refused(_("案件还在办理，请在案件页上传材料"))
    procedure = queries.definition(case.definition_id)
    choices = [
        (
            f"{one.step}:{one.kind}",
            f"{queries.words(procedure.at(one.step).title)}：{queries.name_of('evidence', one.kind)}",
        )
        for one in queries.lacking(case)
    ]
    if not choices:
        raise Refused(_("这份案卷不缺材料"))
    asked = {"paper": request.GET.get("paper", "")}
    form = SupplementForm(request.POST or None, request.FILES or None, choices=choices, initial=asked)

    def act() -> Any:
        data = form.cleaned_data
        step, _mark, kind = data["paper"].partition(":")
        return services.supplement(
            case_id=pk,
            step=step,
            kind=kind,
            source=data["file"],
            name=data["file"].name,
            reason=data["reason"],
            by=request.actor,
        )

    return answer(
        request, form, act, heading=_("补交材料"), back=reverse("procedures:case", args=[pk]), done=_("已补交材料"), pk=pk,
        lead=_("补交的材料注明补交人、日期和原因；已经作出的决定不变"),
    )  # fmt: skip
