"""Signing in and out, the second factor, the language."""

from base64 import b32encode
from math import ceil

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import devices_for_user, match_token, user_has_device
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts import services
from zerentian.accounts.forms import CodeForm, SignInForm
from zerentian.accounts.models import User
from zerentian.accounts.queries import address_of
from zerentian.kernel.http import Request
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else settings.LOGIN_REDIRECT_URL


def _note(request: HttpRequest, username: str, user: User | None, outcome: str) -> None:
    services.note_sign_in(
        username=username,
        user_id=user.pk if user else None,
        address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
        outcome=outcome,
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; five wrong ones close the door for a quarter of an hour."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].lower()  # tries under County and COUNTY count together
        user = authenticate(request, username=name, password=form.cleaned_data["password"])
        if isinstance(user, User):
            login(request, user)
            request.session["since"] = timezone.now().isoformat()
            _note(request, name, user, "half" if user_has_device(user) else "in")
            return redirect(_next(request))
        locked = getattr(request, "axes_locked_out", False)
        _note(request, name, User.objects.filter(username__iexact=name).first(), "locked" if locked else "wrong")
        form.add_error(
            None,
            _("连续输错次数过多，请 15 分钟后再试，或请安全管理员重置密码")
            if locked
            else _("用户名或密码不对，请重新输入"),
        )
    demo = services.demo_accounts() if settings.DEMO else []
    facts = {
        "form": form,
        "next": _next(request),
        "demo": demo,
        "demo_password": services.DEMO_PASSWORD,
        "second_factor": settings.SECOND_FACTOR_REQUIRED,
    }
    locked = getattr(request, "axes_locked_out", False)
    return render(request, "accounts/sign_in.html", facts, status=429 if locked else 422 if form.errors else 200)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """What axes answers at a locked door: the sign-in page, which says so in a sentence."""
    return response


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Leave."""
    if isinstance(request.user, User):
        _note(request, request.user.username, request.user, "out")
    logout(request)
    return redirect("accounts:sign_in")


def _wait(user: object) -> int:
    """Seconds until another code may be tried; wrong ones make it longer each time."""
    waits = [0]
    for device in devices_for_user(user):
        free, why = device.verify_is_allowed()
        if not free and why and "locked_until" in why:
            waits.append(ceil((why["locked_until"] - timezone.now()).total_seconds()))
    return max(waits)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: Request) -> HttpResponse:
    """The second factor: six digits of the app, or a recovery code."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if wait := _wait(request.user):
            form.add_error("code", _("连续输错，请在 %(seconds)s 秒后再输入") % {"seconds": wait})
        elif device := match_token(request.user, form.cleaned_data["code"].strip()):
            otp_login(request, device)
            _note(request, request.user.get_username(), request.user, "in")  # type: ignore[arg-type]
            return redirect(_next(request))
        else:
            _note(request, request.user.get_username(), request.user, "code_wrong")  # type: ignore[arg-type]
            form.add_error("code", _("验证码不对，请输入当前的六位数字，或一个未用过的备用码"))
    return render(
        request,
        "accounts/sign_in_code.html",
        {"form": form, "next": _next(request)},
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: Request) -> HttpResponse:
    """Take a second factor into use: scan, confirm, keep the recovery codes."""
    if request.method == "POST":
        device = services.begin_second_factor(by=request.actor)
    else:
        device = TOTPDevice.objects.filter(user_id=request.user.pk, confirmed=False).first()
    form = CodeForm(request.POST if "code" in request.POST else None)
    codes: list[str] = []
    if device and form.is_valid():
        try:
            codes = services.confirm_second_factor(device=device, code=form.cleaned_data["code"], by=request.actor)
            otp_login(request, device)
            messages.success(request, _("两步验证已启用"))
        except Refused as error:
            form.add_error("code", spoken(error.reasons[0].text))
    picture = (
        segno.make(device.config_url).svg_inline(scale=5, border=2, svgclass="zt-qr", omitsize=True) if device else ""
    )
    secret = b32encode(device.bin_key).decode() if device else ""
    facts = {"form": form, "device": device, "picture": mark_safe(picture), "secret": secret, "codes": codes}
    return render(request, "accounts/second_factor.html", facts, status=422 if form.errors else 200)
