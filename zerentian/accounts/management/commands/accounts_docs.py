"""Writes or checks the generated matrix of roles and permissions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.accounts.rules import ROLES
from zerentian.kernel.generated import keep, page, table
from zerentian.kernel.permissions import Permission


def permissions_page() -> str:
    """Roles down, permissions across: who may do what."""
    roles = [
        (
            f"`{role.key}`",
            role.title,
            role.title_en,
            role.level.name.lower() if role.level else "any",
            "yes" if role.needs_second_factor else "",
        )
        for role in ROLES.values()
    ]
    matrix = [
        (f"`{permission}`", *("●" if permission in role.permissions else "" for role in ROLES.values()))
        for permission in Permission
    ]
    head = ("permission", *(role.title_en for role in ROLES.values()))
    body = (
        table(("role", "中文", "English", "level of area", "second factor"), roles)
        + "\n## Matrix\n\n"
        + table(head, matrix)
    )
    return page("Permissions", "What each role may do, within the area that it is given for.", body)


class Command(BaseCommand):
    """`zerentian accounts_docs [--check]`."""

    help = "docs/generated: matrix of permissions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Check instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the page, or name it when it differs."""
        stale = keep({"permissions.md": permissions_page()}, check=check)
        if check and stale:
            raise CommandError(f"{', '.join(stale)}: not current, run `zerentian docs`")
