"""Figures: measures run on an engine, rolled up by code range, and written where they changed."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Protocol

from django.db import connection

from zerentian.assessment.queries import Bound
from zerentian.kernel.db import narrowed
from zerentian.kernel.scope import Level, Range, Scope, ancestor, level_of, range_of
from zerentian.kernel.snapshots import fact_columns
from zerentian.organisations.queries import reach


class Engine(Protocol):
    """PostgreSQL's cursor or DuckDB's connection: both run the same statements."""

    def execute(self, sql: str) -> Any:
        """Run one statement."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""


LEVEL_OF = (
    "case when {0} % 10000000000 = 0 then 1 when {0} % 100000000 = 0 then 2 when {0} % 1000000 = 0 then 3"
    " when {0} % 1000 = 0 then 4 else 5 end"
)
FIGURE_COLUMNS = "measure, body, division, level, own_numerator, own_denominator, numerator, denominator"
# Facts whose rows point to rows of the areas above: a body to its superior.
LOOKED_UP_TO = frozenset({"body"})
_FACT = re.compile(r"\bfacts\.(\w+)")
_WORD = re.compile(r"\w+")
_ALL = re.compile(r"(?:\bselect|[.,])\s*\*", re.I)  # every column of a table; not count(*), not a product
_BASE = (
    "create temp table zt_base (measure varchar, body bigint, division bigint,"
    " numerator decimal(20, 2), denominator decimal(20, 2))"
)


def fresh(engine: Engine, *names: str) -> None:
    """Forget temporary tables of an earlier computation in this transaction."""
    for name in names:
        engine.execute(f"drop table if exists {name}")


def compute(engine: Engine, bound: Mapping[str, Bound], area: Range, *, narrow: bool) -> None:
    """Fill zt_base with what every measure counts in the area, by village or body.

    With `narrow` the engine is PostgreSQL: of the area's facts what is counted is first set aside in temporary
    tables, since many measures read the same ones.
    """
    fresh(engine, "zt_base")
    engine.execute(_BASE)
    aside = _set_aside(engine, bound, area) if narrow else {}
    for one in bound.values():
        body = "q.body" if one.measure.grain == "body" else "0"
        counted = _FACT.sub(lambda match: aside.get(match[1], match[0]), one.sql)
        engine.execute(
            f"insert into zt_base select '{one.measure.id}', {body}, q.division, q.numerator, q.denominator"
            f" from ({counted}) q where q.denominator <> 0 and q.division >= {area.lo} and q.division < {area.hi}"
        )
    fresh(engine, *aside.values())


def _set_aside(engine: Engine, bound: Mapping[str, Bound], area: Range) -> dict[str, str]:
    """The area's rows of every view that the measures count; bodies with those of the single divisions above."""
    own, found = Scope((area,)), {}
    # A sample of 3,000 rows tells these plans what they need; the usual 30,000 cost half of an area's time.
    engine.execute("set local default_statistics_target = 10")
    for view, columns in sorted(_columns_read(bound).items()):
        found[view] = f"zt_fact_{view}"
        fresh(engine, found[view])
        with narrowed(reach(own) if view in LOOKED_UP_TO else own):
            engine.execute(f"create temp table {found[view]} as select {columns} from facts.{view}")
        engine.execute(f"analyze {found[view]}")
    return found


def _columns_read(bound: Mapping[str, Bound]) -> dict[str, str]:
    """View → those of its columns that are named anywhere in a measure that counts its rows; all where one asks for all."""
    words: dict[str, set[str]] = defaultdict(set)
    for one in bound.values():
        for view in _FACT.findall(one.sql):
            words[view] |= {"*"} if _ALL.search(one.sql) else set(_WORD.findall(one.sql))
    known = fact_columns()
    found = {}
    for view, named in words.items():
        kept = [f'"{column}"' for column, _type in known.get(view, ()) if column in named]
        found[view] = "*" if "*" in named or not kept else ", ".join(kept)
    return found


