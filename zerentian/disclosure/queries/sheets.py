"""What the public may read of a notice: one typed value, which is all that pages, prints and the API are given."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language

from zerentian.disclosure.models import Notice
from zerentian.disclosure.queries.kinds import NAME_WORDS, kind_of
from zerentian.disclosure.rules.kinds import Kind
from zerentian.disclosure.rules.lines import Channel, Line, Publishable, channel_of, line_of
from zerentian.rulebook.rules.days import is_over
from zerentian.territory import queries as territory

RUNNING = ("published", "ended")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line in words."""

    line: Line
    result: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A notice as it hangs on the board: kind, place, list, period and where to object. No row of the database."""

    code: str
    kind: str
    title: str
    says: str
    form: str
    article: int
    source: str
    confirmed: bool
    board: str
    hotline: str
    place: str
    division: int
    state: str
    name_word: str
    fields: tuple[str, ...]
    lines: tuple[Shown, ...]
    count: int
    people: int | None
    days: int
    working: bool
    published_on: date | None
    period_to: date | None
    channel: Channel
    is_of_persons: bool
    is_running: bool
    takes_objections: bool

    @property
    def has(self) -> dict[str, bool]:
        """Which columns the list has, for templates."""
        return {field.value: field.value in self.fields for field in Publishable}


def sheet_of(notice: Notice, *, on: date | None = None, in_public: bool = False, language: str = "") -> Sheet:
    """The sheet of a notice; `in_public` leaves the names of persons out once the notice no longer runs."""
    day, words = on or timezone.localdate(), language or get_language() or "zh"
    kind, english = kind_of(notice.kind), words.startswith("en")
    entry = kind.entry
    running = notice.state == "published" and notice.period_to is not None and not is_over(notice.period_to, day)
    kept = running or not in_public or (entry.keeps_names and notice.state in RUNNING)
    lines = [line_of(one) for one in notice.lines]
    sizes = [line.size for line in lines if line.size]
    return Sheet(
        code=notice.code,
        kind=kind.id,
        title=entry.title.en if english else entry.title.zh,
        says=entry.says.en if english else entry.says.zh,
        form=entry.form,
        article=entry.article,
        source=entry.source,
        confirmed=entry.confirmed,
        board=entry.board.en if english else entry.board.zh,
        hotline=entry.hotline,
        place=territory.full_name(notice.division),
        division=notice.division,
        state=notice.state,
        name_word=str(NAME_WORDS[entry.subject]),
        fields=tuple(field.value for field in entry.fields),
        lines=tuple(Shown(line, kind.result_words(line.result, words)) for line in lines) if kept else (),
        count=len(lines),
        people=sum(sizes) if sizes else None,
        days=notice.days,
        working=entry.period.working,
        published_on=notice.published_on,
        period_to=notice.period_to,
        channel=channel_of(notice.channel),
        is_of_persons=kind.is_of_persons,
        is_running=running,
        takes_objections=takes_objections(notice, kind, day),
    )


def takes_objections(notice: Notice, kind: Kind, on: date) -> bool:
    """Whether somebody may object now: a notice while it stands, an announcement or list that stays open always."""
    if notice.state not in RUNNING or notice.period_to is None:
        return False
    return entry_is_open(kind) or not is_over(notice.period_to, on)


def entry_is_open(kind: Kind) -> bool:
    """Whether objections are heard after the days are over: where the list stays open to the public."""
    return kind.entry.keeps_names and kind.entry.subject == "project"
