"""Who a department's row is about in its own words, for whoever checks a clue and has to know whether it is the same person."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import ClueEvidence, Delivery
from zerentian.exchange.queries import spoken
from zerentian.exchange.services.storing import SHIFT, sealed_row
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.db import narrowed
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import mask_id
from zerentian.kernel.reads import note_reading
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Told:
    """The personal columns of one row, by their titles; none when they are no longer kept."""

    how: str
    names: tuple[str, ...]
    columns: list[tuple[str, str]]


@act("exchange.clue.identify", _("查看部门交付的身份信息"), needs=Permission.PERSONAL_REVEAL, reason_required=True)
def identify_rows(*, clue_id: int, reason: str, by: Actor) -> list[Told]:
    """What the department delivered to tell who its rows are about, of the newest evidence of a clue; recorded as a reading.

    A number by which the row was found is the register's own and is told whole. Where a row was found by name and the rest
    it may be somebody else's, and is masked.
    """
    by.require(Permission.CLUE_VIEW)
    clue = queries.clue(by.scope, clue_id)
    if clue is None:
        raise Http404
    if len(reason.strip()) < 2:
        raise Refused(Reason("请写明为什么要查看", "理由"))
    rows = [(one, one.row) for one in queries.evidence_of(clue) if one.row and one.last_run_id == clue.last_run_id]
    with narrowed(Scope.everywhere()):  # the delivery is a department's of the province, above whoever looked
        sources = dict(Delivery.objects.filter(pk__in={row // SHIFT for _one, row in rows}).values_list("pk", "source"))
    found = [_told(one, row, sources.get(row // SHIFT, "")) for one, row in rows]
    note_reading(
        page="exchange.clue", household_id=clue.household_id, person_id=clue.person_id, division=clue.division,
        in_full=",".join(sorted({name for one in found for name in one.names}))[:200], reason=reason.strip()[:300],
    )  # fmt: skip
    return found


def _told(evidence: ClueEvidence, row: int, id: str) -> Told:
    source, sealed = queries.sources().get(id), sealed_row(row)
    if source is None:
        return Told(evidence.how, (), [])
    names = [name for name in source.contract.names if sealed.get(name) is not None]
    number, columns = source.file.person.id_number, []
    for name in names:
        field, value = source.contract.field(name), str(sealed[name])
        hides = name == number and evidence.how != "exact"
        columns.append((spoken(field.title, field.title_en), mask_id(value) if hides else value))
    return Told(evidence.how, tuple(names), columns)
