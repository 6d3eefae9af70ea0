"""Entries: every duty of every body judged by the rules, written where it changed, with its history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

from zerentian.assessment.queries.periods import periods_on
from zerentian.assessment.rules import RANKS, Judgement, Standing, judge
from zerentian.assessment.rules import status as statuses
from zerentian.assessment.services.figures import Engine, fresh
from zerentian.kernel.periods import Cycle, Period, period_of, previous
from zerentian.kernel.scope import Range, range_of
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.duties import LEVELS, Duty, Requirement
from zerentian.rulebook.rules.measures import Measure

DisputeKey = tuple[int, str, int, str]


@dataclass(frozen=True, slots=True)
class Demand:
    """One requirement of a duty, as it stands in a rule area, for one period."""

    rule_area: int
    duty: Duty
    requirement: Requirement
    index: int
    period: Period
    due_on: date | None
    is_measured: bool
    is_own: bool
    warning_days: int


def demands(on: date, measured: Mapping[str, Any], only: str | None = None) -> list[Demand]:
    """Everything demanded on the day: the regulation's duties, and those of each area with local measures."""
    found: list[Demand] = []
    known = rulebook.measures()
    for area in (0, *rulebook.areas_with_overlays(on)):
        for duty in rulebook.duties(area or rulebook.law_area(), on):
            warning = _warning_days(duty.cycle, area or rulebook.law_area(), on)
            for period in _periods(duty, on):
                for index, requirement in enumerate(duty.requirements):
                    if only is None or requirement.measure == only:
                        measure = known.get(requirement.measure)
                        found.append(
                            Demand(
                                area, duty, requirement, index, period, duty.due_on(period),
                                requirement.measure in measured, _is_own(requirement, measure), warning,
                            )
                        )  # fmt: skip
    return found


def _is_own(requirement: Requirement, measure: Measure | None) -> bool:
    return requirement.over == "own" and measure is not None and measure.grain == "body"


def _periods(duty: Duty, on: date) -> list[Period]:
    """The period that holds the day, and the one before while its due day has not passed."""
    now = period_of(duty.cycle, on)
    before = previous(duty.cycle, now)
    due = duty.due_on(before)
    return [before, now] if due is not None and on <= due and duty.in_force(before.end) else [now]


def _warning_days(cycle: Cycle, division: int, on: date) -> int:
    name = {Cycle.STANDING: "", Cycle.ON_EVENT: "", Cycle.ONCE: "yearly"}.get(cycle, cycle.value.replace("-", "_"))
    return int(rulebook.parameter(f"ledger.warning_days.{name}", division, on)) if name else 0


_BODIES = """
create temp table zt_body as
select b.body, b.division, b.kind, b.level, coalesce(b.department, '') as department, b.has_tasks, b.name,
       coalesce((select max(o.area) from zt_rule_area o where b.division >= o.area and b.division < o.hi), 0) as rule_area
from facts.body b
where (b.ended_on is null or b.ended_on >= {on}) and (b.founded_on is null or b.founded_on <= {on})
"""
# What each body owes, with its figure: of its area, or its own summed over where it works.
_ASKED = """
select distinct b.body, b.division, b.kind, b.level, b.has_tasks, d.k,
       case when d.own then o.numerator else a.numerator end as numerator,
       case when d.own then o.denominator else a.denominator end as denominator
from zt_body b
join zt_demand d on d.rule_area = b.rule_area and d.kind = b.kind and (d.level = 0 or d.level = b.level)
  and (d.department = '' or d.department = b.department)
left join {figures} a on not d.own and a.body = 0 and a.measure = d.measure and a.division = b.division
left join lateral (
  select sum(f.numerator) as numerator, sum(f.denominator) as denominator
  from {figures} f where d.own and f.measure = d.measure and f.body = b.body
) o on true
"""


def load_bodies(engine: Engine, on: date) -> None:
    """Fill zt_body with the bodies that the engine shows, each with the area whose rules it obeys."""
    fresh(engine, "zt_body", "zt_rule_area")
    engine.execute("create temp table zt_rule_area (area bigint, hi bigint)")
    for area in rulebook.areas_with_overlays(on):
        engine.execute(f"insert into zt_rule_area values ({area}, {range_of(area).hi})")
    engine.execute(_BODIES.format(on=f"date '{on.isoformat()}'"))


def ask(engine: Engine, wanted: Sequence[Demand], figures: str) -> list[tuple[Any, ...]]:
    """(body, division, kind, level, has_tasks, index of the demand, numerator, denominator) of everything owed."""
    fresh(engine, "zt_demand")
    engine.execute(
        "create temp table zt_demand (k integer, rule_area bigint, kind varchar, level integer, department varchar,"
        " measure varchar, own boolean)"
    )
    rows = [
        f"({k}, {d.rule_area}, '{s.kind}', {LEVELS[s.level].value if s.level in LEVELS else 0}, '{s.department}',"
        f" '{d.requirement.measure}', {'true' if d.is_own else 'false'})"
        for k, d in enumerate(wanted)
        for s in d.duty.subjects
        if d.requirement.is_asked_of(s.kind)
    ]
    if rows:
        engine.execute(f"insert into zt_demand values {', '.join(rows)}")
    engine.execute(_ASKED.format(figures=figures))
    return engine.fetchall()


_COLUMNS = (
    "duty", "requirement", "article", "measure", "body", "division", "body_kind", "body_level", "period", "status",
    "judged", "rank", "reason", "value", "numerator", "denominator", "op", "target", "unit", "over", "due_on",
)  # fmt: skip


