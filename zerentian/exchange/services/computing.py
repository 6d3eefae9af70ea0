"""The computation of a match from pinned inputs to hits: reads only files, writes only its own folder."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from zerentian.exchange import queries
from zerentian.exchange.models import TableVersion
from zerentian.exchange.rules.clues import SUBJECT, ClueRule, bound
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.rules.weights import Model
from zerentian.exchange.services import engines, linking, stages
from zerentian.exchange.services.engines import Engine, files_below
from zerentian.exchange.services.holding import Holding, wanted
from zerentian.exchange.services.keys import PEOPLE, VERSIONS
from zerentian.exchange.services.stages import Done, Log, Stage, carry_out, key_of
from zerentian.exchange.services.standing import write_register
from zerentian.kernel import snapshots
from zerentian.kernel.jobs import Work

MOST_TOUCHED = 0.2  # of the register: when more persons changed, all are looked for again
# What of a person the exact stage reads: who has the same there is not touched.
_MATTERS = ["person", "household", "division", "t", "u", "name", "sound"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a match is computed from."""

    on: date
    engine: str
    snapshot: Path
    tables: Mapping[str, list[TableVersion]]
    rules: list[ClueRule]
    values: Mapping[str, Mapping[str, Any]]
    model: Model

    def hits(self, folder: Path) -> dict[str, Path]:
        """Where the hits of each rule are, in a run's folder."""
        return {rule.id: folder / "hits" / rule.id for rule in self.rules}

    def paths(self, source: str) -> list[Path]:
        """The files of a source's tables."""
        return [path for v in self.tables.get(source, []) for path in files_below(queries.table_folder(v))]

    def digest(self, source: str) -> str:
        """One digest of a source's tables."""
        return key_of(*(f"{v.division}:{v.digest}" for v in self.tables.get(source, [])))


def compute(
    inputs: Inputs,
    folder: Path,
    *,
    run: Work | None = None,
    before: Sequence[Path] = (),
    tell: Callable[[Done], Any] | None = None,
) -> Log:
    """Carry out every stage; their log. What a folder `before` has of the same inputs is taken over."""
    log, earlier, first = _begun(folder, before)
    if tell:
        tell(first)
    with _opened(inputs, folder) as engine:
        plan = Plan(inputs, engine, log, earlier)
        groups = [*plan.found(), plan.hits()]
        if run:
            # Stages are passed over, rules are not.
            run.begin(sum(map(len, groups)) + len(inputs.rules), done=run.cursor)
        for done in _carried_out(groups, log, earlier):
            if tell:
                tell(done)
            if run:
                run.advance(1, note="%s", words=[done.title])
                run.check()
    return log


def find(inputs: Inputs, folder: Path, *, before: Sequence[Path] = ()) -> None:
    """Carry out the stages that ask no rule: who is in the register, and whom the rows of every table are about."""
    log, earlier, _first = _begun(folder, before)
    with _opened(inputs, folder) as engine:
        for _done in _carried_out(Plan(inputs, engine, log, earlier).found(), log, earlier):
            pass


def _begun(folder: Path, before: Sequence[Path]) -> tuple[Log, list[Log], Done]:
    folder.mkdir(parents=True, exist_ok=True)
    log = Log(folder)
    return log, [Log(one) for one in before], register(log, before)


def _carried_out(groups: Sequence[Sequence[Stage]], log: Log, earlier: Sequence[Log]) -> Iterator[Done]:
    """The stages of one group after the other; those of a group do not read each other and go on side by side."""
    for group in groups:
        with ThreadPoolExecutor(engines.WORKERS) as pool:
            try:
                yield from pool.map(lambda stage: carry_out(stage, log, earlier), group)
            finally:
                pool.shutdown(cancel_futures=True)


def register(log: Log, before: Sequence[Path]) -> Done:
    """Who is in the register today; kept in the run's folder, for the run to be made again."""
    folder, began = log.folder / "register", time.perf_counter()
    if not folder.exists():
        write_register(folder, next((one / "register" for one in before if (one / "register").exists()), None))
    key = stages.digest_of_files([folder / PEOPLE])
    found = log.done.get("register")
    if found and found.key == key:
        return found
    rows = pq.read_metadata(folder / PEOPLE).num_rows
    done = Done("register", "户档案人员标记", key, rows, round(time.perf_counter() - began, 3), taken_over=False)
    log.add(done)
    return done


