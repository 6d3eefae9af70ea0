"""The list of households: its search, its filters, its pages by cursor."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zerentian.kernel.privacy import token
from zerentian.kernel.scope import Scope
from zerentian.registry.models import (
    OUT_OF_SCHOOL,
    UNCOUNTED,
    UNINSURED,
    UNSAFE_HOUSE,
    UNSAFE_WATER,
    WITHOUT_HELPER,
    Household,
    HouseholdIncome,
    Person,
)
from zerentian.registry.rules import identity
from zerentian.registry.rules.freshness import months_before
from zerentian.registry.rules.standards import STANDING_POOR
from zerentian.rulebook import queries as rulebook

PAGE = 50
COUNTED = 1_000  # the list counts no further: counting a province takes longer than reading a page
LAST = chr(0x10FFFF)
PROVINCE = 360_000_000_000  # whose numbers hold where no area is chosen

# Shortfalls by which the list can be narrowed: of the household itself, and of one of its members.
OF_HOUSEHOLD: dict[str, Q] = {
    "housing": UNSAFE_HOUSE,
    "water": UNSAFE_WATER,
    "food": Q(food_secured=False),
    "clothing": Q(clothing_secured=False),
    "grid": Q(grid_id__isnull=True),
}
OF_MEMBERS: dict[str, Q] = {"education": OUT_OF_SCHOOL, "medical": UNINSURED}
PROBLEMS: dict[str, Q] = OF_HOUSEHOLD | {
    name: Q(Exists(Person.objects.filter(condition, household=OuterRef("pk"))))
    for name, condition in OF_MEMBERS.items()
}
DATED = ("income", "stale")  # shortfalls against a number of the rulebook
ORDERS = {"place": ("division", "id"), "name": ("head_name", "id"), "-newest": ("-id",)}


STILL_POOR = "standing_poor"  # whoever has not left poverty, also marked for exit or returned


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed by."""

    text: str = ""
    area: int | None = None
    status: str = ""
    household_type: str = ""
    cause: str = ""
    problem: str = ""
    helper: str = ""  # with | without
    gone: bool = False


class Listed(NamedTuple):
    """What the list shows of a household: no sealed field is opened for it."""

    pk: int
    division: int
    head_name: str
    number: str
    size: int
    status: str
    household_type: str
    cause: str
    house_grade: str
    water_safe: bool | None
    helper_name: str
    confirmed_on: date | None


class Income(NamedTuple):
    """The last recorded year of a household, as lists show it."""

    household_id: int
    year: int
    per_capita: Decimal


class _Known(Protocol):
    """A household, whole or as the list has it."""

    @property
    def pk(self) -> Any: ...


_Home = TypeVar("_Home", bound=_Known)


@dataclass(frozen=True, slots=True)
class Line(Generic[_Home]):
    """One household in a list."""

    household: _Home
    income: Income | None
    out_of_school: int
    uninsured: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of the list: lines, and the cursors before and after."""

    lines: tuple[Line[Listed], ...]
    next: str
    previous: str


def households(scope: Scope, wanted: Wanted) -> "QuerySet[Household]":
    """The households of the scope that are wanted."""
    rows: QuerySet[Household] = Household.objects.within(scope)
    if wanted.area is not None:
        rows = rows.inside(wanted.area)  # type: ignore[attr-defined]
    if wanted.status == STILL_POOR:
        rows = rows.filter(status__in=tuple(STANDING_POOR))
    status = "" if wanted.status == STILL_POOR else wanted.status
    plain = {"status": status, "household_type": wanted.household_type, "cause": wanted.cause}
    rows = rows.filter(**{key: value for key, value in plain.items() if value})
    if not wanted.gone and not wanted.status:
        rows = rows.exclude(status__in=UNCOUNTED)
    if wanted.problem:
        rows = rows.filter(shortfall(wanted.problem, wanted.area or PROVINCE, timezone.localdate()))
    if wanted.helper:
        rows = rows.exclude(WITHOUT_HELPER) if wanted.helper == "with" else rows.filter(WITHOUT_HELPER)
    return rows.filter(matching(wanted.text)) if wanted.text.strip() else rows


def shortfall(problem: str, division: int, on: date) -> Q:
    """The condition of a shortfall; a dated one reads the rulebook's number for the division on the day."""
    if problem == "stale":
        months = int(rulebook.parameter("quality.confirmation.months", division, on))
        return Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=months_before(on, months))
    if problem == "income":
        line = poverty_line(division, on)
        newer = HouseholdIncome.objects.filter(household=OuterRef("household"), year__gt=OuterRef("year"))
        latest = HouseholdIncome.objects.filter(~Exists(newer), household=OuterRef("pk"))
        return Q(Exists(latest.filter(per_capita__lt=line)))
    return PROBLEMS[problem]


def poverty_line(division: int, on: date) -> Decimal:
    """The yearly income a head below which a household is poor, in the division on the day."""
    return Decimal(rulebook.parameter("poverty.line", division, on))


