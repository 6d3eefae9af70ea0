"""Opening and withdrawing a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.procedures import queries
from zerentian.procedures.models import Case, Definition, StepRecord
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.definition import DeciderEntry, Procedure
from zerentian.procedures.rules.flow import LIVE, Hand, hand_for
from zerentian.procedures.rules.plugs import CaseSummary, SubjectFacts
from zerentian.procedures.services.moving import at_step, day_of, lent, located, record, require, take_effect, tell
from zerentian.rulebook import queries as rulebook


@act("procedures.case.open", _("立案"), needs=Permission.CASE_OPEN)
def open_case(
    *,
    kind: str,
    subject_id: int,
    by: Actor,
    name: str = "",
    division: int | None = None,
    data: Mapping[str, Any] | None = None,
    on: date | None = None,
    ground: str = "",
) -> Case:
    """Begin a procedure with a subject under the version in force; Refused while one is under way with it."""
    day = day_of(on)
    pack, procedure = queries.definition_in_force(kind, day)
    whom = _subject(procedure, subject_id, name, division, by)
    hand = _opener(procedure.opened_by, kind, whom.division, by, day)
    case = _new(store_definition(pack, procedure), procedure, subject_id, whom, dict(data or {}), by, day)
    if reasons := queries.standing_against(procedure, [_to_be(case)], day).get(subject_id):
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        if "case_of_a_subject_is_open_once" not in str(error):
            raise
        raise Refused(Reason(gettext("同一对象的这项程序正在办理，不能重复立案"))) from error
    _first_record(case, hand, by).save()
    announce("case.opened", case=queries.summary(case), on=day, by=by)
    announce("records.changed", division=case.division, by=by)
    return case


def _to_be(case: Case) -> CaseSummary:
    """A case that is still to be opened, as the judges of conditions read it; its id is that of its subject."""
    return replace(queries.summary(case), id=case.subject_id)


def _new(
    stored: Definition, procedure: Procedure, subject_id: int, whom: SubjectFacts, data: dict[str, Any], by: Actor,
    on: date,
) -> Case:  # fmt: skip
    return Case(
        division=whom.division, household_id=subject_id if procedure.subject == "household" else None,
        definition=stored, kind=procedure.id, subject_kind=procedure.subject, subject_id=subject_id, name=whom.name[:120],
        data=data, opened_on=on, opened_by=by.user_id, opened_who=queries.who(by),
        **at_step(procedure.at(procedure.start), whom.division, on, queries.last_day_of(procedure.limit, whom.division, on)),
    )  # fmt: skip


def _first_record(case: Case, hand: Hand | None, by: Actor) -> StepRecord:
    return StepRecord(
        case=case, division=case.division, turn=case.turn, what="opened", step=case.step, to_step=case.step,
        state=case.state, user_id=by.user_id, who=queries.who(by), role=by.role, on=case.opened_on, form=case.data,
        **lent(hand),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of one subject of a list."""

    subject_id: int
    case_id: int | None
    why: str = ""


@act("procedures.case.open_many", _("集体立案"), needs=Permission.CASE_OPEN)
def open_many(
    *, kind: str, subjects: Sequence[tuple[int, str, int]], by: Actor, on: date | None = None
) -> list[Opened]:
    """Begin a procedure with every subject (id, name, division) of a list; one that is under way already is left out."""
    day = day_of(on)
    pack, procedure = queries.definition_in_force(kind, day)
    stored = store_definition(pack, procedure)
    whom = _subjects(procedure, subjects, by)
    places = {found.division for found in whom.values()}
    hands = {place: _opener(procedure.opened_by, kind, place, by, day) for place in places}
    live = Case.objects.filter(kind=kind, subject_kind=procedure.subject, subject_id__in=list(whom), state__in=LIVE)
    busy = set(live.values_list("subject_id", flat=True))
    with rulebook.steady():
        fresh = [_new(stored, procedure, one, found, {}, by, day) for one, found in whom.items() if one not in busy]
        against = queries.standing_against(procedure, [_to_be(case) for case in fresh], day)
        fresh = [case for case in fresh if case.subject_id not in against]
    try:
        with transaction.atomic():
            Case.objects.bulk_create(fresh, batch_size=500)
    except IntegrityError as error:
        if "case_of_a_subject_is_open_once" not in str(error):
            raise
        raise Refused("名单中有对象刚被别人立案，请刷新后再办理") from error
    StepRecord.objects.bulk_create([_first_record(one, hands[one.division], by) for one in fresh], batch_size=500)
    for case in fresh:
        announce("case.opened", case=queries.summary(case), on=day, by=by)
    if fresh:
        announce("records.changed.many", divisions=sorted({case.division for case in fresh}), by=by)
    made = {case.subject_id: case.pk for case in fresh}
    why = {one: "；".join(map(str, reasons)) for one, reasons in against.items()}
    under_way = gettext("同一对象的这项程序正在办理")
    return [Opened(one, made.get(one), "" if one in made else why.get(one, under_way)) for one in whom]


