"""Applicants as they stand: what an application lacks, the case it is in, and why one was refused."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Scope
from zerentian.procedures.models import Case, StepRecord
from zerentian.procedures.rules.flow import LIVE
from zerentian.registry.models import APPLICANT, Household, HouseholdIncome, Person
from zerentian.registry.rules.applications import Applicant, missing

PROCEDURE = "household.identification"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an applicant was not identified, for the village to tell him."""

    on: date
    case_id: int
    reason: str


def live_case(home: Household) -> Case | None:
    """The identification that has the applicant in hand."""
    return _cases(home).filter(state__in=LIVE).first()


def refusal(home: Household) -> Refusal | None:
    """The last decision against the applicant; None where nobody decided."""
    case = _cases(home).filter(state=Case.State.CLOSED, result="refused").order_by("-id").first()
    if case is None or case.closed_on is None:
        return None
    last = StepRecord.objects.filter(case=case, state=Case.State.CLOSED).order_by("-turn").first()
    return Refusal(case.closed_on, case.pk, last.reason if last else "")


def lacks(home: Household, on: date) -> dict[str, list[Reason]]:
    """Task of the application → what is still missing."""
    year = HouseholdIncome.objects.filter(household=home).order_by("-year").values_list("year", flat=True).first()
    members = Person.objects.filter(household=home, left_on__isnull=True, health="").order_by("id")
    return missing(
        Applicant(
            cause=home.cause,
            house_grade=home.house_grade,
            water_safe=home.water_safe,
            food=home.food_secured,
            clothing=home.clothing_secured,
            income_year=year,
            this_year=on.year,
            members_without_health=[person.name for person in members],
        )
    )


def applicants(scope: Scope) -> list[tuple[Household, Case | None]]:
    """The applicants of the scope, the newest first, each with its last identification."""
    rows = list(Household.objects.within(scope).filter(status__in=APPLICANT).order_by("-id")[:MOST])
    cases = Case.objects.filter(kind=PROCEDURE, subject_kind="household", subject_id__in=[row.pk for row in rows])
    last = {case.subject_id: case for case in cases.select_related("definition").order_by("id")}
    return [(row, last.get(row.pk)) for row in rows]


MOST = 200  # applicants on the page, the newest


def _cases(home: Household) -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.filter(kind=PROCEDURE, subject_kind="household", subject_id=home.pk)
    return rows