def matching(text: str) -> Q:
    """Households by number, identity number (whole or masked), phone, name, pinyin or initials of a member.

    Every form is an equality or a range, which row-level security lets the indexes serve.
    """
    word = text.strip()
    member = _of_member(word)
    if member is not None:
        found = _of_persons(member)
        return found if word.isascii() or "*" in word else found | _prefix("head_name", word)
    if word.isdigit() and len(word) == 11 and word.startswith("1"):
        return Q(phone_token=token(word, "phone"))
    return _prefix("number", word.upper())


def _of_member(word: str) -> Q | None:
    """The condition on persons, where the word can be about one: identity number, name, pinyin or initials."""
    if "*" in word:
        return Q(id_mask=word.upper())
    number = identity.normal_one(word)
    if len(number) in (18, 20, 22) and number[:17].isdigit() and "H" not in number:
        return Q(id_token=token(number[:18], "person.id"))
    if word[:1].isdigit():
        return None
    if word.isascii():
        low = word.lower().replace(" ", "")
        return _prefix("pinyin", low) | _prefix("initials", low)
    return _prefix("name", word)


def members_found(found: Iterable[_Known], text: str) -> dict[int, str]:
    """Household → the members other than its head that a search found; their names, as the file shows them."""
    member = _of_member(text.strip()) if text.strip() else None
    if member is None:
        return {}
    rows = Person.objects.filter(member, household__in=[row.pk for row in found], left_on__isnull=True)
    names: dict[int, list[str]] = defaultdict(list)
    for household, name in rows.exclude(relation="head").order_by("id").values_list("household_id", "name"):
        names[household].append(name)
    return {household: "、".join(known[:3]) for household, known in names.items()}


def _prefix(field: str, text: str) -> Q:
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})


def _of_persons(found: Q) -> Q:
    return Q(pk__in=Person.objects.filter(found, left_on__isnull=True).values("household_id"))


def page_of(rows: "QuerySet[Household]", *, order: str = "place", after: str = "", before: str = "") -> Slice:
    """One page from the cursor on; a wrong cursor gives the first page."""
    keys = ORDERS.get(order, ORDERS["place"])
    backwards = bool(before) and not after
    bound = _bound(before if backwards else after, keys)
    if bound is not None:
        rows = rows.filter(_beyond(keys, bound, backwards))
    ordered = rows.order_by(*(_turned(keys) if backwards else keys))[: PAGE + 1]
    found = [Listed._make(row) for row in ordered.values_list(*Listed._fields)]
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bound is not None)
    return Slice(
        tuple(lines_of(found)),
        _cursor(found[-1], keys) if found and has_next else "",
        _cursor(found[0], keys) if found and has_previous else "",
    )


def _turned(keys: Sequence[str]) -> list[str]:
    return [key[1:] if key.startswith("-") else f"-{key}" for key in keys]


def _cursor(row: Listed, keys: Sequence[str]) -> str:
    values = {**row._asdict(), "id": row.pk}
    return "~".join(str(values[key.lstrip("-")]) for key in keys)


def _bound(text: str, keys: Sequence[str]) -> list[Any] | None:
    parts = text.split("~")
    if not text or len(parts) != len(keys):
        return None
    values: list[Any] = []
    for key, part in zip(keys, parts, strict=True):
        if key == "head_name":
            values.append(part)
        elif part.isdecimal() and len(part) < 19:
            values.append(int(part))
        else:
            return None
    return values


def _beyond(keys: Sequence[str], bound: Sequence[Any], backwards: bool) -> Q:
    """Rows after (or before) the bound, in the order of the keys."""
    first, value = keys[0].lstrip("-"), bound[0]
    side = "lt" if backwards != keys[0].startswith("-") else "gt"
    if len(keys) == 1:
        return Q(**{f"{first}__{side}": value})
    # The plain range on the first key lets the index begin there.
    rest = _beyond(keys[1:], bound[1:], backwards)
    return Q(**{f"{first}__{side}e": value}) & (Q(**{f"{first}__{side}": value}) | rest)


def lines_of(found: Sequence[_Home]) -> list[Line[_Home]]:
    """The households with their latest income and what their members lack."""
    ids = [row.pk for row in found]
    incomes, lacking = latest_incomes(ids), _lacking(ids)
    return [Line(row, incomes.get(row.pk), *lacking.get(row.pk, (0, 0))) for row in found]


def _lacking(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Household → how many of its members are out of school, how many are not insured."""
    counts = {"school": Count("pk", filter=OUT_OF_SCHOOL), "medical": Count("pk", filter=UNINSURED)}
    rows = Person.objects.filter(household__in=ids).values_list("household_id").annotate(**counts).order_by()
    return {household: (school, medical) for household, school, medical in rows}


def latest_incomes(ids: Iterable[int]) -> dict[int, Income]:
    """The last recorded year of each household."""
    rows = HouseholdIncome.objects.filter(household__in=list(ids)).order_by("household_id", "-year")
    found = rows.distinct("household_id").values_list(*Income._fields)
    return {row[0]: Income._make(row) for row in found}


def count_of(rows: "QuerySet[Household]", *, in_full: bool = False) -> tuple[int, bool]:
    """How many, and whether there are more than counted; `in_full` for areas small enough to count."""
    if in_full:
        return rows.order_by().count(), False
    n = rows.order_by()[: COUNTED + 1].count()
    return min(n, COUNTED), n > COUNTED
