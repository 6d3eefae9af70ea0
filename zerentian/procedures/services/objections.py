"""Objections: the case waits until each has its answer, and goes back where one was right."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import narrowed
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import token
from zerentian.kernel.published import faults_of_answer
from zerentian.kernel.refusal import Denied, Reason, Refused
from zerentian.kernel.scope import Scope, level_of
from zerentian.procedures import queries
from zerentian.procedures.models import Case, CaseNotice, CaseObjection, StepRecord
from zerentian.procedures.rules.flow import LIVE
from zerentian.procedures.services.moving import at_step, day_of, located, record, tell
from zerentian.rulebook import queries as rulebook

LONGEST_ANSWER = 1_000
OBJECTION_DAYS = "notice.objection.days"


@act("procedures.objection.record", _("登记案件异议"), needs=Permission.OBJECTION_RECORD)
def object_to(
    *, case_id: int, text: str, source: str, by: Actor, objector: str = "", receipt: str = ""
) -> CaseObjection:  # fmt: skip
    """Keep an objection that came by visit, telephone or on paper; the case waits for its answer.

    By the number of its `receipt`, of which a token is kept, whoever came reads the answer on the public page.
    """
    case = located(case_id, by)
    if case.state not in LIVE:
        raise Refused("案件已经办结，请另行申诉")
    if source not in CaseObjection.Source.values or source == CaseObjection.Source.NOTICE:
        raise Refused(Reason("请选择来源", "来源"))
    if len(text.strip()) < 5:
        raise Refused(Reason("请写明异议的内容", "意见"))
    if text.strip() in [
        one.text for one in CaseObjection.objects.filter(case=case, outcome="").exclude(source="notice")
    ]:
        raise Refused(Reason(gettext("同样的异议已经登记，正在等待答复"), gettext("意见")))
    sealed = token(receipt, queries.RECEIPT)
    return _suspend(
        case, by=by, source=source, text=text.strip(), objector=objector.strip(), receipt_token=sealed
    )  # fmt: skip


def _suspend(case: Case, *, by: Actor, source: str, due_on: date | None = None, **kept: Any) -> CaseObjection:
    today = timezone.localdate()
    days = int(rulebook.parameter(OBJECTION_DAYS, case.division, today))
    made: CaseObjection = CaseObjection.objects.create(
        case=case, division=case.division, step=case.step, source=source, raised_on=today, raised_who=queries.who(by),
        due_on=due_on or today + timedelta(days=days), **kept,
    )  # fmt: skip
    if case.state != Case.State.SUSPENDED:
        changes = {"state": Case.State.SUSPENDED, "held": None}
        record(case, "suspended", by=_everywhere(by), on=today, changes=changes)
        tell(case, "suspended", by=by, on=today)
    return made


def _everywhere(by: Actor) -> Actor:
    """Whoever objects has no scope; the case is moved in his name all the same."""
    return Actor(name=by.name, user_id=by.user_id, post_title=by.post_title, role=by.role, scope=Scope.everywhere())


@act("procedures.objection.answer", _("答复案件异议"), needs=Permission.OBJECTION_ANSWER)
def answer_objection(*, objection_id: int, outcome: str, answer: str, by: Actor) -> CaseObjection:
    """Say what was found. With the last answer the case goes on, or back where an objection was upheld."""
    found: CaseObjection | None = (
        CaseObjection.objects.within(by.scope).select_for_update().filter(pk=objection_id).first()
    )
    if found is None:
        raise Http404
    if found.outcome:
        raise Refused("这件异议已经答复")
    if found.source == CaseObjection.Source.NOTICE:
        raise Refused("这件异议是对公示提出的，请在公示页面答复")
    if outcome not in CaseObjection.Outcome.values or len(answer.strip()) < 2:
        raise Refused(Reason("请选择结论并写明答复", "答复"))
    if faults := faults_of_answer(answer, LONGEST_ANSWER):
        raise Refused(*(Reason(fault, "答复") for fault in faults))
    case = located(found.case_id, by)
    _require_another_hand(case, by)
    _close(found, outcome, answer.strip(), by)
    _go_on(case, by)
    return found


def _require_another_hand(case: Case, by: Actor) -> None:
    """Denied below the level at which the case waits, Refused to whoever decided in it."""
    if by.division is not None and level_of(by.division) > case.waits_level:
        raise Denied("由本级或上级答复")
    if by.user_id is not None and StepRecord.objects.filter(case=case, user_id=by.user_id, part__gt="").exists():
        raise Refused(gettext("您办理过这件案件，不能答复对它的异议，请由另一人或上级答复"))


def _close(found: CaseObjection, outcome: str, answer: str, by: Actor) -> None:
    found.outcome, found.answer = outcome, answer
    found.answered_on, found.answered_who = timezone.localdate(), queries.who(by)
    found.save(update_fields=["outcome", "answer", "answered_on", "answered_who"])


def _go_on(case: Case, by: Actor, reason: str = "") -> None:
    """Lift the suspension when nothing is open any more."""
    rows = CaseObjection.objects.filter(case=case)
    if case.state != Case.State.SUSPENDED or rows.filter(outcome="").exists():
        return
    day, procedure = timezone.localdate(), queries.definition(case.definition_id)
    step = procedure.at(case.step)
    suspended = case.records.filter(what="suspended").order_by("-turn").first()
    upheld = rows.filter(outcome="upheld", step=case.step, raised_on__gte=suspended.on if suspended else day).exists()
    target = procedure.at(step.notice.upheld) if upheld and step.notice else None
    # The time for which an objection stopped the case is nobody's delay.
    stopped = day - suspended.on if suspended else timedelta(0)
    due_on = case.due_on + stopped if case.due_on else None
    changes: dict[str, Any] = {"state": Case.State.OPEN, "due_on": due_on}
    if due_on is not None and due_on >= day:
        changes["escalated_on"] = None
    if target is not None:
        whole = queries.whole_due(case)
        changes = {**at_step(target, case.division, day, whole + stopped if whole else None), "came_back": True}
        CaseNotice.objects.filter(case=case, step=case.step, ended_on=None).update(taken_down_on=day)
    record(
        case, "resumed", by=_everywhere(by), on=day, changes=changes, reason=reason,
        to_step=target.id if target else "",
    )  # fmt: skip
    tell(case, "resumed", by=by, on=day)


@act("procedures.case.resume", _("恢复办理"), needs=Permission.OBJECTION_ANSWER, reason_required=True)
def resume(*, case_id: int, reason: str, by: Actor) -> Case:
    """Go on with a case that an objection on a shared notice stopped but doesn't concern."""
    case = located(case_id, by)
    if case.state != Case.State.SUSPENDED:
        raise Refused("这件案件没有中止")
    day_of(None, case)
    if not queries.may_resume(case):
        raise Refused("异议答复以后，案件自动恢复办理")
    _require_another_hand(case, by)
    for found in CaseObjection.objects.filter(case=case, outcome=""):
        _close(found, "rejected", reason.strip(), by)
    _go_on(case, by, reason.strip())
    return case


