"""Rounds of checks, the form filled in at a household, and what was found."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.kernel.scope import Level, level_of, parse_code, range_of
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.oversight import forms as own
from zerentian.oversight import queries, services
from zerentian.oversight.models import Check, CheckRound
from zerentian.registry.models import Household
from zerentian.registry.rules.columns import HOUSEHOLDS
from zerentian.registry.views.words import facts
from zerentian.rulebook.queries import parameter
from zerentian.territory import queries as territory

PAGE = 50
# What the checker compares with what he finds.
ON_FILE = (
    "size", "status", "identified_on", "exited_on", "cause", "house_grade", "water_safe", "helper_name",
)  # fmt: skip
STATES = ("waiting", "done", "not_authentic", "replaced")
form_view = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(*path: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("抽查核查"), reverse("oversight:rounds")), *path]


@require_GET
def rounds(request: Request) -> HttpResponse:
    """The rounds of the scope, and how far each has come."""
    request.actor.require(Permission.CHECK_VIEW)
    page = Paginator(queries.rounds(request.actor.scope), PAGE).get_page(request.GET.get("page"))
    rows = [(one, territory.full_name(one.division, above=Level.CITY)) for one in page]
    context = {"rows": rows, "page": page, "may_draw": request.actor.may(Permission.CHECK_DRAW)}
    return render(request, "oversight/rounds.html", context)


def _answer(
    request: Request, form: forms.Form, do: Callable[..., Any], *, template: str, done: str,
    goes_to: Callable[[Any], str], context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """Show the form, or carry the act out; when it is refused, the form again with the reasons."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                result = do(by=request.actor, **form.cleaned_data)
            except Outrun:
                raise
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, done)
                return redirect(goes_to(result))
    return render(request, template, {"form": form, **context}, status=status)


@form_view
def round_draw(request: Request) -> HttpResponse:
    """Draw households for checking."""
    request.actor.require(Permission.CHECK_DRAW)
    place, today = request.actor.division or 0, timezone.localdate()
    context = {
        "share": parameter("checks.sample_share", place, today), "minimum": parameter("checks.sample_minimum", place, today),
        "days": parameter("checks.answer_days", place, today), "back": reverse("oversight:rounds"),
        "crumbs": _crumbs((_("抽取核查户"), "")),
    }  # fmt: skip
    return _answer(
        request, own.DrawForm(request.POST or None), services.draw_checks, template="oversight/draw.html",
        done=_("已抽取，名单和种子已存档"), goes_to=lambda made: reverse("oversight:round", args=[made.pk]),
        context=context,
    )  # fmt: skip


def _round(request: Request, pk: int) -> CheckRound:
    request.actor.require(Permission.CHECK_VIEW)
    found = queries.round_of(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


def _area(text: str, found: CheckRound) -> int | None:
    """A township or village of the round's county; None for the whole of it."""
    try:
        code = parse_code(text)
    except ValueError:
        return None
    return (
        code if code in range_of(found.division) and level_of(code) > Level.COUNTY and territory.exists(code) else None
    )


@require_GET
def round_show(request: Request, pk: int) -> HttpResponse:
    """One round: how it was drawn, how far each village has come, the households."""
    found, today = _round(request, pk), timezone.localdate()
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    area = _area(request.GET.get("area", ""), found)
    page = Paginator(queries.checks(request.actor.scope, found, state, area), PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_of(list(page), today)
    note_reading(page="oversight.round", division=found.division, rows=len(rows))
    labels = {
        "": _("全部"),
        "waiting": _("待核查"),
        "done": _("已核查"),
        "not_authentic": _("不真实"),
        "replaced": _("已替换"),
    }
    context = {
        "round": found, "place": territory.full_name(found.division, above=Level.CITY), "rows": rows, "page": page,
        "places": queries.progress(found, area), "area": area, "area_name": territory.name_of(area) if area else "",
        "same": services.drawn_again(found) if request.GET.get("again") == "1" else None,
        "tabs": [
            {"label": label, "url": f"?state={key}&area={area or ''}", "active": key == state, "count": None}
            for key, label in labels.items()
        ],
        "crumbs": _crumbs((str(found.get_purpose_display()), "")),
    }  # fmt: skip
    return render(request, "oversight/round.html", context)


@require_GET
def round_export(request: Request, pk: int) -> HttpResponse:
    """The round's households with their results, as a workbook."""
    found = _round(request, pk)
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    rows = queries.rows_of(list(queries.checks(request.actor.scope, found)), timezone.localdate())
    note_reading(page="oversight.round", division=found.division, rows=len(rows))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "checks.xlsx"
        services.export_checks(path, rows, language=get_language() or "zh")
        return attachment(path, f"{_('核查')}-{found.drawn_on}.xlsx", MEDIA_TYPES["xlsx"])


def _check(request: Request, pk: int, needs: Permission) -> Check:
    request.actor.require(needs)
    found = queries.check_of(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


@form_view
def check(request: Request, pk: int) -> HttpResponse:
    """One household of a round: what the register says, and the form, or what was found."""
    needs = Permission.CHECK_RECORD if request.method == "POST" else Permission.CHECK_VIEW
    found, today = _check(request, pk, needs), timezone.localdate()
    home = Household.objects.within(request.actor.scope).filter(pk=found.household_id).first()
    note_reading(page="oversight.check", household_id=found.household_id, division=found.division)
    fills = found.state == Check.State.WAITING and request.actor.may(Permission.CHECK_RECORD)

    def record(**given: Any) -> Check:
        return services.record_check(check_id=pk, **given)

    round_page = reverse("oversight:round", args=[found.round_id])
    context = {
        "check": queries.rows_of([found], today)[0], "home": facts(HOUSEHOLDS, home, ON_FILE) if home else None, "fills": fills, "record": found,
        "may_replace": fills and request.actor.may(Permission.CHECK_DRAW), "back": round_page,
        "followed": queries.followed([found], request.actor).get(pk) if found.finding == "not_authentic" else None,
        "crumbs": _crumbs((str(found.get_purpose_display()), round_page), (_("核查表"), "")),
    }  # fmt: skip
    form = own.ResultForm(request.POST or None, request.FILES or None)
    return _answer(
        request, form, record, template="oversight/check.html", done=_("已保存核查结果"), goes_to=lambda made: round_page,
        context=context,
    )  # fmt: skip


@form_view
def check_replace(request: Request, pk: int) -> HttpResponse:
    """Take the next household for one that can't be reached."""
    found = _check(request, pk, Permission.CHECK_DRAW)
    back = reverse("oversight:check", args=[pk])

    def replace(**given: Any) -> Check:
        return services.replace_check(check_id=pk, **given)

    crumbs = _crumbs((_("核查表"), back), (_("替换核查户"), ""))
    return _answer(
        request, own.ReasonForm(request.POST or None), replace, template="oversight/replace.html",
        done=_("已按抽取次序换为下一户"), goes_to=lambda made: reverse("oversight:check", args=[made.pk]),
        context={"back": back, "number": found.number, "crumbs": crumbs},
    )  # fmt: skip


@require_GET
def findings(request: Request) -> HttpResponse:
    """What was found not to be authentic, and what follows: for the county, and for those who put it right."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    page = Paginator(queries.findings(request.actor.scope), PAGE).get_page(request.GET.get("page"))
    found = list(page)
    follow = queries.followed(found, request.actor)
    rows = [(row, follow[row.pk]) for row in queries.rows_of(found, timezone.localdate())]
    note_reading(page="oversight.findings", division=request.actor.division, rows=len(rows))
    return render(request, "oversight/findings.html", {"rows": rows, "page": page})
