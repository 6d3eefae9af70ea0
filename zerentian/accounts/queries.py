"""From a user to an actor: which grants hold today, and what they allow."""

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django_otp import device_classes

from zerentian.accounts.models import RoleGrant, User
from zerentian.accounts.rules import ROLES, Role, client_address, is_in_force
from zerentian.kernel.actor import NOBODY, Actor, builds_actors, system
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.scope import Scope
from zerentian.organisations.models import Appointment
from zerentian.territory import queries as territory

# With every page; what the ORM needs to put these two questions together is more than they take.
_GRANTS = "select * from accounts_rolegrant where user_id = %s and withdrawn_at is null order by division, id"


def grants_of(user: User, on: date | None = None) -> list[RoleGrant]:
    """The user's grants that hold on the day, the widest area first."""
    day = on or timezone.localdate()
    found = [
        g
        for g in RoleGrant.objects.raw(_GRANTS, [user.pk])
        if g.role in ROLES and is_in_force(g.starts_on, g.ends_on, day)
    ]
    tied = [g.appointment_id for g in found if g.appointment_id]
    if not tied:
        return found
    with unit(system(), writes=False), connection.cursor() as cursor:
        cursor.execute("select id, ends_on from organisations_appointment where id = any(%s)", [tied])
        still = dict(cursor.fetchall())
    return [
        g
        for g in found
        if not g.appointment_id or (g.appointment_id in still and is_in_force(day, still[g.appointment_id], day))
    ]


def actor_from(user: User, grant: RoleGrant | None) -> Actor:
    """The actor of a user under one grant; without a grant it has a name and nothing else."""
    if grant is None:
        return Actor(name=user.name, user_id=user.pk)
    role = ROLES[grant.role]
    return Actor(
        name=user.name,
        user_id=user.pk,
        post_id=grant.pk,
        post_title=title_of(grant),
        body_id=grant.body_id,
        division=grant.division,
        role=role.key,
        scope=Scope.of([grant.division], _paired(user, grant) if role.paired else None),
        permissions=role.permissions,
    )


def title_of(grant: RoleGrant) -> str:
    """The name of the post that the grant rests on; without one, the role and its area."""
    return grant.title or ROLES[grant.role].at(territory.name_of(grant.division))


def title_shown(grant: RoleGrant) -> str:
    """The post as the top bar shows it: in English the role and its area, for the names of posts are Chinese."""
    if not (get_language() or "").startswith("en"):
        return title_of(grant)
    return f"{ROLES[grant.role].title_en}, {territory.name_of(grant.division)}"


def role_name(role: Role) -> str:
    """The role in the reader's language."""
    return role.title_en if (get_language() or "").startswith("en") else role.title


def _paired(user: User, grant: RoleGrant) -> set[int]:
    """The households paired with the holder of the grant; whoever keeps the pairs answers."""
    with unit(system(), writes=False):
        answers = announce(
            "accounts.paired_households",
            division=grant.division,
            appointment_id=grant.appointment_id,
            phone=user.phone,
        )
    return {household for answer in answers for household in answer}


@lru_cache(maxsize=1)
def _device_tables() -> tuple[str, ...]:
    return tuple(model._meta.db_table for model in device_classes())


def has_device(user: User) -> bool:
    """Whether the user has enrolled a second factor; asked with every page of whoever has shown none, so in one statement."""
    tables = _device_tables()
    asked = " or ".join(f"exists (select from {table} where user_id = %s and confirmed)" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"select {asked or 'false'}", [user.pk] * len(tables))
        return bool(cursor.fetchone()[0])


def appointments_of(name: str) -> list[Appointment]:
    """What somebody of this name holds today, for the security administrator to tie a role to."""
    found = Appointment.objects.filter(person_name=name).select_related("post__body").order_by("division", "-starts_on")
    today = timezone.localdate()
    return [a for a in found if is_in_force(a.starts_on, a.ends_on, today)]


def address_of(request: HttpRequest) -> str | None:
    """From where the request came, past the proxies of one's own."""
    meta = request.META
    forwarded = meta.get("HTTP_X_FORWARDED_FOR", "")
    return client_address(meta.get("REMOTE_ADDR", ""), forwarded, settings.ZERENTIAN_PROXIES)


def choose(grants: list[RoleGrant], wanted: int | None) -> RoleGrant | None:
    """The wanted grant if it holds, else the first."""
    return next((g for g in grants if g.pk == wanted), grants[0] if grants else None)


@builds_actors
def actor_of_user(user_id: int, post_id: int | None) -> Actor:
    """The actor as it stands now; jobs act under it, so a withdrawn role ends their power too."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return NOBODY
    grants = grants_of(user)
    return actor_from(user, next((g for g in grants if g.pk == post_id), None if post_id else choose(grants, None)))
