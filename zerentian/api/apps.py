"""Registers the read API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Floor 6."""

    name = "zerentian.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
