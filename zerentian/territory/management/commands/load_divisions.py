"""Load a list of divisions: Jiangxi's own, or another province's in the same form."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.actor import system
from zerentian.kernel.refusal import Refused
from zerentian.territory.services import JIANGXI, SUCCESSIONS, load_divisions, read_list


class Command(BaseCommand):
    """Previews unless told --write."""

    help = "Load a list of divisions (CSV: code,name,level,parent). Without --write it only says what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the lineage, the day and --write."""
        parser.add_argument("file", nargs="?", type=Path, default=JIANGXI)
        parser.add_argument("--successions", type=Path, default=SUCCESSIONS, help="YAML with the lineage")
        parser.add_argument("--on", type=date.fromisoformat, default=date(2023, 6, 30), help="the day of the list")
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, and load when told to."""
        try:
            read = read_list(options["file"], options["successions"])
            counted = ", ".join(f"{n} {level}" for level, n in read.by_level.items())
            self.stdout.write(f"{read.name}: {len(read.rows)} divisions ({counted}), {len(read.successions)} changes")
            if not options["write"]:
                self.stdout.write("Nothing was written; add --write to load it.")
                return
            done = load_divisions(read=read, on=options["on"], by=system())
        except Refused as refused:
            raise CommandError("\n".join(str(r) for r in refused.reasons)) from refused
        self.stdout.write(f"added {done.added}, changed {done.changed}, ended {done.ended}, unchanged {done.unchanged}")
