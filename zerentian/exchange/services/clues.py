"""Hits of a match become clues: one a person or household and rule, with evidence; and what is done with them."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange.models import MatchRun
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.services.hits import COLUMNS, hits_of
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.jobs import Work
from zerentian.kernel.scope import Level
from zerentian.rulebook.queries import law_area, parameter

_HIT = """
create temp table zt_hit (
  division bigint, household_id bigint, person_id bigint, digest text, shown jsonb, row_no bigint, how text, score smallint,
  fields jsonb, due_on date
) on commit drop
"""
_INTO = (
    "copy zt_hit (division, household_id, person_id, digest, shown, row_no, how, score, fields, due_on)"
    " from stdin (format csv)"
)
_RAISE = """
insert into exchange_clue (rule, source, kind, severity, division, household_id, person_id, state, holder, raised_on, due_on,
  conclusion, statement, answered_who, settled_who, keeper_who, reply_state, first_run_id, last_run_id)
select distinct on (household_id, person_id) %(rule)s, %(source)s, %(kind)s, %(severity)s, division, household_id, person_id,
  'open', %(holder)s, %(on)s, due_on, '', '', '', '', '', '', %(run)s::bigint, %(run)s::bigint
from zt_hit order by household_id, person_id, due_on
on conflict (rule, household_id, person_id) do update set last_run_id = excluded.last_run_id, gone_on = null
"""
_EVIDENCE = """
insert into exchange_clueevidence (clue_id, division, household_id, digest, shown, row, how, score, fields,
  first_run_id, last_run_id, answered)
select distinct on (c.id, h.digest) c.id, h.division, h.household_id, h.digest, h.shown, h.row_no, coalesce(h.how, ''), h.score,
  coalesce(h.fields, '{}'), %(run)s::bigint, %(run)s::bigint, false
from zt_hit h join exchange_clue c on c.rule = %(rule)s and c.household_id = h.household_id
  and c.person_id is not distinct from h.person_id
order by c.id, h.digest, h.row_no
on conflict (clue_id, digest) do update set last_run_id = excluded.last_run_id, row = excluded.row,
  how = excluded.how, score = excluded.score, fields = excluded.fields
"""
# A settled clue comes back only with evidence that no conclusion covered.
_REOPEN = """
update exchange_clue c set state = 'open', reopened_on = %(on)s, escalated_on = null, holder = %(holder)s, conclusion = '',
  settled_on = null, settled_by = null, settled_who = '', keeper_id = null, keeper_who = '', due_on = h.due_on
from (select household_id, person_id, min(due_on) as due_on from zt_hit group by household_id, person_id) h
where c.rule = %(rule)s and c.state = 'settled' and c.household_id = h.household_id and c.person_id is not distinct from h.person_id
  and exists (select 1 from exchange_clueevidence e where e.clue_id = c.id and not e.answered and e.last_run_id = %(run)s)
