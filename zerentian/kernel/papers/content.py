"""What stands on a form: pairs of label and value, tables, text and lines for signatures."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and values in so many pairs a line; an empty value is a blank to fill in."""

    title: str
    rows: Sequence[tuple[str, str]]
    columns: int = 2
    kind: str = "pairs"

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """The pairs line by line, the last one filled up with blanks."""
        found = [list(self.rows[start : start + self.columns]) for start in range(0, len(self.rows), self.columns)]
        if found:
            found[-1] += [("", "")] * (self.columns - len(found[-1]))
        return found


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head that comes again on each sheet; `widths` are shares of the line."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    kind: str = "grid"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph under a title."""

    title: str
    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, each with a line and a day."""

    who: Sequence[str]
    title: str = ""
    kind: str = "signatures"


@dataclass(frozen=True, slots=True)
class Lines:
    """So many lines to write on by hand."""

    title: str
    count: int = 3
    kind: str = "lines"

    @property
    def each(self) -> range:
        """The lines one by one."""
        return range(self.count)


@dataclass(frozen=True, slots=True)
class Card:
    """Blocks about one thing, which stay on one sheet where they fit on it."""

    title: str
    blocks: "Sequence[Block]"
    kind: str = "card"


Block = Pairs | Grid | Text | Signatures | Lines | Card


@dataclass(frozen=True, slots=True)
class Paper:
    """One form: title, a line below it, its blocks, and what stands at the foot of each sheet."""

    title: str
    subtitle: str
    blocks: Sequence[Block]
    foot: str = ""
    broad: bool = False
    large: bool = False
