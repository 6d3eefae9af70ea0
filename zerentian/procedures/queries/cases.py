"""Cases as pages, acts and lists need them: facts for the rules, filters, one case's file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from zerentian.kernel.actor import Actor
from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Scope, range_of
from zerentian.procedures.models import Case, CaseNotice, CaseObjection, CasePaper, StepRecord
from zerentian.procedures.queries.definitions import definition
from zerentian.procedures.queries.hands import hands_of
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.appeals import decision_against, is_appeal
from zerentian.procedures.rules.definition import ConditionEntry, LimitEntry, Procedure, StepEntry
from zerentian.procedures.rules.flow import LIVE, CaseFacts, Hand, Move, NoticeFacts, other_parts, possible
from zerentian.procedures.rules.plugs import CaseSummary, Verdict
from zerentian.procedures.rules.replay import Happened
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.days import last_day

DECIDING = ("opened", "decided", "held", "confirmed", "sent_back")


def summary(case: Case, outcome: str = "") -> CaseSummary:
    """What apps above are told of a case."""
    return CaseSummary(
        id=case.pk, kind=case.kind, version=definition(case.definition_id).version, division=case.division,
        subject_kind=case.subject_kind, subject_id=case.subject_id, name=case.name, step=case.step,
        opened_on=case.opened_on, data=case.data, outcome=outcome,
    )  # fmt: skip


def last_day_of(limit: LimitEntry | None, division: int, on: date) -> date | None:
    """The last day of a time limit that begins on the day; None without one."""
    if limit is None:
        return None
    days = limit.days or int(rulebook.parameter(limit.parameter, division, on))
    return last_day(on, days, working=limit.working, calendar=rulebook.calendar())


def whole_due(case: Case) -> date | None:
    """The last day of the whole case, where its definition has one; days for which objections stopped it don't count."""
    limit = definition(case.definition_id).limit
    due_on = last_day_of(limit, case.division, case.opened_on)
    if due_on is None:
        return None
    stops = StepRecord.objects.filter(case=case, what__in=("suspended", "resumed")).order_by("turn")
    since: date | None = None
    for what, on in stops.values_list("what", "on"):
        if what == "suspended":
            since = on
        elif since is not None:
            due_on += on - since
            since = None
    return due_on


def standing_against(
    procedure: Procedure, cases: Sequence[CaseSummary], on: date
) -> dict[int, tuple[Reason, ...]]:  # fmt: skip
    """Why the procedure may not begin with the subjects of cases that are still to be opened, by their ids."""
    found: dict[int, tuple[Reason, ...]] = {}
    for one in procedure.opens_when:
        alike: dict[tuple[tuple[str, Any], ...], list[CaseSummary]] = defaultdict(list)
        for case in cases:
            try:
                values = _values(one, case.division, on)
            except KeyError as missing:
                found[case.id] = (*found.get(case.id, ()), Reason(str(missing.args[0])))
            else:
                alike[tuple(sorted(values.items()))].append(case)
        for parameters, some in alike.items():
            for id, verdict in plugs.judged_many(one.rule, cases=some, parameters=dict(parameters), on=on).items():
                if not verdict.holds:
                    found[id] = found.get(id, ()) + tuple(verdict.reasons)
    return found


def against_opening(procedure: Procedure, subject_id: int, division: int, on: date) -> tuple[Reason, ...]:
    """Why the procedure may not begin with one subject, as a page asks before it offers it."""
    asked = CaseSummary(
        id=subject_id, kind=procedure.id, version=procedure.version, division=division, subject_kind=procedure.subject,
        subject_id=subject_id, name="", step=procedure.start, opened_on=on, data={}, outcome="",
    )  # fmt: skip
    return standing_against(procedure, [asked], on).get(subject_id, ())


def verdicts(cases: Sequence[Case], on: date, only: str | None = None) -> dict[int, dict[str, Verdict]]:
    """What the judges say of the conditions of each case's step; with `only`, of that outcome's alone.

    Cases whose conditions have the same parameters are judged together.
    """
    alike: dict[tuple[str, str, tuple[tuple[str, Any], ...]], list[Case]] = defaultdict(list)
    found: dict[int, dict[str, Verdict]] = defaultdict(dict)
    for case in cases:
        for outcome in _step(case).outcomes:
            for one in outcome.conditions if only in (None, outcome.id) else ():
                try:
                    values = _values(one, case.division, on)
                except KeyError as missing:  # a number that did not hold yet: nothing can be judged by it
                    found[case.pk][one.rule] = Verdict(False, (Reason(str(missing.args[0])),))
                else:
                    alike[one.rule, outcome.id, tuple(sorted(values.items()))].append(case)
    for (rule, outcome_id, parameters), some in alike.items():
        told = [summary(case, outcome_id) for case in some]
        for pk, verdict in plugs.judged_many(rule, cases=told, parameters=dict(parameters), on=on).items():
            found[pk][rule] = verdict
    return found


