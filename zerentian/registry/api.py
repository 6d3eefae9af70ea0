"""Read endpoints of households: within the token's area, personal data masked, every reading noted."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from zerentian.kernel.http import Request, area_asked, require_known
from zerentian.kernel.paging import LONGEST, page
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import mask_name, mask_phone
from zerentian.kernel.reads import note_reading
from zerentian.registry import queries
from zerentian.registry.models import Household, HouseholdIncome, Person
from zerentian.registry.queries import DATED, PROBLEMS, Line, Wanted
from zerentian.rulebook import queries as rulebook
from zerentian.territory import queries as territory

router = Router(tags=["registry"])
_HOUSEHOLD = {
    "id": 20815, "number": "H36073210020000017", "division": 360732100200, "place": "江西省赣州市兴国县潋江镇",
    "status": "exited", "household_type": "general", "cause": "illness", "size": 4, "head_name": "钟**",
    "identified_on": "2014-06-30", "exited_on": "2018-12-20", "returned_on": None, "confirmed_on": "2026-09-15",
    "per_capita": "9840.25", "income_year": 2025, "pupils_out_of_school": 0, "persons_uninsured": 0,
}  # fmt: skip


class HouseholdOut(Schema):
    """A household; names are masked, incomes are yuan a year and head."""

    model_config = {"json_schema_extra": {"examples": [_HOUSEHOLD]}}
    id: int
    number: str
    division: int
    place: str
    status: str
    household_type: str
    cause: str
    size: int
    head_name: str
    identified_on: date | None
    exited_on: date | None
    returned_on: date | None
    confirmed_on: date | None
    per_capita: Decimal | None
    income_year: int | None
    pupils_out_of_school: int
    persons_uninsured: int


class HouseholdPage(Schema):
    """Some households, and the cursor of the next ones."""

    items: list[HouseholdOut]
    next: str | None


class PersonOut(Schema):
    """A member of a household; name and identity number are masked."""

    number: str
    name: str
    id_number: str
    relation: str
    sex: str
    birth_year: int | None
    joined_on: date | None
    left_on: date | None


class IncomeOut(Schema):
    """A year's income in yuan."""

    year: int
    wage: Decimal | None
    business: Decimal | None
    production_cost: Decimal | None
    net: Decimal
    per_capita: Decimal
    size: int


class HouseholdFile(HouseholdOut):
    """A household with members, incomes, grid and helper."""

    phone: str
    helper_name: str
    helper_unit: str
    grid: str
    water_safe: bool | None
    is_relocated: bool | None
    persons: list[PersonOut]
    incomes: list[IncomeOut]


@router.get(
    "/households",
    response=HouseholdPage,
    summary=_("户列表"),
    description=_(
        "令牌区划内的户，可按区划 area、状态 status、保障短板 problem 和编号或姓名 q 筛选；姓名遮盖，读取留有记录。"
    ),
)
def list_households(
    request: Request,
    area: str = "",
    status: str = "",
    problem: str = "",
    q: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST)] = 100,
) -> dict[str, Any]:
    """Households of the token's area."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    require_known("status", status, rulebook.code_list("poverty_status").keys)
    require_known("problem", problem, (*PROBLEMS, *DATED))
    wanted = Wanted(text=q[:60], area=area_asked(area), status=status, problem=problem)
    found, following = page(queries.households(request.actor.scope, wanted), cursor, limit)
    if found:
        note_reading(page="api.households", division=request.actor.division, rows=len(found))
    return {"items": [_out(line) for line in queries.lines_of(found)], "next": following}


@router.get(
    "/households/{int:household_id}",
    response=HouseholdFile,
    summary=_("一户档案"),
    description=_("户、成员、历年收入、网格和帮扶责任人；姓名、证件号码和电话遮盖，读取留有记录。"),
)
def read_household(request: Request, household_id: int) -> dict[str, Any]:
    """One household of the token's area."""
    request.actor.require(Permission.HOUSEHOLD_VIEW)
    found = queries.household_file(household_id, request.actor.scope, timezone.localdate())
    if found is None:
        raise Http404
    row = found.household
    note_reading(page="api.household", household_id=row.pk, division=row.division)
    (line,) = queries.lines_of([row])
    return {
        **_out(line),
        "phone": mask_phone(row.phone),
        "helper_name": mask_name(row.helper_name),
        "helper_unit": row.helper_unit,
        "grid": found.grid,
        "water_safe": row.water_safe,
        "is_relocated": row.is_relocated,
        "persons": [_person(person) for person in (*found.present, *found.gone)],
        "incomes": [_income(income) for income in found.incomes],
    }


def _out(line: Line[Household]) -> dict[str, Any]:
    row = line.household
    kept = (
        "id", "number", "division", "status", "household_type", "cause", "size", "identified_on", "exited_on",
        "returned_on", "confirmed_on",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in kept},
        "place": territory.full_name(row.division),
        "head_name": mask_name(row.head_name),
        "per_capita": line.income.per_capita if line.income else None,
        "income_year": line.income.year if line.income else None,
        "pupils_out_of_school": line.out_of_school,
        "persons_uninsured": line.uninsured,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "number": person.number,
        "name": mask_name(person.name),
        "id_number": person.id_mask,
        "relation": person.relation,
        "sex": person.sex,
        "birth_year": person.birth_on.year if person.birth_on else None,
        "joined_on": person.joined_on,
        "left_on": person.left_on,
    }


def _income(income: HouseholdIncome) -> dict[str, Any]:
    kept = ("year", "wage", "business", "production_cost", "net", "per_capita", "size")
    return {name: getattr(income, name) for name in kept}
