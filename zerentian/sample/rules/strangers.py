"""People outside the register, and numbers of persons and firms, made by whole columns."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from zerentian.sample.rules.names import FEMALE, MALE, SURNAMES

Ints = npt.NDArray[np.int64]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = pl.Series(list("10X98765432"))
_FIRM_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_FIRM_CHECK = pl.Series(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_CHECK = pl.Series(list("0123456789X"))
_SINGLES = pl.Series(list("文志建国明华永春金水玉兰秀美福德荣林平安学仁义礼信清正光中海山宝"))


def _pool(text: str) -> tuple[pl.Series, npt.NDArray[np.float64]]:
    names = [item.rstrip("0123456789") for item in text.split()]
    weights = np.array([float(item[len(name) :] or 1) for item, name in zip(text.split(), names, strict=True)])
    return pl.Series(names), np.cumsum(weights) / weights.sum()


_FAMILY, _GIVEN_MALE, _GIVEN_FEMALE = _pool(SURNAMES), _pool(MALE)[0], _pool(FEMALE)[0]


def digits_of(numbers: Ints, count: int) -> list[Ints]:
    """The decimal digits of numbers of `count` digits, the first one first."""
    return [numbers // 10 ** (count - 1 - at) % 10 for at in range(count)]


def identity_numbers(bodies: Ints) -> pl.Series:
    """The 18 characters that belong to whole numbers of 17 digits."""
    sums = sum(digit * weight for digit, weight in zip(digits_of(bodies, 17), _WEIGHTS, strict=True))
    return pl.Series(bodies).cast(pl.String) + _CHECK.gather(np.asarray(sums) % 11)


def firm_codes(numbers: Ints, county: int) -> pl.Series:
    """Unified social credit codes (GB 32100) of firms that are counted from 0, with both check characters right."""
    body = 10_000_000 + numbers * 7919 % 89_999_981
    digits = digits_of(body, 8)
    total = np.asarray(sum(d * w for d, w in zip(digits, _BODY_WEIGHTS, strict=True)))
    ninth = (11 - total % 11) % 11
    first = [np.full(len(numbers), int(d)) for d in f"91{county:06d}"]
    # X stands at place 29 of the alphabet of GB 32100, which lacks I, O, S, V, Z.
    values = [*first, *digits, np.where(ninth == 10, 29, ninth)]
    check = (31 - np.asarray(sum(d * w for d, w in zip(values, _FIRM_WEIGHTS, strict=True))) % 31) % 31
    head = pl.Series(body).cast(pl.String)
    return f"91{county:06d}" + head + _BODY_CHECK.gather(ninth) + _FIRM_CHECK.gather(check)


def full_names(rng: np.random.Generator, is_male: npt.NDArray[np.bool_]) -> pl.Series:
    """Names by frequency; a third of the given names are put together from two characters."""
    count = len(is_male)
    family = _FAMILY[0].gather(np.searchsorted(_FAMILY[1], rng.random(count)).clip(0, len(_FAMILY[0]) - 1))
    male = _GIVEN_MALE.gather(rng.integers(0, len(_GIVEN_MALE), count))
    female = _GIVEN_FEMALE.gather(rng.integers(0, len(_GIVEN_FEMALE), count))
    pair = [_SINGLES.gather(rng.integers(0, len(_SINGLES), count)) for _ in range(2)]
    given = male.zip_with(pl.Series(is_male), female).zip_with(pl.Series(rng.random(count) >= 0.35), pair[0] + pair[1])
    return family + given


def strangers(rng: np.random.Generator, count: int, villages: Ints, known: Ints, today: date) -> pl.DataFrame:
    """So many adults of the county of the villages whose numbers are none of the `known` (17 digits, sorted)."""
    county = int(villages[0]) // 1_000_000
    born = np.datetime64(today - timedelta(days=80 * 365)) + rng.integers(0, 62 * 365, count).astype("timedelta64[D]")
    is_male = rng.random(count) < 0.55
    bodies = free_bodies(rng, county, born, is_male, known)
    return pl.DataFrame(
        {
            "id_number": identity_numbers(bodies),
            "name": full_names(rng, is_male),
            "sex": pl.Series(["female", "male"]).gather(is_male.astype(np.int64)),
            "birth_on": pl.Series(born),
            "division": rng.choice(villages, count),
        }
    )


def free_bodies(
    rng: np.random.Generator, county: int, born: npt.NDArray[np.datetime64], is_male: npt.NDArray[np.bool_], known: Ints
) -> Ints:
    """First 17 digits for people born on these days, none of them known."""
    days = pl.Series(born).dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    base = (county * 10**8 + days) * 1000
    bodies = base + rng.integers(0, 500, len(born)) * 2 + is_male
    while len(again := np.flatnonzero(is_known(bodies, known))):
        bodies[again] = base[again] + rng.integers(0, 500, len(again)) * 2 + is_male[again]
    return np.asarray(bodies, np.int64)


def is_known(bodies: Ints, known: Ints) -> npt.NDArray[np.bool_]:
    """Which numbers are among the sorted `known`."""
    if not len(known):
        return np.zeros(len(bodies), np.bool_)
    return np.asarray(known[np.searchsorted(known, bodies).clip(0, len(known) - 1)] == bodies)
