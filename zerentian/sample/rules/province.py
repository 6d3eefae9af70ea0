"""Which files a scale holds, county by county, so that a whole province fits in little memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from zerentian.sample.rules import bodies
from zerentian.sample.rules.places import (
    DEMO_COUNTIES,
    HOUSEHOLDS,
    PERSONS,
    Place,
    Plan,
    household_sizes,
    plan_province,
)

SCALES = {"demo": DEMO_COUNTIES, "county": DEMO_COUNTIES[1:2], "province": None}


@dataclass(frozen=True)
class Province:
    """The synthetic province of one seed, seen on one day."""

    places: tuple[Place, ...]
    seed: int
    today: date
    scale: str

    @cached_property
    def plan(self) -> Plan:
        """How many households each village has."""
        return plan_province(list(self.places), self.seed)

    @property
    def counties(self) -> list[int]:
        """The 6-digit codes of the counties whose households are written."""
        chosen = SCALES[self.scale]
        return sorted({int(v) // 1_000_000 for v in self.plan.villages}) if chosen is None else list(chosen)

    @cached_property
    def registry(self) -> bodies.Registry:
        """Bodies, posts and the rest; of one county only when that is the scale."""
        return bodies.make(list(self.places), self.plan, self.seed, self.today)

    @cached_property
    def _sizes(self) -> np.ndarray:
        return household_sizes(self.seed, HOUSEHOLDS, PERSONS)

    def sizes_of(self, county: int) -> np.ndarray:
        """The sizes of the county's households, in the order of its villages."""
        before = int(self.plan.households[self.plan.villages // 1_000_000 < county].sum())
        return self._sizes[before : before + int(self.plan.of_county(county).households.sum())]

    def body_sheets(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """The five sheets of organisations."""
        made = self.registry
        for name in ("bodies", "posts", "appointments", "grids", "assignments"):
            yield name, pl.DataFrame(getattr(made, name), infer_schema_length=None)
