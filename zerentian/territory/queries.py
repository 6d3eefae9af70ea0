"""Reads of divisions, kept in the process and dropped when another list was loaded."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.scope import Level, Scope, ancestor, chain_of, code_text, level_of, parse_code
from zerentian.territory.models import Division, DivisionList, Succession
from zerentian.territory.rules import Step, successor

# Another process may load a list; asking for the version more often than this would cost more than it is worth.
_CHECK_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """One division as the pages use it; `id`, `code` and `division` are the same 12 digits."""

    id: int
    name: str
    level: Level
    parent: int | None
    is_unit: bool
    pinyin: str
    initials: str
    valid_from: date | None
    valid_to: date | None

    @property
    def code(self) -> int:
        """The 12-digit code."""
        return self.id

    @property
    def division(self) -> int:
        """The 12-digit code."""
        return self.id

    @property
    def text(self) -> str:
        """The code as officials write it."""
        return code_text(self.id)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Past:
    """One succession as pages show it."""

    old_code: int
    old_name: str
    new_code: int
    new_name: str
    kind: str
    on: date
    source: str
    confirmed: bool

    @property
    def label(self) -> str:
        """The kind in the reader's language."""
        return str(Succession.Kind(self.kind).label)

    @property
    def old_text(self) -> str:
        """The old code as officials write it."""
        return code_text(self.old_code)

    @property
    def new_text(self) -> str:
        """The new code as officials write it."""
        return code_text(self.new_code)


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of a search; `note` says why, where it is not plain from the name."""

    place: Place
    note: str = ""


class UnknownDivision(LookupError):
    """There is no such division; the sentence is for the reader."""


class _Tree:
    """All divisions and successions of one version."""

    def __init__(self, version: tuple[str, int]) -> None:
        self.version = version
        fields = ("id", "name", "level", "parent", "is_unit", "pinyin", "initials", "valid_from", "valid_to")
        rows = Division.objects.order_by("id").values_list(*fields)
        self.places = {row[0]: Place(row[0], row[1], Level(row[2]), *row[3:]) for row in rows}
        self.children: dict[int | None, list[Place]] = defaultdict(list)
        for place in self.places.values():
            if place.valid_to is None:
                self.children[place.parent].append(place)
        kept = ("old_code", "old_name", "new_code", "new_name", "kind", "on", "source", "confirmed")
        self.past = [Past(*row) for row in Succession.objects.order_by("on", "id").values_list(*kept)]
        self.steps = [Step(p.old_code, p.new_code, p.kind, p.on) for p in self.past]


_kept: dict[str, Any] = {"tree": None, "asked": 0.0}


def forget() -> None:
    """Read the divisions afresh at the next call."""
    _kept.update(tree=None, asked=0.0)


def _tree() -> _Tree:
    now = time.monotonic()
    kept: _Tree | None = _kept["tree"]
    database = str(connection.settings_dict["NAME"])
    if kept is not None and kept.version[0] == database and now - _kept["asked"] < _CHECK_EVERY:
        return kept
    # The list is open to whoever is signed in, but the first to ask may have no scope yet.
    with unit(system(), writes=False):
        version = (database, DivisionList.objects.order_by("-id").values_list("id", flat=True).first() or 0)
        if kept is None or kept.version != version:
            kept = _Tree(version)
    _kept.update(tree=kept if version[1] else None, asked=now)
    return kept


def version() -> int:
    """The version of the list, for caches of apps above."""
    return _tree().version[1]


def division(code: int) -> Place:
    """The division of a 12-digit code; UnknownDivision when there is none."""
    try:
        return _tree().places[int(code)]
    except KeyError:
        raise UnknownDivision(f"没有代码为 {code_text(int(code))} 的区划") from None


def exists(code: int) -> bool:
    """Whether the division is in the list."""
    return code in _tree().places


def everything(level: Level | None = None, inside: int | None = None) -> list[Place]:
    """All present divisions in the order of their codes, of one level and inside one division where given."""
    scope = Scope.everywhere() if inside is None else Scope.of([inside])
    return [
        p for p in _tree().places.values()
        if p.valid_to is None and (level is None or p.level is level) and p.id in scope
    ]  # fmt: skip


def name_of(code: int | None) -> str:
    """The name alone; the code itself when it is unknown, empty for None."""
    if code is None:
        return ""
    place = _tree().places.get(code)
    return place.name if place else code_text(code)


def names(codes: Iterable[int]) -> dict[int, str]:
    """Code → name for many codes."""
    places = _tree().places
    return {code: places[code].name if code in places else code_text(code) for code in set(codes)}


def chain(code: int) -> list[Place]:
    """The division and all above it, the province first; divisions that are not in the list are left out."""
    places = _tree().places
    return [places[c] for c in chain_of(code) if c in places]


def full_name(code: int, above: Level = Level.PROVINCE) -> str:
    """The names from the province (or another level) down, joined."""
    return "".join(p.name for p in chain(code) if p.level >= above) or code_text(code)


def children(code: int | None) -> list[Place]:
    """The present divisions directly below, in the order of their codes; None gives the provinces."""
    return list(_tree().children.get(code, ()))


def count_below(code: int, level: Level) -> int:
    """How many present divisions of a level lie inside."""
    below = children(code)
    if not below or below[0].level > level:
        return 0
    if below[0].level is level:
        return len(below)
    return sum(count_below(child.id, level) for child in below)


def successions(code: int) -> list[Past]:
    """What became of the division or what it was made of: its own changes and those of what it lies in."""
    return [p for p in _tree().past if code in (p.old_code, p.new_code) or _follows(p, code)]


def _follows(past: Past, code: int) -> bool:
    level = level_of(past.new_code)
    return past.kind in ("recoded", "renamed") and level <= level_of(code) and ancestor(code, level) == past.new_code


def current_code(code: int, on: date | None = None) -> int | None:
    """The code that stands for a code of any earlier day; None when no division does."""
    tree = _tree()
    found = successor(code, tree.steps, on)
    return found if found in tree.places or (on is not None and found == code) else None


def search(text: str, scope: Scope | None = None, limit: int = 50) -> list[Hit]:
    """Divisions by name, code (old ones too), pinyin or its initials; several words narrow from above.

    The widest divisions come first, exact finds before others.
    """
    words = text.split()
    if not words:
        return []
    hits = _by_code(words[0]) if len(words) == 1 and words[0].isdigit() else _by_name(words)
    seen = [h for h in hits if scope is None or h.place.id in scope]
    return seen[:limit]


def _by_code(digits: str) -> list[Hit]:
    tree = _tree()
    hits = [Hit(p) for p in tree.places.values() if p.text.startswith(digits)]
    if len(digits) in (6, 9, 12) and parse_code(digits) not in tree.places:
        hits += _former(parse_code(digits))
    return sorted(hits, key=lambda h: (h.place.level, h.place.id))


def _former(code: int) -> list[Hit]:
    tree, hits = _tree(), []
    today = current_code(code)
    for past in tree.past:
        inside = level_of(past.old_code) <= level_of(code) and ancestor(code, level_of(past.old_code)) == past.old_code
        if not inside:
            continue
        target = today if past.kind in ("recoded", "merged") else past.new_code
        if target in tree.places and (today is not None or past.old_code == code):
            hits.append(Hit(tree.places[target], _why(past)))
    return hits


def _why(past: Past) -> str:
    return f"{past.old_text} {past.old_name} → {past.new_text} {past.new_name} ({past.on.year})"


def _by_name(words: list[str]) -> list[Hit]:
    tree = _tree()
    last, above = words[-1].lower(), words[:-1]
    ranked = []
    for place in tree.places.values():
        rank = _rank(place, last)
        if rank is not None and all(_somewhere_above(place, w.lower()) for w in above):
            ranked.append((rank, place.level, place.id, Hit(place)))
    for past in tree.past:
        if last in past.old_name and past.new_code in tree.places and last not in tree.places[past.new_code].name:
            place = tree.places[past.new_code]
            ranked.append((1, place.level, place.id, Hit(place, _why(past))))
    ranked.sort(key=lambda r: r[:3])
    once: dict[int, Hit] = {}
    for *_, hit in ranked:
        once.setdefault(hit.place.id, hit)
    return list(once.values())


def _rank(place: Place, word: str) -> int | None:
    if place.name == word or place.initials == word or place.pinyin == word:
        return 0
    if place.name.startswith(word):
        return 1
    if word.isascii():
        return 2 if place.initials.startswith(word) or place.pinyin.startswith(word) else None
    return 3 if word in place.name else None


def _somewhere_above(place: Place, word: str) -> bool:
    places = _tree().places
    return any(
        _rank(places[c], word) is not None for c in chain_of(place.id)[:-1] if c in places
    )  # fmt: skip
