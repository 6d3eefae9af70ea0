"""Migrates as the owner of the tables, then installs policies, grants, triggers and fact views."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from zerentian.kernel.db import install


class Command(DjangoMigrate):
    """Django's migrate, on the alias `owner`; the app role owns nothing and could not."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == "default" and "owner" in connections:
            options["database"] = "owner"
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            install(connections[options["database"]])
