"""Write or check the generated page of measures."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.rulebook import queries
from zerentian.rulebook.rules.measures import document
from zerentian.rulebook.rules.pack import DutyFile
from zerentian.rulebook.rules.reading import read_yaml

PAGE = Path("docs/generated/measures.md")


def measures_page() -> str:
    """The Markdown of docs/generated/measures.md, from the shipped packs alone (no database)."""
    used: dict[str, list[str]] = {}
    for folder in queries.pack_folders():
        path = folder / "duties.yaml"
        for duty in read_yaml(DutyFile, path.read_text("utf-8"), path.name).duties:
            for requirement in duty.requires:
                used.setdefault(requirement.measure, []).append(duty.id)
    known = queries.measures()
    return document(list(known.values()), used, sorted(set(used) - set(known)))


class Command(BaseCommand):
    """`zerentian rulebook_docs [--check]`."""

    help = "Write docs/generated/measures.md; with --check only say whether it is current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Check instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the page, or fail when it differs."""
        page = measures_page()
        if not check:
            PAGE.parent.mkdir(parents=True, exist_ok=True)
            PAGE.write_text(page, "utf-8")
        elif not PAGE.is_file() or PAGE.read_text("utf-8") != page:
            raise CommandError(f"{PAGE} is not current: run `zerentian rulebook_docs`")
