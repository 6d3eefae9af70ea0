"""Acts on API tokens: issued inside one's own power, used, revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zerentian.accounts.models import ApiToken
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused

TOKEN_DAYS = 366  # an API token lives a year at the most


@act("accounts.token.issue", gettext_lazy("签发令牌"), needs=Permission.TOKEN_ISSUE)
def issue_token(
    *, name: str, division: int, permissions: list[str], days: int, reason: str = "", by: Actor
) -> tuple[ApiToken, str]:
    """A key for a program: an area inside one's own, permissions among one's own, an end. The key is returned once."""
    if not by.scope.covers(division):
        raise Refused(Reason(_("令牌的区划必须在本人管辖范围之内"), where=_("区划")))
    if beyond := [p for p in permissions if p not in {q.value for q in by.permissions}]:
        raise Refused(
            Reason(
                _("本人没有的权限不能授给令牌：%(names)s") % {"names": "、".join(_label(p) for p in beyond)},
                where=_("权限"),
            )
        )
    if not 1 <= days <= TOKEN_DAYS:
        raise Refused(Reason(_("有效期应为 1 至 %(days)s 天") % {"days": TOKEN_DAYS}, where=_("有效天数")))
    if by.user_id is None or by.post_id is None:
        raise Refused(_("只有以岗位登录的人可以新建令牌"))
    key = f"zt_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user_id=by.user_id,
        grant_id=by.post_id,
        name=name,
        digest=digest_of(key),
        division=division,
        permissions=sorted(permissions),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, key


def _label(permission: str) -> str:
    """What people call a permission; as it was sent when there is none such."""
    return str(Permission(permission).label) if permission in set(Permission) else permission


@act("accounts.token.revoke", gettext_lazy("吊销令牌"), needs=Permission.TOKEN_ISSUE)
def revoke_token(*, token_id: int, by: Actor) -> None:
    """End a token of one's own at once."""
    ApiToken.objects.filter(pk=token_id, user_id=by.user_id or 0, revoked_at=None).update(revoked_at=timezone.now())


def digest_of(key: str) -> str:
    """What is kept of a token's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def note_token_use(token: ApiToken, *, allowance: float, at: datetime) -> bool:
    """Keep the token bucket's state if nobody changed it meanwhile; whether it was kept."""
    changed = ApiToken.objects.filter(pk=token.pk, refilled_at=token.refilled_at, allowance=token.allowance).update(
        allowance=allowance, refilled_at=at, used_at=at
    )
    return changed == 1
