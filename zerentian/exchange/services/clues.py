"""Hits of a match become clues: one a person or household and rule, with evidence; and what is done with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import MatchRun
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.services.hits import CLUE, COLUMNS, MARKS, Hits, marks_of
from zerentian.exchange.services.parquet import folder_of
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting, titles
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.jobs import Work
from zerentian.kernel.lanes import Step, Turn, side_by_side
from zerentian.kernel.scope import Level
from zerentian.rulebook.queries import law_area, parameter

titles["exchange.clues.raise"], titles["exchange.match.finish"] = _("写入线索"), _("完成比对")
BATCH = 20_000  # rows of evidence that are written in one transaction
_TABLES = """
create temp table if not exists zt_hit (
  rule text, division bigint, household_id bigint, person_id bigint, digest text, shown jsonb, row_no bigint, how text,
  score smallint, fields jsonb, due_on date
) on commit delete rows;
create temp table if not exists zt_gone (rule text, household_id bigint, person_id bigint) on commit delete rows;
create temp table if not exists zt_rule (rule text, source text, kind text, severity text, holder text) on commit delete rows;
create temp table if not exists zt_clue (
  id bigint, rule text, division bigint, household_id bigint, person_id bigint, state text, first_run_id bigint
) on commit delete rows;
truncate zt_hit, zt_gone, zt_rule, zt_clue
"""
_INTO = "copy {table} ({columns}) from stdin (format csv)"
_HIT = "rule, division, household_id, person_id, digest, shown, row_no, how, score, fields, due_on"
_RULES = """
insert into zt_rule select * from unnest(%(rules)s::text[], %(sources)s::text[], %(kinds)s::text[], %(severities)s::text[],
  %(holders)s::text[])
"""
_RAISE = """
with made as (
  insert into exchange_clue (rule, source, kind, severity, division, household_id, person_id, state, holder, raised_on, due_on,
    conclusion, statement, answered_who, settled_who, keeper_who, reply_state, first_run_id, last_run_id)
  select distinct on (h.rule, h.household_id, h.person_id) h.rule, r.source, r.kind, r.severity, h.division, h.household_id,
    h.person_id, 'open', r.holder, %(on)s, h.due_on, '', '', '', '', '', '', %(run)s::bigint, %(run)s::bigint
  from zt_hit h join zt_rule r on r.rule = h.rule order by h.rule, h.household_id, h.person_id, h.due_on
  on conflict (rule, household_id, person_id) do update set last_run_id = excluded.last_run_id, gone_on = null
  returning id, rule, division, household_id, person_id, state, first_run_id
)
insert into zt_clue select * from made
"""
_EVIDENCE = """
insert into exchange_clueevidence (clue_id, division, household_id, digest, shown, row, how, score, fields,
  first_run_id, last_run_id, answered)
select distinct on (c.id, h.digest) c.id, h.division, h.household_id, h.digest, h.shown, h.row_no, coalesce(h.how, ''), h.score,
  coalesce(h.fields, '{}'), %(run)s::bigint, %(run)s::bigint, false
from zt_hit h join zt_clue c on c.rule = h.rule and c.household_id = h.household_id
  and c.person_id is not distinct from h.person_id
order by c.id, h.digest, h.row_no
on conflict (clue_id, digest) do update set last_run_id = excluded.last_run_id, row = excluded.row,
  how = excluded.how, score = excluded.score, fields = excluded.fields
"""
# A settled clue comes back only with evidence that no conclusion covered.
_REOPEN = """
update exchange_clue c set state = 'open', reopened_on = %(on)s, escalated_on = null, holder = r.holder, conclusion = '',
  settled_on = null, settled_by = null, settled_who = '', keeper_id = null, keeper_who = '', due_on = h.due_on
from zt_clue z join zt_rule r on r.rule = z.rule join (
  select rule, household_id, person_id, min(due_on) as due_on from zt_hit group by rule, household_id, person_id
) h on h.rule = z.rule and h.household_id = z.household_id and h.person_id is not distinct from z.person_id
where c.id = z.id and z.state = 'settled'
  and exists (select 1 from exchange_clueevidence e where e.clue_id = c.id and not e.answered and e.last_run_id = %(run)s)
