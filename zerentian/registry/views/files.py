"""The file of one household: head, members, incomes, dwelling, help, history; in full with a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zerentian.kernel.effects import announce
from zerentian.kernel.forms import refuse_into
from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.kernel.queries import history_of
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level
from zerentian.kernel.services import reveal_all
from zerentian.registry import queries
from zerentian.registry.forms.corrections import (
    HOUSEHOLD_PARTS,
    INCOMES_PART,
    PERSON_PARTS,
    UNCHANGED,
    ConfirmForm,
    RevealForm,
)
from zerentian.registry.forms.search import PROBLEMS
from zerentian.registry.models import (
    APPLICANT,
    Household,
    HouseholdIncome,
    HouseholdPaper,
    Kinship,
    Person,
    RollingIncome,
)
from zerentian.registry.queries import HouseholdFile
from zerentian.registry.rules.columns import HOUSEHOLDS, INCOMES, PERSONS
from zerentian.registry.rules.income import SOURCES
from zerentian.registry.services.confirming import last_confirmed, of_part
from zerentian.registry.views.about import procedures_about
from zerentian.registry.views.changes import changes_of
from zerentian.registry.views.quality import of_household
from zerentian.registry.views.words import crumbs, facts, personal_keys, word, words_of
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

PAGE = "registry.household"
_STATE = (
    "status", "identified_on", "exited_on", "returned_on", "removed_on", "confirmed_on", "confirmed_by", "confirmed_how",
)  # fmt: skip


def fetch(request: Request, pk: int) -> HouseholdFile:
    """The file, if it is in the scope; 404 otherwise."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    found = queries.household_file(pk, request.actor.scope, timezone.localdate())
    if found is None:
        raise Http404
    return found


@require_GET
def household(request: Request, pk: int) -> HttpResponse:
    """One household, personal numbers masked."""
    found = fetch(request, pk)
    row = found.household
    note_reading(page=PAGE, household_id=pk, division=row.division, rows=1 + len(found.present) + len(found.gone))
    inside = row.division in request.actor.scope
    said, beside = shown(found), queries.held_beside(pk)
    confirmed = last_confirmed(row, asked="confirmations" in beside)
    context = {
        **said,
        "sections": [(name, title, items, of_part(confirmed, name)) for name, title, items in said["sections"]],
        "incomes_confirmed": of_part(confirmed, INCOMES_PART),
        "can_change": inside and request.actor.may(Permission.HOUSEHOLD_CHANGE),
        "can_reveal": request.actor.may(Permission.PERSONAL_REVEAL),
        "confirm_form": ConfirmForm(),
        "confirm_choices": UNCHANGED,
        "rolling": RollingIncome.objects.filter(household=row).order_by("-period_to")[:3]
        if "rolling" in beside
        else (),
        "papers": HouseholdPaper.objects.filter(household=row).order_by("-pk") if "papers" in beside else (),
        "changes": changes_of(row, may=request.actor.may(Permission.HOUSEHOLD_CHANGE)) if "changes" in beside else [],
        "is_applicant": row.status in APPLICANT,
        "who": f"{request.actor.name} {request.actor.post_title}".strip(),
        "now": timezone.now(),
        "lacks": [str(dict(PROBLEMS)[name]) for name in queries.lacks(found, timezone.localdate())],
        **_cases(request, row),
        "kinships": Kinship.objects.filter(household=row).order_by("-pk") if "kinships" in beside else (),
        "can_see_kin": request.actor.may(Permission.CASE_VIEW),
        "can_declare": inside and request.actor.may(Permission.CASE_DECIDE),
        "findings": of_household(request, row),
        "panels": [panel for panel in announce("registry.household.panels", household=row, by=request.actor) if panel],
    }
    return render(request, "registry/household.html", context)


