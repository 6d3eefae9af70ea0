"""Registers the organisations app and its lines of navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class OrganisationsConfig(AppConfig):
    name = "zerentian.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the left-hand navigation shows."""
        navigation.register("bodies", 20, _("机构与岗位"), "organisations:bodies", Permission.BODY_VIEW)
        navigation.register("bodies", 30, _("组织异常"), "organisations:alerts", Permission.BODY_VIEW)
        navigation.pages.update({
            "organisations.phone": _("完整电话"),
        })  # fmt: skip
