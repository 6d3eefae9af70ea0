"""At which desk a clue lies: village, township or county; who is above whom, and where it may be handed on."""

from zerentian.kernel.scope import Level

DESKS = ("village", "township", "county")
_LEVELS = {Level.VILLAGE: "village", Level.TOWNSHIP: "township", Level.COUNTY: "county"}


def desk_at(level: Level) -> str:
    """The desk of a level; empty above the county, which has no desk for clues."""
    return _LEVELS.get(level, "")


def desk_of(widest: int) -> str:
    """The desk of whoever answers for divisions of which the widest holds so many codes; empty above the county."""
    if widest < Level.TOWNSHIP.span:
        return "village"
    if widest < Level.COUNTY.span:
        return "township"
    return "county" if widest == Level.COUNTY.span else ""


def at_or_below(desk: str) -> tuple[str, ...]:
    """The desk and those below it; all where there is none."""
    return DESKS[: DESKS.index(desk) + 1] if desk else DESKS


def above(desk: str) -> str:
    """The desk above; the county's has none and stays."""
    return DESKS[min(DESKS.index(desk) + 1, len(DESKS) - 1)]


def is_top(desk: str) -> bool:
    """Whether nothing can go further up from there."""
    return desk == DESKS[-1]


def below(desk: str) -> tuple[str, ...]:
    """The desks whose answers a desk settles: the one below, and the county its own, too."""
    place = DESKS.index(desk)
    return DESKS[max(place - 1, 0) : place] + ((desk,) if is_top(desk) else ())


def hand_over_to(desk: str) -> tuple[str, ...]:
    """The desks to which whoever sits at one may hand a clue: those below, and the one above."""
    place = DESKS.index(desk)
    return tuple(one for one in DESKS[: place + 2] if one != desk)
