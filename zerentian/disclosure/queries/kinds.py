"""Kinds of notice of the shipped rule packs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zerentian.disclosure.rules.kinds import Kind, KindFile, misfits
from zerentian.disclosure.rules.lines import Publishable
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.pack import ParameterFile
from zerentian.rulebook.rules.reading import read_yaml

# How the first column of a list is called, by what the kind is about.
NAME_WORDS = {"household": _("户主姓名"), "village": _("村"), "county": _("县"), "project": _("项目")}
FIELD_WORDS = {
    Publishable.GROUP: _("村民小组"), Publishable.SIZE: _("人口"), Publishable.RESULT: _("结果"),
    Publishable.AMOUNT: _("金额（元）"), Publishable.PLACE: _("地点"),
}  # fmt: skip
LEVEL_NAMES = {
    Level.PROVINCE: _("省级"), Level.CITY: _("市级"), Level.COUNTY: _("县级"), Level.TOWNSHIP: _("乡镇级"), Level.VILLAGE: _("村级"),
}  # fmt: skip


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Every kind of notice, by id; Refused names file, line and key of what breaks the form."""
    found: list[Kind] = []
    parameters: set[str] = set()
    for folder in rulebook.pack_folders():
        for path in sorted(folder.glob("notices/*.yaml")):
            entries = read_yaml(KindFile, path.read_text("utf-8"), path.name).notices
            found += [Kind(entry.id, folder.name, entry) for entry in entries]
        for path in sorted(folder.glob("parameters/*.yaml")):
            parameters |= {p.id for p in read_yaml(ParameterFile, path.read_text("utf-8"), path.name).parameters}
    if faults := misfits(found, parameters):
        raise Refused(*faults)
    return {kind.id: kind for kind in found}


def kind_of(id: str) -> Kind:
    """The kind of that id; Refused when no rule pack declares it."""
    try:
        return kinds()[id]
    except KeyError:
        raise Refused(Reason("规则里没有这类公示", id[:60])) from None


def kinds_in_force(on: date | None = None) -> list[Kind]:
    """The kinds that may be composed on the day, in the order of the files."""
    day = on or timezone.localdate()
    return [kind for kind in kinds().values() if kind.in_force(day)]


def least_days(kind: Kind, division: int, on: date) -> int:
    """How many days a notice of the kind must stand in the division."""
    return int(rulebook.parameter(kind.entry.period.parameter, division, on))


@dataclass(frozen=True, slots=True)
class ShownKind:
    """A kind of notice in words of the reader's language."""

    title: str
    level: str
    board: str
    composed_by: str
    reviewed_by: str
    answered_by: str
    days: int | None
    working: bool
    fields: tuple[str, ...]
    once: bool
    in_force: bool
    article: int
    source: str
    confirmed: bool


def shown_kind(kind: Kind, area: int, on: date) -> ShownKind:
    """The kind as the page of kinds shows it; its days as they hold in the area."""
    entry, english = kind.entry, (get_language() or "").startswith("en")
    try:
        days: int | None = least_days(kind, area, on)
    except KeyError:
        days = None
    return ShownKind(
        title=entry.title.en if english else entry.title.zh, level=str(LEVEL_NAMES[kind.level]),
        board=entry.board.en if english else entry.board.zh, composed_by=str(LEVEL_NAMES[kind.composed_by]),
        reviewed_by=str(LEVEL_NAMES[kind.reviewed_by]), answered_by=str(LEVEL_NAMES[kind.answered_by]), days=days,
        working=entry.period.working, fields=tuple(str(field_name(field, kind)) for field in entry.fields),
        once=entry.once, in_force=kind.in_force(on), article=entry.article, source=entry.source, confirmed=entry.confirmed,
    )  # fmt: skip


def field_name(field: Publishable, kind: Kind) -> Any:
    """What a publishable field is called on notices of the kind."""
    return NAME_WORDS[kind.entry.subject] if field is Publishable.NAME else FIELD_WORDS[field]
