"""Pages of local measures, and of questions and answers."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zerentian.kernel.files import check_upload_size
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.kernel.sentences import spoken_reason
from zerentian.kernel.templatetags.ui import quantity
from zerentian.rulebook import queries
from zerentian.rulebook.forms import (
    AddForm,
    AnswerForm,
    QuestionForm,
    TightenForm,
    UploadForm,
    WithdrawForm,
)
from zerentian.rulebook.models import Interpretation, Overlay
from zerentian.rulebook.rules.overlay import SIGNS, LocalRules
from zerentian.rulebook.rules.pack import OverlayFile, due_of
from zerentian.rulebook.rules.reading import check_content, read_yaml
from zerentian.rulebook.services import answer_question, ask_question, file_overlay, withdraw_overlay
from zerentian.rulebook.views.law import crumbs
from zerentian.territory import queries as territory

UPLOAD_LIMIT = 2**20
EXAMPLE = """\
title: 某县脱贫攻坚责任制配套措施
document_number: 某办发〔2026〕1号
area: 360732000000
valid_from: 2026-12-01
tighten:
  - {duty: "22.2", measure: quality.score, target: 99}
  - {duty: "15.5", due: {month: 11, day: 30}}
add:
  - id: "24.L1"
    title: {zh: 半月入户, en: Fortnightly visits}
    statement: {zh: 乡村干部每半月入户一次, en: Cadres visit every fortnight}
    subjects: [{kind: party_government, level: township}]
    cycle: monthly
    due: {days: 3}
    requires:
      - {measure: households.in_grid, op: ge, value: 100, unit: percent, over: area}
"""


@require_safe
def overlays(request: Request) -> HttpResponse:
    """Every local measure, those in force first."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    today = timezone.localdate()
    rows = []
    for row in Overlay.objects.order_by("-id"):
        rules = queries.local_rules(row)
        rows.append((row, territory.name_of(row.division), rules, rules.in_force(today)))
    return render(request, "rulebook/overlays.html", {"rows": sorted(rows, key=lambda found: not found[3])})


def _tightened(rules: LocalRules) -> list[dict[str, Any]]:
    """Each tightened item beside the regulation's own target and date."""
    own = {duty.id: duty for duty in queries.duties(on=rules.valid_from)}
    lines = []
    for item in rules.content.tighten:
        duty = own.get(item.duty)
        before = next((r for r in duty.requirements if r.measure == item.measure), None) if duty else None
        sign = SIGNS[before.op] if before else ""
        lines.append(
            {
                "duty": item.duty,
                "title": queries.spoken(duty, "title") if duty else "",
                "measure": item.measure,
                "before": f"{sign} {quantity(before.target, before.unit)}" if before else "",
                "after": f"{sign} {quantity(item.target, before.unit)}" if before and item.target is not None else "",
                "due_before": duty.due if duty else None,
                "due_after": due_of(item.due) if item.due else None,
            }
        )
    return lines


@require_safe
def overlay(request: Request, pk: int) -> HttpResponse:
    """One local measure: what it tightens, against the regulation's own, and what it adds."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    row = Overlay.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    rules, today = queries.local_rules(row), timezone.localdate()
    has_ended = row.valid_to is not None and row.valid_to <= today
    context = {
        "crumbs": crumbs((_("配套措施"), "rulebook:overlays"), (row.title, "")),
        "row": row,
        "area_name": territory.full_name(row.division),
        "tighten": _tightened(rules),
        "add": rules.added(),
        "measured": queries.measures(),
        "in_force": rules.in_force(today),
        "may_end": not has_ended
        and request.actor.may(Permission.OVERLAY_CHANGE)
        and request.actor.scope.covers(row.division),
        "withdraw_form": WithdrawForm(initial={"on": today}),
    }
    return render(request, "rulebook/overlay.html", context)


def overlay_tighten(request: Request) -> HttpResponse:
    """Tighten one target or date, by a form."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    division = request.actor.division
    level = level_of(division) if division else Level.PROVINCE
    duties = [d for d in queries.duties(division) if any(s.lies_within(level) for s in d.subjects)]
    form = TightenForm(request.POST or None, scope=request.actor.scope, duties=duties, initial=_initial(request))
    lead = _("填写新的目标或更早的到期；只能收紧，不能放宽")
    return _overlay_form(request, form, heading=_("收紧目标或时限"), lead=lead)


