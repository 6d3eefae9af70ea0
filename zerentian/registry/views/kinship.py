"""Declared kinship between those who decide and households: the list of an area, declaring, ending."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.scope import range_of
from zerentian.registry.forms.kinship import EndKinshipForm, KinshipFilter, KinshipForm
from zerentian.registry.models import Household, Kinship
from zerentian.registry.services import kinship
from zerentian.registry.views.changes import answer, form_view, steps_to
from zerentian.territory import queries as territory

PAGE = 50
READING = "registry.kinship"


@require_GET
def kinships(request: Request) -> HttpResponse:
    """What was declared in an area, the newest first."""
    request.actor.require(Permission.CASE_VIEW)
    form = KinshipFilter(request.GET)
    wanted = form.wanted()
    rows = Kinship.objects.within(request.actor.scope).select_related("household").order_by("-id")
    if wanted["area"]:
        area = range_of(wanted["area"])
        rows = rows.filter(division__gte=area.lo, division__lt=area.hi)
    if wanted["cadre"]:
        rows = rows.filter(cadre=wanted["cadre"])
    if not wanted["over"]:
        rows = rows.filter(ended_on__isnull=True)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    note_reading(page=READING, division=wanted["area"] or request.actor.division, rows=len(page.object_list))
    context = {
        "form": form, "page": page, "rows": [(row, territory.full_name(row.division)) for row in page],
        "may": request.actor.may(Permission.CASE_DECIDE),
    }  # fmt: skip
    return render(request, "registry/kinships.html", context)


@form_view
def kinship_new(request: Request, pk: int) -> HttpResponse:
    """Declare that somebody who decides is related to the household."""
    request.actor.require(Permission.CASE_DECIDE)
    home = Household.objects.within(request.actor.scope).filter(pk=pk).first()
    if home is None:
        raise Http404
    note_reading(page=READING, household_id=pk, division=home.division)
    form = KinshipForm(request.POST or None, initial={"cadre": request.actor.name})

    def do() -> str:
        kinship.declare_kinship(household_id=pk, by=request.actor, **form.cleaned_data)
        return _("已申报；他办理这一户的案件时，须由另一人复核")

    title = _("申报亲属关系")
    back = reverse("registry:household", args=[pk])
    return answer(
        request, form, do, goes_to=back, heading=title, lead=home.head_name, submit=_("保存"), back=back,
        crumbs=steps_to(home, title),
    )  # fmt: skip


@form_view
def kinship_end(request: Request, pk: int) -> HttpResponse:
    """End a declaration, with the reason; not one's own."""
    request.actor.require(Permission.CASE_DECIDE)
    row = Kinship.objects.within(request.actor.scope).select_related("household").filter(pk=pk).first()
    if row is None:
        raise Http404
    note_reading(page=READING, household_id=row.household_id, division=row.division)
    form = EndKinshipForm(request.POST or None)

    def do() -> str:
        kinship.end_kinship(kinship_id=pk, reason=form.cleaned_data["reason"], by=request.actor)
        return _("已终止申报")

    title, back = _("终止亲属申报"), reverse("registry:kinships")
    lead = f"{row.cadre} · {row.household.head_name} · {row.get_relation_display()}"
    return answer(
        request, form, do, goes_to=back, heading=title, lead=lead, submit=_("终止"), back=back,
        crumbs=steps_to(row.household, title),
    )  # fmt: skip
