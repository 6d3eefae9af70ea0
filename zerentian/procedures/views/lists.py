"""What waits for whom, and the list of cases."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.procedures import queries, services
from zerentian.procedures.forms import CaseFilter
from zerentian.procedures.models import Case

PAGE = 50


@require_GET
def inbox(request: Request) -> HttpResponse:
    """What waits for me by deadline, what came back, what I sent on; in tabs."""
    request.actor.require(Permission.CASE_VIEW)
    actor, today = request.actor, timezone.localdate()
    lists = {
        "waiting": (_("待我办理"), queries.waiting(actor, today)),
        "back": (_("被退回"), queries.came_back(actor, today)),
        "review": (_("待回避复核"), queries.reviews(actor, today)),
        "late": (_("下级超期"), queries.escalated(actor)),
        "sent": (_("我已转出"), queries.sent_on(actor)),
    }
    shown = request.GET.get("list", "waiting")
    shown = shown if shown in lists else "waiting"
    wanted, only = lists[shown][1], request.GET.get("step", "")
    wanted = queries.in_heap(wanted, only) if only else wanted
    page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_of(page, today)
    note_reading(page="procedures.inbox", division=actor.division, rows=len(rows))
    context = {
        "tabs": [
            {"label": label, "url": f"?list={key}", "active": key == shown, "count": found.count()}
            for key, (label, found) in lists.items()
        ],
        "rows": rows, "page": page, "digest": queries.digest(actor, today), "shown": shown,
        "may_decide": actor.may(Permission.CASE_DECIDE) and shown == "waiting", "only": only,
        "heaps": _heaps(lists[shown][1]) if shown == "waiting" and page.paginator.count > 1 else [],
    }  # fmt: skip
    return render(request, "procedures/inbox.html", context)


def _heaps(waiting: QuerySet[Case]) -> list[dict[str, Any]]:
    """What waits by step, each with its procedure's and its step's name."""
    found = []
    for heap in queries.heaps(waiting):
        procedure = queries.definition(heap.definition)
        title, step = queries.words(procedure.title), queries.words(procedure.at(heap.step).title)
        found.append({"heap": heap, "title": title, "step": step, "most": min(heap.count, services.MOST_AT_ONCE)})
    return found


@require_GET
def today(request: Request) -> HttpResponse:
    """What I have to do today, of all apps together, with the text to send; `text` answers the text alone."""
    request.actor.require(Permission.CASE_VIEW)
    day = timezone.localdate()
    message = services.message_of(request.actor, day)
    if request.GET.get("form") == "text":
        return HttpResponse(message + "\n", content_type="text/plain; charset=utf-8")
    context = {"lines": services.today_of(request.actor, day), "message": message, "day": day}
    return render(request, "procedures/today.html", context)


@require_GET
def cases(request: Request) -> HttpResponse:
    """The cases of the scope: filters, search, pages, export."""
    request.actor.require(Permission.CASE_VIEW)
    form, today = CaseFilter(request.GET), timezone.localdate()
    page = Paginator(queries.cases(request.actor.scope, form.wanted(), today), PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_of(page, today)
    note_reading(page="procedures.cases", division=request.actor.division, rows=len(rows))
    return render(request, "procedures/cases.html", {
        "form": form, "page": page, "rows": rows, "query": request.GET.urlencode(),
        "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT),
    })  # fmt: skip


@require_GET
def cases_export(request: Request) -> HttpResponse:
    """The list as a workbook."""
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    request.actor.require(Permission.CASE_VIEW)
    today = timezone.localdate()
    found = queries.cases(request.actor.scope, CaseFilter(request.GET).wanted(), today)
    count = found.count()
    if count > services.MOST_EXPORTED:
        numbers = {"n": count, "most": services.MOST_EXPORTED}
        raise Refused(_("符合条件的有 %(n)s 件，一次最多导出 %(most)s 件，请缩小范围") % numbers)
    note_reading(page="procedures.export", division=request.actor.division, rows=count)
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "cases.xlsx"
        services.export_cases(path, queries.rows_of(found, today), language=get_language() or "zh")
        return attachment(path, f"{_('案件')}-{today}.xlsx", MEDIA_TYPES["xlsx"])
