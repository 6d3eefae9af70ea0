"""Import households, persons, incomes, villages and counties from workbooks, CSV or Parquet files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Scope, parse_code
from zerentian.registry.models import Import
from zerentian.registry.services import apply_here, begin_import, check_here
from zerentian.territory.queries import children

SHOWN = 20  # refused rows listed unless told otherwise; the page of the import lists all


class Command(BaseCommand):
    """Previews unless told --write."""

    help = "Import files into the register (xlsx, csv, parquet, zip). Without --write it only says what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, the area, and whether to write."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--division", help="code of the area that the files are for; else the province")
        parser.add_argument("--whole", action="store_true", help="all rows or none")
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--refusals", type=int, default=SHOWN, help="how many refused rows to list")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and take over when told to."""
        try:
            division = parse_code(options["division"]) if options["division"] else self._province()
            by = system("导入命令", Scope.of([division]))
            files = [(path, path.name) for path in options["files"]]
            if missing := [str(path) for path, _name in files if not path.is_file()]:
                raise Refused(f"没有这个文件：{'、'.join(missing)}")
            made = begin_import(files=files, division=division, whole=options["whole"], by=by, here=True)
            self._say(check_here(import_id=made.pk, by=by), made, options["refusals"])
            if options["write"]:
                self._say(apply_here(import_id=made.pk, by=by), made, options["refusals"])
            else:
                self._leave(made, by)
        except (Refused, ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    @staticmethod
    def _province() -> int:
        provinces = children(None)
        if not provinces:
            raise Refused("还没有载入区划，请先运行 zerentian load_divisions --write")
        if len(provinces) != 1:
            raise Refused("请用 --division 写明文件是哪个区划的")
        return provinces[0].id

    def _say(self, run: Run, made: Import, shown: int) -> None:
        self.stdout.write(f"{run.title}：" + "，".join(f"{word} {n:,}" for word, n in run.counts.items()))
        for refusal in [r for r in run.refusals if r["text"] != run.error][:shown]:
            self.stdout.write(f"  {refusal['where']}：{refusal['text']}")
        if run.refused > shown:
            where = reverse("registry:import", args=[made.pk])
            self.stdout.write(f"  共 {run.refused:,} 行未通过，逐行见网页“采集表导入”#{made.pk}（{where}）")
        if run.status != Run.Status.DONE:
            raise CommandError(run.error or run.get_status_display())

    def _leave(self, made: Import, by: Actor) -> None:
        self.stdout.write(f"没有写入；加 --write 写入，或在网页“采集表导入”里确认 #{made.pk}")
