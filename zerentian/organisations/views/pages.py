"""What is read: the list of bodies, one body, the chain above a village, what is wrong with posts."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zerentian.kernel.acts import title_of
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, Range, Scope, level_of
from zerentian.organisations import queries
from zerentian.organisations.forms import BodyFilter
from zerentian.organisations.models import Body, BodyKind
from zerentian.organisations.rules import Change, Gap, Verdict
from zerentian.territory import queries as territory

PAGE = 50
VERDICTS = {
    Verdict.UNAPPROVED: (_("未经批准"), "bad"),
    Verdict.VACANT: (_("空缺未补"), "bad"),
    Verdict.LATE: (_("逾期补批"), "warn"),
    Verdict.APPROVED: (_("已批准"), "good"),
    Verdict.EXEMPT: (_("无需批准"), "neutral"),
    Verdict.FREE: (_("不受限"), "neutral"),
}
GAPS = {
    "none": _("没有上级机构"),
    "ended": _("上级机构“%(name)s”已撤销"),
    "outside": _("上级机构“%(name)s”不管辖这个区划"),
}


@require_GET
def bodies(request: Request) -> HttpResponse:
    """The bodies of the scope: search, filters, paging."""
    request.actor.require(Permission.BODY_VIEW)
    form = BodyFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = queries.bodies(
        request.actor.scope,
        text=chosen.get("q") or "",
        kind=chosen.get("kind") or "",
        department=chosen.get("department") or "",
        level=chosen.get("level"),
        area=chosen.get("area"),
        ended=bool(chosen.get("ended")),
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    standings = queries.with_seats(page.object_list, request.actor.scope, timezone.localdate())
    return render(
        request,
        "organisations/bodies.html",
        {
            "form": form,
            "page": page,
            "standings": [(s, place_of(request, s.body.division)) for s in standings],
            "can_change": request.actor.may(Permission.BODY_CHANGE),
        },
    )


@require_GET
def body(request: Request, pk: int) -> HttpResponse:
    """One body: who it is, its posts and who held them, staff, areas, history."""
    request.actor.require(Permission.BODY_VIEW)
    found = queries.body_page(pk, request.actor.scope, timezone.localdate())
    if found is None:
        raise Http404
    shown = found.standing.body
    inside = shown.division in request.actor.scope
    context = {
        "found": found,
        "body": shown,
        "crumbs": crumbs_of(shown),
        "place": territory.full_name(shown.division),
        "wrong": [_shown(request, c) for c in _wrong_changes(request, shown)] if inside else [],
        "gap": gap_text(found.standing.problem) if found.standing.problem and not shown.ended_on else "",
        "assignments": [(a, territory.full_name(a.division)) for a in found.assignments],
        "timeline": [
            {"at": c.at, "text": title_of(c.act), "who": c.who, "note": c.reason} for c in queries.history_of(pk)
        ],
        **may(request, inside=inside and shown.ended_on is None),
    }
    return render(request, "organisations/body.html", context)


@require_GET
def chain(request: Request, code: int) -> HttpResponse:
    """From a village (or any division) up to the province: bodies, who is first answerable, their phones masked."""
    request.actor.require(Permission.BODY_VIEW)
    if not request.actor.scope.touches(code):
        raise Http404
    today = territory.current_code(code)
    if today is None:
        raise Http404
    if today != code:
        return redirect("organisations:chain", today)
    rungs = queries.chain(code, request.actor.scope, timezone.localdate())
    context = {
        "rungs": [(rung, format_html("<span data-user-content>{}</span>", rung.name)) for rung in rungs],
        "place": territory.division(code),
        "broken": [(s.body.name, gap_text(s.problem)) for rung in rungs for s in rung.standings if s.problem],
        "silent": [rung for rung in rungs if not any(seat.holder for s in rung.standings for seat in s.first)],
        "is_village": len(rungs) == 5,
        **may(request, inside=code in request.actor.scope),
    }
    return render(request, "organisations/chain.html", context)


@require_GET
def alerts(request: Request) -> HttpResponse:
    """Changes of protected chiefs, bodies without a named person, broken chains."""
    request.actor.require(Permission.BODY_VIEW)
    today, scope = timezone.localdate(), request.actor.scope
    changes = queries.chief_changes(scope, today)
    context = {
        "wrong": [_shown(request, c) for c in changes if c.verdict.is_wrong],
        "right": [_shown(request, c) for c in changes if not c.verdict.is_wrong and c.verdict is not Verdict.FREE],
        "unnamed": [(lack, place_of(request, lack.division)) for lack in queries.unnamed(scope, today)],
        "unchained": [(lack, place_of(request, lack.division)) for lack in queries.unchained(scope, today)],
        "can_approve": request.actor.may(Permission.APPOINTMENT_APPROVE),
    }
    return render(request, "organisations/alerts.html", context)


def _wrong_changes(request: Request, body: Body) -> list[Change]:
    """Changes of this body's chiefs that somebody has to put right."""
    if body.kind != BodyKind.PARTY_GOVERNMENT:
        return []
    here = Scope((Range(body.division, body.division + 1),))
    return [c for c in queries.chief_changes(here, timezone.localdate()) if c.verdict.is_wrong]


def _shown(request: Request, change: Change) -> dict[str, Any]:
    word, tone = VERDICTS[change.verdict]
    return {"change": change, "word": word, "tone": tone, "place": place_of(request, change.division)}


def place_of(request: Request, code: int) -> str:
    """The division's name from the actor's own level down; who works in one county needs no province before it."""
    own = request.actor.division
    return territory.full_name(code, level_of(own) if own and code in request.actor.scope else Level.PROVINCE)


def may(request: Request, *, inside: bool) -> dict[str, bool]:
    """Which buttons a page of this actor shows."""
    actor = request.actor
    return {
        "can_change": inside and actor.may(Permission.BODY_CHANGE),
        "can_appoint": inside and actor.may(Permission.APPOINTMENT_CHANGE),
        "can_approve": inside and actor.may(Permission.APPOINTMENT_APPROVE),
        "can_see_phone": actor.may(Permission.PHONE_VIEW),
    }


def gap_text(gap: Gap) -> str:
    """Where the chain breaks, in the reader's language."""
    return str(GAPS[gap.kind]) % {"name": gap.name}


def crumbs_of(body: Body) -> list[tuple[str, str]]:
    """The divisions above a body, each leading to the bodies there."""
    places = territory.chain(body.division)
    base = reverse("organisations:bodies")
    return [*[(p.name, f"{base}?area={p.text}") for p in places], (body.shown_name, "")]
