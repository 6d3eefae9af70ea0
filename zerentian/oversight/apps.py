"""Registers oversight with Django."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class OversightConfig(AppConfig):
    name = "zerentian.oversight"
    label = "oversight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Entries of the navigation; what this app adds to a day's work."""
        importlib.import_module("zerentian.oversight.services")
        navigation.register("ledger", 60, _("抽查核查"), "oversight:rounds", Permission.CHECK_VIEW)
        navigation.register("ledger", 70, _("核查发现"), "oversight:findings", Permission.HOUSEHOLD_VIEW)
        navigation.pages.update({
            "oversight.round": _("抽查核查"), "oversight.check": _("核查表"), "oversight.findings": _("核查发现"),
        })  # fmt: skip
