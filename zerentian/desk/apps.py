"""Registers the desk, the pages that join what the other apps know, and its line of navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation


class DeskConfig(AppConfig):
    """Floor 6."""

    name = "zerentian.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the left-hand navigation shows."""
        navigation.register("desk", 10, _("工作台"), "desk:home")
        navigation.pages.update({
            "desk.search": _("查找"),
        })  # fmt: skip
