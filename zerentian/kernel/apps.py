"""Registers the kernel with Django, and its pages with the navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class KernelConfig(AppConfig):
    """Floor 0."""

    name = "zerentian.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The pages of the section “system”."""
        navigation.register("system", 10, _("任务"), "kernel:runs", Permission.RUN_VIEW)
        navigation.register("system", 80, _("办理记录"), "kernel:acts", Permission.AUDIT_VIEW)
        navigation.register("system", 81, _("查阅记录"), "kernel:readings", Permission.AUDIT_VIEW)
