"""What people do with a clue: they look and say what is true, hand it on, and somebody else settles it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueStep
from zerentian.exchange.services.replying import tell_departments
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.files import PHOTOS, store, suffix_of
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.kernel.scope import Level, Scope, ancestor, range_of

LARGEST_FILE = 10 << 20  # bytes
MOST_FILES = 5
MOST_AT_ONCE = 200  # clues of one list
LONGEST = 2_000  # characters of a statement
_FILES = {**PHOTOS, b"%PDF-": ".pdf"}
State, Conclusion = Clue.State, Clue.Conclusion


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found about one clue of a list."""

    clue_id: int
    conclusion: str
    statement: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one clue of a list; `why` says why nothing came of it."""

    clue_id: int
    why: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was carried out."""
        return not self.why


@act("exchange.clue.answer", _("核实比对线索"), needs=Permission.CLUE_ANSWER)
def answer_clue(*, clue_id: int, conclusion: str, statement: str, by: Actor, photos: Sequence[BinaryIO] = ()) -> Clue:
    """Say what is true, with a statement and photos or scans; somebody else then settles the clue."""
    clue = _answer(Answer(clue_id, conclusion, statement), by, photos)
    announce("records.changed", division=clue.division, by=by)
    return clue


@act("exchange.clue.answer_many", _("批量核实比对线索"), needs=Permission.CLUE_ANSWER)
def answer_many(*, answers: Sequence[Answer], by: Actor, whole: bool = False) -> list[Done]:
    """Say what is true of each clue of a list; each has its own record, and one that is refused holds up no other.

    With `whole` one that is refused holds up all.
    """
    done, places = [], set()
    for one in answers:
        try:
            with transaction.atomic():
                places.add(_answer(one, by).division)
            done.append(Done(one.clue_id))
        except Refused as refused:
            done.append(Done(one.clue_id, "；".join(map(str, refused.reasons))))
        except Http404:
            done.append(Done(one.clue_id, "没有这条线索，或它不在您的管辖范围内"))
    if whole and (failed := [one for one in done if one.why]):
        raise Refused(f"有 {len(failed)} 条保存不了，按您的要求全部没有保存：{failed[0].why}")
    for place in sorted(places):
        announce("records.changed", division=place, by=by)
    return done


def faults_of(conclusion: str, statement: str, photos: int = 0) -> list[Reason]:
    """What is missing in an answer, before anybody keeps it."""
    faults = []
    if conclusion not in Conclusion.values:
        faults.append(Reason("请选择核实结论", "结论"))
    if len(statement.strip()) < 4:
        faults.append(Reason("请写明核实情况：看到什么、问了谁、依据是什么", "核实情况"))
    if photos > MOST_FILES:
        faults.append(Reason(f"一次最多上传 {MOST_FILES} 个文件", "照片或扫描件"))
    return faults


def _answer(given: Answer, by: Actor, photos: Sequence[BinaryIO] = ()) -> Clue:
    clue = _held(given.clue_id, State.OPEN, by)
    if found := faults_of(given.conclusion, given.statement, len(photos)):
        raise Refused(*found)
    kept = [_store(file, clue, by) for file in photos]
    clue.state, clue.conclusion, clue.statement = State.ANSWERED, given.conclusion, given.statement.strip()[:LONGEST]
    clue.answered_on, clue.answered_by, clue.answered_who = timezone.localdate(), by.user_id, who(by)
    clue.holder = queries.desk_of(by) or clue.holder  # whoever looked; the desk above settles it
    clue.save()
    step(clue, "answered", by, conclusion=clue.conclusion, statement=clue.statement, files=kept)
    return clue


@act("exchange.clue.settle", _("审定比对线索"), needs=Permission.CLUE_SETTLE)
def settle_clue(*, clue_id: int, by: Actor, note: str = "") -> Clue:
    """Accept what was found: the clue is over, its evidence answered, and the department hears of wrong data."""
    clue = _settle(clue_id, note, by)
    announce("records.changed", division=clue.division, by=by)
    return clue


@act("exchange.clue.settle_many", _("批量审定比对线索"), needs=Permission.CLUE_SETTLE)
def settle_many(*, clue_ids: Sequence[int], by: Actor) -> list[Done]:
    """Accept what was found about each clue of a list; each has its own record."""
    done, places = [], set()
    for clue_id in clue_ids:
        try:
            with transaction.atomic():
                places.add(_settle(clue_id, "", by).division)
            done.append(Done(clue_id))
        except Refused as refused:
            done.append(Done(clue_id, "；".join(map(str, refused.reasons))))
        except Http404:
            done.append(Done(clue_id, "没有这条线索，或它不在您的管辖范围内"))
    for place in sorted(places):
        announce("records.changed", division=place, by=by)
    return done


