"""A list of clues for those without a connection: written as a workbook, and what was filled in there read back line by line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from zerentian.exchange import queries
from zerentian.exchange.models import Clue
from zerentian.exchange.rules.sheets import HOWS, OPEN, SHEET, as_one, clue_of, plain
from zerentian.exchange.services.answering import LONGEST, MOST_AT_ONCE, Answer, faults_of
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.files import open_file, store
from zerentian.kernel.models import File
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import parse_code
from zerentian.kernel.tables import Problem, WorkList, as_read, facts_of, read_rows, write_worklist
from zerentian.kernel.tables.typing import to_date
from zerentian.registry.models import Household
from zerentian.territory import queries as territory

PURPOSE = "线索核实表"
KEPT = timedelta(days=7)  # a filled-in workbook waits so long for its confirmation
ADVICE = (
    "只填黄色的列：核实结论从下拉项中选，核实情况写看到什么、问了谁、依据是什么，不要写身份证号、电话；没有核实的行空着不填。"
    "灰色的列不要改动。填好后在“比对线索—导入填好的核实表”上传，先逐行检查，确认后才保存。"
)
_FIELDS = {"结论": "conclusion", "核实情况": "statement"}


@dataclass(frozen=True, slots=True)
class Line:
    """One filled-in line: the answer that it gives, what is wrong with it, or that nothing in it is new (`is_same`)."""

    row: int
    cells: Mapping[str, Any]
    answer: Answer | None = None
    problems: Sequence[Problem] = ()
    is_same: bool = False

    @property
    def is_good(self) -> bool:
        """Whether there is something in it to keep."""
        return self.answer is not None and not self.problems and not self.is_same


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in workbook, looked through: its lines, how many were left empty, how many it no longer has."""

    lines: Sequence[Line]
    empty: int
    missing: int
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> list[Line]:
        """The lines that can be kept."""
        return [one for one in self.lines if one.is_good]

    @property
    def same(self) -> list[Line]:
        """The lines that were kept before."""
        return [one for one in self.lines if one.is_same]

    @property
    def refused(self) -> list[Line]:
        """The lines that can't be kept."""
        return [one for one in self.lines if one.problems]


def write_sheet(path: Path, rows: Sequence[Mapping[str, Any]], *, division: int | None, since: date) -> None:
    """Write the clues (by the keys of SHEET) as a workbook to fill in; `since` is the day the first of them was raised."""
    place = territory.full_name(division) if division else ""
    title = f"{SHEET.title}　{place}　{len(rows)} 条　{timezone.localdate()} 下载"
    facts = {"made": timezone.now().isoformat(), "count": str(len(rows))}
    write_worklist(path, _list(rows, title, since, division, facts))


def write_refused(path: Path, filled: Filled) -> None:
    """The lines that were refused as they were filled in, wrong cells marked, with the reasons; it can be sent in again."""
    rows = [
        {**one.cells, "row": one.row, "on": _day(one.cells.get("on")) or one.cells.get("on")} for one in filled.refused
    ]
    title = f"{SHEET.title}　没有通过的 {len(rows)} 行"
    facts = {key: value for key, value in filled.facts.items() if key == "made"}
    division = _division(filled.facts)
    work = _list(rows, title, date(2000, 1, 1), division, facts)
    write_worklist(path, work, [problem for one in filled.refused for problem in one.problems])


def _list(
    rows: Sequence[Mapping[str, Any]], title: str, since: date, division: int | None, facts: Mapping[str, str]
) -> WorkList:  # fmt: skip
    lists = {"conclusion": [words[0] for words in conclusions().values()], "how": HOWS}
    most = {"statement": LONGEST, "asked": 60}
    return WorkList(SHEET, rows, frozenset(OPEN), title, ADVICE, division, lists, most, since, facts)


def conclusions() -> dict[str, tuple[str, ...]]:
    """Each conclusion with its words, Chinese first: the paper and the workbook are Chinese whatever the reader's language."""
    found = {}
    for key in Clue.Conclusion.values:
        words = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                words.append(str(Clue.Conclusion(key).label))
        found[key] = tuple(words)
    return found


@act("exchange.sheet.upload", _("上传线索核实表"), needs=Permission.CLUE_ANSWER)
def keep_sheet(*, content: BinaryIO, name: str, by: Actor) -> File:
    """Keep a filled-in workbook until it is confirmed, for whoever sent it alone; Refused when nothing in it can be read."""
    kept = store(content, name=name, purpose=PURPOSE, by=by, expires_at=timezone.now() + KEPT)
    read_sheet(kept, by)
    return kept


