"""A match: all tables of departments with the register as it stood, by exact tokens first; then the clue rules.

Each stage writes one folder of Parquet below the run's own and is passed over when it is there, so a killed run goes on
where it was. What a run is made from is pinned before it starts; `repeat` makes it again and compares.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import MatchRun, TableVersion
from zerentian.exchange.rules.clues import SUBJECT, ClueRule, bound, digest_of
from zerentian.exchange.rules.sources import Source
from zerentian.exchange.services import clues, engines, keys
from zerentian.exchange.services.engines import Engine
from zerentian.kernel import snapshots
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act, acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.jobs import Work, every, job, perform, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook.queries import law_area

MATCH = "exchange.match"
# The columns of a table that a clue rule may read beside the contracted ones.
_TOLD = ("row", "person", "household", "division", "how", "score")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a match: what it is called, where it writes, what it does."""

    name: str
    target: Path
    write: Any


@act("exchange.match", _("开展数据比对"), needs=Permission.EXCHANGE_MATCH)
def begin_match(*, by: Actor, on: date | None = None, snapshot: str = "", here: bool = False) -> MatchRun:
    """Pin the tables, rules and parameters of the day and start matching; refused when no table was delivered yet.

    `snapshot` names a finished snapshot to match with; otherwise one is taken when the run starts.
    """
    day = on or timezone.localdate()
    versions = queries.current_versions()
    if not versions:
        raise Refused(Reason("还没有收妥任何部门数据，没有可比对的内容", "比对"))
    rules = queries.rules_in_force(day)
    made: MatchRun = MatchRun.objects.create(
        division=law_area(), on=day, snapshot=snapshot, engine=engines.Duck.name,
        versions={f"{v.source}/{v.division}": v.number for v in versions},
        rules={rule.id: rule.version for rule in rules},
        pins={"rules": _rules_digest(rules), "parameters": _parameters_of(rules, day)},
    )  # fmt: skip
    if not here:
        title = f"部门数据比对 {day}"
        run = start(MATCH, title=title, by=by, division=law_area(), once="exchange.match", match_id=made.pk)
        MatchRun.objects.filter(pk=made.pk).update(run_id=run.pk)
    return made


def match_here(*, match_id: int, by: Actor) -> Run:
    """Match in this process (commands, tests); the finished run."""
    return perform(MATCH, title=f"部门数据比对 #{match_id}", by=by, match_id=match_id)


@every("30 1 * * *")
def nightly() -> None:
    """Every night, when departments delivered anything at all."""
    with unit(system()):
        if queries.current_versions():
            begin_match(by=system())


@job(MATCH)
def match(*, run: Work, by: Actor, match_id: int) -> None:
    """Everything from stored deliveries to clues."""
    with unit(system(), writes=False):
        made = MatchRun.objects.get(pk=match_id)
    if made.finished_at:
        return
    folder = folder_of(made)
    made = _with_snapshot(made, by)
    done = compute(made, folder, run)
    clues.raise_all(made, done, run=run, by=by)


def folder_of(made: MatchRun) -> Path:
    """Where the stages of a run lie. The time is part of the name: after a restore from a backup numbers come again."""
    return place("exchange", "matches", f"{made.pk}-{made.started_at:%Y%m%dT%H%M%S%f}")


def _with_snapshot(made: MatchRun, by: Actor) -> MatchRun:
    """The run with a snapshot: the one it names, or one that is taken now."""
    if not made.snapshot:
        made.snapshot = snapshots.take(made.on).name
        with unit(system()), acting("exchange.match.pin", by=by, division=made.division):
            MatchRun.objects.filter(pk=made.pk).update(snapshot=made.snapshot)
    return made


def compute(made: MatchRun, folder: Path, run: Work | None = None) -> dict[str, Path]:
    """Match and run the rules; the folder of hits by rule. Reads only pinned files."""
    with _session(made, folder) as engine:
        tables = _tables(made)
        wanted = [queries.rule(id) for id in sorted(made.rules)]
        stages = [*_joins(engine, tables, folder), *_hits(engine, wanted, made, folder)]
        if run:
            run.begin(len(stages) + len(wanted))
        for stage in stages:
            if not stage.target.exists():
                stage.write(stage.target)
            if run:
                run.advance(1, note="%s", words=[stage.name])
                run.check()
    return {rule.id: folder / "hits" / rule.id for rule in wanted}


@contextmanager
def _session(made: MatchRun, folder: Path) -> Iterator[Engine]:
    """An engine that sees the register's keys and the facts of the snapshot."""
    root = place("snapshots") / made.snapshot
    manifest = snapshots.load(root)
    known = folder / "keys.parquet"
    if not known.exists():
        draft = known.with_suffix(".draft")
        with unit(system(), writes=False):
            keys.write_keys(draft)
        draft.rename(known)
    with engines.opened(folder) as engine:
        for view, columns in manifest.columns.items():
            paths = [root / part.path for part in manifest.parts if part.view == view]
            engine.view(f"facts.{view}", paths, [name for name, _ in columns])
        engine.view("register.keys", [known])
        yield engine


def _tables(made: MatchRun) -> dict[str, list[TableVersion]]:
    """The pinned tables, by source."""
    found: dict[str, list[TableVersion]] = {}
    with unit(system(), writes=False):
        for key, number in sorted(made.versions.items()):
            source, _, division = key.partition("/")
            version = TableVersion.objects.get(source=source, division=int(division), number=number)
            if not queries.table_folder(version).exists():
                raise Refused(Reason(f"第 {number} 版比对表已按期限销毁，不能再用它比对", source))
            found.setdefault(source, []).append(version)
    return found


