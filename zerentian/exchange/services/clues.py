"""Hits of a match become clues: one a person or household and rule, with evidence; and what is done with them."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import connection
from django.utils import timezone

from zerentian.exchange import queries
from zerentian.exchange.models import MatchRun
from zerentian.exchange.rules.clues import ClueRule, digest_of
from zerentian.exchange.rules.weights import fields_of
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.jobs import Work
from zerentian.kernel.scope import Level, ancestor
from zerentian.rulebook.queries import law_area, parameter

_HIT = """
create temp table zt_hit (
  division bigint, household_id bigint, person_id bigint, digest text, shown jsonb, row_no bigint, how text, score smallint,
  fields jsonb, due_on date
) on commit drop
"""
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


def raise_all(made: MatchRun, hits: Mapping[str, Path], *, run: Work, by: Actor) -> None:
    """Write the clues of a run, one rule a transaction; a killed run goes on with the next rule.

    A clue that was raised before is not raised again; one that was settled comes back only with new evidence.
    """
    rules = sorted(hits)
    for number, id in enumerate(rules, start=1):
        if number <= run.cursor:
            continue
        with unit(system()), acting("exchange.clues.raise", by=by, subject=id, division=law_area()):
            counts = _raise(queries.rule(id), hits[id], made)
            run.count(**{WORDS[name]: number for name, number in counts.items()})
            run.advance(1, cursor=number, note="写入线索 %s", words=[queries.rule(id).title])
    with unit(system()), acting("exchange.match.finish", by=by, division=law_area()):
        MatchRun.objects.filter(pk=made.pk).update(
            finished_at=timezone.now(),
            counts={name: run.run.counts[words] for name, words in WORDS.items() if words in run.run.counts},
        )
        announce("records.changed", division=law_area(), by=by)


def _raise(rule: ClueRule, folder: Path, made: MatchRun) -> dict[str, int]:
    names: dict[str, Any] = {
        "rule": rule.id, "source": rule.id.partition(".")[0], "kind": rule.kind, "severity": rule.severity, "on": made.on,
        "holder": rule.checked_by, "run": made.pk, "who": "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HIT)
        found = _copy(cursor, rule, folder, made.on)
        cursor.execute("analyze zt_hit")
        cursor.execute(_RAISE, names)
        cursor.execute(_EVIDENCE, names)
        cursor.execute(_REOPEN, names)
        reopened = [row[0] for row in cursor.fetchall()]
        cursor.execute(_GONE, names)
        gone = cursor.rowcount
        cursor.execute(_STEP.format(where=_NEW), {**names, "kind": "raised"})
        raised = cursor.rowcount
        cursor.execute(_STEP.format(where="id = any(%(ids)s)"), {**names, "kind": "reopened", "ids": reopened})
        cursor.execute("drop table zt_hit")
    return {"hits": found, "raised": raised, "reopened": len(reopened), "gone": gone}


def _copy(cursor: Any, rule: ClueRule, folder: Path, on: date) -> int:
    """Put the hits where SQL can join them; how many."""
    due = _due_days(folder, on)
    found = 0
    into = (
        "copy zt_hit (division, household_id, person_id, digest, shown, row_no, how, score, fields, due_on) from stdin"
    )
    with cursor.copy(into) as copy:
        for hit in read_hits(folder, rule):
            county = ancestor(hit["division"], Level.COUNTY)
            copy.write_row((
                hit["division"], hit["household"], hit["person"], digest_of(rule.id, hit["shown"]),
                json.dumps(hit["shown"], ensure_ascii=False), hit["row"], hit["how"], hit["score"],
                json.dumps(fields_of(hit["fields"] or "")), due[county],
            ))  # fmt: skip
            found += 1
    return found


def _due_days(folder: Path, on: date) -> dict[int, date]:
    """Until when a clue is answered, by county; asked before the copy begins, which holds the connection."""
    found = set()
    for path in folder.glob("*.parquet"):
        divisions = pq.read_table(path, columns=["division"])["division"].unique().drop_null().to_pylist()
        found |= {ancestor(division, Level.COUNTY) for division in divisions}
    return {county: on + timedelta(days=int(parameter("exchange.clue.days", county, on))) for county in found}


def read_hits(folder: Path, rule: ClueRule) -> Iterator[dict[str, Any]]:
    """The hits of a rule: subject, how it was matched, and `shown` as texts that every engine writes alike."""
    names = [column for column, _ in rule.shows]
    for path in sorted(folder.glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(20_000):
            for row in batch.to_pylist():
                if row["household"] is None or row["division"] is None or not rule.covers(row["division"]):
                    continue
                yield {**row, "shown": {name: None if row[name] is None else _text(row[name]) for name in names}}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
