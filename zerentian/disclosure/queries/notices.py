"""Lists of notices and objections for staff, and what is due with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from zerentian.disclosure.models import Notice, Objection, Posting
from zerentian.disclosure.queries.kinds import kinds
from zerentian.disclosure.rules.states import Standing, due_act
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Scope, level_of, range_of

MOST_DUE = 500
WAITING = Count("objections", filter=Q(objections__state="open"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of notices is narrowed by."""

    area: int | None = None
    kind: str = ""
    state: str = ""
    code: str = ""
    proof: str = ""


def notices(scope: Scope, wanted: Wanted) -> QuerySet[Notice]:
    """The notices of the scope, the newest first."""
    rows = Notice.objects.within(scope)
    if wanted.area is not None:
        area = range_of(wanted.area)
        rows = rows.filter(division__gte=area.lo, division__lt=area.hi)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.code:
        rows = rows.filter(Q(code__iexact=wanted.code) | Q(subject=wanted.code))
    if wanted.proof:
        rows = rows.filter(published_on__isnull=False, proved_on__isnull=wanted.proof == "without")
    found: QuerySet[Notice] = rows.annotate(open_objections=WAITING).order_by("-id")
    return found


def notice(scope: Scope, pk: int) -> Notice | None:
    """One notice of the scope with its proofs; None when there is none there."""
    proofs = Prefetch("postings", Posting.objects.order_by("id"))
    rows = Notice.objects.within(scope).filter(pk=pk).annotate(open_objections=WAITING)
    found: Notice | None = rows.prefetch_related(proofs).first()
    return found


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something that waits with a notice: review, publish, prove or end; and by when."""

    notice: Notice
    act: str
    due_on: date
    is_late: bool


def due(scope: Scope, on: date, area: int | None = None) -> list[DueItem]:
    """What waits with the notices of the scope, the most urgent first."""
    rows = notices(scope, Wanted(area=area))
    waiting = Q(state__in=("draft", "reviewed")) | Q(state__in=("published", "ended"), proved_on__isnull=True)
    waiting |= Q(state="published", period_to__lt=on)
    found = []
    for row in rows.filter(waiting).order_by("due_on", "id")[:MOST_DUE]:
        state = Standing(row.state, row.due_on, row.period_to, row.proof_due_on, int(row.proved_on is not None))
        if step := due_act(state, on):
            found.append(DueItem(row, step[0], step[1], step[1] < on))
    return sorted(found, key=lambda item: item.due_on)


def due_of(actor: Actor, on: date) -> dict[str, int]:
    """How much waits for the actor's own hand: by step, and the objections that his office holds (`answer`)."""
    counts = dict.fromkeys(("review", "publish", "prove", "end", "answer"), 0)
    if actor.division is None:
        return counts
    level = level_of(actor.division)
    for item in due(actor.scope, on):
        kind, mine = kinds().get(item.notice.kind), item.notice.division == actor.division
        if kind is None:
            continue  # no rule pack declares it any more; its own page says so
        if item.act == "review":
            counts["review"] += actor.may(Permission.NOTICE_REVIEW) and kind.reviewed_by is level
        elif mine and actor.may(Permission.NOTICE_COMPOSE):
            counts[item.act] += 1
    if actor.may(Permission.OBJECTION_ANSWER):
        held = Objection.objects.within(actor.scope).filter(holder=actor.division, state="open")
        counts["answer"] = held.count()
    return counts


def objections(scope: Scope, *, on: date, state: str = "", area: int | None = None) -> QuerySet[Objection]:
    """The objections of the scope: the open ones first, by their day."""
    rows = Objection.objects.within(scope).select_related("notice")
    if area is not None:
        rows = rows.inside(area)
    if state == "late":
        rows = rows.filter(state="open", due_on__lt=on)
    elif state:
        rows = rows.filter(state=state)
    found: QuerySet[Objection] = rows.order_by("-state", "due_on", "id")
    return found


def objection(scope: Scope, pk: int) -> Objection | None:
    """One objection of the scope."""
    found: Objection | None = Objection.objects.within(scope).select_related("notice").filter(pk=pk).first()
    return found


def notices_of(subject: str, scope: Scope) -> Sequence[Notice]:
    """The notices composed for a subject, the oldest first; apps above call it by the name that they gave."""
    return list(Notice.objects.within(scope).filter(subject=subject).order_by("id"))


def open_objections(subject: str, scope: Scope) -> int:
    """How many objections to the notices of a subject wait for their answer."""
    count: int = Objection.objects.within(scope).filter(notice__subject=subject, state="open").count()
    return count


def past_their_days(scope: Scope, on: date) -> list[int]:
    """The ids of published notices whose last day has passed."""
    with unit(system(scope=scope), writes=False):
        rows = Notice.objects.within(scope).filter(state="published", period_to__lt=on)
        return list(rows.order_by("id").values_list("pk", flat=True))
