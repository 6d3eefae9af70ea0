"""The one act of this app: to load a list of divisions and its lineage."""

import csv
import gzip
import hashlib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from django.db import connection
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level, ancestor, level_of, parse_code
from zerentian.territory.models import Division, DivisionList, Succession
from zerentian.territory.queries import forget
from zerentian.territory.rules import COLUMNS, Listed, Readings, list_rows

DATA = resources.files("zerentian.territory") / "data"
JIANGXI = Path(str(DATA / "jiangxi-divisions.csv.gz"))
SUCCESSIONS = Path(str(DATA / "successions.yaml"))
_SHOWN = 50

_STAGE = """
create temporary table staged_division (
  id bigint, name text, level smallint, parent bigint, is_unit boolean, pinyin text, initials text, valid_from date
) on commit drop
"""
_ADD = """
insert into territory_division (id, division, name, level, parent, is_unit, pinyin, initials, valid_from)
select id, id, name, level, parent, is_unit, pinyin, initials, valid_from from staged_division s
where not exists (select 1 from territory_division d where d.id = s.id)
"""
_CHANGE = """
update territory_division d set name = s.name, is_unit = s.is_unit, pinyin = s.pinyin, initials = s.initials,
  valid_from = coalesce(s.valid_from, d.valid_from), valid_to = null
from staged_division s where s.id = d.id
and (d.name, d.is_unit, d.pinyin, d.initials, d.valid_from, d.valid_to)
  is distinct from (s.name, s.is_unit, s.pinyin, s.initials, coalesce(s.valid_from, d.valid_from), null::date)
"""
_END = """
update territory_division d set valid_to = %s
where d.valid_to is null and d.id >= %s and d.id < %s and not exists (select 1 from staged_division s where s.id = d.id)
"""


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list as read from its file."""

    name: str
    sha256: str
    rows: tuple[Listed, ...]
    successions: tuple[dict[str, Any], ...]

    @property
    def by_level(self) -> dict[str, int]:
        """How many of each level."""
        return {level.name.lower(): sum(r.level is level for r in self.rows) for level in Level}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a list changed."""

    added: int
    changed: int
    ended: int
    unchanged: int


def read_list(path: Path = JIANGXI, successions: Path | None = SUCCESSIONS) -> ReadList:
    """Read a list (CSV, UTF-8, plain or gzipped: code,name,level,parent) and the lineage of its provinces.

    Raises Refused with the first problems when the file is no such list.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise Refused(f"读不了文件 {path.name}：应为 UTF-8 的 CSV，可用 gzip 压缩（{type(error).__name__}）") from error
    reader = csv.DictReader(text.splitlines())
    if missing := [c for c in COLUMNS if c not in (reader.fieldnames or [])]:
        raise Refused(f"文件 {path.name} 缺少列：{'、'.join(missing)}；首行应为 {','.join(COLUMNS)}")
    rows, wrong = list_rows(reader)
    if not rows and not wrong:
        raise Refused(f"文件 {path.name} 没有数据")
    if wrong:
        more = [Reason(f"另有 {len(wrong) - _SHOWN} 处错误")] if len(wrong) > _SHOWN else []
        raise Refused(*wrong[:_SHOWN], *more)
    provinces = {ancestor(r.code, Level.PROVINCE) for r in rows}
    lineage = tuple(s for s in _lineage(successions) if ancestor(s["new"], Level.PROVINCE) in provinces)
    return ReadList(path.name, hashlib.sha256(data).hexdigest(), tuple(rows), lineage)


def _lineage(path: Path | None) -> list[dict[str, Any]]:
    if path is None:
        return []
    entries = yaml.safe_load(path.read_text("utf-8"))["successions"]
    return [{**e, "old": parse_code(e["old"]), "new": parse_code(e["new"])} for e in entries]


@act("territory.divisions.load", _("载入行政区划"), needs=Permission.DIVISION_CHANGE)
def load_divisions(*, read: ReadList, on: date, by: Actor) -> Loaded:
    """Bring the divisions of the list's provinces to what it says; what it no longer names ends on `on`.

    Loading the same list again changes nothing.
    """
    _load_successions(read.successions)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        _copy(cursor, read)
        cursor.execute(_ADD)
        added = cursor.rowcount
        cursor.execute(_CHANGE)
        changed = cursor.rowcount
        ended = 0
        for province in sorted({ancestor(r.code, Level.PROVINCE) for r in read.rows}):
            cursor.execute(_END, [on, province, province + Level.PROVINCE.span])
            ended += cursor.rowcount
        cursor.execute("drop table staged_division")
    latest = DivisionList.objects.order_by("-id").first()
    if added or changed or ended or latest is None or latest.sha256 != read.sha256:
        DivisionList.objects.create(name=read.name, sha256=read.sha256, rows=len(read.rows), on=on)
    forget()
    announce("divisions.loaded", by=by)
    return Loaded(added, changed, ended, len(read.rows) - added - changed)


def _copy(cursor: Any, read: ReadList) -> None:
    readings = Readings.of(yaml.safe_load((DATA / "readings.yaml").read_text("utf-8")))
    began = {s["new"]: s["day"] for s in read.successions if s["kind"] in ("recoded", "split")}
    with cursor.copy("copy staged_division from stdin") as copy:
        for row in read.rows:
            spelled = readings.spell(row.name)
            copy.write_row((row.code, row.name, int(row.level), row.parent, row.is_unit, *spelled, _since(row, began)))


def _since(row: Listed, began: dict[int, date]) -> date | None:
    """The day from which the code is in use: its own, or that of the county it was recoded with."""
    return began.get(row.code) or began.get(ancestor(row.code, min(Level.COUNTY, level_of(row.code))))


def _load_successions(entries: tuple[dict[str, Any], ...]) -> None:
    for e in entries:
        Succession.objects.update_or_create(
            old_code=e["old"],
            old_name=e["old_name"],
            new_code=e["new"],
            on=e["day"],
            defaults={k: e[k] for k in ("new_name", "kind", "source", "confirmed")},
        )


def is_loaded() -> bool:
    """Whether any division is there."""
    return bool(Division.objects.exists())
