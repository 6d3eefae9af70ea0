"""The way back: a department hears what its rows led to, answers, and the answer reaches whoever had looked."""

from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueStep, Delivery, Reply, TableVersion
from zerentian.exchange.services.storing import SHIFT
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import narrowed
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import mask_name
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Denied, Outrun, Reason, Refused
from zerentian.kernel.scope import Level, chain_of
from zerentian.registry.models import Household, Person
from zerentian.rulebook.queries import calendar, parameter
from zerentian.rulebook.rules.days import last_day
from zerentian.territory import queries as territory


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
    found.answered_who, found.whom = f"{by.name} {by.post_title}".strip(), ""
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


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom a department is asked about where no row of its file says so: what it needs to find or enter the record."""

    name: str
    id_number: str
    place: str
    is_household: bool


@act("exchange.reply.identify", _("查看要更正的人是谁"), needs=Permission.EXCHANGE_DELIVER, reason_required=True)
def identify_reply(*, reply_id: int, reason: str, by: Actor) -> Identified:
    """Name and number of the person whom the department's table lacks, with a reason, recorded as a reading.

    Only the department that is asked, only while it is asked, and nothing else of the register; of a household its head.
    """
    found: Reply | None = queries.replies(by).filter(pk=reply_id, row=None).first()
    if found is None or not queries.delivers(by, queries.source(found.source)):
        raise Http404
    if found.state != Reply.State.OPEN:
        raise Outrun("这一条已经答复过了，不再显示姓名和证件号码")
    if len(reason.strip()) < 2:
        raise Refused(Reason("请写明为什么要查看", "理由"))
    with narrowed(system().scope):  # the register's, where the department itself sees nothing
        clue = Clue.objects.get(pk=found.clue_id)
        home, person = _subject(clue)
        told = Identified(
            person.name if person else home.head_name, person.id_number if person else "",
            territory.full_name(clue.division, above=Level.COUNTY), clue.person_id is None,
        )  # fmt: skip
    note_reading(
        page="exchange.reply", household_id=clue.household_id, person_id=person.pk if person else None,
        division=found.division, in_full="name,id_number", reason=reason.strip()[:300],
    )  # fmt: skip
    return told


def _subject(clue: Clue) -> tuple[Household, Person | None]:
    """The household of a clue and the person it is about; of a household as a whole its head."""
    home = Household.objects.get(pk=clue.household_id)
    people = Person.objects.filter(household_id=home.pk)
    mine = people.filter(pk=clue.person_id) if clue.person_id else people.filter(name=home.head_name, left_on=None)
    return home, mine.order_by("id").first()


def _masked(clue: Clue) -> str:
    """Whom a clue is about, masked: enough to know the case again, not to know the person."""
    home, person = _subject(clue)
    name = mask_name(person.name if person else home.head_name)
    whose = name if clue.person_id else f"{name}户"
    number = person.id_mask if person else ""
    return " · ".join(filter(None, [whose, number, territory.full_name(clue.division, above=Level.COUNTY)]))[:200]


def tell_departments(clue: Clue, note: str = "") -> None:
    """Tell the department about every row that a settled clue rests on: as a request where its data are wrong.

    What no single row raised (a row that is missing, a sum of several) goes back as one request, with whom it is about,
    and only where the data are wrong.
    """
    with narrowed(system().scope):  # the delivery is a department's of the province or county, above whoever settles
        pieces = [one.row for one in clue.evidence.all()]
        rows = [row for row in pieces if row is not None]
        deliveries = {d.pk: d for d in Delivery.objects.filter(pk__in={row // SHIFT for row in rows})}
        for row in rows:
            if delivery := deliveries.get(row // SHIFT):
                _tell(clue, delivery, row % SHIFT, note)
        if None in pieces:
            _tell_without_row(clue, note)


def _tell_without_row(clue: Clue, note: str) -> None:
    before = Reply.objects.filter(clue_id=clue.pk, row=None).order_by("id").last()
    asked = clue.conclusion == Clue.Conclusion.WRONG_DATA
    table = TableVersion.objects.filter(source=clue.source, division__in=chain_of(clue.division)).order_by("-number")
    delivery = before.delivery if before else next((one.delivery for one in table[:1] if asked), None)
    if delivery is not None:
        _tell(clue, delivery, None, note, whom=_masked(clue) if asked else "")


def _tell(clue: Clue, delivery: Delivery, row: int | None, note: str, whom: str = "") -> None:
    """One row: told anew when the clue ended otherwise than before, or when the department had upheld the row.

    Where no row says so, a department that said it had corrected its table is told anew, too: nothing there is new evidence.
    """
    today = timezone.localdate()
    is_wrong = clue.conclusion == Clue.Conclusion.WRONG_DATA
    days = int(parameter("exchange.reply.days", delivery.division, today))
    told = {
        "division": delivery.division, "source": delivery.source, "rule": clue.rule, "conclusion": clue.conclusion,
        "whom": whom, "note": note.strip()[:300], "state": Reply.State.OPEN if is_wrong else Reply.State.NOTED, "raised_on": today,
        "due_on": last_day(today, days, working=True, calendar=calendar()),
    }  # fmt: skip
    found, is_new = Reply.objects.get_or_create(clue_id=clue.pk, delivery=delivery, row=row, defaults=told)
    again = (Reply.State.UPHELD,) if row is not None else (Reply.State.UPHELD, Reply.State.CORRECTED)
    if is_new or (found.conclusion == clue.conclusion and found.state not in again):
        return
    for name, value in told.items():
        setattr(found, name, value)
    found.answer, found.answered_on, found.answered_who = "", None, ""
    found.save()
