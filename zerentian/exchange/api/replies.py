"""Endpoints of what came of a department's rows: what it must correct, and its answers."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import Field

from zerentian.exchange import queries, services
from zerentian.exchange.models import Reply
from zerentian.kernel.http import Request, require_known
from zerentian.kernel.paging import LONGEST, page
from zerentian.kernel.permissions import Permission

router = Router()
_REPLY = {
    "id": 5, "delivery": 31, "source": "vehicles", "rule": "vehicles.car", "row": 20817, "conclusion": "wrong_data",
    "whom": "", "note": "同名同姓，本人从未购车", "state": "open", "raised_on": "2016-10-20", "due_on": "2016-11-19", "answer": "",
    "answered_on": None,
}  # fmt: skip
_REASON = {"reason": "按乡镇核实意见查找并补录"}
_WHOM = {"name": "王小明", "id_number": "360732198005060125", "place": "潋江镇 红门村", "is_household": False}
_ANSWER = {"corrected": True, "answer": "车管所核实为录入错误，已更正登记"}


class ReplyOut(Schema):
    """What came of one row of a delivery; `row` is its number in the delivered file.

    Without `row` it is about somebody of whom the table has no row, or several: `whom` says it masked while an answer is
    waited for.
    """

    model_config = {"json_schema_extra": {"examples": [_REPLY]}}
    id: int
    delivery: int
    source: str
    rule: str
    row: int | None
    whom: str
    conclusion: str
    note: str
    state: str
    raised_on: date
    due_on: date
    answer: str
    answered_on: date | None


class ReplyPage(Schema):
    """Some replies, and the cursor of the next ones."""

    items: list[ReplyOut]
    next: str | None


class AnswerIn(Schema):
    """The department's answer."""

    model_config = {"json_schema_extra": {"examples": [_ANSWER]}, "extra": "forbid"}
    corrected: bool
    answer: Annotated[str, Field(min_length=2, max_length=300)]


class WhomIn(Schema):
    """Why the department has to know who it is."""

    model_config = {"json_schema_extra": {"examples": [_REASON]}, "extra": "forbid"}
    reason: Annotated[str, Field(min_length=2, max_length=300)]


class WhomOut(Schema):
    """Who it is, for the department that is asked; of a household its head."""

    model_config = {"json_schema_extra": {"examples": [_WHOM]}}
    name: str
    id_number: str
    place: str
    is_household: bool


def _out(row: Reply) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ReplyOut.model_fields if name != "delivery"} | {
        "delivery": row.delivery_id
    }


@router.get(
    "/replies",
    response=ReplyPage,
    summary=_("反馈列表"),
    description=_("本部门数据的核实结果；state 为 open 的需要更正或说明。"),
)
def list_replies(
    request: Request, state: str = "", cursor: str = "", limit: Annotated[int, Field(ge=1, le=LONGEST)] = 100
) -> dict[str, Any]:
    """What went back to the department."""
    if not request.actor.may(Permission.EXCHANGE_VIEW):
        request.actor.require(Permission.EXCHANGE_DELIVER)
    require_known("state", state, Reply.State.values)
    rows = queries.replies(request.actor)
    found, following = page(rows.filter(state=state) if state else rows, cursor, limit)
    return {"items": [_out(row) for row in found], "next": following}


@router.post(
    "/replies/{int:reply_id}/answer",
    response=ReplyOut,
    summary=_("答复反馈"),
    description=_("corrected 为 true 表示已更正，false 表示数据无误；answer 写明怎样更正或为什么无误。"),
)
def answer_reply(request: Request, reply_id: int, given: AnswerIn) -> dict[str, Any]:
    """Answer about one row."""
    request.actor.require(Permission.EXCHANGE_DELIVER)
    if reply_id >= 2**63:
        raise Http404
    return _out(
        services.answer_reply(reply_id=reply_id, corrected=given.corrected, answer=given.answer, by=request.actor)
    )


@router.post(
    "/replies/{int:reply_id}/whom",
    response=WhomOut,
    summary=_("反馈涉及的人"),
    description=_("没有行号的反馈涉及谁：写明理由才答复姓名和证件号码，记入查阅记录；答复以后不再提供。"),
)
def identify_reply(request: Request, reply_id: int, given: WhomIn) -> services.Identified:
    """Who it is of whom the department has no row."""
    request.actor.require(Permission.EXCHANGE_DELIVER)
    if reply_id >= 2**63:
        raise Http404
    found: services.Identified = services.identify_reply(reply_id=reply_id, reason=given.reason, by=request.actor)
    return found
