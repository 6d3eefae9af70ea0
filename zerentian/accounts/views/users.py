"""Administration of users and roles, and the record of sign-ins."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import user_has_device

from zerentian.accounts import services
from zerentian.accounts.forms import GrantForm, ReasonForm, UserForm
from zerentian.accounts.models import RoleGrant, SignIn, User
from zerentian.accounts.queries import appointments_of, role_name
from zerentian.accounts.rules import ROLES, is_in_force
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken, spoken_reason
from zerentian.territory import queries as territory

DONE = {
    "second-factor": gettext_lazy("已解除%(who)s的两步验证，本人下次登录时重新绑定"),
    "close": gettext_lazy("已停用%(who)s的账号，立即不能登录"),
    "open": gettext_lazy("已启用%(who)s的账号"),
}


@require_GET
def users(request: Request) -> HttpResponse:
    """All users, searched by name, by role and by area."""
    request.actor.require(Permission.USER_MANAGE)
    rows = User.objects.order_by("username").prefetch_related("grants")
    if words := request.GET.get("q", "").strip():
        rows = rows.filter(Q(username__icontains=words) | Q(name__icontains=words))
    if (role := request.GET.get("role", "")) in ROLES:
        rows = rows.filter(grants__role=role).distinct()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    today = timezone.localdate()
    listed = [
        (
            u,
            [
                (role_name(ROLES[g.role]), territory.name_of(g.division))
                for g in u.grants.all()
                if not g.withdrawn_at and is_in_force(g.starts_on, g.ends_on, today)
            ],
        )
        for u in page
    ]
    roles = [(r.key, role_name(r)) for r in ROLES.values()]
    facts = {"page": page, "users": listed, "roles": roles, "q": words, "wanted": role}
    return render(request, "accounts/users.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
def user_create(request: Request) -> HttpResponse:
    """A new user, with a one-time password that is shown once."""
    request.actor.require(Permission.USER_MANAGE)
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.create_user(**form.cleaned_data, by=request.actor)
            return _user_page(request, made, secret=secret)
        except Refused as error:
            form.add_error("username", spoken(error.reasons[0].text))
    return render(request, "accounts/user_create.html", {"form": form}, status=422 if form.errors else 200)


def _user_page(
    request: Request, user: User, form: GrantForm | None = None, secret: str = "", reason: ReasonForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    grants = [
        (
            g,
            role_name(ROLES[g.role]),
            territory.full_name(g.division),
            not g.withdrawn_at and (g.ends_on is None or g.ends_on >= today),
        )
        for g in user.grants.order_by("-id")
    ]
    facts = {
        "person": user,
        "grants": grants,
        "form": form or GrantForm(appointments=appointments_of(user.name), initial={"starts_on": today}),
        "reason_form": reason or ReasonForm(auto_id="reason_%s"),
        "secret": secret,
        "has_second_factor": user_has_device(user),
        "may_grant": request.actor.may(Permission.ROLE_GRANT),
    }
    wrong = bool((form and form.errors) or (reason and reason.errors))
    return render(request, "accounts/user.html", facts, status=422 if wrong else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def user(request: Request, pk: int) -> HttpResponse:
    """One user: roles over time; posting the form grants a role."""
    request.actor.require(Permission.USER_MANAGE)
    person = get_object_or_404(User, pk=pk)
    if request.method == "GET":
        return _user_page(request, person)
    form = GrantForm(request.POST, appointments=appointments_of(person.name))
    if form.is_valid():
        try:
            given = services.grant_role(user_id=pk, **form.cleaned_data, by=request.actor)
            messages.success(request, _("已授予%(who)s“%(role)s”（%(area)s）") % _named(given))
            return redirect("accounts:user", pk=pk)
        except Refused as error:
            for reason in error.reasons:
                form.add_error(None, str(spoken_reason(reason)))
    return _user_page(request, person, form)


def _named(grant: RoleGrant) -> dict[str, str]:
    """A grant in the words of a confirmation."""
    role, area = role_name(ROLES[grant.role]), territory.name_of(grant.division)
    return {"who": f"{grant.user.name}（{grant.user.username}）", "role": role, "area": area}


@require_POST
def role_withdraw(request: Request, pk: int, grant: int) -> HttpResponse:
    """End a role."""
    request.actor.require(Permission.ROLE_GRANT)
    held = get_object_or_404(RoleGrant, pk=grant, user_id=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _user_page(request, held.user, reason=form)
    services.withdraw_role(grant_id=grant, reason=form.cleaned_data["reason"], by=request.actor)
    messages.success(request, _("已收回%(who)s的“%(role)s”（%(area)s）") % _named(held))
    return redirect("accounts:user", pk=pk)


@never_cache
@require_POST
def user_act(request: Request, pk: int, what: str) -> HttpResponse:
    """Reset the password, take off the second factor, close or open the account."""
    request.actor.require(Permission.USER_MANAGE)
    person = get_object_or_404(User, pk=pk)
    if what not in ("password", "second-factor", "close", "open"):
        raise Http404
    form = ReasonForm(request.POST, auto_id="reason_%s")
    if not form.is_valid():
        return _user_page(request, person, reason=form)
    why = form.cleaned_data["reason"]
    if what == "password":
        secret = services.reset_password(user_id=pk, reason=why, by=request.actor)
        return _user_page(request, person, secret=secret)
    if what == "second-factor":
        services.remove_second_factor(user_id=pk, reason=why, by=request.actor)
    else:
        services.set_active(user_id=pk, active=what == "open", reason=why, by=request.actor)
    messages.success(request, DONE[what] % {"who": f"{person.name}（{person.username}）"})
    return redirect("accounts:user", pk=pk)


@require_GET
def sign_ins(request: Request) -> HttpResponse:
    """Every attempt to sign in, for the audit administrator."""
    request.actor.require(Permission.AUDIT_VIEW)
    rows = SignIn.objects.order_by("-at")
    if words := request.GET.get("q", "").strip():
        rows = rows.filter(username__icontains=words)
    if outcome := request.GET.get("outcome", ""):
        rows = rows.filter(outcome=outcome)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "accounts/sign_ins.html", {"page": page, "q": words})
