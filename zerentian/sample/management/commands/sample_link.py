"""Writes a register, rows to link with it and the key to them, in the form in which a match reads them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from zerentian.sample.services.link_sample import Order, write_sample


class Command(BaseCommand):
    """`zerentian sample_link --people N --rows N --seed N --out DIR`."""

    help = "Write a register and rows with planted mistakes to link with it, and the key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, from which seed, and where."""
        parser.add_argument("--people", type=int, default=60_000)
        parser.add_argument("--rows", type=int, default=6_000)
        parser.add_argument("--seed", type=int, default=2016)
        parser.add_argument("--counties", type=int, default=0, help="0: as many as a province would have")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """The files, and where they are."""
        order = Order(options["people"], options["rows"], options["seed"], options["counties"])
        paths = write_sample(options["out"], order)
        self.stdout.write(f"已写入 {paths.folder}：{order.people} 人，{order.rows} 行，种子 {order.seed}")
