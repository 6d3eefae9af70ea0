"""Files in and out: template, upload with preview, export."""

import tempfile
from pathlib import Path
from typing import BinaryIO

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.http import Request, attachment
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.tables import MEDIA_TYPES, write_template
from zerentian.kernel.uploads import upload_page
from zerentian.organisations import queries, services
from zerentian.organisations.forms import UploadForm
from zerentian.organisations.forms.search import DivisionField
from zerentian.organisations.rules.columns import SHEETS


@require_GET
def body_template(request: Request) -> HttpResponse:
    """The empty workbook, with drop-downs."""
    request.actor.require(Permission.BODY_CHANGE)
    labels = {name: [c[1] for c in words] for name, words in queries.choices().items()}
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, SHEETS, division=request.actor.division, lists=labels, title="机构和任职")
        return attachment(path, f"{_('机构和任职模板')}.xlsx", MEDIA_TYPES["xlsx"])


@require_http_methods(["GET", "HEAD", "POST"])
def body_import(request: Request) -> HttpResponse:
    """Upload files; they are checked first and shown as a preview."""
    request.actor.require(Permission.BODY_CHANGE)

    def begin(files: list[tuple[BinaryIO, str]], whole: bool) -> str:
        run = services.begin_import(files, by=request.actor, write=False, whole=whole)
        return reverse("organisations:body_import_preview", args=[run.pk])

    form = UploadForm(request.POST or None, request.FILES or None)
    return upload_page(request, form, "organisations/import.html", SHEETS, begin)


@require_http_methods(["GET", "HEAD", "POST"])
def body_import_preview(request: Request, run_id: int) -> HttpResponse:
    """What an import would do, and the button that does it."""
    request.actor.require(Permission.BODY_CHANGE)
    run = Run.objects.filter(pk=run_id, kind=services.IMPORT, user_id=request.actor.user_id).first()
    if run is None:
        raise Http404
    if request.method == "POST":
        began = services.apply_import(run=run, by=request.actor)
        messages.success(request, _("已开始导入"))
        return redirect("organisations:body_import_preview", began.pk)
    context = {"run": run, "is_preview": not run.arguments["write"], "can_apply": run.status == Run.Status.DONE}
    return render(request, "organisations/import_preview.html", context)


@require_GET
def body_export(request: Request) -> HttpResponse:
    """The bodies, posts and appointments of an area as a workbook that can be imported again; phones stay masked."""
    request.actor.require(Permission.BODY_VIEW)
    area = DivisionField(required=False).clean(request.GET.get("area", ""))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = services.export_bodies(Path(folder), scope=request.actor.scope, area=area or request.actor.division)
        return attachment(path, path.name, MEDIA_TYPES.get(path.suffix[1:], "application/zip"))
