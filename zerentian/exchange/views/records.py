"""What the page of a clue shows: both records side by side, what differs, what changed, what to ask, what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueEvidence, Delivery, MatchRun
from zerentian.exchange.queries import spoken
from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.evidence import Piece, before, changed, readable, same_as
from zerentian.exchange.services.storing import SHIFT
from zerentian.exchange.views.words import CHOICES, FIRST, LAST, STEPS, agreements, amount, origin, source_title
from zerentian.kernel.models import File
from zerentian.registry.models import Household, Person
from zerentian.registry.rules.columns import HOUSEHOLDS, PERSONS
from zerentian.registry.services.wording import word
from zerentian.registry.views.words import facts

HOME_FACTS = (
    "number", "status", "household_type", "size", "cause", "identified_on", "exited_on", "house_grade", "confirmed_on",
)  # fmt: skip
PERSON_FACTS = ("relation", "sex", "birth_on", "health", "labour", "school_status", "work_place", "has_allowance")
_TONES = {"settled": "good", "returned": "warn", "escalated": "bad", "upheld": "warn", "corrected": "good"}
_PHOTOS = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the department says: its value, the register's where it has one, and what was said before."""

    label: str
    department: str
    register: str | None
    differs: bool
    is_new: bool
    former: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence in words."""

    lines: Sequence[Line]
    how: str
    score: int | None
    fields: Sequence[tuple[Any, Any, str]]
    is_gone: bool
    is_new: bool
    since: date | None
    delivery: str

    @property
    def is_beside(self) -> bool:
        """Whether the register has any of it, so that both stand side by side."""
        return any(line.register is not None for line in self.lines)


def pieces_of(clue: Clue, home: Household | None, person: Person | None) -> list[Shown]:
    """The evidence of a clue beside the register, what is still so first."""
    rows, rule = queries.evidence_of(clue), queries.rule_of(clue)
    told = [Piece(one.pk, one.shown, one.first_run_id, one.last_run_id) for one in rows]
    ids = {one.first_run_id for one in rows}
    days = dict(MatchRun.objects.filter(pk__in=ids).values_list("pk", "on"))
    periods = dict(
        Delivery.objects.filter(pk__in={one.row // SHIFT for one in rows if one.row}).values_list("pk", "period")
    )
    found = []
    for row, piece in zip(rows, told, strict=True):
        former = before(piece, told)
        gone = row.last_run_id < clue.last_run_id or clue.gone_on is not None
        found.append(
            Shown(
                _lines(row, rule, (home, person), changed(piece, former), queries.shown_labels(clue)), row.how, row.score,
                agreements(row.fields), gone,
                is_new=not gone and row.first_run_id == clue.last_run_id and row.first_run_id != clue.first_run_id,
                since=days.get(row.first_run_id), delivery=periods.get((row.row or 0) // SHIFT, ""),
            )
        )  # fmt: skip
    return found


def _lines(
    row: ClueEvidence, rule: ClueRule | None, register: tuple[Household | None, Person | None],
    former: dict[str, str | None], labels: dict[str, str],
) -> list[Line]:  # fmt: skip
    fields, alike = (dict(rule.compares), dict(rule.alike)) if rule else ({}, {})
    order = [*labels, *(key for key in row.shown if key not in labels)]
    found = []
    for key in (key for key in order if key in row.shown):
        value = row.shown[key]
        ours, differs = _ours(fields.get(key, ""), value, register, alike)
        was = former.get(key)
        found.append(
            Line(
                labels.get(key, key),
                readable(value) or "—",
                ours,
                differs,
                key in former,
                (readable(was) or "—") if key in former else None,
            )
        )
    return found


def _ours(
    field: str, value: str | None, register: tuple[Household | None, Person | None], alike: Mapping[str, Sequence[str]]
) -> tuple[str | None, bool]:
    """What the register has in the field that a column is compared with, and whether it differs."""
    home, person = register
    whose, _dot, name = field.partition(".")
    row, sheet = (home, HOUSEHOLDS) if whose == "household" else (person, PERSONS)
    if not name or row is None:
        return None, False
    own = getattr(row, name)
    said = word(sheet.column(name), own)
    raw = "" if own is None else str(own)
    return said, not same_as(value, alike, said, raw)


def register_facts(home: Household | None, person: Person | None) -> tuple[list[Any], list[Any]]:
    """The household's and the person's own record, in words; the number of the document masked."""
    own = facts(PERSONS, person, PERSON_FACTS) if person else []
    if person:
        own = [(_("姓名"), person.name), (_("证件号码"), person.id_mask), *own]
    return (facts(HOUSEHOLDS, home, HOME_FACTS) if home else []), own


def whom(home: Household | None, person: Person | None) -> str:
    """The member whom a clue is about, with the place in the household; empty when it is about the household."""
    if person is None:
        return ""
    relation = word(PERSONS.column("relation"), person.relation, empty="")
    return f"{person.name}（{relation}）" if relation else person.name


def register_words(clue: Clue, home: Household | None, person: Person | None) -> str:
    """What the register has of the matter in one cell: the household in short, and each value that the department's is held against."""
    told = facts(HOUSEHOLDS, home, ("status", "household_type", "size")) if home else []
    if person:
        told.append((_("证件号码"), person.id_mask))
    rule, labels = queries.rule_of(clue), queries.shown_labels(clue)
    for row in queries.evidence_of(clue):
        if row.last_run_id == clue.last_run_id:
            lines = _lines(row, rule, (home, person), {}, labels)
            told += [(one.label, one.register) for one in lines if one.register is not None]
    return "\n".join(f"{label}：{value}" for label, value in dict.fromkeys(told) if value)


