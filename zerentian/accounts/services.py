"""Acts on users, roles, passwords, second factors, sign-ins and API tokens."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts.models import ApiToken, RoleGrant, SignIn, User
from zerentian.accounts.queries import grants_of
from zerentian.accounts.rules import ROLES, clash
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import level_of
from zerentian.organisations.models import Appointment
from zerentian.territory import queries as territory

RECOVERY_CODES = 8
TOKEN_DAYS = 366  # an API token lives a year at the most


def _password() -> str:
    """A one-time password that can be read out on the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


@act("accounts.user.create", needs=Permission.USER_MANAGE)
def create_user(*, username: str, name: str, phone: str = "", reason: str = "", by: Actor) -> tuple[User, str]:
    """Make a user with a one-time password, returned once; it must be changed at the first sign-in."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(Reason(f"用户名“{username}”已有人使用，请换一个", where="用户名"))
    password = _password()
    user = User.objects.create(
        username=username, name=name, phone=phone, password=make_password(password), must_change_password=True
    )
    return user, password


@act("accounts.user.reset_password", needs=Permission.USER_MANAGE, reason_required=True)
def reset_password(*, user_id: int, reason: str, by: Actor) -> str:
    """A new one-time password, returned once; the second factor is taken off too when it was lost."""
    user = User.objects.get(pk=user_id)
    password = _password()
    user.password = make_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    return password


@act("accounts.user.remove_second_factor", needs=Permission.USER_MANAGE, reason_required=True)
def remove_second_factor(*, user_id: int, reason: str, by: Actor) -> None:
    """Take the lost second factor off; the user enrols again at the next sign-in."""
    TOTPDevice.objects.filter(user_id=user_id).delete()
    StaticDevice.objects.filter(user_id=user_id).delete()


@act("accounts.user.set_active", needs=Permission.USER_MANAGE, reason_required=True)
def set_active(*, user_id: int, active: bool, reason: str, by: Actor) -> None:
    """Close a user's access, or open it again."""
    if user_id == by.user_id:
        raise Refused("不能停用自己的账号")
    User.objects.filter(pk=user_id).update(is_active=active)


@act("accounts.role.grant", needs=Permission.ROLE_GRANT, reason_required=True)
def grant_role(
    *,
    user_id: int,
    role: str,
    division: int,
    starts_on: date,
    ends_on: date | None = None,
    appointment_id: int | None = None,
    reason: str,
    by: Actor,
) -> RoleGrant:
    """Give a role for an area. With an appointment the area and the end are those of its post."""
    declared = ROLES.get(role)
    if declared is None:
        raise Refused(Reason("没有这个角色", where="角色"))
    if by.user_id == user_id:
        raise Refused("不能给自己授予角色")
    if not territory.exists(division):
        raise Refused(Reason(f"没有代码为 {division} 的区划", where="区划"))
    if declared.level is not None and level_of(division) != declared.level:
        raise Refused(Reason(f"“{declared.title}”须对应{_LEVELS[declared.level]}区划", where="区划"))
    user = User.objects.select_for_update().get(pk=user_id)
    if why := clash({g.role for g in grants_of(user)}, role):
        raise Refused(Reason(why, where="角色"))
    return _grant(user, role, division, starts_on, ends_on, appointment_id)


_LEVELS = {1: "省级", 2: "市级", 3: "县级", 4: "乡镇级", 5: "村级"}


def _grant(
    user: User, role: str, division: int, starts_on: date, ends_on: date | None, appointment_id: int | None
) -> RoleGrant:
    appointment = (
        Appointment.objects.filter(pk=appointment_id).select_related("post__body").first() if appointment_id else None
    )
    post = appointment.post if appointment else None
    return RoleGrant.objects.create(
        user=user,
        role=role,
        division=post.body.division if post else division,
        body_id=post.body_id if post else None,
        post_id=post.pk if post else None,
        appointment_id=appointment_id,
        title=post.title if post else "",
        starts_on=starts_on,
        ends_on=ends_on,
    )


