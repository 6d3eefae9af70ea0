"""The rate limits as arithmetic: a bucket of tokens that refills steadily, and a count of the last minute."""

from collections.abc import Sequence
from datetime import datetime

WINDOW = 60  # seconds in which failures are counted


def allowance_now(allowance: float, refilled_at: datetime | None, now: datetime, per_minute: int) -> float:
    """Requests that are free now: what was left, and what came back since; a bucket never used is full."""
    if refilled_at is None:
        return float(per_minute)
    back = max(0.0, (now - refilled_at).total_seconds()) * per_minute / 60
    return min(float(per_minute), allowance + back)


def seconds_until_one(allowance: float, per_minute: int) -> int:
    """Whole seconds until one request is free again, at least 1."""
    return max(1, -int((allowance - 1) * 60 // per_minute))


def seconds_until_room(recent: Sequence[datetime], now: datetime, limit: int) -> int:
    """Whole seconds until fewer than `limit` of the failures, the newest first, lie in the window; 0 when they do."""
    if len(recent) < limit:
        return 0
    return max(1, WINDOW - int((now - recent[limit - 1]).total_seconds()))
