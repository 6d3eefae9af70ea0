"""What each agreement and difference counts for when a number finds nobody: match weights in hundredths of a bit.

A weight is the logarithm of how much more often something is seen of one and the same person than of two at random
(Fellegi and Sunter, 1969). The sum of all, above what is known before anything was compared, gives the score.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

LEVELS = {
    "name": ("same", "sound", "near", "short", "half", "differs"),
    "born": ("same", "near", "differs"),
    "place": ("same", "differs"),
    "tail": ("same", "differs"),
    "sex": ("same", "differs"),
}
MISSING = "missing"
WORST = -100_000  # the weight of a second candidate that is not there


@dataclass(frozen=True, slots=True)
class Model:
    """The weights and thresholds of a day; `population` is of how many people a row may be about any one."""

    weights: Mapping[str, int]  # "name.same" → hundredths of a bit
    sure: int
    review: int
    population: int

    def weight(self, field: str, level: str) -> int:
        """What a level of a field counts for; nothing when there is nothing to compare."""
        return 0 if level == MISSING else self.weights[f"{field}.{level}"]

    def start(self, people: int) -> int:
        """What is known before anything is compared: a row is about one of the population, whatever part of it is registered."""
        return round(-100 * math.log2(max(people, self.population)))

    def as_pins(self) -> dict[str, object]:
        """Everything in it, so that a run can be made again."""
        return {"weights": dict(self.weights), "sure": self.sure, "review": self.review, "population": self.population}


def model_of(values: Mapping[str, object]) -> Model:
    """The model in the parameters below `exchange.link` (or in a run's pins); KeyError names what is missing."""
    given = values.get("weights")
    if isinstance(given, Mapping):
        weights = {str(key): int(value) for key, value in given.items()}
    else:
        weights = {
            f"{f}.{level}": int(str(values[f"weight.{f}.{level}"])) for f, all in LEVELS.items() for level in all
        }
    return Model(weights, int(str(values["sure"])), int(str(values["review"])), int(str(values["population"])))


def score_of(weight: int, following: int | None = None) -> int:
    """Of 1000: how likely a candidate of that weight is the person, when the next likely one has the other weight."""
    margin = weight - (WORST if following is None else following)
    return math.floor(1000 / (1 + 2 ** (-weight / 100) + 2 ** (-margin / 100)))


def fields_of(text: str) -> dict[str, str]:
    """What agreed and what differed, from the text that a match writes: `name=sound;born=same`."""
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)
