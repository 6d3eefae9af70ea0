"""Acts on one's own password and second factor, and the record of sign-ins."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts.models import SignIn, User
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.refusal import Reason, Refused

RECOVERY_CODES = 8


@act("accounts.password.change", gettext_lazy("修改密码"), needs=None)
def change_password(*, new: str, by: Actor) -> User:
    """A password of the actor's own; the rules on length and commonness answer in sentences."""
    user = User.objects.get(pk=by.user_id)
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused(*(Reason(m, where=_("新密码")) for m in error.messages)) from error
    if user.check_password(new):
        raise Refused(Reason(_("新密码不能与原密码相同"), where=_("新密码")))
    user.set_password(new)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    return user


@act("accounts.second_factor.begin", gettext_lazy("开始绑定第二因素"), needs=None)
def begin_second_factor(*, by: Actor) -> TOTPDevice:
    """The actor's new device, to be scanned; it counts for nothing before its code has confirmed it."""
    User.objects.select_for_update().get(pk=by.user_id)  # one device, however often the button is pressed
    return TOTPDevice.objects.get_or_create(user_id=by.user_id, confirmed=False, defaults={"name": "phone"})[0]


@act("accounts.second_factor.confirm", gettext_lazy("绑定第二因素"), needs=None)
def confirm_second_factor(*, device: TOTPDevice, code: str, by: Actor) -> list[str]:
    """Take the new device into use when its code is right; returns recovery codes, shown once."""
    if not device.verify_token(code):
        raise Refused(Reason(_("验证码不对，请核对手机时间后输入当前的六位数字"), where=_("验证码")))
    user = User.objects.get(pk=by.user_id)
    device.confirmed = True
    device.save()
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    StaticDevice.objects.filter(user=user).delete()
    spare = StaticDevice.objects.create(user=user, name="recovery")
    codes = [f"{secrets.randbelow(10**8):08d}" for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=spare, token=code) for code in codes])
    return codes


def note_sign_in(*, username: str, user_id: int | None, address: str | None, agent: str, outcome: str) -> None:
    """Keep one attempt; not an act, since nobody is signed in yet."""
    SignIn.objects.create(username=username[:60], user_id=user_id, address=address, agent=agent[:200], outcome=outcome)
