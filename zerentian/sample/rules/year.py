"""A year of procedures in a county: which households begin in which round, and what is decided how. Pure."""

import random
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zerentian.procedures.rules.definition import FieldEntry, OutcomeEntry, StepEntry
from zerentian.procedures.rules.given import Vote
from zerentian.registry.rules.identity import check_digit

# Of the households of a village, the share that a procedure begins with in a year: with the changes of members about
# a fifth, which makes 180,000 of Jiangxi's 889,000.
SHARES = {"household.exit": 0.115, "household.return": 0.012, "household.removal": 0.003}
IDENTIFICATION = "household.identification"
APPLY = 0.008  # applicants of a year for each registered household
MEMBERS = 0.095  # of the households, the share with a natural change of members
JOINED = 0.3  # of these, the share to whom somebody comes
ROUNDS = (5, 95, 185, 275, 340)  # days of the year on which a county's villages begin; the last are still under way
TURNED_DOWN = 0.02  # of the decisions, those against where the definition foresees it
OBJECTED = 0.06  # of the villages' notices, those with an objection
DAYS = {"help": 45, "county": 5, "comparison": 7, "verification": 10}  # until a step is decided; otherwise ORDINARY
ORDINARY = 3
DECIDED = timedelta(days=90)  # from an application to the county's decision, which asks for the last full year's income


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
        if applicants := chance(len(homes.everyone) * APPLY, rng):
            found[day, IDENTIFICATION] = [*found.get((day, IDENTIFICATION), []), *[(0, village)] * applicants]
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Asking:
    """A household that applies: what the village writes down of its head, its members, its dwelling and its income."""

    facts: dict[str, Any]
    head: dict[str, Any]
    members: tuple[dict[str, Any], ...]
    living: dict[str, Any]
    income: dict[str, Any]


def asking(rng: random.Random, village: int, on: date) -> Asking:
    """An applicant of the village on the day: one in six earns too much, and is told so in the end."""
    cause = rng.choice(("illness", "disability", "schooling", "lack_of_labour", "disaster"))
    head = _somebody(rng, village, on, "head", (30, 70))
    others = [_somebody(rng, village, on, "spouse", (28, 68))] if rng.random() < 0.7 else []
    others += [_somebody(rng, village, on, rng.choice(("son", "daughter")), (1, 17)) for _n in range(rng.randrange(3))]
    poor = rng.random() < 5 / 6
    per_head = rng.randrange(1_200, 2_600) if poor else rng.randrange(9_000, 14_000)
    dwelling = (
        {"house_grade": rng.choice("bccd"), "water_safe": rng.random() < 0.8}
        if poor
        else {"house_grade": "b", "water_safe": True}
    )
    return Asking(
        facts={"natural_village": f"第{rng.choice('一二三四五')}村民小组", "household_type": "ordinary", "cause": cause},
        head={**head, "health": "chronic_illness" if cause == "illness" else head["health"]},
        members=tuple(others),
        living={**dwelling, "food_secured": True, "clothing_secured": True},
        income={"year": (on + DECIDED).year - 1, "wage": per_head * (1 + len(others))},
    )  # fmt: skip


def newborn(rng: random.Random, village: int, on: date) -> dict[str, Any]:
    """A child born a few weeks before the day on which the village writes it down."""
    born = on - timedelta(days=rng.randrange(10, 60))
    child = _person(rng, village, born, rng.choice(("son", "daughter")))
    return {**child, "birth_on": born}


def _somebody(rng: random.Random, village: int, on: date, relation: str, ages: tuple[int, int]) -> dict[str, Any]:
    born = on - timedelta(days=rng.randrange(ages[0] * 365, ages[1] * 365))
    return _person(rng, village, born, relation)


def _person(rng: random.Random, village: int, born: date, relation: str) -> dict[str, Any]:
    """Name, number and relation; the numbers begin where the sample's own people of that day leave off."""
    male = relation == "son" or (relation == "head" and rng.random() < 0.8)
    name = (
        rng.choice("陈刘李王黄张吴谢钟曾")
        + rng.choice("志建国明华永春金玉兰秀美福德荣")
        + rng.choice("文林平安学仁义信清光海山")
    )
    first = f"{village // 1_000_000}{born:%Y%m%d}{rng.randrange(50, 100):02d}{rng.randrange(5) * 2 + male}"
    return {
        "name": name, "relation": relation, "id_number": first + check_digit(first), "health": "healthy",
        "has_resident_medical": True,
    }  # fmt: skip


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
        case "number" | "count":
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
