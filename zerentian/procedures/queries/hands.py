"""Hands: the capacities in which somebody decides cases, and what was delegated by whom to whom."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.rules import ROLES
from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission
from zerentian.organisations.models import Post
from zerentian.procedures.models import Delegation
from zerentian.procedures.rules.flow import Hand


def hands_of(actor: Actor, kind: str, on: date) -> list[Hand]:
    """The capacities in which somebody acts in cases of the kind: his own, then those delegated to him."""
    own = Hand(
        actor.user_id,
        who(actor),
        actor.division,
        actor.role,
        post_kind(actor.post_id),
        actor.may(Permission.CASE_DECIDE),
    )
    if actor.user_id is None:
        return [own]
    rows = Delegation.objects.filter(
        to_user=actor.user_id, starts_on__lte=on, ends_on__gte=on, ended_on=None
    ).order_by("id")  # fmt: skip
    lent = [row for row in rows if not row.kinds or kind in row.kinds]
    holding = _still_held(lent, on) if lent else set()
    return [own, *(_lent(own, row) for row in lent if (row.from_user, row.role, row.division) in holding)]


def _still_held(rows: Sequence[Delegation], on: date) -> set[tuple[int, str, int]]:
    """(user, role, division) of those who delegated and still hold what they gave; nobody lends an office that he left."""
    grants = RoleGrant.objects.filter(user__in=[row.from_user for row in rows], user__is_active=True, withdrawn_at=None)
    held = grants.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    return set(held.values_list("user_id", "role", "division"))


def _lent(own: Hand, row: Delegation) -> Hand:
    return Hand(
        own.user_id, own.who, row.division, row.role, row.post, own.may_decide, row.from_user, row.from_who
    )  # fmt: skip


def who(actor: Actor) -> str:
    """Name and post, as records keep them."""
    return f"{actor.name} {actor.post_title}".strip()


def post_kind(grant_id: int | None) -> str:
    """The kind of the post that a grant of a role rests on; empty without one."""
    held = RoleGrant.objects.filter(pk=grant_id).values_list("post_id", flat=True).first() if grant_id else None
    return str(Post.objects.filter(pk=held).values_list("kind", flat=True).first() or "") if held else ""


def colleagues(actor: Actor, on: date) -> list[tuple[int, str]]:
    """Those who may be given the actor's decisions: other people who decide cases in the actor's own division."""
    deciding = [key for key, role in ROLES.items() if Permission.CASE_DECIDE in role.permissions]
    rows = RoleGrant.objects.filter(
        division=actor.division or 0, role__in=deciding, withdrawn_at=None, starts_on__lte=on
    ).filter(Q(ends_on=None) | Q(ends_on__gte=on)).exclude(user_id=actor.user_id).select_related("user")  # fmt: skip
    return sorted({(row.user_id, f"{row.user.name} {row.title}".strip()) for row in rows})


def given_by(actor: Actor) -> QuerySet[Delegation]:
    """What the actor has delegated, the newest first."""
    rows: QuerySet[Delegation] = Delegation.objects.within(actor.scope).filter(from_user=actor.user_id)
    return rows.order_by("-id")


def given_to(actor: Actor, on: date) -> QuerySet[Delegation]:
    """What is delegated to the actor from today on."""
    rows: QuerySet[Delegation] = Delegation.objects.within(actor.scope).filter(to_user=actor.user_id, ended_on=None)
    return rows.filter(ends_on__gte=on).order_by("id")
