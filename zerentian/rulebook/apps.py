"""Registers the rulebook and its lines of navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class RulebookConfig(AppConfig):
    name = "zerentian.rulebook"
    label = "rulebook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the left-hand navigation shows."""
        view = Permission.RULEBOOK_VIEW
        navigation.register("rules", 10, _("条文与责任"), "rulebook:articles", view)
        navigation.register("rules", 20, _("政策参数"), "rulebook:parameters", view)
        navigation.register("rules", 30, _("指标"), "rulebook:measures", view)
        navigation.register("rules", 40, _("配套措施"), "rulebook:overlays", view)
        navigation.register("rules", 50, _("解释答复"), "rulebook:interpretations", view)
        navigation.register("rules", 60, _("代码表"), "rulebook:codes", view)
