"""The form of a procedure as a rule pack writes it, checked when it is read."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from zerentian.kernel.scope import Level
from zerentian.rulebook.rules.duties import LEVELS
from zerentian.rulebook.rules.pack import Entry, Words

LevelName = Literal["province", "city", "county", "township", "village"]
KEY = r"^[a-z][a-z0-9_]*$"
NAME = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"


class NamedEntry(Entry):
    """Something that definitions may name, in both languages."""

    id: str = Field(pattern=NAME)
    zh: str
    en: str


class ConditionName(NamedEntry):
    """A rule that an app above judges, with the names of its parameters."""

    parameters: list[str] = []


class VocabularyFile(Entry):
    """procedures/vocabulary.yaml."""

    subjects: list[NamedEntry] = []
    evidence: list[NamedEntry] = []
    conditions: list[ConditionName] = []
    effects: list[NamedEntry] = []
    parts: list[NamedEntry] = []
    figures: list[NamedEntry] = []


class DeciderEntry(Entry):
    """Who: one level, and there whoever holds one of the roles or a post of one of the kinds."""

    level: LevelName
    roles: list[str] = []
    posts: list[str] = []

    @property
    def at(self) -> Level:
        """The level as a number."""
        return LEVELS[self.level]


class ChoiceEntry(Entry):
    """One answer of a field with choices."""

    key: str = Field(pattern=KEY)
    zh: str
    en: str


class FieldEntry(Entry):
    """One field of a step's form; one that is `demanded` must be answered with yes, unless the step is decided against."""

    key: str = Field(pattern=KEY)
    zh: str
    en: str
    type: Literal["text", "number", "count", "date", "yes_no", "choice"]
    required: bool = True
    demanded: bool = False
    choices: list[ChoiceEntry] = []

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.demanded and self.type != "yes_no":
            raise ValueError("demanded 只用于 type 为 yes_no 的项")
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("type 为 choice 时要写 choices，其他类型不写")
        return self


class EvidenceEntry(Entry):
    """Papers that a step asks for."""

    kind: str
    count: int = Field(1, ge=1, le=99)


class MeetingEntry(Entry):
    """A meeting: share of those entitled who must be present, share of those present who must agree (above)."""

    quorum: str | int
    majority: int = Field(50, ge=0, lt=100)


class NoticeEntry(Entry):
    """A public notice: where it hangs and how long; `upheld` is the step that an upheld objection leads back to."""

    kind: str = Field(pattern=NAME)
    place: LevelName
    days: str | int
    working: bool
    result: str = Field(pattern=KEY)
    upheld: str


class LimitEntry(Entry):
    """Time for a step, in calendar or in working days."""

    days: int | None = Field(None, ge=1, le=1000)
    parameter: str = ""
    working: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.days is None) == (not self.parameter):
            raise ValueError("期限应写 days 或 parameter 之一")
        return self


class ConditionEntry(Entry):
    """A named rule with its parameters: name → parameter of the rulebook."""

    model_config = Entry.model_config | {"populate_by_name": True}
    rule: str
    with_: dict[str, str] = Field({}, alias="with")


class OutcomeEntry(Entry):
    """One way in which a step may end.

    `bare` asks for no evidence, notice or form; `vote` for the meeting's majority; `reason` for a written reason.
    """

    id: str = Field(pattern=KEY)
    title: Words
    to: str = ""
    ends: str = ""
    effect: str = ""
    bare: bool = False
    vote: bool = False
    reason: bool = False
    conditions: list[ConditionEntry] = []

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if bool(self.to) == bool(self.ends):
            raise ValueError("应写 to（下一步）或 ends（结果）之一")
        return self


class StepEntry(Entry):
    """One step: who decides, on what, until when, and what may come of it."""

    id: str = Field(pattern=KEY)
    title: Words
    part: str
    by: DeciderEntry
    fields: list[FieldEntry] = []
    evidence: list[EvidenceEntry] = []
    meeting: MeetingEntry | None = None
    notice: NoticeEntry | None = None
    limit: LimitEntry | None = None
    outcomes: list[OutcomeEntry] = Field(min_length=1)
    back_to: list[str] = []

    def outcome(self, id: str) -> OutcomeEntry | None:
        """The outcome of that id."""
        return next((one for one in self.outcomes if one.id == id), None)


class Procedure(Entry):
    """One version of a procedure."""

    id: str = Field(pattern=NAME)
    version: str
    title: Words
    subject: str
    article: int
    valid_from: date
    valid_to: date | None = None
    source: str = Field(min_length=2)
    confirmed: bool
    opened_by: DeciderEntry
    opens_when: list[ConditionEntry] = []
    limit: LimitEntry | None = None  # for the whole case, beside the limits of its steps
    withdrawn: str = ""  # the effect of withdrawing a case: what its steps had marked is taken back
    start: str
    steps: list[StepEntry] = Field(min_length=1)
    results: list[ChoiceEntry] = Field(min_length=1)

    def step(self, id: str) -> StepEntry | None:
        """The step of that id."""
        return next((one for one in self.steps if one.id == id), None)

    def at(self, id: str) -> StepEntry:
        """The step of that id, which a checked definition has; KeyError otherwise."""
        found = self.step(id)
        if found is None:
            raise KeyError(f"{self.id} has no step {id}")
        return found

    def in_force(self, on: date) -> bool:
        """Whether cases may begin under it on the day; the last day counts."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class ProcedureFile(Entry):
    """procedures/*.yaml."""

    procedures: list[Procedure]
