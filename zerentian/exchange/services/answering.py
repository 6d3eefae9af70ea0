"""What people do with a clue: they look and say what is true, somebody else settles it, the department hears of it."""

from collections.abc import Sequence
from typing import BinaryIO

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueStep, Delivery, Reply
from zerentian.exchange.services.storing import SHIFT
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import narrowed
from zerentian.kernel.effects import announce, effect
from zerentian.kernel.files import PHOTOS, store, suffix_of
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Outrun, Reason, Refused
from zerentian.rulebook.queries import calendar, parameter
from zerentian.rulebook.rules.days import last_day

LARGEST_FILE = 10 << 20  # bytes
MOST_FILES = 5
_FILES = {**PHOTOS, b"%PDF-": ".pdf"}
State, Conclusion = Clue.State, Clue.Conclusion


@act("exchange.clue.answer", _("核实比对线索"), needs=Permission.CLUE_ANSWER)
def answer_clue(*, clue_id: int, conclusion: str, statement: str, by: Actor, photos: Sequence[BinaryIO] = ()) -> Clue:
    """Say what is true, with a statement and photos or scans; somebody else then settles the clue."""
    clue = _held(clue_id, State.OPEN, by)
    faults = []
    if conclusion not in Conclusion.values:
        faults.append(Reason("请选择核实结论", "结论"))
    if len(statement.strip()) < 4:
        faults.append(Reason("请写明核实情况：看到什么、问了谁、依据是什么", "核实情况"))
    if len(photos) > MOST_FILES:
        faults.append(Reason(f"一次最多上传 {MOST_FILES} 个文件", "照片或扫描件"))
    if faults:
        raise Refused(*faults)
    kept = [_store(file, clue, by) for file in photos]
    clue.state, clue.conclusion, clue.statement = State.ANSWERED, conclusion, statement.strip()[:2_000]
    clue.answered_on, clue.answered_by, clue.answered_who = timezone.localdate(), by.user_id, _who(by)
    clue.save()
    _step(clue, "answered", by, conclusion=conclusion, statement=clue.statement, files=kept)
    announce("records.changed", division=clue.division, by=by)
    return clue


@act("exchange.clue.settle", _("审定比对线索"), needs=Permission.CLUE_SETTLE)
def settle_clue(*, clue_id: int, by: Actor, note: str = "") -> Clue:
    """Accept what was found: the clue is over, its evidence answered, and the department hears of wrong data."""
    clue = _held(clue_id, State.ANSWERED, by)
    if clue.answered_by is not None and clue.answered_by == by.user_id:
        raise Refused(Reason("核实和审定不能是同一个人，请由乡镇或县的另一位同志审定", "审定"))
    clue.state, clue.settled_on = State.SETTLED, timezone.localdate()
    clue.settled_by, clue.settled_who = by.user_id, _who(by)
    clue.save()
    clue.evidence.update(answered=True)
    _step(clue, "settled", by, conclusion=clue.conclusion, statement=note.strip()[:2_000])
    with narrowed(system().scope):  # the delivery is a department's of the province or county, above whoever settles
        _reply(clue)
    announce("records.changed", division=clue.division, by=by)
    return clue


@act("exchange.clue.return", _("退回线索重新核实"), needs=Permission.CLUE_SETTLE, reason_required=True)
def return_clue(*, clue_id: int, reason: str, by: Actor) -> Clue:
    """Send an answer back to whoever looked, with the reason."""
    clue = _held(clue_id, State.ANSWERED, by)
    clue.state, clue.conclusion = State.OPEN, ""
    clue.save()
    _step(clue, "returned", by, statement=reason.strip()[:2_000])
    return clue


@act("exchange.reply.answer", _("答复更正要求"), needs=Permission.EXCHANGE_DELIVER)
def answer_reply(*, reply_id: int, corrected: bool, answer: str, by: Actor) -> Reply:
    """A department says that it corrected a row, or why the row is right."""
    found: Reply | None = queries.replies(by).select_for_update(of=("self",)).filter(pk=reply_id).first()
    if found is None:
        raise Http404
    if not queries.delivers(by, queries.source(found.source)):
        raise Denied("这一条由交付数据的部门答复")
    if found.state != Reply.State.OPEN:
        raise Outrun("这一条已经答复过了，请刷新后再看")
    if len(answer.strip()) < 2:
        raise Refused(Reason("请写明怎样更正的，或为什么数据无误", "答复"))
    found.state = Reply.State.CORRECTED if corrected else Reply.State.UPHELD
    found.answer, found.answered_on, found.answered_who = answer.strip()[:300], timezone.localdate(), _who(by)
    found.save()
    announce("records.changed", division=found.division, by=by)
    return found


def _held(clue_id: int, state: str, by: Actor) -> Clue:
    found: Clue | None = Clue.objects.within(by.scope).select_for_update(of=("self",)).filter(pk=clue_id).first()
    if found is None:
        raise Http404
    if found.state != state:
        raise Outrun("这条线索刚被别人办理过，请刷新后再看")
    return found


def _store(file: BinaryIO, clue: Clue, by: Actor) -> int:
    where = "照片或扫描件"
    too_large = Reason(f"文件不能超过 {LARGEST_FILE >> 20} MB，请调低分辨率再传", where)
    suffix = suffix_of(
        file, _FILES, most=LARGEST_FILE, too_large=too_large, strange=Reason("请上传 JPG、PNG 照片或 PDF 扫描件", where)
    )
    name = f"clue-{clue.pk}{suffix}"
    return store(file, name=name, purpose="线索核实凭证", by=by, division=clue.division, needs=Permission.CLUE_VIEW).pk


def _step(
    clue: Clue, kind: str, by: Actor, *, conclusion: str = "", statement: str = "", files: Sequence[int] = ()
) -> None:  # fmt: skip
    ClueStep.objects.create(
        clue=clue, division=clue.division, household_id=clue.household_id, kind=kind, conclusion=conclusion,
        statement=statement, files=list(files), user_id=by.user_id, who=_who(by),
    )  # fmt: skip


def _reply(clue: Clue) -> None:
    """Tell the department about every row that the clue rests on: as a request where its data are wrong."""
    today = timezone.localdate()
    rows = [one.row for one in clue.evidence.all() if one.row is not None]
    deliveries = {d.pk: d for d in Delivery.objects.filter(pk__in={row // SHIFT for row in rows})}
    wrong = clue.conclusion == Conclusion.WRONG_DATA
    for row in rows:
        delivery = deliveries.get(row // SHIFT)
        if delivery is None:
            continue
        days = int(parameter("exchange.reply.days", delivery.division, today))
        Reply.objects.get_or_create(
            clue_id=clue.pk, delivery=delivery, row=row % SHIFT,
            defaults={
                "division": delivery.division, "source": delivery.source, "rule": clue.rule, "conclusion": clue.conclusion,
                "state": Reply.State.OPEN if wrong else Reply.State.NOTED, "raised_on": today,
                "due_on": last_day(today, days, working=True, calendar=calendar()),
            },
        )  # fmt: skip


def _who(by: Actor) -> str:
    return f"{by.name} {by.post_title}".strip()


@effect("today.wanted")
def waiting_clues(*, by: Actor, on: object) -> list[tuple[str, str]]:
    """Clues that wait for the actor's office, and those over their deadline."""
    return [(gettext(text) % {"n": number}, url) for text, number, url in queries.wanted(by)]
