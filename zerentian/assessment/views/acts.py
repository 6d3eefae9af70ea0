"""What people do on the ledger: dispute, decide, ask for a computation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zerentian.assessment import services
from zerentian.assessment.forms import DecisionForm, DisputeForm
from zerentian.assessment.views.details import show_disputes, show_entry
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission


@require_POST
def dispute_raise(request: Request, pk: int) -> HttpResponse:
    """Say that the records behind an entry are wrong."""
    request.actor.require(Permission.DISPUTE_RAISE)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return show_entry(request, pk, form, status=422)
    services.raise_dispute(entry_id=pk, reason=form.cleaned_data["reason"], by=request.actor)
    messages.success(request, _("申诉已提出，等待督查人员裁定；数字照常显示"))
    return redirect("assessment:entry", pk)


@require_POST
def dispute_decide(request: Request, pk: int) -> HttpResponse:
    """Decide a dispute."""
    request.actor.require(Permission.DISPUTE_DECIDE)
    form = DecisionForm(request.POST, auto_id=f"id_{pk}_%s")
    if not form.is_valid():
        return show_disputes(request, form, pk, status=422)
    given = form.cleaned_data
    dispute = services.decide_dispute(
        dispute_id=pk, is_upheld=given["outcome"] == "upheld", reason=given["reason"], by=request.actor
    )
    messages.success(request, _("裁定已记录"))
    return redirect("assessment:entry", dispute.entry_id)


@require_POST
def recompute(request: Request, code: int) -> HttpResponse:
    """Ask for the computation of an area now; its run shows the progress."""
    run = services.start_recompute(by=request.actor, division=code)
    if run.user_id == request.actor.user_id:
        messages.success(request, _("测算已开始，完成后台账即更新"))
        return redirect("kernel:run", run.pk)
    messages.info(request, _("已有同样的测算在排队，几秒后刷新即可看到结果"))
    return redirect("assessment:board", code)
