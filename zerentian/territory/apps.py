"""Registers the territory app and its line of navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class TerritoryConfig(AppConfig):
    name = "zerentian.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the left-hand navigation shows."""
        navigation.register("bodies", 10, _("区划"), "territory:areas", Permission.DIVISION_VIEW)
