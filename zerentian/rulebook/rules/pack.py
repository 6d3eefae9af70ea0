"""The form of a rule pack's YAML files, checked when they are read."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from zerentian.kernel.periods import Cycle
from zerentian.kernel.scope import Level, parse_code
from zerentian.rulebook.rules.duties import ANY, LEVELS, Due, Duty, Requirement, Subject
from zerentian.rulebook.rules.parameters import DatedValue, Parameter

DUTY_ID = re.compile(r"^\d+(\.[0-9A-Za-z_-]+)+$")
Op = Literal["ge", "gt", "le", "lt", "eq"]


def _whole_code(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("区划应写成代码，如 360732")
    return parse_code(value)


Area = Annotated[int, BeforeValidator(_whole_code)]


class Entry(BaseModel):
    """Base of all entries: unknown keys are errors, so that a misspelt key can't pass unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Entry):
    """A text in Chinese and English."""

    zh: str
    en: str


class SubjectEntry(Entry):
    """Who owes a duty."""

    kind: str
    level: Literal["province", "city", "county", "township", "village", "any"]
    department: str = ""


class DueEntry(Entry):
    """When a duty falls due."""

    month: int = Field(0, ge=0, le=12)
    day: int = Field(0, ge=0, le=31)
    year: Literal[0, 1] = 0
    days: int | None = Field(None, ge=0, le=366)
    parameter: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = (bool(self.month and self.day), self.days is not None, bool(self.parameter))
        if sum(forms) != 1 or bool(self.month) != bool(self.day):
            raise ValueError("到期应写 {month, day}、{days} 或 {parameter} 之一")
        if self.month:
            date(2001, self.month, self.day)
        return self


class RequirementEntry(Entry):
    """One figure and its target."""

    measure: str
    op: Op
    value: Decimal
    unit: Literal["percent", "count", "days", "yuan", "ratio"]
    over: Literal["own", "area"]
    at_risk: Decimal = Field(Decimal(0), ge=0)
    of: str = ""


class DutyEntry(Entry):
    """One duty as written in duties.yaml or under `add` of an overlay."""

    id: str
    article: int = 0
    title: Words
    statement: Words
    subjects: list[SubjectEntry] = Field(min_length=1)
    cycle: Cycle
    due: DueEntry | None = None
    requires: list[RequirementEntry] = Field(min_length=1)
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not DUTY_ID.match(self.id):
            raise ValueError(f"责任编号“{self.id}”应为“条.序号”，如 22.2")
        if self.cycle is Cycle.STANDING and self.due is not None:
            raise ValueError("常态责任没有到期日，请去掉 due")
        if self.cycle in (Cycle.YEARLY, Cycle.HALF_YEARLY, Cycle.QUARTERLY, Cycle.MONTHLY) and self.due is None:
            raise ValueError("定期责任要写 due")
        if self.due and self.due.month and self.cycle is not Cycle.YEARLY:
            raise ValueError("只有年度责任可以写 {month, day}；其他周期写 {days}")
        if strange := {r.of for r in self.requires if r.of} - {s.kind for s in self.subjects}:
            raise ValueError(f"要求里的主体 {'、'.join(sorted(strange))} 不在 subjects 中")
        return self

    def duty(self, regulation: str, defaults: "Defaults", local: str = "") -> Duty:
        """The duty, with the file's defaults filled in."""
        return Duty(
            id=self.id,
            article=self.article or int(self.id.split(".")[0]),
            title=self.title.zh,
            title_en=self.title.en,
            statement=self.statement.zh,
            statement_en=self.statement.en,
            subjects=tuple(Subject(s.kind, s.level, s.department) for s in self.subjects),
            cycle=self.cycle,
            due=due_of(self.due) if self.due else None,
            requirements=tuple(
                Requirement(r.measure, r.op, r.value, r.unit, r.over, r.at_risk, r.of) for r in self.requires
            ),
            valid_from=self.valid_from or defaults.valid_from,
            valid_to=self.valid_to,
            source=self.source or defaults.source,
            regulation=regulation,
            local=local,
        )


def due_of(entry: DueEntry) -> Due:
    """The due date rule of its written form."""
    return Due(entry.month, entry.day, entry.year, entry.days, entry.parameter)


class Defaults(Entry):
    """What holds for every duty that doesn't say otherwise."""

    valid_from: date
    source: str


class DutyFile(Entry):
    """duties.yaml."""

    defaults: Defaults
    duties: list[DutyEntry]


class MeasureFile(Entry):
    """measures.yaml: what measures are called while nothing computes them."""

    measures: dict[str, Words]


