"""One meeting decides a list of cases: chosen in the inbox, decided by one form, each with its own record."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.sentences import spoken
from zerentian.procedures import forms as own
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case
from zerentian.procedures.rules.definition import OutcomeEntry, StepEntry
from zerentian.procedures.views.acts import form_view
from zerentian.procedures.views.pages import chosen, crumbs


@form_view
def decide_many(request: Request) -> HttpResponse:
    """The chosen cases, which must be at the same step; first the outcome is chosen, then its form is filled in."""
    request.actor.require(Permission.CASE_DECIDE)
    given = request.POST if request.method == "POST" else request.GET
    cases = chosen(request)
    if not cases:
        raise Refused(_("请先在“我的待办”里勾选案件"))
    if len({(case.definition_id, case.step) for case in cases}) != 1:
        raise Refused(_("只能一起办理同一程序、同一步骤的案件，请分开勾选"))
    step = queries.definition(cases[0].definition_id).at(cases[0].step)
    outcome = step.outcome(given.get("outcome", "")) or step.outcomes[0]
    return _decided(request, cases, step, outcome)


def _decided(request: Request, cases: list[Case], step: StepEntry, outcome: OutcomeEntry) -> HttpResponse:
    is_final = request.method == "POST" and "sent" in request.POST
    form = own.ManyForm(
        request.POST if is_final else None, request.FILES if is_final else None, step=step, outcome=outcome
    )
    status = 422 if request.method == "POST" else 200
    if is_final and form.is_valid():
        try:
            done = _carried_out(request, cases, outcome, form)
        except Refused as refused:
            refuse_into(form, refused)
        else:
            messages.success(request, _("已办理 %(n)s 件") % {"n": sum(one.done for one in done)})
            names = {case.pk: case.name for case in cases}
            for one in (one for one in done if not one.done):
                told = {"name": names[one.case_id], "pk": one.case_id, "why": spoken(one.why)}
                messages.warning(request, _("%(name)s（案件 %(pk)s）没有办理：%(why)s") % told)
            return redirect(reverse("procedures:inbox"))
    context = {
        "form": form, "cases": cases, "key": request.GET.get("step", ""), "step": queries.words(step.title), "chosen": outcome.id,
        "outcomes": [(one.id, queries.words(one.title)) for one in step.outcomes],
        "submit": queries.words(outcome.title), "back": reverse("procedures:inbox"), "crumbs": crumbs(_("集体办理")),
    }  # fmt: skip
    return render(request, "procedures/many.html", context, status=status)


def _carried_out(
    request: Request, cases: list[Case], outcome: OutcomeEntry, form: own.ManyForm
) -> list[services.Decided]:  # fmt: skip
    """Papers and decisions together; where no case could be decided, nothing is kept and every reason is told."""
    ids = [case.pk for case in cases]
    with transaction.atomic():
        for kind, file in form.papers():
            services.attach_many(case_ids=ids, kind=kind, source=file, name=file.name, by=request.actor)
        done = services.decide_many(case_ids=ids, outcome=outcome.id, by=request.actor, **form.given())
        if not any(one.done for one in done):
            names = {case.pk: case.name for case in cases}
            raise Refused(*(Reason(one.why, f"{names[one.case_id]}（{one.case_id}）") for one in done))
    return done
