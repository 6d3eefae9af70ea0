"""Read endpoints of divisions."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from zerentian.kernel.http import Request, area_asked
from zerentian.kernel.paging import LONGEST, cursor_of, position
from zerentian.kernel.permissions import Permission
from zerentian.territory import queries
from zerentian.territory.queries import Place

router = Router(tags=["territory"])
_EXAMPLE = {
    "code": 360732000000, "text": "360732", "name": "兴国县", "level": 3, "parent": 360700000000, "is_unit": False,
    "pinyin": "xingguoxian", "initials": "xgx", "valid_from": None, "valid_to": None,
}  # fmt: skip


class DivisionOut(Schema):
    """A division; codes have 12 digits, `text` is the code as officials write it."""

    model_config = {"json_schema_extra": {"examples": [_EXAMPLE]}}
    code: int
    text: str
    name: str
    level: int
    parent: int | None
    is_unit: bool
    pinyin: str
    initials: str
    valid_from: date | None
    valid_to: date | None


class DivisionPage(Schema):
    """Some divisions, and the cursor of the next ones."""

    items: list[DivisionOut]
    next: str | None


class PastOut(Schema):
    """A change of a division: renamed, recoded, merged or split."""

    kind: str
    on: date
    old_code: int
    old_name: str
    new_code: int
    new_name: str
    source: str


class DivisionFile(DivisionOut):
    """A division with those above it and its past."""

    chain: list[DivisionOut]
    past: list[PastOut]


@router.get(
    "/divisions",
    response=DivisionPage,
    summary=_("区划列表"),
    description=_("上级区划 parent 之下一级，或按名称、代码、旧代码、拼音查找 q；两者都不给时为各省。"),
)
def list_divisions(
    request: Request,
    parent: str = "",
    q: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST)] = 100,
) -> dict[str, Any]:
    """Divisions below one, or found by words."""
    request.actor.require(Permission.DIVISION_VIEW)
    if q.strip():
        found = sorted({hit.place.id: hit.place for hit in queries.search(q[:60], limit=1000)}.values(), key=_code)
    else:
        found = queries.children(area_asked(parent))
    if cursor:
        after = position(cursor)[1]
        found = [place for place in found if place.id > after]
    more = len(found) > limit
    shown = found[:limit]
    return {"items": [_out(p) for p in shown], "next": cursor_of(shown[-1].id, shown[-1].id) if more else None}


@router.get(
    "/divisions/{code}",
    response=DivisionFile,
    summary=_("一个区划"),
    description=_("区划及其上级和历年变更；旧代码给出今天的区划。"),
)
def read_division(request: Request, code: str) -> dict[str, Any]:
    """One division; an old code leads to the present one."""
    request.actor.require(Permission.DIVISION_VIEW)
    wanted = area_asked(code)
    today = queries.current_code(wanted) if wanted is not None else None
    if today is None:
        raise Http404
    return {
        **_out(queries.division(today)),
        "chain": [_out(place) for place in queries.chain(today)[:-1]],
        "past": [_past(past) for past in queries.successions(today)],
    }


def _code(place: Place) -> int:
    return place.id


def _out(place: Place) -> dict[str, Any]:
    return {
        "code": place.id, "text": place.text, "name": place.name, "level": int(place.level),
        "parent": place.parent, "is_unit": place.is_unit, "pinyin": place.pinyin,
        "initials": place.initials, "valid_from": place.valid_from, "valid_to": place.valid_to,
    }  # fmt: skip


def _past(past: queries.Past) -> dict[str, Any]:
    return {
        "kind": past.kind, "on": past.on, "old_code": past.old_code, "old_name": past.old_name,
        "new_code": past.new_code, "new_name": past.new_name, "source": past.source,
    }  # fmt: skip
