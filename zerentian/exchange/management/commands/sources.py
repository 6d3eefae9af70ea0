"""Checks the folders of the sources and runs the worked examples of their rules."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.exchange import queries
from zerentian.exchange.services.examples import fact_types, failed_examples
from zerentian.kernel.refusal import Refused
from zerentian.kernel.snapshots import fact_columns


class Command(BaseCommand):
    """`zerentian sources [NAME …]`: one line a source, and every example that does not come out as written."""

    help = "Check the sources' folders and run the worked examples of their rules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sources; all of them when none is named."""
        parser.add_argument("names", nargs="*", metavar="NAME")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        """Every source is looked at before the command fails."""
        try:
            known, wrong = queries.sources(), 0
            if strange := sorted(set(names) - set(known)):
                raise CommandError(f"没有来源 {'、'.join(strange)}；现有：{'、'.join(known)}")
            facts = fact_types(fact_columns())
            for id in names or known:
                wrong += self._one(id, facts)
        except Refused as refused:
            raise CommandError("\n".join(f"{r.where}：{r.text}" for r in refused.reasons)) from refused
        if wrong:
            raise CommandError(f"有 {wrong} 个例子与规则不符")

    def _one(self, id: str, facts: Any) -> int:
        source, file = queries.source(id), queries.examples(id)
        failed = failed_examples(source, file, facts)
        rules, total = len(source.rules), len(file.examples)
        self.stdout.write(f"{id}\t{source.file.title.zh}\t规则 {rules} 条\t例子 {total} 个，不符 {len(failed)} 个")
        for reason in failed:
            self.stdout.write(f"  {reason.where}：{reason.text}")
        return len(failed)
