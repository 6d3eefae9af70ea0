"""Writes sample deliveries of all sources with their answer key, never the database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.kernel.refusal import Refused
from zerentian.sample.rules.deliveries import SIZES
from zerentian.sample.services.deliveries import FORMS, Order, write_deliveries


class Command(BaseCommand):
    """`zerentian sample_deliveries --files DIR --out DIR [--scale S] [--source NAME …]`: DIR is what `sample` has written."""

    help = "Write the departments' deliveries that go with the files of the sample province, and the answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The register's files and what is to be made of them."""
        parser.add_argument("--files", type=Path, required=True, help="where `zerentian sample` wrote the register")
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--scale", choices=SIZES, default="demo")
        parser.add_argument("--seed", type=int, default=2016)
        parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="the day of the deliveries")
        parser.add_argument("--format", choices=FORMS, default="parquet")
        parser.add_argument("--source", action="append", default=[], help="only this one; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each source."""
        try:
            if strange := sorted(set(options["source"]) - set(queries.sources())):
                raise CommandError(f"没有来源 {'、'.join(strange)}")
            if not (options["files"] / "persons.parquet").exists():
                raise CommandError(
                    f"{options['files']} 里没有 persons.parquet；请先运行 zerentian sample --out 写出名册"
                )
            order = Order(
                options["scale"], options["seed"], options["as_of"] or timezone.localdate(), options["format"]
            )
            rows = write_deliveries(
                options["files"], options["out"], order, tuple(options["source"]),
                lambda county, done: self.stderr.write(f"{county}：共 {done:,} 行"),
            )  # fmt: skip
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for source, number in rows.items():
            self.stdout.write(f"{source}\t{number}")
