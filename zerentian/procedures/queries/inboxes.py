"""What waits for whom: the inbox of an actor, its heaps by step, what came back, what went on."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import level_of, range_of
from zerentian.procedures.models import Case, Definition, StepRecord
from zerentian.procedures.queries.cases import DECIDING
from zerentian.procedures.queries.definitions import definition
from zerentian.procedures.queries.hands import hands_of
from zerentian.procedures.rules.flow import LIVE, Hand


def waiting(actor: Actor, on: date) -> QuerySet[Case]:
    """The open cases that wait for one of the actor's hands, by deadline."""
    rows: QuerySet[Case] = Case.objects.within(actor.scope).filter(state__in=("open", "review"))
    wanted = Q(pk__in=())
    for hand in hands_of(actor, "", on):
        if hand.division is None or not hand.may_decide:
            continue
        area = range_of(hand.division)
        inside = Q(division__gte=area.lo, division__lt=area.hi, waits_level=int(level_of(hand.division)))
        wanted |= inside & _steps_of(hand)
    return rows.filter(wanted).order_by("due_on", "id")


@dataclass(frozen=True, slots=True)
class Heap:
    """The cases that wait for somebody at one step of one procedure."""

    definition: int
    step: str
    count: int
    villages: int
    due_on: date | None

    @property
    def key(self) -> str:
        """As addresses name it."""
        return f"{self.definition}:{self.step}"


def heaps(rows: QuerySet[Case]) -> list[Heap]:
    """What waits, by procedure and step, the most urgent first."""
    found = rows.order_by().values_list("definition_id", "step").annotate(
        Count("id"), Count("division", distinct=True), Min("due_on")
    )  # fmt: skip
    return sorted((Heap(*row) for row in found), key=lambda heap: (heap.due_on or date.max, heap.key))


def in_heap(rows: QuerySet[Case], key: str) -> QuerySet[Case]:
    """The cases of one heap, by its key; none for a key that is none."""
    definition, _colon, step = key.partition(":")
    if not (definition.isascii() and definition.isdigit() and len(definition) < 10):
        return rows.none()
    return rows.filter(definition_id=int(definition), step=step[:40])


def _steps_of(hand: Hand) -> Q:
    """The steps that the hand decides, over all definitions that cases have begun with."""
    wanted = Q(pk__in=())
    for pk in Definition.objects.values_list("pk", flat=True):
        steps = [s.id for s in definition(pk).steps if hand.role in s.by.roles or hand.post in s.by.posts]
        wanted |= Q(definition_id=pk, step__in=steps)
    return wanted


def reviews(actor: Actor, on: date) -> QuerySet[Case]:
    """Decisions of people in conflict that the actor may review, and cases that ran out of time one level below."""
    rows: QuerySet[Case] = Case.objects.within(actor.scope).filter(state="review")
    level = next((hand.level for hand in hands_of(actor, "", on)), None)
    if level is None or not actor.may(Permission.CASE_DECIDE):
        return rows.none()
    return rows.filter(waits_level__gte=level).exclude(held__user_id=actor.user_id).order_by("due_on", "id")


def escalated(actor: Actor) -> QuerySet[Case]:
    """Cases that ran out of time at the level below the actor's."""
    rows: QuerySet[Case] = Case.objects.within(actor.scope).filter(state__in=LIVE)
    rows = rows.exclude(escalated_on=None)
    level = level_of(actor.division) if actor.division is not None else None
    if level is None or not actor.may(Permission.CASE_VIEW):
        return rows.none()
    return rows.filter(waits_level=level + 1).order_by("due_on", "id")


def came_back(actor: Actor, on: date) -> QuerySet[Case]:
    """What waits for the actor because it was sent back."""
    return waiting(actor, on).filter(came_back=True)


def sent_on(actor: Actor) -> QuerySet[Case]:
    """Cases that the actor moved and that are still under way elsewhere."""
    moved = StepRecord.objects.filter(user_id=actor.user_id, what__in=DECIDING).values("case_id")
    rows: QuerySet[Case] = Case.objects.within(actor.scope).filter(pk__in=moved, state__in=LIVE)
    level = int(level_of(actor.division)) if actor.division is not None else 0
    return rows.exclude(waits_level=level).order_by("-id")


def waiting_count(actor: Actor) -> int:
    """How many cases wait for the actor today; for the navigation."""
    return 0 if actor.user_id is None else waiting(actor, _today()).count()


def _today() -> date:
    return timezone.localdate()
