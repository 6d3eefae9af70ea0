"""Dated numbers of policy: which value holds where and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zerentian.kernel.scope import chain_of

Value = int | Decimal | str


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of a parameter for an area (12-digit division) from a day on, up to but not including another."""

    area: int
    valid_from: date
    valid_to: date | None
    value: Value
    source: str
    confirmed: bool

    def holds(self, on: date) -> bool:
        """Whether the value is in force on that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number of policy with its history; `unit` says what is counted."""

    id: str
    title: str
    title_en: str
    unit: str
    article: int
    description: str
    description_en: str
    values: tuple[DatedValue, ...]


def value_for(values: Iterable[DatedValue], division: int, on: date) -> DatedValue | None:
    """The value in force on the day for the most specific area that contains the division, if any."""
    chain = {code: depth for depth, code in enumerate(chain_of(division))}
    found = [v for v in values if v.area in chain and v.holds(on)]
    return max(found, key=lambda v: chain[v.area], default=None)