def store_definition(pack: str, procedure: Procedure) -> Definition:
    """The row of a version as it reads now; made when a case first begins under it."""
    digest = queries.digest_of(procedure)
    found = Definition.objects.defer("content").filter(key=procedure.id, digest=digest).first()
    if found is not None:
        return found
    made = Definition(
        key=procedure.id,
        version=procedure.version,
        regulation=pack,
        digest=digest,
        content=queries.content_of(procedure),
    )
    Definition.objects.bulk_create([made], ignore_conflicts=True)
    stored: Definition = Definition.objects.get(key=procedure.id, digest=digest)
    return stored


def _subject(procedure: Procedure, subject_id: int, name: str, division: int | None, by: Actor) -> SubjectFacts:
    """Whom the case is about; 404 outside the scope."""
    if plugs.is_described(procedure.subject):
        found = plugs.described(procedure.subject, subject_id, by.scope)
        if found is None:
            raise Http404
        return found
    if not name.strip() or division is None:
        raise Refused(Reason("请写明对象的名称和所在地区", "对象"))
    if not by.scope.covers(division):
        raise Http404
    return SubjectFacts(name.strip(), division)


def _subjects(
    procedure: Procedure, asked: Sequence[tuple[int, str, int]], by: Actor
) -> dict[int, SubjectFacts]:  # fmt: skip
    """Whom the cases of a list are about; 404 when one lies outside the scope."""
    if not plugs.is_described(procedure.subject):
        return {one: _subject(procedure, one, name, place, by) for one, name, place in asked}
    found = plugs.described_many(procedure.subject, [one for one, _name, _place in asked], by.scope)
    if any(one not in found for one, _name, _place in asked):
        raise Http404
    return {one: found[one] for one, _name, _place in asked}


def require_opener(procedure: Procedure, division: int, by: Actor) -> None:
    """Denied to whoever doesn't begin this procedure there, before a form is filled in."""
    _opener(procedure.opened_by, procedure.id, division, by, day_of(None))


def _opener(who: DeciderEntry, kind: str, division: int, by: Actor, on: date) -> Hand | None:
    """In which capacity the case is opened; the platform itself needs none."""
    if by.role == "system":
        return None
    hand = hand_for(who, division, queries.hands_of(by, kind, on))
    if hand is None:
        raise Denied(f"这项程序由{queries.decider_words(who)}立案")
    return hand


@act("procedures.case.withdraw", _("撤回案件"), needs=Permission.CASE_OPEN, reason_required=True)
def withdraw(*, case_id: int, reason: str, by: Actor, turn: int | None = None) -> Case:
    """End a case without a result; its records stay."""
    case = located(case_id, by, turn)
    day = day_of(None, case)
    require(queries.moves(case, by, day), "withdraw")
    record(
        case, "withdrawn", by=by, on=day, reason=reason.strip(),
        changes={"state": Case.State.WITHDRAWN, "closed_on": day, "held": None},
    )  # fmt: skip
    take_effect(queries.definition(case.definition_id).withdrawn, [queries.summary(case)], by=by, on=day)
    tell(case, "withdrawn", by=by, on=day)
    return case