def _joins(engine: Engine, tables: Mapping[str, list[TableVersion]], folder: Path) -> Iterator[Stage]:
    """One stage a source: its rows with the persons whose token they carry."""
    for id, source in queries.sources().items():
        target = folder / "matched" / id
        target.parent.mkdir(exist_ok=True)
        if versions := tables.get(id):
            paths = [path for v in versions for path in engines.files_below(queries.table_folder(v))]
            engine.view(f"delivered.{id}", paths)
            yield Stage(source.file.title.zh, target, _join(engine, source))
        else:
            yield Stage(source.file.title.zh, target, _nothing(source))


def _join(engine: Engine, source: Source) -> Any:
    def write(target: Path) -> None:
        engine.write(join_statement(source), target)

    return write


def join_statement(source: Source) -> str:
    """The SELECT that gives a source's rows the person, household and division they belong to."""
    kept = [f"d.{name}" for name in source.plain if name not in _TOLD]
    firm = ["d.ft as firm"] if source.file.firm else []
    if not source.file.person.columns:
        where = f"d.{source.file.division}" if source.file.division else "cast(null as bigint)"
        told = [
            "cast(null as bigint) as person", "cast(null as bigint) as household", f"{where} as division",
            "cast(null as varchar) as how", "cast(null as smallint) as score",
        ]  # fmt: skip
        return f"select {', '.join(['d.row', *told, *firm, *kept])} from delivered.{source.id} d"
    told = ["k.person", "k.household", "k.division", "'exact' as how", "cast(1000 as smallint) as score"]
    return (
        f"select {', '.join(['d.row', *told, *firm, *kept])} from delivered.{source.id} d"
        " join register.keys k on d.t = k.t and d.u = k.u"
    )


def _nothing(source: Source) -> Any:
    """A source that has delivered nothing yet has an empty table, so that rules over it find nothing."""

    def write(target: Path) -> None:
        told = {"row": pa.int64(), "person": pa.int64(), "household": pa.int64(), "division": pa.int64(),
                "how": pa.string(), "score": pa.int16()}  # fmt: skip
        columns = dict(told)
        if source.file.firm:
            columns["firm"] = pa.int64()
        columns |= {name: _ARROW[source.contract.field(name).type] for name in source.plain if name not in _TOLD}
        target.mkdir(parents=True)
        pq.write_table(pa.schema(list(columns.items())).empty_table(), target / "part-000.parquet")

    return write


_ARROW = {
    "string": pa.string(), "integer": pa.int64(), "year": pa.int64(), "number": pa.decimal128(18, 2),
    "date": pa.date32(), "boolean": pa.bool_(),
}  # fmt: skip


def _hits(engine: Engine, rules: list[ClueRule], made: MatchRun, folder: Path) -> Iterator[Stage]:
    """One stage a rule: whom it names, with the evidence. The matched tables are there by then."""
    (folder / "hits").mkdir(exist_ok=True)
    values = made.pins["parameters"]
    for rule in rules:
        yield Stage(rule.title, folder / "hits" / rule.id, _hit(engine, rule, made.on, values.get(rule.id, {}), folder))


def _hit(engine: Engine, rule: ClueRule, on: date, values: Mapping[str, Any], folder: Path) -> Any:
    def write(target: Path) -> None:
        for source in rule.sources:
            engine.view(f"matched.{source}", engines.files_below(folder / "matched" / source))
        engine.write(hit_statement(rule, on, values), target)

    return write


def hit_statement(rule: ClueRule, on: date, values: Mapping[str, Any]) -> str:
    """The rule's SELECT with its values, and beside each hit how its row was matched."""
    sql = bound(rule.sql, {"on": on, **values})
    shown = ", ".join(f"h.{column}" for column, _ in rule.shows)
    subject = ", ".join(f"h.{name}" for name in SUBJECT)
    own = rule.id.partition(".")[0]
    if own not in rule.sources:
        told = "cast(null as varchar) as how, cast(null as smallint) as score"
        return f"select {subject}, {shown}, {told} from ({sql}) h"
    return (
        f"select {subject}, {shown}, m.how, m.score from ({sql}) h"
        f" left join matched.{own} m on m.row = h.row and m.person = h.person"
    )


def _rules_digest(rules: list[ClueRule]) -> str:
    text = "\x1e".join(f"{rule.id}\x1f{rule.version}\x1f{rule.sql}" for rule in rules)
    return hashlib.sha256(text.encode()).hexdigest()


def _parameters_of(rules: list[ClueRule], on: date) -> dict[str, dict[str, Any]]:
    """The values of the rules' parameters on the day, for the whole area of the law; Refused when one has none."""
    found: dict[str, dict[str, Any]] = {}
    for rule in rules:
        source = queries.source(rule.id.partition(".")[0])
        for name, parameter in rule.parameters:
            value = source.parameter(parameter, law_area(), on)
            if value is None:
                raise Refused(Reason(f"参数 {parameter} 在 {on} 没有值", rule.file))
            found.setdefault(rule.id, {})[name] = json.loads(json.dumps(value.value, default=float))
    return found


def result_of(hits: Mapping[str, Path], rules: list[ClueRule]) -> str:
    """One digest of everything a run found: whom, by which rule, on what evidence, in no order."""
    lines = []
    for rule in rules:
        for hit in clues.read_hits(hits[rule.id], rule):
            lines.append(f"{rule.id}|{hit['household']}|{hit['person']}|{digest_of(rule.id, hit['shown'])}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
