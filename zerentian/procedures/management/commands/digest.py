"""What everybody has to do today, as texts to send."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zerentian.accounts.models import User
from zerentian.accounts.queries import actor_of_user
from zerentian.kernel.db import unit
from zerentian.procedures.services import message_of, today_of


class Command(BaseCommand):
    """Writes one paragraph for each user for whom something waits; nothing in it names a person of the register."""

    help = "Write what waits for each user today (or for one), as texts for the messages of the office."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom to write for."""
        parser.add_argument("--user", help="one user name; else everybody for whom something waits")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask as each user, so that nobody is told of what he may not see."""
        users = User.objects.filter(is_active=True).order_by("username")
        if options["user"]:
            users = users.filter(username=options["user"])
            if not users:
                raise CommandError(f"没有可用的账号 {options['user']}")
        for user in users:
            self._write(user, always=bool(options["user"]))

    def _write(self, user: User, *, always: bool) -> None:
        by, today = actor_of_user(user.pk, None), timezone.localdate()
        with unit(by, writes=False):
            if always or today_of(by, today):
                self.stdout.write(f"{user.username}\n{message_of(by, today)}\n")
