"""The initial list of a village's exits: who meets the standard as recorded, chosen and opened together."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Denied
from zerentian.kernel.scope import Level
from zerentian.procedures import services as procedures
from zerentian.registry.services import exits
from zerentian.registry.views.applications import form_view, may_begin
from zerentian.territory import queries as territory


@form_view
def exit_list(request: Request) -> HttpResponse:
    """The poor households of the village; the chosen ones are opened as cases of one list."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    village = request.actor.division
    if not may_begin(request) or village is None:
        raise Denied("退出初选由村干部办理")
    found = exits.candidates(village, request.actor.scope, timezone.localdate())
    note_reading(page="registry.exits", division=village, rows=len(found))
    chosen = {int(one) for one in request.POST.getlist("household") if one.isdecimal() and len(one) < 18}
    wrong = ""
    if request.method == "POST":
        picked = [(one.household.pk, one.household.head_name, village) for one in found if one.household.pk in chosen]
        if picked:
            opened = procedures.open_many(kind=exits.PROCEDURE, subjects=picked, by=request.actor)
            messages.success(
                request, _("已列入 %(n)s 户，请在待办里一起办理") % {"n": sum(bool(one.case_id) for one in opened)}
            )
            return redirect("procedures:inbox")
        wrong = _("请至少勾选一户")
    context = {
        "lines": [(one, one.household.pk in chosen if request.method == "POST" else not one.reasons) for one in found],
        "fit": sum(not one.reasons for one in found),
        "place": territory.full_name(village, above=Level.TOWNSHIP),
        "wrong": wrong,
    }
    return render(request, "registry/exits.html", context, status=422 if wrong else 200)
