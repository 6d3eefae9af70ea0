"""What the register answers to procedures: whom a case is about, whether a condition holds, what a decision changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from zerentian.accounts.models import User
from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope
from zerentian.procedures.rules.plugs import CaseSummary, SubjectFacts, Verdict, condition, relation, subject
from zerentian.registry.models import Household, Person
from zerentian.registry.rules import standards
from zerentian.registry.services import status
from zerentian.registry.services.standing import bar_of, living_of


@subject("household")
def household_of(*, subject_id: int, scope: Scope) -> SubjectFacts | None:
    """The household within the scope; what a notice may say of it is its head, group and size."""
    home = Household.objects.within(scope).filter(pk=subject_id).first()
    if home is None:
        return None
    line = {"name": home.head_name, "group": home.natural_village, "size": home.size}
    return SubjectFacts(home.head_name, home.division, reverse("registry:household", args=[home.pk]), line)


@relation
def related(*, subject_kind: str, subject_ids: Sequence[int], user_id: int, who: str) -> dict[int, list[str]]:
    """A decider who bears the name of a member may be that member: another person must look."""
    if subject_kind != "household":
        return {}
    name = User.objects.filter(pk=user_id).values_list("name", flat=True).first()
    members = Person.objects.filter(household__in=subject_ids, left_on__isnull=True, name=name or "\0")
    sentence = f"{who}与该户成员{name}同名，可能是本人或家人"
    return {home: [sentence] for home in set(members.values_list("household_id", flat=True))}


@condition("household.registered")
def is_registered(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """The household stands on the register as poor."""
    if _home(case).status in standards.STANDING_POOR:
        return Verdict(True)
    return _verdict([Reason("该户不是在册贫困户", "脱贫状态", standards.EXIT_GROUND)])


@condition("household.not_registered")
def is_not_registered(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """The household does not stand on the register, and none of its members stands in another household."""
    if _home(case).status in standards.STANDING_POOR | standards.STANDING_EXITED:
        return _verdict([Reason("该户已经在册；返贫请办理返贫", "脱贫状态", standards.ENTRY_GROUND)])
    return Verdict(True)


@condition("household.has_left")
def has_left(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """The household has left poverty, so that it can fall back."""
    if _home(case).status in standards.STANDING_EXITED:
        return Verdict(True)
    return _verdict([Reason("只有已脱贫的户才能登记返贫", "脱贫状态", standards.ENTRY_GROUND)])


@condition("household.below_line")
def is_poor(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """Income below the line of its year, or a guarantee known to be lacking."""
    home = _home(case)
    living = living_of(home, on)
    bar = bar_of(home.division, "poverty.line", living.year, on)
    judge = standards.may_return if home.status in standards.STANDING_EXITED else standards.may_be_identified
    return _verdict(judge(living, bar, on))


@condition("household.exit_standard")
def meets_exit_standard(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """Income above the exit line of its year and every guarantee met."""
    home = _home(case)
    living = living_of(home, on)
    return _verdict(standards.may_exit(living, bar_of(home.division, "exit.household.line", living.year, on), on))


@condition("household.comparison_clear")
def comparison_is_clear(*, case: CaseSummary, parameters: Mapping[str, Any], on: date) -> Verdict:
    """Every member could be compared: each has a valid number of a document."""
    unknown = Person.objects.filter(household_id=case.subject_id, left_on__isnull=True, id_valid=False)
    reasons = [Reason(f"{p.name} 没有有效的证件号码，不能比对", "数据比对", standards.ENTRY_GROUND) for p in unknown]
    return _verdict(reasons)


@effect("household.identified")
def identified(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The household stands on the register as poor."""
    status.identify(_locked(case), on=on)


@effect("household.refused")
def refused(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The register stays as it is; the reason is in the case, which the applicant is told of."""


@effect("household.pre_exit")
def marked(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The household is marked for exit."""
    status.mark_for_exit(_locked(case))


@effect("household.pre_exit_ended")
def unmarked(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The mark is taken back; the household is poor, or returned, as before."""
    status.take_mark_back(_locked(case))


@effect("household.exited")
def exited(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The household has left poverty; policies continue."""
    status.exit_poverty(_locked(case), on=on)


@effect("household.returned")
def returned(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The household has fallen back into poverty."""
    status.return_to_poverty(_locked(case), on=on)


@effect("household.removed")
def removed(*, case: CaseSummary, on: date, by: Actor) -> None:
    """The household was registered in error; its file stays, marked as removed."""
    status.remove_in_error(_locked(case), on=on)


def _verdict(reasons: list[Reason]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))


def _home(case: CaseSummary) -> Household:
    return _found(Household.objects.filter(pk=case.subject_id).first())


def _locked(case: CaseSummary) -> Household:
    return _found(Household.objects.select_for_update().filter(pk=case.subject_id).first())


def _found(home: Household | None) -> Household:
    if home is None:
        raise Refused("没有这一户，或它不在您的管辖范围内")
    return home
