"""Computes the ledger now: everything, one area or one measure."""

from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.assessment.models import Figure, Reckoning
from zerentian.assessment.queries.snapshots import figures_in, total_of
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import perform
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, level_of, parse_code
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory


class Command(BaseCommand):
    """`zerentian recompute [--division CODE] [--measure ID] [--on DATE] [--snapshot NAME|DAY]`.

    With `--snapshot` the figures are counted on it and printed beside those of the ledger; nothing is written.
    """

    help = "Compute figures and entries, and write what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--division", help="a county (or the county of a township or village), city or province")
        parser.add_argument("--measure", help="one measure only")
        parser.add_argument("--on", type=date.fromisoformat, help="the day to judge by; today by default")
        parser.add_argument("--snapshot", help="count on this snapshot, by name or day, and print; nothing is written")

    def handle(self, *args: Any, **options: Any) -> None:
        division = self._division(options["division"]) if options["division"] else None
        if options["snapshot"]:
            self._count(options["snapshot"], division, options["measure"], options["on"])
            return
        day = options["on"].isoformat() if options["on"] else None
        whole = division is None or level_of(division) is Level.PROVINCE
        run = perform(
            "assessment.recompute",
            title="测算责任台账",
            by=system("命令行"),
            division=division,
            area=None if whole else division,
            measure=options["measure"],
            on=day,
        )
        for refusal in run.refusals:
            if refusal["text"] != run.error:
                self.stderr.write(refusal["text"])
        if run.status != "done":
            raise CommandError(run.error or "测算没有完成")
        with unit(system(), writes=False):
            done = Reckoning.objects.filter(run_id=run.pk).order_by("id").first()
        if done:
            self.stdout.write(
                f"测算完成，{done.seconds} 秒：判定 {done.entries:,} 条，改动 {done.entries_changed:,} 条；"
                f"指标数字改动 {done.figures_changed:,} 个" + (f"；快照 {done.snapshot}" if done.snapshot else "")
            )

    def _division(self, text: str) -> int:
        """The division that stands today for a code; an old one is followed, and that is said."""
        try:
            code = parse_code(text)
        except ValueError as error:
            raise CommandError(str(error)) from error
        with unit(system(), writes=False):
            today = territory.current_code(code)
            if today is None:
                raise CommandError(f"没有代码为 {text} 的区划")
            if today != code:
                self.stdout.write(f"{text} 现为 {today} {territory.name_of(today)}")
        return today

    def _count(self, name: str, division: int | None, measure: str | None, on: date | None) -> None:
        """Print every figure of an area as the snapshot has it, with the ledger's own where that differs."""
        try:
            manifest = snapshots.find(name)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        with unit(system(), writes=False):
            code = rulebook.law_area() if division is None else division
            measures = [one for one in rulebook.measures().values() if measure in (None, one.id)]
            if not measures:
                raise CommandError(f"规则里没有指标 {measure}")
            self.stdout.write(f"快照 {manifest.name}，{territory.name_of(code)}，{on or manifest.as_of}")
            now = {f.measure: f for f in Figure.objects.filter(division=code, body=0)}
            for one in measures:
                found = total_of(figures_in(manifest, code, one, on), one)
                present = now.get(one.id)
                told = _counted(found.numerator, found.denominator)
                live = _counted(present.numerator, present.denominator) if present else _counted(Decimal(0), Decimal(0))
                self.stdout.write(f"{one.id} {one.title}：{told}" + ("" if live == told else f"（现在 {live}）"))


def _counted(numerator: Decimal, denominator: Decimal) -> str:
    return f"{numerator.normalize():f} / {denominator.normalize():f}" if denominator else "—"