def figures(case: Case, on: date) -> list[plugs.Figure]:
    """The rates that the present step is decided by, as they stand; none where a number did not hold yet."""
    asked = {
        one.rule: one for outcome in _step(case).outcomes for one in outcome.conditions if plugs.has_figures(one.rule)
    }
    found: list[plugs.Figure] = []
    for rule, one in asked.items():
        try:
            values = _values(one, case.division, on)
        except KeyError:
            continue
        found += plugs.figured(rule, case=summary(case), parameters=values, on=on)
    return found


def _values(one: ConditionEntry, division: int, on: date) -> dict[str, Any]:
    """The parameters of a condition there and then; KeyError with a sentence where one has no value."""
    return {name: rulebook.parameter(wanted, division, on) for name, wanted in one.with_.items()}


def facts_of(case: Case, on: date, only: str | None = None) -> CaseFacts:
    """What the rules need to know of a case; with `only`, conditions of that outcome alone are judged."""
    return facts_of_many([case], on, only)[case.pk]


def facts_of_many(cases: Sequence[Case], on: date, only: str | None = None) -> dict[int, CaseFacts]:
    """The same for a list, by case, with as many questions as for one."""
    ids = [case.pk for case in cases]
    papers: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for pk, step, kind in CasePaper.objects.filter(case__in=ids).values_list("case_id", "step", "kind"):
        papers[pk, step][kind] += 1
    acted: dict[int, list[_Acted]] = defaultdict(list)
    # Whoever decided in the case that an appeal is against has a part in the appeal, too.
    against: dict[int, int] = {
        one.pk: number for one in cases if is_appeal(one.kind) and (number := decision_against(one.data)) is not None
    }
    both = {*ids, *against.values()}
    for row in StepRecord.objects.filter(case__in=both).order_by("turn").values_list(*_Acted._fields):
        acted[row[0]].append(_Acted(*row))
    hung: dict[int, list[CaseNotice]] = defaultdict(list)
    if any(_step(case).notice for case in cases):
        for notice in CaseNotice.objects.filter(case__in=ids, taken_down_on=None).order_by("id"):
            hung[notice.case_id].append(notice)
    open_ones = CaseObjection.objects.filter(case__in=[c.pk for c in cases if c.state == "suspended"], outcome="")
    objections = (
        Counter(open_ones.values_list("case_id", flat=True)) if any(c.state == "suspended" for c in cases) else {}
    )
    judged = verdicts(cases, on, only)
    return {
        case.pk: CaseFacts(
            division=case.division, step=case.step, state=case.state, turn=case.turn, evidence=papers[case.pk, case.step],
            notice=_notice(case, hung[case.pk], acted[case.pk]), open_objections=objections.get(case.pk, 0),
            parts=_parts([*acted[case.pk], *acted.get(against.get(case.pk, 0), ())]), verdicts=judged.get(case.pk, {}),
            held_by=(case.held or {}).get("user_id"),
        )
        for case in cases
    }  # fmt: skip


class _Acted(NamedTuple):
    """What the rules ask of a record."""

    case_id: int
    turn: int
    what: str
    to_step: str
    part: str
    user_id: int | None
    for_user: int | None


def _step(case: Case) -> StepEntry:
    return definition(case.definition_id).at(case.step)


def _parts(rows: Sequence[_Acted]) -> frozenset[tuple[int, str]]:
    """Who decided in which part so far, for himself or for another."""
    deciding = [row for row in rows if row.part and row.what in DECIDING]
    return frozenset((one, row.part) for row in deciding for one in (row.user_id, row.for_user) if one)


def _notice(case: Case, hung: Sequence[CaseNotice], rows: Sequence[_Acted]) -> NoticeFacts | None:
    """The notice of this stay at the step; one of an earlier stay doesn't count."""
    since = max((row.turn for row in rows if row.to_step == case.step), default=1)
    for row in reversed(hung):
        if row.step == case.step and row.turn >= since:
            return NoticeFacts(row.published_on, row.until, row.ended_on)
    return None


def may_resume(case: Case) -> bool:
    """Whether a case is stopped only by objections on a notice that it shares with others."""
    if case.state != Case.State.SUSPENDED:
        return False
    own = CaseObjection.objects.filter(case=case, outcome="").exclude(source="notice").exists()
    return not own and CaseNotice.objects.filter(case=case, subject__startswith="cases:").exists()


def present_notices(cases: Sequence[Case]) -> dict[int, CaseNotice]:
    """The notice of the step that each case is at, since it came there; by case, without those that have none."""
    came: dict[int, int] = {}
    steps = {case.pk: case.step for case in cases}
    for case_id, to_step, turn in StepRecord.objects.filter(case__in=list(steps)).values_list(
        "case_id", "to_step", "turn"
    ):
        if to_step == steps[case_id]:
            came[case_id] = max(turn, came.get(case_id, 1))
    rows = CaseNotice.objects.filter(case__in=list(steps), taken_down_on=None).order_by("id")
    return {row.case_id: row for row in rows if row.step == steps[row.case_id] and row.turn >= came.get(row.case_id, 1)}


