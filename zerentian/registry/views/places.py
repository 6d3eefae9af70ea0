"""The profiles of a village and of a county."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level
from zerentian.organisations import queries as organisations
from zerentian.registry import queries
from zerentian.registry.forms.corrections import VILLAGE_PARTS
from zerentian.registry.forms.search import PROBLEMS
from zerentian.registry.rules.columns import COUNTIES, VILLAGES
from zerentian.registry.views.about import procedures_about
from zerentian.registry.views.words import crumbs, facts
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory


def _place(request: Request, code: int, level: Level) -> Any:
    """The present division of that level in the actor's sight; 404 otherwise."""
    # Names and codes are for everybody; what a place has and lacks is for who works with it, not for administrators.
    request.actor.require(Permission.LEDGER_VIEW)
    current = territory.current_code(code)
    if current is None or territory.division(current).level is not level or not request.actor.scope.touches(current):
        raise Http404
    return territory.division(current)


@require_GET
def village(request: Request, code: int) -> HttpResponse:
    """One village: counts, structure of the people, shortfalls, the village form."""
    place = _place(request, code, Level.VILLAGE)
    if place.id != code:
        return redirect("registry:village", place.id)
    forms = queries.village_forms(place.id, request.actor.scope)
    form = _chosen(forms, request.GET.get("year", ""))
    context = {
        **_profile(request, place.id),
        **procedures_about(request, "village", place.id, place.id),
        "place": place,
        "crumbs": crumbs(place.id),
        "grids": _grids(request, place.id),
        "form": form,
        "years": [f.year for f in forms],
        "head": facts(VILLAGES, form, [c.key for c in VILLAGES.columns[2:4]]) if form else [],
        "sections": [(n, t, facts(VILLAGES, form, keys)) for n, (t, keys) in VILLAGE_PARTS.items()] if form else [],
        "can_print": request.actor.may(Permission.HOUSEHOLD_CHANGE) and place.id in request.actor.scope,
        "can_change": request.actor.may(Permission.VILLAGE_CHANGE) and place.id in request.actor.scope,
    }
    return render(request, "registry/village.html", context)


@require_GET
def county(request: Request, code: int) -> HttpResponse:
    """One county: counts, structure, townships, the county form."""
    place = _place(request, code, Level.COUNTY)
    if place.id != code:
        return redirect("registry:county", place.id)
    forms = queries.county_forms(place.id, request.actor.scope)
    form = _chosen(forms, request.GET.get("year", ""))
    townships = territory.children(place.id)
    counts = queries.counts_by_division([t.id for t in townships])
    base = reverse("registry:households")
    context = {
        **_profile(request, place.id),
        **procedures_about(request, "county", place.id, place.id),
        "place": place,
        "crumbs": crumbs(place.id),
        "form": form,
        "years": [f.year for f in forms],
        "facts": facts(COUNTIES, form, [c.key for c in COUNTIES.columns[1:]]) if form else [],
        "townships": [(t, counts.get(t.id, 0), f"{base}?area={t.text}") for t in townships],
    }
    return render(request, "registry/county.html", context)


def _chosen(forms: list[Any], year: str) -> Any:
    """The form of the asked year, else the newest."""
    return next((f for f in forms if str(f.year) == year), forms[0] if forms else None)


def _grids(request: Request, code: int) -> list[tuple[str, str]]:
    """The grids of a village with who keeps each on the day."""
    if code not in request.actor.scope:
        return []
    kept = organisations.grids_of(code, timezone.localdate())
    return [(grid.name, keeper.person_name if keeper else "") for grid, keeper in kept]


def _profile(request: Request, code: int) -> dict[str, Any]:
    """Counts of the register; nothing for whom may not see households."""
    if not request.actor.may(Permission.HOUSEHOLD_VIEW):
        return {"profile": None}
    found = queries.profile(code, request.actor.scope, timezone.localdate())
    link = f"{reverse('registry:households')}?area={territory.division(code).text}"
    titles = {**{name: str(title) for name, title in PROBLEMS if name}, "helper": _("没有帮扶责任人")}
    links = {name: f"{link}&helper=without" if name == "helper" else f"{link}&problem={name}" for name in titles}
    return {
        "profile": found,
        "households_url": link,
        "statuses": [
            (rulebook.label("poverty_status", key), found.by_status[key], f"{link}&status={key}")
            for key in rulebook.code_list("poverty_status").keys
            if found.by_status.get(key)
        ],
        "causes": [
            (rulebook.label("poverty_cause", key) if key else _("没有登记"), n, f"{link}&cause={key}" if key else "")
            for key, n in found.by_cause.items()
        ],
        "kinds": [
            (
                rulebook.label("household_type", key) if key else _("没有登记"),
                n,
                f"{link}&household_type={key}" if key else "",
            )
            for key, n in found.by_kind.items()
        ],
        "problems": [(titles[name], n, links[name]) for name, n in found.problems.items()],
        "structure": list(found.structure.items()),
    }