class SourceFile(Entry):
    """sources.yaml: English for the sources that the other files name."""

    sources: dict[str, str]


class ChapterEntry(Entry):
    """A chapter with its first and last article."""

    number: int
    title: Words
    articles: tuple[int, int]


class RegulationFile(Entry):
    """regulation.yaml."""

    id: str
    title: Words
    short_title: Words
    area: Area
    document_number: str = ""
    issued_on: date
    effective_on: date
    effective_to: date | None = None
    source: str
    confirmed: bool = True
    based_on: list[str] = []
    chapters: list[ChapterEntry]


class ArticleEntry(Entry):
    """An article: number, and a title and summary of our own."""

    number: int
    title: Words
    summary: Words


class ArticleFile(Entry):
    """articles.yaml."""

    articles: list[ArticleEntry]


class ValueEntry(Entry):
    """One dated value of a parameter."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: date = Field(alias="from")
    to: date | None = None
    area: Area | None = None
    value: int | Decimal | str
    source: str
    confirmed: bool

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.to is not None and self.to <= self.from_:
            raise ValueError("to 应晚于 from")
        return self


class ParameterEntry(Entry):
    """A dated number of policy."""

    id: str
    title: Words
    unit: str
    article: int
    description: Words | None = None
    values: list[ValueEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        ordered = sorted(self.values, key=lambda v: (v.area or 0, v.from_))
        for one, other in zip(ordered, ordered[1:], strict=False):
            if one.area == other.area and (one.to is None or one.to > other.from_):
                raise ValueError(f"同一地区的两个值时间重叠：{one.from_} 与 {other.from_}")
        return self

    def parameter(self, area: int) -> Parameter:
        """The parameter; values without an area hold for `area`."""
        values = tuple(DatedValue(v.area or area, v.from_, v.to, v.value, v.source, v.confirmed) for v in self.values)
        described = self.description or Words(zh="", en="")
        return Parameter(
            self.id, self.title.zh, self.title.en, self.unit, self.article, described.zh, described.en, values
        )


class ParameterFile(Entry):
    """parameters/*.yaml."""

    parameters: list[ParameterEntry]


class CodeEntry(Entry):
    """One value of a code list: the stored key, its labels, its national code and other incoming codes."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str
    national: str = ""
    also: list[str] = []
    confirmed: bool | None = None


class CodeListEntry(Entry):
    """A code list; `confirmed` holds for its values unless they say otherwise."""

    id: str
    title: Words
    source: str
    confirmed: bool = True
    values: list[CodeEntry]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for name, found in (
            ("key", [v.key for v in self.values]),
            ("national", [code for v in self.values for code in (v.national, *v.also) if code]),
        ):
            if twice := {x for x in found if found.count(x) > 1}:
                raise ValueError(f"{name} 重复：{'、'.join(sorted(twice))}")
        return self


class CodeFile(Entry):
    """codes/*.yaml."""

    lists: list[CodeListEntry]


class ProgrammeEntry(Entry):
    """One of the Ten Programmes and the departments that lead it."""

    id: str
    title: Words
    leads: list[str]
    confirmed: bool


class ProgrammeFile(Entry):
    """programmes.yaml."""

    programmes: list[ProgrammeEntry]


class TightenEntry(Entry):
    """A tighter target or an earlier date for a duty that exists."""

    duty: str
    measure: str = ""
    target: Decimal | None = None
    due: DueEntry | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.target is None and self.due is None:
            raise ValueError("要写 target（目标）或 due（到期）")
        if self.target is not None and not self.measure:
            raise ValueError("收紧目标时要写 measure（指标）")
        return self


class OverlayFile(Entry):
    """A city's or county's own measures (Article 34): a YAML file or what the form makes of its input."""

    title: str = Field(min_length=2, max_length=200)
    document_number: str = ""
    area: Area
    valid_from: date
    valid_to: date | None = None
    tighten: list[TightenEntry] = []
    add: list[DutyEntry] = []

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.tighten and not self.add:
            raise ValueError("文件里没有 tighten（收紧）也没有 add（新增）")
        return self


def level_name(level: Level) -> str:
    """The key of a level as rule packs write it."""
    return next(name for name, found in LEVELS.items() if found is level)


def subject_levels(duty: Duty) -> list[Level]:
    """The levels of bodies that owe the duty, widest first; `any` counts as every level."""
    named = {s.level for s in duty.subjects}
    return sorted(Level) if ANY in named else sorted(LEVELS[name] for name in named)
