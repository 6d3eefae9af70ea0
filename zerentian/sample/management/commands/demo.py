"""The whole demonstration, from an empty database to a computed ledger; every step may be repeated."""

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
            demo.foundation()
            demo.register()
            demo.notices()
            demo.cases()
            demo.exchange()
            demo.ledger()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        connections.close_all()

    def _tell(self, line: str) -> None:
        self.stdout.write(f"样例：{line}")
        self.stdout.flush()
