"""Closes the finished acts into the next link of the hash chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.actor import system
from zerentian.kernel.refusal import Refused
from zerentian.kernel.services import seal


class Command(BaseCommand):
    """`zerentian seal`; the worker does it every five minutes."""

    help = "Seal finished acts and their history now."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = seal(by=system("命令行"))
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if link is None:
            self.stdout.write("没有新的办理记录需要封存")
        else:
            self.stdout.write(
                f"已封存办理记录 {link.first_act}–{link.last_act}（{link.acts} 条，改动 {link.changes} 行），"
                f"摘要 {bytes(link.head).hex()}"
            )
