"""Load the shipped rule packs; safe to run again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.actor import system
from zerentian.kernel.refusal import Refused
from zerentian.rulebook.services import load_rulebook


class Command(BaseCommand):
    """`zerentian load_rulebook [--folder FOLDER]`."""

    help = "Load the rule packs (regulation, articles, duties, parameters); a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One pack from elsewhere instead of those shipped."""
        parser.add_argument("--folder", type=Path, help="folder of one rule pack")

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        """Load and say what changed."""
        try:
            done = load_rulebook(folder=folder, by=system("规则载入"))
        except Refused as refused:
            raise CommandError("\n".join(str(reason) for reason in refused.reasons)) from refused
        self.stdout.write(
            f"rulebook: {done.added} added, {done.changed} changed, {done.removed} removed, {done.same} unchanged"
        )
