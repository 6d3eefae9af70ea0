"""Matches what departments delivered with the register, now, or makes an earlier match again."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.exchange import queries, services
from zerentian.exchange.models import MatchRun
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Refused


class Command(BaseCommand):
    """`zerentian match [--on DATE] [--snapshot NAME] [--repeat N] [--list]`."""

    help = "Match the departments' tables with the register and write the clues."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day whose rules and parameters hold; today")
        parser.add_argument("--snapshot", default="", help="match with this snapshot instead of taking one")
        parser.add_argument("--repeat", type=int, metavar="N", help="make match N again and compare; writes no clue")
        parser.add_argument("--resume", type=int, metavar="N", help="go on with match N, which was interrupted")
        parser.add_argument("--list", action="store_true", help="list the matches so far")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["list"]:
                self._list()
            elif options["repeat"]:
                self._repeat(options["repeat"])
            else:
                self._match(options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _list(self) -> None:
        with unit(system(), writes=False):
            for one in queries.runs(system())[:50]:
                state = f"{one.finished_at:%Y-%m-%d %H:%M}" if one.finished_at else "未完成"
                self.stdout.write(
                    f"{one.pk}\t{one.on}\t{one.engine}\t{state}\t命中 {one.counts.get('hits', 0):,}\t{one.result[:16]}"
                )

    def _repeat(self, number: int) -> None:
        before, again = services.repeat_match(match_id=number, tell=self._stage)
        if before != again:
            raise CommandError(f"比对 {number} 重做的结果与原来不同：原 {before}，现 {again}")
        self.stdout.write(f"比对 {number} 重做的结果与原来相同：{again}")

    def _match(self, options: dict[str, Any]) -> None:
        number = options["resume"]
        if not number:
            with unit(system()):
                chosen = {"on": options["on"], "snapshot": options["snapshot"]}
                number = services.begin_match(by=system(), here=True, **chosen).pk
        self.stdout.write(f"比对 {number} 开始；中断后可用 zerentian match --resume {number} 接着做")
        run = services.match_here(match_id=number, by=system(), tell=self._stage)
        if run.status != Run.Status.DONE:
            raise CommandError(f"比对 {number} 没有完成：{run.error}")
        with unit(system(), writes=False):
            made = MatchRun.objects.get(pk=number)
        for name, count in run.spoken_counts:
            self.stdout.write(f"{name}\t{count:,}")
        self.stdout.write(f"结果摘要 {made.result}")

    def _stage(self, done: Any) -> None:
        how = "沿用上次" if done.taken_over else f"{done.seconds:.2f} 秒"
        self.stdout.write(f"{done.title}\t{done.rows:,} 行\t{how}")
        self.stdout.flush()
