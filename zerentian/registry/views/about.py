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
        return {"cases": [], "openable": [], "others": []}
    today, actor = timezone.localdate(), request.actor
    able = actor.may(Permission.CASE_OPEN) and actor.scope.covers(division)
    # A household's page names what its reader may begin; that of a village or county also who begins the rest.
    possible = [
        one
        for _pack, one in procedures.definitions().values()
        if one.subject == kind and one.in_force(today)
        if kind != "household" or (able and actor.role in one.opened_by.roles)
        if not procedures.against_opening(one, subject_id, division, today)
    ]
    own = [one for one in possible if able and actor.role in one.opened_by.roles]
    openable = [
        (procedures.words(one.title), reverse("procedures:case_open", args=[one.id, subject_id])) for one in own
    ]
    others = [
        (procedures.words(one.title), procedures.decider_words(one.opened_by)) for one in possible if one not in own
    ]
    cases = procedures.cases_of(kind, subject_id, actor.scope)[:MOST_CASES]
    return {"cases": procedures.rows_of(cases, today), "openable": openable, "others": others}
