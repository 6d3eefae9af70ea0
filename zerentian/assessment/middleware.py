"""The ledger as it stood: `/past/2026-11-20/ledger/…` shows a page of the ledger with what it said at the end of that day."""

import re
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils import timezone

from zerentian.assessment.queries.periods import end_of, ledger_day, turned_to
from zerentian.kernel.db import as_it_stood

# Pages that can be turned back; every other link of such a page leads to the present.
PAGES = frozenset(
    f"assessment:{name}" for name in ("board", "entries", "export", "body", "duty", "entry", "ledger", "mine")
)
_PAST = re.compile(r"^/past/(\d{4}-\d{2}-\d{2})(/.*)$")


class TurnedBack:
    """Reads the day out of the address, shows the page under it as it stood, and sends everything else to the present."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.past, request.present = None, ""  # type: ignore[attr-defined]
        found = _PAST.match(request.path_info)
        if found is None:
            return self.get_response(request)
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            return self.get_response(request)  # no such page
        query = request.META.get("QUERY_STRING", "")
        present = f"{get_script_prefix().rstrip('/')}{found[2]}" + (f"?{query}" if query else "")
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=307, headers={"Location": present})
        if day >= timezone.localdate() or not _is_kept(found[2]):
            return redirect(present)
        return self._turned(request, day, found[2], present)

    def _turned(self, request: HttpRequest, day: date, path: str, present: str) -> HttpResponse:
        prefix = get_script_prefix()
        request.path_info = path
        request.past, request.present = day, present  # type: ignore[attr-defined]
        set_script_prefix(f"{prefix}past/{day}/")
        before = ledger_day()
        turned_to(day)
        try:
            with as_it_stood(end_of(day)):
                return self.get_response(request)
        finally:
            set_script_prefix(prefix)
            turned_to(None if before >= timezone.localdate() else before)


def _is_kept(path: str) -> bool:
    try:
        return resolve(path).view_name in PAGES
    except Resolver404:
        return False
