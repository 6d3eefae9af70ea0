"""Registers the exchange with departments with Django."""

import importlib

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "zerentian.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Jobs of this app become known."""
        importlib.import_module("zerentian.exchange.services")
