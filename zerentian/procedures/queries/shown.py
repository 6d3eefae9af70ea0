"""Cases and definitions as pages show them, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zerentian.kernel.actor import Actor
from zerentian.kernel.scope import Level, ancestor
from zerentian.procedures.models import Case, CaseObjection, CasePaper, StepRecord
from zerentian.procedures.queries.cases import Paper, checklist, notices_of, whole_due
from zerentian.procedures.queries.definitions import definition, name_of, words
from zerentian.procedures.queries.inboxes import came_back, escalated, reviews, waiting
from zerentian.procedures.queries.spoken import decider_words, level_words, part_words, why_words
from zerentian.procedures.rules.definition import Procedure, StepEntry
from zerentian.procedures.rules.diagram import Drawing, svg
from zerentian.procedures.rules.flow import LIVE, Move
from zerentian.procedures.rules.plugs import Figure
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.parameters import value_for
from zerentian.territory import queries as territory

_TONES = {
    "sent_back": "warn", "suspended": "warn", "held": "warn", "escalated": "bad", "turned_down": "bad", "withdrawn": "neutral",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list."""

    pk: int
    title: str
    version: str
    name: str
    place: str
    step: str
    state: str
    state_word: str
    result: str
    holder: str
    due_on: date | None
    is_late: bool
    escalated_on: date | None
    came_back: bool
    opened_on: date


def row_of(case: Case, on: date) -> CaseRow:
    """The case as a line of a list."""
    procedure = definition(case.definition_id)
    live = case.state in LIVE
    level = Level(case.waits_level)
    result = next((words(one) for one in procedure.results if one.key == case.result), "")
    return CaseRow(
        pk=case.pk, title=words(procedure.title), version=procedure.version, name=case.name,
        place=territory.full_name(case.division, above=Level.COUNTY), step=words(procedure.at(case.step).title),
        state=case.state, state_word=str(case.get_state_display()), result=result,
        holder=territory.name_of(ancestor(case.division, level)) if live else "",
        due_on=case.due_on if live else None, is_late=live and case.due_on is not None and case.due_on < on,
        escalated_on=case.escalated_on if live else None, came_back=case.came_back and live, opened_on=case.opened_on,
    )  # fmt: skip


def rows_of(found: Iterable[Case], on: date) -> list[CaseRow]:
    """Lines of a list."""
    return [row_of(case, on) for case in found]


def timeline(case: Case, records: Iterable[StepRecord]) -> list[dict[str, Any]]:
    """What happened, for the page and the print."""
    procedure = definition(case.definition_id)
    return [
        {
            "at": row.on, "text": _happened(procedure, row), "who": _who(row), "note": _note(procedure, row),
            "tone": _TONES.get(row.what, "good" if row.state == "closed" else "neutral"),
        }
        for row in records
    ]  # fmt: skip


def _happened(procedure: Procedure, row: StepRecord) -> str:
    step = procedure.at(row.step)
    outcome = step.outcome(row.outcome)
    text = f"{words(step.title)}：{words(outcome.title) if outcome else row.get_what_display()}"
    if outcome and row.what in ("held", "confirmed", "turned_down"):
        text += f"（{row.get_what_display()}）"
    if row.what in ("sent_back", "resumed") and row.to_step:
        text += f" → {words(procedure.at(row.to_step).title)}"
    return text


def _who(row: StepRecord) -> str:
    if not row.for_who:
        return row.who
    if row.what == "confirmed":
        return _("%(who)s（复核 %(other)s 的办理）") % {"who": row.who, "other": row.for_who}
    return _("%(who)s（受 %(other)s 委托）") % {"who": row.who, "other": row.for_who}


def _note(procedure: Procedure, row: StepRecord) -> str:
    parts = [row.reason] if row.reason else []
    if row.meeting:
        parts.append(row.meeting)
    if row.vote:
        parts.append(
            _("应到 %(entitled)s 人，实到 %(present)s 人，同意 %(in_favour)s 人，不同意 %(against)s 人") % row.vote
        )
    parts += [f"{label}：{value}" for label, value in form_words(procedure.at(row.step), row.form)]
    parts += [one.text for one in figures_shown(map(Figure.of, row.figures))]
    parts += [conflict_words(one) for one in row.conflicts]
    return "；".join(parts)


