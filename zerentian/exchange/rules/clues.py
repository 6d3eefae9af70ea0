"""Clue rules: one SELECT over matched deliveries and facts that names who is to be looked at, and why.

A rule file has a header of comment lines and one SELECT in the SQL that DuckDB and Spark share:

    -- id: vehicles.car
    -- title: 名下有小轿车
    -- title_en: Owns a car
    -- kind: doubt            (doubt: in the register, perhaps should not be; gap: entitled but not reached;
    --                         record: the register and the department disagree)
    -- standard: 七清四严 清2
    -- severity: strict       (clear 清, strict 严, check)
    -- definition: …
    -- definition_en: …
    -- article: 7
    -- procedure: removal     (what a confirmed clue opens; empty: none)
    -- checked_by: village    (who looks first: village, township, county)
    -- owner: poverty_office  (who answers for the rule and its numbers: that, or a key of the code list `department`)
    -- version: 1
    -- from: 2017-01-01       (effective date; `to:` ends it, `area:` narrows it)
    -- parameters: least=vehicles.least_value
    -- shows: kind=车辆类型|Kind, registered_on=登记日期|Registered on
    -- compares: registered_on=household.identified_on   (shown column = field of the register that should agree with it)
    -- alike: 初中=junior_7 junior_8 junior_9            (value of the department = codes of the register that mean the same; none: empty)
    -- ask: 车辆是否本人购买使用？|Was the vehicle bought and is it used by the person?

The SELECT yields household, person (null: the household as a whole), division, row (null: none) and the shown columns.
It may read `matched.<source>`, `facts.<view>` and `:on` besides its parameters.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlglot
from sqlglot import exp

from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import chain_of, parse_code

KINDS = ("doubt", "gap", "record")
SEVERITIES = ("clear", "strict", "check")
CHECKERS = ("village", "township", "county")
SUBJECT = ("household", "person", "division", "row")
_REQUIRED = ("id", "title", "title_en", "kind", "definition", "definition_en", "owner", "version", "from", "shows")
_HEADER = re.compile(r"^--\s*([a-z_]+):\s*(.*)$")
_FIELD = re.compile(r"(person|household)\.[a-z_]+")
VARIABLE = re.compile(r"(?<![:\w]):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of evidence that a clue shows, in words."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ClueRule:
    """One rule. `parameters` maps names in the SQL to the source's parameters; `sources` are the deliveries it reads.

    `columns` are all names of columns that its SQL has, of whatever table; with a star among them it reads every one.
    """

    id: str
    title: str
    title_en: str
    kind: str
    standard: str
    severity: str
    definition: str
    definition_en: str
    article: int
    procedure: str
    checked_by: str
    owner: str
    version: int
    valid_from: date
    valid_to: date | None
    area: int
    parameters: tuple[tuple[str, str], ...]
    shows: tuple[tuple[str, Shown], ...]
    compares: tuple[tuple[str, str], ...]
    alike: tuple[tuple[str, tuple[str, ...]], ...]
    ask: tuple[Shown, ...]
    sql: str
    sources: tuple[str, ...]
    facts: tuple[str, ...]
    columns: frozenset[str]
    file: str

    def in_force(self, on: date) -> bool:
        """Whether the rule holds on that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def reads(self, column: str) -> bool:
        """Whether it may read a column of that name."""
        return column.lower() in self.columns or "*" in self.columns

    def covers(self, division: int) -> bool:
        """Whether the rule holds in that division."""
        return self.area in chain_of(division)


def parse_rule(text: str, file: str) -> ClueRule:
    """The rule written in a file; Refused with reasons when header or SQL break the contract."""
    header = {m[1]: m[2].strip() for line in text.splitlines() if (m := _HEADER.match(line.strip()))}
    if missing := [key for key in _REQUIRED if not header.get(key)]:
        raise Refused(*(Reason("缺少文件头", f"{file} {key}") for key in missing))
    sql = "\n".join(line for line in text.splitlines() if not line.strip().startswith("--")).strip().rstrip(";")
    parameters, shows = _pairs(header.get("parameters", "")), _pairs(header["shows"])
    found, tree = _header_faults(header, file), _parsed(sql)
    if isinstance(tree, str):
        raise Refused(*found, Reason(tree, file))
    found += [Reason(f"没有声明的名字 :{name}", file) for name in _undeclared(sql, {"on", *dict(parameters)})]
    found += _sql_faults(tree, dict(shows), file)
    if found:
        raise Refused(*found)
    return ClueRule(
        id=header["id"], title=header["title"], title_en=header["title_en"], kind=header["kind"],
        standard=header.get("standard", ""), severity=header.get("severity") or "check",
        definition=header["definition"], definition_en=header["definition_en"], article=int(header.get("article") or 7),
        procedure=header.get("procedure", ""), checked_by=header.get("checked_by") or "village", owner=header["owner"],
        version=int(header["version"]), valid_from=date.fromisoformat(header["from"]),
        valid_to=date.fromisoformat(header["to"]) if header.get("to") else None,
        area=parse_code(header.get("area") or "36"), parameters=tuple(parameters),
        shows=tuple((column, _words(label)) for column, label in shows),
        compares=tuple(_pairs(header.get("compares", ""))),
        alike=tuple((value, tuple(codes.split())) for value, codes in _pairs(header.get("alike", ""))),
        ask=tuple(_words(q.strip()) for q in header.get("ask", "").split("；") if q.strip()), sql=sql,
        sources=_read(tree, "matched"), facts=_read(tree, "facts"), columns=columns_in(tree), file=file,
    )  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str]]:
    found = []
    for part in text.split(","):
        left, _, right = part.partition("=")
        if left.strip():
            found.append((left.strip(), right.strip() or left.strip()))
    return found


