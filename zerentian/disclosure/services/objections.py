"""Objections: received from the public page, by telephone or on paper, and answered by somebody else's hand."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.disclosure import queries
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.queries.public import RECEIPT
from zerentian.disclosure.rules.kinds import OBJECTION_DAYS
from zerentian.disclosure.rules.states import answer_faults
from zerentian.disclosure.services.notices import facts_of, who
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import token
from zerentian.kernel.published import faults_of_answer
from zerentian.kernel.receipts import new_receipt, shown_receipt
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, ancestor, level_of
from zerentian.rulebook.queries import parameter

SHORTEST, LONGEST = 5, 2_000
LONGEST_ANSWER = 1_000
_ONCE = "disclosure.once"


@act("disclosure.objection.file", _("提出异议"), needs=None)
def file_objection(*, code: str, text: str, by: Actor, name: str = "", phone: str = "", once: str = "") -> str:
    """Object to a published notice without signing in; the receipt number, which nobody can ask for again.

    `once` is what the form carries, so that the same form sent twice makes one objection. Refused when the notice is
    over, or the text says nothing. Announces `objection.made`.
    """
    notice = Notice.objects.filter(code=code.upper(), state__in=queries.RUNNING).first()
    if notice is None:
        raise Http404
    if not queries.takes_objections(notice, queries.kind_of(notice.kind), timezone.localdate()):
        raise Refused(Reason("公示期已满，网上不再受理；仍可向受理单位当面或电话反映"))
    return _receive(notice, Objection.Source.PUBLIC, text=text, name=name, phone=phone, once=once, by=by)


@act("disclosure.objection.record", _("登记异议"), needs=Permission.OBJECTION_RECORD)
def record_objection(*, notice_id: int, source: str, text: str, by: Actor, name: str = "", phone: str = "") -> str:
    """Write down an objection made by telephone or on paper; the receipt number for whoever made it.

    Heard after the last day too, since it may have been made in time. Announces `objection.made`.
    """
    notice = Notice.objects.within(by.scope).filter(pk=notice_id, published_on__isnull=False).first()
    if notice is None:
        raise Http404
    if source not in (Objection.Source.PHONE, Objection.Source.PAPER):
        raise Refused(Reason("应为电话或书面", "来源"))
    return _receive(notice, Objection.Source(source), text=text, name=name, phone=phone, once="", by=by)


def _receive(
    notice: Notice, source: Objection.Source, *, text: str, name: str, phone: str, once: str, by: Actor
) -> str:
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        raise Refused(Reason(f"请写明意见，{SHORTEST} 至 {LONGEST} 字", "意见"))
    today, receipt = timezone.localdate(), new_receipt()
    objection = Objection(
        notice=notice, division=notice.division, receipt_token=token(receipt, RECEIPT) or b"",
        once=token(f"{notice.code}:{once}", _ONCE) if once else None, source=source, name=name.strip()[:60],
        phone=phone.strip()[:30], text=text.strip(), made_on=today, recorded_by=by.user_id,
        recorded_who=who(by) if by.user_id else "", holder=holder_of(notice), due_on=answer_day(notice, today),
    )  # fmt: skip
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as error:
        if objection.once is None:
            raise
        raise Refused(Reason("这份异议已经收到，请用第一次提交后给出的受理号查询")) from error
    announce("objection.made", **facts_of(notice), objection_id=objection.pk, due_on=objection.due_on, by=by)
    announce("records.changed", division=notice.division, by=by)
    return shown_receipt(receipt)


def holder_of(notice: Notice) -> int:
    """The division whose office answers objections to the notice."""
    level = min(Level(queries.kind_of(notice.kind).answered_by), level_of(notice.division))
    return ancestor(notice.division, level)


def answer_day(notice: Notice, on: date) -> date:
    """The day by which an objection of this day is answered."""
    return on + timedelta(days=int(parameter(OBJECTION_DAYS, notice.division, on)))


@act("disclosure.objection.answer", _("答复异议"), needs=Permission.OBJECTION_ANSWER)
def answer_objection(*, objection_id: int, outcome: str, answer: str, by: Actor) -> Objection:
    """Answer an objection; whoever made it reads the answer by the receipt number. Announces `objection.answered`.

    Refused to whoever composed or reviewed the notice, below the office that holds it, and with an answer that tells
    what may not be published.
    """
    rows = Objection.objects.within(by.scope).select_for_update(of=("self",)).select_related("notice")
    objection: Objection | None = rows.filter(pk=objection_id).first()
    if objection is None:
        raise Http404
    notice = objection.notice
    hands = [notice.composed_by, notice.reviewed_by]
    faults = answer_faults(state=objection.state, answerer=by.user_id, hands=hands)
    if by.division is not None and level_of(by.division) > level_of(objection.holder):
        faults.append(Reason("这条异议由上级受理单位答复"))
    if outcome not in Objection.Outcome.values:
        faults.append(Reason("请选择核查结论", "结论"))
    if len(answer.strip()) < SHORTEST:
        faults.append(Reason("请写明核查情况和理由", "答复"))
    faults += [Reason(fault, "答复") for fault in faults_of_answer(answer, LONGEST_ANSWER)]
    if faults:
        raise Refused(*faults)
    objection.state, objection.outcome, objection.answer = Objection.State.ANSWERED, outcome, answer.strip()
    objection.answered_on, objection.answered_by = timezone.localdate(), by.user_id
    objection.answered_who = who(by)
    objection.save()
    waiting = notice.objections.filter(state="open").count()
    announce(
        "objection.answered",
        **facts_of(notice),
        objection_id=objection.pk,
        outcome=outcome,
        open_objections=waiting,
        by=by,
    )
    announce("records.changed", division=notice.division, by=by)
    return objection
