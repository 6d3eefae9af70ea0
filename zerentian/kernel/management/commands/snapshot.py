"""Writes the facts of this moment as Parquet, lists what is kept, or proves that a snapshot is whole."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zerentian.kernel import snapshots
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused


class Command(BaseCommand):
    """`zerentian snapshot [--on DATE] [--to FOLDER] [--list] [--verify NAME]`."""

    help = "Write every fact as Parquet, one file per county and view."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day the snapshot stands for; today by default")
        parser.add_argument("--to", type=Path, help="folder of the snapshots; below the home by default")
        parser.add_argument("--list", action="store_true", help="list what is kept")
        parser.add_argument("--verify", metavar="NAME", help="check every file of a snapshot against its manifest")

    def handle(self, *args: Any, **options: Any) -> None:
        root = options["to"] or place("snapshots")
        try:
            if options["verify"]:
                self._verify(root / options["verify"])
            elif options["list"]:
                for found in snapshots.kept(root):
                    self._show(found)
            else:
                self._show(snapshots.take(options["on"] or timezone.localdate(), root, progress=self._progress))
                for name in snapshots.prune(root=root):
                    self.stdout.write(f"已按保留数清除旧快照 {name}")
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _verify(self, folder: Path) -> None:
        if faults := snapshots.verify(folder):
            raise CommandError("快照不完好：\n" + "\n".join(faults))
        self.stdout.write(f"快照 {folder.name} 完好，{len(snapshots.load(folder).parts)} 个文件与清单一致")

    def _show(self, found: snapshots.Manifest) -> None:
        size = sum(part.bytes for part in found.parts) / (1 << 20)
        taken = timezone.localtime(found.taken_at)
        self.stdout.write(
            f"{found.name}  取于 {taken:%Y-%m-%d %H:%M:%S}  {found.total:,} 行  {len(found.parts)} 个文件  {size:.1f} MB  {found.folder}"
        )

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="\n" if done == total else "")
