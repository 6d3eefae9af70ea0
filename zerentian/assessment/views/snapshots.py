"""Pages of the snapshots: what is kept, figures on any of them, and what differs between two."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zerentian.assessment.forms import DifferenceFilter, FigureFilter
from zerentian.assessment.queries import snapshots as queries
from zerentian.assessment.services.exports import MOST, export_differences
from zerentian.assessment.views.crumbs import crumbs, in_full, require_area
from zerentian.kernel import snapshots
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.models import Snapshot
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.sentences import spoken_reason
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.kernel.templatetags.ui import number
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

LIST, ROWS = 30, 50


def snapshot_list(request: Request) -> HttpResponse:
    """Every snapshot: its day, size and rows, whether it was proved whole, and what became of it."""
    request.actor.require(Permission.LEDGER_VIEW)
    page = Paginator(queries.recorded(), LIST).get_page(request.GET.get("page"))
    context = {"page": page, "area": request.actor.division, "crumbs": [(_("快照"), "")]}
    return render(request, "assessment/snapshots.html", context)


def snapshot(request: Request, name: str) -> HttpResponse:
    """One snapshot: what it holds, and any figure of the reader's area counted on it."""
    request.actor.require(Permission.LEDGER_VIEW)
    row = get_object_or_404(Snapshot, name=name)
    area = request.GET.get("area", "")
    code = int(area) if area.isdecimal() else request.actor.division or 0
    require_area(request, code)
    form = FigureFilter(request.GET or None, area=code, hidden=queries.kept_from(request.actor))
    measure = rulebook.measures().get(form.chosen)
    manifest, lacks = _files_of(row)
    figures = queries.figures_in(manifest, code, measure) if manifest and measure else []
    return render(
        request,
        "assessment/snapshot.html",
        {
            "snapshot": row,
            "lacks": lacks,
            "views": [(queries.view_title(v), manifest.rows(v)) for v in manifest.columns] if manifest else [],
            "form": form,
            "code": code,
            "area_name": territory.name_of(code),
            "measure": measure,
            "figures": figures,
            "total": queries.total_of(figures, measure) if measure and figures else None,
            "crumbs": [*crumbs(request, code, _("快照"))[:-1], (row.name, "")],
        },
    )


def _files_of(row: Snapshot) -> tuple[snapshots.Manifest | None, list[str]]:
    """What a snapshot holds, or why its files can't be read; of a destroyed one neither."""
    if row.destroyed_at:
        return None, []
    try:
        return snapshots.find(row.name), []
    except Refused as refused:
        return None, [str(spoken_reason(one)) for one in refused.reasons]


@in_full
def differences(request: Request, code: int) -> HttpResponse:
    """What differs between two snapshots in an area: by view, by place, down to the rows."""
    require_area(request, code)
    hidden = queries.kept_from(request.actor)
    form = DifferenceFilter(request.GET, hidden=hidden)
    asked = form.asked()
    place = request.GET.get("page", "1")
    at = max(1, int(place)) if place.isdecimal() else 1
    may_see = _may_see(request)
    found = None
    if asked:
        before, after = (snapshots.find(name) for name in (asked.before, asked.after))
        found = queries.differences(
            before, after, code, view=asked.view, kind=asked.kind, start=(at - 1) * ROWS, limit=ROWS if may_see else 0,
            hidden=hidden,
        )  # fmt: skip
        if found.rows and asked.view:
            note_reading(page="assessment:differences", division=code, rows=len(found.rows))
    return render(
        request,
        "assessment/differences.html",
        {
            "code": code,
            "name": territory.name_of(code),
            "form": form,
            "asked": asked,
            "view_title": queries.view_title(asked.view) if asked and asked.view else "",
            "found": found,
            "rows": _told(asked.view, found.rows) if found and asked else [],
            "page": Paginator(range(found.total), ROWS).get_page(at) if found and found.rows else None,
            "may_see": may_see,
            "may_export": may_see and request.actor.may(Permission.HOUSEHOLD_EXPORT),
            "is_lowest": level_of(code) is Level.VILLAGE,
            "crumbs": crumbs(request, code, _("快照比较")),
        },
    )


def _may_see(request: Request) -> bool:
    """Rows are about people: to whoever may read household files, and not only some of them."""
    return request.actor.may(Permission.HOUSEHOLD_VIEW) and request.actor.scope.households is None


def _told(view: str, rows: Any) -> list[dict[str, Any]]:
    places = territory.names({row.division for row in rows})
    numbers = queries.numbers_of(view, [row.key for row in rows])
    main = "person" if view == "person" else "household"
    return [
        {
            "kind": row.kind,
            "place": places.get(row.division, row.division),
            "key": _key(row.key, main, numbers),
            "household": row.key.get("household"),
            "values": [(queries.column_title(view, name), old, new) for name, old, new in row.values],
        }
        for row in rows
    ]


def _key(key: dict[str, Any], main: str, numbers: dict[int, str]) -> str:
    """What a row is called: the register's number, then whatever else names it."""
    told = [numbers[key[main]]] if key.get(main) in numbers else []
    return "，".join([*told, *(f"{name} {value}" for name, value in key.items() if not told or name != main)])


@in_full
def differences_export(request: Request, code: int) -> HttpResponse:
    """The rows of one view that differ, as a workbook; what is shown is noted as read."""
    require_area(request, code)
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    asked = DifferenceFilter(request.GET, hidden=queries.kept_from(request.actor)).asked()
    if asked is None or not asked.view or not _may_see(request):
        raise Http404
    before, after = (snapshots.find(name) for name in (asked.before, asked.after))
    counted = queries.differences(before, after, code, view=asked.view, kind=asked.kind)
    if counted.total > MOST:
        raise Refused(
            _("有 %(n)s 行不同，一次最多导出 %(most)s 行，请缩小范围")
            % {"n": number(counted.total), "most": number(MOST)}
        )
    found = queries.differences(before, after, code, view=asked.view, kind=asked.kind, limit=None)
    note_reading(page="assessment:differences", division=code, rows=len(found.rows))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "differences.xlsx"
        export_differences(path, _told(asked.view, found.rows), language=get_language() or "zh")
        name = f"{_('快照比较')}-{territory.name_of(code)}-{asked.before}-{asked.after}.xlsx"
        return attachment(path, name, MEDIA_TYPES["xlsx"])
