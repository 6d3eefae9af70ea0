"""Objecting without signing in, and the limits that keep it usable for everybody."""

import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from zerentian.disclosure import services as disclosure
from zerentian.disclosure.queries import PUBLIC
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import every
from zerentian.kernel.privacy import token
from zerentian.portal.models import Caller
from zerentian.portal.rules import allowance_now

ADDRESS = "portal.address"
MOST_REMEMBERED = 10_000
MINUTE, HOUR = 60, 3600
_lock = threading.Lock()
_pages: dict[str, tuple[float, datetime]] = {}


def object_to(*, code: str, text: str, name: str, phone: str, once: str) -> str:
    """Make an objection as the public, whoever is signed in; the receipt number."""
    with unit(PUBLIC):
        return str(disclosure.file_objection(code=code, text=text, name=name, phone=phone, once=once, by=PUBLIC))


def spend_page(address: str) -> bool:
    """Take one page of the address's minute; False when none is left. Kept in this process only: pages are cheap."""
    now, most = timezone.now(), settings.ZERENTIAN_PUBLIC_PER_MINUTE
    with _lock:
        if len(_pages) > MOST_REMEMBERED:
            _pages.clear()
        left, at = _pages.get(address, (float(most), now))
        free = allowance_now(left, at, now, most=most, seconds=MINUTE)
        _pages[address] = (free - 1 if free >= 1 else free, now)
    return free >= 1


def spend_post(address: str) -> bool:
    """Take one of the address's objections and questions of an hour, from the bucket that all processes share.

    Not an act: nobody decides anything here. The address itself is not kept.
    """
    now, most = timezone.now(), settings.ZERENTIAN_PUBLIC_PER_HOUR
    with unit(PUBLIC):
        row, _made = Caller.objects.get_or_create(
            token=token(address, ADDRESS), defaults={"left": float(most), "refilled_at": now}
        )
        row = Caller.objects.select_for_update().get(pk=row.pk)
        free = allowance_now(row.left, row.refilled_at, now, most=most, seconds=HOUR)
        row.left, row.refilled_at = max(0.0, free - 1) if free >= 1 else free, now
        row.save(update_fields=["left", "refilled_at"])
    return free >= 1


@every("20 17 * * *")
def forget_callers() -> None:
    """Forget the addresses of yesterday."""
    with unit(PUBLIC):
        Caller.objects.filter(refilled_at__lt=timezone.now() - timedelta(days=1)).delete()
