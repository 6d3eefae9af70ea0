"""Holds a finished match against the answer key of the sample deliveries."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polars as pl
from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.refusal import Refused
from zerentian.sample.rules.answers import Answers, by_error
from zerentian.sample.services.answers import answers_of, read_key

SHOWN = 20


class Command(BaseCommand):
    """`zerentian sample_answers --key DIR [--match N] [--out DIR]`: every planted hit that was missed, every false clue."""

    help = "Compare a finished match with the answer key: planted hits that were missed, clues that are false."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the key is, and which match."""
        parser.add_argument("--key", type=Path, required=True, help="where `zerentian sample_deliveries` wrote")
        parser.add_argument(
            "--match", type=int, default=None, help="number of the match; the last finished one otherwise"
        )
        parser.add_argument("--out", type=Path, default=None, help="write the whole lists here as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        """Totals by rule and by kind of mistake, then the lists."""
        try:
            key = read_key(options["key"])
            made, found = answers_of(key, options["match"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"第 {made.pk} 次比对（{made.on}）与答案对照")
        self.stdout.write("规则\t应指出\t线索\t漏掉\t误报\t不在册")
        for row in found.totals.select("rule", "planted", "clues", "missed", "false", "outside").iter_rows():
            self.stdout.write("\t".join(map(str, row)))
        self.stdout.write("差错种类\t应指出\t漏掉\t其中足以认人\t漏掉")
        for error, *numbers in by_error(key, found).iter_rows():
            self.stdout.write("\t".join([error or "无差错", *map(str, numbers)]))
        self._lists(found, options["out"])
        self.stdout.write(
            f"查全率：留下的信息足以认人的 {found.recall_of_enough:.4f}，全部 {found.recall:.4f}；查准率 {found.precision:.4f}"
        )

    def _lists(self, found: Answers, out: Path | None) -> None:
        for name, title, frame in (("missed", "漏掉", found.missed), ("false", "误报", found.false)):
            if out:
                out.mkdir(parents=True, exist_ok=True)
                frame.write_csv(out / f"{name}.csv")
            self.stdout.write(f"{title} {frame.height} 条" + (f"，全部写入 {out / name}.csv" if out else ""))
            for row in frame.head(SHOWN).with_columns(pl.all().cast(pl.String).fill_null("")).iter_rows():
                self.stdout.write("  " + "\t".join(row))
