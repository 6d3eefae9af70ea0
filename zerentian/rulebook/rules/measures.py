"""A measure file: header, one SELECT for the figure, one for the rows behind it; and what it may read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from zerentian.kernel.refusal import Reason, Refused

_HEADER = re.compile(r"^--\s*([a-z_]+):\s*(.*)$")
_INCLUDE = re.compile(r"^[ \t]*-- include: ([\w.]+)[ \t]*$", re.M)
_EVIDENCE = re.compile(r"^--\s*evidence:\s*(.*)$", re.M)
_REQUIRED = ("id", "title", "title_en", "unit", "grain", "definition", "definition_en", "article")
UNITS = ("percent", "count", "days", "yuan", "ratio")
# What the figure and the evidence must yield, by grain.
COLUMNS = {
    "village": {"division", "numerator", "denominator"},
    "body": {"body", "division", "numerator", "denominator"},
}
_ROW = {"id", "kind", "division", "label", "why"}
# A body's own figure is shown with its own rows only, so its evidence names the body.
EVIDENCE_COLUMNS = {"village": _ROW, "body": _ROW | {"body"}}
NAMES = ("on", "period_start", "period_end")
# Functions that PostgreSQL and DuckDB read differently, or only one of them knows.
_VARIABLE = re.compile(r"(?<![:\w]):([a-z_]+)")
_UNSHARED = {"date_diff", "datediff", "list", "list_agg", "quantile_cont", "quantile_disc", "try_strptime", "hash"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One named figure. `parameters` maps names in the SQL to rulebook parameters; `facts` are the views it reads."""

    id: str
    title: str
    title_en: str
    unit: str
    grain: str
    definition: str
    definition_en: str
    article: int
    parameters: tuple[tuple[str, str], ...]
    sql: str
    evidence_title: str
    evidence_title_en: str
    evidence_sql: str
    facts: tuple[str, ...]
    file: str


def parse_measure(text: str, file: str, parts: Mapping[str, str] | None = None) -> Measure:
    """The measure written in a file; Refused with reasons when header or SQL break the contract.

    `parts` are the pieces of SQL that several statements share: a line `-- include: name` stands for one.
    """
    head, evidence_mark, tail = _cut(text)
    header = _header(head)
    missing = [key for key in _REQUIRED if not header.get(key)]
    if missing:
        raise Refused(*(Reason("缺少文件头", f"{file} {key}") for key in missing))
    sql, evidence_sql = (_bare(_whole(text, parts or {}, file)) for text in (head, tail))
    parameters = _parameters(header.get("parameters", ""))
    faults = _header_faults(header, file)
    allowed = {*NAMES, *(name for name, _ in parameters)}
    faults += sql_faults(sql, COLUMNS.get(header["grain"], set()), allowed, file)
    if evidence_sql:
        faults += sql_faults(evidence_sql, EVIDENCE_COLUMNS.get(header["grain"], _ROW), allowed, f"{file} evidence")
    else:
        faults.append(Reason("缺少“-- evidence:”及其查询", file))
    if faults:
        raise Refused(*faults)
    return Measure(
        id=header["id"],
        title=header["title"],
        title_en=header["title_en"],
        unit=header["unit"],
        grain=header["grain"],
        definition=header["definition"],
        definition_en=header["definition_en"],
        article=int(header["article"]),
        parameters=parameters,
        sql=sql,
        evidence_title=evidence_mark,
        evidence_title_en=header.get("evidence_en", evidence_mark),
        evidence_sql=evidence_sql,
        facts=tuple(sorted(tables_read(sql) | tables_read(evidence_sql))),
        file=file,
    )


def _cut(text: str) -> tuple[str, str, str]:
    mark = _EVIDENCE.search(text)
    return (text, "", "") if mark is None else (text[: mark.start()], mark[1].strip(), text[mark.end() :])


def _whole(text: str, parts: Mapping[str, str], file: str) -> str:
    """The text with what it includes; a part may include others, but not itself."""
    for _deep in range(len(parts) + 1):
        named = set(_INCLUDE.findall(text))
        if not named:
            return text
        if unknown := named - set(parts):
            raise Refused(Reason(f"parts 里没有 {'、'.join(sorted(unknown))}.sql", f"{file} include"))
        text = _INCLUDE.sub(lambda found: parts[found[1]], text)
    raise Refused(Reason(f"{'、'.join(sorted(named))} 引用了自己", f"{file} include"))


