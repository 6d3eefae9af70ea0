"""Match weights estimated from pairs of which it is known whether they are one person (Fellegi and Sunter, 1969).

Of pairs that are one person it is counted how often each field agrees and how (m), of pairs at random the same (u); a
weight is the logarithm of m over u. Agreeing names count for how rare the very name is, so their u stays out.
"""

import math
from collections.abc import Mapping

from zerentian.exchange.rules.weights import LEVELS

Counts = Mapping[str, Mapping[str, int]]  # field → level → pairs
BY_RARITY = ("name.same", "name.sound")
FIXED = ("name.differs",)  # a decision, not an estimate: somebody of another name is never taken for him
PSEUDO = 0.5  # added to each count, so that what never came still has a weight


def estimated(one_person: Counts, at_random: Counts) -> dict[str, int]:
    """The weight of each level in hundredths of a bit, without those that are fixed; missing values stay out."""
    found = {}
    for field, levels in LEVELS.items():
        m, u = _shares(one_person[field], levels), _shares(at_random[field], levels)
        for level in levels:
            name = f"{field}.{level}"
            if name not in FIXED:
                found[name] = round(100 * math.log2(m[level] / (1 if name in BY_RARITY else u[level])))
    return found


def _shares(counts: Mapping[str, int], levels: tuple[str, ...]) -> dict[str, float]:
    whole = sum(counts.get(level, 0) + PSEUDO for level in levels)
    return {level: (counts.get(level, 0) + PSEUDO) / whole for level in levels}


def as_yaml(weights: Mapping[str, int], since: str, source: str) -> str:
    """The values as they stand in the rulebook, below `values:` of `exchange.link.weight.<name>`."""
    lines = []
    for name, value in weights.items():
        lines.append(f"exchange.link.weight.{name}")
        lines.append(f"      - {{from: {since}, value: {value}, source: {source}, confirmed: false}}")
    return "\n".join(lines)
