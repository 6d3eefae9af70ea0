"""What a column and a sheet are; every import and export is declared with these."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from zerentian.kernel.sentences import learn_name

Kind = Literal[
    "text",
    "id_number",
    "phone",
    "account",
    "integer",
    "decimal",
    "date",
    "bool",
    "code",
    "codes",
    "division",
    "year",
]

_NOISE = re.compile(r"[\s*＊]|[（(]必填[）)]")


def plain_header(text: str) -> str:
    """A header cell without stars, blanks and width, to compare by."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is the model's field, `codes` the id of a code list, `personal` masks it in exports."""

    key: str
    label: str
    label_en: str
    kind: Kind = "text"
    required: bool = False
    codes: str | None = None
    personal: bool = False
    width: int = 16
    help: str = ""

    def __post_init__(self) -> None:
        """Sentences name columns in the reader's language."""
        learn_name(self.label, self.label_en)

    @property
    def is_text(self) -> bool:
        """Whether a spreadsheet must keep it as text, so that digits and leading zeros stay."""
        return self.kind in {
            "text",
            "id_number",
            "phone",
            "account",
            "code",
            "codes",
            "division",
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook: `name` for programs, `title` for people."""

    name: str
    title: str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        """Sentences name sheets in the reader's language."""
        learn_name(self.title, self.name)

    @property
    def version(self) -> str:
        """Changes when a column is added, removed or becomes required."""
        text = "|".join(f"{c.key}:{c.kind}:{c.required}" for c in self.columns)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def column(self, key: str) -> Column:
        """The column of that key; KeyError otherwise."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def by_header(self) -> dict[str, str]:
        """Plain header (key, Chinese or English label) → key."""
        found = {}
        for column in self.columns:
            for text in (column.label_en, column.label, column.key):
                found[plain_header(text)] = column.key
        return found


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell (`key`) or one whole row (`key` empty), and what to do about it.

    `shown` is what stood in a cell that could not be read: no value, but what the person sees there.
    """

    row: int
    key: str
    text: str
    todo: str = ""
    shown: str = ""
