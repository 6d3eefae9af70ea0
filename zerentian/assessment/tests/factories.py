"""A small 兴国县 with bodies, posts, households and persons, some of them short of what the duties ask for."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, NEIGHBOUR, TOWNSHIPS, VILLAGES
from zerentian.assessment.queries.measures import bound_measure
from zerentian.kernel import snapshots
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.scope import Level, level_of
from zerentian.organisations.models import Appointment, Assignment, Body, Grid, Post
from zerentian.registry.models import County, Household, HouseholdIncome, Person, Village
from zerentian.rulebook import queries as rulebook

PROVINCE, CITY = 360000000000, 360700000000
START = date(2020, 1, 1)
PLACES = (PROVINCE, CITY, COUNTY, NEIGHBOUR, *TOWNSHIPS, *VILLAGES)


def body(division: int, kind: str, superior: Body | None = None, **more: Any) -> Body:
    """A body with the staff, premises and funds that every rule asks for, unless told otherwise."""
    facts: dict[str, Any] = {
        "staff_quota": 12, "staff_actual": 12, "premises": True, "budget": Decimal(10_000),
        "budget_year": timezone.localdate().year,
    } | more  # fmt: skip
    return Body.objects.create(
        division=division, code=f"B{Body.objects.count()}", kind=kind, level=int(level_of(division)),
        name=f"{division}{kind}", superior=superior, **facts,
    )  # fmt: skip


def seat(of: Body, kind: str, *, first: bool = False, held: bool = True, starts_on: date = START) -> Post:
    """A post of a body, held since `starts_on` unless told otherwise."""
    post = Post.objects.create(
        body=of, division=of.division, code=f"P{Post.objects.count()}", kind=kind, title=kind,
        is_first_answerable=first,
    )  # fmt: skip
    if held:
        Appointment.objects.create(post=post, division=of.division, person_name="某人", starts_on=starts_on)
    return post


def household(division: int, number: int, **more: Any) -> Household:
    """A household that passes every check, with one member and last year's income, unless told otherwise."""
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "head_name": "张三", "size": 1, "standard": "national", "household_type": "general", "cause": "illness",
        "status": "exited", "identified_on": date(2016, 1, 1), "exited_on": date(today.year - 1, 11, 30),
        "house_grade": "a", "water_safe": True, "helper_name": "李四", "confirmed_on": today - timedelta(days=30),
    } | more  # fmt: skip
    found = Household.objects.create(division=division, number=f"{division}{number:03d}", **facts)
    Person.objects.create(
        household=found, division=division, number=f"{found.number}01", name="张三", relation="head", sex="male",
        birth_on=date(1970, 1, 1), education="primary", health="healthy", labour="ordinary", id_valid=True,
        school_status="not_student", has_resident_medical=True,
    )  # fmt: skip
    HouseholdIncome.objects.create(
        household=found, division=division, year=today.year - 1, period_from=date(today.year - 1, 1, 1),
        period_to=date(today.year - 1, 12, 31), size=1, wage=Decimal("8000.50"), business=Decimal(1000),
        other_transfer=Decimal(500), net=Decimal("9500.50"), per_capita=Decimal("9500.50"),
    )  # fmt: skip
    return found


def province() -> dict[str, Any]:
    """The whole chain with two townships and four villages; what falls short is named in the answer.

    Village 0: one household outside the grid, one exited below the line, a chief's post empty in township 1.
    """
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        made: dict[str, Any] = {"main": {}}
        for place in PLACES:
            level = level_of(place)
            above = {Level.CITY: PROVINCE, Level.COUNTY: CITY, Level.TOWNSHIP: COUNTY}.get(level, place // 1000 * 1000)
            superior = made["main"].get(above)
            kind = "village_committee" if level is Level.VILLAGE else "party_government"
            made["main"][place] = main = body(place, kind, superior)
            if level is Level.VILLAGE:
                _village(made, main)
            else:
                seat(main, "party_chief", first=True)
                seat(main, "government_chief", held=place != TOWNSHIPS[1])
                body(place, "township_station" if level is Level.TOWNSHIP else "poverty_office", main)
        for code, kind in ((COUNTY, "national"), (NEIGHBOUR, "national")):
            County.objects.create(division=code, year=2025, kind=kind, rural_population=1000)
        made["unit"] = body(VILLAGES[0], "assigned_unit", made["main"][TOWNSHIPS[0]])
        Assignment.objects.create(kind="assigned_unit", body=made["unit"], division=VILLAGES[0], starts_on=START)
        _short(made)
    return made


def _village(made: dict[str, Any], main: Body) -> None:
    place = main.division
    seat(main, "village_secretary", first=True)
    seat(main, "village_director")
    seat(main, "committee_member")
    keeper = seat(main, "grid_keeper")
    body(place, "village_workroom", main)
    grid = Grid.objects.create(division=place, name="第一网格", keeper_post=keeper)
    leader = Post.objects.filter(division=place // 1000 * 1000, kind="party_chief").first()
    for kind in ("area", "village"):
        Assignment.objects.create(kind=kind, post=leader, division=place, starts_on=START)
    Village.objects.create(
        division=place, year=2025, kind="poor" if place == VILLAGES[0] else "ordinary", population=10,
        exited_on=date(2021, 1, 1) if place == VILLAGES[0] else None,
    )  # fmt: skip
    made.setdefault("households", {})[place] = [household(place, n, grid_id=grid.pk) for n in range(1, 6)]


def _short(made: dict[str, Any]) -> None:
    first, second = made["households"][VILLAGES[0]][:2]
    first.grid_id = None
    first.save()
    second.incomes.update(per_capita=Decimal(100))
    made["ungridded"], made["untrue"] = first, second


Counted = tuple[tuple[int, int] | None, dict[int, str]]


def counted(*measures: str, on: date | None = None) -> dict[str, Counted]:
    """The village's figure and why each case falls short, after both engines gave the same."""
    found: dict[str, Counted] = {}
    manifest = snapshots.take(on or timezone.localdate())
    with snapshots.session(manifest.folder) as duck, unit(system(), writes=False), connection.cursor() as cursor:
        for name in measures:
            bound = bound_measure(rulebook.measures()[name], on or timezone.localdate())
            answers = []
            for sql in (bound.sql, bound.evidence):
                cursor.execute(f"select * from ({sql}) q")
                answers.append(_plain(cursor.fetchall()))
                assert answers[-1] == _plain(duck.execute(sql).fetchall()), name
            figures, rows = answers
            own = {row[0]: (int(row[1]), int(row[2])) for row in figures}
            found[name] = own.get(VILLAGES[0]), {row[0]: row[4] for row in rows}
    return found


def _plain(rows: list[Any]) -> list[Any]:
    return sorted(tuple(int(v) if isinstance(v, Decimal) else v for v in row) for row in rows)
