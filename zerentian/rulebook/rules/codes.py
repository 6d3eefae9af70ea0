"""Code lists: the keys that the database stores, their labels, and the national codes of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Code:
    """One value; `also` are further incoming codes or labels with the same meaning."""

    key: str
    zh: str
    en: str
    national: str = ""
    also: tuple[str, ...] = ()
    confirmed: bool = True

    def label(self, language: str) -> str:
        """The label in the language (zh… or en…)."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list in its official order."""

    id: str
    title: str
    title_en: str
    source: str
    values: tuple[Code, ...]
    _keys: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """The stored keys."""
        return tuple(code.key for code in self.values)

    def code(self, key: str) -> Code | None:
        """The value of a stored key."""
        return next((code for code in self.values if code.key == key), None)

    def key_of(self, text: str) -> str | None:
        """The key that a key, a label, a national code or another known code means; None when unknown."""
        return self._keys.get(text.strip())


def code_list(id: str, title: str, title_en: str, source: str, values: tuple[Code, ...]) -> CodeList:
    """A code list that recognises its keys, labels and incoming codes; a key or label wins over a code."""
    known: dict[str, str] = {}
    for value in values:
        for spelling in (value.key, value.zh, value.en):
            known.setdefault(spelling, value.key)
    for value in values:
        for spelling in (value.national, value.national.lstrip("0"), *value.also):
            known.setdefault(spelling, value.key)
    known.pop("", None)
    return CodeList(id, title, title_en, source, values, known)
