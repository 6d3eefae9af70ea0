"""A year of procedures in a county: which households begin in which round, and what is decided how. Pure."""

import random
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zerentian.procedures.rules.definition import FieldEntry, OutcomeEntry, StepEntry
from zerentian.procedures.rules.given import Vote

# Of the households of a village, the share that a procedure begins with in a year: with the changes of members about
# a fifth, which makes 180,000 of Jiangxi's 889,000.
SHARES = {"household.exit": 0.115, "household.return": 0.012, "household.removal": 0.003}
MEMBERS = 0.07  # of the households, the share with a natural change of members
ROUNDS = (5, 95, 185, 275, 340)  # days of the year on which a county's villages begin; the last are still under way
TURNED_DOWN = 0.02  # of the decisions, those against where the definition foresees it
OBJECTED = 0.06  # of the villages' notices, those with an objection
DAYS = {"help": 45, "county": 5, "comparison": 7, "verification": 10}  # until a step is decided; otherwise ORDINARY
ORDINARY = 3


@dataclass(slots=True)
class Homes:
    """The households of a village, and those of them that may ask for a procedure."""

    everyone: list[int]
    may: dict[str, list[int]]


def begun(
    villages: Mapping[int, Homes], rng: random.Random, late: Container[int] = ()
) -> dict[tuple[int, str], list[tuple[int, int]]]:
    """(day of the year, procedure) → (household, village): each village has its round, those of `late` the last."""
    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for village, homes in sorted(villages.items()):
        day = ROUNDS[-1] if village in late else rng.choice(ROUNDS)
        for kind, share in SHARES.items():
            some = homes.may.get(kind, [])
            count = min(len(some), chance(len(homes.everyone) * share, rng))
            for pk in sorted(rng.sample(some, count)):
                found.setdefault((day, kind), []).append((pk, village))
    return dict(sorted(found.items()))


def chance(wanted: float, rng: random.Random) -> int:
    """A whole number with that mean."""
    return int(wanted) + (rng.random() < wanted % 1)


def days_until(step: StepEntry) -> int:
    """Days from coming to a step to its decision."""
    return DAYS.get(step.id, ORDINARY)


def against(step: StepEntry) -> OutcomeEntry | None:
    """The outcome that ends a case without what was asked for, if the step has one."""
    return next((one for one in step.outcomes if one.ends and one.reason), None)


def form_of(step: StepEntry, on: date) -> dict[str, Any]:
    """A form as somebody would fill it in on the day."""
    return {one.key: _value(one, on) for one in step.fields}


def _value(entry: FieldEntry, on: date) -> Any:
    match entry.type:
        case "date":
            return on.isoformat()
        case "number":
            return "1"
        case "yes_no":
            return True
        case "choice":
            return entry.choices[0].key
        case _:
            return "见所附材料"


def vote_of(step: StepEntry, rng: random.Random) -> Vote | None:
    """A meeting with its quorum that carries what is put to it; None where the step has none."""
    if step.meeting is None:
        return None
    entitled = rng.randrange(30, 60)
    present = entitled * 4 // 5 + 1
    against_it = rng.randrange(3)
    return Vote(entitled, present, present - against_it - rng.randrange(2), against_it)


def lists(ids: Sequence[int], most: int) -> list[Sequence[int]]:
    """The lists of so many at most that a meeting decides."""
    return [ids[start : start + most] for start in range(0, len(ids), most)]
