"""Two snapshots compared: which rows came, went and changed, by place and view, and what changed in each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, Range
from zerentian.kernel.snapshots.keeping import WORKERS, Manifest, Part

CAME, WENT, CHANGED = KINDS = ("came", "went", "changed")
_COUNTY = Level.COUNTY.span
LONGEST_KEY = 4


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a view differ in one place."""

    view: str
    division: int
    kind: str
    rows: int


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs: `key` names it, `values` are (column, before, after) of what differs, or of all there is."""

    kind: str
    division: int
    key: dict[str, Any]
    values: tuple[tuple[str, Any, Any], ...]


class Comparison:
    """Two snapshots beside each other. Rows are the same when place and key are; a row that moved went and came.

    The key of a view is the shortest run of its first columns that names a row in both; where none does, the whole row.
    Files that are equal byte by byte are not read.
    """

    def __init__(self, before: Manifest, after: Manifest, duck: duckdb.DuckDBPyConnection) -> None:
        self.before, self.after, self.duck = before, after, duck

    @property
    def views(self) -> list[str]:
        """The views that both snapshots have."""
        return sorted(set(self.before.columns) & set(self.after.columns))

    @property
    def apart(self) -> list[str]:
        """Views that only one of them has, and views whose columns differ."""
        found = set(self.before.columns) ^ set(self.after.columns)
        return sorted(found | {v for v in self.views if self.before.columns[v] != self.after.columns[v]})

    def counts(self, area: Range, span: int, view: str = "") -> list[Count]:
        """The differences in the area by view and by part of `span` codes; `view` narrows to one."""
        found = []
        for one in [view] if view else self.views:
            if self._load(one, area):
                rows = self.duck.execute(
                    f"select place - place % {span} as part, kind, count(*) from ({self._differing(one)}) group by all order by all"
                ).fetchall()
                found += [Count(one, int(part), kind, number) for part, kind, number in rows]
        return found

    def rows(
        self, view: str, area: Range, *, kind: str = "", after: int = 0, limit: int | None = None
    ) -> Iterator[Change]:
        """The rows of a view that differ in the area, by place and key, from the one at position `after`."""
        if not self._load(view, area):
            return
        key, columns = self._key(view), self._columns(view)
        only = f" where kind = '{kind}'" if kind in KINDS else ""
        most = "" if limit is None else f" limit {limit} offset {after}"
        answer = self.duck.execute(
            f"select * from ({self._differing(view)}){only} order by place, kind, {self._order(view)}{most}"
        )
        while block := answer.fetchmany(1_000):
            for kind_found, place, *values in block:
                old, new = values[: len(columns)], values[len(columns) :]
                here = old if kind_found == WENT else new
                named = dict(zip(columns, here, strict=True))
                pairs = tuple(
                    (name, o, n)
                    for name, o, n in zip(columns, old, new, strict=True)
                    if name not in key and name != "division" and (o != n or kind_found != CHANGED)
                )
                yield Change(kind_found, int(place), {name: named[name] for name in key}, pairs)

    def _columns(self, view: str) -> list[str]:
        """The columns that both have, in the order of the later one."""
        known = {name for name, _kind in self.before.columns[view]}
        return [name for name, _kind in self.after.columns[view] if name in known]

    def _load(self, view: str, area: Range) -> bool:
        """Put the rows of both sides aside, as far as their files differ; whether there are any such files."""
        if view not in self.views:
            raise Refused(f"两个快照里没有都包含的视图 {view}")
        old, new = _parts(self.before, view, area), _parts(self.after, view, area)
        same = {(p.county, p.sha256) for p in old} & {(p.county, p.sha256) for p in new}
        names = ", ".join(f'"{name}"' for name in self._columns(view))
        differ = False
        for table, manifest, parts in (("zt_before", self.before, old), ("zt_after", self.after, new)):
            paths = [manifest.folder / p.path for p in parts if (p.county, p.sha256) not in same]
            differ = differ or any(p.rows for p in parts if (p.county, p.sha256) not in same)
            files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths or [_schema(manifest, view)])
            where = f"division >= {area.lo} and division < {area.hi}" if "division" in self._columns(view) else "true"
            none = "" if paths else " and false"
            self.duck.execute(
                f"create or replace temp table {table} as select {names} from read_parquet([{files}]) where {where}{none}"
            )
        return differ

    def _key(self, view: str) -> list[str]:
        """The shortest run of the first columns that names a row on both sides; empty when none does."""
        columns = [name for name in self._columns(view) if name != "division"] or ["division"]
        for length in range(1, min(LONGEST_KEY, len(columns)) + 1):
            names = ", ".join(f'"{name}"' for name in [*columns[:length], *self._place(view)])
            twice = f"select {names} from {{}} group by all having count(*) > 1"
            if not self.duck.execute(
                f"select 1 from ({twice.format('zt_before')} union all {twice.format('zt_after')}) limit 1"
            ).fetchall():
                return columns[:length]
        return columns

    def _place(self, view: str) -> list[str]:
        return ["division"] if "division" in self._columns(view) else []

    def _order(self, view: str) -> str:
        return ", ".join(f'coalesce("new_{name}", "old_{name}")' for name in self._key(view))

    def _differing(self, view: str) -> str:
        """SELECT of kind, place and both sides' columns of every row that differs."""
        columns, key = self._columns(view), [*self._key(view), *self._place(view)]
        same = " and ".join(f'a."{name}" is not distinct from b."{name}"' for name in dict.fromkeys(key))
        place = "coalesce(b.division, a.division)" if self._place(view) else "0"
        old = ", ".join(f'a."{name}" as "old_{name}"' for name in columns)
        new = ", ".join(f'b."{name}" as "new_{name}"' for name in columns)
        left, right = (", ".join(f'{side}."{name}"' for name in columns) for side in "ab")
        return (
            f"select case when a.zt is null then '{CAME}' when b.zt is null then '{WENT}' else '{CHANGED}' end as kind,"
            f" {place} as place, {old}, {new} from (select *, 1 as zt from zt_before) a"
            f" full join (select *, 1 as zt from zt_after) b on {same}"
            f" where a.zt is null or b.zt is null or row({left}) is distinct from row({right})"
        )


@contextmanager
def comparison(before: Manifest, after: Manifest) -> Iterator[Comparison]:
    """A session in which two finished snapshots are compared."""
    with duckdb.connect(config={"threads": WORKERS, "memory_limit": "1GB"}) as duck:
        yield Comparison(before, after, duck)


def _parts(manifest: Manifest, view: str, area: Range) -> list[Part]:
    """The files of a view that may hold rows of the area."""
    found = [part for part in manifest.parts if part.view == view]
    return [
        p
        for p in found
        if not p.county or area.lo < (int(p.county) + 1) * _COUNTY and area.hi > int(p.county) * _COUNTY
    ]


def _schema(manifest: Manifest, view: str) -> Path:
    """Any file of the view: its columns."""
    return manifest.folder / next(part.path for part in manifest.parts if part.view == view)


def summed(found: Sequence[Count]) -> dict[str, dict[str, int]]:
    """View → kind → rows, over all places."""
    totals: dict[str, dict[str, int]] = {}
    for one in found:
        kinds = totals.setdefault(one.view, dict.fromkeys(KINDS, 0))
        kinds[one.kind] += one.rows
    return totals
