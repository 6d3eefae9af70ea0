"""Every page that a link leads to is clean on desk and phone, and English when English is asked for."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Error, Page

from tests.browser.conftest import PHONE, WIDE, SignIn, assert_clean, assert_english, assert_fits, visit
from tests.world import World, build

pytestmark = pytest.mark.slow
PEOPLE = ("department", "province", "county", "township", "village", "system_admin", "security_admin", "audit_admin")
NOT_PAGES = ("kernel:file", "api-1.0.0:openapi-json")


@pytest.fixture(scope="module")
def world(house: None, django_db_blocker: Any) -> World:
    """One of everything, so that there is a page of everything."""
    with django_db_blocker.unblock(), transaction.atomic():
        return build()


def route_of(path: str) -> str:
    """The name of the address, the same for every record that it shows."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def links_of(page: Page) -> Iterator[str]:
    """Where the page leads to inside the house."""
    origin = urlsplit(page.url).netloc
    for href in page.eval_on_selector_all("a[href]:not([download])", "all => all.map((a) => a.href)"):
        parts = urlsplit(href)
        if parts.netloc == origin and not parts.fragment and "export" not in parts.path + parts.query:
            yield parts.path


def complaints(page: Page, path: str) -> Iterator[str]:
    """What is wrong with the open page on a phone and on a desk."""
    for size, check in ((PHONE, assert_fits), (WIDE, assert_clean)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        try:
            check(page)
        except AssertionError as wrong:
            yield f"{path} at {size['width']} px: {wrong}"


def chinese(page: Page, path: str) -> Iterator[str]:
    """What of an English page is Chinese."""
    try:
        assert_english(page)
    except AssertionError as wrong:
        yield f"{path}: {wrong}"


def opened(page: Page, path: str, name: str, wrong: list[str]) -> bool:
    """Whether the address holds a page; an error is noted, a file or document passed over."""
    try:
        answer = visit(page, path)
    except Error as error:
        if "Download is starting" in str(error):
            return False
        raise
    if answer is None or answer.status >= 400:
        wrong.append(f"{path} answers {answer.status if answer else 'nothing'} to {name}")
        return False
    return "text/html" in answer.headers.get("content-type", "")


def pages_for(page: Page, name: str, seen: set[str], wrong: list[str], *more: str) -> Iterator[str]:
    """Every address that links lead this person to, one record of a kind; his desk, though others have theirs."""
    waiting = ["/", "/ui/gallery/", *more]
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if path != "/" and route in seen or route in NOT_PAGES:
            continue
        seen.add(route)
        if opened(page, path, name, wrong):
            waiting += [link for link in links_of(page) if link != "/"]
            yield path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_clean(page: Page, sign_in: SignIn, world: World, language: str) -> None:
    wrong: list[str] = []
    seen: set[str] = set()
    for name in PEOPLE:
        page.context.clear_cookies()
        sign_in(page, name, language)
        # Of replies the first one is about a row; this one is not.
        more = [reverse("exchange:reply_whom", args=[world.ids["whom"]])] if name == "department" else []
        for path in pages_for(page, name, seen, wrong, *more):
            wrong += complaints(page, path) if language == "zh-hans" else chinese(page, path)
    assert len(seen) > 110
    assert "exchange:reply_whom" in seen
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
