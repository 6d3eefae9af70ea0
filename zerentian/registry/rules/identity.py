"""Identity numbers (GB 11643) and disability cards: one at a time, and whole columns at once."""

import re
import unicodedata
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK = np.frombuffer(b"10X98765432", dtype="u1")
# 18 characters, and for a disability card the kind (1-7), the grade (1-4) and, when reissued, two more.
_SHAPE = r"^\d{17}[\dX](?:[1-7][1-4](?:\d{2}|B\d)?)?$"
_BODY = re.compile(_SHAPE)
# What is typed for the X at the end: the Cyrillic letter and the sign of multiplication.
_LIKE_X = ("\u0425", "\u0445", "\u00d7")
_NOISE = "[\\s\u2010-\u2015\u2212-]"  # blanks and hyphens
_NOISE_ONE = re.compile(_NOISE)

LENGTH = "应为 18 位（旧证 15 位，残疾人证 20 或 22 位）"
SHAPE = "含有不该有的字符"
NO_DATE = "第 7 至 14 位不是日期"
NO_YEAR = "里的出生日期不可能"
CHECK_DIGIT = "校验码不对"


def normal_one(number: str) -> str:
    """The number in narrow capitals, without blanks and hyphens; an old one of 15 digits becomes 18 (its century is 19)."""
    plain = _NOISE_ONE.sub("", unicodedata.normalize("NFKC", number)).upper()
    for sign in _LIKE_X:
        plain = plain.replace(sign, "X")
    if re.fullmatch(r"\d{15}", plain):
        longer = plain[:6] + "19" + plain[6:]
        return longer + check_digit(longer)
    return plain


def check_digit(first: str) -> str:
    """The 18th character that belongs to 17 digits."""
    total = sum(int(digit) * int(weight) for digit, weight in zip(first, WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def fault_of(number: str, *, earliest_year: int, today: date) -> str:
    """What is wrong with a number in normal form, in words; empty when nothing is."""
    if len(number) not in (18, 20, 22):
        return LENGTH
    if not _BODY.match(number):
        return SHAPE
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return NO_DATE
    if born.year < earliest_year or born > today:
        return NO_YEAR
    return "" if check_digit(number[:17]) == number[17] else CHECK_DIGIT


def is_male(number: str) -> bool:
    """Whether the 17th digit is odd."""
    return int(number[16]) % 2 == 1


def birth_of(number: str) -> date:
    """The date of birth in a number without fault."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def normal(values: pl.Series) -> pl.Series:
    """`normal_one` of a column."""
    wide = values.str.contains(r"[^\x00-\x7f]").fill_null(value=False)
    narrow = values.str.normalize("NFKC").zip_with(wide, values) if wide.any() else values
    plain = narrow.str.replace_all(_NOISE, "").str.to_uppercase()
    if wide.any():
        plain = plain.str.replace_many(list(_LIKE_X), ["X"] * len(_LIKE_X))
    short = plain.str.contains(r"^\d{15}$").fill_null(value=False)
    if not short.any():
        return plain
    longer = (plain.str.slice(0, 6) + "19" + plain.str.slice(6, 9)).filter(short)
    checked = longer + pl.Series(_check_bytes(_matrix(longer)).view("S1").astype("U1").tolist(), dtype=pl.String)
    return plain.scatter(short.arg_true(), checked)


def _matrix(numbers: pl.Series) -> npt.NDArray[np.uint8]:
    """The first 17 characters of texts without nulls as bytes, one row each."""
    joined = numbers.str.slice(0, 17).str.join("")
    text = str(joined[0]) if len(joined) else ""
    return np.frombuffer(text.encode("ascii"), dtype="u1").reshape(-1, 17)


def _check_bytes(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    values = (digits - 48).astype(np.float32)  # exact: at most 1,719; a matrix product of floats is the fast one
    return _CHECK[(values @ WEIGHTS.astype(np.float32)).astype(np.int64) % 11]


def faults(numbers: pl.Series, *, earliest_year: int, today: date) -> pl.Series:
    """`fault_of` of a column in normal form; null where nothing is wrong or nothing is given."""
    born = birth_dates(numbers)
    frame = pl.DataFrame({"n": numbers, "born": born})
    found = frame.select(
        pl.when(pl.col("n").is_null())
        .then(None)
        .when(~pl.col("n").str.len_chars().is_in([18, 20, 22]))
        .then(pl.lit(LENGTH))
        .when(~pl.col("n").str.contains(_SHAPE))
        .then(pl.lit(SHAPE))
        .when(pl.col("born").is_null())
        .then(pl.lit(NO_DATE))
        .when((pl.col("born").dt.year() < earliest_year) | (pl.col("born") > today))
        .then(pl.lit(NO_YEAR))
        .otherwise(None)
        .alias("fault")
    )["fault"]
    whole = found.is_null() & numbers.is_not_null()
    rows = whole.arg_true()
    if len(rows) == 0:
        return found
    some = numbers.filter(whole)
    given = np.frombuffer("".join(some.str.slice(17, 1).to_list()).encode("ascii"), dtype="u1")
    wrong = rows.filter(pl.Series(given != _check_bytes(_matrix(some))))
    return found.scatter(wrong, CHECK_DIGIT) if len(wrong) else found


def birth_dates(numbers: pl.Series) -> pl.Series:
    """The dates of birth in the numbers; null where there is none."""
    return numbers.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def sexes(numbers: pl.Series) -> pl.Series:
    """`male` or `female` by the 17th digit; null where it is no digit."""
    digit = numbers.str.slice(16, 1).cast(pl.Int64, strict=False)
    odd = digit % 2 == 1
    told = pl.Series(["female"] * len(odd), dtype=pl.String).zip_with(
        ~odd.fill_null(value=False), pl.Series(["male"] * len(odd))
    )
    return told.set(digit.is_null(), None)


def masked(numbers: pl.Series) -> pl.Series:
    """The first three and the last two characters, the rest hidden."""
    hidden = numbers.str.len_chars().cast(pl.Int64) - 5
    stars = pl.Series(["*" * max(0, n or 0) for n in range(30)])
    shown = numbers.str.slice(0, 3) + stars.gather(hidden.fill_null(0).clip(0, 29)) + numbers.str.slice(-2)
    return shown.zip_with((hidden > 0).fill_null(value=True), pl.Series(["****"] * len(numbers), dtype=pl.String))
