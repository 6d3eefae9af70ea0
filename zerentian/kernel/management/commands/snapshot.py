"""Takes a snapshot of the facts, lists what is kept, proves it whole, compares two, destroys what is over."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.effects import announce
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import EVERYWHERE, Level, level_of, parse_code, range_of

ACTIONS = ("take", "list", "verify", "diff", "keep", "destroy")


class Command(BaseCommand):
    """`zerentian snapshot [take] | list | verify [NAME …] | diff BEFORE AFTER | keep | destroy NAME --ground WHY`.

    NAME is the name of a snapshot or a day (2026-11-29: its last one); BEFORE and AFTER may be folders as well.
    """

    help = "Write every fact as Parquet, list, verify, compare and retire snapshots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", choices=ACTIONS, default="take")
        parser.add_argument("names", nargs="*", help="snapshots, by name or day")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="take, keep: the day it is done for; today by default"
        )
        parser.add_argument("--to", type=Path, help="take, list: folder of the snapshots; below the home by default")
        parser.add_argument("--division", help="diff: only this area")
        parser.add_argument("--view", default="", help="diff: only this view, row by row with --rows")
        parser.add_argument("--rows", type=int, default=0, help="diff: print so many rows of the view")
        parser.add_argument("--json", action="store_true", help="diff: print JSON")
        parser.add_argument("--ground", default="", help="destroy: why")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _take(self, options: dict[str, Any]) -> None:
        self._show(snapshots.take(options["on"] or timezone.localdate(), options["to"], progress=self._progress))
        if options["to"] is None:
            self._keep({"on": None})

    def _list(self, options: dict[str, Any]) -> None:
        for found in snapshots.kept(options["to"] or place("snapshots")):
            self._show(found)

    def _verify(self, options: dict[str, Any]) -> None:
        """Those named, or all; folders elsewhere are checked against their own manifest."""
        bad = []
        for name in options["names"] or [found.name for found in snapshots.kept()]:
            faults = self._faults(name)
            bad += [f"{name}：{fault}" for fault in faults]
            if not faults:
                self.stdout.write(f"快照 {name} 完好：文件、行数、列和清单都与取快照时一致")
        if bad:
            raise CommandError("快照不完好：\n" + "\n".join(bad))

    def _faults(self, name: str) -> list[str]:
        if "/" in name:
            return snapshots.verify(Path(name))
        return snapshots.check(name=snapshots.find(name).name, by=system())

    def _diff(self, options: dict[str, Any]) -> None:
        if len(options["names"]) != 2:
            raise CommandError("请写明两个快照，先前的在前：zerentian snapshot diff 2026-10-31 2026-11-30")
        before, after = (
            snapshots.load(Path(name)) if "/" in name else snapshots.find(name) for name in options["names"]
        )
        code = parse_code(options["division"]) if options["division"] else None
        area = range_of(code) if code else EVERYWHERE
        below = min(Level.VILLAGE, level_of(code) + 1) if code else Level.CITY
        with snapshots.comparison(before, after) as found:
            counts = found.counts(area, Level(below).span, options["view"])
            rows = list(found.rows(options["view"], area, limit=options["rows"])) if options["rows"] else []
            apart = found.apart
        if options["json"]:
            self.stdout.write(self._as_json(counts, rows, apart))
            return
        self.stdout.write(f"{before.name} → {after.name}")
        for view, kinds in snapshots.summed(counts).items():
            self.stdout.write(f"{view}：新增 {kinds['came']:,}，减少 {kinds['went']:,}，变更 {kinds['changed']:,}")
        for one in counts:
            self.stdout.write(f"  {one.view} {one.division} {WORDS[one.kind]} {one.rows:,}")
        for row in rows:
            changed = "；".join(f"{name} {old} → {new}" for name, old, new in row.values)
            self.stdout.write(f"  {WORDS[row.kind]} {row.division} {row.key} {changed}")
        for view in apart:
            self.stdout.write(f"{view}：两个快照的列不同，只比较共有的列")
        if not counts:
            self.stdout.write("没有不同")

    def _as_json(self, counts: list[snapshots.Count], rows: list[snapshots.Change], apart: list[str]) -> str:
        told = {
            "counts": [{"view": c.view, "division": c.division, "kind": c.kind, "rows": c.rows} for c in counts],
            "rows": [{"kind": r.kind, "division": r.division, "key": r.key, "values": r.values} for r in rows],
            "columns_differ": apart,
        }
        return json.dumps(told, ensure_ascii=False, indent=1, default=str)

    def _keep(self, options: dict[str, Any]) -> None:
        for names in announce("snapshots.keep", by=system(), on=options["on"]):
            for name in names:
                self.stdout.write(f"保存期已过，已销毁快照 {name}")

    def _destroy(self, options: dict[str, Any]) -> None:
        for name in options["names"]:
            snapshots.destroy(name=snapshots.find(name).name, ground=options["ground"], by=system("命令行"))
            self.stdout.write(f"已销毁快照 {name}")

    def _show(self, found: snapshots.Manifest) -> None:
        taken = timezone.localtime(found.taken_at)
        self.stdout.write(
            f"{found.name}  取于 {taken:%Y-%m-%d %H:%M:%S}  {found.total:,} 行  {len(found.parts)} 个文件"
            f"  {found.size / (1 << 20):.1f} MB  {found.folder}"
        )

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="\n" if done == total else "")


WORDS = {"came": "新增", "went": "减少", "changed": "变更"}
