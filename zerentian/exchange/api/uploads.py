"""Endpoints by which a file is sent in pieces: announce it, send pieces from the offset on, finish."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Header, Router, Schema
from pydantic import Field

from zerentian.exchange import queries, services
from zerentian.exchange.api.deliveries import DeliveryOut, told
from zerentian.exchange.models import Delivery, Upload
from zerentian.kernel.http import Request, area_asked
from zerentian.kernel.paging import LONGEST, page
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused

router = Router()
PIECE = "application/octet-stream"
_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_UPLOAD = {
    "id": 12, "source": "vehicles", "division": 360000000000, "period": "2016-Q3", "kind": "full", "replaces": None,
    "name": "vehicles-2016-Q3.csv.gz", "size": 104857600, "sha256": _SHA, "offset": 33554432, "state": "open",
    "delivery": None, "ends_at": "2016-10-12T09:30:00Z",
}  # fmt: skip
_BEGIN = {
    "source": "vehicles", "period": "2016-Q3", "kind": "full", "name": "vehicles-2016-Q3.csv.gz", "size": 104857600,
    "sha256": _SHA,
}  # fmt: skip
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class UploadIn(Schema):
    """What is going to be sent."""

    model_config = {"json_schema_extra": {"examples": [_BEGIN]}, "extra": "forbid"}
    source: Annotated[str, Field(max_length=40)]
    period: Annotated[str, Field(max_length=10)]
    kind: Literal["full", "increment", "correction"] = "full"
    replaces: Id | None = None
    area: Annotated[str, Field(max_length=12)] = ""
    name: Annotated[str, Field(min_length=1, max_length=255)]
    size: Annotated[int, Field(ge=1, le=2**53)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class UploadOut(Schema):
    """An upload; the next piece begins at `offset`."""

    model_config = {"json_schema_extra": {"examples": [_UPLOAD]}}
    id: int
    source: str
    division: int
    period: str
    kind: str
    replaces: int | None
    name: str
    size: int
    sha256: str
    offset: int
    state: str
    delivery: int | None
    ends_at: datetime


class UploadPage(Schema):
    """Some uploads, and the cursor of the next ones."""

    items: list[UploadOut]
    next: str | None


def _out(row: Upload) -> dict[str, Any]:
    kept = ("id", "source", "division", "period", "kind", "name", "size", "sha256", "state", "ends_at")
    facts = {name: getattr(row, name) for name in kept}
    return {
        **facts, "replaces": row.replaces_id, "offset": services.offset_of(row), "delivery": row.delivery_id,
    }  # fmt: skip


def _found(request: Request, upload_id: int) -> Upload:
    request.actor.require(Permission.EXCHANGE_DELIVER)
    found = queries.upload(request.actor, upload_id) if upload_id < 2**63 else None
    if found is None:
        raise Http404
    return found


@router.get(
    "/uploads",
    response=UploadPage,
    summary=gettext_lazy("上传列表"),
    description=gettext_lazy("本部门的分段上传，offset 是已收到的字节数。"),
)
def list_uploads(
    request: Request, cursor: str = "", limit: Annotated[int, Field(ge=1, le=LONGEST)] = 100
) -> dict[str, Any]:
    """Uploads of the department's sources."""
    request.actor.require(Permission.EXCHANGE_DELIVER)
    found, following = page(queries.uploads(request.actor), cursor, limit)
    return {"items": [_out(row) for row in found], "next": following}


@router.post(
    "/uploads",
    response=UploadOut,
    summary=gettext_lazy("开始分段上传"),
    description=gettext_lazy(
        "申报来源 source、所属期 period、方式 kind、文件名、字节数和 SHA-256；area 为交付地区的区划代码，不填即令牌的区划；"
        "更正时 replaces 为被更正的交付编号；本期没有新增和变化的，以增量方式交只有表头的文件。"
        "同一所属期的同一个文件重复申报，得到同一次上传；已经交付过的，state 为 finished；换一个所属期是另一次交付。"
    ),
)
def begin_upload(request: Request, given: UploadIn) -> dict[str, Any]:
    """Announce a file."""
    if "\x00" in given.name:
        raise Refused(Reason(_("文件名中有不能用的字符"), "name"))
    offer = services.Offer(
        given.source, given.period, given.kind, Delivery.Way.API.value, area_asked(given.area), given.replaces
    )
    file = services.Announced(given.name, given.size, given.sha256)
    return _out(services.begin_upload(offer=offer, file=file, by=request.actor))


@router.get(
    "/uploads/{int:upload_id}",
    response=UploadOut,
    summary=gettext_lazy("上传进度"),
    description=gettext_lazy("中断后从 offset 指出的字节继续。"),
)
def read_upload(request: Request, upload_id: int) -> dict[str, Any]:
    """How far an upload has come."""
    return _out(_found(request, upload_id))


@router.patch(
    "/uploads/{int:upload_id}",
    response=UploadOut,
    summary=gettext_lazy("上传一段"),
    description=gettext_lazy(
        "请求体是文件从 Upload-Offset 开始的一段字节，一段不超过 16 MB（以安装设置为准）。offset 与已收到的不符时答复 409，"
        "查询 offset 后继续即可；重复发送不会重复写入。"
    ),
    openapi_extra={
        "requestBody": {"required": True, "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def add_piece(
    request: Request, upload_id: int, offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53)]
) -> dict[str, Any]:
    """A piece of the file."""
    found = _found(request, upload_id)
    piece = request.piece  # type: ignore[attr-defined]
    return _out(services.add_piece(upload_id=found.pk, offset=offset, piece=piece, by=request.actor))


@router.delete(
    "/uploads/{int:upload_id}",
    response=UploadOut,
    summary=gettext_lazy("取消上传"),
    description=gettext_lazy("已收到的部分会被清除。"),
)
def cancel_upload(request: Request, upload_id: int) -> dict[str, Any]:
    """Give an upload up."""
    return _out(services.cancel_upload(upload_id=_found(request, upload_id).pk, by=request.actor))


@router.post(
    "/uploads/{int:upload_id}/finish",
    response=DeliveryOut,
    summary=gettext_lazy("完成上传并交付"),
    description=gettext_lazy(
        "核对字节数和 SHA-256，相符即成为一次交付并开始检查；答复是交付和回执号。重复请求得到同一次交付。"
    ),
)
def finish_upload(request: Request, upload_id: int) -> dict[str, Any]:
    """The whole file has come."""
    return told(services.finish_upload(upload_id=_found(request, upload_id).pk, by=request.actor))
