"""Registers the registry of poor households with Django."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class RegistryConfig(AppConfig):
    name = "zerentian.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Entries of the navigation; what procedures ask of the register."""
        for name in ("changes", "procedures", "remedies"):
            importlib.import_module(f"zerentian.registry.services.{name}")
        navigation.register("registry", 10, _("户档案"), "registry:households", Permission.HOUSEHOLD_VIEW)
        navigation.register("registry", 40, _("采集表导入"), "registry:imports", Permission.REGISTRY_IMPORT)
