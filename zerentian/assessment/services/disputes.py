"""Disputes: a body says that the records behind an entry are wrong, an inspector decides."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.assessment.models import Dispute, Entry, EntryChange
from zerentian.assessment.queries.entries import HELD
from zerentian.assessment.rules import RANKS, Status, decision_problem, dispute_problem
from zerentian.assessment.services import standings
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused


@act("assessment.dispute.raise", _("提出申诉"), needs=Permission.DISPUTE_RAISE, reason_required=True)
def raise_dispute(*, entry_id: int, reason: str, by: Actor) -> Dispute:
    """Dispute the records behind an entry; its figure stays visible, its status is `disputed` until decided.

    Refused outside one's scope, while another dispute is open, or where nothing was computed.
    """
    entry = get_object_or_404(Entry.objects.within(by.scope).select_for_update(), pk=entry_id)
    held = Dispute.objects.filter(entry=entry, state__in=HELD).values_list("state", flat=True).first() or ""
    problem = dispute_problem(status=entry.judged, held=held, is_within=by.scope.covers(entry.division))
    if problem:
        raise Refused(problem)
    dispute = Dispute.objects.create(
        entry=entry, division=entry.division, body=entry.body, reason=reason.strip(), raised_by=by.user_id,
        raised_who=f"{by.name} {by.post_title}".strip(), value_then=entry.value,
    )  # fmt: skip
    _turn(entry, Status.DISPUTED, "raised", reason.strip(), by)
    return dispute


@act("assessment.dispute.decide", _("裁定申诉"), needs=Permission.DISPUTE_DECIDE, reason_required=True)
def decide_dispute(*, dispute_id: int, is_upheld: bool, reason: str, by: Actor) -> Dispute:
    """Decide a dispute: the entry stands again where its figure puts it; upheld, its records are to be corrected.

    Refused when it was decided already, or by the one who raised it.
    """
    dispute = get_object_or_404(Dispute.objects.within(by.scope).select_for_update(), pk=dispute_id)
    problem = decision_problem(state=dispute.state, raised_by=dispute.raised_by, decider=by.user_id)
    if problem:
        raise Refused(problem)
    dispute.state = Dispute.State.UPHELD if is_upheld else Dispute.State.REJECTED
    dispute.decision = reason.strip()
    dispute.decided_at, dispute.decided_by = timezone.now(), by.user_id
    dispute.decided_who = f"{by.name} {by.post_title}".strip()
    dispute.save()
    entry = Entry.objects.select_for_update().get(pk=dispute.entry_id)
    _turn(entry, Status(entry.judged), dispute.state, reason.strip(), by)
    return dispute


def _turn(entry: Entry, status: Status, kind: str, note: str, by: Actor) -> None:
    before = entry.status
    if status != before:
        entry.status, entry.rank, entry.since = status, RANKS[status], timezone.localdate()
        entry.save(update_fields=["status", "rank", "since"])
        standings.recount(entry.body, entry.division)
    EntryChange.objects.create(
        entry_id=entry.pk, division=entry.division, kind=kind, before_status=before, status=status,
        before_value=entry.value, value=entry.value, target=entry.target, who=f"{by.name} {by.post_title}".strip(), note=note,
    )  # fmt: skip
