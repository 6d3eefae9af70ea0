"""What is done with a case: one short form for each act; a refused act shows its reasons above what was typed."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.receipts import new_receipt, shown_receipt
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.kernel.scope import Level, ancestor, level_of
from zerentian.procedures import forms as own
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case, CaseObjection
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.appeals import AGAINST, case_number
from zerentian.procedures.views.pages import chosen, crumbs, fetch
from zerentian.territory import queries as territory

REDIRECTED = 302
form_view = require_http_methods(["GET", "HEAD", "POST"])


def answer(
    request: Request,
    form: forms.Form,
    do: Callable[[], Any],
    *,
    heading: str,
    back: str,
    done: str,
    lead: str = "",
    danger: bool = False,
    pk: int | None = None,
    goes_to: Callable[[Any], str] | None = None,
    numbers: Sequence[Any] = (),
) -> HttpResponse:
    """Show the form, or carry the act out and go back; when it is refused, the form again with the reasons."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                result = do()
            except Outrun:
                raise
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, done)
                return redirect(goes_to(result) if goes_to else back)
    context = {
        "form": form, "heading": heading, "lead": lead, "back": back, "submit": heading, "danger": danger,
        "crumbs": crumbs(heading, pk), "numbers": numbers,
    }  # fmt: skip
    return render(request, "procedures/form.html", context, status=status)


def _page(pk: int) -> str:
    return reverse("procedures:case", args=[pk])


def _lead(case: Case) -> str:
    procedure = queries.definition(case.definition_id)
    return f"{queries.words(procedure.title)} · {case.name} · {queries.words(procedure.at(case.step).title)}"


def _turn(request: Request, case: Case) -> int | None:
    """The turn that the page showed; Outrun at once when the case has moved since."""
    sent = request.POST.get("turn", "")
    turn = int(sent) if sent.isdigit() and len(sent) < 9 else None
    services.located(case.pk, request.actor, turn)
    return turn


def _with_turn(form: forms.Form, case: Case) -> None:
    """Let the form bring back the turn that it was made for."""
    form.fields["turn"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=case.turn)


@form_view
def decide(request: Request, pk: int, outcome: str) -> HttpResponse:
    """Decide the present step."""
    case = fetch(request, pk, Permission.CASE_DECIDE)
    turn = _turn(request, case)
    step = queries.definition(case.definition_id).at(case.step)
    found = step.outcome(outcome)
    if found is None:
        raise Http404
    form = own.DecideForm(request.POST or None, step=step, outcome=found)
    _with_turn(form, case)

    def act() -> Any:
        return services.advance(case_id=pk, outcome=outcome, turn=turn, by=request.actor, **form.given())

    return answer(
        request, form, act, heading=queries.words(found.title), back=_page(pk), done=_("已办理"), lead=_lead(case), pk=pk,
        danger=found.reason, numbers=queries.numbers_of(step, case.division, timezone.localdate(), outcome),
    )  # fmt: skip


@form_view
def back(request: Request, pk: int, step: str) -> HttpResponse:
    """Send a case back."""
    case = fetch(request, pk, Permission.CASE_DECIDE)
    target = queries.definition(case.definition_id).step(step)
    if target is None:
        raise Http404
    turn = _turn(request, case)
    form = own.ReasonForm(request.POST or None)
    _with_turn(form, case)

    def act() -> Any:
        reason = form.cleaned_data["reason"]
        return services.send_back(case_id=pk, to=step, reason=reason, turn=turn, by=request.actor)

    heading = _("退回到“%(step)s”") % {"step": queries.words(target.title)}
    return answer(request, form, act, heading=heading, back=_page(pk), done=_("已退回"), lead=_lead(case), pk=pk)


@form_view
def withdraw(request: Request, pk: int) -> HttpResponse:
    """End a case without a result."""
    case = fetch(request, pk, Permission.CASE_OPEN)
    form = own.ReasonForm(request.POST or None)

    def act() -> Any:
        return services.withdraw(case_id=pk, reason=form.cleaned_data["reason"], by=request.actor)

    return answer(
        request,
        form,
        act,
        heading=_("撤回案件"),
        back=_page(pk),
        done=_("已撤回"),
        lead=_lead(case),
        danger=True,
        pk=pk,
    )


@form_view
def attach(request: Request, pk: int) -> HttpResponse:
    """Add a paper to the present step."""
    case = fetch(request, pk, Permission.CASE_DECIDE)
    step = queries.definition(case.definition_id).at(case.step)
    form = own.PaperForm(request.POST or None, request.FILES or None, step=step)

    def act() -> Any:
        data = form.cleaned_data
        return services.attach(
            case_id=pk,
            kind=data["kind"],
            source=data["file"],
            name=data["file"].name,
            note=data["note"],
            by=request.actor,
        )

    return answer(
        request, form, act, heading=_("上传材料"), back=_page(pk), done=_("已保存材料"), lead=_lead(case), pk=pk
    )


