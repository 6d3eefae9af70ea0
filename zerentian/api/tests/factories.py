"""Tokens of the standing cast, issued by the act itself."""

import json
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from zerentian.accounts.models import ApiToken
from zerentian.accounts.services import issue_token
from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import Actor

READABLE = [
    "division.view",
    "body.view",
    "rulebook.view",
    "ledger.view",
    "household.view",
    "notice.view",
    "exchange.view",
    "exchange.deliver",
]


@dataclass
class Program:
    """A program with a key."""

    key: str
    token: ApiToken | None = None

    def get(self, address: str, language: str = "zh-hans", **query: object) -> HttpResponse:
        """Ask the API, as a program does: without cookies."""
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": language}
        return Client(headers=headers).get(f"/api/v1/{address}", query)

    def send(
        self, method: str, address: str, body: object = None, language: str = "zh-hans", **headers: str
    ) -> HttpResponse:
        """Send JSON, or bytes as they are."""
        told = {"Authorization": f"Bearer {self.key}", "Accept-Language": language, **headers}
        raw = isinstance(body, bytes)
        content = body if raw else "" if body is None else json.dumps(body)
        kind = "application/octet-stream" if raw else "application/json"
        return getattr(Client(headers=told, enforce_csrf_checks=True), method)(f"/api/v1/{address}", content, kind)  # type: ignore[no-any-return]


def program(name: str, division: int | None = None, permissions: list[str] | None = None) -> Program:
    """A program of somebody of the cast, for the whole of his area unless one inside it is named."""
    by: Actor = actor_of_cast(name)
    mine = [p for p in permissions or READABLE if p in {q.value for q in by.permissions}]
    token, key = issue_token(name="测试", division=division or by.division or 0, permissions=mine, days=30, by=by)
    return Program(key, token)
