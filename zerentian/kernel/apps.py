"""Registers the kernel with Django."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "zerentian.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
