"""Registers public notices with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class DisclosureConfig(AppConfig):
    name = "zerentian.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Entries of the navigation."""
        navigation.register("notices", 10, _("公示"), "disclosure:notices", Permission.NOTICE_VIEW)
        navigation.register("notices", 20, _("待办公示"), "disclosure:due", Permission.NOTICE_VIEW)
        navigation.register("notices", 30, _("异议"), "disclosure:objections", Permission.OBJECTION_VIEW)
        navigation.pages.update({
            "disclosure.objection": _("异议"),
        })  # fmt: skip