def overlay_add(request: Request) -> HttpResponse:
    """Add a duty of one's own, by a form."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    form = AddForm(request.POST or None, scope=request.actor.scope, initial=_initial(request))
    return _overlay_form(request, form, heading=_("新增责任"), lead=_("在已有指标上为本地增加一项责任"))


def _initial(request: Request) -> dict[str, Any]:
    asked = request.GET.get("requirement", "")
    return {"valid_from": timezone.localdate(), "area": request.actor.division, "requirement": asked}


def _overlay_form(request: Request, form: TightenForm | AddForm, **texts: str) -> HttpResponse:
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            return _filed(request, file_overlay(content=check_content(OverlayFile, form.content()), by=request.actor))
        except Refused as refused:
            reasons = refused.reasons
    return _overlay_page(request, form, reasons, example="", **texts)


def _filed(request: Request, row: Overlay) -> HttpResponse:
    """On to the page of what was just filed."""
    words = {"day": row.valid_from}
    if row.valid_from > timezone.localdate():
        messages.success(request, _("配套措施已保存，%(day)s 起按它考核；到那天责任台账随之重算") % words)
    else:
        messages.success(
            request, _("配套措施已保存，%(day)s 起按它考核；责任台账正在重算，约一分钟后按新要求显示") % words
        )
    if row.valid_from < row.submitted_on:
        messages.warning(request, _("它在生效后才报备，会计入责任 34.1（配套措施按时报备率）"))
    return redirect("rulebook:overlay", pk=row.pk)


def _overlay_page(request: Request, form: Form, reasons: tuple[Reason, ...], **texts: str) -> HttpResponse:
    steps = crumbs((_("配套措施"), "rulebook:overlays"), (texts["heading"], ""))
    context = {"form": form, "reasons": [str(spoken_reason(reason)) for reason in reasons], "crumbs": steps, **texts}
    return render(request, "rulebook/overlay_form.html", context, status=422 if reasons or form.errors else 200)


def overlay_upload(request: Request) -> HttpResponse:
    """File local measures from a YAML file; a refusal lists every reason with its line."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = read_yaml(OverlayFile, _yaml_text(file), file.name)
            return _filed(request, file_overlay(content=content, by=request.actor))
        except Refused as refused:
            reasons = refused.reasons
    texts = {"heading": _("上传 YAML"), "lead": _("一个文件可以收紧多项、新增多项；有一处不合格就全部不生效")}
    return _overlay_page(request, form, reasons, example=EXAMPLE, **texts)


def _yaml_text(file: Any) -> str:
    check_upload_size(file.size)
    if file.size > UPLOAD_LIMIT:
        raise Refused(Reason("文件超过 1 MB，不像是一份配套措施", file.name))
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused(Reason("文字编码不是 UTF-8，请另存后再传", file.name)) from error


@require_POST
def overlay_withdraw(request: Request, pk: int) -> HttpResponse:
    """End a local measure."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise Refused(*(Reason(str(errors[0]), str(form.fields[name].label)) for name, errors in form.errors.items()))
    withdraw_overlay(overlay_id=pk, by=request.actor, **form.cleaned_data)
    messages.success(request, _("配套措施自 %(day)s 起废止") % {"day": form.cleaned_data["on"]})
    return redirect("rulebook:overlay", pk=pk)


@require_safe
def interpretations(request: Request) -> HttpResponse:
    """Questions and answers, open ones first."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    rows = sorted(queries.interpretations(), key=lambda i: i.is_answered)
    form = QuestionForm(initial={"about": request.GET.get("about", "")})
    context = {"rows": rows, "reasons": (), "form": form, "answer_form": AnswerForm()}
    return render(request, "rulebook/interpretations.html", context)


@require_POST
def interpretation_ask(request: Request) -> HttpResponse:
    """Ask a question; what was typed stays when it is refused."""
    request.actor.require(Permission.INTERPRETATION_ASK)
    form = QuestionForm(request.POST)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            ask_question(by=request.actor, **form.arguments())
            messages.success(request, _("问题已提交，答复公布在本页"))
            return redirect("rulebook:interpretations")
        except Refused as refused:
            reasons = refused.reasons
    context = {
        "rows": queries.interpretations(),
        "form": form,
        "reasons": [str(spoken_reason(reason)) for reason in reasons],
        "answer_form": AnswerForm(),
    }
    return render(request, "rulebook/interpretations.html", context, status=422)


@require_POST
def interpretation_answer(request: Request, pk: int) -> HttpResponse:
    """Give the official answer; what was typed stays when it is refused."""
    request.actor.require(Permission.INTERPRETATION_ANSWER)
    form = AnswerForm(request.POST)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            answer_question(interpretation_id=pk, by=request.actor, **form.cleaned_data)
            messages.success(request, _("答复已公布，并显示在有关条文和责任旁"))
            return redirect("rulebook:interpretations")
        except Refused as refused:
            reasons = refused.reasons
    rows = list(Interpretation.objects.filter(pk=pk))
    context = {
        "rows": rows,
        "form": QuestionForm(),
        "reasons": [str(spoken_reason(reason)) for reason in reasons],
        "answer_form": form,
    }
    return render(request, "rulebook/interpretations.html", context, status=422)
