"""Which chiefs must stay at their posts: of poverty counties and of heavily burdened townships (articles 9 and 19)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection

from zerentian.kernel.effects import effect
from zerentian.kernel.scope import Level, ancestor
from zerentian.organisations.rules import Protection
from zerentian.rulebook.queries import parameter, parameter_history

_COUNTIES = "select division from facts.county where is_poor"
# Only the townships asked for are summed up: few of them ever lost a chief.
_TOWNSHIPS = """
select t.code from unnest(%s::bigint[]) as t(code)
cross join lateral (
  select sum(h.size) as registered from facts.household h
  where h.division >= t.code and h.division < t.code + 1000 and h.status not in ('removed', 'closed')
) r
cross join lateral (
  select sum(v.population) as population from facts.village v where v.division >= t.code and v.division < t.code + 1000
) v
where v.population > 0 and r.registered * 100 >= v.population * %s
"""


@effect("organisations.protection")
def protection(*, on: date, townships: Sequence[int]) -> Protection:
    """What the register and the rulebook say on the day of the scope's counties and of these townships."""
    first, last = _campaign()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTIES)
        counties = {row[0]: (first, last) for row in cursor.fetchall()}
        if not counties and not townships:
            return Protection()
        province = ancestor(next(iter(counties), 0) or townships[0], Level.PROVINCE)
        cursor.execute(_TOWNSHIPS, [list(townships), parameter("posts.heavy_township.incidence", province, on)])
        burdened = frozenset(row[0] for row in cursor.fetchall())
    return Protection(
        counties=counties,
        townships=burdened,
        minimum_months=int(parameter("posts.township_chief.minimum_months", province, on)),
        approval_days=int(parameter("posts.chief_change.approval_days", province, on)),
    )


def _campaign() -> tuple[date, date | None]:
    """First and last day on which the chiefs of poverty counties are protected."""
    spans = [v for v in parameter_history("posts.county_chief.protected").values if v.value == 1]
    ends = [v.valid_to for v in spans]
    if not spans:
        return date.max, None
    last = None if None in ends else max(e for e in ends if e) - timedelta(days=1)
    return min(v.valid_from for v in spans), last
