"""The one way in which a case moves: a guarded update and its record, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import guarded_update
from zerentian.kernel.effects import announce, registered
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Case, StepRecord
from zerentian.procedures.rules.definition import OutcomeEntry, Procedure, StepEntry
from zerentian.procedures.rules.flow import Hand, Move
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.days import last_day


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a decision."""

    form: Mapping[str, Any] = field(default_factory=dict)
    vote: dict[str, int] | None = None
    reason: str = ""
    meeting: str = ""


def located(case_id: int, by: Actor, turn: int | None = None) -> Case:
    """The case; 404 outside the scope, Outrun when it has moved since the actor saw it."""
    found = queries.case(by.scope, case_id)
    if found is None:
        raise Http404
    if turn is not None and found.turn != turn:
        raise _outrun(found)
    return found


def day_of(on: date | None, case: Case | None = None) -> date:
    """The day that something is done: today, or an earlier one that records are brought in for."""
    today = timezone.localdate()
    day = on or today
    if day > today or (case is not None and day < case.step_since):
        raise Refused(Reason("应在上一步之后、今天之前", "办理日期"))
    return day


def require(moves: Sequence[Move], act: str, what: str = "") -> Move:
    """The move, if it may be done; Refused with everything that is missing."""
    found = next((move for move in moves if (move.act, move.what) == (act, what)), None)
    if found is None:
        raise Refused("这件案件现在不能这样办理，请刷新后再看")
    if found.why_not:
        raise Refused(*(queries.why_reason(why) for why in found.why_not))
    return found


def due(step: StepEntry, division: int, on: date) -> date | None:
    """The last day for a step that begins on the day."""
    if step.limit is None:
        return None
    days = step.limit.days or int(rulebook.parameter(step.limit.parameter, division, on))
    return last_day(on, days, working=step.limit.working, calendar=rulebook.calendar())


def at_step(step: StepEntry, division: int, on: date) -> dict[str, Any]:
    """The columns of a case that comes to a step."""
    return {
        "step": step.id, "waits_level": int(step.by.at), "step_since": on, "due_on": due(step, division, on),
        "escalated_on": None, "came_back": False, "state": Case.State.OPEN, "held": None,
    }  # fmt: skip


def record(case: Case, what: str, *, by: Actor, on: date, changes: Mapping[str, Any], **noted: Any) -> None:
    """Move the case by one turn and write what happened; Outrun when somebody else was first."""
    rows = Case.objects.within(by.scope).filter(pk=case.pk, turn=case.turn, step=case.step, state=case.state)
    came_from = case.step
    try:
        guarded_update(rows, turn=case.turn + 1, **changes)
    except Outrun:
        raise _outrun(case) from None
    case.turn += 1
    for name, value in changes.items():
        setattr(case, name, value)
    StepRecord.objects.create(
        case=case, division=case.division, turn=case.turn, what=what, step=came_from, state=case.state,
        user_id=by.user_id, who=queries.who(by), role=by.role, on=on, **noted,
    )  # fmt: skip


def lent(hand: Hand | None) -> dict[str, Any]:
    """For whom somebody decided, where it was delegated to him."""
    return {"for_user": hand.for_user, "for_who": hand.for_who} if hand and hand.for_user else {}


def carry_out(
    case: Case, step: StepEntry, outcome: OutcomeEntry, given: Given, *, by: Actor, on: date, what: str = "decided",
    **noted: Any,
) -> None:  # fmt: skip
    """Do what an outcome says: the next step or the end, and its effect in the same transaction."""
    if outcome.effect and outcome.effect not in registered():
        name = queries.name_of("effects", outcome.effect)
        raise Refused(Reason(f"还没有程序能够办理“{name}”，请联系系统管理员"))
    procedure = queries.definition(case.definition_id)
    told = queries.summary(case, outcome.id)
    changes: dict[str, Any] = {"data": {**case.data, **given.form}}
    changes |= _onward(procedure, outcome, case.division, on)
    record(
        case, what, by=by, on=on, changes=changes, outcome=outcome.id, to_step=outcome.to, form=dict(given.form),
        vote=given.vote, reason=given.reason.strip(), meeting=given.meeting[:120], **noted,
    )  # fmt: skip
    if outcome.effect:
        announce(outcome.effect, case=told, on=on, by=by)
    tell(case, outcome.id, by=by, on=on)


def tell(case: Case, outcome: str, *, by: Actor, on: date) -> None:
    """Let whoever listens know that a case moved, and where it ended."""
    told = queries.summary(case, outcome)
    announce("case.moved", case=told, outcome=outcome, by=by, on=on)
    if case.closed_on is not None:
        announce("case.closed", case=told, result=case.result, by=by, on=on)
    announce("records.changed", division=case.division, by=by)


def _onward(procedure: Procedure, outcome: OutcomeEntry, division: int, on: date) -> dict[str, Any]:
    if outcome.ends:
        return {"state": Case.State.CLOSED, "result": outcome.ends, "closed_on": on, "held": None}
    return at_step(procedure.at(outcome.to), division, on)


def _outrun(case: Case) -> Outrun:
    last = StepRecord.objects.filter(case_id=case.pk).order_by("-turn").first()
    if last is None:
        return Outrun("这件案件刚被别人办理，请刷新后再看")
    return Outrun(f"{last.who} 刚刚办理了这件案件（{last.get_what_display()}），请刷新后再看")
