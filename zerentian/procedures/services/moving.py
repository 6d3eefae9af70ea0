"""The one way in which a case moves: a guarded update and its record, in one transaction."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import guarded_update
from zerentian.kernel.effects import announce, registered_for
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Case, StepRecord
from zerentian.procedures.rules.definition import OutcomeEntry, Procedure, StepEntry
from zerentian.procedures.rules.flow import Hand, Move, capacity
from zerentian.procedures.rules.plugs import CaseSummary, carried_out


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a decision."""

    form: Mapping[str, Any] = field(default_factory=dict)
    vote: dict[str, int] | None = None
    reason: str = ""
    meeting: str = ""

    def noted(self) -> dict[str, Any]:
        """As the record of the decision keeps it."""
        return {
            "form": dict(self.form), "vote": self.vote, "reason": self.reason.strip(), "meeting": self.meeting[:120],
        }  # fmt: skip


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


def due(step: StepEntry, division: int, on: date, until: date | None = None) -> date | None:
    """The last day for a step that begins on the day; never after `until`, the last day of the whole case."""
    own = queries.last_day_of(step.limit, division, on) if step.limit else None
    return min((day for day in (own, until) if day is not None), default=None)


def at_step(step: StepEntry, division: int, on: date, until: date | None = None) -> dict[str, Any]:
    """The columns of a case that comes to a step; `until` is the last day of the whole case, where it has one."""
    return {
        "step": step.id, "waits_level": int(step.by.at), "step_since": on, "due_on": due(step, division, on, until),
        "escalated_on": None, "came_back": False, "state": Case.State.OPEN, "held": None,
    }  # fmt: skip


def record(case: Case, what: str, *, by: Actor, on: date, changes: Mapping[str, Any], **noted: Any) -> None:
    """Move the case by one turn and write what happened; Outrun when somebody else was first."""
    rows = Case.objects.within(by.scope).filter(pk=case.pk, turn=case.turn, step=case.step, state=case.state)
    came_from, due_on = case.step, case.due_on
    try:
        guarded_update(rows, turn=case.turn + 1, **changes)
    except Outrun:
        raise _outrun(case) from None
    case.turn += 1
    for name, value in changes.items():
        setattr(case, name, value)
    StepRecord.objects.create(
        case=case, division=case.division, turn=case.turn, what=what, step=came_from, state=case.state, due_on=due_on,
        user_id=by.user_id, who=queries.who(by), role=by.role, on=on, **noted,
    )  # fmt: skip


def lent(hand: Hand | None) -> dict[str, Any]:
    """For whom somebody decided, where it was delegated to him."""
    return {"for_user": hand.for_user, "for_who": hand.for_who} if hand and hand.for_user else {}


def entitled(step: StepEntry, hand: Hand) -> dict[str, Any]:
    """By which capacity somebody decided a step, and for whom."""
    return {"level": hand.level, "capacity": capacity(step.by, hand), **lent(hand)}


def judged_by(case: Case, on: date) -> dict[str, Any]:
    """The rates that a step is decided by, as its record keeps them; nothing where it has none."""
    found = [one.kept() for one in queries.figures(case, on)]
    return {"figures": found} if found else {}


def take_effects(decided: Sequence[tuple[Case, OutcomeEntry]], *, by: Actor, on: date) -> None:
    """Have the effects of outcomes carried out; Refused where nobody does, or by whoever does."""
    alike: dict[str, list[CaseSummary]] = defaultdict(list)
    for case, outcome in decided:
        alike[outcome.effect or ""].append(queries.summary(case, outcome.id))
    for name, told in alike.items():
        take_effect(name, told, by=by, on=on)


def take_effect(name: str, told: Sequence[CaseSummary], *, by: Actor, on: date) -> None:
    """Have one effect carried out for the cases; nothing for no name."""
    if not name:
        return
    if not registered_for(name):
        raise Refused(Reason(f"还没有程序能够办理“{queries.name_of('effects', name)}”，请联系系统管理员"))
    carried_out(name, cases=told, on=on, by=by)


def carry_out(
    case: Case, outcome: OutcomeEntry, given: Given, *, by: Actor, on: date, what: str = "decided", **noted: Any
) -> None:  # fmt: skip
    """Do what an outcome says: the next step or the end, and its effect in the same transaction."""
    told = queries.summary(case, outcome.id)
    changes: dict[str, Any] = {"data": {**case.data, **given.form}}
    changes |= _onward(queries.definition(case.definition_id), outcome, case.division, on, queries.whole_due(case))
    record(case, what, by=by, on=on, changes=changes, outcome=outcome.id, to_step=outcome.to, **given.noted(), **noted)
    take_effect(outcome.effect or "", [told], by=by, on=on)
    tell(case, outcome.id, by=by, on=on)


