"""Whether a body has its one superior and its named person first answerable (article 3)."""

from dataclasses import dataclass
from datetime import date

from zerentian.kernel.scope import Level, level_of, range_of

# Kinds of body that stand at one level only.
LEVEL_OF_KIND = {
    "village_committee": Level.VILLAGE,
    "village_workroom": Level.VILLAGE,
    "township_station": Level.TOWNSHIP,
}


@dataclass(frozen=True, slots=True)
class Node:
    """A body as its chain sees it."""

    division: int
    kind: str
    name: str = ""
    ended_on: date | None = None


def level_problem(kind: str, division: int) -> str:
    """Why a body of this kind can't stand at this division; empty when it can."""
    wanted = LEVEL_OF_KIND.get(kind)
    if wanted is None or level_of(division) is wanted:
        return ""
    return {Level.VILLAGE: "这类机构只设在村", Level.TOWNSHIP: "这类机构只设在乡镇"}[wanted]


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the chain breaks: `none` (no superior), `ended` or `outside`, and the superior's name."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return _GAPS[self.kind].format(self.name)


_GAPS = {
    "none": "没有上级机构",
    "ended": "上级机构“{}”已撤销",
    "outside": "上级机构“{}”不管辖这个区划",
}


def superior_problem(body: Node, superior: Node | None, on: date) -> Gap | None:
    """What is wrong with the body's superior on the day; None when the chain holds."""
    if superior is None:
        return None if level_of(body.division) is Level.PROVINCE else Gap("none")
    if superior.ended_on is not None and superior.ended_on < on:
        return Gap("ended", superior.name)
    if not range_of(superior.division).covers(range_of(body.division)):
        return Gap("outside", superior.name)
    return None


def first_answerable_problem(seats: int, holders: int, vacant_days: int | None, allowed_days: int) -> str:
    """Why nobody is named first answerable; empty when somebody is, or the vacancy is within its limit.

    seats: posts marked first answerable; holders: how many of them are held; vacant_days: since the last
    holder left, None when there never was one.
    """
    if seats == 0:
        return "没有设第一责任人岗位"
    if holders > 0:
        return ""
    if vacant_days is None:
        return "第一责任人岗位从未有人任职"
    return f"第一责任人空缺 {vacant_days} 天" if vacant_days > allowed_days else ""
