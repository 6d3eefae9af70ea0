"""Acts on users: made, closed, their passwords and second factors taken off."""

import secrets

from axes.utils import reset as forget_failures
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts.models import User
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused


def _password() -> str:
    """A one-time password that can be read out on the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


@act("accounts.user.create", gettext_lazy("建立账号"), needs=Permission.USER_MANAGE)
def create_user(*, username: str, name: str, phone: str = "", reason: str = "", by: Actor) -> tuple[User, str]:
    """Make a user with a one-time password, returned once; it must be changed at the first sign-in."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(Reason(_("用户名“%(name)s”已有人使用，请换一个") % {"name": username}, where=_("用户名")))
    password = _password()
    user = User.objects.create(
        username=username, name=name, phone=phone, password=make_password(password), must_change_password=True
    )
    return user, password


@act("accounts.user.reset_password", gettext_lazy("重置密码"), needs=Permission.USER_MANAGE, reason_required=True)
def reset_password(*, user_id: int, reason: str, by: Actor) -> str:
    """A new one-time password, returned once. Sessions end, and a door locked by wrong passwords is open again."""
    user = User.objects.get(pk=user_id)
    password = _password()
    user.password = make_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    forget_failures(username=user.username.lower())
    return password


@act(
    "accounts.user.remove_second_factor",
    gettext_lazy("解除第二因素"),
    needs=Permission.USER_MANAGE,
    reason_required=True,
)
def remove_second_factor(*, user_id: int, reason: str, by: Actor) -> None:
    """Take the lost second factor off; the user enrols again at the next sign-in."""
    if user_id == by.user_id:
        raise Refused(_("不能解除自己的两步验证，请由另一位安全管理员办理"))
    TOTPDevice.objects.filter(user_id=user_id).delete()
    StaticDevice.objects.filter(user_id=user_id).delete()


@act("accounts.user.set_active", gettext_lazy("启用或停用账号"), needs=Permission.USER_MANAGE, reason_required=True)
def set_active(*, user_id: int, active: bool, reason: str, by: Actor) -> None:
    """Close a user's access, or open it again."""
    if user_id == by.user_id:
        raise Refused(_("不能停用自己的账号"))
    User.objects.filter(pk=user_id).update(is_active=active)
