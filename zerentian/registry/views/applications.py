"""A household applies: one short page a task, a page that shows what is still missing, and the hand-in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.scope import Level, level_of
from zerentian.procedures import queries as procedures
from zerentian.registry.forms.applications import PARTS, HeadForm, ReasonForm, YearForm, member_form, part_form
from zerentian.registry.models import APPLICANT, Household, HouseholdIncome, Person
from zerentian.registry.rules.columns import HOUSEHOLDS, PERSONS
from zerentian.registry.services import applicants, applications
from zerentian.registry.views.words import facts, word
from zerentian.territory import queries as territory

form_view = require_http_methods(["GET", "HEAD", "POST"])
Form = Any


@require_GET
def application_list(request: Request) -> HttpResponse:
    """Who applies in the scope, and how far each is."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    found = applicants.applicants(request.actor.scope)
    today = timezone.localdate()
    note_reading(page="registry.applications", division=request.actor.division, rows=len(found))
    context = {
        "lines": [
            (home, territory.full_name(home.division, above=Level.TOWNSHIP), word(HOUSEHOLDS.column("status"), home.status),
             procedures.row_of(case, today) if case else None)
            for home, case in found
        ],
        "most": applicants.MOST if len(found) == applicants.MOST else 0,
        "may_begin": may_begin(request),
    }  # fmt: skip
    return render(request, "registry/applications.html", context)


def may_begin(request: Request) -> bool:
    """Whether the reader may put an applicant on file: an officer of a village."""
    place = request.actor.division
    in_village = place is not None and level_of(place) is Level.VILLAGE
    return in_village and request.actor.may(Permission.CASE_OPEN)


@form_view
def application_new(request: Request) -> HttpResponse:
    """The first page: the head, where the household lives, why it is poor."""
    if not may_begin(request):
        raise Denied("新增申请户由村干部办理")
    form = HeadForm(request.POST or None)

    def do() -> Household:
        return applications.begin_application(facts=form.home(), head=form.head(), by=request.actor)

    return _answer(
        request, form, do, heading=_("新增申请户"), lead=_("先登记户主；成员、收入、住房和饮水在后面几页登记，随时可以停下再办。"),
        submit=_("保存，继续登记"), back=reverse("registry:application_list"), goes_to=lambda home: _hub(home.pk),
    )  # fmt: skip


@require_GET
def application(request: Request, pk: int) -> HttpResponse:
    """What is done, what is missing, and the button that hands the application in."""
    home = _applicant(request, pk)
    note_reading(page="registry.application", household_id=pk, division=home.division)
    members = list(Person.objects.filter(household=home, left_on__isnull=True).order_by("number"))
    missing = applicants.lacks(home, timezone.localdate())
    context = {
        "household": home,
        "crumbs": _crumbs(home),
        "status": word(HOUSEHOLDS.column("status"), home.status),
        "members": [
            (p, word(PERSONS.column("relation"), p.relation), word(PERSONS.column("health"), p.health)) for p in members
        ],
        "income": HouseholdIncome.objects.filter(household=home).order_by("-year").first(),
        "parts": [
            (
                part,
                title,
                missing[part],
                [(label, value) for label, value in facts(HOUSEHOLDS, home, keys) if value != "—"],
            )
            for part, (title, keys, _demanded) in PARTS.items()
        ],
        "missing": missing,
        "complete": not any(missing.values()),
        "refusal": applicants.refusal(home) if home.status == "not_identified" else None,
        "live": applicants.live_case(home),
        "can_change": request.actor.may(Permission.CASE_OPEN) and may_begin(request),
    }
    return render(request, "registry/application.html", context)


@form_view
def application_part(request: Request, pk: int, part: str) -> HttpResponse:
    """Address and cause, dwelling and water, or food and clothing."""
    if part not in PARTS:
        raise Http404
    home = _applicant(request, pk, Permission.CASE_OPEN)
    form = part_form(part, request.POST or None, row=home)

    def do() -> Household:
        return applications.describe_applicant(household_id=pk, facts=form.facts(), by=request.actor)

    return _step(request, home, form, do, heading=PARTS[part][0])


@form_view
def application_member(request: Request, pk: int) -> HttpResponse:
    """Add a member; "save and add another" stays on the page."""
    home = _applicant(request, pk, Permission.CASE_OPEN)
    form = member_form(request.POST or None)

    def do() -> Person:
        return applications.add_applicant(household_id=pk, facts=form.facts(), by=request.actor)

    return _step(request, home, form, do, heading=_("增加成员"), another=_("保存，再加一人"))


@form_view
def application_member_change(request: Request, pk: int) -> HttpResponse:
    """Change what was typed of a member."""
    person = _person(request, pk)
    home = _applicant(request, person.household_id, Permission.CASE_OPEN)
    form = member_form(request.POST or None, row=person, is_head=person.relation == "head")

    def do() -> Person:
        return applications.describe_member(person_id=pk, facts=form.facts(), by=request.actor)

    return _step(request, home, form, do, heading=_("修改成员"), lead=person.name)


