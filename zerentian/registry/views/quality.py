"""The quality of the register: by area and rule, by village and household, explained exceptions."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request, attachment
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, chain_of, level_of
from zerentian.kernel.tables import MEDIA_TYPES
from zerentian.kernel.templatetags.ui import number
from zerentian.registry.forms.corrections import HOUSEHOLD_PARTS, INCOME_KEYS, PERSON_PARTS
from zerentian.registry.forms.quality import KINDS, SEVERITIES, ExplainForm, FindingFilter, RevokeForm
from zerentian.registry.models import Household, QualityException, QualityFinding
from zerentian.registry.rules.quality import RULES
from zerentian.registry.rules.standards import DECIDED
from zerentian.registry.services import quality as service
from zerentian.registry.services.quality import findings
from zerentian.registry.services.quality.exports import MOST
from zerentian.territory import queries as territory

form_view = require_http_methods(["GET", "HEAD", "POST"])
PAGE = "registry.quality"
EXCEPTIONS = 50


def fix_url(line: findings.Line) -> str:
    """Straight to the field that puts the record right; the household's file where that takes an act of its own."""
    home, field, rule = line.household, line.rule.field, line.rule
    if rule.subject == "person":
        part = next((name for name, (_title, keys) in PERSON_PARTS.items() if field in keys), "")
        if part:
            return reverse("registry:person_change", args=[line.finding.subject_id, part]) + f"#id_{field}"
    elif field in INCOME_KEYS or rule.subject == "income":
        if line.income_id:
            return reverse("registry:income_change", args=[line.income_id]) + (
                f"#id_{field}" if field in INCOME_KEYS else ""
            )
    elif field == "income":
        return reverse("registry:income_new", args=[home.pk])
    if rule.subject == "household" and field in DECIDED:
        return reverse("registry:household", args=[home.pk]) + "#cases"
    part = next((name for name, (_title, keys) in HOUSEHOLD_PARTS.items() if field in keys), "")
    if part and rule.subject == "household" and field not in ("size", "head_name"):
        return reverse("registry:household_change", args=[home.pk, part]) + f"#id_{field}"
    return reverse("registry:household", args=[home.pk])


def shown(line: findings.Line, *, may_change: bool) -> dict[str, Any]:
    """A finding as the lists show it."""
    return {
        "line": line,
        "sentence": findings.sentence_of(line.rule),
        "todo": "" if findings.is_english() else line.rule.todo,
        "kind": KINDS[line.rule.group],
        "severity": SEVERITIES[line.rule.severity],
        "tone": "bad" if line.rule.severity == "fault" else "warn",
        "fix": fix_url(line) if may_change else "",
        "may_explain": may_change and line.exception is None,
    }


def of_household(request: Request, household: Household) -> list[dict[str, Any]]:
    """What the rules ask about one household, for its file."""
    may_change = request.actor.may(Permission.HOUSEHOLD_CHANGE) and household.division in request.actor.scope
    found = findings.of_household(household.pk, request.actor.scope)
    return [shown(line, may_change=may_change) for line in found]


def _area(request: Request, code: int) -> int:
    """The present code of the area in the reader's sight; 404 otherwise."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    current = territory.current_code(code)
    if current is None or not request.actor.scope.touches(current):
        raise Http404
    return current


def _crumbs(request: Request, code: int) -> list[tuple[str, str]]:
    """The divisions of the reader's scope down to this one, each leading to its quality."""
    inside = [one for one in chain_of(code) if request.actor.scope.touches(one)]
    above = [one for one in inside if request.actor.division is None or one >= request.actor.division or one == code]
    return [(territory.name_of(one), reverse("registry:quality_area", args=[one])) for one in above]


