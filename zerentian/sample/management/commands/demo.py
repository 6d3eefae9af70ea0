"""The whole demonstration, from an empty database to a computed ledger; every step may be repeated."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from zerentian.kernel.refusal import Refused
from zerentian.sample.services import Installation


class Command(BaseCommand):
    """`zerentian demo`: 3 counties with households, all divisions and all bodies."""

    help = "Set up the sample province: write its files, import them, compute the ledger."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("样例只能装入演示环境：请设 ZERENTIAN_DEMO=1（make demo 已设）")
        demo = Installation("demo", self._tell)
        try:
            with self._alone(demo):
                demo.foundation()
                demo.register()
                demo.notices()
                demo.cases()
                demo.exchange()
                demo.ledger()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        connections.close_all()

    @contextmanager
    def _alone(self, demo: Installation) -> Iterator[None]:
        """One at a time: whoever comes second waits, and then finds every step done."""
        with (demo.folder / "demo.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._tell("另一个 zerentian demo 正在同一目录装入，等它完成……")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _tell(self, line: str) -> None:
        self.stdout.write(f"样例：{line}")
        self.stdout.flush()
