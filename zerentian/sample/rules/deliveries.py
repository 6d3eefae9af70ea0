"""A department's delivery for the sample: vehicles of people in the register, with near hits, among many others'."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from zerentian.registry.rules.identity import check_digit
from zerentian.sample.rules.names import full_names, surnames

KINDS = ("小型轿车", "小型普通客车", "轻型货车", "重型货车", "摩托车", "三轮汽车", "拖拉机")
SHARES = (0.5, 0.1, 0.08, 0.02, 0.22, 0.05, 0.03)
EVERYWHERE, NEARBY = 900, 60  # one adult in so many owns a vehicle; in the demonstration's township more
OTHERS = 4_000  # owners who are not in the register
MISTYPED = 0.05  # of the owners in the register, those with a wrong digit in the number


@dataclass(frozen=True, slots=True)
class Vehicles:
    """The rows, and for the answer key the numbers of those who own a vehicle, rightly written and mistyped."""

    rows: pl.DataFrame
    owners: tuple[str, ...]
    mistyped: tuple[str, ...]


def vehicles(persons: pl.DataFrame, township: int, today: date, seed: int) -> Vehicles:
    """Vehicles of some adults among `persons` (id_number, name, birth_on, division) and of others."""
    rng = np.random.default_rng(seed)
    adults = persons.filter(
        (pl.col("birth_on") < today - timedelta(days=18 * 366)) & (pl.col("id_number").str.len_chars() == 18)
    )
    near = pl.col("division").is_between(township, township + 999)
    drawn = pl.Series(rng.random(adults.height))
    chance = adults.select(pl.when(near).then(1 / NEARBY).otherwise(1 / EVERYWHERE)).to_series()
    owners = adults.filter(drawn < chance)
    wrong = rng.random(owners.height) < MISTYPED
    numbers = [_mistyped(n) if bad else n for n, bad in zip(owners["id_number"], wrong, strict=True)]
    names = [*owners["name"].to_list(), *_names(rng, OTHERS)]
    numbers += [_stranger(rng) for _n in range(OTHERS)]
    order = rng.permutation(len(names))
    rows = _rows(rng, [numbers[i] for i in order], [names[i] for i in order], today)
    right = owners["id_number"].filter(~pl.Series(wrong)).to_list()
    return Vehicles(rows, tuple(right), tuple(owners["id_number"].filter(pl.Series(wrong)).to_list()))


def _rows(rng: np.random.Generator, numbers: list[str], names: list[str], today: date) -> pl.DataFrame:
    count = len(numbers)
    days = rng.integers(100, 15 * 365, count)
    return pl.DataFrame(
        {
            "plate": [f"赣{'ABCDEFGHJKL'[n % 11]}{10_000 + n}" for n in range(count)],
            "owner_id": numbers,
            "owner_name": names,
            "kind": rng.choice(KINDS, count, p=SHARES),
            "usage": rng.choice(["非营运", "营运"], count, p=[0.9, 0.1]),
            "registered_on": [(today - timedelta(days=int(d))).isoformat() for d in days],
            "price": (rng.integers(30, 1_800, count) * 100).astype(str),
            "state": rng.choice(["正常", "注销", "报废"], count, p=[0.88, 0.06, 0.06]),
            "area": [n[:6] for n in numbers],
        }
    )


def _mistyped(number: str) -> str:
    """One digit of the serial number wrong, the check digit as it was."""
    return number[:15] + str((int(number[15]) + 1) % 10) + number[16:]


def _stranger(rng: np.random.Generator) -> str:
    born = date(1950, 1, 1) + timedelta(days=int(rng.integers(0, 18_000)))
    first = f"36012{rng.integers(1, 5)}{born:%Y%m%d}{rng.integers(0, 1000):03d}"
    return first + check_digit(first)


def _names(rng: np.random.Generator, count: int) -> list[str]:
    return [str(name) for name in full_names(rng, surnames(rng, count), rng.random(count) < 0.6)]