@contextmanager
def _opened(inputs: Inputs, folder: Path) -> Iterator[Engine]:
    """An engine that sees the register's keys."""
    with engines.opened(folder, inputs.engine) as engine:
        engine.view("register.people", [folder / "register" / PEOPLE])
        yield engine


class Plan:
    """The stages in their order; the key of each is made of its statement and the keys of what it reads."""

    def __init__(self, inputs: Inputs, engine: Engine, log: Log, earlier: Sequence[Log]) -> None:
        self.inputs, self.engine, self.log = inputs, engine, log
        self.earlier = next((one for one in earlier if one.key("register")), None)
        self.folder = log.folder
        self.keys = {"register": log.key("register")}
        self.sources = queries.sources()
        self.columns = {id: stages.columns_of(paths) for id in self.sources if (paths := inputs.paths(id))}
        self.linked = {id: self.sources[id] for id in self.columns if linking.is_linked(self.sources[id])}
        self.holding = Holding(engine, self.folder, inputs.snapshot, inputs.rules)
        self.wanted = {id: wanted(source, inputs.rules) for id, source in self.sources.items()}
        self._seen: set[str] = set()

    def found(self) -> list[list[Stage]]:
        """Those before the rules, in groups that read what the groups before them wrote."""
        for id in self.columns:
            self.engine.view(f"delivered.{id}", self.inputs.paths(id))
        touched = self._touched()
        exact = [self._exact(source, touched) for source in self.sources.values()]
        unnumbered, opened, *rest = [[stage] for stage in self._linkage()] or [[], []]
        linked = [self._linked(source) for source in self.linked.values()]
        return [unnumbered, [*opened, *exact], *rest, linked]

    def hits(self) -> list[Stage]:
        """One stage a rule: whom it names, with the evidence. The matched tables are there by then."""
        facts: dict[str, list[str]] = {}
        for part in snapshots.load(self.inputs.snapshot).parts:
            facts.setdefault(part.view, []).append(part.sha256)
        return [self._hits(rule, facts) for rule in self.inputs.rules]

    def _stage(
        self, name: str, title: str, sql: str, reads: Sequence[str], sees: Callable[[], Any] | None = None
    ) -> Stage:
        """A stage that writes what a statement yields; `sees` opens what other stages wrote, just before."""
        key = self.keys[name] = key_of(self.inputs.engine, sql, *(self.keys[one] for one in reads))

        def write(target: Path) -> None:
            if sees:
                sees()
            self.engine.write(sql, target)

        return Stage(name, title, key, write)

    def _exact(self, source: Source, touched: bool) -> Stage:
        name, title, columns = f"exact/{source.id}", source.file.title.zh, self.wanted[source.id]
        self.keys[f"delivered/{source.id}"] = self.inputs.digest(source.id)
        if source.id not in self.columns:
            self.keys[name] = key_of("nothing", source.id, *sorted(columns))
            return Stage(name, title, self.keys[name], lambda target: stages.write_nothing(source, columns, target))
        reads = [f"delivered/{source.id}", *(["register"] if source.file.person.columns else [])]
        sees = self.holding.numbers if source.file.person.columns else None
        whole = self._stage(name, title, stages.exact_statement(source, columns), reads, sees)
        if not (touched and source.file.person.columns and self._same_but_register(source, name)):
            return whole
        old = files_below(self.earlier.folder / name) if self.earlier else []

        def write(target: Path) -> None:
            self.engine.view(f"earlier.{source.id}", old)
            self.engine.write(stages.again_statement(source, columns), target)

        return Stage(name, title, whole.key, write)

    def _same_but_register(self, source: Source, name: str) -> bool:
        """Whether the earlier run's stage would have today's key with the register of then."""
        if self.earlier is None or not (self.earlier.folder / name).exists():
            return False
        reads = (self.inputs.digest(source.id), self.earlier.key("register"))
        sql = stages.exact_statement(source, self.wanted[source.id])
        return self.earlier.key(name) == key_of(self.inputs.engine, sql, *reads)

    def _touched(self) -> bool:
        """Whether only some persons changed since the earlier run; they are then `register.changed` and `.touched`."""
        if self.earlier is None or self.earlier.key("register") == self.keys["register"]:
            return False
        own, other = (one / "register" for one in (self.folder, self.earlier.folder))
        some = _other_versions(own, other)
        now, then = (pl.scan_parquet(one / PEOPLE).filter(some).select(_MATTERS) for one in (own, other))
        changed = now.join(then, on=_MATTERS, how="anti", nulls_equal=True).collect()
        gone = then.join(now, on=_MATTERS, how="anti", nulls_equal=True).select("person").collect()
        touched = pl.concat([changed.select("person"), gone]).unique()
        if touched.height > MOST_TOUCHED * pq.read_metadata(self.folder / "register" / PEOPLE).num_rows:
            return False
        place = self.folder / "touched"
        place.mkdir(exist_ok=True)
        for name, frame in (("changed", changed), ("touched", touched)):
            frame.write_parquet(place / f"{name}.parquet")
            self.engine.view(f"register.{name}", [place / f"{name}.parquet"])
        return True

    def _linkage(self) -> Iterator[Stage]:
        if not self.linked:
            return
        people = pq.read_metadata(self.folder / "register" / PEOPLE).num_rows
        tables = [f"delivered/{id}" for id in self.linked]
        yield self._stage("matching/unnumbered", "没有号码的人", linking.unnumbered_statement(), ["register"])
        sql = linking.open_statement((source, self.columns[id]) for id, source in self.linked.items())
        reads = ["register", "matching/unnumbered", *tables]
        yield self._stage("matching/open", "没有对上号码的行", sql, reads, self._sees("unnumbered"))
        sql = linking.pairs_statement(self.inputs.model, people)
        yield self._stage("matching/pairs", "可能是同一人的", sql, ["register", "matching/open"], self._sees("open"))
        sql = linking.linked_statement()
        yield self._stage("matching/linked", "无号码比对", sql, ["matching/pairs"], self._sees("pairs"))

    def _sees(self, name: str) -> Callable[[], None]:
        """Opens what a stage of linkage wrote, once."""

        def see() -> None:
            if name not in self._seen:
                self.engine.view(f"matching.{name}", files_below(self.folder / "matching" / name))
                self._seen.add(name)

        return see

    def _linked(self, source: Source) -> Stage:
        sql = stages.linked_rows_statement(source, self.wanted[source.id], self.inputs.model.sure)
        reads = [f"delivered/{source.id}", "matching/linked"]
        return self._stage(
            f"linked/{source.id}", f"{source.file.title.zh}·无号码比对", sql, reads, self._sees("linked")
        )

    def _hits(self, rule: ClueRule, facts: dict[str, list[str]]) -> Stage:
        sql = hit_statement(rule, self.inputs.on, self.inputs.values.get(rule.id, {}))
        reads = [f"{kind}/{id}" for id in rule.sources for kind in ("exact", "linked") if f"{kind}/{id}" in self.keys]
        key = key_of(
            self.inputs.engine, sql, stages.facts_key(facts, rule.facts), *(self.keys[one] for one in reads)
        )  # fmt: skip

        def write(target: Path) -> None:
            with self.holding.for_rule(rule):
                self.engine.write(sql, target)

        return Stage(f"hits/{rule.id}", rule.title, key, write)


