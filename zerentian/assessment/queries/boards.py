"""Boards: an area with its children, and the matrix of bodies and duties with the worst first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from zerentian.assessment.models import AreaStanding, BodyStanding, Entry, Figure
from zerentian.assessment.queries.periods import is_past, ledger_day, shown_periods
from zerentian.assessment.queries.words import figure_text
from zerentian.kernel.drawing import address_of
from zerentian.kernel.scope import Level, level_of, range_of
from zerentian.organisations.models import BodyKind
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.duties import Duty
from zerentian.territory import queries as territory

ROWS = 30


@dataclass(frozen=True, slots=True)
class Filter:
    """What a board is narrowed by; empty means everything."""

    year: int
    kind: str = ""
    duty: str = ""
    chapter: int | None = None
    status: str = ""
    name: str = ""
    every: bool = False  # also duties without any figure


@dataclass(frozen=True, slots=True)
class Child:
    """One part of an area on the map and in its table."""

    code: int
    name: str
    url: str
    standing: AreaStanding | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A body's duty: its worst measured requirement."""

    entry: int
    status: str
    text: str
    title: str
    unmeasured: int = 0  # requirements without a figure beside measured ones


@dataclass(slots=True)
class Row:
    """One body of the matrix."""

    standing: BodyStanding
    place: str
    cells: list[Cell | None] = field(default_factory=list)


def children(code: int, year: int) -> tuple[AreaStanding | None, list[Child]]:
    """The counts of an area, None when nothing was computed; and its parts with theirs, in the order of their codes."""
    places = territory.children(code)
    rows = AreaStanding.objects.filter(year=year, division__in=[code, *(p.code for p in places)])
    found = {s.division: s for s in rows}
    parts = [Child(p.code, p.name, address_of("assessment:board", p.code), found.get(p.code)) for p in places]
    return found.get(code), parts


def standing_of(code: int, year: int) -> AreaStanding | None:
    """The counts of an area; None when nothing was computed."""
    return AreaStanding.objects.filter(division=code, year=year).first()


def default_kind(code: int) -> str:
    """The kind of body that a board shows first: the main bodies one level down, or everybody in a village."""
    level = level_of(code)
    return {Level.TOWNSHIP: BodyKind.VILLAGE_COMMITTEE.value, Level.VILLAGE: ""}.get(
        level, BodyKind.PARTY_GOVERNMENT.value
    )


def bodies(code: int, wanted: Filter) -> QuerySet[BodyStanding]:
    """The bodies of the matrix, the worst first."""
    own = range_of(code)
    rows = BodyStanding.objects.filter(year=wanted.year, division__gte=own.lo, division__lt=own.hi)
    kind = wanted.kind or default_kind(code)
    if kind:
        rows = rows.filter(kind=kind)
    if not wanted.kind and level_of(code) < Level.TOWNSHIP:
        rows = rows.filter(level=int(level_of(code)) + 1)
    if wanted.name:
        rows = rows.filter(name__contains=wanted.name)
    if wanted.status == "red":
        rows = rows.filter(red__gt=0)
    elif wanted.status:
        rows = rows.filter(**{f"{wanted.status}__gt": 0})
    return rows.order_by("-red", "-at_risk", "-disputed", F("share").asc(nulls_last=True), "division", "id")


def own_bodies(code: int, year: int) -> QuerySet[BodyStanding]:
    """The bodies of the area itself, the worst first."""
    return BodyStanding.objects.filter(division=code, year=year).order_by(
        "-red", "-at_risk", F("share").asc(nulls_last=True), "id"
    )


def kinds_in(code: int, year: int) -> list[str]:
    """The kinds of bodies that stand in an area."""
    if level_of(code) <= Level.CITY:
        return [kind.value for kind in BodyKind]
    own = range_of(code)
    rows = BodyStanding.objects.filter(year=year, division__gte=own.lo, division__lt=own.hi)
    return sorted(rows.values_list("kind", flat=True).distinct())


