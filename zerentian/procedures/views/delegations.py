"""Who decides for whom."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.procedures import forms as own
from zerentian.procedures import queries, services
from zerentian.procedures.views.acts import answer, form_view


@form_view
def delegations(request: Request) -> HttpResponse:
    """My delegations, those given to me, and a form for another."""
    request.actor.require(Permission.CASE_DELEGATE)
    actor, today, status = request.actor, timezone.localdate(), 200
    form = own.DelegationForm(
        request.POST or None,
        colleagues=queries.colleagues(actor, today),
        initial={"starts_on": today, "ends_on": today},
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.delegate(by=actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _("已委托"))
                return redirect("procedures:delegations")
    context = {
        "form": form, "given": queries.given_by(actor), "received": queries.given_to(actor, today), "today": today,
    }  # fmt: skip
    return render(request, "procedures/delegations.html", context, status=status)


@form_view
def delegation_end(request: Request, pk: int) -> HttpResponse:
    """Take a delegation back."""
    request.actor.require(Permission.CASE_DELEGATE)
    found = queries.given_by(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = own.ReasonForm(request.POST or None)

    def act() -> Any:
        return services.end_delegation(delegation_id=pk, reason=form.cleaned_data["reason"], by=request.actor)

    back = reverse("procedures:delegations")
    return answer(request, form, act, heading=_("收回委托"), back=back, done=_("已收回委托"), lead=found.to_who)
