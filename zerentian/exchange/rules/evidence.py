"""Two records side by side: whether they agree, and what a delivery says otherwise than the one before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NOISE = re.compile(r"[\s,，元]")
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_AMOUNT = re.compile(r"[1-9]\d*\.\d+|0\.\d+")  # not a whole number: that may be a year or a code
_YES = {"true": "是", "1": "是", "yes": "是", "false": "否", "0": "否", "no": "否"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence: what it shows, and in which runs it was seen first and last."""

    id: int
    shown: Mapping[str, str | None]
    first_run: int
    last_run: int


def plain(text: str | None) -> str:
    """A value as it is compared: days, amounts, yes and no in one way of writing."""
    bare = _NOISE.sub("", text or "")
    if day := _DAY.fullmatch(bare):
        return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}"
    if re.fullmatch(r"-?\d+\.\d+", bare):
        bare = bare.rstrip("0").rstrip(".")
    return _YES.get(bare.lower(), bare)


def readable(text: str | None) -> str:
    """A value as people read it: an amount without empty places, its thousands apart."""
    if not text or not _AMOUNT.fullmatch(text):
        return text or ""
    whole, _dot, places = text.partition(".")
    return f"{int(whole):,}" + (f".{places.rstrip('0')}" if places.rstrip("0") else "")


def agree(one: str | None, *others: str | None) -> bool:
    """Whether a value of the department is what the register has, as its code or as its words."""
    return plain(one) in {plain(other) for other in others}


def same_as(value: str | None, alike: Mapping[str, Sequence[str]], said: str, raw: str) -> bool:
    """Whether a value agrees with the register, a value that `alike` translates by its codes alone (`none`: empty)."""
    meant = {plain(text): codes for text, codes in alike.items()}.get(plain(value))
    return agree(value, said, raw) if meant is None else agree(raw or "none", *meant)


def before(piece: Piece, pieces: Sequence[Piece]) -> Piece | None:
    """What the department said in the place of this piece before: the gone piece most like it; None when it is new."""
    gone = [one for one in pieces if one.last_run < piece.first_run]
    if not gone:
        return None
    last = max(one.last_run for one in gone)

    def likeness(one: Piece) -> tuple[int, int]:
        return sum(plain(value) == plain(one.shown.get(key)) for key, value in piece.shown.items()), -one.id

    return max((one for one in gone if one.last_run == last), key=likeness)


def changed(piece: Piece, former: Piece | None) -> dict[str, str | None]:
    """The columns that a piece shows otherwise than the former one, with what stood there."""
    if former is None:
        return {}
    return {
        key: former.shown.get(key) for key, value in piece.shown.items() if plain(value) != plain(former.shown.get(key))
    }