def columns(code: int, wanted: Filter, shown: Sequence[BodyStanding]) -> list[Duty]:
    """The duties that the shown bodies owe, those with a figure first asked for."""
    owing = {(s.kind, s.level) for s in shown}
    known = rulebook.measures()
    found = []
    for duty in rulebook.duties(code, _day(wanted.year)):
        if wanted.duty and duty.id != wanted.duty or not _in_chapter(duty, wanted.chapter):
            continue
        owed = any(
            s.kind == kind and s.matches(kind, level, s.department) for s in duty.subjects for kind, level in owing
        )
        if owed and (wanted.every or wanted.duty or any(r.measure in known for r in duty.requirements)):
            found.append(duty)
    return found


def _day(year: int) -> date | None:
    today = ledger_day()
    if year < today.year:
        return date(year, 12, 31)
    return today if is_past() else None


def _in_chapter(duty: Duty, chapter: int | None) -> bool:
    if chapter is None:
        return True
    return any(c["number"] == chapter and c["articles"][0] <= duty.article <= c["articles"][1] for c in chapters())


def chapters() -> list[dict[str, Any]]:
    """The chapters of the regulation."""
    return list(rulebook.book().regulations[0].chapters)


def matrix(code: int, wanted: Filter, shown: Sequence[BodyStanding], duties: Sequence[Duty]) -> list[Row]:
    """The cells of the shown bodies under the duties; None where a body does not owe one."""
    places = territory.names([s.division for s in shown])
    worst: dict[tuple[int, str], tuple[Any, ...]] = {}
    unmeasured: Counter[tuple[int, str]] = Counter()
    entries = Entry.objects.filter(
        body__in=[s.body for s in shown], period__in=shown_periods(wanted.year), duty__in=[d.id for d in duties]
    ).exclude(reason="gone")
    for row in entries.values_list("body", "duty", "rank", "requirement", "id", "status", "value", "unit", "op"):
        key = (row[0], row[1])
        if key not in worst or row[2:4] < worst[key][2:4]:
            worst[key] = row
        unmeasured[key] += row[5] == "not_measured"
    titles = {duty.id: rulebook.spoken(duty, "title") for duty in duties}
    rows = []
    for standing in shown:
        keys = [(standing.body, duty.id) for duty in duties]
        cells = [_cell(worst.get(key), titles[key[1]], unmeasured[key]) for key in keys]
        rows.append(Row(standing, places.get(standing.division, ""), cells))
    return rows


def _cell(found: tuple[Any, ...] | None, title: str, unmeasured: int) -> Cell | None:
    if found is None:
        return None
    status, value, unit, op = found[5:9]
    text = figure_text(value, unit, op) if status in ("overdue", "failed", "at_risk", "disputed") else ""
    return Cell(found[4], status, text, title, unmeasured if status != "not_measured" else 0)


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of the area in the row of headline figures."""

    measure: str
    title: str
    unit: str
    numerator: Decimal
    denominator: Decimal
    op: str = "ge"

    @property
    def text(self) -> str:
        """The figure as text."""
        if self.unit == "percent":
            share = self.numerator * 100 / self.denominator if self.denominator else None
            return figure_text(share, "percent", self.op)
        return figure_text(self.numerator, self.unit)


def headlines(code: int, measures: Iterable[str]) -> dict[str, Headline]:
    """Figures of the area by measure; those without a row are left out."""
    known = rulebook.measures()
    ops = {r.measure: r.op for duty in rulebook.duties(code) for r in duty.requirements}
    rows = Figure.objects.filter(division=code, body=0, measure__in=list(measures))
    return {
        id: Headline(id, rulebook.spoken(known[id], "title"), known[id].unit, numerator, denominator, ops.get(id, "ge"))
        for id, numerator, denominator in rows.values_list("measure", "numerator", "denominator")
        if id in known
    }


def counts_by(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """(group, status, number) as group → status → number."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for group, status, number in rows:
        found[group][status] = number
    return found