def moves(case: Case, actor: Actor, on: date) -> list[Move]:
    """What may happen next, and why not."""
    return possible(facts_of(case, on), definition(case.definition_id), hands_of(actor, case.kind, on), on)


def happened(case: Case) -> list[Happened]:
    """The records of a case as the replay reads them."""
    rows = StepRecord.objects.filter(case=case).order_by("turn")
    return [Happened(row.what, row.step, row.outcome, row.to_step) for row in rows]


# --- lists ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of cases is narrowed by."""

    q: str = ""
    area: int | None = None
    kind: str = ""
    state: str = ""
    late: bool = False


def cases(scope: Scope, wanted: Wanted, on: date) -> QuerySet[Case]:
    """The cases of the scope, the newest first."""
    rows: QuerySet[Case] = Case.objects.within(scope)
    if wanted.area is not None:
        area = range_of(wanted.area)
        rows = rows.filter(division__gte=area.lo, division__lt=area.hi)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state == "live":
        rows = rows.filter(state__in=LIVE)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.late:
        rows = rows.filter(state__in=LIVE, due_on__lt=on)
    if wanted.q:
        found = Q(name__icontains=wanted.q)
        if wanted.q.isascii() and wanted.q.isdigit() and len(wanted.q) < 18:
            found |= Q(pk=int(wanted.q))
        rows = rows.filter(found)
    return rows.order_by("-id")


def case(scope: Scope, pk: int) -> Case | None:
    """The case, when it lies in the scope."""
    found: Case | None = Case.objects.within(scope).filter(pk=pk).first()
    return found


def cases_by_id(scope: Scope, ids: Iterable[int], *, lock: bool = False) -> dict[int, Case]:
    """The cases of a list, as far as they lie in the scope; with `lock` nobody else moves them meanwhile."""
    rows: QuerySet[Case] = Case.objects.within(scope).filter(pk__in=list(ids)).order_by("id")
    return {one.pk: one for one in (rows.select_for_update(of=("self",)) if lock else rows)}


def cases_of(subject_kind: str, subject_id: int, scope: Scope) -> QuerySet[Case]:
    """Every case of a subject, the newest first."""
    rows: QuerySet[Case] = Case.objects.within(scope).filter(subject_kind=subject_kind, subject_id=subject_id)
    return rows.order_by("-id")


# --- one case ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of the archive checklist: what a step asks for, and what is there."""

    step: str
    kind: str
    wanted: int
    has: int

    @property
    def is_complete(self) -> bool:
        """Whether there is enough."""
        return self.has >= self.wanted


def checklist(found: Case, procedure: Procedure, records: Sequence[StepRecord]) -> list[Paper]:
    """Papers that the steps passed so far, and the present one, ask for; a step left by a bare outcome asks for none."""
    has = Counter(CasePaper.objects.filter(case=found).values_list("step", "kind"))
    return [
        Paper(step.id, paper.kind, paper.count, has[step.id, paper.kind])
        for step in procedure.steps
        if step.id in _asked(found, procedure, records)
        for paper in step.evidence
    ]


def _asked(found: Case, procedure: Procedure, records: Sequence[StepRecord]) -> set[str]:
    asked = {found.step} if found.state in LIVE else set()
    for row in records:
        step = procedure.step(row.step)
        outcome = step.outcome(row.outcome) if step else None
        if row.what in ("decided", "confirmed") and outcome and not outcome.bare:
            asked.add(row.step)
    return asked


def notices_of(found: Case) -> list[CaseNotice]:
    """The notices of a case, in order."""
    return list(CaseNotice.objects.filter(case=found).order_by("id"))


def related(cases: Sequence[Case], hand: Hand) -> dict[int, list[Mapping[str, Any]]]:
    """How the hand, and whom it acts for, are related to the subjects; by case."""
    subjects: dict[str, dict[int, int]] = defaultdict(dict)
    for one in cases:
        subjects[one.subject_kind][one.subject_id] = one.pk
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for user, name in _persons(hand):
        for kind, ids in subjects.items():
            told = plugs.relations(subject_kind=kind, subject_ids=list(ids), user_id=user, who=name)
            for subject_id, sentences in told.items():
                found[ids[subject_id]] += [{"kind": "related", "who": name, "text": text} for text in sentences]
    return found


def parted(hand: Hand, facts: CaseFacts, part: str) -> list[Mapping[str, Any]]:
    """The other parts that the hand, or whom it acts for, already played in the same case."""
    return [
        {"kind": "part", "who": name, "part": other}
        for user, name in _persons(hand)
        for other in other_parts(facts, part, user)
    ]


def _persons(hand: Hand) -> list[tuple[int, str]]:
    both = ((hand.user_id, hand.who), (hand.for_user, hand.for_who))
    return [(user, name) for user, name in both if user is not None]
