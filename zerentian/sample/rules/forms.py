"""The village and county forms of the sample."""

from datetime import date

import numpy as np
import polars as pl

from zerentian.sample.rules.people import frame, pick
from zerentian.sample.rules.places import POVERTY_COUNTIES, Plan


def villages(plan: Plan, seed: int, today: date) -> pl.DataFrame:
    """One village form of last year for each village with tasks."""
    rng, n, year = np.random.default_rng([seed, 6]), len(plan.villages), today.year - 1
    homes = np.maximum(plan.households * 6, rng.integers(150, 700, n))
    natural = rng.integers(4, 18, n)
    poor = plan.kinds != "ordinary"
    exited = poor & (rng.random(n) < 0.8)
    return frame(
        {
            "division": plan.villages,
            "year": np.full(n, year),
            "kind": plan.kinds,
            "status": np.where(poor, np.where(exited, "exited", "not_exited"), ""),
            "exited_on": pl.Series(np.where(exited, np.datetime64(f"{year}-12-20"), np.datetime64("NaT"))),
            "landform": pick(rng, ("hill", "mountain", "plain"), n),
            "households": homes,
            "population": homes * 4,
            "labour_force": homes * 2,
            "trained_labour": homes // 5,
            "migrants": homes,
            "farmland": np.round(homes * 4.1, 1),
            "forest": np.round(homes * 11.0, 1),
            "natural_villages": natural,
            "natural_villages_with_road": natural - (rng.random(n) < 0.1),
            "unpaved_to_township": np.where(rng.random(n) < 0.04, 2.5, 0.0),
            "has_bus": rng.random(n) < 0.8,
            "without_safe_water": np.where(rng.random(n) < 0.05, 4, 0),
            "without_power": np.zeros(n, dtype=np.int64),
            "dangerous_houses": np.where(rng.random(n) < 0.06, 2, 0),
            "has_broadband": rng.random(n) < 0.97,
            "has_broadcast": rng.random(n) < 0.98,
            "clinics": rng.integers(1, 3, n),
            "doctors": rng.integers(1, 4, n),
            "has_primary_school": rng.random(n) < 0.7,
            "has_reading_room": rng.random(n) < 0.9,
            "cooperatives": rng.integers(0, 5, n),
            "collective_income": np.round(rng.gamma(2.2, 30_000, n), 0),
            "confirmed_on": np.full(n, np.datetime64(today)) - rng.integers(0, 200, n).astype("timedelta64[D]"),
        }
    )


def counties(plan: Plan, seed: int, today: date) -> pl.DataFrame:
    """One county form of last year for each county."""
    codes = np.unique(plan.villages // 1_000_000)
    rng, n, year = np.random.default_rng([seed, 7]), len(codes), today.year - 1
    known = [POVERTY_COUNTIES.get(int(c)) for c in codes]
    return frame(
        {
            "division": codes * 1_000_000,
            "year": np.full(n, year),
            "kind": np.array(["ordinary" if k is None else "national" if k[1] else "provincial" for k in known]),
            "status": np.array(["" if k is None else "exited" for k in known]),
            "exited_on": pl.Series([None if k is None else date(k[0] + 1, 4, 26) for k in known]),
            "rural_population": rng.integers(120_000, 900_000, n),
            "income_per_head": np.round(rng.normal(14_000, 2_500, n), 0),
            "revenue": np.round(rng.gamma(3, 4e8, n), 0),
            "confirmed_on": np.full(n, np.datetime64(today)),
        }
    )
