"""The way back: a department hears what its rows led to, answers, and the answer reaches whoever had looked."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueStep, Delivery, Reply
from zerentian.exchange.services.storing import SHIFT
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import narrowed
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Outrun, Reason, Refused
from zerentian.rulebook.queries import calendar, parameter
from zerentian.rulebook.rules.days import last_day


@act("exchange.reply.answer", _("答复更正要求"), needs=Permission.EXCHANGE_DELIVER)
def answer_reply(*, reply_id: int, corrected: bool, answer: str, by: Actor) -> Reply:
    """A department says that it corrected a row, or why the row is right; whoever had looked hears of it."""
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
    found.answer, found.answered_on = answer.strip()[:300], timezone.localdate()
    found.answered_who = f"{by.name} {by.post_title}".strip()
    found.save()
    with narrowed(system().scope):  # the clue is a village's, where the department itself sees nothing
        _tell_village(found, by)
    announce("records.changed", division=found.division, by=by)
    return found


def _tell_village(reply: Reply, by: Actor) -> None:
    """The department's answer stands on the clue; the clue says so once every row of it is answered."""
    clue = Clue.objects.select_for_update(of=("self",)).get(pk=reply.clue_id)
    ClueStep.objects.create(
        clue=clue, division=clue.division, household_id=clue.household_id, kind=reply.state, statement=reply.answer,
        user_id=by.user_id, who=reply.answered_who,
    )  # fmt: skip
    states = list(Reply.objects.filter(clue_id=clue.pk).values_list("state", flat=True))
    if clue.state != Clue.State.SETTLED or Reply.State.OPEN in states:
        return
    clue.reply_state = Reply.State.UPHELD if Reply.State.UPHELD in states else Reply.State.CORRECTED
    clue.replied_on = timezone.localdate()
    clue.save()


def tell_departments(clue: Clue, note: str = "") -> None:
    """Tell the department about every row that a settled clue rests on: as a request where its data are wrong."""
    with narrowed(system().scope):  # the delivery is a department's of the province or county, above whoever settles
        rows = [one.row for one in clue.evidence.all() if one.row is not None]
        deliveries = {d.pk: d for d in Delivery.objects.filter(pk__in={row // SHIFT for row in rows})}
        for row in rows:
            if delivery := deliveries.get(row // SHIFT):
                _tell(clue, delivery, row % SHIFT, note)


def _tell(clue: Clue, delivery: Delivery, row: int, note: str) -> None:
    """One row: told anew when the clue ended otherwise than before, or when the department had upheld the row."""
    today = timezone.localdate()
    is_wrong = clue.conclusion == Clue.Conclusion.WRONG_DATA
    days = int(parameter("exchange.reply.days", delivery.division, today))
    told = {
        "division": delivery.division, "source": delivery.source, "rule": clue.rule, "conclusion": clue.conclusion,
        "note": note.strip()[:300], "state": Reply.State.OPEN if is_wrong else Reply.State.NOTED, "raised_on": today,
        "due_on": last_day(today, days, working=True, calendar=calendar()),
    }  # fmt: skip
    found, is_new = Reply.objects.get_or_create(clue_id=clue.pk, delivery=delivery, row=row, defaults=told)
    if is_new or (found.conclusion == clue.conclusion and found.state != Reply.State.UPHELD):
        return
    for name, value in told.items():
        setattr(found, name, value)
    found.answer, found.answered_on, found.answered_who = "", None, ""
    found.save()