@act("accounts.role.withdraw", needs=Permission.ROLE_GRANT, reason_required=True)
def withdraw_role(*, grant_id: int, reason: str, by: Actor) -> None:
    """End a role today; it counts no more from the next request on."""
    grant = RoleGrant.objects.get(pk=grant_id)
    grant.ends_on = max(grant.starts_on, timezone.localdate() - timedelta(days=1))
    grant.save(update_fields=["ends_on"])


@act("accounts.password.change", needs=None)
def change_password(*, new: str, by: Actor) -> User:
    """A password of the actor's own; the rules on length and commonness answer in sentences."""
    user = User.objects.get(pk=by.user_id)
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused(*(Reason(m, where="新密码") for m in error.messages)) from error
    if user.check_password(new):
        raise Refused(Reason("新密码不能与原密码相同", where="新密码"))
    user.set_password(new)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    return user


@act("accounts.second_factor.confirm", needs=None)
def confirm_second_factor(*, device: TOTPDevice, code: str, by: Actor) -> list[str]:
    """Take the new device into use when its code is right; returns recovery codes, shown once."""
    if not device.verify_token(code):
        raise Refused(Reason("验证码不对，请核对手机时间后输入当前的六位数字", where="验证码"))
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


@act("accounts.token.issue", needs=Permission.TOKEN_ISSUE)
def issue_token(
    *, name: str, division: int, permissions: list[str], days: int, reason: str = "", by: Actor
) -> tuple[ApiToken, str]:
    """A key for a program: an area inside one's own, permissions among one's own, an end. The key is returned once."""
    if not by.scope.covers(division):
        raise Refused(Reason("令牌的区划必须在本人管辖范围之内", where="区划"))
    if beyond := [p for p in permissions if p not in {q.value for q in by.permissions}]:
        raise Refused(Reason(f"本人没有的权限不能授给令牌：{'、'.join(beyond)}", where="权限"))
    if not 1 <= days <= TOKEN_DAYS:
        raise Refused(Reason(f"有效期应为 1 至 {TOKEN_DAYS} 天", where="有效期"))
    if by.user_id is None or by.post_id is None:
        raise Refused("只有以岗位登录的人可以新建令牌")
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


@act("accounts.token.revoke", needs=Permission.TOKEN_ISSUE)
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


DEMO_PASSWORD = "zerentian-2016"
_DEMO = (
    ("province", "周明华", "province_officer", 360000000000),
    ("province-leader", "熊建国", "province_leader", 360000000000),
    ("department", "涂丽华", "department_officer", 360000000000),
    ("city", "罗志强", "city_officer", 360700000000),
    ("county", "钟文华", "county_officer", 360732000000),
    ("county-leader", "曾永红", "county_leader", 360732000000),
    ("jinggangshan", "尹春兰", "county_officer", 360881000000),
    ("xiushui", "匡志明", "county_officer", 360424000000),
    ("township", "谢小英", "township_officer", 360732100000),
    ("village", "赖水生", "village_officer", 360732100200),
    ("grid-keeper", "邱招娣", "grid_keeper", 360732100200),
    ("inspector", "龚国平", "inspector", 360000000000),
    ("auditor", "万静", "auditor", 360000000000),
    ("system-admin", "程勇", "system_admin", 360000000000),
    ("security-admin", "许敏", "security_admin", 360000000000),
    ("audit-admin", "艾琴", "audit_admin", 360000000000),
)


@act("accounts.demo.load", needs=Permission.USER_MANAGE)
def load_demo_accounts(*, by: Actor) -> int:
    """One account for each level and role, with one known password; only for a demonstration."""
    hashed = make_password(DEMO_PASSWORD)
    made = 0
    for username, name, role, division in _DEMO:
        user, fresh = User.objects.get_or_create(
            username=username, defaults={"name": name, "password": hashed, "is_demo": True}
        )
        if fresh:
            RoleGrant.objects.create(user=user, role=role, division=division, starts_on=date(2017, 1, 1))
            made += 1
    return made


def demo_accounts() -> list[tuple[str, str, str]]:
    """(user name, role, area) of the demonstration, for the sign-in page."""
    return [(u, ROLES[r].title, territory.name_of(d)) for u, _n, r, d in _DEMO]
