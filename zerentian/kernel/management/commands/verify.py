"""Verifies that no act, no version and no live row was changed behind the platform's back."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.seals import check_live
from zerentian.kernel.verify import check_export, report


class Command(BaseCommand):
    """`zerentian verify [DIR]`: an export, or the live database; exit status 1 when something differs."""

    help = "Verify the chain of acts and history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="an export; without it the live database")
        parser.add_argument("--head", action="append", default=[], help="a head noted earlier")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["folder"]:
                outcome = check_export(options["folder"], options["head"])
            else:
                with unit(system("核验"), writes=False):
                    outcome = check_live(options["head"])
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"读不出来：{error}", returncode=2) from error
        if status := report(outcome):
            sys.exit(status)
