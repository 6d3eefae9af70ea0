"""Corrections, one short form each; whatever was typed stays when the act is refused or somebody was first."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.organisations.models import Grid
from zerentian.registry import services
from zerentian.registry.forms.corrections import (
    HOUSEHOLD_PARTS,
    INCOME_KEYS,
    INCOMES_PART,
    PERSON_PARTS,
    SHEETS,
    UNCHANGED,
    VILLAGE_PARTS,
    ConfirmForm,
    CorrectionForm,
    PaperForm,
)
from zerentian.registry.models import Household, HouseholdIncome, Person, RollingIncome, Village
from zerentian.registry.rules.standards import DECIDED
from zerentian.registry.services.confirming import last_confirmed, of_part
from zerentian.registry.services.standing import window_of
from zerentian.registry.views.changes import steps_to
from zerentian.registry.views.words import crumbs

form_view = require_http_methods(["GET", "HEAD", "POST"])
Act = Callable[..., Any]


def _mine(request: Request, model: Any, needs: Permission, **where: Any) -> Any:
    """The row, if the actor may change it; 404 when it is not in the scope."""
    request.actor.require(needs)
    found = model.objects.within(request.actor.scope).filter(**where).first()
    if found is None:
        raise Http404
    return found


def _part(parts: dict[str, tuple[Any, tuple[str, ...]]], name: str) -> tuple[str, tuple[str, ...]]:
    if name not in parts:
        raise Http404
    title, keys = parts[name]
    return str(title), keys


def _correct(
    request: Request,
    *,
    row: models.Model,
    sheet: str,
    keys: Sequence[str],
    heading: str,
    lead: str,
    back: str,
    do: Act,
    path: list[tuple[str, str]],
    choices: dict[str, list[tuple[str, str]]] | None = None,
    confirmed: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or carry the act out and go back; `confirmed` is when the part was last made sure of."""
    how: dict[str, Any] = {"sheet": SHEETS[sheet], "keys": keys, "row": row, "choices": choices}
    form = CorrectionForm(request.POST or None, **how, initial={"version": services.version_of(row)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changes = form.changes()
                if not changes:
                    raise Refused("没有改动任何内容")
                made = do(
                    version=form.cleaned_data["version"],
                    changes=changes,
                    reason=form.cleaned_data["reason"],
                    by=request.actor,
                )
            except Outrun as outrun:
                status = 409
                form = _again(request, how, outrun)
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _said(form, changes, made))
                return redirect(back)
    context = {"form": form, "heading": heading, "lead": lead, "back": back, "crumbs": path, **(confirmed or {})}
    return render(request, "registry/correction.html", context, status=status)


def _said(form: CorrectionForm, changes: dict[str, Any], made: Any) -> str:
    """What was corrected, by name; of an income what it makes altogether."""
    if isinstance(made, HouseholdIncome):
        return _income_said(made)
    return _("已更正：%(fields)s") % {"fields": "、".join(str(form.fields[key].label) for key in changes)}


def _income_said(made: HouseholdIncome) -> str:
    words = {"year": made.year, "net": f"{made.net:,.2f}", "head": f"{made.per_capita:,.2f}", "n": made.size}
    return _("已登记 %(year)s 年收入：纯收入 %(net)s 元，%(n)s 人，人均 %(head)s 元") % words


def _again(request: Request, how: dict[str, Any], outrun: Outrun) -> CorrectionForm:
    """The form as typed, on top of the row as it stands now: saving once more is a decision, not an accident."""
    fresh = how["row"]
    fresh.refresh_from_db()
    data = request.POST.copy()
    data["version"] = services.version_of(fresh)
    form = CorrectionForm(data, **how)
    form.is_valid()
    refuse_into(form, outrun)
    now = [
        f"{form.fields[key].label}：{form.initial.get(key)}"
        for key in form.changes()
        if form.initial.get(key) not in (None, "")
    ]
    if now:
        form.add_error(None, _("现值：%(values)s") % {"values": "；".join(now)})
    return form


def _confirmed(home: Household, part: str, person_id: int | None) -> dict[str, Any]:
    """What the page says of the last time, and where its button leads."""
    name, pk = ("registry:person_confirm", person_id) if person_id else ("registry:part_confirm", home.pk)
    return {
        "confirmed": of_part(last_confirmed(home), part, person_id),
        "confirm_choices": UNCHANGED,
        "confirm_url": reverse(name, args=[pk, part]),
    }


@form_view
def household_change(request: Request, pk: int, part: str) -> HttpResponse:
    """Correct one part of a household's file."""
    row: Household = _mine(request, Household, Permission.HOUSEHOLD_CHANGE, pk=pk)
    title, keys = _part(HOUSEHOLD_PARTS, part)
    keys = tuple(key for key in keys if key not in DECIDED)
    note_reading(page="registry.household.change", household_id=pk, division=row.division)
    grids = [
        (name, name)
        for name in Grid.objects.filter(division=row.division).order_by("name").values_list("name", flat=True)
    ]

    def do(**data: Any) -> Any:
        return services.correct_household(household_id=pk, part=part, **data)

    return _correct(
        request, row=row, sheet="household", keys=keys, heading=_("更正：%(part)s") % {"part": title}, lead=row.head_name,
        back=reverse("registry:household", args=[pk]), do=do, choices={"grid": grids} if part == "help" else None,
        confirmed=_confirmed(row, part, None), path=steps_to(row, title),
    )  # fmt: skip


@form_view
def person_change(request: Request, pk: int, part: str) -> HttpResponse:
    """Correct one part of a person's record."""
    row: Person = _mine(request, Person, Permission.HOUSEHOLD_CHANGE, pk=pk)
    title, keys = _part(PERSON_PARTS, part)
    note_reading(page="registry.person.change", household_id=row.household_id, person_id=pk, division=row.division)

    def do(**data: Any) -> Any:
        return services.correct_person(person_id=pk, part=part, **data)

    return _correct(
        request, row=row, sheet="person", keys=keys, heading=_("更正：%(part)s") % {"part": title}, lead=row.name,
        back=reverse("registry:household", args=[row.household_id]), do=do,
        confirmed=_confirmed(row.household, part, row.pk), path=steps_to(row.household, f"{row.name} {title}"),
    )  # fmt: skip


@form_view
def income_change(request: Request, pk: int) -> HttpResponse:
    """Correct the income of a year; the totals are computed."""
    row: HouseholdIncome = _mine(request, HouseholdIncome, Permission.HOUSEHOLD_CHANGE, pk=pk)
    note_reading(page="registry.income.change", household_id=row.household_id, division=row.division)

    def do(**data: Any) -> Any:
        return services.correct_income(income_id=pk, **data)

    return _correct(
        request, row=row, sheet="income", keys=INCOME_KEYS, heading=_("更正收入"), lead=str(row.year),
        back=reverse("registry:household", args=[row.household_id]), do=do,
        path=steps_to(row.household, _("更正收入")),
    )  # fmt: skip


@form_view
def income_new(request: Request, pk: int) -> HttpResponse:
    """Record the income of a year that has none."""
    home: Household = _mine(request, Household, Permission.HOUSEHOLD_CHANGE, pk=pk)
    year = timezone.localdate().year - 1
    initial = {"year": year, "period_from": f"{year}-01-01", "period_to": f"{year}-12-31", "size": home.size}
    form = CorrectionForm(request.POST or None, sheet=SHEETS["income"], keys=("year", *INCOME_KEYS), initial=initial)
    back = reverse("registry:household", args=[pk])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.record_income(
                    household_id=pk, changes=form.changes(), reason=form.cleaned_data["reason"], by=request.actor
                )
            except Refused as refused:
                refuse_into(form, refused)
            else:
                messages.success(request, _income_said(made))
                return redirect(back)
    path = steps_to(home, _("登记收入"))
    context = {"form": form, "heading": _("登记收入"), "lead": home.head_name, "back": back, "crumbs": path}
    return render(request, "registry/correction.html", context, status=status)


@form_view
def income_rolling(request: Request, pk: int) -> HttpResponse:
    """Record the income of the twelve months before this one, by which a household at the edge is looked at."""
    home: Household = _mine(request, Household, Permission.HOUSEHOLD_CHANGE, pk=pk)
    since, until = window_of(home.division, timezone.localdate())
    known = RollingIncome.objects.filter(household=home, period_to=until).first()
    initial = None if known else {"size": home.size}
    form = CorrectionForm(
        request.POST or None, sheet=SHEETS["income"], keys=INCOME_KEYS[2:], row=known, initial=initial
    )
    back, status = reverse("registry:household", args=[pk]), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.record_rolling_income(
                    household_id=pk, changes=form.changes(), reason=form.cleaned_data["reason"], by=request.actor
                )
            except Refused as refused:
                refuse_into(form, refused)
            else:
                words = {"net": f"{made.net:,.2f}", "head": f"{made.per_capita:,.2f}", "n": made.size}
                messages.success(request, _("已登记滚动收入：纯收入 %(net)s 元，%(n)s 人，人均 %(head)s 元") % words)
                return redirect(back)
    title = _("登记近十二个月的收入")
    lead = f"{home.head_name} · {since:%Y-%m-%d} – {until:%Y-%m-%d}"
    context = {"form": form, "heading": title, "lead": lead, "back": back, "crumbs": steps_to(home, title)}
    return render(request, "registry/correction.html", context, status=status)


@require_POST
def household_confirm(request: Request, pk: int) -> HttpResponse:
    """Say that the file was checked and is right."""
    _mine(request, Household, Permission.HOUSEHOLD_CHANGE, pk=pk)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        services.confirm_household(household_id=pk, how=form.cleaned_data["how"], by=request.actor)
        messages.success(request, _("已记为核实无误"))
    return redirect("registry:household", pk)


@require_POST
def part_confirm(request: Request, pk: int, part: str) -> HttpResponse:
    """One click: this part of the file was checked, nothing changed."""
    _mine(request, Household, Permission.HOUSEHOLD_CHANGE, pk=pk)
    parts = {**HOUSEHOLD_PARTS, INCOMES_PART: (_("收入"), ())}
    title, _keys = _part(parts, part)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        services.confirm_part(
            household_id=pk, part=part, how=form.cleaned_data["how"], among=list(parts), by=request.actor
        )
        messages.success(request, _("已记为核实无变化：%(part)s") % {"part": title})
    return redirect(f"{reverse('registry:household', args=[pk])}#{part if part == INCOMES_PART else f'part-{part}'}")


@require_POST
def person_confirm(request: Request, pk: int, part: str) -> HttpResponse:
    """One click: this part of a member's record was checked, nothing changed."""
    row: Person = _mine(request, Person, Permission.HOUSEHOLD_CHANGE, pk=pk)
    title, _keys = _part(PERSON_PARTS, part)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        services.confirm_person(person_id=pk, part=part, how=form.cleaned_data["how"], by=request.actor)
        messages.success(request, _("已记为核实无变化：%(part)s") % {"part": f"{row.name} {title}"})
    return redirect(f"{reverse('registry:household', args=[row.household_id])}#members")


@form_view
def paper_new(request: Request, pk: int) -> HttpResponse:
    """Add a photo or paper to the household's file."""
    home: Household = _mine(request, Household, Permission.HOUSEHOLD_CHANGE, pk=pk)
    posted = request.method == "POST"
    form = PaperForm(request.POST if posted else None, request.FILES if posted else None)
    back = f"{reverse('registry:household', args=[pk])}#papers"
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            try:
                data = form.cleaned_data
                made = services.attach_paper(
                    household_id=pk, kind=data["kind"], source=data["file"], name=data["file"].name,
                    note=data["note"], by=request.actor,
                )  # fmt: skip
            except Refused as refused:
                refuse_into(form, refused)
            else:
                said = {"kind": made.get_kind_display(), "name": made.name}
                messages.success(request, _("已上传%(kind)s：%(name)s") % said)
                return redirect(back)
    context = {
        "form": form, "heading": _("上传照片和材料"), "lead": home.head_name, "back": back, "submit": _("上传"), "quiet": False,
        "crumbs": steps_to(home, _("上传照片和材料")),
    }  # fmt: skip
    return render(request, "registry/change_form.html", context, status=status)


@form_view
def village_change(request: Request, code: int, year: int, part: str) -> HttpResponse:
    """Correct one part of a village form."""
    row: Village = _mine(request, Village, Permission.VILLAGE_CHANGE, division=code, year=year)
    title, keys = _part(VILLAGE_PARTS, part)

    def do(**data: Any) -> Any:
        return services.correct_village(village_id=row.pk, **data)

    return _correct(
        request, row=row, sheet="village", keys=keys, heading=_("更正：%(part)s") % {"part": title}, lead=str(year),
        back=reverse("registry:village", args=[code]), do=do, path=crumbs(code, title),
    )  # fmt: skip