returning c.id, c.division, c.household_id
"""
_GONE = """
update exchange_clue set gone_on = %(on)s
where rule = %(rule)s and last_run_id < %(run)s and gone_on is null and state <> 'settled'
"""
_UNANSWERED = """
select distinct c.rule from exchange_clue c join exchange_clueevidence e on e.clue_id = c.id
where c.state = 'settled' and not e.answered and e.last_run_id = c.last_run_id
"""
_STEP = """
insert into exchange_cluestep (clue_id, division, household_id, kind, conclusion, statement, files, user_id, who)
select id, division, household_id, %(kind)s, '', '', '[]', null, %(who)s from exchange_clue
where rule = %(rule)s and {where}
"""
# What a run counts, in the words that its page shows.
WORDS = {
    "hits": "命中", "raised": "新线索", "reopened": "重新核实", "gone": "依据消失", "unmatched": "没有对上号码的行",
    "linked": "按姓名等比对上", "ambiguous": "分不清是谁的", "doubtful": "存疑的",
}  # fmt: skip
# Not twice, should a match be made again after it was interrupted.
_NEW = """first_run_id = %(run)s
and not exists (select 1 from exchange_cluestep s where s.clue_id = exchange_clue.id and s.kind = 'raised')"""


def raise_all(
    made: MatchRun, hits: Mapping[str, Path], written: Mapping[str, str], *, run: Work, by: Actor
) -> None:  # fmt: skip
    """Write the clues of a run, one rule a transaction; a killed run goes on with the next rule.

    A clue that was raised before is not raised again; one that was settled comes back only with new evidence. A rule
    that yields what the run before wrote, to the letter, is passed over: `written` has a digest of each rule's hits.
    """
    rules = sorted(hits)
    same = _same_as_before(made, written)
    due: dict[int, date] = {}
    for number, id in enumerate(rules, start=1):
        if number <= run.cursor:
            continue
        with unit(system()), acting("exchange.clues.raise", by=by, subject=id, division=law_area()):
            rule = queries.rule(id)
            counts = _nothing_new(hits[id], rule) if id in same else _raise(rule, hits[id], made, due)
            run.count(**{WORDS[name]: number for name, number in counts.items()})
            run.advance(1, cursor=number, note="写入线索 %s", words=[rule.title])
    with unit(system()), acting("exchange.match.finish", by=by, division=law_area()):
        MatchRun.objects.filter(pk=made.pk).update(
            finished_at=timezone.now(),
            counts={name: run.run.counts[words] for name, words in WORDS.items() if words in run.run.counts},
        )
        announce("records.changed", division=law_area(), by=by)


def _same_as_before(made: MatchRun, written: Mapping[str, str]) -> set[str]:
    """The rules whose clues stand as this run would write them, none of them settled with evidence nobody answered."""
    with unit(system(), writes=False), connection.cursor() as cursor:
        others = MatchRun.objects.exclude(result="").exclude(pk=made.pk).order_by("-id")
        before = others.first()  # the last one that wrote anything, or began to
        if before is None or before.finished_at is None or before.pk > made.pk:
            return set()
        cursor.execute(_UNANSWERED)
        open_ends = {row[0] for row in cursor.fetchall()}
    then = before.pins.get("hits", {})
    return {id for id, digest in written.items() if then.get(id) == digest and id not in open_ends}


def _nothing_new(folder: Path, rule: ClueRule) -> dict[str, int]:
    return {"hits": sum(frame.height for frame in hits_of(folder, rule)), "raised": 0, "reopened": 0, "gone": 0}


def _raise(rule: ClueRule, folder: Path, made: MatchRun, due: dict[int, date]) -> dict[str, int]:
    names: dict[str, Any] = {
        "rule": rule.id, "source": rule.id.partition(".")[0], "kind": rule.kind, "severity": rule.severity, "on": made.on,
        "holder": rule.checked_by, "run": made.pk, "who": "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HIT)
        found = _copy(cursor, rule, folder, made.on, due)
        cursor.execute("analyze zt_hit")
        cursor.execute(_RAISE, names)
        cursor.execute(_EVIDENCE, names)
        cursor.execute(_REOPEN, names)
        reopened = [row[0] for row in cursor.fetchall()]
        cursor.execute(_GONE, names)
        gone = cursor.rowcount
        cursor.execute(_STEP.format(where=_NEW), {**names, "kind": "raised"})
        raised = cursor.rowcount
        if reopened:
            cursor.execute(_STEP.format(where="id = any(%(ids)s)"), {**names, "kind": "reopened", "ids": reopened})
        cursor.execute("drop table zt_hit")
    return {"hits": found, "raised": raised, "reopened": len(reopened), "gone": gone}


def _copy(cursor: Any, rule: ClueRule, folder: Path, on: date, due: dict[int, date]) -> int:
    """Put the hits where SQL can join them; how many. `due` remembers until when each county answers."""
    found = 0
    for frame in hits_of(folder, rule):
        county = pl.col("division") - pl.col("division") % Level.COUNTY.span
        for one in frame.select(county.unique()).to_series():
            if one not in due:
                due[one] = on + timedelta(days=int(parameter("exchange.clue.days", one, on)))
        rows = frame.select(*COLUMNS, county.replace_strict(due, return_dtype=pl.Date).alias("due_on"))
        with cursor.copy(_INTO) as copy:
            copy.write(rows.write_csv(include_header=False).encode())
        found += frame.height
    return found
