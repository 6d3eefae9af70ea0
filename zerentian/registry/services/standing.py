"""How a household, village or county stands on a day, read from the register for the pure standards."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from zerentian.registry.models import Household, HouseholdIncome, Person, RollingIncome, Village
from zerentian.registry.rules.income import rolling_window
from zerentian.registry.rules.standards import Bar, CountyBar, Living, Member, VillageFacts
from zerentian.rulebook import queries as rulebook


def livings_of(homes: Sequence[Household], on: date) -> dict[int, Living]:
    """What the register knows of households, by key; the income of each is the latest that began before the day."""
    keys = [home.pk for home in homes]
    incomes = HouseholdIncome.objects.filter(household__in=keys, year__lte=on.year).order_by("year")
    latest = {income.household_id: income for income in incomes}
    members: dict[int, list[Member]] = defaultdict(list)
    for person in Person.objects.filter(household__in=keys, left_on__isnull=True).only(*_ASKED).order_by("id"):
        members[person.household_id].append(_member(person))
    return {home.pk: _living(home, latest.get(home.pk), members[home.pk], on) for home in homes}


def window_of(division: int, on: date) -> tuple[date, date]:
    """The months whose income counts when a household at the edge is looked at on the day."""
    return rolling_window(on, int(rulebook.parameter("monitoring.income_months", division, on)))


def rolling_of(ends: Mapping[int, Collection[date]]) -> dict[int, Decimal]:
    """Household → income per head of the newest rolling window, of those that end on one of its days."""
    rows = RollingIncome.objects.filter(household__in=list(ends)).order_by("period_to")
    return {row.household_id: row.per_capita for row in rows if row.period_to in ends[row.household_id]}


_ASKED = (
    "household_id", "name", "birth_on", "school_status", "dropout_reason", "has_resident_medical", "has_employee_medical",
)  # fmt: skip


def _living(home: Household, income: HouseholdIncome | None, members: Sequence[Member], on: date) -> Living:
    return Living(
        status=home.status,
        year=income.year if income else None,
        per_capita=income.per_capita if income else None,
        food=home.food_secured,
        clothing=home.clothing_secured,
        house_grade=home.house_grade,
        house_repaired=bool(home.house_repaired_on and home.house_repaired_on <= on),
        water_safe=home.water_safe,
        water_minutes=home.water_minutes,
        members=tuple(members),
    )


def _member(person: Person) -> Member:
    covered = (person.has_resident_medical, person.has_employee_medical)
    insured = True if True in covered else (None if covered == (None, None) else False)
    excused = person.dropout_reason == "unfit"
    return Member(person.name, person.birth_on, person.school_status, excused, insured)


def bar_of(division: int, line: str, year: int | None, on: date) -> Bar:
    """The line of the year in which the income was made, and what else is asked on the day."""
    found = _number(line, division, date(year, 12, 31)) if year else None
    minutes = _number("water.carry_minutes", division, on)
    return Bar(line=found, carry_minutes=None if minutes is None else int(minutes))


def county_bar(division: int, on: date) -> CountyBar:
    """The thresholds of a county's exit on the day."""
    rates = rulebook.parameters("exit.county", division, on)
    names = ("incidence_limit", "wrong_exit_limit", "missed_limit", "approval_minimum")
    return CountyBar(*(Decimal(str(rates[name])) for name in names))


def village_facts(division: int, on: date) -> VillageFacts | None:
    """The village form of the year, or the one before; the poor are counted in the register, not in the form."""
    form = Village.objects.filter(division=division, year__in=(on.year, on.year - 1)).order_by("-year").first()
    if form is None:
        return None
    poor = Person.objects.filter(
        household__division=division, household__status__in=("poor", "pre_exit", "returned"), left_on__isnull=True
    ).count()
    return VillageFacts(form.status, form.population, poor, form.without_safe_water, form.dangerous_houses)


def _number(name: str, division: int, on: date) -> Decimal | None:
    """A parameter of the day; None before its first value."""
    try:
        return Decimal(str(rulebook.parameter(name, division, on)))
    except KeyError:
        return None
