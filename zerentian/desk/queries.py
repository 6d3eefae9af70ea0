"""What the desk joins: the reader's own place and work, and one search over everything that he may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zerentian.kernel.actor import Actor
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.organisations import queries as organisations
from zerentian.territory import queries as territory

SHOWN = 20  # finds of one kind on the search page
RUNS = 5


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
