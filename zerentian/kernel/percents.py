"""Percentages as people read them: one decimal, rounded half up, never onto a bound that was not reached."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

_STEP = Decimal("0.1")
NONE, ALL = Decimal(0), Decimal(100)


def percent_text(value: Decimal, targets: Iterable[Decimal] = ()) -> str:
    """97.96 reads 98.0%, but 99.96 reads 99.9% and 0.04 reads 0.1%: all and none only where it is all or none.

    targets: further bounds; a figure just short of one doesn't read as if it were there.
    """
    shown = value.quantize(_STEP, ROUND_HALF_UP)
    for bound in (NONE, ALL, *targets):
        if value < bound <= shown:
            shown = value.quantize(_STEP, ROUND_FLOOR)
        elif value > bound >= shown:
            shown = value.quantize(_STEP, ROUND_CEILING)
    return f"{shown}%"
