"""Every request gets its actor and runs as one unit of work inside that actor's scope."""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from zerentian.accounts.models import User
from zerentian.accounts.queries import actor_from, choose, grants_of, has_device, title_shown
from zerentian.accounts.rules import ROLES, is_session_over
from zerentian.kernel import reads
from zerentian.kernel.actor import NOBODY, Actor
from zerentian.kernel.db import unit
from zerentian.kernel.http import refusal_response
from zerentian.kernel.refusal import Denied, Refused

Answer = Callable[[HttpRequest], HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")


class ActorMiddleware:
    """Builds `request.actor`, opens the unit, turns refusals into answers and writes what was read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reads.begin()
        request.post_shown = ""  # type: ignore[attr-defined]
        request.actor = _actor(request)  # type: ignore[attr-defined]
        if request.path.startswith("/api/"):
            return self.get_response(request)  # the API opens its own unit, for the token's actor
        _prolong(request)
        if elsewhere := _detour(request):
            return redirect(elsewhere)
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("a zero byte, which no text of the database may hold")
        return run_unit(request, request.actor, self.get_response)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal is an answer; whatever the act had begun is rolled back with its savepoint or unit."""
        if isinstance(error, Refused | Denied):
            reads.begin()  # what was noted before the refusal is not shown
            transaction.set_rollback(True)
            return refusal_response(request, error)
        return None


def run_unit(request: HttpRequest, actor: Actor, answer: Answer) -> HttpResponse:
    """One transaction for the request; the readings afterwards in their own, before the answer leaves."""
    with unit(actor, writes=request.method not in SAFE):
        response = answer(request)
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        if response.status_code >= 500:
            transaction.set_rollback(True)
    if response.status_code < 500:  # a form shown again with its errors (422) shows the record beside it
        reads.write_readings(actor)
    return response


def _actor(request: HttpRequest) -> Actor:
    """The actor of a signed-in session; the post chosen in the session, if it still holds."""
    user = request.user
    if isinstance(user, AnonymousUser) or not isinstance(user, User):
        return NOBODY
    since = request.session.get("since")
    if since and is_session_over(datetime.fromisoformat(since), timezone.now(), settings.SESSION_LONGEST):
        logout(request)
        return NOBODY
    grants = grants_of(user)
    chosen = choose(grants, request.session.get("grant"))
    request.grants = grants  # type: ignore[attr-defined]
    request.other_posts = [(g.pk, title_shown(g)) for g in grants if g is not chosen]  # type: ignore[attr-defined]
    request.post_shown = title_shown(chosen) if chosen else ""  # type: ignore[attr-defined]
    return actor_from(user, chosen)


def _prolong(request: HttpRequest) -> None:
    """A session that is used lasts on. It is written once in SESSION_PROLONGED seconds and not with every page."""
    now = int(time.time())
    if request.user.is_authenticated and now - request.session.get("used", 0) >= settings.SESSION_PROLONGED:
        request.session["used"] = now


def _detour(request: HttpRequest) -> str | None:
    """Where a half signed-in user must go first: the second factor, or a password of his own.

    Somebody with a second factor gets nowhere but to its page before he has shown it: who could change
    the password or enrol another telephone with the password alone would need no second factor.
    """
    user = request.user
    if not isinstance(user, User) or request.path.startswith((settings.STATIC_URL, "/language/")):
        return None
    path, code, enrol = request.path, reverse("accounts:sign_in_code"), reverse("accounts:second_factor")
    if path == reverse("accounts:sign_out"):
        return None
    if not user.is_verified():  # type: ignore[attr-defined]
        if has_device(user):
            return None if path == code else code
        if _must_enrol(request):
            return None if path == enrol else enrol
    password = reverse("accounts:password")
    return password if user.must_change_password and path != password else None


def _must_enrol(request: HttpRequest) -> bool:
    """Whether one of the user's roles, not only the one he works in now, asks for a second factor."""
    held = {grant.role for grant in getattr(request, "grants", [])}
    asked = {key for key in held if ROLES[key].needs_second_factor} if settings.SECOND_FACTOR_REQUIRED else set()
    return bool(asked | held & settings.SECOND_FACTOR_ROLES)