returning c.id
"""
_GONE_OF_RULES = """
update exchange_clue set gone_on = %(on)s
where rule = any(%(anew)s) and last_run_id < %(run)s and gone_on is null and state <> 'settled'
"""
_GONE = """
update exchange_clue c set gone_on = %(on)s from zt_gone g
where c.rule = g.rule and c.household_id = g.household_id and c.person_id is not distinct from g.person_id
  and c.gone_on is null and c.state <> 'settled'
"""
# A settled clue with evidence that nobody answered is looked at again, though nothing about it has changed.
_UNANSWERED = """
select distinct c.rule, c.household_id, c.person_id
from exchange_clue c join exchange_clueevidence e on e.clue_id = c.id
where c.state = 'settled' and not e.answered and e.last_run_id = c.last_run_id
"""
_STEP = """
insert into exchange_cluestep (clue_id, division, household_id, kind, conclusion, statement, files, user_id, who)
select z.id, z.division, z.household_id, %(step)s, '', '', '[]', null, '' from zt_clue z where z.id = any(%(ids)s)
"""
# What a run counts, in the words that its page shows.
WORDS = {
    "hits": "命中", "raised": "新线索", "reopened": "重新核实", "gone": "依据消失", "unmatched": "没有对上号码的行",
    "linked": "按姓名等比对上", "ambiguous": "分不清是谁的", "doubtful": "存疑的",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run has to write: clues that are new or told otherwise, and clues that the run before named and this one not.

    `anew` are the rules that the run before did not have, or of which nothing is known any more.
    """

    fresh: pl.DataFrame
    gone: pl.DataFrame
    anew: frozenset[str]

    def of(self, rules: Sequence[str]) -> "Changes":
        """What concerns some rules."""
        own = pl.col("rule").is_in(list(rules))
        return Changes(self.fresh.filter(own), self.gone.filter(own), self.anew & set(rules))


def raise_all(made: MatchRun, hits: Hits, marks: pl.DataFrame, *, run: Work, by: Actor) -> None:
    """Write the clues of a run, some rules a transaction; a killed run goes on with the next rule.

    A clue that was raised before is not raised again; one that was settled comes back only with new evidence. What the
    run before wrote, to the letter, is passed over: `marks` has one of each clue.
    """
    rules, changes = sorted(made.rules), _changes(made, marks)
    named, sizes = _hits_by_rule(marks), _hits_by_rule(changes.fresh)
    due: dict[int, date] = {}

    def step(some: list[str], done: int) -> Step:
        def write(turn: Turn) -> None:
            subject = some[0] if len(some) == 1 else f"{some[0]} … {some[-1]}"
            with unit(system()), acting(
                "exchange.clues.raise", by=by, subject=subject, reason=", ".join(some), division=law_area()
            ):  # fmt: skip
                counts = _raise([queries.rule(id) for id in some], hits, made, changes.of(some), due)
                counts["hits"] = sum(named.get(id, 0) for id in some)
                turn()
                run.count(**{WORDS[name]: number for name, number in counts.items()})
                run.advance(len(some), cursor=done, note="写入线索 %s", words=[queries.rule(some[-1]).title])

        return write

    side_by_side(run, [step(some, done) for some, done in _batches(rules, run.cursor, sizes)])
    with unit(system()), acting("exchange.match.finish", by=by, division=law_area()):
        MatchRun.objects.filter(pk=made.pk).update(
            finished_at=timezone.now(),
            counts={name: run.run.counts[words] for name, words in WORDS.items() if words in run.run.counts},
        )
        announce("records.changed", division=law_area(), by=by)


def _changes(made: MatchRun, marks: pl.DataFrame) -> Changes:
    """The marks of this run beside those of the last one that wrote anything; all of them when that one did not end."""
    with unit(system(), writes=False), connection.cursor() as cursor:
        before = MatchRun.objects.exclude(result="").exclude(pk=made.pk).order_by("-id").first()
        cursor.execute(_UNANSWERED)
        schema = {name: MARKS[name] for name in CLUE}
        open_ends = pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    ended = before is not None and before.finished_at is not None and before.pk < made.pk
    then = marks_of(folder_of(before)) if before and ended else None
    if before is None or then is None:
        return Changes(marks, marks.clear(), frozenset(made.rules))
    then = then.filter(pl.col("rule").is_in(list(made.rules)))
    differs = marks.join(then, on=[*CLUE, "mark"], how="anti", nulls_equal=True)
    again = marks.join(open_ends, on=CLUE, how="semi", nulls_equal=True)
    gone = then.join(marks, on=CLUE, how="anti", nulls_equal=True)
    return Changes(pl.concat([differs, again]).unique(CLUE), gone, frozenset(made.rules) - frozenset(before.rules))


