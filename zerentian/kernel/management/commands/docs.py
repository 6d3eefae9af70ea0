"""Writes docs/generated/: runs every command of an app that is called `<app>_docs`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """`zerentian docs` writes; `zerentian docs --check` fails when a page is not current."""

    help = "Write the documents in docs/generated; with --check, only say whether they are up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Check instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Every page; all stale ones are named."""
        stale = []
        for name in sorted(get_commands()):
            if name.endswith("_docs"):
                try:
                    call_command(name, check=check)
                except CommandError as error:
                    stale.append(str(error))
        if stale:
            raise CommandError("\n".join(stale))
