"""Where a page of the ledger lies: the chain of areas above it, and what the reader may open."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import parse_code
from zerentian.territory import queries as territory

Page = Callable[[Request, int], HttpResponse]


def in_full(view: Page) -> Page:
    """A page of an area, also under the code of 6 or 9 digits that officials write: it leads to the whole code."""

    @wraps(view)
    def shown(request: Request, code: int) -> HttpResponse:
        try:
            whole = parse_code(code)
        except ValueError:
            raise Http404 from None
        if whole != code and request.resolver_match:
            query = request.META["QUERY_STRING"]
            return redirect(reverse(request.resolver_match.view_name, args=[whole]) + (f"?{query}" if query else ""))
        return view(request, code)

    return shown


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
