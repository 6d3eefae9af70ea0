"""Computes the ledger now: everything, one area or one measure."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.assessment.models import Reckoning
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import perform
from zerentian.kernel.scope import Level, level_of, parse_code


class Command(BaseCommand):
    """`zerentian recompute [--division CODE] [--measure ID] [--on DATE]`."""

    help = "Compute figures and entries, and write what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--division", help="a county (or the county of a township or village), city or province")
        parser.add_argument("--measure", help="one measure only")
        parser.add_argument("--on", type=date.fromisoformat, help="the day to judge by; today by default")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            division = parse_code(options["division"]) if options["division"] else None
        except ValueError as error:
            raise CommandError(str(error)) from error
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
