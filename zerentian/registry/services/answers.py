"""What this app answers when an app below asks: counts and links of divisions, and which chiefs must stay."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, level_of
from zerentian.organisations.rules import Protection
from zerentian.registry.models import County
from zerentian.registry.queries import counts_by_division
from zerentian.rulebook import queries as rulebook
from zerentian.territory.queries import division


@effect("division.counts")
def count_households(*, codes: list[int], by: Actor) -> tuple[str, dict[int, int]]:
    """The column “registered households” of a table of divisions."""
    return _("建档立卡户"), counts_by_division(codes) if by.may(Permission.HOUSEHOLD_VIEW) else {}


@effect("division.links")
def link_households(*, code: int, by: Actor) -> list[tuple[str, str]]:
    """From a division to its households and its profile."""
    if not by.may(Permission.HOUSEHOLD_VIEW) or not by.scope.touches(code):
        return []
    links = [(_("户档案"), f"{reverse('registry:households')}?area={division(code).text}")]
    if level_of(code) is Level.VILLAGE:
        links.append((_("村情"), reverse("registry:village", args=[code])))
    elif level_of(code) is Level.COUNTY:
        links.append((_("县情"), reverse("registry:county", args=[code])))
    return links


@effect("organisations.protection")
def protected_chiefs(*, on: date, townships: Sequence[int] = (), **_facts: Any) -> Protection:
    """Chiefs of poverty counties (article 9) and of heavily burdened townships (article 19) stay at their posts."""
    newest = County.objects.order_by("division", "-year").distinct("division")
    counties = [form.division for form in newest if form.kind in ("national", "provincial")]
    days = _protected_days()
    area = next(iter(counties or townships), 0)
    return Protection(
        counties=dict.fromkeys(counties, days) if days else {},
        townships=frozenset(_burdened(townships, _number("posts.heavy_township.incidence", area, on))),
        minimum_months=_number("posts.township_chief.minimum_months", area, on),
        approval_days=_number("posts.chief_change.approval_days", area, on),
    )


def _protected_days() -> tuple[date, date | None] | None:
    """From the first to the last day on which the rulebook protects the chiefs of poverty counties."""
    values = [v for v in rulebook.parameter_history("posts.county_chief.protected").values if v.value]
    if not values:
        return None
    ends = [v.valid_to for v in values]
    return min(v.valid_from for v in values), None if None in ends else max(end for end in ends if end)


_INCIDENCE = """
with poor as (
  select division / 1000 * 1000 as township, sum(size) as persons from registry_household
  where status in ('poor', 'pre_exit', 'returned') and division / 1000 * 1000 = any(%(townships)s) group by 1
), people as (
  select division / 1000 * 1000 as township, sum(population) as persons from (
    select distinct on (division) division, population from registry_village
    where division / 1000 * 1000 = any(%(townships)s) order by division, year desc
  ) v group by 1
)
select township from poor join people using (township) where poor.persons * 100 >= people.persons * %(limit)s
"""


def _burdened(townships: Sequence[int], limit: int) -> list[int]:
    """Those of the townships whose poor are at least `limit` percent of their people."""
    if not townships or not limit:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_INCIDENCE, {"townships": list(townships), "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _number(name: str, area: int, on: date) -> int:
    try:
        return int(rulebook.parameter(name, area, on))
    except KeyError:
        return 0
