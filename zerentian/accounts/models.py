"""Users, the roles they hold for an area, their sign-ins and their API tokens."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from zerentian.accounts.rules import ROLES
from zerentian.kernel.models import Access, Row
from zerentian.kernel.privacy import SealedField


class UserManager(BaseUserManager["User"]):
    """Finds users by name; making them is an act."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of a sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser, Row):
    """Somebody who signs in. What he may do comes from the roles granted to him."""

    access = Access.SYSTEM
    tracked = False  # signing in touches this row; changes by people are acts all the same
    personal = ("name", "phone")

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = SealedField(_("电话"), blank=True)
    is_active = models.BooleanField(_("可用"), default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[Any] = UserManager()

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Django's own permissions are not used; the actor's are."""
        return False

    def has_module_perms(self, label: str) -> bool:
        """Django's own permissions are not used; the actor's are."""
        return False


class RoleGrant(Row):
    """A role for an area from a day to a day; with an appointment it ends when the appointment does."""

    access = Access.SYSTEM
    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(_("角色"), max_length=30, choices=[(r.key, r.title) for r in ROLES.values()])
    division = models.BigIntegerField(_("区划"))
    body_id = models.BigIntegerField(null=True, blank=True)
    post_id = models.BigIntegerField(null=True, blank=True)
    appointment_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(_("职务"), max_length=80, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_it_starts",
            )
        ]


class SignIn(Row):
    """One attempt to sign in: who, from where, whether it worked."""

    access = Access.SYSTEM
    tracked = False
    append_only = True
    personal = ("address",)
    at = models.DateTimeField(db_default=models.functions.Now())
    user_id = models.BigIntegerField(null=True)
    username = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    # in | half (the code is missing yet) | wrong | locked | code_wrong | key_wrong (of the API) | out
    outcome = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index("user_id", "at", name="sign_in_by_user"), models.Index("at", name="sign_in_by_time")]


class ApiToken(Row):
    """A key for a program that acts for a user: narrower than the user, with an end; only its hash is kept."""

    access = Access.SYSTEM
    tracked = False  # each use is noted on the row
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    grant = models.ForeignKey(RoleGrant, models.PROTECT)
    name = models.CharField(_("用途"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    division = models.BigIntegerField(_("区划"))
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    allowance = models.FloatField(default=0)  # token bucket of the rate limit
    refilled_at = models.DateTimeField(null=True)
