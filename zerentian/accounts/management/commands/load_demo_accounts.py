"""Makes the accounts of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zerentian.accounts.services import load_demo_accounts
from zerentian.kernel.actor import system


class Command(BaseCommand):
    """`zerentian load_demo_accounts`: only in demo mode, where the password is printed on the sign-in page."""

    help = "Accounts of the demonstration (only where that is allowed)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只有演示环境（ZERENTIAN_DEMO=1）可以建立演示账号")
        self.stdout.write(f"demo accounts: {load_demo_accounts(by=system())} added")
