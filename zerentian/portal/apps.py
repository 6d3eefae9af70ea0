"""Registers the public pages with Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "zerentian.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
