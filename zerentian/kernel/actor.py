"""Who acts: user, post, scope and permissions of one request or job."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied
from zerentian.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks. No scope, no rows; no permission, no act."""

    name: str
    user_id: int | None = None
    post_id: int | None = None
    post_title: str = ""
    body_id: int | None = None
    division: int | None = None
    role: str = ""
    scope: Scope = field(default_factory=Scope)
    permissions: frozenset[Permission] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Denied unless the actor holds the permission."""
        if permission not in self.permissions:
            who = self.post_title or self.name
            raise Denied(_("%(who)s没有“%(what)s”的权限") % {"who": who, "what": permission.label})


def system(name: str = "系统", scope: Scope | None = None) -> Actor:
    """The platform itself: recomputation, reference data, sealing. Sees everything unless narrowed."""
    return Actor(
        name=name,
        role="system",
        scope=scope if scope is not None else Scope.everywhere(),
        permissions=frozenset(Permission),
    )


NOBODY = Actor(name="")

_builders: list[Callable[[int, int | None], Actor]] = []


def builds_actors(builder: Callable[[int, int | None], Actor]) -> Callable[[int, int | None], Actor]:
    """Register how (user id, post id) becomes an actor; the accounts app does it."""
    _builders[:] = [builder]
    return builder


def actor_of(user_id: int, post_id: int | None = None) -> Actor:
    """The actor of a user in the post, as it stands now; jobs use it to act for who started them."""
    return _builders[0](user_id, post_id)