def judged(
    asked: Iterable[tuple[Any, ...]], wanted: Sequence[Demand], on: date, disputed: Collection[DisputeKey]
) -> Iterable[tuple[Any, ...]]:
    """The rows of zt_entry. `disputed`: entries whose dispute waits for its decision."""

    @lru_cache(maxsize=100_000)
    def decide(k: int, has_tasks: bool, top: Decimal | None, bottom: Decimal | None, dispute: bool) -> Judgement:
        d = wanted[k]
        standing = Standing(has_tasks, d.is_measured, top, bottom, dispute)
        return judge(standing, d.requirement, d.duty.cycle, d.due_on, on, d.warning_days)

    for body, division, kind, level, has_tasks, k, top, bottom in asked:
        d = wanted[k]
        key = (body, d.duty.id, d.index, d.period.name)
        found = decide(k, has_tasks, top, bottom, key in disputed)
        r = d.requirement
        yield (
            d.duty.id, d.index, d.duty.article, r.measure, body, division, kind, level, d.period.name, found.status.value,
            found.judged.value, RANKS[found.status], found.reason, found.value, top, bottom, r.op, r.target, r.unit,
            r.over, d.due_on,
        )  # fmt: skip


_SAME = "e.body = n.body and e.duty = n.duty and e.requirement = n.requirement and e.period = n.period"
_COMPARED = (
    "division", "status", "judged", "reason", "value", "numerator", "denominator", "target", "op", "due_on",
    "article", "measure", "unit", "over", "rank", "body_kind", "body_level",
)  # fmt: skip
_DIFFERS = f"({', '.join('e.' + c for c in _COMPARED)}) is distinct from ({', '.join('n.' + c for c in _COMPARED)})"
_WITHIN = "(e.division >= %(lo)s and e.division < %(hi)s or e.division = any(%(above)s))"
_LOG = "insert into assessment_entrychange (entry_id, division, kind, before_status, status, before_value, value, target, who, note)"


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries were judged, and how many rows were rewritten or added."""

    entries: int
    changed: int


def write(rows: Iterable[tuple[Any, ...]], on: date, area: Range, above: Sequence[int], measure: str | None) -> Written:
    """Make the ledger of the area equal to the judged rows, touching only what differs, and log what changed."""
    names = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists zt_entry")
        cursor.execute(f"create temp table zt_entry as select {names} from assessment_entry limit 0")
        count = 0
        with cursor.copy(f"copy zt_entry ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute("create index on zt_entry (body, duty, requirement, period)")
        cursor.execute("analyze zt_entry")
        changed = 0
        facts: dict[str, Any] = {
            "on": on,
            "lo": area.lo,
            "hi": area.hi,
            "above": list(above),
            "measure": measure,
            "now": periods_on(on),
        }
        for statement in _merges(names):
            cursor.execute(statement, facts)
            if not statement.startswith(_LOG):
                changed += cursor.rowcount
    return Written(count, changed)


def _merges(names: str) -> list[str]:
    changed = f"assessment_entry e join zt_entry n on {_SAME} where {_DIFFERS}"
    told = "(e.status, e.value, e.target) is distinct from (n.status, n.value, n.target)"
    gone = (
        f"{_WITHIN} and e.reason <> 'gone' and (e.period = any(%(now)s)"
        f" or exists (select 1 from zt_entry d where d.duty = e.duty and d.period = e.period))"
        f" and (%(measure)s::text is null or e.measure = %(measure)s)"
        f" and not exists (select 1 from zt_entry n where {_SAME})"
    )
    closing = (
        f"{_WITHIN} and e.judged in ('{statuses.Status.NOT_DUE}', '{statuses.Status.AT_RISK}') and e.due_on < %(on)s"
        f" and not exists (select 1 from zt_entry n where {_SAME})"
    )
    fields = [c for c in _COLUMNS if c not in ("duty", "requirement", "body", "period")]
    overdue, without = statuses.Status.OVERDUE, statuses.Status.NOT_APPLICABLE
    return [
        f"{_LOG} select e.id, n.division, 'computed', e.status, n.status, e.value, n.value, n.target, '', ''"
        f" from {changed} and {told}",
        f"update assessment_entry e set {', '.join(f'{c} = n.{c}' for c in fields)}, changed_on = %(on)s,"
        f" since = case when e.status = n.status then e.since else %(on)s end from zt_entry n where {_SAME} and {_DIFFERS}",
        f"insert into assessment_entry ({names}, since, changed_on) select {', '.join('n.' + c for c in _COLUMNS)},"
        f" %(on)s, %(on)s from zt_entry n where not exists (select 1 from assessment_entry e where {_SAME})",
        f"{_LOG} select e.id, e.division, 'gone', e.status, '{without}', e.value, e.value, e.target, '', ''"
        f" from assessment_entry e where {gone}",
        f"update assessment_entry e set status = '{without}', judged = '{without}', rank = {RANKS[without]}, reason = 'gone',"
        f" since = %(on)s, changed_on = %(on)s where {gone}",
        f"{_LOG} select e.id, e.division, 'closed', e.status, '{overdue}', e.value, e.value, e.target, '', ''"
        f" from assessment_entry e where {closing}",
        f"update assessment_entry e set status = case when status = 'disputed' then status else '{overdue}' end,"
        f" judged = '{overdue}', rank = case when status = 'disputed' then rank else {RANKS[overdue]} end,"
        f" reason = 'past_due', since = %(on)s, changed_on = %(on)s where {closing}",
    ]
