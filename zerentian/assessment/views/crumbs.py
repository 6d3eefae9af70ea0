"""Where a page of the ledger lies: the chain of areas above it, and what the reader may open."""

from django.http import Http404
from django.urls import reverse

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.territory import queries as territory


def crumbs(request: Request, code: int, last: str = "") -> list[tuple[str, str]]:
    """The areas above within the reader's scope, the area itself, and the page's own name."""
    scope = request.actor.scope
    places = [p for p in territory.chain(code) if scope.covers(p.code)]
    found = [(p.name, reverse("assessment:board", args=[p.code])) for p in places]
    if last:
        return [*found, (last, "")]
    return [*found[:-1], (found[-1][0], "")] if found else [(territory.name_of(code), "")]


def require_area(request: Request, code: int) -> None:
    """404 for an unknown area or one outside the reader's scope, 403 without the permission."""
    request.actor.require(Permission.LEDGER_VIEW)
    if not territory.exists(code) or not request.actor.scope.covers(code):
        raise Http404