@form_view
def ask_notice(request: Request, pk: int) -> HttpResponse:
    """Have the notice of the step composed."""
    case = fetch(request, pk, Permission.CASE_DECIDE)
    form = own.NoticeForm(request.POST or None, initial={"office": _office(request)})

    def act() -> Any:
        return services.ask_notice(case_ids=[pk], by=request.actor, **form.cleaned_data)

    done = _("公示已拟好，复核、发布以后开始计算天数")
    return answer(request, form, act, heading=_("拟公示"), back=_page(pk), done=done, lead=_lead(case), pk=pk)


@form_view
def ask_notices(request: Request) -> HttpResponse:
    """Have one notice composed for the chosen cases of a list."""
    request.actor.require(Permission.CASE_DECIDE)
    cases = chosen(request)
    if not cases:
        raise Refused(_("请先在“我的待办”里勾选案件"))
    is_sent = request.method == "POST"
    form = own.ListNoticeForm(request.POST if is_sent else None, cases=cases, initial={"office": _office(request)})

    def act() -> Any:
        return services.ask_notice(case_ids=[case.pk for case in cases], by=request.actor, **form.given())

    done = _("公示已拟好，复核、发布以后开始计算天数")
    lead = _("、").join(case.name for case in cases)
    return answer(request, form, act, heading=_("拟公示"), back=reverse("procedures:inbox"), done=done, lead=lead)


def _office(request: Request) -> str:
    """Who hears objections: the station of the township, also where the village has the notice composed."""
    place = request.actor.division
    if not place:
        return ""
    return f"{territory.name_of(ancestor(place, min(Level.TOWNSHIP, level_of(place))))}扶贫工作站"


@form_view
def object_to(request: Request, pk: int) -> HttpResponse:
    """Write down an objection to a case."""
    case = fetch(request, pk, Permission.OBJECTION_RECORD)
    form, receipt = own.ObjectionForm(request.POST or None), new_receipt()

    def act() -> Any:
        return services.object_to(case_id=pk, by=request.actor, receipt=receipt, **form.cleaned_data)

    done = _("已登记，答复以前案件中止")
    heading = _("登记异议")
    made = answer(request, form, act, heading=heading, back=_page(pk), done=done, lead=_lead(case), pk=pk)
    if made.status_code != REDIRECTED:
        return made
    facts = {"receipt": shown_receipt(receipt), "back": _page(pk), "crumbs": crumbs(_("受理号"), pk)}
    return render(request, "receipt.html", facts)


@form_view
def answer_objection(request: Request, pk: int) -> HttpResponse:
    """Answer an objection to a case."""
    request.actor.require(Permission.OBJECTION_ANSWER)
    found = CaseObjection.objects.within(request.actor.scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = own.AnswerForm(request.POST or None)

    def act() -> Any:
        return services.answer_objection(objection_id=pk, by=request.actor, **form.cleaned_data)

    return answer(
        request, form, act, heading=_("答复异议"), back=_page(found.case_id), done=_("已答复"), lead=str(found.text or ""),
        pk=found.case_id,
    )  # fmt: skip


@form_view
def resume(request: Request, pk: int) -> HttpResponse:
    """Go on with a case that an objection on a shared notice doesn't concern."""
    case = fetch(request, pk, Permission.OBJECTION_ANSWER)
    form = own.ReasonForm(request.POST or None)

    def act() -> Any:
        return services.resume(case_id=pk, reason=form.cleaned_data["reason"], by=request.actor)

    return answer(
        request, form, act, heading=_("恢复办理"), back=_page(pk), done=_("已恢复办理"), lead=_lead(case), pk=pk
    )


@form_view
def review(request: Request, pk: int) -> HttpResponse:
    """Pass or turn down a decision by somebody in conflict."""
    case = fetch(request, pk, Permission.CASE_DECIDE)
    turn = _turn(request, case)
    form = own.ReviewForm(request.POST or None)
    _with_turn(form, case)

    def act() -> Any:
        data = form.cleaned_data
        return services.review_conflict(
            case_id=pk, passes=data["passes"], note=data["note"], turn=turn, by=request.actor
        )  # fmt: skip

    return answer(request, form, act, heading=_("回避复核"), back=_page(pk), done=_("已复核"), lead=_lead(case), pk=pk)


@form_view
def case_open(request: Request, kind: str, subject_id: int) -> HttpResponse:
    """Begin a procedure with a subject."""
    request.actor.require(Permission.CASE_OPEN)
    titles = dict(own.kind_choices())
    if kind not in titles:
        raise Http404
    _pack, procedure = queries.definition_in_force(kind, timezone.localdate())
    about = plugs.described(procedure.subject, subject_id, request.actor.scope)
    if about is None:
        raise Http404
    services.require_opener(procedure, about.division, request.actor)
    form = forms.Form(request.POST if request.method == "POST" else None)
    # An appeal is begun from the case that it is against.
    against = case_number(request.GET.get(AGAINST, ""))
    data = {} if against is None else {AGAINST: against}

    def act() -> Any:
        return services.open_case(kind=kind, subject_id=subject_id, by=request.actor, data=data)

    return answer(
        request, form, act, heading=_("立案"), back=about.url or reverse("procedures:cases"), done=_("已立案"),
        lead=f"{titles[kind]} · {about.name}", goes_to=lambda made: _page(made.pk),
    )  # fmt: skip
