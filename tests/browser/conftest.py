"""A real browser on a running house: its own database, the standing cast, and what every page must pass."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Error, Frame, Page, Request, Response

from tests.databases import own
from zerentian.accounts.tests.cast import client_of_cast

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """window.ztViolations = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.ztViolations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));"""
# Resolves when the page has a moment's rest and what is to be drawn is drawn; a chart in a folded box never is.
AT_REST = """() => new Promise((done) => {
  const until = performance.now() + 5000;
  const drawn = (it) => it.hasChildNodes() || !it.clientWidth || !it.clientHeight;
  const look = () => {
    const all = [...document.querySelectorAll("[data-zt-chart] [data-zt-canvas]")];
    if (all.every(drawn) || performance.now() > until) requestAnimationFrame(() => done());
    else setTimeout(look, 20);
  };
  requestIdleCallback(look, { timeout: 1000 });
})"""
VIOLATIONS = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
HAN_OUTSIDE = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (at.closest("[data-user-content], script, pre")) continue;
    if (/[\\u3400-\\u9fff]/.test(walk.currentNode.data)) found.push(walk.currentNode.data.trim());
  }
  return [...new Set(found)];
}"""

_errors: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
_asked: WeakKeyDictionary[Page, "Asked"] = WeakKeyDictionary()


def _chromium() -> str:
    """The browser to use; missing is a failure, unless somebody says in so many words to go without."""
    if os.environ.get("ZERENTIAN_NO_BROWSER") == "1":
        pytest.skip("ZERENTIAN_NO_BROWSER=1")
    found = shutil.which(os.environ.get("ZERENTIAN_CHROMIUM", "chromium"))
    if found is None:
        pytest.fail(
            "no Chromium here: run `make browser`, or set ZERENTIAN_CHROMIUM, or ZERENTIAN_NO_BROWSER=1 to go without"
        )
    if not AXE.exists() or not (ROOT / "zerentian/kernel/static/dist/app.js").exists():
        pytest.fail("the browser files are not built: run `make setup`")
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": _chromium(), "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    return {"base_url": base_url, "viewport": WIDE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


# --- the house ---------------------------------------------------------------------------------


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Requests are not worth a line."""


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """The address of the house; it answers from whatever database the tests point to."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(WSGIHandler()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database that browser tests commit to, so that no other test sees what they leave."""
    with django_db_blocker.unblock(), own("browser"):
        yield


@pytest.fixture(autouse=True)
def _open(house: None, django_db_blocker: Any) -> Iterator[None]:
    """The database may be used by the test and by the house that answers it."""
    with django_db_blocker.unblock():
        yield


# --- pages -------------------------------------------------------------------------------------


class Asked:
    """What a page has asked for and not yet been given."""

    def __init__(self, page: Page) -> None:
        self.count, self.open = 0, set[Request]()
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("framenavigated", self._left)

    def _begun(self, request: Request) -> None:
        self.count += 1
        self.open.add(request)

    def _ended(self, request: Request) -> None:
        self.open.discard(request)

    def _left(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self.open.clear()


def watched(page: Page) -> Page:
    """The page, with everything remembered that it complains about and asks for."""
    errors: list[str] = []
    _errors[page] = errors
    _asked[page] = Asked(page)
    page.set_default_timeout(10_000)
    page.add_init_script(WATCH)
    page.on("console", lambda m: errors.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: errors.append(f"script: {e}"))
    page.on("response", lambda r: errors.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    return page


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page on a desk, 1440 × 900."""
    return watched(context.new_page())


@pytest.fixture
def phone(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A page on a small phone, 360 × 740."""
    context = browser.new_context(**{**browser_context_args, "viewport": PHONE, "is_mobile": True, "has_touch": True})
    yield watched(context.new_page())
    context.close()


SignIn = Callable[..., None]


@pytest.fixture
def sign_in(base_url: str) -> SignIn:
    """`sign_in(page, "county")`: the page belongs to somebody of the standing cast; language "zh-hans" or "en"."""

    def enter(page: Page, name: str, language: str = "zh-hans") -> None:
        client = client_of_cast(name)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base_url},
            ]
        )

    return enter


def settled(page: Page) -> None:
    """Wait until the page has all that it asked for, and has drawn it.

    That of Playwright, `networkidle`, waits half a second more each time; it stays for what does not come to rest, and
    for pages whose scripts do not run: there nothing could answer.
    """
    asked, until = _asked[page], time.monotonic() + 10
    while time.monotonic() < until:
        page.wait_for_load_state("load")
        before = asked.count, len(asked.open)
        try:
            if not page.evaluate("document.documentElement.classList.contains('zt-js')"):
                break
            page.evaluate(AT_REST)
        except Error as gone:
            if "Execution context was destroyed" not in str(gone):
                raise
            continue  # the page leads on to another by itself
        if before == (asked.count, 0):
            return
    page.wait_for_load_state("networkidle")


def visit(page: Page, path: str) -> Response | None:
    """Open an address and wait until charts are drawn; complaints of the page before are forgotten."""
    _errors[page].clear()
    answer = page.goto(path)
    settled(page)
    return answer


@contextmanager
def led(page: Page) -> Iterator[None]:
    """What is done inside leads to another page; afterwards that page is there. A click alone does not wait for it."""
    with page.expect_navigation(wait_until="load"):
        yield
    settled(page)


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] == widths[1], f"{page.url} scrolls sideways: {widths[0]} > {widths[1]}"


def assert_clean(page: Page) -> None:
    """No accessibility violation, no complaint in the console, no policy violation, no sideways scrolling."""
    settled(page)
    assert_fits(page)
    blocked = page.evaluate("window.ztViolations")
    assert not blocked, f"blocked by the content security policy: {blocked}"
    assert not _errors[page], f"the page complains: {_errors[page]}"
    page.evaluate(AXE.read_text("utf-8"))  # last: axe itself leaves style attributes behind
    found = [(v["id"], n) for v in page.evaluate(VIOLATIONS) for n in v["nodes"]]
    said = [f"{rule} at {n['target'][0]}: {' '.join(n['failureSummary'].split())}" for rule, n in found]
    assert not said, "axe: " + "\n  ".join(said)


def assert_english(page: Page) -> None:
    """No Chinese outside names and texts of users."""
    assert page.evaluate("document.documentElement.lang") == "en"
    if chinese := page.evaluate(HAN_OUTSIDE):
        raise AssertionError("Chinese in the English page: " + " | ".join(chinese))
