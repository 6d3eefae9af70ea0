"""Clues and their evidence: lists by filter, desk and order; what is at a desk, and what waits for somebody today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.rules import ROLES, is_in_force
from zerentian.exchange.models import Clue, ClueEvidence, ClueStep, Reply
from zerentian.exchange.queries.sources import replies, rule_of, sources
from zerentian.exchange.rules import desks
from zerentian.kernel.actor import Actor
from zerentian.kernel.db import narrowed
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, Scope, chain_of, level_of
from zerentian.registry import queries as registry
from zerentian.registry.models import Person
from zerentian.registry.queries import Wanted
from zerentian.rulebook.queries import parameter
from zerentian.territory import queries as territory

STATES = ("open", "late", "answered", "settled", "gone")
ORDERS = {
    "due": ("due_on", "id"), "raised": ("raised_on", "id"), "place": ("division", "household_id", "id"),
    "rule": ("rule", "due_on", "id"), "state": ("state", "due_on", "id"),
}  # fmt: skip
MOST_HOMES = 500
REPLY_DAYS = 30  # as long the answer of a department stands among what is to be done today


@dataclass(frozen=True, slots=True)
class ClueFilter:
    """Which clues a list shows; `desk` is one of the heaps of `at_desk`."""

    area: int | None = None
    rule: str = ""
    source: str = ""
    kind: str = ""
    state: str = ""
    conclusion: str = ""
    text: str = ""
    household: int | None = None


def in_reach(scope: Scope) -> QuerySet[Clue]:
    """The clues of the scope that its desk may read.

    What a higher desk is asked first (custody, reports by the public, the village's own officers) a lower one reads
    only once it was handed down.
    """
    rows: QuerySet[Clue] = Clue.objects.within(scope)
    own = _own_desks(scope)
    higher = _kept_from(own)
    return rows.exclude(~Q(holder__in=own), rule__in=higher) if higher else rows


def _own_desks(scope: Scope) -> tuple[str, ...]:
    return desks.at_or_below(desks.desk_of(max((one.hi - one.lo for one in scope.ranges), default=0)))


def _kept_from(own: tuple[str, ...]) -> list[str]:
    """The rules about which a desk above these is asked first."""
    return [rule.id for source in sources().values() for rule in source.rules if rule.checked_by not in own]


def reads_every_clue(scope: Scope) -> bool:
    """Whether no clue of the scope is kept from its desk: only then may it be shown counts in which all are."""
    return not _kept_from(_own_desks(scope))


def clues(scope: Scope, wanted: ClueFilter, today: date, order: str = "") -> QuerySet[Clue]:
    """The clues of the scope that fit, those due first unless ordered otherwise (`-` in front turns round)."""
    rows = in_reach(scope)
    if wanted.area:
        rows = rows.inside(wanted.area)  # type: ignore[attr-defined]
    for name in ("rule", "source", "kind", "conclusion"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.household:
        rows = rows.filter(household_id=wanted.household)
    if wanted.text:
        rows = rows.filter(_named(scope, wanted.text))
    return ordered(_in_state(rows, wanted.state, today), order)


def _in_state(rows: QuerySet[Clue], state: str, today: date) -> QuerySet[Clue]:
    if state == "late":
        return rows.exclude(state="settled").filter(due_on__lt=today)
    if state == "gone":
        return rows.exclude(state="settled").filter(gone_on__isnull=False)
    return rows.filter(state=state) if state else rows


def _named(scope: Scope, text: str) -> Q:
    """Clues of households found as the register finds them, and of persons of that name."""
    homes = registry.households(scope, Wanted(text=text)).values("id")[:MOST_HOMES]
    people = Person.objects.within(scope).filter(name=text).values("id")[:MOST_HOMES]
    return Q(household_id__in=homes) | Q(person_id__in=people)


def ordered(rows: QuerySet[Clue], order: str) -> QuerySet[Clue]:
    """The rows in one of ORDERS; an unknown order is that of the deadlines."""
    names = ORDERS.get(order.removeprefix("-"), ORDERS["due"])
    return rows.order_by(*(f"-{name}" for name in names)) if order.startswith("-") else rows.order_by(*names)


def clue(scope: Scope, pk: int) -> Clue | None:
    """One clue within the scope."""
    found: Clue | None = in_reach(scope).filter(pk=pk).first()
    return found


def clues_by_id(scope: Scope, ids: list[int]) -> list[Clue]:
    """The clues of these ids within the scope, in the order of the ids."""
    found = in_reach(scope).prefetch_related("evidence").in_bulk(ids)
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def given_before(found: Sequence[Clue]) -> dict[int, set[tuple[str, str]]]:
    """Clue → every answer that was ever given to it, as conclusion and statement, those sent back too."""
    steps = ClueStep.objects.filter(clue__in=[one.pk for one in found], kind="answered")
    given: dict[int, set[tuple[str, str]]] = {}
    for clue_id, conclusion, statement in steps.values_list("clue_id", "conclusion", "statement"):
        given.setdefault(clue_id, set()).add((conclusion, statement))
    return given


def handed_on(found: Sequence[Clue], since: datetime | None, by: Actor) -> dict[int, datetime]:
    """Clue → when it was last handed on since a moment, of those that are now with somebody else than the actor."""
    desk = desk_of(by)
    gone = [one.pk for one in found if (one.keeper_id != by.user_id if one.keeper_id else one.holder != desk)]
    steps = ClueStep.objects.filter(clue__in=gone, kind="handed", **({"at__gt": since} if since else {}))
    return dict(steps.order_by("id").values_list("clue_id", "at"))


def evidence_of(clue: Clue) -> list[ClueEvidence]:
    """The evidence of a clue: what is still so first, then what is gone."""
    return sorted(clue.evidence.all(), key=lambda one: (-one.last_run_id, one.pk))


def title_of(rule_id: str) -> str:
    """What a rule is called in the reader's language; its id where the sources have it no more."""
    found = next((one for source in sources().values() for one in source.rules if one.id == rule_id), None)
    return spoken(found.title, found.title_en) if found else rule_id


def shown_labels(clue: Clue) -> dict[str, str]:
    """What the columns of a clue's evidence are called, in the reader's language."""
    rule = rule_of(clue)
    return {column: spoken(words.zh, words.en) for column, words in rule.shows} if rule else {}


def spoken(zh: str, en: str) -> str:
    """The text in the reader's language."""
    return en if (get_language() or "").startswith("en") else zh


def replies_to(clue: Clue) -> list[Reply]:
    """What the departments were told about a clue and answered; for whoever may see the clue."""
    with narrowed(Scope.everywhere()):  # the delivery is a department's of the province, above whoever looked
        return list(Reply.objects.filter(clue_id=clue.pk).order_by("id"))


def due_day(division: int, on: date) -> date:
    """Until when a clue that comes up on a day is answered there."""
    return on + timedelta(days=int(parameter("exchange.clue.days", division, on)))


# --- desks --------------------------------------------------------------------------------------


def desk_of(by: Actor) -> str:
    """The desk at which the actor sits; empty where there is none."""
    if by.division is None or not by.may(Permission.CLUE_ANSWER):
        return ""
    return desks.desk_at(level_of(by.division))


def _mine(rows: QuerySet[Clue], by: Actor) -> QuerySet[Clue]:
    """Open clues of the actor's desk that nobody else keeps, and those handed to him."""
    at_desk = Q(holder=desk_of(by), keeper_id=None) if desk_of(by) else Q(pk__in=())
    return rows.filter(at_desk | Q(keeper_id=by.user_id), state="open")


def _to_settle(rows: QuerySet[Clue], by: Actor) -> QuerySet[Clue]:
    """Answers that the actor's desk settles, his own left out."""
    desk = desk_of(by)
    if not desk or not by.may(Permission.CLUE_SETTLE):
        return rows.none()
    return rows.filter(state="answered", holder__in=desks.below(desk)).exclude(answered_by=by.user_id)


def _come_up(rows: QuerySet[Clue], by: Actor) -> QuerySet[Clue]:
    """Late clues that came up to the actor's desk."""
    desk = desk_of(by)
    return rows.filter(state="open", holder=desk).exclude(escalated_on=None) if desk else rows.none()


def _late_below(rows: QuerySet[Clue], by: Actor) -> QuerySet[Clue]:
    """Late clues that came up to the desk just below the actor's: its superior sees them."""
    level = level_of(by.division) if by.division is not None else None
    if level is None or not by.may(Permission.CLUE_VIEW) or level >= Level.TOWNSHIP:
        return rows.none()
    desk = desks.desk_at(Level(level + 1))
    return rows.filter(state="open", holder=desk).exclude(escalated_on=None) if desk else rows.none()


def _upheld(rows: QuerySet[Clue], by: Actor) -> QuerySet[Clue]:
    """Settled as wrong data, and the department says that its data are right."""
    return rows.filter(state="settled", reply_state=Reply.State.UPHELD)


def _replied(rows: QuerySet[Clue], by: Actor) -> QuerySet[Clue]:
    """What the actor had looked at and the department has answered lately."""
    since = timezone.localdate() - timedelta(days=REPLY_DAYS)
    return rows.filter(state="settled", answered_by=by.user_id, replied_on__gte=since)


HEAPS: dict[str, Callable[[QuerySet[Clue], Actor], QuerySet[Clue]]] = {
    "mine": _mine, "settle": _to_settle, "up": _come_up, "below": _late_below, "upheld": _upheld, "replied": _replied,
}  # fmt: skip


def at_desk(rows: QuerySet[Clue], heap: str, by: Actor) -> QuerySet[Clue]:
    """The rows that lie on one of the actor's HEAPS; all of them for an unknown heap."""
    return HEAPS[heap](rows, by) if heap in HEAPS else rows


def following(clue_id: int, by: Actor, only: QuerySet[Clue] | None = None) -> Clue | None:
    """The next clue that waits for the actor, apart from the one he has just done."""
    rows: QuerySet[Clue] = in_reach(by.scope) if only is None else only
    return ordered(_mine(rows, by), "").exclude(pk=clue_id).first()


def wanted(by: Actor) -> list[tuple[str, int, str]]:
    """What of the exchange waits for the actor: words, how many, where."""
    found = _wanted_of_clues(by) if by.may(Permission.CLUE_VIEW) and by.division is not None else []
    if by.may(Permission.EXCHANGE_DELIVER) and not by.may(Permission.EXCHANGE_VIEW):
        rows, address = replies(by).filter(state=Reply.State.OPEN), reverse("exchange:replies")
        late = rows.filter(due_on__lt=timezone.localdate())
        found += [("待更正数据 %(n)s 条", rows.count(), address), ("其中更正逾期 %(n)s 条", late.count(), address)]
    return [line for line in found if line[1]]


def _wanted_of_clues(by: Actor) -> list[tuple[str, int, str]]:
    rows = in_reach(by.scope)
    address = reverse("exchange:clues")

    def line(words: str, heap: str, state: str = "") -> tuple[str, int, str]:
        number = _in_state(at_desk(rows, heap, by), state, timezone.localdate()).count()
        return words, number, f"{address}?desk={heap}" + (f"&state={state}" if state else "")

    found = [line("下级逾期未核实线索 %(n)s 条", "below")]
    if by.may(Permission.CLUE_ANSWER):
        found += [
            line("待核实比对线索 %(n)s 条", "mine"), line("其中线索逾期 %(n)s 条", "mine", "late"),
            line("下级逾期升级的线索 %(n)s 条", "up"), line("部门已答复的线索 %(n)s 条", "replied"),
        ]  # fmt: skip
    if by.may(Permission.CLUE_SETTLE):
        found += [
            line("待审定比对线索 %(n)s 条", "settle"),
            line("部门坚持原数据的线索 %(n)s 条", "upheld"),
        ]
    return found


@dataclass(frozen=True, slots=True)
class Hand:
    """Where a clue may be handed on: a desk, or one person there."""

    key: str
    name: str
    desk: str
    user_id: int | None = None


def hands(clue: Clue, by: Actor) -> list[Hand]:
    """The desks and persons to whom the actor may hand a clue; persons are those who answer clues of that place."""
    desk = desk_of(by)
    if not desk:
        return []
    levels = {"village": Level.VILLAGE, "township": Level.TOWNSHIP, "county": Level.COUNTY}
    reached = (*desks.hand_over_to(desk), desk)
    places = {one: code for one in reached for code in chain_of(clue.division) if level_of(code) == levels[one]}
    found = [
        Hand(one, territory.name_of(code), one) for one, code in places.items() if one != clue.holder or clue.keeper_id
    ]
    roles = [role.key for role in ROLES.values() if Permission.CLUE_ANSWER in role.permissions]
    grants = RoleGrant.objects.filter(
        role__in=roles, division__in=places.values(), withdrawn_at=None, user__is_active=True
    ).select_related("user")
    today = timezone.localdate()
    for grant in grants.order_by("division", "user__name", F("id").asc()):
        if is_in_force(grant.starts_on, grant.ends_on, today) and grant.user_id not in (by.user_id, clue.keeper_id):
            title = grant.title or ROLES[grant.role].at(territory.name_of(grant.division))
            name = f"{grant.user.name}（{title}）"
            found.append(Hand(f"user:{grant.user_id}", name, desks.desk_at(level_of(grant.division)), grant.user_id))
    return found
