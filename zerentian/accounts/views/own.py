"""One's own account: posts, password, sign-ins, API tokens."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import user_has_device

from zerentian.accounts import services
from zerentian.accounts.forms import PasswordForm, TokenForm
from zerentian.accounts.models import ApiToken, SignIn
from zerentian.accounts.queries import role_name, title_of
from zerentian.accounts.rules import ROLES
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken, spoken_reason
from zerentian.territory import queries as territory


@require_GET
def account(request: Request) -> HttpResponse:
    """Who I am here, in which post, and from where I signed in lately."""
    posts = [
        {
            "grant": grant,
            "title": title_of(grant),
            "role": role_name(ROLES[grant.role]),
            "area": territory.full_name(grant.division),
            "current": grant.pk == request.actor.post_id,
        }
        for grant in getattr(request, "grants", [])
    ]
    recent = SignIn.objects.filter(user_id=request.user.pk).order_by("-at")[:20]
    facts = {"posts": posts, "sign_ins": recent, "has_second_factor": user_has_device(request.user)}
    return render(request, "accounts/account.html", facts)


@require_POST
def post_choose(request: Request) -> HttpResponse:
    """Work in another of one's posts."""
    wanted = request.POST.get("grant", "")
    chosen = next((g for g in getattr(request, "grants", []) if str(g.pk) == wanted), None)
    if chosen is None:
        messages.error(request, _("没有换岗：选的岗位已经结束，或不是本人的，请另选"))
    else:
        request.session["grant"] = chosen.pk
        messages.success(request, _("现在以“%(post)s”的岗位办理") % {"post": title_of(chosen)})
    return redirect("/")


@never_cache
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """A password of one's own."""
    form = PasswordForm(request.POST or None)
    user = request.user
    if request.method == "POST" and form.is_valid():
        if not user.check_password(form.cleaned_data["old"]):
            form.add_error("old", _("原密码不对"))
        else:
            try:
                changed = services.change_password(new=form.cleaned_data["new"], by=request.actor)
                update_session_auth_hash(request, changed)
                messages.success(request, _("密码已更改"))
                return redirect("accounts:account")
            except Refused as error:
                for reason in error.reasons:
                    form.add_error("new", spoken(reason.text))
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


def _own_permissions(request: Request) -> list[tuple[str, str]]:
    """Permissions that a read-only API can use."""
    usable = (
        (Permission.DIVISION_VIEW, _("读区划")),
        (Permission.BODY_VIEW, _("读机构")),
        (Permission.RULEBOOK_VIEW, _("读规则")),
        (Permission.LEDGER_VIEW, _("读责任台账")),
        (Permission.HOUSEHOLD_VIEW, _("读户档案（遮盖）")),
        (Permission.NOTICE_VIEW, _("读公示")),
    )
    return [(p.value, title) for p, title in usable if request.actor.may(p)]


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: Request) -> HttpResponse:
    """API tokens of one's own: make, see, revoke. A new key is shown once."""
    request.actor.require(Permission.TOKEN_ISSUE)
    initial = {"division": request.actor.division}
    form = TokenForm(request.POST or None, choices=_own_permissions(request), initial=initial)
    key = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, key = services.issue_token(**form.cleaned_data, by=request.actor)
            form = TokenForm(None, choices=_own_permissions(request), initial=initial)
        except Refused as error:
            for reason in error.reasons:
                form.add_error(None, str(spoken_reason(reason)))
    rows = ApiToken.objects.filter(user_id=request.actor.user_id or 0).order_by("-id")
    listed = [(t, territory.name_of(t.division)) for t in rows]
    facts = {"form": form, "key": key, "tokens": listed}
    return render(request, "accounts/tokens.html", facts, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(ApiToken, pk=pk, user_id=request.actor.user_id or 0)
    services.revoke_token(token_id=pk, by=request.actor)
    messages.success(request, _("令牌“%(name)s”已停用") % {"name": token.name})
    return redirect("accounts:tokens")