Moved = tuple[Case, StepEntry, OutcomeEntry, Given, dict[str, Any]]


def move_many(ready: Sequence[Moved], *, by: Actor, on: date) -> None:
    """Move locked cases whose effects have been carried out: one guarded update for each step and time limit, a record each."""
    onward = {
        _alike(case): _onward(
            queries.definition(case.definition_id), outcome, case.division, on, queries.whole_due(case)
        )
        for case, _step, outcome, _given, _lent in ready
    }
    groups: dict[tuple[int, str, date | None], list[Moved]] = defaultdict(list)
    for one in ready:
        case = one[0]
        due_on = onward[_alike(case)].get("due_on")
        groups[case.definition_id, case.step, due_on].append(one)
    for (_definition, step, _due), moved in groups.items():
        outcome, given = moved[0][2], moved[0][3]
        changes = onward[_alike(moved[0][0])]
        rows = Case.objects.within(by.scope).filter(
            pk__in=[one[0].pk for one in moved], step=step, state=Case.State.OPEN
        )
        data = RawSQL("procedures_case.data || %s::jsonb", [json.dumps(dict(given.form), ensure_ascii=False)])
        if rows.update(turn=F("turn") + 1, data=data, **changes) != len(moved):
            raise Outrun("有案件刚被别人办理，请刷新后再办理")
        StepRecord.objects.bulk_create(
            _follow(case, entry, outcome, given, changes, by=by, on=on, lent=lender)
            for case, entry, _o, _g, lender in moved
        )
    for case, _entry, outcome, _given, _lender in ready:
        announce_moved(case, outcome.id, by=by, on=on)
    if ready:
        announce("records.changed.many", divisions=sorted({one[0].division for one in ready}), by=by)


def _alike(case: Case) -> tuple[int, str, int, date | None]:
    """Cases of one list that go on alike: version, step, place, and the last day of the whole case where it has one."""
    return case.definition_id, case.step, case.division, queries.whole_due(case)


def _follow(
    case: Case, step: StepEntry, outcome: OutcomeEntry, given: Given, changes: Mapping[str, Any], *, by: Actor, on: date,
    lent: Mapping[str, Any],
) -> StepRecord:  # fmt: skip
    """The record of a case that was moved with others; the case is brought up to date."""
    case.turn, case.data, due_on = case.turn + 1, {**case.data, **given.form}, case.due_on
    for name, value in changes.items():
        setattr(case, name, value)
    return StepRecord(
        case=case, division=case.division, turn=case.turn, what="decided", step=step.id, state=case.state, part=step.part,
        due_on=due_on, outcome=outcome.id, to_step=outcome.to, user_id=by.user_id, who=queries.who(by), role=by.role, on=on,
        **given.noted(), **lent,
    )  # fmt: skip


def tell(case: Case, outcome: str, *, by: Actor, on: date) -> None:
    """Let whoever listens know that a case moved, and where it ended."""
    announce_moved(case, outcome, by=by, on=on)
    announce("records.changed", division=case.division, by=by)


def announce_moved(case: Case, outcome: str, *, by: Actor, on: date) -> None:
    """The same without the news that records of the place changed, which a list tells once."""
    told = queries.summary(case, outcome)
    announce("case.moved", case=told, outcome=outcome, by=by, on=on)
    if case.closed_on is not None:
        announce("case.closed", case=told, result=case.result, by=by, on=on)


def _onward(
    procedure: Procedure, outcome: OutcomeEntry, division: int, on: date, until: date | None
) -> dict[str, Any]:  # fmt: skip
    if outcome.ends:
        return {"state": Case.State.CLOSED, "result": outcome.ends, "closed_on": on, "held": None}
    return at_step(procedure.at(outcome.to), division, on, until)


def _outrun(case: Case) -> Outrun:
    last = StepRecord.objects.filter(case_id=case.pk).order_by("-turn").first()
    if last is None:
        return Outrun("这件案件刚被别人办理，请刷新后再看")
    return Outrun(f"{last.who} 刚刚办理了这件案件（{last.get_what_display()}），请刷新后再看")
