"""Runs a benchmark that some app registered, and prints its ratios."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.bench import Report
from zerentian.kernel.effects import announce, registered
from zerentian.kernel.refusal import Refused

PREFIX = "bench."


class Command(BaseCommand):
    """`zerentian bench NAME --scale demo|county|province [--engine spark] [--json]`.

    An app registers one with `@effect("bench.<name>")` on `def f(*, scale: str, report: Report)`. An installation
    without households is first made ready with the sample of that scale, if an app answers to "prepare.bench".
    """

    help = "Measure against a raw baseline in the same run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="which; without it they are listed")
        parser.add_argument("--scale", choices=("demo", "county", "province"), default="demo")
        parser.add_argument("--engine", help="for match: spark, or the address of a Spark master, beside DuckDB")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")

    def handle(self, *args: Any, **options: Any) -> None:
        names = sorted(name.removeprefix(PREFIX) for name in registered() if name.startswith(PREFIX))
        if options["name"] is None:
            self.stdout.write("可用的性能对比：" + ("、".join(names) or "没有"))
            return
        if options["name"] not in names:
            raise CommandError(f"没有叫“{options['name']}”的性能对比；有：{'、'.join(names) or '没有'}")
        if options["engine"] and options["name"] != "match":
            raise CommandError("--engine 只用于 bench match")
        report = Report(options["name"], options["scale"])
        try:
            announce("prepare.bench", name=options["name"], scale=options["scale"], tell=self._tell)
            more = {"engine": options["engine"]} if options["engine"] else {}
            announce(PREFIX + options["name"], scale=options["scale"], report=report, **more)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(report.as_json() if options["json"] else report.as_text())
        if options["strict"] and (report.missed or any(m.is_met is False for m in report.measured)):
            raise CommandError("有目标没有达到", returncode=1)

    def _tell(self, line: str) -> None:
        """What is being made ready; apart from the report, which may be read by a program."""
        self.stderr.write(f"bench: {line}", lambda text: text)
        self.stderr.flush()
