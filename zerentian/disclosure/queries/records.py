"""What staff read of a notice and of an objection besides the sheet: who, when, and what waits. No row of the database."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language

from zerentian.disclosure.models import Notice, Objection, Posting
from zerentian.disclosure.queries.kinds import kinds
from zerentian.kernel.privacy import mask_name, mask_phone
from zerentian.kernel.scope import Level
from zerentian.territory import queries as territory


def title_of(row: Notice, language: str = "") -> str:
    """What a notice is called; one of a kind that no pack declares any more is called by its id."""
    kind = kinds().get(row.kind)
    if kind is None:
        return row.kind
    title = kind.entry.title
    return title.en if (language or get_language() or "").startswith("en") else title.zh


@dataclass(frozen=True, slots=True)
class Proof:
    """A photo of the board."""

    file_id: int
    place: str
    posted_at: datetime
    at: str
    who: str


@dataclass(frozen=True, slots=True)
class Record:
    """How a notice came to be and where it stands."""

    pk: int
    title: str
    code: str
    place: str
    division: int
    subject: str
    state: str
    state_word: str
    composed_on: date
    composed_who: str
    due_on: date
    reviewed_on: date | None
    reviewed_who: str
    returned_note: str
    published_on: date | None
    published_who: str
    period_to: date | None
    proof_due_on: date | None
    proved_on: date | None
    ended_on: date | None
    taken_down_on: date | None
    taken_down_who: str
    taken_down_reason: str
    lines: int
    open_objections: int


def record_of(row: Notice) -> Record:
    """The record of a notice."""
    return Record(
        pk=row.pk, title=title_of(row), code=row.code, place=territory.full_name(row.division, above=Level.COUNTY),
        division=row.division, subject=row.subject, state=row.state, state_word=str(row.get_state_display()),
        composed_on=row.composed_on, composed_who=row.composed_who, due_on=row.due_on, reviewed_on=row.reviewed_on,
        reviewed_who=row.reviewed_who, returned_note=row.returned_note, published_on=row.published_on,
        published_who=row.published_who, period_to=row.period_to, proof_due_on=row.proof_due_on, proved_on=row.proved_on,
        ended_on=row.ended_on, taken_down_on=row.taken_down_on, taken_down_who=row.taken_down_who,
        taken_down_reason=row.taken_down_reason, lines=len(row.lines),
        open_objections=getattr(row, "open_objections", 0),
    )  # fmt: skip


def proof_of(row: Posting) -> Proof:
    """The proof of a posting."""
    at = f"{row.latitude}, {row.longitude}" if row.latitude is not None and row.longitude is not None else ""
    return Proof(row.file_id, row.place, row.posted_at, at, row.uploaded_who)


@dataclass(frozen=True, slots=True)
class Heard:
    """An objection as those who answer it see it: the text, but name and telephone masked."""

    pk: int
    notice_id: int
    title: str
    place: str
    holder: str
    source_word: str
    state: str
    state_word: str
    made_on: date
    due_on: date
    is_late: bool
    text: str
    name: str
    phone: str
    outcome_word: str
    answer: str
    answered_on: date | None
    answered_who: str


def heard(row: Objection, on: date, *, with_text: bool = False) -> Heard:
    """The objection; its text only where one is read."""
    return Heard(
        pk=row.pk, notice_id=row.notice_id, title=title_of(row.notice),
        place=territory.full_name(row.division, above=Level.COUNTY), holder=territory.name_of(row.holder),
        source_word=str(row.get_source_display()), state=row.state, state_word=str(row.get_state_display()),
        made_on=row.made_on, due_on=row.due_on, is_late=row.is_open and row.due_on < on,
        text=row.text if with_text else "", name=mask_name(row.name), phone=mask_phone(row.phone),
        outcome_word=str(row.get_outcome_display()) if row.outcome else "", answer=row.answer,
        answered_on=row.answered_on, answered_who=row.answered_who,
    )  # fmt: skip