def sheet_of(file_id: int, by: Actor) -> File | None:
    """A workbook that the actor himself sent in and that is still there."""
    mine = File.objects.filter(user_id=by.user_id, purpose=PURPOSE, expires_at__gt=timezone.now())
    found: File | None = mine.filter(pk=file_id).first() if by.user_id else None
    return found


# --- reading ------------------------------------------------------------------------------------


def read_sheet(kept: File, by: Actor) -> Filled:
    """What a workbook answers, line by line and checked; Refused when it is no such workbook."""
    path = open_file(kept.pk)
    problems: list[Problem] = []
    frame = as_read(read_rows(path, SHEET, problems=problems), problems)
    facts = facts_of(path)
    wrong: dict[int, list[Problem]] = defaultdict(list)
    for one in problems:
        wrong[one.row].append(one)
    lines = [row for row in frame.iter_rows(named=True) if any(row[key] for key in OPEN) or row["row"] in wrong]
    if not lines:
        raise Refused("这份核实表里还没有填写任何一行；请在“核实结论”“核实情况”两列填写、保存后再上传")
    if len(lines) > MOST_AT_ONCE:
        raise Refused(f"一次最多导入 {MOST_AT_ONCE} 行，这个文件填了 {len(lines)} 行；请分成几个文件")
    known = _Known.of([clue_of(row["clue"] or "") for row in lines], facts, by)
    _check_area(facts, known, by)
    told = {clue_of(text or "") for text in frame["clue"]} - {0}
    missing = max(0, int(facts.get("count") or 0) - len(told))
    return Filled(known.lines(lines, wrong), frame.height - len(lines), missing, facts)


def _division(facts: Mapping[str, str]) -> int | None:
    try:
        return parse_code(facts.get("division", ""))
    except ValueError:
        return None


