"""Kinds of notice of the shipped rule packs."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.utils import timezone

from zerentian.disclosure.rules.kinds import Kind, KindFile, misfits
from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.pack import ParameterFile
from zerentian.rulebook.rules.reading import read_yaml


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
