"""What the desk joins: the reader's own place and work, and one search over everything that he may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zerentian.assessment.models import AreaStanding, BodyStanding
from zerentian.assessment.queries.boards import standing_of
from zerentian.assessment.queries.entries import Line, entries_of_body, own_standing
from zerentian.assessment.rules import RANKS
from zerentian.kernel.actor import Actor
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.reads import note_reading
from zerentian.organisations import queries as organisations
from zerentian.registry import queries as registry
from zerentian.registry.queries import Wanted
from zerentian.territory import queries as territory

SHOWN = 20  # finds of one kind on the search page
RUNS = 5
URGENT = 5
# The body that speaks for an area when the reader's post names none.


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: its name, where it is, where its page is, and why it was found if that is not plain."""

    name: str
    place: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The finds of one kind; `more` when there are others, on the page `url`."""

    kind: str
    found: tuple[Hit, ...]
    more: bool
    url: str


@dataclass(frozen=True, slots=True)
class Own:
    """What the reader answers for: his area's counts, his own body's counts, and its most pressing duties."""

    area: AreaStanding | None
    body: BodyStanding | None
    urgent: tuple[Line, ...]


def own_duties(actor: Actor, year: int) -> Own | None:
    """The ledger of the actor's own area and body; None without an area or without the ledger's permission."""
    if actor.division is None or not actor.may(Permission.LEDGER_VIEW):
        return None
    body = own_standing(actor)
    found = entries_of_body(body.body, year) if body else []
    urgent = [line for line in found if line.entry.rank <= RANKS["at_risk"]]
    return Own(standing_of(actor.division, year), body, tuple(urgent[:URGENT]))


def runs(actor: Actor) -> list[Run]:
    """The actor's own latest work, what still runs first."""
    rows = Run.objects.filter(user_id=actor.user_id).order_by("-id")[:RUNS]
    return sorted(rows, key=lambda run: (run.is_over, -run.pk))


def search(text: str, actor: Actor) -> list[Hits]:
    """Everything that the actor may find by these words, one group a kind; groups without finds are left out."""
    groups = []
    if actor.may(Permission.DIVISION_VIEW):
        groups.append(_divisions(text))
    if actor.may(Permission.BODY_VIEW):
        groups.append(_bodies(text, actor))
    if actor.may(Permission.HOUSEHOLD_VIEW):
        groups.append(_households(text, actor))
    return [group for group in groups if group.found]


def _group(kind: str, hits: Sequence[Hit], url: str) -> Hits:
    return Hits(kind, tuple(hits[:SHOWN]), len(hits) > SHOWN, url)


def _divisions(text: str) -> Hits:
    hits = [
        Hit(
            hit.place.name,
            "".join(p.name for p in territory.chain(hit.place.id)[:-1]),
            reverse("territory:area", args=[hit.place.id]),
            hit.note,
        )
        for hit in territory.search(text, limit=SHOWN + 1)
    ]
    return _group("division", hits, reverse("territory:areas"))


def _bodies(text: str, actor: Actor) -> Hits:
    rows: Any = organisations.bodies(actor.scope, text=text)[: SHOWN + 1]
    hits = [
        Hit(body.name, territory.full_name(body.division), reverse("organisations:body", args=[body.pk]))
        for body in rows
    ]
    return _group("body", hits, reverse("organisations:bodies"))


def _households(text: str, actor: Actor) -> Hits:
    rows = list(registry.households(actor.scope, Wanted(text=text)).order_by("division", "id")[: SHOWN + 1])
    if rows:
        note_reading(page="desk.search", division=actor.division, rows=min(len(rows), SHOWN))
    hits = [
        Hit(row.head_name, territory.full_name(row.division), reverse("registry:household", args=[row.pk]), row.number)
        for row in rows
    ]
    return _group("household", hits, reverse("registry:households"))
