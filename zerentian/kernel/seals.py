"""The hash chain over acts and history: the byte stream, its seals, the published heads, the check of live rows."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.db import connection
from django.db.models.functions import TruncDate

from zerentian.kernel.db import own_models
from zerentian.kernel.files import place
from zerentian.kernel.models import Seal
from zerentian.kernel.verify import Outcome, check_chain

# One line a record, `act kind json`; the session is in UTC, so that the text is the same on every machine.
_LINES = """
copy (select line from (
  select a.id as act, 0::bigint as place, a.id || ' A ' || to_jsonb(a)::text as line
  from kernel_act a where a.id > {after} and a.id <= {upto}
  union all
  select h.act_id, h.id, h.act_id || ' H ' || to_jsonb(h)::text
  from kernel_history h where h.act_id > {after} and h.act_id <= {upto}
) s order by act, place) to stdout
"""
FOREVER = 2**62


class _Sm3:
    """SM3 with the methods of hashlib."""

    def __init__(self) -> None:
        self._hash = hashes.Hash(hashes.SM3())
        self.update = self._hash.update

    def digest(self) -> bytes:
        """The digest of what was given so far."""
        return self._hash.copy().finalize()


def hasher_of(name: str) -> Callable[[], Any]:
    """A maker of hashers by name: sha256 or sm3."""
    return _Sm3 if name == "sm3" else hashlib.sha256


def lines(after: int = 0, upto: int = FOREVER) -> Iterator[bytes]:
    """The canonical lines of acts in (after, upto] and of the rows they changed; needs a unit that sees everything."""
    with connection.cursor() as cursor:
        cursor.execute("set local timezone to 'UTC'")
        cursor.execute("set local bytea_output to 'hex'")
        with cursor.copy(_LINES.format(after=int(after), upto=int(upto))) as stream:
            for line in stream:
                yield bytes(line).replace(b"\\\\", b"\\")


def chain() -> Iterator[dict[str, Any]]:
    """All seals from the first, as the export has them."""
    for seal in Seal.objects.order_by("id").iterator(chunk_size=200):
        yield {
            "id": seal.pk,
            "sealed_at": seal.sealed_at.isoformat(),
            "first_act": seal.first_act,
            "last_act": seal.last_act,
            "acts": seal.acts,
            "changes": seal.changes,
            "algorithm": seal.algorithm,
            "marks": bytes(seal.marks).hex(),
            "digest": bytes(seal.digest).hex(),
            "previous": bytes(seal.previous).hex(),
            "head": bytes(seal.head).hex(),
        }


def daily_heads() -> dict[str, str]:
    """Day → the head of its last seal, oldest first."""
    last = Seal.objects.annotate(day=TruncDate("sealed_at")).order_by("day", "-id").distinct("day")
    return {seal.day.isoformat(): bytes(seal.head).hex() for seal in last}


def published_heads() -> dict[str, str]:
    """Day → head as the files under the home folder say."""
    found = {}
    for path in sorted(place("heads").glob("????-??-??.txt")):
        found[path.stem] = path.read_text("utf-8").split()[0]
    return found


def publish(day: date, seal: Seal) -> Path:
    """Write the day's head to its file, in one rename."""
    target = place("heads") / f"{day.isoformat()}.txt"
    draft = target.with_suffix(".draft")
    draft.write_text(f"{bytes(seal.head).hex()} {seal.algorithm} acts 1-{seal.last_act}\n", "utf-8")
    draft.rename(target)
    return target


def export(folder: Path) -> tuple[int, int]:
    """Write the byte streams, the seals, the heads and the verifier; (acts and changes, seals)."""
    folder.mkdir(parents=True, exist_ok=True)
    count = seals = 0
    with (folder / "seals.jsonl").open("w", encoding="utf-8") as out:
        for seal in chain():
            out.write(json.dumps(seal) + "\n")
            seals += 1
    with (folder / "acts.txt").open("wb") as raw:
        for line in lines():
            raw.write(line)
            count += 1
    (folder / "heads.json").write_text(json.dumps(daily_heads() | published_heads(), indent=1), "utf-8")
    source = Path(__file__).with_name("verify.py")
    (folder / "verify.py").write_bytes(source.read_bytes())
    return count, seals


def check_live(heads: list[str]) -> Outcome:
    """Verify the chain on the live database, then every tracked row and every version against its digest."""
    # The seals are read first: one connection can't answer a query while it streams the lines.
    outcome = check_chain(list(chain()), lines(), [*published_heads().values(), *heads], hasher_of)
    with connection.cursor() as cursor:
        cursor.execute(_WORDING)
        for model in own_models():
            if not model.tracked:
                continue
            table = model._meta.db_table
            cursor.execute(_ROWS.format(table=table), {"table": table})
            for row_id, what in cursor.fetchall():
                outcome.findings.append(f"{table} row {row_id}: {what}")
            cursor.execute(_VERSIONS.format(table=table), {"table": table})
            for row_id, history_id in cursor.fetchall():
                outcome.findings.append(f"{table} row {row_id}: its version in history {history_id} was altered")
    return outcome


# Rows that are not as the last recorded change left them; rows that vanished or came without one.
_ROWS = """
with last as (
  select distinct on (row_id) row_id, operation, digest from kernel_history
  where model = %(table)s order by row_id, id desc
)
select coalesce(t.id, last.row_id),
  case when t.id is null then 'was removed without an act'
       when last.row_id is null then 'was added without an act'
       when last.operation = 'D' then 'was put back without an act'
       else 'was changed without an act' end
from {table} t full join last on last.row_id = t.id
where (t.id is null and last.operation <> 'D')
   or (t.id is not null and (last.digest is null
       or last.digest <> kernel_digest(t::text)))
order by 1 limit 100
"""
# A version kept as `before` must be the one that the change before it left.
_VERSIONS = """
select row_id, id from (
  select row_id, id, before, operation,
         lag(digest) over w as left_behind, lag(operation) over w as previous
  from kernel_history where model = %(table)s window w as (partition by row_id order by id)
) s
where (before is not null
       and left_behind is distinct from kernel_digest(jsonb_populate_record(null::{table}, before)::text))
   or (operation = 'I' and previous is not null and previous <> 'D')
order by id limit 100
"""
# The text of a row as the trigger made it.
_WORDING = """
select set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true),
       set_config('extra_float_digits', '1', true), set_config('datestyle', 'ISO', true)
"""
