"""The rate limit of an address as arithmetic: a bucket that refills steadily."""

from datetime import datetime


def allowance_now(left: float, refilled_at: datetime | None, now: datetime, *, most: int, seconds: int) -> float:
    """What is free now of `most` requests in `seconds`; a bucket never used is full."""
    if refilled_at is None:
        return float(most)
    return min(float(most), left + max(0.0, (now - refilled_at).total_seconds()) * most / seconds)