@form_view
def application_member_drop(request: Request, pk: int) -> HttpResponse:
    """Drop a member who was typed in by mistake."""
    person = _person(request, pk)
    home = _applicant(request, person.household_id, Permission.CASE_OPEN)
    form = ReasonForm(request.POST or None)

    def do() -> Household:
        return applications.drop_member(person_id=pk, reason=form.cleaned_data["reason"], by=request.actor)

    return _step(request, home, form, do, heading=_("移出成员"), lead=person.name, submit=_("移出"))


@form_view
def application_income(request: Request, pk: int) -> HttpResponse:
    """The income of this year or the last, item by item."""
    home = _applicant(request, pk, Permission.CASE_OPEN)
    row = HouseholdIncome.objects.filter(household=home).order_by("-year").first()
    year = timezone.localdate().year
    form = YearForm(request.POST or None, years=(year - 1, year), row=row)

    def do() -> HouseholdIncome:
        return applications.record_applicant_income(household_id=pk, facts=form.facts(), by=request.actor)

    lead = _("按项填写全家一年的金额（元）；没有的项目空着。纯收入和人均由系统计算。")
    return _step(request, home, form, do, heading=_("全年收入"), lead=lead)


@form_view
def application_submit(request: Request, pk: int) -> HttpResponse:
    """Hand the application in; the page of the case follows. An incomplete one leads back to what is missing."""
    home = _applicant(request, pk, Permission.CASE_OPEN)
    if (case := applicants.live_case(home)) is not None:
        messages.info(request, _("申请已经提交，正在办理"))
        return redirect("procedures:case", case.pk)
    if any(applicants.lacks(home, timezone.localdate()).values()):
        messages.error(request, _("还有没填的内容，填齐后才能提交"))
        return redirect(_hub(pk))
    form = forms.Form(request.POST if request.method == "POST" else None)

    def do() -> Any:
        return applications.submit_application(household_id=pk, by=request.actor)

    return _answer(
        request, form, do, heading=_("提交申请"), lead=home.head_name, submit=_("提交申请"), back=_hub(pk),
        goes_to=lambda case: reverse("procedures:case", args=[case.pk]), done=_("申请已提交"), crumbs=_crumbs(home),
        note=_("提交后进入贫困户识别程序：受理、村民代表会议评议、核实、公示、乡镇审核、县级比对和审定。登记的内容从此只能用“更正”修改，并写明理由。"),
    )  # fmt: skip


@form_view
def application_end(request: Request, pk: int) -> HttpResponse:
    """The household does not go on."""
    home = _applicant(request, pk, Permission.CASE_OPEN)
    form = ReasonForm(request.POST or None)

    def do() -> Household:
        return applications.end_application(household_id=pk, reason=form.cleaned_data["reason"], by=request.actor)

    return _step(request, home, form, do, heading=_("不再申请"), submit=_("不再申请"))


def _applicant(request: Request, pk: int, needs: Permission = Permission.HOUSEHOLD_VIEW) -> Household:
    """The applicant within the scope; 404 for any other household."""
    request.actor.require(needs)
    home: Household | None = Household.objects.within(request.actor.scope).filter(pk=pk, status__in=APPLICANT).first()
    if home is None:
        raise Http404
    return home


def _person(request: Request, pk: int) -> Person:
    request.actor.require(Permission.CASE_OPEN)
    found: Person | None = Person.objects.within(request.actor.scope).filter(pk=pk, left_on__isnull=True).first()
    if found is None:
        raise Http404
    return found


def _hub(pk: int) -> str:
    return reverse("registry:application", args=[pk])


def _crumbs(home: Household) -> list[tuple[str, str]]:
    return [(_("申请户"), reverse("registry:application_list")), (home.head_name, _hub(home.pk))]


def _step(request: Request, home: Household, form: Form, do: Callable[[], Any], **more: Any) -> HttpResponse:
    """One page of the application of a household, which leads back to what is still missing."""
    note_reading(page="registry.application", household_id=home.pk, division=home.division)
    more = {"lead": home.head_name, "submit": _("保存"), **more}
    return _answer(
        request, form, do, back=_hub(home.pk), goes_to=lambda _made: _hub(home.pk), crumbs=_crumbs(home), **more
    )


def _answer(
    request: Request, form: Form, do: Callable[[], Any], *, goes_to: Callable[[Any], str], done: str = "", **page: Any
) -> HttpResponse:
    """Show the form, or carry the act out and go on; whatever was typed stays when the act is refused."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = do()
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, done or _("已保存"))
                return redirect(request.path if "another" in request.POST else goes_to(made))
    page = {"lead": "", "crumbs": [], "note": "", "another": "", **page}
    return render(request, "registry/application_form.html", {"form": form, **page}, status=status)
