"""Which villages have tasks, which are poor, and how many households each holds."""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

# The 25 poverty counties by today's code, their year of exit and whether national (domain: announcements of 2017-2020).
POVERTY_COUNTIES: dict[int, tuple[int, bool]] = {
    360881: (2016, True), 360821: (2016, True),
    360781: (2017, True), 360828: (2017, True), 360830: (2017, True), 361030: (2017, True),
    361104: (2017, True), 361125: (2017, True),
    360733: (2018, True), 360734: (2018, True), 360726: (2018, True), 360724: (2018, True), 360735: (2018, True),
    360703: (2018, True), 360827: (2018, True), 361127: (2018, True), 361025: (2018, True), 360321: (2018, True),
    360731: (2019, True), 360732: (2019, True), 360730: (2019, True), 360704: (2019, True), 361128: (2019, True),
    360424: (2019, True), 360428: (2019, False),
}  # fmt: skip

HOUSEHOLDS = 888_700
PERSONS = 3_045_700
POOR_VILLAGES = 3_058
DEEP_VILLAGES = 269
DEMO_COUNTIES = (360881, 360732, 360424)  # 井冈山, 兴国, 修水


@dataclass(frozen=True, slots=True)
class Place:
    """One division of the list."""

    code: int
    name: str
    level: str
    parent: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What the province gets: per village the number of households, and its kind (ordinary, poor, deep_poor)."""

    villages: npt.NDArray[np.int64]
    households: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.str_]

    def of_county(self, county: int) -> "Plan":
        """The part of one county (6-digit code)."""
        mine = self.villages // 1_000_000 == county
        return Plan(self.villages[mine], self.households[mine], self.kinds[mine])


def read_places(path: Path) -> list[Place]:
    """The division list (code,name,level,parent), 12-digit codes."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [
            Place(int(r["code"].ljust(12, "0")), r["name"], r["level"], int((r["parent"] or "0").ljust(12, "0")))
            for r in csv.DictReader(file)
        ]


def _shares(rng: np.random.Generator, villages: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Relative number of poor households of each village: poverty counties hold about five in eight."""
    in_poor_county = np.isin(villages // 1_000_000, list(POVERTY_COUNTIES))
    return rng.lognormal(0, 0.55, len(villages)) * np.where(in_poor_county, 3.4, 1.0)


def plan_province(places: list[Place], seed: int) -> Plan:
    """Spread the published totals over the villages that have a village committee (codes 200-399)."""
    rng = np.random.default_rng([seed, 1])
    villages = np.array(
        [p.code for p in places if p.level == "village" and 200 <= p.code % 1000 <= 399], dtype=np.int64
    )
    shares = _shares(rng, villages)
    exact = shares / shares.sum() * HOUSEHOLDS
    counts = np.floor(exact).astype(np.int64)
    for i in np.argsort(exact - counts)[::-1][: HOUSEHOLDS - int(counts.sum())]:
        counts[i] += 1
    kinds = np.full(len(villages), "ordinary", dtype="<U10")
    order = np.argsort(-shares * np.where(np.isin(villages // 1_000_000, list(POVERTY_COUNTIES)), 2.0, 1.0))
    kinds[order[:POOR_VILLAGES]] = "poor"
    kinds[order[:DEEP_VILLAGES]] = "deep_poor"
    return Plan(villages, counts, kinds)


def household_sizes(rng_seed: int, households: int, persons: int) -> npt.NDArray[np.int64]:
    """Sizes of 1 to 8 that add up to exactly `persons`."""
    rng = np.random.default_rng([rng_seed, 2])
    sizes = rng.choice(np.arange(1, 9), households, p=[0.09, 0.19, 0.25, 0.24, 0.13, 0.065, 0.025, 0.01]).astype(
        np.int64
    )
    while (gap := persons - int(sizes.sum())) != 0:
        step = 1 if gap > 0 else -1
        open_ = np.flatnonzero(sizes < 8) if gap > 0 else np.flatnonzero(sizes > 1)
        chosen = rng.choice(open_, min(abs(gap), len(open_)), replace=False)
        sizes[chosen] += step
    return sizes
