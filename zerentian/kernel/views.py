"""Pages without a domain: runs, files, the audit trail, published heads, the gallery, the answers to what went wrong."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zerentian.kernel import gallery as showcase
from zerentian.kernel import queries, services
from zerentian.kernel.acts import title_of
from zerentian.kernel.db import own_models
from zerentian.kernel.files import path_of, require_download
from zerentian.kernel.forms import ActSearch, ReadingSearch
from zerentian.kernel.http import Request
from zerentian.kernel.models import Act, File, Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.seals import daily_heads
from zerentian.kernel.sentences import spoken

PAGE = 50


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for an upload above the limit"""
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    return _answer(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500, without the request: whatever broke must not break the answer too."""
    return HttpResponse(render_to_string("500.html", {"messages": ()}), status=500)


def gallery(request: Request) -> HttpResponse:
    """Every component of the interface in every variant."""
    return render(request, "ui/gallery.html", showcase.samples(request.GET.dict()))


def runs(request: Request) -> HttpResponse:
    """Long work, the newest first: one's own, or everybody's for auditors and operators."""
    page = Paginator(queries.runs_of(request.actor), PAGE).get_page(request.GET.get("page"))
    return render(request, "kernel/runs.html", {"page": page, "crumbs": [(_("任务"), "")]})


def run(request: Request, pk: int) -> HttpResponse:
    """One piece of long work: progress, counts, what was refused, the result."""
    shown = get_object_or_404(queries.runs_of(request.actor), pk=pk)
    may_stop = not shown.is_over and (
        shown.user_id == request.actor.user_id or request.actor.may(Permission.SYSTEM_OPERATE)
    )
    facts = [
        (_("发起人"), spoken(shown.who)),
        (_("发起时间"), shown.created_at),
        (_("开始"), shown.started_at),
        (_("结束"), shown.finished_at),
    ]
    return render(
        request,
        "kernel/run.html",
        {
            "run": shown,
            "facts": facts,
            "cancel_url": reverse("kernel:run_cancel", args=[pk]) if may_stop else "",
            "crumbs": [(_("任务"), reverse("kernel:runs")), (shown.spoken_title, "")],
        },
    )


@require_POST
def run_cancel(request: Request, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    asked = services.cancel_run(run_id=pk, by=request.actor)
    words = {"title": asked.spoken_title}
    if asked.status == Run.Status.CANCELLED and asked.started_at is None:
        messages.success(request, _("“%(title)s”已取消，还没有开始，什么也没有做") % words)
    elif asked.is_over:
        messages.info(request, _("“%(title)s”已经结束，不能再取消") % words)
    else:
        messages.success(request, _("已要求停止“%(title)s”，办完当前一步就停") % words)
    return redirect("kernel:run", pk=pk)


def file(request: Request, pk: int) -> FileResponse:
    """Download a stored file, within scope and by permission."""
    found = get_object_or_404(File, pk=pk)
    require_download(found, request.actor)
    path = path_of(found.sha256)
    if not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def acts(request: Request) -> HttpResponse:
    """What was done: by who, name, subject and day."""
    request.actor.require(Permission.AUDIT_VIEW)
    form = ActSearch(request.GET)
    found = queries.acts_found(**form.wanted())
    return _listed(request, "kernel/acts.html", form, found, _("办理记录"))


def act(request: Request, pk: int) -> HttpResponse:
    """One act and the rows it changed."""
    request.actor.require(Permission.AUDIT_VIEW)
    shown = get_object_or_404(Act, pk=pk)
    changes = queries.changes_of(pk, own_models())
    crumbs = [(_("办理记录"), reverse("kernel:acts")), (f"{title_of(shown.name)} #{pk}", "")]
    return render(request, "kernel/act.html", {"act": shown, "changes": changes, "crumbs": crumbs})


def readings(request: Request) -> HttpResponse:
    """Who read whom: by reader, household, person and day."""
    request.actor.require(Permission.AUDIT_VIEW)
    form = ReadingSearch(request.GET)
    found = queries.readings_found(**form.wanted())
    return _listed(request, "kernel/readings.html", form, found, _("查阅记录"))


def _listed(request: Request, template: str, form: Any, found: Any, title: str) -> HttpResponse:
    """A page of an endless list: a cursor by id, for counting millions of rows would take longer than reading them."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    more = rows[PAGE - 1].pk if len(rows) > PAGE else ""
    facts = {"form": form, "rows": rows[:PAGE], "next": more, "crumbs": [(title, "")]}
    return render(request, template, facts)


def heads(request: HttpRequest) -> HttpResponse:
    """The head of the hash chain of every day; public, so that anybody can hold the house to it later."""
    days = list(reversed(daily_heads().items()))
    if request.GET.get("format") == "txt":
        text = "".join(f"{day} {head}\n" for day, head in days)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return render(request, "kernel/heads.html", {"days": days})
