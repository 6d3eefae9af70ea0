"""Read endpoints of notices: what was posted where and when, with the list that the public page shows now."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from zerentian.disclosure import queries
from zerentian.disclosure.models import Notice
from zerentian.disclosure.queries import Sheet, Wanted
from zerentian.kernel.http import Request, area_asked, require_known
from zerentian.kernel.paging import LONGEST, page
from zerentian.kernel.permissions import Permission

router = Router(tags=["disclosure"])
_NOTICE: dict[str, Any] = {
    "id": 3021, "code": "7KQ2M9XA", "kind": "exit.household", "title": "贫困户退出公示", "division": 360732100200,
    "place": "江西省赣州市兴国县潋江镇坝南村", "state": "published", "count": 12, "composed_on": "2026-11-02",
    "due_on": "2026-11-22", "published_on": "2026-11-05", "period_to": "2026-11-12", "proved_on": "2026-11-05",
    "open_objections": 0,
}  # fmt: skip
_LINE: dict[str, Any] = {
    "name": "钟文华",
    "group": "第一村民小组",
    "size": 4,
    "result": "proposed",
    "amount": None,
    "place": "",
}


class NoticeOut(Schema):
    """A notice without its list."""

    model_config = {"json_schema_extra": {"examples": [_NOTICE]}}
    id: int
    code: str
    kind: str
    title: str
    division: int
    place: str
    state: str
    count: int
    composed_on: date
    due_on: date
    published_on: date | None
    period_to: date | None
    proved_on: date | None
    open_objections: int


class NoticePage(Schema):
    """Some notices, and the cursor of the next ones."""

    items: list[NoticeOut]
    next: str | None


class LineOut(Schema):
    """A line of a list: publishable fields, and no others."""

    name: str
    group: str
    size: int | None
    result: str
    amount: Decimal | None
    place: str


class NoticeFile(NoticeOut):
    """A notice with the list that is public now; the names of persons only while it runs."""

    model_config = {"json_schema_extra": {"examples": [{**_NOTICE, "lines": [_LINE]}]}}
    lines: list[LineOut]


@router.get(
    "/notices",
    response=NoticePage,
    summary=_("公示列表"),
    description=_("令牌区划内的公示，可按区划 area、种类 kind 和状态 state 筛选；不含名单。"),
)
def list_notices(
    request: Request,
    area: str = "",
    kind: str = "",
    state: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST)] = 100,
) -> dict[str, Any]:
    """Notices of the token's area."""
    request.actor.require(Permission.NOTICE_VIEW)
    require_known("state", state, Notice.State.values)
    wanted = Wanted(area=area_asked(area), kind=kind[:60], state=state)
    found, following = page(queries.notices(request.actor.scope, wanted), cursor, limit)
    return {"items": [_out(row) for row in found], "next": following}


@router.get(
    "/notices/{int:notice_id}",
    response=NoticeFile,
    summary=_("一份公示"),
    description=_("公示及现在公开的名单：只有可公示的内容，有个人姓名的名单期满后不再给出。"),
)
def read_notice(request: Request, notice_id: int) -> dict[str, Any]:
    """One notice of the token's area."""
    request.actor.require(Permission.NOTICE_VIEW)
    row = queries.notice(request.actor.scope, notice_id)
    if row is None:
        raise Http404
    return {**_out(row), "lines": public_lines(queries.sheet_of(row, in_public=True))}


def public_lines(sheet: Sheet) -> list[dict[str, Any]]:
    """The lines of a sheet, as the API gives them."""
    return [LineOut.from_orm(shown.line).dict() for shown in sheet.lines]


def _out(row: Notice) -> dict[str, Any]:
    record = queries.record_of(row)
    kept = (
        "code", "title", "division", "state", "composed_on", "due_on", "published_on", "period_to", "proved_on",
        "open_objections",
    )  # fmt: skip
    told = {name: getattr(record, name) for name in kept}
    return {"id": row.pk, "kind": row.kind, "place": record.place, "count": record.lines, **told}
