"""What the worker does with cases every day."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.jobs import every
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Outrun
from zerentian.procedures import queries
from zerentian.procedures.models import Case
from zerentian.procedures.rules.flow import RUNNING
from zerentian.procedures.services.moving import located, record


@every("15 16 * * *")
def escalate_daily() -> None:
    """Shortly after midnight of the place."""
    escalate_due()


def escalate_due(by: Actor | None = None) -> int:
    """Put every case that ran out of time before the superior of whoever holds it; how many."""
    actor, today = by or system(), timezone.localdate()
    with unit(actor, writes=False):
        rows = Case.objects.within(actor.scope).filter(state__in=RUNNING, due_on__lt=today, escalated_on=None)
        late = list(rows.order_by("id").values_list("pk", flat=True))
    done = 0
    for pk in late:
        try:
            escalate(case_id=pk, by=actor)
        except Outrun:
            continue  # decided meanwhile
        done += 1
    return done


@act("procedures.case.escalate", _("标记超期"), needs=Permission.CASE_DECIDE)
def escalate(*, case_id: int, by: Actor) -> None:
    """Mark a case as out of time; its holder stays, the level above sees it."""
    case, today = located(case_id, by), timezone.localdate()
    if case.due_on is None or case.due_on >= today or case.escalated_on is not None or case.state not in RUNNING:
        raise Outrun("这件案件刚被别人办理，请刷新后再看")
    record(case, "escalated", by=by, on=today, changes={"escalated_on": today})
    announce("case.escalated", case=queries.summary(case), on=today, by=by)
