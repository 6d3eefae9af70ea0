"""Seals all personal data again under a new key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.kernel.actor import system
from zerentian.kernel.jobs import perform
from zerentian.kernel.privacy import add_key
from zerentian.kernel.refusal import Refused
from zerentian.kernel.services import ROTATE


class Command(BaseCommand):
    """`zerentian rotate-keys [--new]`; a stopped one goes on when called again."""

    help = "Re-encrypt personal data under the current key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new", action="store_true", help="make a new key first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new"]:
                self.stdout.write(f"已生成新密钥 {add_key()}；请重启网站和后台进程，使新数据用新密钥")
            run = perform(ROTATE, title="更换密钥", by=system("命令行"))
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if run.error:
            raise CommandError(run.error)
        self.stdout.write(
            f"查看 {run.done} 行，重新加密 {run.counts.get('重新加密', 0)} 行。旧密钥须保留，历史版本仍用它"
        )
