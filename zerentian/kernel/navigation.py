"""The entries of the left-hand navigation, each registered by its app and shown by permission."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse

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


def sections(actor: Actor, path: str) -> list[dict[str, Any]]:
    """What base.html shows: [{key, label, items: [{label, url, active, count}]}]."""
    shown: list[dict[str, Any]] = []
    for key, label in SECTIONS.items():
        items: list[dict[str, Any]] = []
        for entry in sorted((e for e in _entries if e.section == key), key=lambda e: e.order):
            if entry.needs is not None and not actor.may(entry.needs):
                continue
            try:
                url = reverse(entry.url_name)
            except NoReverseMatch:
                continue
            count = entry.count(actor) if entry.count else 0
            items.append({"label": entry.label, "url": url, "active": _is_under(path, url), "count": count})
        if items:
            shown.append({"key": key, "label": label, "items": items})
    _keep_nearest([item for section in shown for item in section["items"] if item["active"]])
    return shown


def _is_under(path: str, url: str) -> bool:
    """Whether the page belongs to the entry; every page lies under the first one, which stands for itself alone."""
    return path == url if url == get_script_prefix() else path.startswith(url)


def _keep_nearest(active: list[dict[str, Any]]) -> None:
    """Of entries whose addresses contain each other, only the longest stays active."""
    longest = max((len(item["url"]) for item in active), default=0)
    for item in active:
        item["active"] = len(item["url"]) == longest


def context(request: HttpRequest) -> dict[str, Any]:
    """For templates: the navigation of the actor, and whether this is the demonstration."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "navigation": sections(actor, request.path) if actor is not None and actor.user_id else [],
        "is_demo": settings.DEMO,
    }