def _words(text: str) -> Shown:
    zh, _, en = text.partition("|")
    return Shown(zh.strip(), en.strip() or zh.strip())


def _header_faults(header: Mapping[str, str], file: str) -> list[Reason]:
    allowed = {"kind": KINDS, "severity": (*SEVERITIES, ""), "checked_by": (*CHECKERS, "")}
    found = []
    for key, values in allowed.items():
        if header.get(key, "") not in values and (key == "kind" or header.get(key)):
            found.append(Reason(f"应为 {'、'.join(v for v in values if v)} 之一", f"{file} {key}"))
    shown = dict(_pairs(header["shows"]))
    for column, field in _pairs(header.get("compares", "")):
        if column not in shown or not _FIELD.fullmatch(field):
            found.append(Reason("应写作 展示的列=person.字段 或 household.字段", f"{file} compares {column}"))
    if header.get("alike") and not header.get("compares"):
        found.append(Reason("只有写了 compares 的规则才能写 alike", f"{file} alike"))
    for key in ("from", "to"):
        try:
            if header.get(key):
                date.fromisoformat(header[key])
        except ValueError:
            found.append(Reason("应为日期，如 2017-01-01", f"{file} {key}"))
    return found


def _parsed(sql: str) -> exp.Query | str:
    """The one SELECT of a rule, or what is wrong with it."""
    try:
        found = [one for one in sqlglot.parse(VARIABLE.sub("null", sql), dialect="duckdb") if one is not None]
    except sqlglot.ParseError as error:
        return f"SQL 读不通：{str(error).splitlines()[0]}"
    if len(found) != 1 or not isinstance(found[0], exp.Select | exp.Union | exp.Subquery):
        return "应只有一条 SELECT"
    return found[0]


def _undeclared(sql: str, allowed: set[str]) -> list[str]:
    return sorted(set(VARIABLE.findall(sql)) - allowed)


def _sql_faults(tree: exp.Query, shows: Mapping[str, str], file: str) -> list[Reason]:
    named = set(tree.named_selects)
    found = [Reason(f"缺少列 {name}", file) for name in (*SUBJECT, *shows) if name not in named]
    found += [Reason(f"没有写进 shows 的列 {name}", file) for name in sorted(named - {*SUBJECT, *shows})]
    common = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.db not in ("matched", "facts") and table.name not in common:
            found.append(Reason(f"只能读 matched. 和 facts. 下的表，不能读 {table.sql()}", file))
    return found


def _read(tree: exp.Expr, schema: str) -> tuple[str, ...]:
    return tuple(sorted({table.name for table in tree.find_all(exp.Table) if table.db == schema}))


def columns_in(tree: exp.Expr) -> frozenset[str]:
    """The names of all columns that an SQL names, in small letters, and `*` when it has a star other than `count(*)`."""
    stars = [star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    return frozenset([*(column.name.lower() for column in tree.find_all(exp.Column)), *("*" for _ in stars)])


def bound(sql: str, values: Mapping[str, Any]) -> str:
    """The SQL with every `:name` written as a literal of its value (date, number or text)."""
    return VARIABLE.sub(lambda found: literal(values[found[1]]), sql)


def literal(value: Any) -> str:
    """A value as SQL text that DuckDB and Spark read alike."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def digest_of(rule: str, shown: Mapping[str, Any]) -> str:
    """What one piece of evidence says, as 32 hexadecimal digits: equal evidence, equal digest, whoever delivered it."""
    text = "\x1f".join([rule, *(f"{key}={'' if shown[key] is None else shown[key]}" for key in sorted(shown))])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
