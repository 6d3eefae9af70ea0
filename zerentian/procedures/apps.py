"""Registers procedures with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class ProceduresConfig(AppConfig):
    name = "zerentian.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Entries of the navigation; what the acts listen to is registered with them."""
        navigation.register("cases", 10, _("我的待办"), "procedures:inbox", Permission.CASE_VIEW)
        navigation.register("cases", 5, _("今日待办"), "procedures:today", Permission.CASE_VIEW)
        navigation.register("cases", 20, _("全部案件"), "procedures:cases", Permission.CASE_VIEW)
        navigation.register("cases", 30, _("委托办理"), "procedures:delegations", Permission.CASE_DELEGATE)
        navigation.register("rules", 35, _("办理程序"), "procedures:definitions", Permission.RULEBOOK_VIEW)
        navigation.pages.update({
            "procedures.case": _("案件"),
            "procedures.inbox": _("我的待办"),
            "procedures.cases": _("全部案件"),
            "procedures.export": _("导出案件"),
        })  # fmt: skip