def shown(found: HouseholdFile, *, in_full: bool = False) -> dict[str, Any]:
    """What the templates of a household need."""
    row = found.household
    parts = {name: (title, keys) for name, (title, keys) in HOUSEHOLD_PARTS.items()}
    return {
        "household": row,
        "place": territory.full_name(row.division, above=Level.COUNTY),
        "crumbs": crumbs(row.division, row.head_name),
        "status": word(HOUSEHOLDS.column("status"), row.status),
        "state": facts(HOUSEHOLDS, row, _STATE),
        "sections": [
            (name, title, facts(HOUSEHOLDS, row, keys, in_full=in_full)) for name, (title, keys) in parts.items()
        ],
        "members": [member(p, in_full=in_full) for p in found.present],
        "gone": [member(p, in_full=in_full) for p in found.gone],
        "incomes": [_income(i) for i in found.incomes],
        "grid": found.grid,
        "keeper": found.keeper,
        "in_full": in_full,
    }


# What the table of members says of each.
_SAID = ("relation", "sex", "birth_on", "education", "school_status", "health", "labour", "left_on", "leave_kind")


def member(person: Person, *, in_full: bool = False) -> dict[str, Any]:
    """A person as the table of members shows it, with the short pages of his record."""
    says = {key: word(PERSONS.column(key), getattr(person, key)) for key in _SAID}
    number = PERSONS.column("id_number")
    return {
        "person": person,
        "says": says,
        "id": word(number, person.id_number, in_full=True) if in_full else person.id_mask or "—",
        "insured": person.has_resident_medical or person.has_employee_medical,
        "parts": [(name, title) for name, (title, _keys) in PERSON_PARTS.items()],
    }


def _income(row: HouseholdIncome) -> dict[str, Any]:
    keys = [*SOURCES, "production_cost"]
    given = [key for key in keys if getattr(row, key)]
    return {"income": row, "parts": facts(INCOMES, row, given), "line": _line(row)}


def _line(row: HouseholdIncome) -> tuple[Decimal, bool] | None:
    """The poverty line of the year that the income is of, and whether the income per head reaches it."""
    line = rulebook.parameters("poverty", row.division, date(row.year, 12, 31)).get("line")
    return (Decimal(line), row.per_capita >= line) if isinstance(line, int | Decimal) else None


def _cases(request: Request, row: Household) -> dict[str, Any]:
    """The cases about the household; an applicant's is begun on the page of the application."""
    found = procedures_about(request, "household", row.pk, row.division)
    return {**found, "openable": []} if row.status in APPLICANT else found


@require_GET
def household_history(request: Request, pk: int) -> HttpResponse:
    """Every version of the household, its members and its incomes, with who and why."""
    found = fetch(request, pk)
    row = found.household
    note_reading(page=f"{PAGE}.history", household_id=pk, division=row.division)
    people = [*found.present, *found.gone]
    tables = [
        (_("户"), history_of(Household, pk, words=words_of(HOUSEHOLDS))),
        *((p.name, history_of(Person, p.pk, words=words_of(PERSONS))) for p in people),
        *((_("%(year)s 年收入") % {"year": i.year}, history_of(HouseholdIncome, i.pk)) for i in found.incomes),
    ]
    context = {"household": row, "tables": tables, "crumbs": crumbs(row.division, row.head_name)}
    return render(request, "registry/household_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def household_reveal(request: Request, pk: int) -> HttpResponse:
    """The file with every number in full, after a reason; recorded as an act and as readings."""
    found = fetch(request, pk)
    request.actor.require(Permission.PERSONAL_REVEAL)
    form = RevealForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _reveal(request, found, form.cleaned_data["reason"])
            except Refused as refused:
                refuse_into(form, refused)
            else:
                return render(request, "registry/household_full.html", shown(found, in_full=True))
    context = {
        "form": form,
        "household": found.household,
        "crumbs": crumbs(found.household.division, found.household.head_name),
    }
    return render(request, "registry/household_reveal.html", context, status=status)


def _reveal(request: Request, found: HouseholdFile, reason: str) -> None:
    rows = [(row, personal_keys(type(row))) for row in (found.household, *found.present, *found.gone)]
    reveal_all(rows=rows, page=PAGE, reason=reason, by=request.actor)
