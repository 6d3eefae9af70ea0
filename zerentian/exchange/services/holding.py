"""What many stages of a match read is read from its files once, and held in the engine while a stage still needs it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services.engines import Engine, files_below
from zerentian.exchange.services.keys import PEOPLE
from zerentian.kernel import snapshots

# Of a person, what is told of a row that has his number.
NUMBERS = ("person", "household", "division", "t", "u", "name", "sound")


def wanted(source: Source, rules: Sequence[ClueRule]) -> frozenset[str]:
    """The contracted columns of a source that any of the rules reads."""
    own = [rule for rule in rules if source.id in rule.sources]
    names = [*(["firm"] if source.file.firm else []), *source.plain]
    return frozenset(name for name in names if any(rule.reads(name) for rule in own))


class Holding:
    """The register's numbers, the facts and the matched rows, each from when it is first asked for."""

    def __init__(self, engine: Engine, folder: Path, snapshot: Path, rules: Sequence[ClueRule]) -> None:
        self._engine, self._folder, self._snapshot, self._rules = engine, folder, snapshot, rules
        self._last = {id: number for number, rule in enumerate(rules) for id in rule.sources}
        self._matched: set[str] = set()
        self._held: set[str] = set()
        self._at_work: set[int] = set()  # the places of rules that are asked now
        self._alone = threading.Lock()

    def numbers(self) -> None:
        """`register.numbers`, by which rows find their persons."""
        with self._alone:
            if self._is_first("register.numbers"):
                self._engine.hold("register.numbers", [self._folder / "register" / PEOPLE], NUMBERS)

    @contextmanager
    def for_rule(self, rule: ClueRule) -> Iterator[None]:
        """`facts.*` and the rule's `matched.*`; tables that only rules before it read are let go."""
        place = self._rules.index(rule)
        with self._alone:
            self._at_work.add(place)
            self._let_go("register.numbers")
            if self._is_first("facts"):
                self._facts()
            first = min(self._at_work)
            for id in [one for one in self._matched if self._last[one] < first]:
                self._engine.release(f"matched.{id}")
                self._matched.discard(id)
            for id in set(rule.sources) - self._matched:
                paths = [path for kind in ("exact", "linked") for path in files_below(self._folder / kind / id)]
                self._engine.hold(f"matched.{id}", paths)
                self._matched.add(id)
        try:
            yield
        finally:
            with self._alone:
                self._at_work.discard(place)

    def _facts(self) -> None:
        """The columns of the snapshot that any rule reads."""
        manifest = snapshots.load(self._snapshot)
        for view, columns in manifest.columns.items():
            rules = [rule for rule in self._rules if view in rule.facts]
            read = [name for name, _ in columns if any(rule.reads(name) for rule in rules)]
            if read:
                paths = [self._snapshot / part.path for part in manifest.parts if part.view == view]
                self._engine.hold(f"facts.{view}", paths, read)

    def _is_first(self, name: str) -> bool:
        first = name not in self._held
        self._held.add(name)
        return first

    def _let_go(self, name: str) -> None:
        if name in self._held:
            self._held.discard(name)
            self._engine.release(name)
