"""Endpoints of sources, contracts, the calendar, deliveries and what the check found."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import Field

from zerentian.exchange import queries, services
from zerentian.exchange.models import Delivery
from zerentian.exchange.queries.calendar import calendar
from zerentian.exchange.rules.sources import Source
from zerentian.kernel.http import Request, attachment, require_known
from zerentian.kernel.paging import LONGEST, page
from zerentian.kernel.permissions import Permission

router = Router()
_SOURCE = {
    "id": "vehicles", "title": "机动车登记", "department": "public_security", "level": "province", "mode": "full",
    "cadence": "quarterly", "may_deliver": True,
}  # fmt: skip
_TERM = {
    "source": "vehicles", "division": 360000000000, "period": "2016-Q3", "due_on": "2016-10-10", "state": "late",
    "delivery": None,
}  # fmt: skip
_DELIVERY = {
    "id": 31, "receipt": "20161008-5C1A9F02", "source": "vehicles", "division": 360000000000, "period": "2016-Q3",
    "kind": "full", "way": "api", "state": "stored", "replaces": None, "unchanged_since": None,
    "later_period": None, "name": "vehicles-2016-Q3.csv.gz",
    "size": 104857600, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "rows": 6000000, "good": 5999210, "refused": 790, "without_number": 121, "nothing": False, "refused_by_column": {"购置价（元）": 790},
    "dropped_columns": ["电话"], "reasons": [], "has_errors": True, "delivered_at": "2016-10-08T01:30:00Z",
    "stored_at": "2016-10-08T01:42:10Z", "keep_until": "2017-04-06", "destroyed_at": None,
}  # fmt: skip
_CONTRACT = {
    "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
    "fields": [{"name": "plate", "type": "string", "title": "号牌号码", "constraints": {"required": True}}],
    "primaryKey": ["plate"],
}  # fmt: skip


class SourceOut(Schema):
    """A source that the department delivers, or that the token may look at."""

    model_config = {"json_schema_extra": {"examples": [_SOURCE]}}
    id: str
    title: str
    department: str
    level: str
    mode: str
    cadence: str
    may_deliver: bool


class TermOut(Schema):
    """A delivery that is owed: state is came, came_late, late or open."""

    model_config = {"json_schema_extra": {"examples": [_TERM]}}
    source: str
    division: int
    period: str
    due_on: date
    state: str
    delivery: int | None


class DeliveryOut(Schema):
    """A delivery with its receipt and what the check found; no value of anybody stands in it.

    `nothing`: an increment without rows, which says that nothing happened in its period. `unchanged_since`: the delivery
    that brought the same whole table before; this one counts for its own period, and its rows stand under that one.
    `later_period`: of the table that had come before this one, which counts for its period and changes nothing.
    """

    model_config = {"json_schema_extra": {"examples": [_DELIVERY]}}
    id: int
    receipt: str
    source: str
    division: int
    period: str
    kind: str
    way: str
    state: str
    replaces: int | None
    unchanged_since: int | None
    later_period: str | None
    name: str
    size: int
    sha256: str
    rows: int
    good: int
    refused: int
    without_number: int
    nothing: bool
    refused_by_column: dict[str, int]
    dropped_columns: list[str]
    reasons: list[str]
    has_errors: bool
    delivered_at: datetime
    stored_at: datetime | None
    keep_until: date | None
    destroyed_at: datetime | None


class DeliveryPage(Schema):
    """Some deliveries, and the cursor of the next ones."""

    items: list[DeliveryOut]
    next: str | None


class ReasonIn(Schema):
    """Why something is taken back."""

    model_config = {"json_schema_extra": {"examples": [{"reason": "导出条件写错，缺少注销车辆"}]}, "extra": "forbid"}
    reason: Annotated[str, Field(min_length=2, max_length=300)]


def told(row: Delivery) -> dict[str, Any]:
    """A delivery as programs receive it."""
    kept = (
        "id", "receipt", "source", "division", "period", "kind", "way", "state", "name", "size", "sha256", "good",
        "refused", "reasons", "delivered_at", "stored_at", "keep_until", "destroyed_at",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in kept},
        "replaces": row.replaces_id,
        "unchanged_since": row.unchanged_since_id,
        "later_period": row.counts.get("later_period") or None,
        "rows": row.row_count,
        "without_number": row.counts.get("without_number", 0),
        "nothing": row.nothing_in != "",
        "refused_by_column": row.counts.get("by_column", {}),
        "dropped_columns": row.counts.get("dropped", []),
        "has_errors": row.errors_file_id is not None,
    }


def _look(request: Request) -> None:
    if not request.actor.may(Permission.EXCHANGE_VIEW):
        request.actor.require(Permission.EXCHANGE_DELIVER)


def _source(request: Request, name: str) -> Source:
    _look(request)
    found = next((one for one in queries.visible_sources(request.actor) if one.id == name), None)
    if found is None:
        raise Http404
    return found


def _delivery(request: Request, delivery_id: int) -> Delivery:
    _look(request)
    found = queries.delivery(request.actor, delivery_id) if delivery_id < 2**63 else None
    if found is None:
        raise Http404
    return found


@router.get("/sources", response=list[SourceOut], summary=_("数据来源"), description=_("本部门交付的数据来源。"))
def list_sources(request: Request) -> list[dict[str, Any]]:
    """The sources that the token may look at."""
    _look(request)
    return [
        {
            "id": one.id, "title": one.file.title.zh, "department": one.file.department, "level": one.file.level,
            "mode": one.file.mode, "cadence": one.file.cadence, "may_deliver": queries.delivers(request.actor, one),
        }
        for one in queries.visible_sources(request.actor)
    ]  # fmt: skip


@router.get(
    "/sources/{slug:name}/contract",
    response=dict[str, Any],
    summary=_("交付约定"),
    description=_("来源的列、类型和约束，格式为 Table Schema，可用 frictionless 等公开工具先行检查文件。"),
    openapi_extra={"responses": {200: {"content": {"application/json": {"schema": {"examples": [_CONTRACT]}}}}}},
)
def read_contract(request: Request, name: str) -> dict[str, Any]:
    """The contract as a Table Schema."""
    return queries.descriptor(_source(request, name))


@router.get(
    "/calendar",
    response=list[TermOut],
    summary=_("交付日历"),
    description=_(
        "去年以来应交付的各期：期限、状态（came 已交、came_late 迟交、late 逾期未交、open 未到期）和交付编号。"
    ),
)
def list_calendar(request: Request) -> list[dict[str, Any]]:
    """What is owed, by whom it is asked."""
    _look(request)
    return [
        {
            "source": line.source.id, "division": line.division, "period": line.term.period, "due_on": line.term.due_on,
            "state": line.state, "delivery": line.delivery.pk if line.delivery else None,
        }
        for line in calendar(request.actor, timezone.localdate())
    ]  # fmt: skip


@router.get(
    "/deliveries",
    response=DeliveryPage,
    summary=_("交付列表"),
    description=_("本部门的交付，可按来源 source、状态 state 和所属期 period 筛选。"),
)
def list_deliveries(
    request: Request,
    source: str = "",
    state: str = "",
    period: str = "",
    cursor: str = "",
    limit: Annotated[int, Field(ge=1, le=LONGEST)] = 100,
) -> dict[str, Any]:
    """The department's own deliveries."""
    _look(request)
    require_known("source", source, [one.id for one in queries.visible_sources(request.actor)])
    require_known("state", state, Delivery.State.values)
    rows = queries.deliveries(request.actor)
    for name, value in (("source", source), ("state", state), ("period", period)):
        rows = rows.filter(**{name: value}) if value else rows
    found, following = page(rows, cursor, limit)
    return {"items": [told(row) for row in found], "next": following}


