"""Deciding a step, alone or for a list, sending back, and the review of a decision by somebody in conflict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Case
from zerentian.procedures.rules.definition import OutcomeEntry, StepEntry
from zerentian.procedures.rules.flow import CaseFacts, Hand, fits, hand_for, lacks, possible
from zerentian.procedures.rules.given import Vote, demand_faults, form_faults, kept, reason_faults, vote_faults
from zerentian.procedures.services.moving import (
    Given,
    at_step,
    carry_out,
    day_of,
    entitled,
    judged_by,
    lent,
    located,
    move_many,
    record,
    require,
    take_effects,
    tell,
)
from zerentian.rulebook import queries as rulebook

MOST = 500  # cases of one list


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of one case of a list."""

    case_id: int
    done: bool
    why: str = ""


@act("procedures.case.decide", _("办理案件"), needs=Permission.CASE_DECIDE)
def advance(
    *,
    case_id: int,
    outcome: str,
    by: Actor,
    form: Mapping[str, Any] | None = None,
    vote: Vote | None = None,
    reason: str = "",
    turn: int | None = None,
    on: date | None = None,
) -> Case:
    """Decide the present step. Of several at once one wins, the others get Outrun.

    By somebody in conflict (another part in the case, related to the subject) the decision is held until another
    person has reviewed it.
    """
    case = located(case_id, by, turn)
    day = day_of(on, case)
    facts, hands = queries.facts_of(case, day, outcome), queries.hands_of(by, case.kind, day)
    ruling = _ruled(case, facts, outcome, Given(form or {}, None, reason), vote, hands, day)
    if conflicts := _conflicts([(case, ruling)], {case.pk: facts}).get(case.pk):
        _hold(case, ruling, conflicts, by=by)
    else:
        noted = {"part": ruling.step.part, **entitled(ruling.step, ruling.hand), **judged_by(case, day)}
        carry_out(case, ruling.outcome, ruling.given, by=by, on=day, **noted)
    return case


@act("procedures.case.decide_many", _("集体办理"), needs=Permission.CASE_DECIDE)
def decide_many(
    *,
    case_ids: Sequence[int],
    outcome: str,
    by: Actor,
    form: Mapping[str, Any] | None = None,
    vote: Vote | None = None,
    reason: str = "",
    meeting: str = "",
    on: date | None = None,
) -> list[Decided]:
    """Decide a list as one meeting did: each case has its own record; one that is refused doesn't hold up the others."""
    if not 0 < len(case_ids) <= MOST:
        raise Refused(f"一次办理 1 至 {MOST} 件，请分批办理")
    given = Given(form or {}, None, reason, meeting)
    with rulebook.steady():
        told = _decide_list(case_ids, outcome, given, vote, by=by, on=day_of(on))
    return [Decided(case_id, case_id not in told, told.get(case_id, "")) for case_id in dict.fromkeys(case_ids)]


def _decide_list(
    case_ids: Sequence[int], outcome: str, given: Given, vote: Vote | None, *, by: Actor, on: date
) -> dict[int, str]:  # fmt: skip
    """Case → why it was left out."""
    cases = queries.cases_by_id(by.scope, case_ids, lock=True)
    facts = queries.facts_of_many(list(cases.values()), on, outcome)
    hands = {kind: queries.hands_of(by, kind, on) for kind in {case.kind for case in cases.values()}}
    told = {case_id: "没有这件案件" for case_id in case_ids if case_id not in cases}
    rulings: list[tuple[Case, _Ruling]] = []
    for case_id, case in cases.items():
        try:
            ruling = _ruled(case, facts[case_id], outcome, given, vote, hands[case.kind], day_of(on, case))
            rulings.append((case, ruling))
        except Refused as refused:
            told[case_id] = str(refused)
    conflicts = _conflicts(rulings, facts)
    for case, ruling in rulings:
        if case.pk in conflicts:
            _hold(case, ruling, conflicts[case.pk], by=by)
    able = [one for one in rulings if one[0].pk not in conflicts]
    noted = {case.pk: {**entitled(r.step, r.hand), **judged_by(case, on)} for case, r in able}
    ready, refusals = _effected(able, by=by, on=on)
    move_many([(case, r.step, r.outcome, r.given, noted[case.pk]) for case, r in ready], by=by, on=on)
    return told | refusals


