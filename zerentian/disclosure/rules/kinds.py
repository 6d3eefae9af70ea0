"""Kinds of notice as rule packs write them: who composes and reviews, where it is posted, how long, with what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from zerentian.disclosure.rules.lines import Publishable
from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Level
from zerentian.rulebook.rules.duties import LEVELS
from zerentian.rulebook.rules.pack import Entry, Words

LevelName = Literal["province", "city", "county", "township", "village"]
SubjectName = Literal["household", "village", "county", "project"]
OBJECTION_DAYS = "notice.objection.days"


class ResultEntry(Entry):
    """One result that a line may state."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str


class PeriodEntry(Entry):
    """How long: a parameter of the rulebook, in calendar or in working days."""

    parameter: str
    working: bool


class KindEntry(Entry):
    """One kind of notice."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
    title: Words
    form: Literal["notice", "announcement"]
    subject: SubjectName
    level: LevelName
    composed_by: LevelName
    reviewed_by: LevelName
    answered_by: LevelName
    board: Words
    period: PeriodEntry
    fields: list[Publishable] = Field(min_length=1)
    results: list[ResultEntry] = Field(min_length=1)
    says: Words
    hotline: str = ""
    once: bool = False
    keeps_names: bool = False
    article: int
    valid_from: date
    valid_to: date | None = None
    source: str = Field(min_length=2)
    confirmed: bool

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if Publishable.NAME not in self.fields:
            raise ValueError("fields 中必须有 name")
        if LEVELS[self.composed_by] > LEVELS[self.level]:
            raise ValueError("拟稿单位不能低于张贴的一级")
        if self.subject == "household" and self.level != "village":
            raise ValueError("贫困户名单只在村内张贴，level 应为 village")
        if self.subject == "household" and self.keeps_names:
            raise ValueError("有个人姓名的公示期满后不得继续公开")
        keys = [result.key for result in self.results]
        if len(keys) != len(set(keys)):
            raise ValueError("results 中有重复的 key")
        return self


class KindFile(Entry):
    """notices/*.yaml."""

    notices: list[KindEntry]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice as everyone works with it."""

    id: str
    regulation: str
    entry: KindEntry

    @property
    def level(self) -> Level:
        """The level of the divisions that it is posted in."""
        return LEVELS[self.entry.level]

    @property
    def composed_by(self) -> Level:
        """The lowest level that may compose it."""
        return LEVELS[self.entry.composed_by]

    @property
    def reviewed_by(self) -> Level:
        """The lowest level that may review it."""
        return LEVELS[self.entry.reviewed_by]

    @property
    def answered_by(self) -> Level:
        """The level that answers objections."""
        return LEVELS[self.entry.answered_by]

    @property
    def is_of_persons(self) -> bool:
        """Whether its lines name persons."""
        return self.entry.subject == "household"

    def in_force(self, on: date) -> bool:
        """Whether it may be composed on the day; the last day counts."""
        return self.entry.valid_from <= on and (self.entry.valid_to is None or on <= self.entry.valid_to)

    def result_keys(self) -> set[str]:
        """The results that its lines may state."""
        return {result.key for result in self.entry.results}

    def result_words(self, key: str, language: str) -> str:
        """A result in the language; an unknown key has no words."""
        for result in self.entry.results:
            if result.key == key:
                return result.en if language.startswith("en") else result.zh
        return ""


def misfits(kinds: Sequence[Kind], parameters: set[str]) -> list[Reason]:
    """Faults between kinds and the rest of the rulebook: ids written twice, unknown parameters."""
    ids = [kind.id for kind in kinds]
    faults = [Reason(f"编号 {one} 写了两次", "notices") for one in sorted({i for i in ids if ids.count(i) > 1})]
    for kind in kinds:
        if kind.entry.period.parameter not in parameters:
            faults.append(Reason(f"没有参数 {kind.entry.period.parameter}", f"notices {kind.id}"))
    return faults
