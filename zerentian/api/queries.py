"""From a key to the one for whom the program acts, no wider than the token."""

from dataclasses import replace

from django.utils import timezone

from zerentian.accounts.models import ApiToken
from zerentian.accounts.queries import actor_from, grants_of
from zerentian.accounts.services import digest_of
from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Scope


def token_of(key: str) -> ApiToken | None:
    """The token of a key, if it still holds: not revoked, not expired, its user not closed."""
    found: ApiToken | None = ApiToken.objects.select_related("user", "grant").filter(digest=digest_of(key)).first()
    if found is None or found.revoked_at is not None or found.expires_at <= timezone.now() or not found.user.is_active:
        return None
    return found


def actor_of_token(token: ApiToken) -> Actor | None:
    """The token's actor: the grant as it stands today, narrowed to the token's area and permissions.

    None when the grant has ended, no longer covers the area, or its role may not use the API.
    """
    grant = next((g for g in grants_of(token.user) if g.pk == token.grant_id), None)
    if grant is None:
        return None
    whole = actor_from(token.user, grant)
    if not whole.may(Permission.API_USE) or not whole.scope.covers(token.division):
        return None
    allowed = frozenset(p for p in whole.permissions if p.value in token.permissions)
    scope = Scope.of([token.division], whole.scope.households)  # a helper's program sees the paired households only
    return replace(whole, division=token.division, scope=scope, permissions=allowed)
