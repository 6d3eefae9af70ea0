"""Public pages: without signing in, without JavaScript, phone first; what names persons is neither kept nor indexed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zerentian.accounts.queries import address_of
from zerentian.disclosure import queries
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.portal import services
from zerentian.portal.forms import CodeForm, NameForm, ObjectionForm, ReceiptForm, SearchForm
from zerentian.procedures import queries as procedures
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

PAGE = 30
ROBOTS = """User-agent: *
Allow: /public/
Disallow: /public/notices/
Disallow: /public/objections/
Disallow: /
"""
_NO_NOTICE = _("没有这个编号的公示，或它已撤下；请对照公示上的编号")
_NO_RECEIPT = _("没有这个受理号，请对照提交后给出的号码")
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody, as often as an address may; never stored by a browser or proxy, never indexed with names."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = address_of(request) or ""
        request.home = reverse("portal:home")  # type: ignore[attr-defined]
        if not services.spend_page(address) or (request.method == "POST" and not services.spend_post(address)):
            refused = render(request, "429.html", status=429)
            refused["Retry-After"] = "60"
            return refused
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return login_not_required(sensitive_post_parameters()(answer))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the law and the places, never a list of names."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Find a place or a notice; ask about an objection; read the rules."""
    if code := request.GET.get("code", "").strip():
        asked = CodeForm({"code": code})
        if asked.is_valid() and queries.public_notice(asked.cleaned_data["code"]):
            return redirect("portal:notice", asked.cleaned_data["code"].upper())
        asked.add_error("code", _NO_NOTICE)
    else:
        asked = CodeForm()
    form = SearchForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    hits = territory.search(words, limit=20) if words else []
    context = {
        "form": form,
        "code_form": asked,
        "words": words,
        "hits": [(hit.place, territory.full_name(hit.place.id)) for hit in hits],
        "places": territory.everything(Level.CITY),
    }
    return render(request, "portal/home.html", context)


@public
@require_safe
def place(request: HttpRequest, code: int) -> HttpResponse:
    """The notices of a place and all below it, without their lists."""
    if not territory.exists(code):
        raise Http404
    text = request.GET.get("page", "1")
    number = min(int(text), 10_000) if text.isascii() and text.isdigit() and text != "0" else 1
    over = request.GET.get("over") == "1"
    found = queries.public_notices(code, running=not over, first=(number - 1) * PAGE, limit=PAGE + 1)
    context = {
        "place": territory.division(code),
        "may_search": level_of(code) >= Level.TOWNSHIP,
        "name": territory.full_name(code),
        "above": territory.chain(code)[:-1],
        "below": territory.children(code),
        "sheets": found[:PAGE],
        "over": over,
        "following": number + 1 if len(found) > PAGE else None,
        "before": number - 1 if number > 1 else None,
    }
    return render(request, "portal/place.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, code: int) -> HttpResponse:
    """On which notices of a township or village a name stands; the name is posted, so that it stands in no address and no log."""
    if not territory.exists(code) or level_of(code) < Level.TOWNSHIP:
        raise Http404
    form, sheets, status = NameForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            sheets, status = queries.public_notices_naming(code, form.cleaned_data["name"]), 200
    context = {"form": form, "sheets": sheets, "place": territory.division(code)}
    return _unlisted(render(request, "portal/search.html", context, status=status))


def _sheet(code: str) -> queries.Sheet:
    found = queries.public_notice(code)
    if found is None:
        raise Http404
    return found


@public
@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice; the names of persons only while it runs. One that was taken down says so (410)."""
    if gone_on := queries.taken_down_on(code):
        return _unlisted(render(request, "portal/gone.html", {"code": code, "gone_on": gone_on}, status=410))
    return _unlisted(render(request, "portal/notice.html", {"sheet": _sheet(code)}))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, code: str) -> HttpResponse:
    """Object to a notice; the receipt number is shown once, on the answer itself."""
    sheet = _sheet(code)
    form, status = ObjectionForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                receipt = services.object_to(code=code, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                return _unlisted(render(request, "portal/received.html", {"sheet": sheet, "receipt": receipt}))
    return _unlisted(render(request, "portal/objection.html", {"sheet": sheet, "form": form}, status=status))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """How far one's own objection is; the number is posted, so that it stands in no address and no log."""
    form, status = ReceiptForm(request.POST or None), 200
    found: queries.Progress | procedures.ObjectionProgress | None = None
    if request.method == "POST" and form.is_valid():
        receipt = form.cleaned_data["receipt"]
        found = queries.progress_of(receipt) or procedures.objection_progress(receipt)
        if found is None:
            form.add_error("receipt", _NO_RECEIPT)
    if request.method == "POST" and found is None:
        status = 422
    return _unlisted(render(request, "portal/progress.html", {"form": form, "progress": found}, status=status))


@public
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The regulations, every article in plain words; and how long which notice hangs where."""
    book = rulebook.book()
    found = []
    for regulation in book.regulations:
        articles = [a for a in book.articles.values() if a.regulation == regulation.key]
        found.append((regulation, articles))
    today, area = timezone.localdate(), min((r.area for r in book.regulations), default=0)
    kinds = [queries.shown_kind(kind, area, today) for kind in queries.kinds_in_force(today)]
    return render(request, "portal/rules.html", {"regulations": found, "kinds": kinds})


@public
@require_safe
def article(request: HttpRequest, number: int) -> HttpResponse:
    """One article, and who owes what by it."""
    try:
        found = rulebook.article(number)
    except KeyError as error:
        raise Http404 from error
    duties = [duty for duty in rulebook.duties() if duty.article == number]
    return render(request, "portal/article.html", {"article": found, "duties": duties})
