"""Notices of a step: asked for by announcing `notice.wanted`, followed by what their owner announces of them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import narrowed
from zerentian.kernel.effects import announce, effect
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope, ancestor
from zerentian.procedures import queries
from zerentian.procedures.models import Case, CaseNotice
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.definition import NoticeEntry
from zerentian.procedures.rules.flow import LIVE
from zerentian.procedures.services.deciding import require_hands
from zerentian.procedures.services.moving import day_of
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.days import last_day
from zerentian.rulebook.rules.duties import LEVELS

ONE, SEVERAL = "case:", "cases:"
MOST_LINKS = 200


@act("procedures.notice.ask", _("请求公示"), needs=Permission.CASE_DECIDE)
def ask_notice(*, case_ids: Sequence[int], office: str, by: Actor, phone: str = "") -> int:
    """Have one notice composed for cases of one village at one step; the id of its draft."""
    found = queries.cases_by_id(by.scope, case_ids)
    if set(case_ids) - set(found):
        raise Http404
    cases = list(found.values())
    if not cases or len({(case.definition_id, case.step, case.division) for case in cases}) != 1:
        raise Refused("一份公示只能包括同一地区、同一程序、同一步骤的案件")
    step = require_hands(cases[:1], by, day_of(None))[0]
    if step.notice is None or any(case.state != Case.State.OPEN for case in cases):
        raise Refused("案件现在不需要公示")
    hung = queries.present_notices(cases)
    waiting = [case.name for case in cases if case.pk in hung]
    if waiting:
        raise Refused(*(Reason("这一步已有公示", name) for name in waiting))
    first = cases[0]
    subject = f"{ONE}{first.pk}:{first.turn}" if len(cases) == 1 else f"{SEVERAL}{first.pk}:{first.turn}"
    _note(cases, step.notice, subject)
    lines = _lines(cases, step.notice)
    place = ancestor(first.division, LEVELS[step.notice.place])
    answers = announce(
        "notice.wanted", kind=step.notice.kind, division=place, subject=subject, lines=lines, office=office, phone=phone,
        by=by,
    )  # fmt: skip
    if not answers:
        raise Refused("还没有程序能够拟公示，请联系系统管理员")
    CaseNotice.objects.filter(subject=subject).update(notice_id=answers[0])
    return int(answers[0])


def _note(cases: Sequence[Case], notice: NoticeEntry, subject: str) -> None:
    CaseNotice.objects.bulk_create(
        CaseNotice(
            case=case, division=case.division, step=case.step, turn=case.turn, kind=notice.kind, subject=subject,
            asked_on=timezone.localdate(),
        )
        for case in cases
    )  # fmt: skip


def _lines(cases: Sequence[Case], notice: NoticeEntry) -> list[dict[str, object]]:
    """What the notice says of each subject: publishable fields only, from the app that keeps it."""
    ids = [case.subject_id for case in cases]
    found = plugs.described_many(cases[0].subject_kind, ids, Scope.everywhere())
    lines = [(case, found.get(case.subject_id)) for case in cases]
    return [{"name": case.name, **(facts.line if facts else {}), "result": notice.result} for case, facts in lines]


def _followed(subject: str, kind: str) -> QuerySet[CaseNotice]:
    """The rows of a notice; one that an app above composed itself for `case:<id>` is noted now."""
    known = CaseNotice.objects.filter(subject=subject)
    if subject.startswith(ONE) and not known.exists() and subject.removeprefix(ONE).isdigit():
        case = Case.objects.filter(
            pk=int(subject.removeprefix(ONE)), state__in=LIVE
        ).first()  # fmt: skip
        notice = queries.definition(case.definition_id).at(case.step).notice if case else None
        if case and notice and notice.kind == kind:
            _note([case], notice, subject)
    return known.select_related("case")


@effect("notice.published")
def notice_published(*, notice_id: int, kind: str, subject: str, division: int, by: Actor) -> None:
    """Count the days of the step's notice from today."""
    today, until = timezone.localdate(), defaultdict(list)
    with narrowed(Scope.everywhere()):
        for row in _followed(subject, kind):
            notice = queries.definition(row.case.definition_id).at(row.step).notice
            if notice is None:
                continue
            days, working = notice.days, notice.working
            count = days if isinstance(days, int) else int(rulebook.parameter(days, division, today))
            until[last_day(today, count, working=working, calendar=rulebook.calendar())].append(row.pk)
        for day, rows in until.items():
            CaseNotice.objects.filter(pk__in=rows).update(notice_id=notice_id, published_on=today, until=day)


@effect("notice.ended")
def notice_ended(*, notice_id: int, kind: str, subject: str, division: int, open_objections: int, by: Actor) -> None:
    """The days are over; whether the case goes on, its holder decides."""
    with narrowed(Scope.everywhere()):
        _followed(subject, kind).update(ended_on=timezone.localdate())


@effect("notice.taken_down")
def notice_taken_down(*, notice_id: int, kind: str, subject: str, division: int, reason: str, by: Actor) -> None:
    """A notice that was taken down doesn't count; the step needs another."""
    with narrowed(Scope.everywhere()):
        _followed(subject, kind).filter(ended_on=None).update(taken_down_on=timezone.localdate())


@effect("notice.links")
def cases_of_notice(*, subject: str, by: Actor) -> list[tuple[str, str]]:
    """From a notice to the cases that it is for, as far as the reader may see them."""
    if not subject or not by.may(Permission.CASE_VIEW):
        return []
    rows = CaseNotice.objects.within(by.scope).filter(subject=subject).select_related("case").order_by("case_id")
    return [(row.case.name, reverse("procedures:case", args=[row.case_id])) for row in rows[:MOST_LINKS]]
