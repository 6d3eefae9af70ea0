"""The rate limit of a token, kept in the database so that all workers share it."""

from django.conf import settings
from django.utils import timezone

from zerentian.accounts.models import ApiToken
from zerentian.accounts.services import note_token_use
from zerentian.api.rules.limit import allowance_now, seconds_until_one

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