@effect("objection.made")
def objection_made(
    *, notice_id: int, kind: str, subject: str, division: int, objection_id: int, due_on: date, by: Actor
) -> None:
    """An objection to the notice of a step: its cases wait."""
    with narrowed(Scope.everywhere()):
        for case in _cases_of(subject):
            _suspend(case, by=by, source="notice", objection_id=objection_id, due_on=due_on)


@effect("objection.answered")
def objection_answered(
    *,
    notice_id: int,
    kind: str,
    subject: str,
    division: int,
    objection_id: int,
    outcome: str,
    open_objections: int,
    by: Actor,
    **more: Any,
) -> None:
    """The answer to an objection to the notice: cases go on when it was the last."""
    with narrowed(Scope.everywhere()):
        rows = CaseObjection.objects.filter(objection_id=objection_id, outcome="").select_related("case")
        for found in rows:
            _close(found, outcome, "", by)
            _go_on(found.case, by)


def _cases_of(subject: str) -> list[Case]:
    ids = set(CaseNotice.objects.filter(subject=subject).values_list("case_id", flat=True))
    if subject.startswith("case:") and (own := subject.split(":")[1]).isdigit():
        ids.add(int(own))
    return list(Case.objects.filter(pk__in=ids, state__in=LIVE).order_by("id"))