@dataclass(frozen=True, slots=True)
class _Ruling:
    """A decision that may be carried out: what was decided, and in which capacity."""

    step: StepEntry
    outcome: OutcomeEntry
    given: Given
    hand: Hand
    on: date


def _ruled(
    case: Case, facts: CaseFacts, outcome: str, given: Given, vote: Vote | None, hands: Sequence[Hand], on: date
) -> _Ruling:  # fmt: skip
    """Refused with everything that is missing."""
    procedure = queries.definition(case.definition_id)
    require(possible(facts, procedure, hands, on), "decide", outcome)
    step = procedure.at(case.step)
    found = next(one for one in step.outcomes if one.id == outcome)
    _check(step, found, given, vote, case.division, on)
    hand = next(one for one in hands if fits(step.by, case.division, one))
    given = Given(kept(given.form), vote.kept() if vote else None, given.reason, given.meeting)
    return _Ruling(step, found, given, hand, on)


def _conflicts(
    rulings: Sequence[tuple[Case, _Ruling]], facts: Mapping[int, CaseFacts]
) -> dict[int, list[Mapping[str, Any]]]:  # fmt: skip
    """What stands against whoever decides, by case: another part in it, related to its subject."""
    found = {case.pk: queries.parted(r.hand, facts[case.pk], r.step.part) for case, r in rulings}
    for hand in {r.hand for _case, r in rulings}:
        told = queries.related([case for case, r in rulings if r.hand == hand], hand)
        for case_id, conflicts in told.items():
            found[case_id] += conflicts
    return {case_id: conflicts for case_id, conflicts in found.items() if conflicts}


def _effected(
    rulings: Sequence[tuple[Case, _Ruling]], *, by: Actor, on: date
) -> tuple[list[tuple[Case, _Ruling]], dict[int, str]]:  # fmt: skip
    """Have the effects carried out, for all at once where nobody objects; those done, and case → why not."""
    if not any(ruling.outcome.effect for _case, ruling in rulings):
        return list(rulings), {}
    try:
        with transaction.atomic():
            take_effects([(case, ruling.outcome) for case, ruling in rulings], by=by, on=on)
    except Refused as refused:
        if len(rulings) == 1:
            return [], {rulings[0][0].pk: str(refused)}
    else:
        return list(rulings), {}
    done: list[tuple[Case, _Ruling]] = []
    told: dict[int, str] = {}
    for one in rulings:
        some, refusals = _effected([one], by=by, on=on)
        done += some
        told |= refusals
    return done, told


def _check(step: StepEntry, outcome: OutcomeEntry, given: Given, vote: Vote | None, division: int, on: date) -> None:
    faults = reason_faults(outcome, given.reason)
    if not outcome.bare:
        faults += form_faults(step, given.form, on) + demand_faults(step, outcome, given.form)
        if step.meeting:
            quorum = step.meeting.quorum
            least = rulebook.parameter(quorum, division, on) if isinstance(quorum, str) else quorum
            faults += vote_faults(vote, Decimal(str(least)), step.meeting.majority, wins=outcome.vote)
    elif given.form:
        faults += [fault for fault in form_faults(step, given.form, on) if fault.text != "请填写"]
    if faults:
        raise Refused(*faults)


def _hold(case: Case, ruling: _Ruling, conflicts: Sequence[Mapping[str, Any]], *, by: Actor) -> None:
    """Keep a decision by somebody in conflict until another person has reviewed it."""
    given, outcome = ruling.given, ruling.outcome.id
    held = {
        "outcome": outcome, "form": dict(given.form), "vote": given.vote, "reason": given.reason,
        "meeting": given.meeting, "user_id": by.user_id, "who": queries.who(by),
    }  # fmt: skip
    record(
        case, "held", by=by, on=ruling.on, changes={"state": Case.State.REVIEW, "held": held}, outcome=outcome,
        part=ruling.step.part, form=dict(given.form), vote=given.vote, reason=given.reason.strip(),
        meeting=given.meeting[:120], conflicts=list(conflicts), **entitled(ruling.step, ruling.hand),
    )  # fmt: skip
    tell(case, "held", by=by, on=ruling.on)


