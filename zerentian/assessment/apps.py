"""Registers the ledger and its lines of navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class AssessmentConfig(AppConfig):
    name = "zerentian.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the left-hand navigation shows."""
        navigation.register("ledger", 10, _("责任台账"), "assessment:ledger", Permission.LEDGER_VIEW)
        navigation.register("ledger", 20, _("我的责任"), "assessment:mine", Permission.LEDGER_VIEW)
        navigation.register("ledger", 30, _("申诉"), "assessment:disputes", Permission.LEDGER_VIEW)
        navigation.register("ledger", 40, _("快照"), "assessment:snapshots", Permission.LEDGER_VIEW)
        navigation.pages.update({
            "assessment:differences": _("快照比较"),
            "assessment:entry": _("责任事项的依据"),
            "api.evidence": _("接口：责任事项的依据"),
        })  # fmt: skip
