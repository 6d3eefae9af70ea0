"""Forms of a household and of a village: on the screen to print, as Word, as PDF."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.papers import Paper, sent
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level
from zerentian.kernel.services import reveal_all
from zerentian.registry.forms.prints import FullForm, VillagePrintForm
from zerentian.registry.models import Household, Person
from zerentian.registry.services import prints
from zerentian.registry.views.files import fetch
from zerentian.registry.views.words import crumbs, personal_keys
from zerentian.territory import queries as territory

PAGE = "registry.prints"


@require_GET
def household_prints(request: Request, pk: int) -> HttpResponse:
    """Every form of a household, each as a page, Word and PDF."""
    home = fetch(request, pk).household
    return render(request, "registry/prints.html", {
        "household": home, "forms": list(prints.FORMS.values()), "crumbs": crumbs(home.division, home.head_name),
        "may_reveal": request.actor.may(Permission.PERSONAL_REVEAL), "full": FullForm(),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def household_print(request: Request, pk: int, form: str) -> HttpResponse:
    """One form of a household; posted with a reason, with the personal data in full."""
    found = fetch(request, pk)
    if form not in prints.FORMS:
        raise Http404
    wanted, home, in_full = prints.FORMS[form], found.household, request.method == "POST"
    asked = FullForm(request.POST or None)
    if in_full:
        request.actor.require(Permission.PERSONAL_REVEAL)
        if not asked.is_valid():
            context = {
                "form": asked,
                "household": home,
                "wanted": wanted,
                "crumbs": crumbs(home.division, home.head_name),
            }
            return render(request, "registry/print_full.html", context, status=422)
        rows = [(home, personal_keys(Household)), *((one, personal_keys(Person)) for one in found.present)]
        reveal_all(rows=rows, page=PAGE, reason=asked.cleaned_data["reason"], by=request.actor)
    else:
        note_reading(page=PAGE, household_id=pk, division=home.division)
    paper = prints.household_paper(wanted, found, request.actor.scope, in_full=in_full)
    back = reverse("registry:household_prints", args=[pk])
    return _shown(request, paper, f"{wanted.title}-{home.number}", back)


def _shown(request: Request, paper: Paper, name: str, back: str) -> HttpResponse:
    """The form as a page, or as the file that the address asks for."""
    file_type = request.GET.get("as", "")
    if not file_type:
        return render(request, "ui/paper.html", {"paper": paper, "back": back})
    return sent([paper], file_type, name)


def _village(request: Request, code: int) -> int:
    """The village, if the actor works with it; 404 otherwise."""
    current = territory.current_code(code)
    if current != code or territory.division(code).level is not Level.VILLAGE or code not in request.actor.scope:
        raise Http404
    return code


@require_GET
def village_print(request: Request, code: int) -> HttpResponse:
    """The form of a village."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    paper = prints.village_paper(_village(request, code), request.actor.scope)
    return _shown(request, paper, f"行政村登记表-{code}", reverse("registry:village", args=[code]))


@require_http_methods(["GET", "HEAD", "POST"])
def village_prints(request: Request, code: int) -> HttpResponse:
    """Ask which form of every household is wanted, and start the run that puts them together."""
    request.actor.require(Permission.HOUSEHOLD_CHANGE)
    _village(request, code)
    form = VillagePrintForm(request.POST or None, may_reveal=request.actor.may(Permission.PERSONAL_REVEAL))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                run = prints.begin_prints(code=code, by=request.actor, **form.cleaned_data)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _("已开始生成"))
                return redirect("kernel:run", run.pk)
    context = {"form": form, "code": code, "crumbs": crumbs(code, _("打印表册"))}
    return render(request, "registry/village_prints.html", context, status=status)
