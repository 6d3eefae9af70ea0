"""A true clue goes on as a case, and a case knows the clues about its household."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue
from zerentian.exchange.queries.board import wanted as wanted_deliveries
from zerentian.exchange.rules import desks
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.evidence import readable
from zerentian.exchange.services.answering import step
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce, effect
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun, Reason, Refused
from zerentian.procedures.models import Case
from zerentian.procedures.rules.flow import LIVE
from zerentian.procedures.rules.plugs import CaseSummary, Doubt
from zerentian.procedures.services import open_case

MOST_SHOWN = 50
_NOT_CLEAR = "与部门数据的比对还没有得出没有疑点的结论，请等比对结果"


@act("exchange.clue.open_case", _("由线索启动程序"), needs=Permission.CASE_OPEN)
def open_case_of_clue(*, clue_id: int, by: Actor) -> Case:
    """Begin the procedure that a confirmed clue calls for; one that is under way with the household is joined."""
    clue: Clue | None = queries.in_reach(by.scope).select_for_update(of=("self",)).filter(pk=clue_id).first()
    if clue is None:
        raise Http404
    if clue.case_id is not None:
        raise Outrun("这条线索已经启动程序，请刷新后再看")
    rule = queries.rule_of(clue)
    if clue.state != Clue.State.SETTLED or clue.conclusion != Clue.Conclusion.CONFIRMED:
        raise Refused(Reason("只有审定为“属实”的线索才能启动程序", "线索"))
    if rule is None or not rule.procedure:
        raise Refused(Reason("这条规则没有指定要启动的程序，请直接更正户档案或登记帮扶措施", "线索"))
    case = _under_way(rule.procedure, clue, by) or open_case(
        kind=rule.procedure, subject_id=clue.household_id, by=by, ground=_ground(clue, rule)
    )
    clue.case_id = case.pk
    clue.save(update_fields=["case_id"])
    step(clue, "opened", by, statement=gettext("案件 %(pk)s") % {"pk": case.pk})
    announce("records.changed", division=clue.division, by=by)
    return case


def _is_kept(rule: ClueRule) -> bool:
    """Whether a higher desk is asked first: the village reads a case, too, and must not learn from it that there is a clue."""
    return rule.checked_by != desks.DESKS[0]


def _ground(clue: Clue, rule: ClueRule) -> str:
    return "与部门数据比对的结果" if _is_kept(rule) else f"比对线索 {clue.pk} {rule.title}"


def _under_way(kind: str, clue: Clue, by: Actor) -> Case | None:
    live = Case.objects.within(by.scope).filter(kind=kind, subject_kind="household", state__in=LIVE)
    found: Case | None = live.filter(subject_id=clue.household_id).first()
    return found


@effect("case.doubts")
def doubts_of(*, case: CaseSummary, by: Actor) -> list[Doubt]:
    """The clues that led to a case, then the open ones about its household, for the case's page and print."""
    if case.subject_kind != "household" or not by.may(Permission.CLUE_VIEW):
        return []
    rows = queries.in_reach(by.scope).filter(household_id=case.subject_id)
    led = list(rows.filter(case_id=case.id).order_by("id")[:MOST_SHOWN])
    open_now = rows.exclude(state=Clue.State.SETTLED).exclude(pk__in=[one.pk for one in led])
    return [_doubt(one) for one in [*led, *open_now.order_by("due_on", "id")[:MOST_SHOWN]]]


def _doubt(clue: Clue) -> Doubt:
    shown: dict[str, str | None] = next((one.shown for one in queries.evidence_of(clue)), {})
    labels = queries.shown_labels(clue)
    told = "；".join(f"{labels[key]}：{readable(value)}" for key, value in shown.items() if value and key in labels)
    return Doubt(
        title=queries.title_of(clue.rule), told=told, state=str(clue.get_state_display()),
        conclusion=str(clue.get_conclusion_display()) if clue.conclusion else "", statement=clue.statement,
        due_on=clue.due_on, url=reverse("exchange:clue", args=[clue.pk]), is_settled=clue.state == Clue.State.SETTLED,
    )  # fmt: skip


@effect("household.doubts")
def doubts_standing(*, households: Sequence[int], on: date) -> dict[int, list[str]]:
    """What stands against “the comparison left no unexplained doubt”: doubts nobody has settled, and true ones.

    Of those that a higher desk is asked first no number, count or end is told, only that the comparison is not clear; whoever
    may read them finds them on the case's page.
    """
    found: dict[int, list[str]] = {}
    rows = Clue.objects.filter(household_id__in=households, kind="doubt", gone_on=None).order_by("id")
    for clue in rows.exclude(state=Clue.State.SETTLED, conclusion__in=("explained", "wrong_data", "changed")):
        rule = queries.rule_of(clue)
        told = found.setdefault(clue.household_id, [])
        if rule is None or _is_kept(rule):
            told += [_NOT_CLEAR] if _NOT_CLEAR not in told else []
            continue
        is_true, name = clue.state == Clue.State.SETTLED, rule.title
        told.append(
            f"比对线索“{name}”经核实属实（线索 {clue.pk}）"
            if is_true
            else f"比对线索“{name}”还没有办结（线索 {clue.pk}）"
        )
    return found


@effect("today.wanted")
def waiting_clues(*, by: Actor, on: object) -> list[tuple[str, str]]:
    """Clues that wait for the actor's office, those over their deadline, and what departments answered."""
    found = [*queries.wanted(by), *wanted_deliveries(by, timezone.localdate())]
    return [(gettext(text) % {"n": number}, url) for text, number, url in found]
