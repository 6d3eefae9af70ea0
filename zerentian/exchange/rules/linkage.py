"""What of a name, a date and an identity number is compared when the whole number finds nobody.

Names are compared character by character and sound by sound, for people write by ear: a homophone, a rare character
replaced by a common one, one character missing. Numbers are compared in the parts that mistakes leave alone: region,
date of birth, the last four characters.
"""

import re
import unicodedata
from functools import lru_cache

import polars as pl
from pypinyin import Style, lazy_pinyin

CHARACTERS = 4  # of a name that are compared one by one; longer names are compared as a whole, too
_ONE_DIGIT = "^(?:" + "|".join(f"{digit}+" for digit in range(10)) + ")X?$"
_NOISE = re.compile(r"[\s·•.．‧∙・]")
# Readings that a neighbour's ear does not tell apart in the dialects of Jiangxi: n and l, f and h, with and without g.
_ALIKE = ((r"^zh", "z"), (r"^ch", "c"), (r"^sh", "s"), (r"^n(?=[aeiouv])", "l"), (r"^hu(?=[aeio])", "f"), (r"ng$", "n"))


def plain_name(name: str) -> str:
    """A name without blanks and dots, in one width."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name))


@lru_cache(maxsize=40_000)
def sound(character: str) -> str:
    """How a character sounds, as far as people tell sounds apart; the character itself where it has no reading."""
    reading = lazy_pinyin(character, style=Style.NORMAL)[0].lower()
    for pattern, put in _ALIKE:
        reading = re.sub(pattern, put, reading)
    return reading


def sounds(name: str) -> str:
    """How a plain name sounds."""
    return " ".join(sound(character) for character in name)


def name_parts(names: pl.Series) -> pl.DataFrame:
    """For plain names: `name`, `sound`, `length`, and each of the first four characters and its sound (null past the end)."""
    known = names.unique().drop_nulls()
    plain = pl.Series(known.name, [plain_name(name) for name in known], dtype=pl.String)
    spoken = pl.Series("sound", [sounds(name) for name in plain], dtype=pl.String)
    parts = [plain.alias("name"), spoken, plain.str.len_chars().cast(pl.Int8).alias("length")]
    for place in range(CHARACTERS):
        character = plain.str.slice(place, 1).replace("", None)
        heard = [sound(one) if one else None for one in character]
        parts += [character.alias(f"c{place + 1}"), pl.Series(f"s{place + 1}", heard, dtype=pl.String)]
    table = pl.DataFrame([known.alias("given"), *parts])
    return pl.DataFrame({"given": names}).join(table, on="given", how="left", maintain_order="left").drop("given")


def without_placeholders(numbers: pl.Series) -> pl.Series:
    """Numbers in normal form, null where one digit is repeated: typed to fill the cell, and of nobody."""
    return numbers.set(numbers.str.contains(_ONE_DIGIT).fill_null(value=False), None)


def number_parts(numbers: pl.Series) -> pl.DataFrame:
    """For numbers in normal form: `region` (first six), `number_born`, `tail` (last four of eighteen).

    Each is null where the number is too short for it; a damaged number keeps the parts that the damage left.
    """
    length = numbers.str.len_chars()
    digits = numbers.str.slice(0, 6)
    return pl.DataFrame(
        {
            "region": digits.set(~digits.str.contains(r"^\d{6}$").fill_null(value=False), None),
            "number_born": numbers.str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
            "tail": numbers.str.slice(14, 4).set((length < 18).fill_null(value=True), None),
        }
    )


def sexes(values: pl.Series) -> pl.Series:
    """`told_sex`: 1 male, 2 female (GB/T 2261.1), however a department writes it; null for anything else."""
    told = {"男": 1, "男性": 1, "1": 1, "m": 1, "male": 1, "女": 2, "女性": 2, "2": 2, "f": 2, "female": 2}
    plain = values.cast(pl.String).str.strip_chars().str.to_lowercase()
    return plain.replace_strict(told, default=None, return_dtype=pl.Int8).alias("told_sex")


def counties(values: pl.Series) -> pl.Series:
    """`told_county`: the first six digits of a division's code; null where it is no code of a county or below."""
    digits = values.cast(pl.String).str.extract(r"^(\d{6})")
    return digits.cast(pl.Int32).replace(0, None).alias("told_county")
