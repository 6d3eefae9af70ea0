"""Refusals in the reader's language: the acts write their sentences in Chinese, with what is filled in already there."""

import os
import re
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation.trans_real import translation

from zerentian.kernel.refusal import Reason

_GAP = "{}"
# What joins two sentences or a sentence and its place, as if it were that many letters: shorter sentences are told after it.
_JOINERS = {"；": 5, "：": 4, "（）": 3}
# Two sentences are not parted inside of a bracket: the ground of one may have a semicolon of its own.
_WHOLE = {"{}；{}": "((?:[^（）]|（[^（）]*）)+?)；(.+)"}

_names: dict[str, str] = {}  # what sentences name that is declared in both languages, such as columns


def terminal_language() -> str:
    """The language in which commands speak: ZERENTIAN_LANGUAGE, or that of the terminal; Chinese but for `en…`."""
    names = ("ZERENTIAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "en" if wanted.startswith("en") else "zh-hans"


def spoken(text: str) -> str:
    """A sentence in the reader's language: by the catalogue as it stands, or by the pattern that it was made from."""
    if not text or not (get_language() or "").startswith("en"):
        return text
    if (found := gettext(text)) != text or (found := _names.get(text, "")):
        return found
    where, colon, rest = text.partition("：")
    if colon and rest and (found := gettext(rest)) != rest:  # a sentence with its place, whatever stands in it
        return f"{spoken(where)}: {found}"
    lines = "\n" in text
    for pattern, english in _patterns():
        if (not lines or "\n" in pattern.pattern) and (match := pattern.fullmatch(text)):
            return english.format(*(spoken(part) for part in match.groups()))
    return "\n".join(map(spoken, text.split("\n"))) if lines else text


def learn_name(chinese: str, english: str) -> None:
    """Let sentences name this in English, where the catalogue does not."""
    _names.setdefault(chinese, english)


def spoken_reason(reason: Reason) -> Reason:
    """A reason in the reader's language, its place included."""
    return Reason(spoken(reason.text), spoken(reason.where), reason.article)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Every sentence of the English catalogue that has gaps, the most telling first."""
    catalogue = translation("en")._catalog  # type: ignore[attr-defined]
    texts = [(key, value) for key, value in catalogue.items() if isinstance(key, str) and _GAP in key]
    texts.sort(key=lambda one: _rank(one[0]))
    return [
        (re.compile(_WHOLE.get(key) or "(.+?)".join(map(re.escape, key.split(_GAP))), re.S), value)
        for key, value in texts
    ]


def _rank(key: str) -> tuple[int, int]:
    """Those with most text of their own first, then those with fewest gaps; what only joins two sentences before short ones."""
    own = key.replace(_GAP, "")
    return -_JOINERS.get(own.strip(), len(own)), key.count(_GAP)
