# ruff: noqa: S608 - the statements are put together from the declared rules only
"""The quality of the register: which records the rules ask about, by village and one by one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from zerentian.kernel.scope import Scope, range_of
from zerentian.registry.models import UNCOUNTED, Household
from zerentian.registry.rules.quality import RULES, Rule
from zerentian.rulebook import queries as rulebook

_HOMES = """
with h as materialized (
  {homes}
), p as materialized (
  select p.*, extract(year from age(%(today)s, p.birth_on))::int as age from registry_person p
  where p.left_on is null and p.division >= %(lo)s and p.division < %(hi)s
), i as materialized (
  select distinct on (i.household_id) i.* from registry_householdincome i
  where i.division >= %(lo)s and i.division < %(hi)s order by i.household_id, i.year desc
), sums as materialized (
  select household_id, count(*) as members,
    count(*) filter (where relation = 'head') as heads, count(*) filter (where relation = 'spouse') as spouses,
    count(*) filter (where relation in ('head', 'spouse')) as couple,
    count(distinct sex) filter (where relation in ('head', 'spouse')) as couple_sexes,
    count(*) filter (where school_status = 'dropped_out') as dropped,
    count(*) filter (where school_status not in ('', 'dropped_out', 'preschool_age')) as students,
    count(*) filter (where health not in ('', 'healthy')) as sick,
    count(*) filter (where health like '%%illness%%' and has_serious_illness_insurance = false) as sick_uninsured,
    count(*) filter (where disability_kind <> '' or health like '%%disabled%%') as disabled,
    count(*) filter (where has_allowance) as allowance, count(*) filter (where has_extreme_support) as extreme,
    count(*) filter (where labour in ('ordinary', 'skilled')
      and age between %(labour__from_age)s and %(labour__to_age)s) as able,
    count(*) filter (where work_months > 0) as working,
    count(*) filter (where job_channel in ('public_post', 'workshop', 'leading_enterprise', 'organised')
      or public_post <> '') as placed
  from p group by household_id
), m as (
  select h.id as household_id, coalesce(s.members, 0) as members, coalesce(s.heads, 0) as heads,
    coalesce(s.spouses, 0) as spouses, coalesce(s.couple, 0) as couple, coalesce(s.couple_sexes, 0) as couple_sexes,
    coalesce(s.dropped, 0) as dropped, coalesce(s.students, 0) as students, coalesce(s.sick, 0) as sick,
    coalesce(s.sick_uninsured, 0) as sick_uninsured, coalesce(s.disabled, 0) as disabled,
    coalesce(s.allowance, 0) as allowance, coalesce(s.extreme, 0) as extreme, coalesce(s.able, 0) as able,
    coalesce(s.working, 0) as working, coalesce(s.placed, 0) as placed
  from h left join sums s on s.household_id = h.id
)
"""
_FROM = {
    "household": "h join m on m.household_id = h.id left join i on i.household_id = h.id",
    "person": "h join p on p.household_id = h.id",
    "income": "h join m on m.household_id = h.id join i on i.household_id = h.id",
}
_KEY = {"household": "h.id", "person": "p.id", "income": "i.id"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One record that a rule asks about."""

    division: int
    household: int
    number: str
    subject: int


def counts(scope: Scope, area: int, on: date) -> dict[int, dict[str, int]]:
    """Findings by village and rule in the area, as far as the scope reaches; villages without any are left out."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for subject, tables in _FROM.items():
        rules = [rule for rule in RULES.values() if rule.subject == subject]
        columns = ", ".join(f"count(*) filter (where {rule.condition})" for rule in rules)
        for division, *numbers in _run(
            scope, area, on, f"select h.division, {columns} from {tables} group by h.division"
        ):
            found[division].update({rule.id: n for rule, n in zip(rules, numbers, strict=True) if n})
    return {division: numbers for division, numbers in found.items() if numbers}


def findings(scope: Scope, area: int, rule: Rule, on: date, *, after: int = 0, limit: int = 50) -> list[Finding]:
    """A page of the records the rule asks about, by their number after the last one seen."""
    key = _KEY[rule.subject]
    rows = _run(
        scope, area, on,
        f"select h.division, h.id, h.number, {key} from {_FROM[rule.subject]} where ({rule.condition}) "
        f"and {key} > %(after)s order by {key} limit %(limit)s",
        after=after, limit=limit,
    )  # fmt: skip
    return [Finding(*row) for row in rows]


def _run(scope: Scope, area: int, on: date, select: str, **more: int) -> list[Any]:
    homes, values = _homes(scope, area)
    with connection.cursor() as cursor:
        cursor.execute(_HOMES.format(homes=homes) + select, {**_limits(area, on), **values, **more})
        return cursor.fetchall()


def _homes(scope: Scope, area: int) -> tuple[str, dict[str, Any]]:
    """The households of the scope in the area as SQL with named values."""
    rows = Household.objects.within(scope).inside(area).exclude(status__in=UNCOUNTED)
    sql, params = rows.order_by().query.sql_with_params()
    names = {f"homes_{n}": value for n, value in enumerate(params)}
    span = range_of(area)
    return sql % tuple(f"%({name})s" for name in names), {**names, "lo": span.lo, "hi": span.hi}


def _limits(area: int, on: date) -> dict[str, Any]:
    """The rulebook's numbers of the area on the day, under the names the conditions use."""
    numbers = {key.replace(".", "__"): value for key, value in rulebook.parameters("quality", area, on).items()}
    return {**numbers, "line": rulebook.parameter("poverty.line", area, on), "today": on}