def _check_area(facts: Mapping[str, str], known: "_Known", by: Actor) -> None:
    """A workbook of another area with nothing of the actor's own in it is refused as a whole."""
    area = _division(facts)
    if area is not None and not known.clues and not by.scope.covers(area):
        raise Refused(
            f"这份核实表是{territory.full_name(area)}的，里面没有您管辖范围内的线索；请换成您自己下载的核实表，或请当地的同志导入"
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the clues that a workbook names."""

    by: Actor
    clues: Mapping[int, Clue]
    heads: Mapping[int, str]
    given: Mapping[int, set[tuple[str, str]]]
    handed: Mapping[int, datetime]

    @classmethod
    def of(cls, ids: Sequence[int], facts: Mapping[str, str], by: Actor) -> "_Known":
        found = queries.clues_by_id(by.scope, [one for one in ids if one])
        homes = Household.objects.in_bulk({one.household_id for one in found})
        heads = {one.pk: homes[one.household_id].head_name for one in found if one.household_id in homes}
        made = _moment(facts.get("made", ""))
        given = {pk: {(key, plain(text)) for key, text in pairs} for pk, pairs in queries.given_before(found).items()}
        return cls(by, {one.pk: one for one in found}, heads, given, queries.handed_on(found, made, by))

    def lines(self, rows: Sequence[Mapping[str, Any]], wrong: Mapping[int, Sequence[Problem]]) -> list[Line]:
        """Each row checked by itself, then those that speak of the same clue against each other."""
        found = [
            Line(row["row"], row, problems=tuple(wrong[row["row"]])) if row["row"] in wrong else self._line(row)
            for row in rows
        ]
        of_clue: dict[int, list[Line]] = defaultdict(list)
        for one in found:
            if one.answer:
                of_clue[one.answer.clue_id].append(one)
        return [_once(one, of_clue[one.answer.clue_id]) if one.answer else one for one in found]

    def _line(self, row: Mapping[str, Any]) -> Line:
        clue = self.clues.get(clue_of(row["clue"] or ""))
        faults = self._whose(row, clue) or _written(row, clue)
        if faults or clue is None:
            return Line(row["row"], row, problems=faults)
        answer = _answer(row, clue)
        is_kept = (answer.conclusion, plain(answer.statement)) in self.given.get(clue.pk, ())
        if is_kept and clue.state != Clue.State.OPEN:
            return Line(row["row"], row, answer, is_same=True)
        if why := self._late(row["row"], clue, is_kept=is_kept):
            return Line(row["row"], row, problems=(why,))
        return Line(row["row"], row, answer)

    def _whose(self, row: Mapping[str, Any], clue: Clue | None) -> tuple[Problem, ...]:
        """What is wrong with the number of the clue, or that another household stands beside it."""
        number, text = row["row"], row["clue"] or ""
        if not text:
            todo = "；请照原表填回。核实中新发现的情况不能在这张表里加行，请按规定另行登记"
            return (Problem(number, "clue", "这一行没有线索编号", todo),)
        if not clue_of(text):
            todo = "；请照原表填回，或重新下载核实表"
            return (Problem(number, "clue", f"线索编号“{text[:30]}”不对，可能改动过", todo),)
        if clue is None:
            todo = "；请核对编号，或请管辖当地的同志导入"
            return (Problem(number, "clue", f"没有编号为 {text} 的线索，或它不在您的管辖范围内", todo),)
        if plain(row["head"] or "") != plain(self.heads.get(clue.pk, "")):
            todo = "；可能粘贴错位或只对部分列排过序，请重新下载核实表，对着户主填写"
            return (Problem(number, "head", "户主与线索编号对不上", todo),)
        return ()

    def _late(self, row: int, clue: Clue, *, is_kept: bool) -> Problem | None:
        """Why the clue no longer waits for this answer."""
        if clue.state == Clue.State.ANSWERED:
            text = f"这条线索已由 {clue.answered_who} 于 {clue.answered_on} 核实，正等待审定，原来的结果没有改动"
            return Problem(row, "conclusion", text, "；如确需更改，请审定的同志退回后再填")
        if clue.state == Clue.State.SETTLED:
            text = f"这条线索已由 {clue.settled_who} 于 {clue.settled_on} 审定办结，原来的结果没有改动"
            return Problem(row, "conclusion", text, "；如确需更改，请审定的同志重新开始核实")
        if is_kept:
            text = "这条结果以前提交过，后来被退回重新核实"
            return Problem(row, "statement", text, "；请重新核实，写明这一次看到的情况")
        if moment := self.handed.get(clue.pk):
            held = clue.keeper_who or _DESKS.get(clue.holder, clue.holder)
            text = f"这条线索已于 {timezone.localtime(moment).date()} 转交给{held}"
            return Problem(row, "conclusion", text, "；请由对方核实，或请对方转回后重新下载核实表")
        return None


_DESKS = {"village": "村", "township": "乡镇", "county": "县"}


def _written(row: Mapping[str, Any], clue: Clue | None) -> tuple[Problem, ...]:
    """What is missing or wrong in what was filled in, cell by cell."""
    number, found = row["row"], list[Problem]()
    statement, conclusion = row["statement"] or "", row["conclusion"] or ""
    key = _key(conclusion)
    if conclusion and not key:
        found.append(Problem(number, "conclusion", f"没有“{conclusion[:30]}”这种核实结论", "；请从下拉项中选择"))
    if (how := row["how"] or "") and how not in HOWS:
        found.append(Problem(number, "how", f"没有“{how[:30]}”这种核实方式", "；请从下拉项中选择，或空着不填"))
    if row["on"] and (why := _day_fault(row["on"], clue)):
        found.append(Problem(number, "on", why, "；请写作 2016-05-01 这样的日期，或空着不填"))
    for fault in faults_of(key, statement):
        at = _FIELDS[fault.where]
        if not any(one.key == at for one in found):
            found.append(Problem(number, at, fault.text))
    length = len(as_one(statement, how=how, on=_day(row["on"]), asked=row["asked"] or ""))
    if length > LONGEST:
        text = f"核实情况连同方式、日期、询问了谁共 {length} 字，最多 {LONGEST} 字"
        found.append(Problem(number, "statement", text, "；请写短一些"))
    return tuple(found)


def _day_fault(text: str, clue: Clue | None) -> str:
    day = _day(text)
    if day is None:
        return f"核实日期“{text[:30]}”不是日期"
    if day > timezone.localdate():
        return f"核实日期 {day} 在今天之后"
    if clue is not None and day < clue.raised_on:
        return f"核实日期 {day} 早于线索发现的日期 {clue.raised_on}"
    return ""


def _day(text: str | None) -> date | None:
    if not text:
        return None
    found: date | None = to_date(pl.Series([text]))[0]
    return found


def _answer(row: Mapping[str, Any], clue: Clue) -> Answer:
    said = as_one(row["statement"], how=row["how"] or "", on=_day(row["on"]), asked=row["asked"] or "")
    return Answer(clue.pk, _key(row["conclusion"]), said)


def _key(text: str) -> str:
    """The conclusion that a cell means, by its words in either language or its key; empty for anything else."""
    wanted = plain(text).lower()
    return next(
        (key for key, words in conclusions().items() if wanted in {key, *(plain(w).lower() for w in words)}), ""
    )


def _once(one: Line, alike: Sequence[Line]) -> Line:
    """A line beside all those about the same clue: said twice it is kept once, said in two ways not at all."""
    if len({other.answer for other in alike}) == 1:
        return one if one is alike[0] else replace(one, is_same=True)
    numbers = "、".join(str(other.row) for other in alike)
    problem = Problem(one.row, "clue", f"第 {numbers} 行是同一条线索，填的却不一样", "；请只留一行")
    return Line(one.row, one.cells, problems=(problem,))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
