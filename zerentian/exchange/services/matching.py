"""A match: all tables of departments with the register as it stood, by numbers first, then linkage; then the clue rules.

What a run is made from is pinned before it starts: tables, rules, parameters, the register, the snapshot. `repeat` makes
it again from what was pinned and compares.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import MatchRun, TableVersion
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.weights import Model, model_of
from zerentian.exchange.services import clues, engines, ready
from zerentian.exchange.services.computing import Inputs, compute
from zerentian.exchange.services.hits import CLUE, Hits, digest_of_hits, keep_marks, marks_of, read_hits
from zerentian.exchange.services.parquet import files_below, folder_of, rows_below
from zerentian.exchange.services.stages import Done
from zerentian.kernel import snapshots
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act, acting, titles
from zerentian.kernel.db import unit
from zerentian.kernel.files import place
from zerentian.kernel.jobs import Work, every, job, perform, run_here, start
from zerentian.kernel.models import Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook.queries import law_area, parameters

MATCH = "exchange.match"
titles["exchange.match.compute"], titles["exchange.match.pin"] = _("计算比对"), _("固定比对数据")
Tell = Callable[[Done], Any]
_listener: ContextVar[Tell | None] = ContextVar("listener", default=None)


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
        division=law_area(), on=day, snapshot=snapshot, engine=engines.chosen(),
        versions={f"{v.source}/{v.division}": v.number for v in versions},
        rules={rule.id: rule.version for rule in rules},
        pins={
            "rules": _rules_digest(rules), "parameters": _parameters_of(rules, day),
            "linkage": model_of(parameters("exchange.link", law_area(), day)).as_pins(),
        },
    )  # fmt: skip
    if not here:
        title = f"部门数据比对 {day}"
        run = start(MATCH, title=title, by=by, division=law_area(), once="exchange.match", match_id=made.pk)
        MatchRun.objects.filter(pk=made.pk).update(run_id=run.pk)
    return made


def match_here(*, match_id: int, by: Actor, tell: Tell | None = None) -> Run:
    """Match in this process (commands, tests), or go on with what was interrupted; the finished run.

    `tell` hears of every stage that is done.
    """
    mark = _listener.set(tell)
    try:
        begun = Run.objects.filter(kind=MATCH, arguments__match_id=match_id).order_by("id").last()
        if begun is not None and not begun.is_over:
            return run_here(begun, by=by)
        return perform(MATCH, title=f"部门数据比对 #{match_id}", by=by, match_id=match_id)
    finally:
        _listener.reset(mark)


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
    if run.cursor == 0:
        run.start_over()
    made = _with_snapshot(made, by)
    inputs = inputs_of(made)
    with ready.taken(folder_of(made) / "ready") as standing:
        log = compute(inputs, folder_of(made), run=run, before=[*standing, *_earlier(made)], tell=_listener.get())
    hits = Hits(inputs.hits(folder_of(made)))
    result, marks = read_hits(hits, inputs.rules)
    keep_marks(folder_of(made), marks)
    if run.cursor == 0:  # else they are in the counts already
        counts = counts_of(folder_of(made), inputs.model)
        run.count(**{clues.WORDS[name]: number for name, number in counts.items()})
    found = {
        "stages": log.as_list(),
        "result": result,
        "pins": {**made.pins, "register": log.key("register")},
    }
    with unit(system()), acting("exchange.match.compute", by=by, division=made.division):
        MatchRun.objects.filter(pk=made.pk).update(**found)
    clues.raise_all(made, hits, marks, run=run, by=by)


def repeat_match(*, match_id: int, tell: Tell | None = None) -> tuple[str, str]:
    """Make a finished run again from what it was made from; its own digest and the new one. Writes no clue."""
    with unit(system(), writes=False):
        made = MatchRun.objects.filter(pk=match_id).first()
    if made is None or not made.finished_at:
        raise Refused(Reason("没有这次比对，或它还没有完成", str(match_id)))
    register = folder_of(made) / "register"
    if not register.exists():
        raise Refused(Reason("这次比对用的人员标记已按期限销毁，不能重做", str(match_id)))
    inputs = inputs_of(made)
    with tempfile.TemporaryDirectory(dir=place("exchange", "matches"), prefix=".repeat-") as name:
        folder = Path(name)
        shutil.copytree(register, folder / "register")
        compute(inputs, folder, tell=tell)
        return made.result, digest_of_hits(inputs.hits(folder), inputs.rules)


def clues_of(made: MatchRun) -> pl.DataFrame | None:
    """`rule, household, person` of everything that a run named; None when its files are gone."""
    marks = marks_of(folder_of(made))
    return None if marks is None else marks.select(CLUE)


def counts_of(folder: Path, model: Model) -> dict[str, int]:
    """How many rows linkage was tried for, how many it found a person for, and how many it leaves undecided."""
    columns = ["weight", "score"]
    parts = [pl.read_parquet(path, columns=columns) for path in files_below(folder / "matching" / "linked")]
    if not parts:
        return {}
    rows = pl.concat(parts)
    # Likely by itself, but somebody else is as likely.
    alone = 1000 / (1 + 2 ** (-rows["weight"] / 100))
    sure = rows["score"] >= model.sure
    ambiguous = ~sure & (alone >= model.sure)
    doubtful = ~sure & ~ambiguous & (rows["score"] >= model.review)
    tried = rows_below(folder / "matching" / "open")
    return {
        "unmatched": tried,
        "linked": int(sure.sum()),
        "ambiguous": int(ambiguous.sum()),
        "doubtful": int(doubtful.sum()),
    }


def _earlier(made: MatchRun) -> list[Path]:
    """The folder of the newest finished run whose stages are still there."""
    with unit(system(), writes=False):
        found = MatchRun.objects.filter(finished_at__isnull=False, pk__lt=made.pk).order_by("-id")[:10]
        folders = [folder_of(one) for one in found]
    return [folder for folder in folders if (folder / "register").exists()][:1]


def inputs_of(made: MatchRun) -> Inputs:
    """Everything that a run is computed from, as it was pinned."""
    return Inputs(
        on=made.on, engine=made.engine, snapshot=place("snapshots") / made.snapshot, tables=_tables(made),
        rules=[queries.rule(id) for id in sorted(made.rules)], values=made.pins["parameters"],
        model=model_of(made.pins["linkage"]),
    )  # fmt: skip


def _with_snapshot(made: MatchRun, by: Actor) -> MatchRun:
    """The run with a snapshot: the one it names, or one that is taken now."""
    if not made.snapshot:
        made.snapshot = snapshots.take(made.on).name
        with unit(system()), acting("exchange.match.pin", by=by, division=made.division):
            MatchRun.objects.filter(pk=made.pk).update(snapshot=made.snapshot)
    return made


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