def conflict_words(one: dict[str, Any]) -> str:
    """Why somebody should not have decided."""
    if one["kind"] == "part":
        return _("需要回避：%(who)s 在本案或所申诉的案件中已有“%(part)s”身份") % {
            "who": one["who"],
            "part": part_words(one["part"]),
        }
    return _("需要回避：%(who)s 与当事人有关系（%(text)s）") % {"who": one["who"], "text": one["text"]}


def form_words(step: StepEntry, form: dict[str, Any]) -> list[tuple[str, str]]:
    """Labels and values of what was filled in."""
    found = []
    for field in step.fields:
        if field.key in form:
            value = form[field.key]
            if field.type == "yes_no":
                value = _("是") if value else _("否")
            elif field.type == "choice":
                value = next((words(one) for one in field.choices if one.key == value), value)
            found.append((words(field), str(value)))
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be done next, as the page offers it."""

    act: str
    what: str
    title: str
    by: str
    why_not: list[str]
    is_against: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A dated number of policy that a step is judged by."""

    title: str
    value: Any
    unit: str
    source: str
    since: date
    is_confirmed: bool


def numbers_of(step: StepEntry, division: int, on: date, outcome: str = "") -> list[Number]:
    """The numbers that the step rests on: of its conditions (of one outcome, or all), meeting, notice and time limit."""
    wanted = [
        name
        for one in step.outcomes
        if outcome in ("", one.id)
        for rule in one.conditions
        for name in rule.with_.values()
    ]
    asked = [step.meeting.quorum if step.meeting else 0, step.notice.days if step.notice else 0]
    wanted += [one for one in asked if isinstance(one, str)]
    wanted += [step.limit.parameter] if step.limit and step.limit.parameter else []
    found = []
    for name in dict.fromkeys(wanted):
        history = rulebook.parameter_history(name)
        value = value_for(history.values, division, on)
        if value is not None:
            title = rulebook.spoken(history, "title")
            found.append(Number(title, value.value, history.unit, value.source, value.valid_from, value.confirmed))
    return found


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A rate that a step is decided by, in words; a count is its name, number and the page where it comes from."""

    title: str
    over: list[tuple[str, int, str]]
    under: tuple[str, int, str]
    rate: str
    asked: str
    holds: bool

    @property
    def sum(self) -> str:
        """How it was worked out."""
        over = " + ".join(f"{name} {n}" for name, n, _url in self.over)
        return f"{f'({over})' if len(self.over) > 1 else over} ÷ {self.under[0]} {self.under[1]}"

    @property
    def text(self) -> str:
        """The same in one line."""
        return f"{self.title}：{self.sum} = {self.rate}（{self.asked}）"


def figures_shown(figures: Iterable[Figure]) -> list[FigureShown]:
    """Rates in the reader's language."""
    asked = {"lt": _("应低于 %(limit)s"), "le": _("应不高于 %(limit)s"), "ge": _("应不低于 %(limit)s")}
    return [
        FigureShown(
            name_of("figures", one.id), [(name_of("figures", c.id), c.n, c.url) for c in one.over],
            (name_of("figures", one.under.id), one.under.n, one.under.url), one.rate,
            asked[one.bar] % {"limit": one.limit}, one.holds,
        )
        for one in figures
    ]  # fmt: skip


def choices_of(moves: Iterable[Move]) -> list[Choice]:
    """What may be done next, in words."""
    return [
        Choice(
            one.act, one.what, _title(one), decider_words(one.by), [why_words(why) for why in one.why_not], one.is_against
        )
        for one in moves
    ]  # fmt: skip


def _title(move: Move) -> str:
    if move.act == "withdraw":
        return _("撤回案件")
    if move.act == "review":
        return _("复核需要回避的办理")
    text = words(_Pair(*move.title))
    return _("退回到“%(step)s”") % {"step": text} if move.act == "send_back" else text