def _header(head: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.splitlines():
        if match := _HEADER.match(line.strip()):
            found[match[1]] = match[2].strip()
    return found


def _bare(text: str) -> str:
    """The SQL without its comment lines."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("--")]
    return "\n".join(lines).strip().rstrip(";").strip()


def _parameters(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.split("=", 1) for part in re.split(r"[,，]\s*", text) if "=" in part]
    return tuple((name.strip(), parameter.strip()) for name, parameter in pairs)


def _header_faults(header: dict[str, str], file: str) -> list[Reason]:
    faults = []
    if file.rsplit("/", 1)[-1] != f"{header['id']}.sql":
        faults.append(Reason(f"文件名应为 {header['id']}.sql", f"{file} id"))
    if header["unit"] not in UNITS:
        faults.append(Reason(f"应为 {'、'.join(UNITS)} 之一", f"{file} unit"))
    if header["grain"] not in COLUMNS:
        faults.append(Reason("应为 village 或 body", f"{file} grain"))
    if not header["article"].isdigit():
        faults.append(Reason("应为条号", f"{file} article"))
    return faults


def _readable(sql: str) -> str:
    """The statement with its variables renamed, since `:on` would read as the keyword ON."""
    return _VARIABLE.sub(r":v_\1", sql)


def tables_read(sql: str) -> set[str]:
    """The names of the views in `facts` that a statement reads; others keep their schema in the name."""
    tree = sqlglot.parse_one(_readable(sql), read="postgres")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    found = set()
    for table in tree.find_all(exp.Table):
        if table.db == "facts":
            found.add(table.name)
        elif table.db or table.name not in own:
            found.add(f"{table.db or 'public'}.{table.name}")
    return found


def sql_faults(sql: str, columns: set[str], names: set[str], where: str) -> list[Reason]:
    """Why a statement may not serve: not one SELECT, reads outside `facts`, wrong columns or names."""
    try:
        statements = [s for s in sqlglot.parse(_readable(sql), read="postgres") if s is not None]
    except sqlglot.errors.SqlglotError as error:
        return [Reason(f"SQL 不能解析：{str(error).splitlines()[0]}", where)]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return [Reason("应为一条 SELECT 语句", where)]
    tree = statements[0]
    faults = [
        Reason(f"只能读取 facts 里的视图，读到了 {table}", where) for table in sorted(tables_read(sql)) if "." in table
    ]
    if columns and (found := set(tree.named_selects)) != columns:
        faults.append(Reason(f"应给出列 {'、'.join(sorted(columns))}，给出的是 {'、'.join(sorted(found))}", where))
    used = set(_VARIABLE.findall(sql))
    if unknown := used - names:
        faults.append(Reason(f"不认识的变量 {'、'.join(sorted(unknown))}", where))
    called = {f.name.lower() if isinstance(f, exp.Anonymous) else f.key for f in tree.find_all(exp.Func)}
    if banned := called & _UNSHARED:
        faults.append(Reason(f"PostgreSQL 与 DuckDB 不通用的函数 {'、'.join(sorted(banned))}", where))
    return faults


def document(measures: list[Measure], duties_of: dict[str, list[str]], missing: list[str]) -> str:
    """The generated page of all measures, in Markdown; `missing` are named by duties and not yet computed."""
    lines = [
        "# Measures",
        "",
        "Generated by `zerentian rulebook_docs`; don't edit. Every figure of the ledger is one of these SELECTs over",
        "the views in the schema `facts`.",
        "",
        f"{len(measures)} measures are computed; {len(missing)} more are named by duties and not yet measured.",
        "",
    ]
    for m in sorted(measures, key=lambda m: m.id):
        lines += [
            f"## `{m.id}` — {m.title_en}",
            "",
            f"{m.title}：{m.definition}",
            "",
            f"{m.definition_en}",
            "",
            f"Article {m.article} · unit {m.unit} · grain {m.grain}"
            f" · duties {', '.join(duties_of.get(m.id, [])) or '–'}"
            f" · reads {', '.join(f'`facts.{f}`' for f in m.facts)}",
            "",
            "```sql",
            m.sql,
            "```",
            "",
            f"Rows behind it: {m.evidence_title_en}",
            "",
            "```sql",
            m.evidence_sql,
            "```",
            "",
        ]
    lines += ["## Not yet measured", "", *(f"- `{name}`" for name in missing), ""]
    return "\n".join(lines)
