"""A household's file, and the profiles of a village and a county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from zerentian.kernel.scope import Level, Range, Scope, level_of, range_of
from zerentian.registry.models import (
    UNCOUNTED,
    WITHOUT_HELPER,
    County,
    Household,
    HouseholdIncome,
    Person,
    Village,
)
from zerentian.registry.queries.lists import DATED, OF_HOUSEHOLD, OF_MEMBERS, PROBLEMS, poverty_line, shortfall


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """Everything about one household."""

    household: Household
    present: tuple[Person, ...]
    gone: tuple[Person, ...]
    incomes: tuple[HouseholdIncome, ...]
    grid: str
    keeper: str


def household_file(household_id: int, scope: Scope, on: date) -> HouseholdFile | None:
    """The file of a household in the scope; None otherwise."""
    row = Household.objects.within(scope).filter(pk=household_id).first()
    if row is None:
        return None
    members = list(Person.objects.filter(household=row).order_by("number"))
    members.sort(key=lambda p: p.relation != "head")
    grid, keeper = grid_of(row, on)
    return HouseholdFile(
        row,
        tuple(p for p in members if p.is_present),
        tuple(p for p in members if not p.is_present),
        tuple(HouseholdIncome.objects.filter(household=row).order_by("-year")),
        grid,
        keeper,
    )


_GRID = """
select g.name, (
  select a.person_name from organisations_appointment a
  where a.post_id = g.keeper_post_id and a.starts_on <= %(on)s and (a.ends_on is null or a.ends_on >= %(on)s)
  order by a.id limit 1
) from organisations_grid g where g.id = %(grid)s
"""


def grid_of(household: Household, on: date) -> tuple[str, str]:
    """The names of the household's grid and of its keeper on the day."""
    found = None
    if household.grid_id:
        with connection.cursor() as cursor:
            cursor.execute(_GRID, {"grid": household.grid_id, "on": on})
            found = cursor.fetchone()
    return (found[0], found[1] or "") if found else (household.grid, "")


# What a file may hold besides: most households have little of it, so it is asked first what there is.
_BESIDE = {
    "rolling": "registry_rollingincome where household_id = %(id)s",
    "papers": "registry_householdpaper where household_id = %(id)s",
    "kinships": "registry_kinship where household_id = %(id)s",
    "changes": "registry_householdchange where household_id = %(id)s or other_id = %(id)s",
    "confirmations": "registry_confirmation where household_id = %(id)s",
}


def held_beside(household_id: int) -> set[str]:
    """Which of rolling incomes, papers, kinships, changes and confirmations there are of the household."""
    asked = ", ".join(f"exists (select from {rows})" for rows in _BESIDE.values())
    with connection.cursor() as cursor:
        cursor.execute(f"select {asked}", {"id": household_id})
        return {name for name, there_is in zip(_BESIDE, cursor.fetchone(), strict=True) if there_is}


@dataclass(frozen=True, slots=True)
class Profile:
    """What the register counts in an area."""

    by_status: dict[str, int]
    households: int
    persons: int
    problems: dict[str, int]
    structure: dict[str, dict[str, int]]
    by_cause: dict[str, int]
    by_kind: dict[str, int]


_AGES = (("0-5", 0, 6), ("6-15", 6, 16), ("16-59", 16, 60), ("60+", 60, 200))
_COUNTED = ("men", "women", "persons", "labour", "ill", "working", "students")
_STRUCTURE = """
select
  case when age < 6 then '0-5' when age < 16 then '6-15' when age < 60 then '16-59' when age >= 60 then '60+' else '' end,
  sex, count(*), count(*) filter (where labour in ('ordinary', 'skilled', 'weak')),
  count(*) filter (where health <> '' and health <> 'healthy'), count(*) filter (where work_months > 0),
  count(*) filter (where school_status not in ('', 'not_student', 'dropped_out', 'preschool_age'))
from (
  select extract(year from age(%(on)s::date, p.birth_on)) as age, p.sex, p.labour, p.health, p.work_months, p.school_status
  from registry_person p join registry_household h on h.id = p.household_id
  where p.division >= %(lo)s and p.division < %(hi)s and p.left_on is null and h.status <> all(%(uncounted)s)
) s group by 1, 2
"""


