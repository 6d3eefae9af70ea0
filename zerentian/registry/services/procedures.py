"""What the register answers to procedures: whom a case is about, whether a condition holds, what a decision changes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import announce
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope
from zerentian.procedures.rules.plugs import CaseSummary, SubjectFacts, Verdict, carries, conditions, subjects
from zerentian.registry.models import Household, Person
from zerentian.registry.rules import standards
from zerentian.registry.services import status
from zerentian.registry.services.standing import bar_of, livings_of

# What procedures are told and ask of households: the sealed columns stay closed.
_TOLD = ("head_name", "division", "natural_village", "size")
_JUDGED = (
    *_TOLD, "status", "identified_on", "exited_on", "returned_on", "removed_on", "food_secured", "clothing_secured", "house_grade",
    "house_repaired_on", "water_safe", "water_minutes",
)  # fmt: skip


@subjects("household")
def households_of(*, subject_ids: Sequence[int], scope: Scope) -> dict[int, SubjectFacts]:
    """The households within the scope; what a notice may say of each is its head, group and size."""
    return {
        home.pk: SubjectFacts(
            home.head_name, home.division, reverse("registry:household", args=[home.pk]),
            {"name": home.head_name, "group": home.natural_village, "size": home.size},
        )
        for home in Household.objects.within(scope).filter(pk__in=subject_ids).only(*_TOLD)
    }  # fmt: skip


Verdicts = dict[int, Verdict]


@conditions("household.registered")
def is_registered(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> Verdicts:
    """The household stands on the register as poor."""
    return _by_status(cases, lambda now: now in standards.STANDING_POOR, "该户不是在册贫困户", standards.EXIT_GROUND)


@conditions("household.not_registered")
def is_not_registered(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> Verdicts:
    """The household does not stand on the register, and none of its members stands in another household."""
    standing = standards.STANDING_POOR | standards.STANDING_EXITED
    return _by_status(cases, lambda now: now not in standing, "该户已经在册；返贫请办理返贫", standards.ENTRY_GROUND)


@conditions("household.has_left")
def has_left(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> Verdicts:
    """The household has left poverty, so that it can fall back."""
    text = "只有已脱贫的户才能登记返贫"
    return _by_status(cases, lambda now: now in standards.STANDING_EXITED, text, standards.ENTRY_GROUND)


@conditions("household.below_line")
def is_poor(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> Verdicts:
    """Income below the line of its year, or a guarantee known to be lacking."""
    return _by_standard(cases, "poverty.line", _may_enter, on)


@conditions("household.exit_standard")
def meets_exit_standard(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> Verdicts:
    """Income above the exit line of its year and every guarantee met."""
    return _by_standard(cases, "exit.household.line", standards.may_exit, on)


@conditions("household.comparison_clear")
def comparison_is_clear(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> Verdicts:
    """Every member could be compared, each having a valid number of a document, and no doubt that came up stands."""
    homes = [case.subject_id for case in cases]
    reasons: dict[int, list[Reason]] = defaultdict(list)
    for p in Person.objects.filter(household__in=homes, left_on__isnull=True, id_valid=False).order_by("id"):
        text = f"{p.name} 没有有效的证件号码，不能比对"
        reasons[p.household_id].append(Reason(text, "数据比对", standards.ENTRY_GROUND))
    for told in announce("household.doubts", households=homes, on=on):
        for home, sentences in told.items():
            reasons[home] += [Reason(text, "数据比对", standards.ENTRY_GROUND) for text in sentences]
    return {case.id: _verdict(reasons[case.subject_id]) for case in cases}


@carries("household.identified")
def identified(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The household stands on the register as poor."""
    status.identify(_locked(cases), on=on)


@carries("household.refused")
def refused(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The applicant stays outside the register; the reason is in the case, which he is told of."""
    status.refuse(_locked(cases))


@carries("household.pre_exit")
def marked(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The household is marked for exit."""
    status.mark_for_exit(_locked(cases))


@carries("household.pre_exit_ended")
def unmarked(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The mark is taken back; the household is poor, or returned, as before."""
    status.take_mark_back(_locked(cases))


@carries("household.exited")
def exited(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The household has left poverty; policies continue."""
    status.exit_poverty(_locked(cases), on=on)


@carries("household.returned")
def returned(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The household has fallen back into poverty."""
    status.return_to_poverty(_locked(cases), on=on)


@carries("household.removed")
def removed(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The household was registered in error; its file stays, marked as removed."""
    status.remove_in_error(_locked(cases), on=on)


def _by_status(cases: Sequence[CaseSummary], holds: Callable[[str], bool], text: str, ground: str) -> Verdicts:
    homes = _homes(cases)
    reasons = [Reason(text, "脱贫状态", ground)]
    return {case.id: _verdict([] if holds(homes[case.subject_id].status) else reasons) for case in cases}


def _by_standard(
    cases: Sequence[CaseSummary], line: str, judge: Callable[[standards.Living, standards.Bar, date], list[Reason]], on: date
) -> Verdicts:  # fmt: skip
    """What a standard says of each household, by the line of the year in which its income was made."""
    homes = _homes(cases)
    livings = livings_of(list(homes.values()), on)
    found = {}
    for case in cases:
        living = livings[case.subject_id]
        bar = bar_of(homes[case.subject_id].division, line, living.year, on)
        found[case.id] = _verdict(judge(living, bar, on))
    return found


def _may_enter(living: standards.Living, bar: standards.Bar, on: date) -> list[Reason]:
    """Identification, or return for a household that had left."""
    judge = standards.may_return if living.status in standards.STANDING_EXITED else standards.may_be_identified
    return judge(living, bar, on)


def _verdict(reasons: list[Reason]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))


def _homes(cases: Sequence[CaseSummary]) -> dict[int, Household]:
    return _found(cases, Household.objects.only(*_JUDGED))


def _locked(cases: Sequence[CaseSummary]) -> list[Household]:
    return list(_found(cases, Household.objects.select_for_update().only(*_JUDGED).order_by("id")).values())


def _found(cases: Sequence[CaseSummary], rows: QuerySet[Household]) -> dict[int, Household]:
    homes = {home.pk: home for home in rows.filter(pk__in=[case.subject_id for case in cases])}
    if any(case.subject_id not in homes for case in cases):
        raise Refused("没有这一户，或它不在您的管辖范围内")
    return homes
