"""The entries of the left-hand navigation, each registered by its app and shown by permission."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of navigation; `count` answers how many things wait there for the actor."""

    section: str
    order: int
    label: Any
    url_name: str
    needs: Permission | None = None
    count: Callable[[Actor], int] | None = None


_entries: list[Entry] = []
# What people call the pages that show personal data, as readings name them; each app adds its own.
pages: dict[str, Any] = {}

# Sections in the order in which they are shown.
SECTIONS = {
    "desk": "首页",
    "ledger": "责任",
    "cases": "案件",
    "registry": "档案",
    "notices": "公示",
    "bodies": "机构",
    "rules": "规则",
    "system": "系统",
}


def register(
    section: str,
    order: int,
    label: Any,
    url_name: str,
    needs: Permission | None = None,
    count: Callable[[Actor], int] | None = None,
) -> None:
    """Add one entry; `section` is a key of SECTIONS, `label` a lazy translation."""
    entry = Entry(section, order, label, url_name, needs, count)
    if not any(e.url_name == url_name for e in _entries):
        _entries.append(entry)


# What is open to somebody: (section, its label, its entries with their addresses).
_Open = tuple[tuple[str, str, tuple[tuple[Entry, str], ...]], ...]


def sections(actor: Actor, path: str) -> list[dict[str, Any]]:
    """What the actor may go to: [{key, label, items: [{label, url, active, count}]}]."""
    opened = _opened(actor.permissions, get_script_prefix(), len(_entries))
    counts = {
        entry.url_name: entry.count(actor) for _key, _label, items in opened for entry, _url in items if entry.count
    }
    return _shown(opened, _nearest(opened, path), counts)


@lru_cache(maxsize=256)
def _opened(permissions: frozenset[Permission], prefix: str, known: int) -> _Open:
    """The entries that are open with these permissions; `prefix` is where addresses begin, `known` counts all entries."""
    found = []
    for key, label in SECTIONS.items():
        items = []
        for entry in sorted((e for e in _entries if e.section == key), key=lambda e: e.order):
            try:
                url = reverse(entry.url_name)
            except NoReverseMatch:
                continue
            if entry.needs is None or entry.needs in permissions:
                items.append((entry, url))
        if items:
            found.append((key, label, tuple(items)))
    return tuple(found)


def _nearest(opened: _Open, path: str) -> str:
    """Of the addresses that the page lies under the longest; empty where there is none."""
    urls = (url for _key, _label, items in opened for _entry, url in items)
    return max((url for url in urls if _is_under(path, url)), key=len, default="")


def _is_under(path: str, url: str) -> bool:
    """Whether the page belongs to the entry; every page lies under the first one, which stands for itself alone."""
    return path == url if url == get_script_prefix() else path.startswith(url)


def _shown(opened: _Open, nearest: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "label": label,
            "items": [
                {"label": entry.label, "url": url, "active": url == nearest, "count": counts.get(entry.url_name, 0)}
                for entry, url in items
            ],
        }
        for key, label, items in opened
    ]


def drawn(actor: Actor, path: str) -> SafeString:
    """The navigation as base.html shows it, drawn once for each set of permissions, language and entry that is open."""
    known = (actor.permissions, get_script_prefix(), len(_entries))
    opened = _opened(*known)
    counts = [(e.url_name, e.count(actor)) for _key, _label, items in opened for e, _url in items if e.count]
    return _drawn(*known, _nearest(opened, path), tuple(counts), get_language())


@lru_cache(maxsize=512)
def _drawn(
    permissions: frozenset[Permission],
    prefix: str,
    known: int,
    nearest: str,
    counts: tuple[tuple[str, int], ...],
    language: str | None,
) -> SafeString:
    shown = _shown(_opened(permissions, prefix, known), nearest, dict(counts))
    return render_to_string("navigation.html", {"navigation": shown})


def context(request: HttpRequest) -> dict[str, Any]:
    """For templates: the navigation of the actor, and whether this is the demonstration."""
    actor = getattr(request, "actor", None)
    found: dict[str, Any] = {"actor": actor, "navigation": [], "navigation_drawn": "", "is_demo": settings.DEMO}
    if actor is None or not actor.user_id:
        return found
    return found | {
        "navigation": SimpleLazyObject(partial(sections, actor, request.path)),
        "navigation_drawn": SimpleLazyObject(partial(drawn, actor, request.path)),
    }
