"""Unified social credit codes (GB 32100) and the organisation codes within them (GB 11714), by whole columns.

A firm is known by its organisation code of nine characters: the middle of the credit code, and all that older lists have.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
_WHOLE = f"^[{_ALPHABET}]{{2}}\\d{{6}}[{_ALPHABET}]{{10}}$"
_SHORT = r"^[0-9A-Z]{8}[0-9X]$"
_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
_OWN_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_NOISE = "[\\s\u2010-\u2015\u2212-]"
_VALUES = np.zeros(128, dtype="i8")
_VALUES[np.frombuffer(_ALPHABET.encode(), "u1")] = np.arange(31)
_OWN_VALUES = np.zeros(128, dtype="i8")
_OWN_VALUES[np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "u1")] = np.arange(36)

SHAPE = "应为 18 位统一社会信用代码，或 9 位组织机构代码"
CHECK_DIGIT = "校验码不对"


def normal(codes: pl.Series) -> pl.Series:
    """Codes in narrow capitals, without blanks and hyphens; the letters I and O, which no code has, read as 1 and 0."""
    plain = codes.str.normalize("NFKC").str.replace_all(_NOISE, "").str.to_uppercase()
    whole = plain.str.len_chars() == 18
    return plain.str.replace_many(["I", "O"], ["1", "0"]).zip_with(whole.fill_null(value=False), plain)


def keys(codes: pl.Series) -> pl.Series:
    """What a firm is known by: the organisation code, whichever of the two codes was given; other texts as they are."""
    plain = normal(codes)
    whole = plain.str.contains(_WHOLE).fill_null(value=False)
    return plain.str.slice(8, 9).zip_with(whole, plain)


def faults(codes: pl.Series) -> pl.Series:
    """What is wrong with codes in normal form, in words; null where nothing is wrong or nothing is given."""
    whole = codes.str.contains(_WHOLE).fill_null(value=False)
    short = codes.str.contains(_SHORT).fill_null(value=False)
    found = pl.Series("fault", [None] * len(codes), dtype=pl.String).set(~whole & ~short & codes.is_not_null(), SHAPE)
    for rows, check in ((whole, _check_whole), (short, _check_short)):
        if rows.any():
            right = check(codes.filter(rows))
            found = found.scatter(rows.arg_true().filter(pl.Series(~right)), CHECK_DIGIT)
    return found


def _check_whole(codes: pl.Series) -> npt.NDArray[np.bool_]:
    values = _VALUES[_matrix(codes, 18)]
    return (31 - values[:, :17] @ _WEIGHTS % 31) % 31 == values[:, 17]


def _check_short(codes: pl.Series) -> npt.NDArray[np.bool_]:
    given = _matrix(codes, 9)
    wanted = np.frombuffer(b"0123456789X0", "u1")[11 - _OWN_VALUES[given[:, :8]] @ _OWN_WEIGHTS % 11]
    return wanted == given[:, 8]


def _matrix(codes: pl.Series, length: int) -> npt.NDArray[np.uint8]:
    return np.frombuffer("".join(codes.to_list()).encode("ascii"), "u1").reshape(-1, length)
