"""Reads what a match has found and holds it against the answer key of the sample deliveries."""

from pathlib import Path

import polars as pl
from django.db import connection

from zerentian.exchange import services as exchange
from zerentian.exchange.models import MatchRun
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Reason, Refused
from zerentian.sample.rules.answers import FOUND, Answers, compared

_FOUND = """
select c.rule, p.number, h.number, coalesce((
  select e.how from exchange_clueevidence e where e.clue_id = c.id and e.last_run_id = c.last_run_id order by e.id limit 1), '')
from unnest(%s::text[], %s::bigint[], %s::bigint[]) as named (rule, household_id, person_id)
join exchange_clue c on c.rule = named.rule and c.household_id = named.household_id
  and c.person_id is not distinct from named.person_id
join registry_household h on h.id = c.household_id left join registry_person p on p.id = c.person_id
"""
_PRESENT = "select number from registry_person where left_on is null and number = any(%s)"


def read_key(folder: Path) -> pl.DataFrame:
    """The answer key of all sources in a folder of sample deliveries."""
    files = sorted((folder / "key").glob("*.parquet"))
    if not files:
        raise Refused(
            Reason("没有答案文件 key/*.parquet；请写明 zerentian sample_deliveries --out 的目录", str(folder))
        )
    read = [pl.read_parquet(path).with_columns(source=pl.lit(path.stem)) for path in files]
    if any("enough" not in one.columns for one in read):
        raise Refused(Reason("答案文件是旧版本写的；请用 zerentian sample_deliveries 重新生成", str(folder)))
    return pl.concat(read)


def answers_of(key: pl.DataFrame, match: int | None = None) -> tuple[MatchRun, Answers]:
    """The match of that number, or the last finished one, against the key; Refused when none has finished."""
    with unit(system(), writes=False), connection.cursor() as cursor:
        runs = MatchRun.objects.filter(finished_at__isnull=False)
        made = runs.filter(pk=match).first() if match else runs.order_by("-id").first()
        if made is None:
            raise Refused(Reason("没有这样一次已完成的比对", "比对"))
        if (named := exchange.clues_of(made)) is None:
            raise Refused(Reason("这次比对的文件已不在，不能再与答案核对；请重新比对一次", str(made.pk)))
        cursor.execute(_FOUND, [named[name].to_list() for name in named.columns])
        found = pl.DataFrame(cursor.fetchall(), schema=FOUND, orient="row")
        cursor.execute(_PRESENT, [key["number"].drop_nulls().unique().to_list()])
        present = pl.Series([row[0] for row in cursor.fetchall()], dtype=pl.String)
    covered = {rule for rule in key["rule"].unique() if rule}
    return made, compared(key, found.filter(pl.col("rule").is_in(list(covered))), present)
