"""Estimates the weights of linkage from a sample with a key, and prints them as they stand in the rulebook."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand

from zerentian.exchange.rules.estimates import as_yaml
from zerentian.sample.services.link_sample import Order, estimated_weights


class Command(BaseCommand):
    """`zerentian link_weights [--people N --rows N --seed N] [--from DAY]`: values for `exchange.link.weight.*`.

    A benchmark (`zerentian bench link`) is made from another seed, so that it judges values it had no part in.
    """

    help = "Estimate the weights of linkage from a sample with planted mistakes; prints values for the rulebook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How big a sample, and from which day the values shall hold."""
        parser.add_argument("--people", type=int, default=400_000)
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=99)
        parser.add_argument("--counties", type=int, default=100)
        parser.add_argument("--from", dest="since", type=date.fromisoformat, default=date(2016, 1, 1))

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is written but what is printed."""
        order = Order(options["people"], options["rows"], options["seed"], options["counties"])
        with TemporaryDirectory() as folder:
            weights = estimated_weights(Path(folder), order)
        source = f"由样例估计（zerentian link_weights，种子 {order.seed}，{order.people} 人、{order.rows} 行），未用真实交付数据估计"
        self.stdout.write(as_yaml(weights, options["since"].isoformat(), source))
