"""Pages of local measures, and of questions and answers."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from zerentian.kernel.files import check_upload_size
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook import queries
from zerentian.rulebook.forms import (
    AddForm,
    AnswerForm,
    OverlayForm,
    QuestionForm,
    TightenForm,
    UploadForm,
    WithdrawForm,
)
from zerentian.rulebook.models import Interpretation, Overlay
from zerentian.rulebook.rules.pack import OverlayFile, check_content, read_yaml
from zerentian.rulebook.services import answer_question, ask_question, file_overlay, withdraw_overlay
from zerentian.territory import queries as territory

UPLOAD_LIMIT = 2**20


@require_safe
def overlays(request: Request) -> HttpResponse:
    """Every local measure, those in force first."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    today = timezone.localdate()
    rows = [(row, territory.name_of(row.division), queries.local_rules(row)) for row in Overlay.objects.order_by("-id")]
    rows.sort(key=lambda found: not found[2].in_force(today))
    return render(request, "rulebook/overlays.html", {"rows": rows, "today": today})


@require_safe
def overlay(request: Request, pk: int) -> HttpResponse:
    """One local measure: what it tightens, against the regulation's own, and what it adds."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    row = Overlay.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    rules = queries.local_rules(row)
    own = {duty.id: duty for duty in queries.duties(on=row.valid_from)}
    context = {
        "row": row,
        "area_name": territory.full_name(row.division),
        "tighten": [(item, own.get(item.duty)) for item in rules.content.tighten],
        "add": rules.added(),
        "in_force": rules.in_force(timezone.localdate()),
        "may_change": request.actor.may(Permission.OVERLAY_CHANGE) and request.actor.scope.covers(row.division),
        "withdraw_form": WithdrawForm(initial={"on": timezone.localdate()}),
    }
    return render(request, "rulebook/overlay.html", context)


def overlay_tighten(request: Request) -> HttpResponse:
    """Tighten one target or date, by a form."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    duties = queries.duties(request.actor.division)
    form = TightenForm(request.POST or None, scope=request.actor.scope, duties=duties, initial=_initial(request))
    return _overlay_form(request, form, "rulebook/overlay_tighten.html")


def overlay_add(request: Request) -> HttpResponse:
    """Add a duty of one's own, by a form."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    form = AddForm(request.POST or None, scope=request.actor.scope, initial=_initial(request))
    return _overlay_form(request, form, "rulebook/overlay_add.html")


def _initial(request: Request) -> dict[str, Any]:
    asked = request.GET.get("requirement", "")
    return {"valid_from": timezone.localdate(), "area": request.actor.division, "requirement": asked}


def _overlay_form(request: Request, form: OverlayForm, template: str) -> HttpResponse:
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            row = file_overlay(content=check_content(OverlayFile, form.content()), by=request.actor)
            return redirect("rulebook:overlay", pk=row.pk)
        except Refused as refused:
            reasons = refused.reasons
    status = 422 if reasons or form.errors else 200
    return render(request, template, {"form": form, "reasons": reasons}, status=status)


def overlay_upload(request: Request) -> HttpResponse:
    """File local measures from a YAML file; a refusal lists every reason with its line."""
    request.actor.require(Permission.OVERLAY_CHANGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = read_yaml(OverlayFile, _yaml_text(file), file.name)
            row = file_overlay(content=content, by=request.actor)
            return redirect("rulebook:overlay", pk=row.pk)
        except Refused as refused:
            reasons = refused.reasons
    status = 422 if reasons or form.errors else 200
    return render(request, "rulebook/overlay_upload.html", {"form": form, "reasons": reasons}, status=status)


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
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise Refused(*(Reason(str(errors[0]), str(form.fields[name].label)) for name, errors in form.errors.items()))
    withdraw_overlay(overlay_id=pk, by=request.actor, **form.cleaned_data)
    return redirect("rulebook:overlay", pk=pk)


@require_safe
def interpretations(request: Request) -> HttpResponse:
    """Questions and answers, open ones first."""
    request.actor.require(Permission.RULEBOOK_VIEW)
    rows = sorted(queries.interpretations(), key=lambda i: i.is_answered)
    context = {"rows": rows, "today": timezone.localdate(), "form": QuestionForm(), "answer_form": AnswerForm()}
    return render(request, "rulebook/interpretations.html", context)


@require_POST
def interpretation_ask(request: Request) -> HttpResponse:
    """Ask a question; what was typed stays when it is refused."""
    form = QuestionForm(request.POST)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            ask_question(by=request.actor, **form.arguments())
            return redirect("rulebook:interpretations")
        except Refused as refused:
            reasons = refused.reasons
    context = {"rows": [], "form": form, "reasons": reasons, "answer_form": AnswerForm()}
    return render(request, "rulebook/interpretations.html", context, status=422)


@require_POST
def interpretation_answer(request: Request, pk: int) -> HttpResponse:
    """Give the official answer; what was typed stays when it is refused."""
    form = AnswerForm(request.POST)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            answer_question(interpretation_id=pk, by=request.actor, **form.cleaned_data)
            return redirect("rulebook:interpretations")
        except Refused as refused:
            reasons = refused.reasons
    rows = list(Interpretation.objects.filter(pk=pk))
    context = {"rows": rows, "form": QuestionForm(), "reasons": reasons, "answer_form": form}
    return render(request, "rulebook/interpretations.html", context, status=422)
