"""What anybody may ask without signing in: notices of a place, one notice, the state of one's own objection."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.queries.sheets import RUNNING, Sheet, sheet_of
from zerentian.kernel.actor import Actor
from zerentian.kernel.db import unit
from zerentian.kernel.privacy import token
from zerentian.kernel.receipts import plain_receipt
from zerentian.kernel.scope import Scope, range_of

RECEIPT = "disclosure.receipt"
# Sees rows everywhere and may do nothing; only the functions below and the act of objecting use it.
PUBLIC = Actor(name="公众", role="public", scope=Scope.everywhere())


@contextmanager
def openly() -> Iterator[None]:
    """Read as the public does."""
    with unit(PUBLIC, writes=False):
        yield


def _published() -> QuerySet[Notice]:
    return Notice.objects.filter(state__in=RUNNING)


def public_notices(area: int, *, running: bool, on: date | None = None, first: int = 0, limit: int = 50) -> list[Sheet]:
    """The notices of an area and all below it, without their lists: those that run, or those that are over."""
    day, inside = on or timezone.localdate(), range_of(area)
    with openly():
        rows = _published().filter(division__gte=inside.lo, division__lt=inside.hi)
        current = rows.filter(state="published", period_to__gte=day)
        chosen = current.order_by("-id") if running else rows.exclude(pk__in=current.values("pk")).order_by("-id")
        return [sheet_of(row, on=day, in_public=True) for row in chosen[first : first + limit]]


def public_notices_naming(area: int, name: str, on: date | None = None, limit: int = 50) -> list[Sheet]:
    """The notices that run in an area and name exactly that person or project; what is over names nobody."""
    day, inside = on or timezone.localdate(), range_of(area)
    with openly():
        rows = _published().filter(division__gte=inside.lo, division__lt=inside.hi, state="published")
        rows = rows.filter(period_to__gte=day, lines__contains=[{"name": name.strip()}])
        return [sheet_of(row, on=day, in_public=True) for row in rows.order_by("-id")[:limit]]


def public_notice(code: str, on: date | None = None) -> Sheet | None:
    """The notice of that public code; None when it is not, or no longer, published."""
    with openly():
        row = _published().filter(code=code.upper()).first()
        return sheet_of(row, on=on, in_public=True) if row is not None else None


def taken_down_on(code: str) -> date | None:
    """The day on which a notice that hung was taken down; why is not for the public."""
    with openly():
        rows = Notice.objects.filter(code=code.upper(), state="taken_down", published_on__isnull=False)
        found: date | None = rows.values_list("taken_down_on", flat=True).first()
        return found


@dataclass(frozen=True, slots=True)
class Progress:
    """What the one who objected learns by the receipt number: never who objected or what was written."""

    title: str
    place: str
    made_on: date
    due_on: date
    state: str
    outcome: str
    answer: str
    answered_on: date | None
    is_late: bool


def progress_of(receipt: str, on: date | None = None) -> Progress | None:
    """How far the objection with this receipt number is; None when there is no such number."""
    day = on or timezone.localdate()
    plain = plain_receipt(receipt)
    if not plain:
        return None
    with openly():
        row = Objection.objects.select_related("notice").filter(receipt_token=token(plain, RECEIPT)).first()
        if row is None:
            return None
        sheet = sheet_of(row.notice, on=day, in_public=True)
    return Progress(
        sheet.title, sheet.place, row.made_on, row.due_on, row.state, row.get_outcome_display() if row.outcome else "",
        row.answer, row.answered_on, row.is_open and row.due_on < day,
    )  # fmt: skip