def guide(rule: ClueRule | None, kind: str) -> list[str]:
    """What to find out, in order."""
    own = [spoken(one.zh, one.en) for one in rule.ask] if rule else []
    return [str(FIRST[kind]), *own, str(LAST[kind])] if kind in FIRST else own


def choices(kind: str) -> list[tuple[str, str]]:
    """Which conclusion fits what was found."""
    return [(str(words), str(Clue.Conclusion(key).label)) for words, key in CHOICES.get(kind, ())]


def parameters(clue: Clue) -> list[tuple[str, str, str, bool]]:
    """The dated numbers that the rule used: title, value with its unit, source, whether confirmed."""
    source, rule = queries.sources().get(clue.source), queries.rule_of(clue)
    if source is None or rule is None:
        return []
    found = []
    for _name, id in rule.parameters:
        value = source.parameter(id, clue.division, clue.raised_on)
        if value is not None:
            parameter = source.parameters[id]
            title = spoken(parameter.title, parameter.title_en)
            found.append((title, amount(value.value, parameter.unit), origin(value.source), value.confirmed))
    return found


def steps(clue: Clue) -> list[dict[str, Any]]:
    """What was done, the latest first; at its beginning a match raised it."""
    done = [
        {
            "at": step.at, "text": STEPS.get(step.kind, step.kind), "who": step.who, "tone": _TONES.get(step.kind, "neutral"),
            "note": " · ".join(filter(None, [str(Clue.Conclusion(step.conclusion).label) if step.conclusion else "", step.statement])),
            "href": reverse("procedures:case", args=[clue.case_id]) if step.kind == "opened" and clue.case_id else "",
        }
        for step in clue.steps.order_by("-id")
    ]  # fmt: skip
    return [*done, {"at": clue.raised_on, "text": STEPS["raised"], "tone": "neutral"}]


def papers(clue: Clue) -> list[tuple[int, bool]]:
    """Photos and scans of the answers: the id of each, and whether it is a photo."""
    ids = [id for files in clue.steps.order_by("id").values_list("files", flat=True) for id in files]
    kinds = dict(File.objects.filter(pk__in=ids).values_list("pk", "media_type"))
    return [(id, kinds[id] in _PHOTOS) for id in ids if id in kinds]


def replies(clue: Clue) -> list[tuple[str, str, str, str]]:
    """What the departments were asked and answered: source, state, answer, who."""
    return [
        (source_title(one.source), str(one.get_state_display()), one.answer, one.answered_who)
        for one in queries.replies_to(clue)
    ]