def _other_versions(own: Path, other: Path) -> pl.Expr:
    """Which persons may differ between two registers: those whose rows have another version, or are in one alone."""
    if not ((own / VERSIONS).exists() and (other / VERSIONS).exists()):
        return pl.lit(value=True)
    now, then = (pl.read_parquet(one / VERSIONS) for one in (own, other))
    keys = ["person", "version"]
    differ = [one.join(two, on=keys, how="anti")["person"] for one, two in ((now, then), (then, now))]
    return pl.col("person").is_in(pl.concat(differ).unique().implode())


def hit_statement(rule: ClueRule, on: date, values: Mapping[str, Any]) -> str:
    """The rule's SELECT with its values, and beside each hit how its row was matched."""
    sql = bound(rule.sql, {"on": on, **values})
    shown = ", ".join(f"h.{column}" for column, _ in rule.shows)
    subject = ", ".join(f"h.{name}" for name in SUBJECT)
    own = rule.id.partition(".")[0]
    if own not in rule.sources:
        told = "cast(null as varchar) as how, cast(null as smallint) as score, cast(null as varchar) as fields"
        return f"select {subject}, {shown}, {told} from ({sql}) h"
    return (
        f"select {subject}, {shown}, m.how, m.score, m.fields from ({sql}) h"
        f" left join matched.{own} m on m.row = h.row and m.person = h.person"
    )