@dataclass(frozen=True, slots=True)
class _Pair:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of a definition, in words."""

    id: str
    title: str
    by: str
    part: str
    evidence: list[str]
    fields: list[str]
    meeting: str
    notice: str
    limit: str
    outcomes: list[tuple[str, str, list[str]]]
    back_to: list[str]


def steps_shown(procedure: Procedure) -> list[StepShown]:
    """Every step of a definition, in words."""
    return [_shown(procedure, step) for step in procedure.steps]


def _shown(procedure: Procedure, step: StepEntry) -> StepShown:
    results = {one.key: words(one) for one in procedure.results}
    outcomes = []
    for one in step.outcomes:
        goes = results[one.ends] if one.ends else words(procedure.at(one.to).title)
        notes = [_("条件：%(rule)s") % {"rule": name_of("conditions", c.rule)} for c in one.conditions]
        if one.effect:
            notes.append(_("效力：%(effect)s") % {"effect": name_of("effects", one.effect)})
        outcomes.append((words(one.title), goes, notes))
    return StepShown(
        step.id, words(step.title), decider_words(step.by), part_words(step.part),
        [f"{name_of('evidence', one.kind)} × {one.count}" for one in step.evidence], [words(one) for one in step.fields],
        _meeting(step), _notice(step), _limit(step), outcomes, [words(procedure.at(one).title) for one in step.back_to],
    )  # fmt: skip


def _number(value: str | int) -> str:
    """A number, or the name of the parameter that holds it."""
    return str(value) if isinstance(value, int) else rulebook.spoken(rulebook.parameter_history(value), "title")


def _meeting(step: StepEntry) -> str:
    if step.meeting is None:
        return ""
    values = {"quorum": _number(step.meeting.quorum), "majority": step.meeting.majority}
    return _("到会不少于 %(quorum)s（%%），同意须超过到会人数的 %(majority)s%%") % values


def _notice(step: StepEntry) -> str:
    if step.notice is None:
        return ""
    days = _("%(days)s（工作日）") if step.notice.working else _("%(days)s（日历日）")
    return level_words(step.notice.place) + " · " + days % {"days": _number(step.notice.days)}


def _limit(step: StepEntry) -> str:
    if step.limit is None:
        return ""
    text = _("%(days)s 个工作日") if step.limit.working else _("%(days)s 天")
    return text % {"days": step.limit.days or _number(step.limit.parameter)}


def drawing(procedure: Procedure) -> str:
    """The diagram of a definition in the reader's language."""
    return svg(procedure, Drawing(words, lambda step: decider_words(step.by), words(procedure.title)))


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything of one case for its page and its print."""

    case: Case
    procedure: Procedure
    row: CaseRow
    timeline: list[dict[str, Any]]
    papers: list[tuple[CasePaper, str, str]]
    checklist: list[tuple[str, str, Paper]]
    objections: list[CaseObjection]
    notices: list[Any]
    data: list[tuple[str, str]]
    whole_due: date | None = None

    @property
    def lacks(self) -> int:
        """How many kinds of paper are still missing."""
        return sum(1 for _step, _kind, paper in self.checklist if not paper.is_complete)


def case_file(case: Case, on: date) -> CaseFile:
    """The complete file of a case."""
    procedure = definition(case.definition_id)
    records = list(StepRecord.objects.filter(case=case).order_by("turn"))
    papers = CasePaper.objects.filter(case=case).order_by("id")
    return CaseFile(
        case=case, procedure=procedure, row=row_of(case, on), timeline=timeline(case, records),
        papers=[(one, name_of("evidence", one.kind), words(procedure.at(one.step).title)) for one in papers],
        checklist=[
            (words(procedure.at(one.step).title), name_of("evidence", one.kind), one)
            for one in checklist(case, procedure, records)
        ],
        objections=list(CaseObjection.objects.filter(case=case).order_by("id")), notices=notices_of(case),
        data=[pair for step in procedure.steps for pair in form_words(step, case.data)],
        whole_due=whole_due(case) if case.closed_on is None else None,
    )  # fmt: skip


def digest(actor: Actor, on: date) -> list[str]:
    """What waits for somebody today, as lines of a message; without personal data."""
    return digest_lines(actor, on) or [_("今天没有待办")]


def digest_lines(actor: Actor, on: date) -> list[str]:
    """The same; empty when nothing waits."""
    mine = waiting(actor, on)
    late = mine.filter(due_on__lt=on)
    numbers = [
        (_("待我办理 %(n)s 件"), mine.count()),
        (_("其中已逾期 %(n)s 件"), late.count()),
        (_("被退回 %(n)s 件"), came_back(actor, on).count()),
        (_("待回避复核 %(n)s 件"), reviews(actor, on).count()),
        (_("下级超期上报 %(n)s 件"), escalated(actor).count()),
    ]
    lines = [text % {"n": n} for text, n in numbers if n]
    soon = mine.exclude(due_on=None).first()
    if soon is not None:
        lines.append(_("最早到期：%(day)s，案件 %(pk)s") % {"day": soon.due_on, "pk": soon.pk})
    return lines
