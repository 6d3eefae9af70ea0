"""Take deliveries in from the shared folder, until stopped or once."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zerentian.exchange.services import look

PAUSE = 10.0  # seconds between two looks


class Command(BaseCommand):
    """The worker looks too, every minute, where ZERENTIAN_EXCHANGE_FOLDER is set; two looks never meet."""

    help = "Take deliveries in from the shared folder (a folder for each source)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which folder, how long, and where the files are checked."""
        parser.add_argument("folder", nargs="?", type=Path, help="default: ZERENTIAN_EXCHANGE_FOLDER")
        parser.add_argument("--once", action="store_true", help="take what is complete, answer it, and stop")
        parser.add_argument("--here", action="store_true", help="check in this process instead of the worker's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, say what happened, look again."""
        folder = options["folder"] or (
            Path(settings.ZERENTIAN_EXCHANGE_FOLDER) if settings.ZERENTIAN_EXCHANGE_FOLDER else None
        )
        if folder is None or not folder.is_dir():
            raise CommandError("请写明共享文件夹，或设置 ZERENTIAN_EXCHANGE_FOLDER；文件夹要已经存在")
        if options["once"]:
            self._look(folder, here=True)
            time.sleep(settings.ZERENTIAN_EXCHANGE_SETTLE + 0.1)
            self._look(folder, here=True)
            return
        while True:
            self._look(folder, here=options["here"])
            time.sleep(PAUSE)

    def _look(self, folder: Path, *, here: bool) -> None:
        found = look(folder, here=here)
        for word, names in (("接收", found.taken), ("收妥", found.done), ("退回", found.refused)):
            for name in names:
                self.stdout.write(f"{word} {name}")