def profile(code: int, scope: Scope, on: date) -> Profile:
    """Households by status, main cause and kind, persons by age and sex, and shortfalls of the guarantees."""
    rows = Household.objects.within(scope).inside(code)
    by_status = dict(rows.values_list("status").annotate(n=Count("pk")).order_by())
    live = rows.exclude(status__in=UNCOUNTED)
    problems = {name: live.filter(shortfall(name, code, on)).count() for name in (*PROBLEMS, *DATED)}
    problems["helper"] = live.filter(WITHOUT_HELPER).count()
    structure = _structure(range_of(code), on)
    return Profile(
        by_status,
        sum(n for status, n in by_status.items() if status not in UNCOUNTED),
        sum(group["persons"] for group in structure.values()),
        problems,
        structure,
        _counts(live, "cause"),
        _counts(live, "household_type"),
    )


def _counts(rows: QuerySet[Household], field: str) -> dict[str, int]:
    """Value → households, the most frequent first."""
    return dict(rows.values_list(field).annotate(n=Count("pk")).order_by("-n", field))


def _structure(within: Range, on: date) -> dict[str, dict[str, int]]:
    """Age group → men, women, labour, ill or disabled, working, at school; row-level security narrows it to the scope."""
    found: dict[str, dict[str, int]] = {name: dict.fromkeys(_COUNTED, 0) for name, _, _ in _AGES}
    with connection.cursor() as cursor:
        cursor.execute(_STRUCTURE, {"lo": within.lo, "hi": within.hi, "on": on, "uncounted": list(UNCOUNTED)})
        for age, sex, persons, labour, ill, working, students in cursor.fetchall():
            group = found.setdefault(age, dict.fromkeys(_COUNTED, 0))
            group["men" if sex == "male" else "women"] += persons
            for key, value in (
                ("persons", persons),
                ("labour", labour),
                ("ill", ill),
                ("working", working),
                ("students", students),
            ):
                group[key] += value
    return {name: group for name, group in found.items() if group["persons"]}


def lacks(file: HouseholdFile, on: date) -> list[str]:
    """The names of the shortfalls that the household has on the day: the list's own conditions, on the rows of the file."""
    row, where = file.household, file.household.division
    found = {name for name, condition in OF_HOUSEHOLD.items() if _holds(condition, row)}
    found |= {name for name, condition in OF_MEMBERS.items() if any(_holds(condition, one) for one in file.present)}
    if _holds(shortfall("stale", where, on), row):
        found.add("stale")
    if file.incomes and file.incomes[0].per_capita < poverty_line(where, on):
        found.add("income")
    return [name for name in (*PROBLEMS, *DATED) if name in found]


def _holds(condition: Q, row: Household | Person) -> bool:
    """Whether a row meets a condition on its own columns, as SQL would: what is not known is not met."""
    if condition.negated:
        raise ValueError("only plain conditions are held against a row")
    parts: list[Any] = list(condition.children)
    met = (_holds(one, row) if isinstance(one, Q) else _meets(row, *one) for one in parts)
    return any(met) if condition.connector == Q.OR else all(met)


def _meets(row: Household | Person, lookup: str, wanted: Any) -> bool:
    name, _sep, how = lookup.partition("__")
    value = getattr(row, name)
    match how:
        case "isnull":
            return (value is None) is wanted
        case "":
            return value is not None and value == wanted
        case "in":
            return value in wanted
        case "lt":
            return value is not None and value < wanted
    raise ValueError(f"{lookup} is held against no row")


def village_forms(code: int, scope: Scope) -> list[Village]:
    """The forms of a village, the newest first."""
    return list(Village.objects.within(scope).filter(division=code).order_by("-year"))


def county_forms(code: int, scope: Scope) -> list[County]:
    """The forms of a county, the newest first."""
    return list(County.objects.within(scope).filter(division=code).order_by("-year"))


def counts_by_division(codes: Sequence[int]) -> dict[int, int]:
    """Households in the register inside each of the divisions (all of one level); one grouped read, within the scope."""
    if not codes:
        return {}
    span = Level(level_of(codes[0])).span
    inside = Scope.of(codes)
    low, high = inside.hull.lo, inside.hull.hi
    with connection.cursor() as cursor:
        cursor.execute(
            "select division / %s * %s, count(*) from registry_household"
            " where division >= %s and division < %s and status <> all(%s) group by 1",
            [span, span, low, high, list(UNCOUNTED)],
        )
        found = dict(cursor.fetchall())
    return {code: found.get(code, 0) for code in codes}
