"""Writes the audit trail to a folder that an auditor can verify apart from the running system."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from zerentian.kernel.actor import system
from zerentian.kernel.services import export_audit


class Command(BaseCommand):
    """`zerentian export-audit DIR`."""

    help = "Export acts, history and seals, with the verifier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--reason", default="命令行导出", help="why it is exported")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        lines, seals = export_audit(folder=folder, by=system("命令行"), reason=options["reason"])
        self.stdout.write(f"已导出 {lines} 行、{seals} 个封存到 {folder}；核验：python {folder}/verify.py {folder}")
