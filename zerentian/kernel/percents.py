"""Percentages as people read them: one decimal, always towards the worse, so no figure reads as a bound it missed."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEP = Decimal("0.1")
NONE, ALL = Decimal(0), Decimal(100)


def percent_text(value: Decimal, *, is_cap: bool = False) -> str:
    """97.96 reads 97.9% whatever it is held against; all and none only where it is all or none.

    is_cap: less is better (an error rate), so 2.01 reads 2.1%.
    """
    shown = value.quantize(_STEP, ROUND_CEILING if is_cap else ROUND_FLOOR)
    if NONE < value < ALL:
        shown = min(max(shown, _STEP), ALL - _STEP)
    return f"{shown}%"
