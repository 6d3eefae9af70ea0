"""Read endpoints of bodies and who holds their posts."""

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
from zerentian.kernel.privacy import mask_phone
from zerentian.organisations import queries
from zerentian.organisations.models import Body, BodyKind
from zerentian.territory import queries as territory

router = Router(tags=["organisations"])
_BODY = {
    "id": 1280, "code": "360732-office", "division": 360732000000, "place": "江西省赣州市兴国县",
    "kind": "poverty_office", "level": 3, "department": "", "name": "兴国县扶贫和移民办公室", "superior": 118,
    "has_tasks": True, "staff_quota": 26, "staff_actual": 24, "premises": True, "budget": "4200000.00",
    "budget_year": 2026, "founded_on": "2002-05-01", "ended_on": None,
}  # fmt: skip


class BodyOut(Schema):
    """A body that answers for duties; the budget in yuan."""

    model_config = {"json_schema_extra": {"examples": [_BODY]}}
    id: int
    code: str
    division: int
    place: str
    kind: str
    level: int
    department: str
    name: str
    superior: int | None
    has_tasks: bool
    staff_quota: int | None
    staff_actual: int | None
    premises: bool | None
    budget: Decimal | None
    budget_year: int | None
    founded_on: date | None
    ended_on: date | None


class BodyPage(Schema):
    """Some bodies, and the cursor of the next ones."""

    items: list[BodyOut]
    next: str | None


class SeatOut(Schema):
    """A post and who holds it today; phones are masked."""

    post: int
    kind: str
    title: str
    is_first_answerable: bool
    holder: str | None
    since: date | None
    phone: str


class SeatedBody(BodyOut):
    """A body with its posts."""

    seats: list[SeatOut]


class BodyFile(SeatedBody):
    """A body with its posts and how many bodies stand directly below it."""

    below: int


class RungOut(Schema):
    """One level of the chain and its bodies."""

    division: int
    name: str
    level: int
    bodies: list[SeatedBody]


@router.get(
    "/bodies",
    response=BodyPage,
    summary=_("机构列表"),
    description=_("令牌区划内的机构，可按区划 area、类别 kind、名称或编码 q 筛选。"),
)
def list_bodies(
    request: Request,
    area: str = "",
    kind: str = "",
    q: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST)] = 100,
) -> dict[str, Any]:
    """Bodies in the token's area."""
    request.actor.require(Permission.BODY_VIEW)
    require_known("kind", kind, BodyKind.values)
    rows = queries.bodies(request.actor.scope, text=q[:60], kind=kind, area=area_asked(area))
    found, following = page(rows, cursor, limit)
    return {"items": [_out(body) for body in found], "next": following}


@router.get(
    "/bodies/{int:body_id}",
    response=BodyFile,
    summary=_("一个机构"),
    description=_("机构、岗位和现任人员，电话遮盖；上级机构也可读。"),
)
def read_body(request: Request, body_id: int) -> dict[str, Any]:
    """One body of the token's area or above it, with its seats."""
    request.actor.require(Permission.BODY_VIEW)
    found = queries.body_page(body_id, request.actor.scope, timezone.localdate())
    if found is None:
        raise Http404
    return {**_file(found.standing), "below": found.below}


@router.get(
    "/chain/{area}",
    response=list[RungOut],
    summary=_("责任链"),
    description=_("从一个区划逐级向上到省：各级的机构、岗位和现任人员，电话遮盖。"),
)
def read_chain(request: Request, area: str) -> list[dict[str, Any]]:
    """The chain of bodies from a division up to the province."""
    request.actor.require(Permission.BODY_VIEW)
    code = area_asked(area)
    if code is None or not territory.exists(code) or not request.actor.scope.touches(code):
        raise Http404
    rungs = queries.chain(code, request.actor.scope, timezone.localdate())
    return [
        {
            "division": rung.division,
            "name": rung.name,
            "level": int(rung.level),
            "bodies": [_file(standing) for standing in rung.standings],
        }
        for rung in rungs
    ]


def _file(standing: queries.Standing) -> dict[str, Any]:
    return {**_out(standing.body), "seats": [_seat(seat) for seat in standing.seats]}


def _out(body: Body) -> dict[str, Any]:
    kept = (
        "id", "code", "kind", "level", "department", "name", "has_tasks", "staff_quota", "staff_actual", "premises",
        "budget", "budget_year", "founded_on", "ended_on",
    )  # fmt: skip
    return {
        **{name: getattr(body, name) for name in kept},
        "division": body.division,
        "place": territory.full_name(body.division),
        "superior": body.superior_id,
    }


def _seat(seat: queries.Seat) -> dict[str, Any]:
    held = seat.holder
    return {
        "post": seat.post.pk,
        "kind": seat.post.kind,
        "title": seat.post.title,
        "is_first_answerable": seat.post.is_first_answerable,
        "holder": held.person_name if held else None,
        "since": held.starts_on if held else None,
        "phone": mask_phone(held.phone) if held else "",
    }
