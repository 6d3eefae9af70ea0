"""The whole demonstration, from an empty database to a computed ledger; every step may be repeated."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from zerentian.kernel.actor import system
from zerentian.kernel.models import Run
from zerentian.organisations.services.imports import begin_import
from zerentian.sample.management.commands.sample import write_sample

ORGANISATIONS = ("bodies", "posts", "appointments", "grids", "assignments")
REGISTRY = ("villages", "counties", "households", "persons", "incomes")
SEED = 2016


class Command(BaseCommand):
    """`zerentian demo`: 3 counties with households, all divisions and all bodies."""

    help = "样例省份：写文件、导入、测算"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("样例只能装入演示环境：请设 ZERENTIAN_DEMO=1（make demo 已设）")
        self._done = settings.ZERENTIAN_HOME / "demo"
        self._done.mkdir(parents=True, exist_ok=True)
        files = self._done / "files"
        self._step("tables", lambda: call_command("migrate", verbosity=0, interactive=False), again=True)
        self._step("divisions", lambda: call_command("load_divisions", write=True, verbosity=0), again=True)
        self._step("rulebook", lambda: call_command("load_rulebook", verbosity=0), again=True)
        self._step("accounts", lambda: call_command("load_demo_accounts", verbosity=0), again=True)
        self._step("sample files", lambda: self._write(files))
        self._step("bodies and posts", lambda: self._organisations(files))
        self._step("holders of posts", lambda: call_command("load_demo_accounts", verbosity=0), again=True)
        self._step("households", lambda: self._registry(files))
        self._step("ledger", lambda: call_command("recompute", verbosity=0))
        self._step("seal", lambda: call_command("seal", verbosity=0), again=True)
        connections.close_all()

    def _step(self, name: str, work: Callable[[], object], *, again: bool = False) -> None:
        """Do one step unless an earlier run of the command has finished it in this database."""
        mark = self._done / f"{name.replace(' ', '-')}.done"
        if not again and mark.exists() and mark.read_text() == self._database():
            return
        started = time.monotonic()
        work()
        mark.write_text(self._database())
        self.stdout.write(f"demo: {name} ({time.monotonic() - started:.1f} s)")
        self.stdout.flush()

    @staticmethod
    def _database() -> str:
        """What tells one database from another: the moment it was made ready."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("select min(applied)::text from django_migrations")
            return str(cursor.fetchone()[0])

    @staticmethod
    def _write(files: Path) -> None:
        write_sample(files, "demo", SEED, timezone.localdate(), 4000.0)

    @staticmethod
    def _organisations(files: Path) -> None:
        paths = [(files / f"{name}.parquet", f"{name}.parquet") for name in ORGANISATIONS]
        run = begin_import(paths, by=system(), write=True, here=True)
        if run.status != Run.Status.DONE:
            raise CommandError(f"机构导入没有完成：{run.error}")

    def _registry(self, files: Path) -> None:
        call_command("import", *[str(files / f"{name}.parquet") for name in REGISTRY], division="36", write=True)
        planted = json.loads((files / "answer_key.json").read_text("utf-8"))
        faulty = sum(1 for one in planted if one["seen_in"] == "import")
        self.stdout.write(f"demo: {faulty} faults were planted for the import, {len(planted) - faulty} for the ledger")
