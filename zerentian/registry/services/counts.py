"""Official counts: taken from the register on the cut-off date, and never changed afterwards."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import every
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import ancestor, level_of, range_of
from zerentian.kernel.tables import Column, write_table
from zerentian.registry.models import UNCOUNTED, OfficialCount
from zerentian.registry.rules.standards import STANDING_POOR
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

CUT_OFF = "statistics.cut_off"  # month and day, such as 12-31
FIELDS = ("households", "persons", "poor_households", "poor_persons", "monitored_households")
TITLES = {
    "households": ("在册户数", "Households"), "persons": ("在册人数", "Persons"),
    "poor_households": ("未脱贫户数", "Poor households"), "poor_persons": ("未脱贫人数", "Poor persons"),
    "monitored_households": ("监测户数", "Households watched over"),
}  # fmt: skip
_COUNTED = """
select h.division, count(*) as households, sum(h.size) as persons,
  count(*) filter (where h.status = any(%(poor)s)) as poor_households,
  coalesce(sum(h.size) filter (where h.status = any(%(poor)s)), 0) as poor_persons,
  count(*) filter (where h.monitoring_kind <> '' and h.risk_removed_on is null) as monitored_households
from registry_household h
where h.division >= %(lo)s and h.division < %(hi)s and not h.status = any(%(uncounted)s)
group by h.division
"""
_TAKE = (
    f"insert into registry_officialcount (cut_on, division, {', '.join(FIELDS)}) select %(on)s, * from ({_COUNTED}) c"  # noqa: S608
)


@act("registry.count.take", _("形成时点数"), needs=Permission.COUNT_TAKE)
def take_count(*, by: Actor) -> int:
    """Keep today's count of every village of the scope as the official one of today; how many villages.

    Refused when today's stands already: an official count is never changed.
    """
    today = timezone.localdate()
    if OfficialCount.objects.within(by.scope).filter(cut_on=today).exists():
        raise Refused(Reason(f"{today} 的时点数已经形成，不能重做", "时点"))
    made = 0
    for within in by.scope.ranges:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"on": today, **_values(within.lo, within.hi)})
            made += cursor.rowcount
    if not made:
        raise Refused("登记簿里还没有户，没有可以形成的时点数")
    return made


def _values(lo: int, hi: int) -> dict[str, Any]:
    return {"lo": lo, "hi": hi, "poor": sorted(STANDING_POOR), "uncounted": sorted(UNCOUNTED)}


@every("30 15 * * *")
def take_on_the_day() -> None:
    """On the cut-off date of the rulebook, late in the evening, keep the count; twice changes nothing."""
    with unit(system(), writes=False):
        today = timezone.localdate()
        province = territory.children(None)[0].id
        is_due = f"{today:%m-%d}" == str(rulebook.parameter(CUT_OFF, province, today))
        is_done = OfficialCount.objects.filter(cut_on=today).exists()
    if is_due and not is_done:
        take_count(by=system())


def cut_offs(by: Actor) -> list[date]:
    """The dates with an official count in the scope, the newest first."""
    rows: QuerySet[OfficialCount] = OfficialCount.objects.within(by.scope)
    return list(rows.order_by("-cut_on").values_list("cut_on", flat=True).distinct())


def official(code: int, cut_on: date, by: Actor) -> dict[int, dict[str, int]]:
    """Child division → its official figures of the date; a village is its own child."""
    within = range_of(code)
    rows: QuerySet[OfficialCount] = OfficialCount.objects.within(by.scope)
    found = rows.filter(division__gte=within.lo, division__lt=within.hi, cut_on=cut_on)
    return _summed(code, found.values_list("division", *FIELDS))


def running(code: int) -> dict[int, dict[str, int]]:
    """Child division → the same figures of the register as it stands now."""
    within = range_of(code)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, _values(within.lo, within.hi))
        return _summed(code, cursor.fetchall())


def _summed(code: int, villages: Iterable[Sequence[Any]]) -> dict[int, dict[str, int]]:
    """Child division → the sums of its villages, each a row of code and figures."""
    children = _children(code)
    found = {child: dict.fromkeys(FIELDS, 0) for child in children}
    level = level_of(children[0])
    for village, *figures in villages:
        if (child := found.get(ancestor(village, level))) is not None:
            for name, value in zip(FIELDS, figures, strict=True):
                child[name] += int(value)
    return found


def _children(code: int) -> list[int]:
    return [child.id for child in territory.children(code)] or [code]


def export_counts(path: Path, code: int, cut_on: date, by: Actor, *, language: str) -> int:
    """Official and running figures side by side, each with its date, as a workbook; how many rows."""
    today = timezone.localdate()
    columns = [Column("division", "区划代码", "Code"), Column("name", "地区", "Place", width=24)]
    for name in FIELDS:
        zh, en = TITLES[name]
        columns.append(Column(name, f"{zh}（时点 {cut_on}）", f"{en} on {cut_on}", "integer", width=20))
        columns.append(Column(f"{name}_now", f"{zh}（实时 {today}）", f"{en}, running, {today}", "integer", width=20))
        columns.append(Column(f"{name}_change", f"{zh}（差额）", f"{en}, difference", "integer", width=20))
    then, now = official(code, cut_on, by), running(code)
    rows = (
        [str(child), territory.name_of(child)]
        + [
            figure
            for name in FIELDS
            for figure in (then[child][name], now[child][name], now[child][name] - then[child][name])
        ]
        for child in then
    )  # fmt: skip
    return write_table(path, columns, rows, "xlsx", title="时点数", language=language)
