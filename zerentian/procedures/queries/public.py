"""What whoever objected to a case learns by the receipt number, without signing in."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import unit
from zerentian.kernel.privacy import token
from zerentian.kernel.receipts import plain_receipt
from zerentian.kernel.scope import Scope
from zerentian.procedures.models import CaseObjection
from zerentian.procedures.queries.definitions import definition, words
from zerentian.territory import queries as territory

RECEIPT = "procedures.receipt"
PUBLIC = Actor(name="公众", role="public", scope=Scope.everywhere())


@dataclass(frozen=True, slots=True)
class ObjectionProgress:
    """How far an objection is: never whom the case is about, who objected or what was written."""

    title: str
    place: str
    made_on: date
    due_on: date
    outcome: str
    answer: str
    answered_on: date | None
    is_late: bool


def objection_progress(receipt: str, on: date | None = None) -> ObjectionProgress | None:
    """How far the objection with this receipt number is; None when there is no such number."""
    day, plain = on or timezone.localdate(), plain_receipt(receipt)
    if not plain:
        return None
    with unit(PUBLIC, writes=False):
        rows = CaseObjection.objects.select_related("case").filter(receipt_token=token(plain, RECEIPT))
        if (row := rows.first()) is None:
            return None
        title = words(definition(row.case.definition_id).title)
    outcome = str(row.get_outcome_display()) if row.outcome else ""
    return ObjectionProgress(
        title, territory.full_name(row.division), row.raised_on, row.due_on, outcome, row.answer, row.answered_on,
        not row.outcome and row.due_on < day,
    )  # fmt: skip
