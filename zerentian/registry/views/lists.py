"""The list of households, and its export."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.registry import queries, services
from zerentian.registry.forms.search import ExportForm, HouseholdFilter
from zerentian.registry.views.applications import may_begin
from zerentian.territory import queries as territory


@require_GET
def households(request: Request) -> HttpResponse:
    """The households of the scope: search, filters, order, paging by cursor."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    form = HouseholdFilter(request.GET, actor=request.actor)
    wanted = form.wanted()
    rows = queries.households(request.actor.scope, wanted)
    order = request.GET.get("sort") or "place"
    found = queries.page_of(rows, order=order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    count, more = queries.count_of(rows, in_full=_is_small(wanted.area or request.actor.division))
    if found.lines:
        note_reading(page="registry.households", division=wanted.area or request.actor.division, rows=len(found.lines))
    members = queries.members_found([line.household for line in found.lines], wanted.text)
    places = {code: _place(code) for code in {line.household.division for line in found.lines}}
    context = {
        "form": form,
        "found": found,
        "lines": [(line, places[line.household.division], members.get(line.household.pk, "")) for line in found.lines],
        "count": count,
        "more": more,
        "query": request.GET.urlencode(),
        "may_begin": may_begin(request),
        "can_export": request.actor.may(Permission.HOUSEHOLD_EXPORT),
        "can_import": request.actor.may(Permission.REGISTRY_IMPORT),
    }
    return render(request, "registry/households.html", context)


def _is_small(area: int | None) -> bool:
    """Whether the households of the area are quickly counted: a county has some tens of thousands."""
    return area is not None and level_of(area) >= Level.COUNTY


def _place(code: int) -> str:
    """Township and village."""
    return territory.full_name(code, above=Level.TOWNSHIP)


@require_http_methods(["GET", "HEAD", "POST"])
def households_export(request: Request) -> HttpResponse:
    """Ask what to write, and start the run that writes it."""
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    chosen = HouseholdFilter(request.GET, actor=request.actor).wanted()
    form = ExportForm(request.POST or None, may_reveal=request.actor.may(Permission.PERSONAL_REVEAL))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                run = services.begin_export(wanted=asdict(chosen), by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _("已开始导出"))
                return redirect("kernel:run", run.pk)
    count = queries.households(request.actor.scope, chosen).order_by().count()
    context = {"form": form, "count": count, "query": request.GET.urlencode()}
    return render(request, "registry/export.html", context, status=status)
