"""What a row must hold to be taken in."""

from zerentian.registry.rules.checks import households, incomes, persons, places
from zerentian.registry.rules.checks.declared import CHECKS, Check, Limits, examine
from zerentian.registry.rules.checks.everywhere import in_the_future, out_of_range, too_long

__all__ = [
    "CHECKS",
    "Check",
    "Limits",
    "examine",
    "households",
    "in_the_future",
    "incomes",
    "out_of_range",
    "persons",
    "places",
    "too_long",
]
