"""The rate limits of tokens and of wrong keys, kept in the database so that all workers share them."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from zerentian.accounts.models import ApiToken, SignIn
from zerentian.accounts.services import note_sign_in, note_token_use
from zerentian.api.rules.limit import WINDOW, allowance_now, seconds_until_one, seconds_until_room

TRIES = 8  # how often a program's own parallel requests may get in the way of each other


def spend(token: ApiToken) -> int:
    """Take one request from the token's bucket; 0, or the seconds to wait when there is none left.

    Not an act: nobody decides anything here, and each request would leave a record.
    """
    per_minute = settings.ZERENTIAN_API_PER_MINUTE
    for _attempt in range(TRIES):
        now = timezone.now()
        free = allowance_now(token.allowance, token.refilled_at, now, per_minute)
        if free < 1:
            return seconds_until_one(free, per_minute)
        if note_token_use(token, allowance=free - 1, at=now):
            return 0
        token.refresh_from_db(fields=["allowance", "refilled_at"])
    return 1


def count_failure(address: str | None, agent: str) -> int:
    """Keep a wrong key in the record of sign-ins; 0, or the seconds to wait when its address has given too many.

    Beyond the limit nothing is kept, so that nobody can fill the table. A good key is never asked here: its
    program must not stand still because another behind the same address has an old one.
    """
    limit, now = settings.ZERENTIAN_API_FAILURES_PER_MINUTE, timezone.now()
    recent = SignIn.objects.filter(outcome="key_wrong", address=address, at__gt=now - timedelta(seconds=WINDOW))
    if wait := seconds_until_room(list(recent.order_by("-at").values_list("at", flat=True)[:limit]), now, limit):
        return wait
    note_sign_in(username="", user_id=None, address=address, agent=agent, outcome="key_wrong")
    return 0