@router.get(
    "/deliveries/{int:delivery_id}",
    response=DeliveryOut,
    summary=_("一次交付"),
    description=_("回执、检查进度和结果：读入、收妥、不合格的行数，未约定而未保存的列，退回理由。"),
)
def read_delivery(request: Request, delivery_id: int) -> dict[str, Any]:
    """One delivery with its receipt."""
    return told(_delivery(request, delivery_id))


@router.get(
    "/deliveries/{int:delivery_id}/errors",
    response=str,
    summary=_("错误清单"),
    description=_("CSV：行、列、问题；不含任何值。没有错误时答复 404。"),
    openapi_extra={"responses": {200: {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def read_errors(request: Request, delivery_id: int) -> HttpResponse:
    """The error file."""
    found = _delivery(request, delivery_id)
    path = queries.errors_of(found)
    if path is None:
        raise Http404
    return attachment(path, f"errors-{found.receipt}.csv", "text/csv")


@router.post(
    "/deliveries/{int:delivery_id}/withdraw",
    response=DeliveryOut,
    summary=_("撤回交付"),
    description=_("写明理由；它的数据不再参加比对，被它覆盖的数据恢复。"),
)
def withdraw(request: Request, delivery_id: int, given: ReasonIn) -> dict[str, Any]:
    """Take a delivery back."""
    found = _delivery(request, delivery_id)
    return told(services.withdraw(delivery_id=found.pk, reason=given.reason, by=request.actor))
