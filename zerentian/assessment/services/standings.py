"""Standings: how many duties of a body, and of an area, stand in which status; what boards and maps show."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from zerentian.assessment.models import AreaStanding, BodyStanding, Entry
from zerentian.assessment.queries.periods import periods_on
from zerentian.assessment.rules import RANKS, RED, share
from zerentian.kernel.db import narrowed
from zerentian.kernel.scope import Level, Range, Scope, ancestor, chain_of, level_of, range_of

_STATUSES = tuple(RANKS)
_NUMBERS = ", ".join(_STATUSES)
_RED = "overdue + failed"
_SHARE = (
    "case when done + on_track + overdue + failed + at_risk + disputed > 0"
    " then greatest(trunc((done + on_track) * 100.0 / (done + on_track + overdue + failed + at_risk + disputed), 2),"
    " case when done + on_track > 0 then 0.01 else 0 end) end"
)
_UPDATED = ", ".join(f"{c} = excluded.{c}" for c in (*_STATUSES, "red", "share"))
_CHANGED = (
    f"({', '.join('s.' + c for c in _STATUSES)}, s.share) is distinct from"
    f" ({', '.join('excluded.' + c for c in _STATUSES)}, excluded.share)"
)
_WITHIN = "(division >= %(lo)s and division < %(hi)s or division = any(%(above)s))"

_BODIES = f"""
insert into assessment_bodystanding as s (body, division, kind, level, name, year, {_NUMBERS}, red, share)
select b.body, b.division, b.kind, b.level, b.name, %(year)s, {_NUMBERS}, {_RED}, {_SHARE}
from (
  select body, {", ".join(f"count(*) filter (where rank = {rank}) as {status}" for status, rank in RANKS.items())}
  from (
    select body, duty, min(rank) as rank from assessment_entry
    where {_WITHIN} and period = any(%(periods)s) and reason <> 'gone' group by body, duty
  ) cell group by body
) c join zt_body b on b.body = c.body
on conflict (body, year) do update set {_UPDATED}, division = excluded.division, name = excluded.name
where {_CHANGED} or s.name <> excluded.name or s.division <> excluded.division
"""
_GONE = f"""
delete from assessment_bodystanding s where {_WITHIN} and year = %(year)s
  and not exists (select 1 from assessment_entry e where e.body = s.body and e.period = any(%(periods)s) and e.reason <> 'gone')
"""
_SUMS = ", ".join(f"sum({c})::int as {c}" for c in _STATUSES)
_AREA = """
insert into assessment_areastanding as s (division, level, year, bodies, {numbers}, red, share)
select division, level, %(year)s, bodies, {numbers}, {red}, {share} from ({source}) q
on conflict (division, year) do update set {updated}, bodies = excluded.bodies where {changed} or s.bodies <> excluded.bodies
"""


def _area_statement(source: str) -> str:
    return _AREA.format(numbers=_NUMBERS, red=_RED, share=_SHARE, source=source, updated=_UPDATED, changed=_CHANGED)


def write(on: date, area: Range, top: Level) -> None:
    """Count the entries of the area's bodies anew (and those of the single divisions above); needs zt_body."""
    above = [ancestor(area.lo, level) for level in Level if level < top]
    facts: dict[str, Any] = {
        "year": on.year, "periods": periods_on(on), "lo": area.lo, "hi": area.hi, "above": above,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BODIES, facts)
        cursor.execute(_GONE, facts)
        for level in reversed([one for one in Level if one >= top]):
            place = f"division - division %% {level.span}"
            source = (
                f"select {place} as division, {int(level)} as level, count(*)::int as bodies, {_SUMS}"
                f" from assessment_bodystanding where division >= %(lo)s and division < %(hi)s and year = %(year)s"
                f" and level >= {int(level)} group by 1"
            )
            cursor.execute(_area_statement(source), facts)
        for code in reversed(above):
            source = (
                f"select {code}::bigint as division, {int(level_of(code))} as level, sum(bodies)::int as bodies, {_SUMS}"
                f" from (select bodies, {_NUMBERS} from assessment_areastanding where year = %(year)s"
                f" and level = {int(level_of(code)) + 1} and division > {code} and division < {range_of(code).hi}"
                f" union all select 1, {_NUMBERS} from assessment_bodystanding where year = %(year)s and division = {code}) p"
                " having count(*) > 0"
            )
            cursor.execute(_area_statement(source), facts)


def recount(body: int, division: int) -> None:
    """Count one body's duties anew after a decision, and carry the difference to its area and those above."""
    today = timezone.localdate()
    # Whoever decides sees only his own scope; the sums of the areas above change with him.
    with narrowed(Scope.everywhere()):
        standing = BodyStanding.objects.select_for_update().filter(body=body, year=today.year).first()
        if standing is None:
            return
        owed = Entry.objects.filter(body=body, period__in=periods_on(today)).exclude(reason="gone")
        worst = Counter(owed.values("duty").annotate(worst=Min("rank")).values_list("worst", flat=True))
        change = {status: worst[rank] - getattr(standing, status) for status, rank in RANKS.items()}
        areas = AreaStanding.objects.select_for_update().filter(division__in=chain_of(division), year=today.year)
        for one in (standing, *areas.order_by("division")):
            _add(one, change)


def _add(standing: BodyStanding | AreaStanding, change: Mapping[str, int]) -> None:
    counts = {status: getattr(standing, status) + more for status, more in change.items()}
    for status, number in counts.items():
        setattr(standing, status, number)
    standing.red = sum(counts[status] for status in RED)
    standing.share = share(counts)
    standing.save()
