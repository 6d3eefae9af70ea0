"""Appeals: against which decision one is, and what becomes of the decision when it is upheld."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope
from zerentian.procedures import services as procedures
from zerentian.procedures.models import Case
from zerentian.procedures.rules.appeals import AGAINST, decision_against
from zerentian.procedures.rules.plugs import CaseSummary, Verdict, carries, conditions
from zerentian.registry.models import Household
from zerentian.registry.services import area_procedures, monitoring, status

# (procedure, result) → the procedure in which it is decided anew, where that isn't the same one.
_ANEW = {("household.identification", "identified"): "household.removal", ("household.exit", "exited"): ""}


@conditions("appeal.names_a_decision")
def names_a_decision(*, cases: Sequence[CaseSummary], parameters: Mapping[str, Any], on: date) -> dict[int, Verdict]:
    """The case that it is against is closed and about the same subject."""
    text = "没有写明申诉的案件，或它还没有办结；请从已办结的案件页面提出申诉"
    reasons = (Reason(text, "申诉的案件"),)
    return {case.id: Verdict(True) if _against(case) else Verdict(False, reasons) for case in cases}


@carries("appeal.upheld")
def upheld(*, cases: Sequence[CaseSummary], on: date, by: Actor) -> None:
    """The decision is set aside on the register, and its procedure begins anew."""
    for case in cases:
        found = _against(case)
        if found is None:
            raise Refused(Reason("没有写明申诉的案件", "申诉的案件"))
        outcome = (found.kind, found.result)
        if undo := _UNDONE.get(outcome):
            undo(found)
        if kind := _ANEW.get(outcome, found.kind):
            ground = f"申诉成立（案件 {case.id}），原案件 {found.pk}"
            platform = system("申诉重办", Scope.of([case.division]))
            procedures.open_case(
                kind=kind, subject_id=case.subject_id, by=platform, on=on, ground=ground, data={AGAINST: found.pk}
            )


def _against(case: CaseSummary) -> Case | None:
    """The closed case of the same subject that an appeal names."""
    number = decision_against(case.data)
    if number is None:
        return None
    rows = Case.objects.filter(pk=number, state=Case.State.CLOSED, subject_kind=case.subject_kind)
    found: Case | None = rows.filter(subject_id=case.subject_id).first()
    return found


def _of_household(change: Callable[[Sequence[Household]], None]) -> Callable[[Case], None]:
    def undo(found: Case) -> None:
        change(list(Household.objects.select_for_update().filter(pk=found.subject_id)))

    return undo


# (procedure, result) → what sets the decision aside on the register; the others changed nothing there.
_UNDONE: Mapping[tuple[str, str], Callable[[Case], None]] = {
    ("household.exit", "exited"): _of_household(status.reinstate),
    ("household.removal", "removed"): _of_household(status.put_back),
    ("household.return", "returned"): _of_household(status.take_return_back),
    ("household.monitoring", "monitored"): _of_household(monitoring.end_watching),
    ("household.risk_removal", "removed"): _of_household(monitoring.watch_again),
    ("village.exit", "exited"): lambda found: area_procedures.put_back_village(found.division, found.closed_on),
    ("county.exit", "exited"): lambda found: area_procedures.put_back_county(found.division, found.closed_on),
}