@require_GET
def quality(request: Request) -> HttpResponse:
    """The quality of the reader's own area."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    if request.actor.division is None:
        raise Http404
    return redirect("registry:quality_area", request.actor.division)


@require_GET
def quality_area(request: Request, code: int) -> HttpResponse:
    """Scores, rules with the most findings first, parts of the area; in a village, or for one rule, the findings."""
    code = _area(request, code)
    form = FindingFilter(request.GET)
    wanted, scope = form.wanted(), request.actor.scope
    is_village = level_of(code) is Level.VILLAGE
    rows: list[findings.Line] = []
    after = before = ""
    if is_village or wanted.rule or wanted.excepted:
        found = findings.findings(scope, code, wanted)
        rows, after, before = findings.page_of(found, request.GET.get("after", ""), request.GET.get("before", ""))
        if rows:
            note_reading(page=PAGE, division=code, rows=len(rows))
    checked_at, is_waiting = findings.checked(scope, code)
    by_rule = findings.by_rule(scope, code, wanted)
    may_change = request.actor.may(Permission.HOUSEHOLD_CHANGE)
    context = {
        "code": code,
        "name": territory.name_of(code),
        "crumbs": _crumbs(request, code),
        "form": form,
        "wanted": wanted,
        "is_village": is_village,
        "lists": is_village or bool(wanted.rule) or wanted.excepted,
        "scores": [(KINDS.get(share.kind, _("总分")), share) for share in findings.scores(scope, code)],
        "rules": [
            (rule, findings.sentence_of(rule), KINDS[rule.group], SEVERITIES[rule.severity], n, excepted)
            for rule, n, excepted in by_rule
        ],
        "total": sum(n for _rule, n, _excepted in by_rule),
        "excepted": sum(excepted for _rule, _n, excepted in by_rule),
        "parts": [] if is_village else _parts(request, code, wanted),
        "lines": [(_place(line), shown(line, may_change=may_change)) for line in rows],
        "next": after,
        "previous": before,
        "checked_at": checked_at,
        "is_waiting": is_waiting,
        "query": request.GET.urlencode(),
        "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT),
        "sees_ledger": request.actor.may(Permission.LEDGER_VIEW),
        "who": f"{request.actor.name} {request.actor.post_title}".strip(),
        "now": timezone.now(),
    }
    return render(request, "registry/quality.html", context)


def _place(line: findings.Line) -> str:
    return territory.full_name(line.household.division, above=Level.TOWNSHIP)


def _parts(request: Request, code: int, wanted: findings.Wanted) -> list[tuple[Any, int, findings.Share | None]]:
    """The divisions below with open findings and score, the most findings first."""
    below = Level(level_of(code) + 1)
    counts = findings.by_part(request.actor.scope, code, below, wanted)
    scores = findings.score_by_part(request.actor.scope, code, below)
    places = [place for place in territory.children(code) if place.id in scores or counts.get(place.id)]
    return sorted(
        ((place, counts.get(place.id, 0), scores.get(place.id)) for place in places), key=lambda p: (-p[1], p[0].id)
    )


@require_GET
def quality_export(request: Request, code: int) -> HttpResponse:
    """The wanted findings as a workbook."""
    code = _area(request, code)
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    rows = findings.findings(request.actor.scope, code, FindingFilter(request.GET).wanted())
    _not_too_many(rows.count())
    found = findings.lines(list(rows.order_by("division", "household_id", "id")))
    note_reading(page=f"{PAGE}.export", division=code, rows=len(found))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "findings.xlsx"
        service.export_findings(path, found)
        return attachment(path, f"{_('档案疑点')}-{_named(code)}.xlsx", MEDIA_TYPES["xlsx"])


def _named(code: int) -> str:
    return f"{territory.name_of(code)}-{timezone.localdate()}"


def _not_too_many(count: int) -> None:
    if count > MOST:
        raise Refused(
            _("符合条件的有 %(n)s 条，一次最多导出 %(most)s 条，请缩小范围")
            % {"n": number(count), "most": number(MOST)}
        )


@form_view
def quality_explain(request: Request, pk: int) -> HttpResponse:
    """Say why a record is right although a rule asks about it."""
    request.actor.require(Permission.HOUSEHOLD_CHANGE)
    finding = QualityFinding.objects.within(request.actor.scope).filter(pk=pk).first()
    if finding is None:
        raise Http404
    (line,) = findings.lines([finding])
    note_reading(page=f"{PAGE}.explain", household_id=finding.household_id, division=finding.division)
    last = service.latest_day(finding.division, timezone.localdate())
    form = ExplainForm(request.POST or None, last=last)
    back = _back(request, reverse("registry:quality_area", args=[finding.division]))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                service.explain(finding_id=pk, by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _("已说明，这条疑点不再计入"))
                return redirect(back)
    context = {
        "form": form,
        "heading": _("说明情况"),
        "one": {**shown(line, may_change=True), "may_explain": False},
        "place": _place(line),
        "back": back,
        "submit": _("提交说明"),
    }
    return render(request, "registry/quality_form.html", context, status=status)


@form_view
def quality_revoke(request: Request, pk: int) -> HttpResponse:
    """Take an explanation back; the finding counts again."""
    request.actor.require(Permission.HOUSEHOLD_CHANGE)
    made = QualityException.objects.within(request.actor.scope).filter(pk=pk).first()
    if made is None:
        raise Http404
    note_reading(page=f"{PAGE}.revoke", household_id=made.household_id, division=made.division)
    form = RevokeForm(request.POST or None)
    back = reverse("registry:quality_exceptions", args=[made.division])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                service.revoke(exception_id=pk, by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _("已撤销，这条疑点重新计入"))
                return redirect(back)
    context = {
        "form": form,
        "heading": _("撤销说明"),
        "made": made,
        "sentence": findings.sentence_of(RULES[made.rule]) if made.rule in RULES else made.rule,
        "back": back,
        "submit": _("撤销说明"),
    }
    return render(request, "registry/quality_form.html", context, status=status)


def _back(request: Request, default: str) -> str:
    """Where the reader came from, if it is one of our own pages."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else default


