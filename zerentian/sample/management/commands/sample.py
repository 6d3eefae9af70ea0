"""Writes the files of the sample province, never the database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from zerentian.sample.rules.province import SCALES
from zerentian.sample.services import write_sample


class Command(BaseCommand):
    """`zerentian sample --scale demo|county|province --seed N --out DIR`"""

    help = "Write the import files of the sample province, and the answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=SCALES, default="demo")
        parser.add_argument("--seed", type=int, default=2016)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="the day the sample is seen on")
        parser.add_argument("--line", type=float, default=4000.0, help="income line in yuan a year and head")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["as_of"] or timezone.localdate()
        written = write_sample(options["out"], options["scale"], options["seed"], today, options["line"])
        for name, rows in written.items():
            self.stdout.write(f"{name}\t{rows}")