def _hits_by_rule(marks: pl.DataFrame) -> dict[str, int]:
    return dict(marks.group_by("rule").agg(pl.col("hits").sum()).iter_rows())


def _batches(rules: Sequence[str], begun: int, sizes: Mapping[str, int]) -> Iterator[tuple[list[str], int]]:
    """The rules from the one where a run stood, as many together as have less than a batch of evidence to write.

    With each batch, how many rules are done after it.
    """
    some: list[str] = []
    rows = 0
    for place, id in enumerate(rules[begun:], begun):
        rows += sizes.get(id, 0)
        if some and rows > BATCH:
            yield some, place
            some, rows = [], sizes.get(id, 0)
        some.append(id)
    if some:
        yield some, len(rules)


def _raise(
    rules: Sequence[ClueRule], hits: Hits, made: MatchRun, changes: Changes, due: dict[int, date]
) -> dict[str, int]:
    names: dict[str, Any] = {
        "rules": [rule.id for rule in rules], "sources": [rule.id.partition(".")[0] for rule in rules],
        "kinds": [rule.kind for rule in rules], "severities": [rule.severity for rule in rules],
        "holders": [rule.checked_by for rule in rules], "anew": list(changes.anew), "on": made.on, "run": made.pk,
    }  # fmt: skip
    raised, reopened, gone = 0, 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        if changes.fresh.height:
            for rule in rules:
                _copy_hits(cursor, rule, hits, changes.of([rule.id]).fresh, made.on, due)
            raised, reopened = _write(cursor, names)
        if changes.anew:
            cursor.execute(_GONE_OF_RULES, names)
            gone += cursor.rowcount
        if changes.gone.height:
            _copy(cursor, "zt_gone", "rule, household_id, person_id", changes.gone.select(CLUE))
            cursor.execute(_GONE, names)
            gone += cursor.rowcount
    return {"raised": raised, "reopened": reopened, "gone": gone}


def _write(cursor: Any, names: Mapping[str, Any]) -> tuple[int, int]:
    """Clues and evidence of the hits that were copied; how many clues are new, how many came back."""
    cursor.execute(_RULES, names)
    cursor.execute("analyze zt_hit (rule, household_id, person_id, digest)")
    cursor.execute(_RAISE, names)
    cursor.execute("analyze zt_clue (rule, household_id, person_id, state)")
    cursor.execute(_EVIDENCE, names)
    cursor.execute(_REOPEN, names)
    reopened = [row[0] for row in cursor.fetchall()]
    if reopened:
        cursor.execute(_STEP, {"step": "reopened", "ids": reopened})
    cursor.execute("select count(*) from zt_clue where first_run_id = %(run)s", names)
    return int(cursor.fetchone()[0]), len(reopened)


def _copy_hits(cursor: Any, rule: ClueRule, hits: Hits, fresh: pl.DataFrame, on: date, due: dict[int, date]) -> None:
    """Put the hits of clues that are to be written where SQL can join them. `due` remembers until when a county answers."""
    if not fresh.height:
        return
    for whole in hits.of(rule):
        frame = whole.join(fresh, on=["household", "person"], how="semi", nulls_equal=True)
        county = pl.col("division") - pl.col("division") % Level.COUNTY.span
        for one in frame.select(county.unique()).to_series():
            if one not in due:
                due[one] = on + timedelta(days=int(parameter("exchange.clue.days", one, on)))
        until = county.replace_strict(due, return_dtype=pl.Date).alias("due_on")
        _copy(cursor, "zt_hit", _HIT, frame.select(pl.lit(rule.id).alias("rule"), *COLUMNS, until))


def _copy(cursor: Any, table: str, columns: str, rows: pl.DataFrame) -> None:
    with cursor.copy(_INTO.format(table=table, columns=columns)) as copy:
        copy.write(rows.write_csv(include_header=False).encode())
