"""Divisions as ranges of integers: levels, containment and the scope that limits what an actor sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """The five levels of administrative division, from the widest to the narrowest."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5

    @property
    def span(self) -> int:
        """How many 12-digit codes one division of this level owns."""
        return _SPANS[self]

    @property
    def digits(self) -> int:
        """How many digits of the code name this level officially (6, 6, 6, 9, 12)."""
        return _DIGITS[self]


_SPANS = {
    Level.PROVINCE: 10**10,
    Level.CITY: 10**8,
    Level.COUNTY: 10**6,
    Level.TOWNSHIP: 10**3,
    Level.VILLAGE: 1,
}
_DIGITS = {Level.PROVINCE: 6, Level.CITY: 6, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """A half-open range [lo, hi) of 12-digit division codes."""

    lo: int
    hi: int

    def __contains__(self, code: int) -> bool:
        return self.lo <= code < self.hi

    def covers(self, other: "Range") -> bool:
        """Whether every code of `other` lies in this range."""
        return self.lo <= other.lo and other.hi <= self.hi


EVERYWHERE = Range(0, 10**12)


def parse_code(text: str | int) -> int:
    """The 12-digit code of an official code of 2, 4, 6, 9 or 12 digits.

    Raises ValueError with a sentence when the text is no division code.
    """
    digits = str(text).strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (2, 4, 6, 9, 12):
        raise ValueError(f"区划代码“{text}”应为 2、4、6、9 或 12 位数字")
    return int(digits.ljust(12, "0"))


def level_of(code: int) -> Level:
    """The level of a 12-digit code, told by its trailing zeros."""
    for level in Level:
        if code % level.span == 0:
            return level
    raise ValueError(f"{code} is no division code")


def code_text(code: int) -> str:
    """The code as officials write it: 6 digits down to the county, 9 for a township, 12 for a village."""
    return f"{code:012d}"[: level_of(code).digits]


def range_of(code: int) -> Range:
    """The range of codes that the division owns."""
    return Range(code, code + level_of(code).span)


def ancestor(code: int, level: Level) -> int:
    """The division of `level` that contains `code` (itself, if it is of that level)."""
    return code - code % level.span


def parent_of(code: int) -> int | None:
    """The next division above, or None for a province."""
    level = level_of(code)
    return None if level is Level.PROVINCE else ancestor(code, Level(level - 1))


def chain_of(code: int) -> tuple[int, ...]:
    """The division and all above it, the province first."""
    return tuple(ancestor(code, level) for level in Level if level <= level_of(code))


@dataclass(frozen=True, slots=True)
class Scope:
    """What an actor may see: ranges of divisions and, for those paired with households, only these.

    `ranges` are disjoint and sorted; empty means nothing. `households` is None unless the
    actor sees single households only (helpers, teams and assigned units).
    """

    ranges: tuple[Range, ...] = ()
    households: frozenset[int] | None = None

    @classmethod
    def of(cls, codes: Iterable[int], households: Iterable[int] | None = None) -> "Scope":
        """The scope that owns the given divisions."""
        merged: list[Range] = []
        for found in sorted(range_of(code) for code in codes):
            if merged and found.lo <= merged[-1].hi:
                merged[-1] = Range(merged[-1].lo, max(merged[-1].hi, found.hi))
            else:
                merged.append(found)
        return cls(tuple(merged), None if households is None else frozenset(households))

    @classmethod
    def everywhere(cls) -> "Scope":
        """The whole country."""
        return cls((EVERYWHERE,))

    @property
    def hull(self) -> Range:
        """The smallest single range that holds the scope; empty when there is no scope."""
        if not self.ranges:
            return Range(0, 0)
        return Range(self.ranges[0].lo, self.ranges[-1].hi)

    def __contains__(self, code: int) -> bool:
        return any(code in found for found in self.ranges)

    def covers(self, code: int) -> bool:
        """Whether the whole division lies in the scope."""
        return any(found.covers(range_of(code)) for found in self.ranges)

    def touches(self, code: int) -> bool:
        """Whether the division lies in the scope or contains a part of it."""
        own = range_of(code)
        return any(found.lo < own.hi and own.lo < found.hi for found in self.ranges)