def roll_up(engine: Engine, top: Level) -> None:
    """Fill zt_figure: what bodies contribute, and the sums of every area from the villages up to `top`."""
    fresh(engine, "zt_figure", "zt_level")
    engine.execute(
        f"create temp table zt_level as select measure, body, division, numerator, denominator,"
        f" {LEVEL_OF.format('division')} as level from zt_base"
    )
    engine.execute(
        f"create temp table zt_figure as select {FIGURE_COLUMNS} from ("
        "select measure, body, division, level, sum(numerator) as own_numerator, sum(denominator) as own_denominator,"
        " sum(numerator) as numerator, sum(denominator) as denominator"
        " from zt_level where body > 0 group by measure, body, division, level"
        + "".join(_sums(level) for level in Level if level >= top)
        + ") q"
    )


def _sums(level: Level) -> str:
    place = f"division - division % {level.span}"
    return (
        f" union all select measure, 0, {place}, {int(level)},"
        f" sum(case when level = {int(level)} then numerator else 0 end),"
        f" sum(case when level = {int(level)} then denominator else 0 end), sum(numerator), sum(denominator)"
        f" from zt_level where level >= {int(level)} group by measure, {place}"
    )


_SAME = "f.measure = n.measure and f.body = n.body and f.division = n.division"
_NUMBERS = "own_numerator, own_denominator, numerator, denominator"
_CHANGED = (
    "(f.own_numerator, f.own_denominator, f.numerator, f.denominator)"
    " is distinct from (n.own_numerator, n.own_denominator, n.numerator, n.denominator)"
)


def merge(measures: list[str], area: Range) -> int:
    """Make the stored figures of the area equal to zt_figure, touching only what differs; how many rows changed."""
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute("create index on zt_figure (measure, body, division)")
        cursor.execute("analyze zt_figure")
        for statement in (
            "delete from assessment_figure f where f.measure = any(%(measures)s)"
            " and f.division >= %(lo)s and f.division < %(hi)s"
            f" and not exists (select 1 from zt_figure n where {_SAME})",
            f"update assessment_figure f set {', '.join(f'{c} = n.{c}' for c in _NUMBERS.split(', '))}"
            f" from zt_figure n where {_SAME} and f.division >= %(lo)s and f.division < %(hi)s and {_CHANGED}",
            f"insert into assessment_figure ({FIGURE_COLUMNS}) select {FIGURE_COLUMNS} from zt_figure n"
            f" where not exists (select 1 from assessment_figure f where {_SAME})",
        ):
            cursor.execute(statement, {"measures": measures, "lo": area.lo, "hi": area.hi})
            changed += cursor.rowcount
    return changed


# Areas above a county have few parts, which an index of their own finds among the figures of all villages.
_ABOVE = f"""
insert into assessment_figure as f ({FIGURE_COLUMNS})
select p.measure, 0, %(code)s, %(level)s, coalesce(sum(p.own_numerator) filter (where p.division = %(code)s), 0),
       coalesce(sum(p.own_denominator) filter (where p.division = %(code)s), 0),
       sum(case when p.division = %(code)s then p.own_numerator else p.numerator end),
       sum(case when p.division = %(code)s then p.own_denominator else p.denominator end)
from assessment_figure p
where p.measure = any(%(measures)s) and p.body = 0 and p.level <= {int(Level.COUNTY)}
  and (p.division = %(code)s or p.level = %(level)s + 1 and p.division > %(code)s and p.division < %(hi)s)
group by p.measure
on conflict (measure, body, division) do update
set numerator = excluded.numerator, denominator = excluded.denominator
where (f.numerator, f.denominator) is distinct from (excluded.numerator, excluded.denominator)
"""


def sum_above(measures: list[str], division: int) -> int:
    """Sum the stored figures of the areas above a division anew, from the next level below each; how many changed."""
    changed = 0
    with connection.cursor() as cursor:
        for level in reversed([one for one in Level if one < level_of(division)]):
            code = ancestor(division, level)
            cursor.execute(_ABOVE, {"code": code, "hi": range_of(code).hi, "level": int(level), "measures": measures})
            changed += cursor.rowcount
    return changed
