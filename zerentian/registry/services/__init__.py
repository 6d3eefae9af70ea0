"""Acts on the register: import, correction and export, and the jobs behind them."""

from zerentian.registry.services import protection
from zerentian.registry.services.imports import (
    apply_here,
    apply_import,
    begin_import,
    check_here,
    check_import,
    confirm_import,
    withdraw_import,
)

__all__ = [
    "protection",
    "apply_here",
    "apply_import",
    "begin_import",
    "check_here",
    "check_import",
    "confirm_import",
    "withdraw_import",
]
