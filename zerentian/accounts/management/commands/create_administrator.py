"""Makes an administrator of a new installation, who then makes everybody else in the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from zerentian.accounts.rules import SEPARATE
from zerentian.accounts.services import create_user, grant_role
from zerentian.kernel.actor import system
from zerentian.kernel.refusal import Refused
from zerentian.territory import queries as territory


class Command(BaseCommand):
    """`zerentian create_administrator security_admin admin1 张三`: prints a one-time password."""

    help = "Create an administrator's account, and print its one-time password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Role, user name and name."""
        parser.add_argument("role", choices=SEPARATE)
        parser.add_argument("username")
        parser.add_argument("name")

    def handle(self, *args: Any, role: str, username: str, name: str, **options: Any) -> None:
        """Make the user with its role, or neither."""
        try:
            with transaction.atomic():
                person, password = create_user(username=username, name=name, by=system())
                grant_role(
                    user_id=person.pk,
                    role=role,
                    division=territory.children(None)[0].id,
                    starts_on=timezone.localdate(),
                    reason="安装时由服务器管理人员建立",
                    by=system(),
                )
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"用户名 {username}，一次性密码 {password}（只显示这一次；首次登录须修改密码并启用两步验证）")
