"""Registers the sample province with Django."""

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "zerentian.sample"
    label = "sample"