@require_GET
def quality_exceptions(request: Request, code: int) -> HttpResponse:
    """The explanations of an area: in force, ended and revoked ones."""
    code = _area(request, code)
    is_all = request.GET.get("all") == "1"
    rows = service.exceptions(request.actor.scope, code, in_force=not is_all)
    before = request.GET.get("after", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    made = list(rows[: EXCEPTIONS + 1])
    homes = Household.objects.in_bulk({one.household_id for one in made})
    if made:
        note_reading(page=f"{PAGE}.exceptions", division=code, rows=len(made))
    excusing = set(
        QualityFinding.objects.filter(exception_id__in=[one.pk for one in made]).values_list("exception_id", flat=True)
    )
    context = {
        "code": code,
        "name": territory.name_of(code),
        "crumbs": _crumbs(request, code),
        "is_all": is_all,
        "rows": [
            (
                one,
                findings.sentence_of(RULES[one.rule]),
                homes.get(one.household_id),
                territory.full_name(one.division, above=Level.TOWNSHIP),
                _state(one, one.pk in excusing),
            )
            for one in made[:EXCEPTIONS]
        ],
        "next": str(made[EXCEPTIONS - 1].pk) if len(made) > EXCEPTIONS else "",
        "may_change": request.actor.may(Permission.HOUSEHOLD_CHANGE),
        "may_export": request.actor.may(Permission.HOUSEHOLD_EXPORT),
        "query": request.GET.urlencode(),
    }
    return render(request, "registry/quality_exceptions.html", context)


def _state(made: QualityException, excuses: bool) -> tuple[str, str]:
    """Whether the explanation still excuses, in words, and the tone."""
    if made.revoked_at is not None:
        return _("说明已撤销"), "neutral"
    if made.until < timezone.localdate():
        return _("已到期"), "warn"
    return (_("有效"), "good") if excuses else (_("档案已改动或疑点已消除"), "neutral")


@require_GET
def quality_exceptions_export(request: Request, code: int) -> HttpResponse:
    """The explanations of an area as a workbook."""
    code = _area(request, code)
    request.actor.require(Permission.HOUSEHOLD_EXPORT)
    rows = service.exceptions(request.actor.scope, code, in_force=request.GET.get("all") != "1")
    _not_too_many(rows.count())
    made = list(rows)
    note_reading(page=f"{PAGE}.export", division=code, rows=len(made))
    with tempfile.TemporaryDirectory(prefix="zt-") as folder:
        path = Path(folder) / "exceptions.xlsx"
        service.export_exceptions(path, made)
        return attachment(path, f"{_('质量例外说明')}-{_named(code)}.xlsx", MEDIA_TYPES["xlsx"])
