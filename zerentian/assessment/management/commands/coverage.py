"""Prints how much of the regulation is measured: articles, duties, measured duties, by chapter."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from zerentian.assessment.queries.coverage import coverage


class Command(BaseCommand):
    """`zerentian coverage [--json]`."""

    help = "How many duties have figures computed from records."
    requires_system_checks: list[str] = []  # it only reads and counts

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = coverage()
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for chapter in found["chapters"]:
            self.stdout.write(
                f"第{chapter['number']}章 {chapter['title']}：{chapter['articles']} 条，{chapter['duties']} 项责任，"
                f"已测算 {chapter['measured']} 项（其中全部指标 {chapter['fully_measured']} 项）"
            )
        self.stdout.write(
            f"合计：{found['articles']} 条，{found['duties']} 项责任，已测算 {found['measured']} 项，"
            f"指标 {found['measures_with_sql']} / {found['measures']}"
        )
