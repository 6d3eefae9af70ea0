"""Writes or checks the generated pages on settings, facts, effects and jobs, acts and addresses."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.generated import acts_page, effects_page, facts_page, keep, settings_page, urls_page


class Command(BaseCommand):
    """`zerentian kernel_docs [--check]`."""

    help = "docs/generated: settings, facts, effects and jobs, acts, addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Check instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the pages, or name those that differ."""
        pages = {
            "settings.md": settings_page(),
            "facts.md": facts_page(),
            "effects.md": effects_page(),
            "acts.md": acts_page(),
            "urls.md": urls_page(),
        }
        stale = keep(pages, check=check)
        if check and stale:
            raise CommandError(f"{', '.join(stale)}: not current, run `zerentian docs`")
