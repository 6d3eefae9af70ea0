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
        for name in (
            "adjusting",
            "appeals",
            "area_procedures",
            "changes",
            "counts",
            "kinship",
            "monitoring",
            "procedures",
            "remedies",
        ):
            importlib.import_module(f"zerentian.registry.services.{name}")
        navigation.register("registry", 10, _("户档案"), "registry:households", Permission.HOUSEHOLD_VIEW)
        navigation.register("registry", 20, _("申请户"), "registry:application_list", Permission.CASE_OPEN)
        navigation.register("registry", 30, _("村和县登记册"), "registry:villages", Permission.HOUSEHOLD_VIEW)
        navigation.register("registry", 35, _("档案质量"), "registry:quality", Permission.HOUSEHOLD_VIEW)
        navigation.register("registry", 37, _("亲属申报"), "registry:kinships", Permission.CASE_VIEW)
        navigation.register("registry", 40, _("采集表导入"), "registry:imports", Permission.REGISTRY_IMPORT)
        navigation.pages.update({
            "registry.households": _("户档案清单"),
            "registry.household": _("户档案"),
            "registry.household.history": _("户档案沿革"),
            "registry.kinship": _("亲属申报"),
            "registry.household.change": _("更正户档案"),
            "registry.person.change": _("更正人口"),
            "registry.income.change": _("更正收入"),
            "registry.changes": _("成员变动"),
            "registry.applications": _("申请户清单"),
            "registry.application": _("申请户"),
            "registry.exits": _("拟退出户清单"),
            "registry.quality": _("档案疑点清单"),
            "registry.quality.explain": _("说明质量疑点"),
            "registry.quality.revoke": _("撤销质量例外说明"),
            "registry.quality.exceptions": _("质量例外说明清单"),
            "registry.quality.export": _("导出档案疑点"),
            "api.households": _("接口：户档案清单"),
            "api.household": _("接口：户档案"),
        })  # fmt: skip
