"""The stages of a match, in order: register, exact partners, linkage, rules. Each writes one folder below the run's own.

A stage that is there already is passed over, so a killed run goes on where it was. Each has a key made of everything
that goes into it; a stage whose key an earlier run had is taken over from there. Where only some persons of the register
changed, the exact partners of the others are taken over and only the changed ones are looked for.
"""

import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services.engines import rows_below
from zerentian.exchange.services.parquet import draft_of

# The columns of a table that a clue rule may read beside the contracted ones.
TOLD = ("row", "person", "household", "division", "how", "score", "fields")
_ARROW = {
    "string": pa.string(), "integer": pa.int64(), "year": pa.int64(), "number": pa.decimal128(18, 2),
    "date": pa.date32(), "boolean": pa.bool_(),
}  # fmt: skip
_LOG = "stages.json"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a match: where it writes, what it is called, what went into it, what it does."""

    name: str
    title: str
    key: str
    write: Callable[[Path], Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a stage: rows, seconds, and whether an earlier run's result was taken over."""

    name: str
    title: str
    key: str
    rows: int
    seconds: float
    taken_over: bool


class Log:
    """What the stages of a run came to, in a file of its folder, so that the next run can take them over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / _LOG
        stored = json.loads(self._path.read_text("utf-8")) if self._path.exists() else []
        self.done = {one["name"]: Done(**one) for one in stored}
        self._alone = threading.Lock()

    def add(self, done: Done) -> None:
        """Write one more stage down, in one move."""
        with self._alone:
            self.done[done.name] = done
            draft = self._path.with_suffix(".draft")
            values = [{name: getattr(one, name) for name in Done.__slots__} for one in self.done.values()]
            draft.write_text(json.dumps(values, ensure_ascii=False), "utf-8")
            draft.rename(self._path)

    def as_list(self) -> list[dict[str, Any]]:
        """Every stage, as it is kept with the run."""
        return [{name: getattr(one, name) for name in Done.__slots__ if name != "key"} for one in self.done.values()]

    def key(self, name: str) -> str:
        """The key of a finished stage; empty when there is none."""
        return self.done[name].key if name in self.done else ""


def key_of(*parts: object) -> str:
    """One digest of everything that goes into a stage."""
    return hashlib.sha256("\x1e".join(map(str, parts)).encode()).hexdigest()


def carry_out(stage: Stage, log: Log, before: Sequence[Log]) -> Done:
    """Do a stage, or pass it over, or take it over from where it was carried out with the same key before."""
    target = log.folder / stage.name
    found = log.done.get(stage.name)
    if found and found.key == stage.key and target.exists():
        return found
    began = time.perf_counter()
    same = [one.folder / stage.name for one in before if one.key(stage.name) == stage.key]
    ready = next((folder for folder in same if folder.exists()), None)
    if ready:
        take_over(ready, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        stage.write(target)
    done = Done(
        stage.name, stage.title, stage.key, rows_below(target), round(time.perf_counter() - began, 3), bool(ready)
    )
    log.add(done)
    return done


def take_over(old: Path, target: Path) -> None:
    """The files of another run's stage under this run's name, without copying them where the disk allows."""
    draft = target.with_name(f".{target.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(old, draft, copy_function=os.link)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(old, draft)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def exact_statement(source: Source, columns: Collection[str], people: str = "register.numbers") -> str:
    """The SELECT that gives a source's rows the person, household and division that their number belongs to.

    Of the contracted columns it keeps those that are wanted.
    """
    kept = _kept(source, columns)
    if not source.file.person.columns:
        where = f"cast(d.{source.file.division} as bigint)" if source.file.division else "cast(null as bigint)"
        told = [
            "cast(null as bigint) as person", "cast(null as bigint) as household", f"{where} as division",
            "cast(null as varchar) as how", "cast(null as smallint) as score", "cast(null as varchar) as fields",
        ]  # fmt: skip
        return f"select {', '.join(['d.row', *told, *kept])} from delivered.{source.id} d"
    fields = "'number=same'"
    if source.file.person.name:
        fields += (
            " || case when d.sound is null or k.sound is null then '' when d.name = k.name then ';name=same'"
            " when d.sound = k.sound then ';name=sound' else ';name=differs' end"
        )
    told = [
        "k.person",
        "k.household",
        "k.division",
        "'exact' as how",
        "cast(1000 as smallint) as score",
        f"{fields} as fields",
    ]
    return (
        f"select {', '.join(['d.row', *told, *kept])} from delivered.{source.id} d"
        f" join {people} k on d.t = k.t and d.u = k.u"
    )


def again_statement(source: Source, columns: Collection[str]) -> str:
    """The same after some persons of the register changed: what an earlier run found of the others, and theirs anew."""
    names = ", ".join(
        ["m.row", *(f"m.{name}" for name in TOLD[1:]), *(f"m.{name}" for name in _names(source, columns))]
    )
    return (
        f"select {names} from earlier.{source.id} m"
        " where not exists (select 1 from register.touched c where c.person = m.person)"
        f" union all {exact_statement(source, columns, 'register.changed')}"
    )


def linked_rows_statement(source: Source, columns: Collection[str], sure: int) -> str:
    """The rows of a source that linkage found a person for."""
    told = ["l.person", "l.household", "l.division", "'linked' as how", "l.score", "l.fields"]
    return (
        f"select {', '.join(['d.row', *told, *_kept(source, columns)])} from delivered.{source.id} d"
        f" join matching.linked l on l.row = d.row where l.score >= {sure}"
    )


def _names(source: Source, columns: Collection[str]) -> list[str]:
    own = [*(["firm"] if source.file.firm else []), *(name for name in source.plain if name not in TOLD)]
    return [name for name in own if name in columns]


def _kept(source: Source, columns: Collection[str]) -> list[str]:
    names = _names(source, columns)
    return ["d.ft as firm" if name == "firm" and source.file.firm else f"d.{name}" for name in names]


def write_nothing(source: Source, columns: Collection[str], target: Path) -> None:
    """A source that has delivered nothing yet has an empty table, so that rules over it find nothing."""
    told = {"row": pa.int64(), "person": pa.int64(), "household": pa.int64(), "division": pa.int64(),
            "how": pa.string(), "score": pa.int16(), "fields": pa.string()}  # fmt: skip
    types: dict[str, pa.DataType] = dict(told)
    for name in _names(source, columns):
        own = name == "firm" and source.file.firm
        types[name] = pa.int64() if own else _ARROW[source.contract.field(name).type]
    with draft_of(target) as draft:
        pq.write_table(pa.schema(list(types.items())).empty_table(), draft / "part-000.parquet")


def columns_of(paths: Sequence[Path]) -> list[str]:
    """The columns of a table that lies in several files: those that all of them have."""
    found = [pq.read_schema(path).names for path in paths]
    return [name for name in found[0] if all(name in names for names in found)]


def digest_of_files(paths: Sequence[Path]) -> str:
    """One digest of files, in their order."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def facts_key(parts: Mapping[str, Sequence[str]], views: Sequence[str]) -> str:
    """One digest of the facts that a rule reads, from the digests in the snapshot's manifest."""
    return key_of(*(f"{view}:{','.join(parts.get(view, ()))}" for view in sorted(views)))
