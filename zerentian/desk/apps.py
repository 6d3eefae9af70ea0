"""Registers the desk: the pages that join what the other apps know."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Floor 6."""

    name = "zerentian.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
