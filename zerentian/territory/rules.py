"""What a list of divisions must satisfy, how names are spelled, and which division of today stands for an old code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pypinyin import Style, lazy_pinyin

from zerentian.kernel.refusal import Reason
from zerentian.kernel.scope import Level, ancestor, level_of, parent_of, parse_code

COLUMNS = ("code", "name", "level", "parent")
LEVELS = {level.name.lower(): level for level in Level}
# 街道, 镇 and 乡 are townships by law; every other row at that level is a statistical unit.
_TOWNSHIP_ENDINGS = ("街道", "镇", "乡")
# Kinds of succession in which all of the old area lives on under the new code.
FOLLOWED = frozenset({"recoded", "merged"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list, checked."""

    code: int
    name: str
    level: Level
    parent: int | None
    is_unit: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One succession: the old code, the new one and the day."""

    old: int
    new: int
    kind: str
    on: date


def is_unit(name: str, level: Level) -> bool:
    """Whether a row at township level is a statistical unit (farm, zone, office) and no real township."""
    return level is Level.TOWNSHIP and not name.endswith(_TOWNSHIP_ENDINGS)


def list_rows(rows: Iterable[Mapping[str, str]]) -> tuple[list[Listed], list[Reason]]:
    """The rows of a list as divisions, and what is wrong with the rest: row number (the header is row 1) and why."""
    found: dict[int, Listed] = {}
    wrong: list[Reason] = []
    for number, row in enumerate(rows, start=2):
        problem, listed = _listed(row)
        if listed is not None and listed.code in found:
            problem = f"区划代码 {row['code']} 重复"
        if problem or listed is None:
            wrong.append(Reason(problem, where=f"第 {number} 行"))
        else:
            found[listed.code] = listed
    for one in found.values():
        if one.parent is not None and one.parent not in found:
            wrong.append(Reason(f"上级区划 {one.parent} 不在名单中", where=one.name))
    return list(found.values()), wrong


def _listed(row: Mapping[str, str]) -> tuple[str, Listed | None]:
    try:
        code = parse_code(row["code"])
    except ValueError as error:
        return str(error), None
    name = (row["name"] or "").strip()
    if not name or len(name) > 60:
        return "名称为空或超过 60 字", None
    level = LEVELS.get((row["level"] or "").strip())
    if level is None:
        return f"级别“{row['level']}”应为 {'、'.join(LEVELS)} 之一", None
    if level_of(code) is not level:
        return f"代码 {row['code']} 与级别 {row['level']} 不符", None
    stated = (row["parent"] or "").strip()
    if stated and parse_code(stated) != parent_of(code):
        return f"上级 {stated} 与代码 {row['code']} 不符", None
    return "", Listed(code, name, level, parent_of(code), is_unit(name, level))


@dataclass(frozen=True, slots=True)
class Readings:
    """How place names are read where it differs from the usual: whole phrases first, then single characters."""

    phrases: Mapping[str, Sequence[str]]
    characters: Mapping[str, str]

    @classmethod
    def of(cls, data: Mapping[str, Mapping[str, str]]) -> "Readings":
        """From the readings file."""
        return cls({k: v.split() for k, v in data["phrases"].items()}, dict(data["characters"]))

    def syllables(self, name: str) -> list[str]:
        """The syllables of a name; what is no Chinese character stays as it is, in lower case."""
        for phrase, read in self.phrases.items():
            if phrase in name:
                before, after = name.split(phrase, 1)
                return [*self.syllables(before), *read, *self.syllables(after)]
        spelled: list[str] = []
        for character, usual in zip(name, _one_each(name), strict=True):
            spelled.append(self.characters.get(character, usual))
        return spelled

    def spell(self, name: str) -> tuple[str, str]:
        """The pinyin without spaces, and the initials."""
        syllables = [s.lower() for s in self.syllables(name) if s.isalnum()]
        return "".join(syllables), "".join(s[0] for s in syllables)


def _one_each(name: str) -> list[str]:
    """One syllable for each character, read in its context."""
    flat = lazy_pinyin(name, style=Style.NORMAL, errors=_kept, v_to_u=False) if name else []  # type: ignore[arg-type]
    return flat if len(flat) == len(name) else list(name)


def _kept(other: str) -> list[str]:
    """What is no Chinese character, one by one."""
    return list(other)


def successor(code: int, steps: Sequence[Step], on: date | None = None) -> int:
    """The code that stands for `code` on the day (None: today): successions of it or of what it lies in, in turn.

    The digits below the recoded division stay as they are.
    """
    for step in sorted(steps, key=lambda s: s.on):
        if step.kind not in FOLLOWED or (on is not None and step.on > on):
            continue
        if ancestor(code, level_of(step.old)) == step.old and level_of(code) >= level_of(step.old):
            code = step.new + (code - step.old)
    return code