@act("procedures.case.review_conflict", _("回避复核"), needs=Permission.CASE_DECIDE)
def review_conflict(*, case_id: int, passes: bool, note: str, by: Actor, turn: int | None = None) -> Case:
    """Pass or turn down what somebody in conflict decided. Refused to himself and below the level of the step."""
    case = located(case_id, by, turn)
    day = day_of(None, case)
    if case.state != Case.State.REVIEW or case.held is None:
        raise Refused("这件案件没有等待复核的办理")
    require(queries.moves(case, by, day), "review")
    if len(note.strip()) < 2:
        raise Refused(Reason("请写明复核意见", "意见"))
    procedure, held = queries.definition(case.definition_id), case.held
    step = procedure.at(case.step)
    _require_apart(case, step, by, day)
    outcome = next(one for one in step.outcomes if one.id == held["outcome"])
    if not passes:
        changes = {"state": Case.State.OPEN, "held": None}
        record(case, "turned_down", by=by, on=day, changes=changes, outcome=outcome.id, reason=note.strip())
        tell(case, "turned_down", by=by, on=day)
        return case
    if missing := lacks(queries.facts_of(case, day, outcome.id), step, outcome, day):
        raise Refused(*(queries.why_reason(why) for why in missing))
    given = Given(held["form"], held["vote"], note, held["meeting"])
    noted = {"part": step.part, "for_who": held["who"][:120], **judged_by(case, day)}
    carry_out(case, outcome, given, by=by, on=day, what="confirmed", **noted)
    return case


def _require_apart(case: Case, step: StepEntry, by: Actor, on: date) -> None:
    """Refused to a reviewer who is in conflict himself: another part in the case, or related to its subject."""
    own = queries.hands_of(by, case.kind, on)[0]
    against = queries.parted(own, queries.facts_of(case, on), step.part) + queries.related([case], own).get(case.pk, [])
    if against:
        where = gettext("复核人也须回避，请由另一人复核")
        raise Refused(*(Reason(queries.conflict_words(dict(one)), where) for one in against))


@act("procedures.case.send_back", _("退回案件"), needs=Permission.CASE_DECIDE, reason_required=True)
def send_back(*, case_id: int, to: str, reason: str, by: Actor, turn: int | None = None) -> Case:
    """Return a case to an earlier step that the definition names, with the reason."""
    case = located(case_id, by, turn)
    day = day_of(None, case)
    procedure = queries.definition(case.definition_id)
    move = require(queries.moves(case, by, day), "send_back", to)
    target, step = procedure.at(to), procedure.at(case.step)
    hand = hand_for(move.by, case.division, queries.hands_of(by, case.kind, day))
    changes = {**at_step(target, case.division, day, queries.whole_due(case)), "came_back": True}
    record(
        case, "sent_back", by=by, on=day, changes=changes, to_step=to, reason=reason.strip(), part=step.part,
        **lent(hand),
    )  # fmt: skip
    tell(case, "sent_back", by=by, on=day)
    return case


def require_hands(cases: Sequence[Case], by: Actor, on: date) -> list[StepEntry]:
    """The present step of each case, if the actor is one who decides them all; Denied otherwise."""
    steps = [queries.definition(case.definition_id).at(case.step) for case in cases]
    if by.role == "system":
        return steps
    hands = {kind: queries.hands_of(by, kind, on) for kind in {case.kind for case in cases}}
    for case, step in zip(cases, steps, strict=True):
        if hand_for(step.by, case.division, hands[case.kind]) is None:
            raise Denied(f"这一步由{queries.decider_words(step.by)}办理")
    return steps
