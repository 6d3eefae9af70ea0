"""Files in and out: template, upload with preview, export."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.files import check_upload_size
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import MEDIA_TYPES, write_template
from zerentian.organisations import queries, services
from zerentian.organisations.forms import UploadForm
from zerentian.organisations.forms.search import DivisionField, refuse_into
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
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                for one in form.cleaned_data["sources"]:
                    check_upload_size(one.size)
                sources = [(one, one.name) for one in form.cleaned_data["sources"]]
                whole = form.cleaned_data["whole"]
                run = services.begin_import(sources, by=request.actor, write=False, whole=whole)
                return redirect("organisations:body_import_preview", run.pk)
            except Refused as refused:
                refuse_into(form, refused)
    return render(request, "organisations/import.html", {"form": form, "columns": _columns()}, status=status)


def _columns() -> list[tuple[str, str, bool, str]]:
    """What the page says about the columns: sheet, column, whether required, help."""
    english = (get_language() or "").startswith("en")
    return [
        (s.name if english else s.title, c.label_en if english else c.label, c.required, _(c.help) if c.help else "")
        for s in SHEETS
        for c in s.columns
    ]


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
