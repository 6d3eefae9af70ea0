"""A source: whose data it is, how often it comes, on what ground, how its rows name people, and its clue rules.

Everything about a source stands in its folder: `contract.json`, `source.yaml`, `parameters.yaml`, `rules/*.sql`,
`examples.yaml`, `sample.yaml`. Nothing else in the program names a source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, model_validator

from zerentian.exchange.rules.clues import ClueRule
from zerentian.exchange.rules.contracts import Contract
from zerentian.rulebook.rules.pack import Area, Entry, Words
from zerentian.rulebook.rules.parameters import DatedValue, Parameter, value_for

Mode = Literal["full", "incremental"]
Cadence = Literal["monthly", "quarterly", "half_yearly", "yearly"]
# Columns that stand beside the contracted ones in a table or what was matched from it.
_OWN = frozenset(
    ("name", "sound", "length", "c1", "c2", "c3", "c4", "s1", "s2", "s3", "s4", "tail", "number_born", "born")
    + ("told_sex", "told_county", "fields", "region")
)
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


class PersonKeys(Entry):
    """Which columns name a person: `id_number` first; the others serve when it is missing or mistyped."""

    id_number: str = ""
    name: str = ""
    birth_on: str = ""
    sex: str = ""
    area: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns used."""
        return tuple(c for c in (self.id_number, self.name, self.birth_on, self.sex, self.area) if c)


class Catalogue(Entry):
    """The entry of the sharing catalogue (GB/T 21063): class, sharing type, ground of sharing."""

    resource: str
    sharing: Literal["unconditional", "conditional"] = "conditional"
    ground: Words


class SourceFile(Entry):
    """source.yaml."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: Words
    description: Words
    department: str
    level: Literal["province", "city", "county"]
    catalogue: Catalogue
    mode: Mode
    cadence: Cadence
    person: PersonKeys = PersonKeys()
    firm: str = ""  # the column with the unified social credit code (GB 32100)
    division: str = ""  # the column with the code of the division that the row belongs to
    personal: tuple[str, ...] = ()
    kept_until: Literal["next", "retention"] = "retention"
    reach: dict[str, Words] = {}  # kept for notes shown beside a column on the clue's page
    areas: tuple[Area, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> "SourceFile":
        if not self.person.id_number and not self.person.name and not self.firm and not self.division:
            raise ValueError("至少要有一列能对上人、单位或区划")
        return self


@dataclass(frozen=True, slots=True)
class Source:
    """One source as everyone works with it."""

    file: SourceFile
    contract: Contract
    parameters: Mapping[str, Parameter]
    rules: tuple[ClueRule, ...]

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.file.id

    @property
    def plain(self) -> tuple[str, ...]:
        """The columns that are kept readable: contracted, and not personal."""
        return tuple(name for name in self.contract.names if name not in self.file.personal)

    def parameter(self, name: str, division: int, on: date) -> DatedValue | None:
        """The value of one of its parameters there and then, the most specific area first."""
        found = self.parameters.get(name)
        return value_for(found.values, division, on) if found else None


def faults(source: Source) -> list[str]:
    """What does not fit together in a source's folder, in sentences; empty when it can be used."""
    file, names = source.file, set(source.contract.names)
    used = [*file.person.columns, file.firm, file.division, *file.personal]
    found = [f"source.yaml 里的列 {name} 不在契约中" for name in used if name and name not in names]
    hidden = {file.person.id_number, file.person.name} - {""}
    found += [f"列 {name} 能认出人，应列入 personal" for name in sorted(hidden - set(file.personal))]
    found += [f"列名 {c} 留给平台使用，请改名" for c in source.plain if c in _OWN]
    for rule in source.rules:
        found += [f"规则 {rule.id} 用到的参数 {p} 没有定义" for _, p in rule.parameters if p not in source.parameters]
        readable = set(source.plain)
        found += [f"规则 {rule.id} 展示的列 {c} 不可展示" for c, _ in rule.shows if c in names and c not in readable]
        if not rule.id.startswith(f"{source.id}."):
            found.append(f"规则 {rule.id} 应以 {source.id}. 开头")
    return found


@dataclass(frozen=True, slots=True)
class Term:
    """One delivery that is owed: the period it covers and the day it is due."""

    period: str
    first: date
    due_on: date


def period_end(period: str) -> tuple[int, int]:
    """Year and last month of a period, of whatever cadence: a source may come to deliver more often."""
    year, _dash, part = period.partition("-")
    months = {"Q": 3, "H": 6}.get(part[:1])
    return int(year), months * int(part[1:]) if months else int(part or 12)


def terms(cadence: Cadence, due_days: int, since: date, until: date) -> list[Term]:
    """The deliveries owed for periods that ended in [since, until], each due `due_days` days after its period's end."""
    months = _MONTHS[cadence]
    found = []
    start = date(since.year, (since.month - 1) // months * months + 1, 1)
    while start <= until:
        number = start.year * 12 + start.month - 1 + months
        after = date(number // 12, number % 12 + 1, 1)
        last = after - timedelta(days=1)
        if since <= last <= until:
            found.append(Term(_period(cadence, start), start, last + timedelta(days=due_days)))
        start = after
    return found


def _period(cadence: Cadence, start: date) -> str:
    if cadence == "monthly":
        return f"{start.year}-{start.month:02d}"
    if cadence == "quarterly":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if cadence == "half_yearly":
        return f"{start.year}-H{1 if start.month == 1 else 2}"
    return str(start.year)
