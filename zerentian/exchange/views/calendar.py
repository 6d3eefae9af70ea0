"""Which delivery is due when, and which files are no longer kept."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.exchange import queries
from zerentian.exchange.forms import CalendarSearch
from zerentian.exchange.queries.calendar import calendar as calendar_of
from zerentian.exchange.queries.calendar import destructions as destructions_of
from zerentian.exchange.views.words import source_title
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.organisations.models import Department
from zerentian.territory import queries as territory

PAGE = 50
TONES = {"came": "good", "came_late": "warn", "late": "bad", "open": "info"}


def _may_look(request: Request) -> None:
    if not request.actor.may(Permission.EXCHANGE_VIEW):
        request.actor.require(Permission.EXCHANGE_DELIVER)


@require_GET
def calendar(request: Request) -> HttpResponse:
    """Every delivery that is owed since last year, with the one that came; how many are late."""
    _may_look(request)
    form = CalendarSearch(queries.visible_sources(request.actor), request.GET or None)
    lines = calendar_of(request.actor, timezone.localdate())
    wanted = form.wanted()
    if name := wanted.get("source"):
        lines = [line for line in lines if line.source.id == name]
    if department := wanted.get("department"):
        lines = [line for line in lines if line.source.file.department == department]
    counts = {state: sum(line.state == state for line in lines) for state in TONES}
    if state := wanted.get("state"):
        lines = [line for line in lines if line.state == state]
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    words = dict(CalendarSearch.STATES)
    rows = [
        {
            "line": line, "title": source_title(line.source.id), "place": territory.full_name(line.division),
            "department": Department(line.source.file.department).label, "state": words[line.state],
            "tone": TONES[line.state],
        }
        for line in page
    ]  # fmt: skip
    context = {
        "form": form, "rows": rows, "page": page, "counts": counts, "total": sum(counts.values()),
        "crumbs": [(_("数据交换"), reverse("exchange:sources")), (_("交付日历"), "")],
    }  # fmt: skip
    return render(request, "exchange/calendar.html", context)


@require_GET
def destructions(request: Request) -> HttpResponse:
    """The delivered files and superseded tables that were destroyed: which, when, on what ground."""
    _may_look(request)
    page = Paginator(destructions_of(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(one, source_title(one.delivery.source)) for one in page],
        "page": page,
        "crumbs": [(_("数据交换"), reverse("exchange:sources")), (_("销毁记录"), "")],
    }
    return render(request, "exchange/destructions.html", context)
