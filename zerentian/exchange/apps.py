"""Registers the exchange with departments with Django."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zerentian.kernel import navigation
from zerentian.kernel.permissions import Permission


class ExchangeConfig(AppConfig):
    name = "zerentian.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Entries of the navigation; jobs and effects of this app become known."""
        importlib.import_module("zerentian.exchange.services")
        navigation.register("registry", 50, _("比对线索"), "exchange:clues", Permission.CLUE_VIEW)
        navigation.register("registry", 60, _("数据交换"), "exchange:sources", Permission.EXCHANGE_VIEW)
        navigation.register("registry", 61, _("数据交付"), "exchange:deliveries", Permission.EXCHANGE_DELIVER)
        navigation.register("registry", 62, _("部门看板"), "exchange:board", Permission.EXCHANGE_DELIVER)
        navigation.pages.update({
            "exchange.clues": _("比对线索清单"), "exchange.clue": _("比对线索"), "exchange.reply": _("反馈部门"),
        })  # fmt: skip