def _settle(clue_id: int, note: str, by: Actor) -> Clue:
    clue = _held(clue_id, State.ANSWERED, by)
    if clue.answered_by is not None and clue.answered_by == by.user_id:
        raise Refused(Reason("核实和审定不能是同一个人，请由乡镇或县的另一位同志审定", "审定"))
    clue.state, clue.settled_on = State.SETTLED, timezone.localdate()
    clue.settled_by, clue.settled_who = by.user_id, who(by)
    clue.keeper_id, clue.keeper_who, clue.reply_state, clue.replied_on = None, "", "", None
    clue.save()
    clue.evidence.update(answered=True)
    step(clue, "settled", by, conclusion=clue.conclusion, statement=note.strip()[:LONGEST])
    tell_departments(clue, note)
    return clue


@act("exchange.clue.return", _("退回线索重新核实"), needs=Permission.CLUE_SETTLE, reason_required=True)
def return_clue(*, clue_id: int, reason: str, by: Actor) -> Clue:
    """Send an answer back to whoever looked, with the reason."""
    clue = _held(clue_id, State.ANSWERED, by)
    clue.state, clue.conclusion = State.OPEN, ""
    clue.save()
    step(clue, "returned", by, statement=reason.strip()[:LONGEST])
    announce("records.changed", division=clue.division, by=by)
    return clue


@act("exchange.clue.reopen", _("重新核实已办结的线索"), needs=Permission.CLUE_SETTLE, reason_required=True)
def reopen_clue(*, clue_id: int, reason: str, by: Actor) -> Clue:
    """Have a settled clue looked at again: the department upheld its data, or the answer was wrong."""
    clue = _held(clue_id, State.SETTLED, by)
    today = timezone.localdate()
    clue.state, clue.conclusion, clue.reopened_on, clue.escalated_on = State.OPEN, "", today, None
    clue.settled_on, clue.settled_by, clue.settled_who = None, None, ""
    clue.reply_state, clue.replied_on = "", None
    clue.due_on = queries.due_day(clue.division, today)
    clue.save()
    step(clue, "reopened", by, statement=reason.strip()[:LONGEST])
    announce("records.changed", division=clue.division, by=by)
    return clue


@act("exchange.clue.hand_over", _("转交比对线索"), needs=Permission.CLUE_ANSWER, reason_required=True)
def hand_over_clue(*, clue_id: int, to: str, reason: str, by: Actor) -> Clue:
    """Give an open clue to another desk (village, township, county) or to one person there (`user:5`)."""
    clue = _held(clue_id, State.OPEN, by)
    found = {one.key: one for one in queries.hands(clue, by)}.get(to)
    if found is None:
        raise Refused(Reason("请选择转交给哪一级或哪个人", "转交给"))
    clue.holder, clue.keeper_id, clue.keeper_who = found.desk, found.user_id, found.name if found.user_id else ""
    clue.save()
    step(clue, "handed", by, statement=f"{found.name}：{reason.strip()}"[:LONGEST])
    return clue


def _held(clue_id: int, state: str, by: Actor) -> Clue:
    found: Clue | None = queries.in_reach(by.scope).select_for_update(of=("self",)).filter(pk=clue_id).first()
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
    return store(
        file, name=name, purpose="线索核实凭证", by=by, division=_papers_place(clue), needs=Permission.CLUE_VIEW
    ).pk


def _papers_place(clue: Clue) -> int:
    """Where the papers of a clue are kept: above the village while it may not read the clue itself."""
    village = range_of(clue.division)
    is_read = queries.in_reach(Scope((village,))).filter(pk=clue.pk).exists()
    return clue.division if is_read else ancestor(clue.division, Level.TOWNSHIP)


def step(
    clue: Clue, kind: str, by: Actor, *, conclusion: str = "", statement: str = "", files: Sequence[int] = ()
) -> None:  # fmt: skip
    """Record what was done with a clue."""
    ClueStep.objects.create(
        clue=clue, division=clue.division, household_id=clue.household_id, kind=kind, conclusion=conclusion,
        statement=statement, files=list(files), user_id=by.user_id, who=who(by),
    )  # fmt: skip


def who(by: Actor) -> str:
    """The actor as records name him."""
    return f"{by.name} {by.post_title}".strip()
