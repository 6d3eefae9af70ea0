"""The cases about a household, a village or a county, and the procedures that the reader may begin for it."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from zerentian.kernel.http import Request
from zerentian.kernel.permissions import Permission
from zerentian.procedures import queries as procedures

MOST_CASES = 20


def procedures_about(request: Request, kind: str, subject_id: int, division: int) -> dict[str, Any]:
    """What a page shows of procedures about a subject that lies in the division."""
    if not request.actor.may(Permission.CASE_VIEW):
        return {"cases": [], "openable": []}
    today, actor = timezone.localdate(), request.actor
    able = actor.may(Permission.CASE_OPEN) and actor.scope.covers(division)
    openable = [
        (procedures.words(one.title), reverse("procedures:case_open", args=[one.id, subject_id]))
        for _pack, one in procedures.definitions().values()
        if able and one.subject == kind and one.in_force(today) and actor.role in one.opened_by.roles
        if not procedures.against_opening(one, subject_id, division, today)
    ]
    cases = procedures.cases_of(kind, subject_id, actor.scope)[:MOST_CASES]
    return {"cases": procedures.rows_of(cases, today), "openable": openable}
