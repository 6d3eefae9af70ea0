"""Runs a year of procedures over the sample's households."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.scope import parse_code
from zerentian.sample.services.year import run_year


class Command(BaseCommand):
    """`zerentian sample_year --area CODE [--part K --parts N] [--seed N]`: by the acts, on the days that they would have."""

    help = "Run a year of identifications, exits and adjustments over the sample's households."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--area", default="36", help="code of the area")
        parser.add_argument("--part", type=int, default=0, help="which part of its villages, from 0")
        parser.add_argument("--parts", type=int, default=1, help="of so many; for several processes at once")
        parser.add_argument("--seed", type=int, default=2016)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("样例只能装入演示环境：请设 ZERENTIAN_DEMO=1（make demo 已设）")
        area = parse_code(options["area"])
        which = {"part": options["part"], "parts": options["parts"]}
        done = run_year(area, seed=options["seed"], tell=self.stderr.write, **which)
        for name, number in sorted(done.items()):
            self.stdout.write(f"{name}\t{number:,}")
