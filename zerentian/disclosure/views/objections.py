"""The inbox of objections: what was heard, who holds it, until when, and the answer."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zerentian.disclosure import queries, services
from zerentian.disclosure.forms import AnswerForm, ObjectionFilter, ReasonForm, RecordForm
from zerentian.disclosure.models import Objection
from zerentian.disclosure.rules.states import answer_faults
from zerentian.disclosure.views.acts import form_view
from zerentian.disclosure.views.pages import PAGE, crumbs, fetch
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.services import reveal

READ = "disclosure.objection"


def _fetch(request: Request, pk: int) -> Objection:
    request.actor.require(Permission.OBJECTION_VIEW)
    found = queries.objection(request.actor.scope, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def objections(request: Request) -> HttpResponse:
    """The objections of the scope, the open ones first."""
    request.actor.require(Permission.OBJECTION_VIEW)
    form, today = ObjectionFilter(request.GET), timezone.localdate()
    rows = queries.objections(request.actor.scope, on=today, **form.wanted())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": [queries.heard(row, today) for row in page]}
    return render(request, "disclosure/objections.html", context)


@form_view
def objection(request: Request, pk: int) -> HttpResponse:
    """One objection, and its answer."""
    row, status = _fetch(request, pk), 200
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        request.actor.require(Permission.OBJECTION_ANSWER)
        status = 422
        if form.is_valid():
            try:
                services.answer_objection(objection_id=pk, by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                return redirect("disclosure:objection", pk)
    return _shown(request, row, form, status=status)


def _shown(
    request: Request, row: Objection, form: AnswerForm, *, status: int = 200, full: dict[str, str] | None = None
) -> HttpResponse:
    note_reading(page=READ, division=row.division)
    hands = [row.notice.composed_by, row.notice.reviewed_by]
    stands_against = answer_faults(state=row.state, answerer=request.actor.user_id, hands=hands) if row.is_open else []
    may_answer = row.is_open and request.actor.may(Permission.OBJECTION_ANSWER) and not stands_against
    context = {
        "why_not": _("拟稿和复核这份公示的人不能答复对它的异议，请由另一人办理")
        if stands_against and request.actor.may(Permission.OBJECTION_ANSWER)
        else "",
        "heard": queries.heard(row, timezone.localdate(), with_text=True),
        "full": full,
        "form": form if may_answer else None,
        "may_reveal": request.actor.may(Permission.PERSONAL_REVEAL),
        "crumbs": [(_("异议"), reverse("disclosure:objections")), (_("异议内容"), "")],
    }
    return render(request, "disclosure/objection.html", context, status=status)


@form_view
def objection_reveal(request: Request, pk: int) -> HttpResponse:
    """Name and telephone in full, after a reason; recorded as an act and as a reading."""
    row, status = _fetch(request, pk), 200
    request.actor.require(Permission.PERSONAL_REVEAL)
    form, back = ReasonForm(request.POST or None), reverse("disclosure:objection", args=[pk])
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                full = reveal(row=row, fields=("name", "phone"), page=READ, reason=reason, by=request.actor)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                return _shown(request, row, AnswerForm(), full=full)
    context: dict[str, Any] = {
        "form": form, "heading": _("查看反映人"), "lead": _("须写明理由，并记入查阅记录"), "back": back,
        "submit": _("查看"), "danger": False, "crumbs": [(_("异议"), reverse("disclosure:objections")), (_("查看反映人"), "")],
    }  # fmt: skip
    return render(request, "disclosure/form.html", context, status=status)


@form_view
def objection_record(request: Request, pk: int) -> HttpResponse:
    """Write down an objection made by telephone or on paper; its receipt is shown once."""
    row = fetch(request, pk, Permission.OBJECTION_RECORD)
    form, status = RecordForm(request.POST or None), 200
    back = reverse("disclosure:notice", args=[pk])
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                receipt = services.record_objection(notice_id=row.pk, by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                facts = {"receipt": receipt, "back": back, "crumbs": crumbs(_("受理号"), pk)}
                return render(request, "receipt.html", facts)
    context: dict[str, Any] = {
        "form": form, "heading": _("登记异议"), "lead": _("电话或书面反映的，在这里登记"), "back": back,
        "submit": _("登记"), "danger": False, "crumbs": crumbs(_("登记异议"), pk),
    }  # fmt: skip
    return render(request, "disclosure/form.html", context, status=status)
