"""Registers accounts with Django and tells the kernel how an actor is built."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class AccountsConfig(AppConfig):
    name = "zerentian.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Entries of the navigation."""
        navigation.register("system", 10, _("我的账号"), "accounts:account")
        navigation.register("system", 20, _("接口令牌"), "accounts:tokens", Permission.TOKEN_ISSUE)
        navigation.register("system", 30, _("用户和角色"), "accounts:users", Permission.USER_MANAGE)
        navigation.register("system", 90, _("登录记录"), "accounts:sign_ins", Permission.AUDIT_VIEW)
