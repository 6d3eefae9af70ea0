"""Every page in English: no Chinese outside of what people typed, by whom the page is for."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from tests.access import TABLE, arguments
from tests.world import CAST, World, build

HAN = re.compile(r"[\u3400-\u9fff]+")
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = ("title", "alt", "aria-label", "placeholder", "data-zt-failed")
# Files, not pages.
NO_PAGES = {"territory:area_export", "organisations:body_export", "organisations:body_template", "api:openapi"}


class Reader(HTMLParser):
    """Collects the Chinese that a reader meets outside [data-user-content]."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.typed: set[str] = set()
        self.titled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read out count as text."""
        given = dict(attrs)
        hidden = "data-user-content" in given or (bool(self.open) and self.open[-1][1])
        if not hidden:
            self.found += [word for name in SPOKEN for word in HAN.findall(given.get(name) or "")]
        if tag not in VOID:
            self.open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        """Close up to the element that opened."""
        while self.open:
            name, _hidden = self.open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        tag, hidden = self.open[-1] if self.open else ("", False)
        if hidden:
            self.typed |= set(HAN.findall(data))
        elif tag == "title":
            self.titled += HAN.findall(data)
        elif tag not in ("script", "style"):
            self.found += HAN.findall(data)


def chinese(page: str) -> list[str]:
    """The Chinese words of a page that are the interface's own.

    A title cannot hold a mark, so it may have the words that are marked elsewhere on the page.
    """
    reader = Reader()
    reader.feed(page)
    return reader.found + [word for word in reader.titled if word not in reader.typed]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>责任<b data-user-content>兴国<i>县</i></b>台账</p>", ["责任", "台账"]),
        ('<input placeholder="名称"><span data-user-content><input title="县"></span>', ["名称"]),
        ("<title>兴国县 台账</title><h1 data-user-content>兴国县</h1>", ["台账"]),
        ("<script>'中文'</script><br><p data-user-content>县<br>乡</p>市", ["市"]),
    ],
)
def test_the_reader_knows_what_people_typed(page: str, words: list[str]) -> None:
    assert chinese(page) == words


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One of everything for the whole module; rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=HASHERS):
            yield build()
        transaction.set_rollback(True)


def readers() -> Iterator[tuple[str, str, str]]:
    """(name, method, who) of each page that somebody of the cast is shown."""
    for name, method, statuses in TABLE:
        who = next((w for w, status in zip(CAST, statuses, strict=True) if status in (200, 422)), None)
        if (
            who is not None
            and name not in NO_PAGES
            and not name.startswith("api:list")
            and not name.startswith("api:read")
        ):
            yield name, method, who


@pytest.mark.parametrize(("name", "method", "who"), list(readers()), ids=[f"{m} {n}" for n, m, _ in readers()])
def test_a_page_speaks_english(world: World, name: str, method: str, who: str) -> None:
    address = reverse(name, kwargs=arguments(name, world.ids))
    with transaction.atomic():
        answer = world.ask(who, method, address, "en")
        transaction.set_rollback(True)
    if answer["Content-Type"].startswith("text/html"):
        assert chinese(answer.content.decode()) == []
