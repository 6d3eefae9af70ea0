"""The first page of everybody who signs in, and the search over everything."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.desk import queries
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.procedures.services import today_of
from zerentian.territory import queries as territory

LONGEST = 60  # characters of a search


@require_GET
def home(request: Request) -> HttpResponse:
    """Who I am and where, what I answer for, what I may do, and my running work."""
    actor = request.actor
    facts = {
        "today": today_of(actor, timezone.localdate()) if actor.role else [],
        "own": queries.own_duties(actor, timezone.localdate().year),
        "place": territory.full_name(actor.division) if actor.division else "",
        "cards": queries.administration(actor),
        "runs": queries.runs(actor) if actor.division and not actor.may(Permission.SYSTEM_OPERATE) else [],
    }
    return render(request, "desk/home.html", facts)


@require_GET
def search(request: Request) -> HttpResponse:
    """Divisions, bodies and households by name, code or pinyin, each within what the reader may see."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    titles = {"division": _("区划"), "body": _("机构"), "household": _("户")}
    groups = [(titles[hits.kind], hits) for hits in queries.search(text, request.actor)] if text else []
    return render(request, "desk/search.html", {"q": text, "groups": groups, "crumbs": [(_("查找"), "")]})
