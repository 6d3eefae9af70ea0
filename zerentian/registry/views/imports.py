"""Import: template, upload, what would change, and the button that does it."""

import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zerentian.kernel.http import Request, attachment
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.kernel.tables.writing import MOST_MARKED
from zerentian.kernel.uploads import upload_page
from zerentian.organisations.forms.search import DivisionField
from zerentian.registry import services
from zerentian.registry.forms.imports import UploadForm
from zerentian.registry.models import Import, ImportProblem
from zerentian.registry.rules.columns import SHEETS
from zerentian.territory import queries as territory

SHOWN = 200  # problems on the page; the workbook and the list hold all


@require_GET
def imports(request: Request) -> HttpResponse:
    """The imports of the area, the newest first."""
    request.actor.require(Permission.REGISTRY_IMPORT)
    rows = Import.objects.within(request.actor.scope).order_by("-id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    lines = [
        (row, territory.full_name(row.division), "、".join(f["name"] for f in row.files)) for row in page.object_list
    ]
    return render(request, "registry/imports.html", {"page": page, "lines": lines})


@require_GET
def import_template(request: Request) -> HttpResponse:
    """The empty collection workbook of an area."""
    request.actor.require(Permission.REGISTRY_IMPORT)
    area = DivisionField(required=False).clean(request.GET.get("division", "")) or request.actor.division
    if area is None or not request.actor.scope.touches(area):
        raise Http404
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "template.xlsx"
        services.collection_template(path, area)
        return attachment(path, f"{territory.name_of(area)}{_('采集表')}.xlsx", MEDIA_TYPES["xlsx"])


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: Request) -> HttpResponse:
    """Upload files; they are checked first, and nothing is written before the preview is confirmed."""
    request.actor.require(Permission.REGISTRY_IMPORT)

    def begin(files: list[tuple[BinaryIO, str]], whole: bool) -> str:
        if request.actor.division is None:
            raise Refused("您没有所属的区划，不能导入")
        made = services.begin_import(files=files, division=request.actor.division, whole=whole, by=request.actor)
        return reverse("registry:import", args=[made.pk])

    form = UploadForm(request.POST or None, request.FILES or None)
    return upload_page(request, form, "registry/import_new.html", SHEETS, begin)


def _fetch(request: Request, pk: int) -> Import:
    request.actor.require(Permission.REGISTRY_IMPORT)
    found: Import | None = Import.objects.within(request.actor.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
def import_show(request: Request, pk: int) -> HttpResponse:
    """Progress, then what would change and what is wrong, then what was done."""
    found = _fetch(request, pk)
    run = Run.objects.filter(pk=found.apply_run_id or found.check_run_id or 0).first()
    told = ImportProblem.objects.filter(import_id=pk)
    problems = told.order_by("-stops", "sheet", "file", "row", "id")[:SHOWN]
    titles = {s.name: spoken(s.title) for s in SHEETS}
    sheets = found.counts.get("sheets", {})
    context = {
        "import": found,
        "run": run,
        "files": "、".join(f["name"] for f in found.files),
        "place": territory.full_name(found.division),
        "sheets": [(titles[name], numbers) for name, numbers in sheets.items()],
        "changes": [(titles[name], rows) for name, rows in found.counts.get("changes", {}).items() if rows],
        "problems": [(p, titles[p.sheet], _column(p)) for p in problems],
        "rows_told": told.values("sheet", "file", "row").distinct().count(),
        "told": told.count(),
        "refused": sum(n["refused"] for n in sheets.values()),
        "asked": sum(n["asked"] for n in sheets.values()),
        "will_change": sum(n["new"] + n["changed"] for n in sheets.values()),
        "is_long": any(n["refused"] > MOST_MARKED for n in sheets.values()),
        "is_failed": run is not None and run.status == Run.Status.FAILED,
        "is_checked": found.state == Import.State.CHECKED,
    }
    return render(request, "registry/import.html", context)


def _column(problem: ImportProblem) -> Any:
    sheet = next(s for s in SHEETS if s.name == problem.sheet)
    return next((spoken(c.label) for c in sheet.columns if c.key == problem.key), "")


@require_POST
def import_confirm(request: Request, pk: int) -> HttpResponse:
    """Take the good rows over."""
    _fetch(request, pk)
    services.confirm_import(import_id=pk, by=request.actor)
    messages.success(request, _("已开始导入"))
    return redirect("registry:import", pk)


@require_POST
def import_withdraw(request: Request, pk: int) -> HttpResponse:
    """Give the import up."""
    _fetch(request, pk)
    services.withdraw_import(import_id=pk, by=request.actor)
    messages.success(request, _("已放弃，什么也没有写入"))
    return redirect("registry:imports")
