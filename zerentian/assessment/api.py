"""Read endpoints of the ledger: entries and the rows that prove them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from zerentian.assessment.models import Entry
from zerentian.assessment.queries.boards import Filter
from zerentian.assessment.queries.entries import entries_in, lines
from zerentian.assessment.queries.evidence import ABOUT_PEOPLE, evidence, withheld
from zerentian.assessment.queries.periods import as_of
from zerentian.assessment.rules import RANKS
from zerentian.kernel.http import Request, area_asked, require_known
from zerentian.kernel.paging import LONGEST, cursor_of, page, position
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import mask_name
from zerentian.kernel.reads import note_reading

router = Router(tags=["assessment"])
_ENTRY = {
    "id": 90210, "duty": "12.2", "requirement": 0, "article": 12, "title": "网格覆盖所有户", "measure": "households.in_grid",
    "body": 1280, "body_name": "兴国县委、县政府", "division": 360732000000, "place": "兴国县", "period": "2026",
    "status": "overdue", "reason": "", "value": "96.4", "numerator": "21043.00", "denominator": "21829.00",
    "op": "ge", "target": "100.0000", "unit": "percent", "due_on": "2026-06-30", "since": "2026-07-01",
}  # fmt: skip


class EntryOut(Schema):
    """One requirement of a duty for one body in one period; percent values run from 0 to 100."""

    model_config = {"json_schema_extra": {"examples": [_ENTRY]}}
    id: int
    duty: str
    requirement: int
    article: int
    title: str
    measure: str
    body: int
    body_name: str
    division: int
    place: str
    period: str
    status: str
    reason: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    op: str
    target: Decimal
    unit: str
    due_on: date | None
    since: date


class EntryPage(Schema):
    """Some entries, and the cursor of the next ones."""

    items: list[EntryOut]
    next: str | None


class ProofOut(Schema):
    """One row behind an entry: what it is, where, and why it counts against; names are masked."""

    kind: str
    id: int
    division: int
    place: str
    label: str
    name: str
    why: str


class EvidencePage(Schema):
    """Rows behind an entry, how much falls short in how many places, and the cursor of the next rows."""

    title: str
    short: int
    places: int
    as_of: str
    items: list[ProofOut]
    next: str | None


@router.get(
    "/entries",
    response=EntryPage,
    summary=_("台账条目"),
    description=_(
        "区划 area（默认令牌区划）内某年各机构的责任条目，可按状态 status（red 为逾期和未完成）和责任 duty 筛选。"
    ),
)
def list_entries(
    request: Request,
    area: str = "",
    year: Annotated[int | None, Query(ge=2013, le=2100)] = None,
    status: str = "",
    duty: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST)] = 100,
) -> dict[str, Any]:
    """Entries of all bodies of an area."""
    request.actor.require(Permission.LEDGER_VIEW)
    require_known("status", status, (*RANKS, "red"))
    code = area_asked(area) or request.actor.division or 0
    if not request.actor.scope.covers(code):
        raise Http404
    wanted = Filter(year or timezone.localdate().year, status=status, duty=duty[:40])
    found, following = page(entries_in(code, wanted), cursor, limit)
    return {"items": [_out(line) for line in lines(found)], "next": following}


@router.get(
    "/entries/{int:entry_id}",
    response=EntryOut,
    summary=_("一条台账条目"),
    description=_("一项责任要求的数值、目标和状态。"),
)
def read_entry(request: Request, entry_id: int) -> dict[str, Any]:
    """One entry of the token's area."""
    (line,) = lines([_entry(request, entry_id)])
    return _out(line)


@router.get(
    "/entries/{int:entry_id}/evidence",
    response=EvidencePage,
    summary=_("条目的依据"),
    description=_("使数值达不到目标的记录，逐行列出；户主姓名遮盖，读取留有记录。"),
)
def read_evidence(request: Request, entry_id: int, cursor: str = "") -> dict[str, Any]:
    """The rows that cause an entry."""
    entry = _entry(request, entry_id)
    after = position(cursor)[0] if cursor else 0
    found = evidence(entry, request.actor.scope, after=after)
    if found is None:
        raise Http404
    if hidden := withheld(found, entry, request.actor):
        request.actor.require(hidden)
    if any(proof.kind in ABOUT_PEOPLE for proof in found.rows):
        note_reading(page="api.evidence", division=entry.division, rows=len(found.rows))
    return {
        "title": found.title,
        "short": found.short,
        "places": found.places,
        "as_of": str(as_of(entry.division) or ""),
        "items": [_proof(proof) for proof in found.rows],
        "next": cursor_of(found.next, 0) if found.next is not None else None,
    }


def _entry(request: Request, entry_id: int) -> Entry:
    request.actor.require(Permission.LEDGER_VIEW)
    found: Entry | None = Entry.objects.within(request.actor.scope).filter(pk=entry_id).first()
    if found is None:
        raise Http404
    return found


def _out(line: Any) -> dict[str, Any]:
    kept = (
        "id", "duty", "requirement", "article", "measure", "body", "division", "period", "status", "reason", "value",
        "numerator", "denominator", "op", "target", "unit", "due_on", "since",
    )  # fmt: skip
    named = {"title": line.title, "body_name": line.body_name, "place": line.place}
    return {**{name: getattr(line.entry, name) for name in kept}, **named}


def _proof(proof: Any) -> dict[str, Any]:
    kept = {name: getattr(proof, name) for name in ("kind", "id", "division", "place", "label", "why")}
    return {**kept, "name": mask_name(proof.name)}
