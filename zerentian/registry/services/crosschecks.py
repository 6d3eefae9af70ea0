# ruff: noqa: S608 - the statements are put together from this file's own words and the models' field names
"""Checks that look beyond one row: twice in the file, against the register, between household, person and income.

Each is one SQL statement over the staging tables. What is refused leaves staging, so that only good rows wait there.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import narrowed
from zerentian.kernel.scope import Level, Scope, level_of
from zerentian.registry.rules.standards import DECIDED

EVERYTHING = (0, 10**12)
TABLES = {  # as views of the scope: the tables themselves only take rows in
    "households": "registry_stagedhousehold_seen",
    "persons": "registry_stagedperson_seen",
    "incomes": "registry_stagedincome_seen",
    "villages": "registry_stagedvillage_seen",
    "counties": "registry_stagedcounty_seen",
}


@dataclass(frozen=True, slots=True)
class Cross:
    """One check: `bad` selects (id, file, row, number, text) of staged rows; `wide` looks at the whole register."""

    sheet: str
    key: str
    todo: str
    bad: str
    stops: bool = True
    wide: bool = False


_MINE = "s.import_id = %(import)s and s.division >= %(lo)s and s.division < %(hi)s"
_PLACE = "(s.file::bigint << 32 | s.row)"


def _twice(sheet: str, keys: str, text: str, *, number: str, where: str = "true") -> str:
    """All but the first of the rows that agree in `keys`."""
    table = TABLES[sheet]
    return f"""
        select s.id, s.file, s.row, {number}::text as number, {text} as text
        from {table} s join (
          select {keys}, min({_PLACE}) as first, count(*) from {table} s where {_MINE} and {where}
          group by {keys} having count(*) > 1
        ) d using ({keys})
        where {_MINE} and {where} and {_PLACE} <> d.first"""


_ROW = "(d.first & 4294967295)"
_SOMEWHERE = "coalesce((select string_agg(t.name, '' order by t.id) from territory_division t where t.id in (h.division / 1000000 * 1000000, h.division / 1000 * 1000)), h.division::text)"  # noqa: E501
_IN_SCOPE = "h.division <@ %(ranges)s::int8multirange"

# Before the references: what stands twice, and what belongs to others.
OWN = (
    Cross("households", "number", "；请保留一行", _twice("households", "number", f"'户编号与第 ' || {_ROW} || ' 行相同'", number="s.number")),
    Cross("persons", "number", "；请保留一行", _twice("persons", "number", f"'人口编号与第 ' || {_ROW} || ' 行相同'", number="s.number")),
    Cross(
        "persons", "id_number", "；请核对是谁的证件",
        _twice("persons", "id_token", f"'证件号码与第 ' || {_ROW} || ' 行相同'", number="s.number",
               where="s.id_token is not null and s.left_on is null"),
    ),
    Cross(
        "incomes", "year", "；请保留一行",
        _twice("incomes", "household_number, year", f"'这一年的收入与第 ' || {_ROW} || ' 行重复'", number="s.household_number"),
    ),
    Cross("villages", "year", "；请保留一行", _twice("villages", "division, year", f"'与第 ' || {_ROW} || ' 行重复'", number="s.division")),
    Cross("counties", "year", "；请保留一行", _twice("counties", "division, year", f"'与第 ' || {_ROW} || ' 行重复'", number="s.division")),
)  # fmt: skip


def _decided(sheet: str, keys: tuple[str, ...], known: str, number: str, todo: str) -> Cross:
    """Rows that would change what a procedure decides, which a file may only repeat; the platform's own loading goes on."""
    differ = " or ".join(
        f"(nullif(s.{key}::text, '') is not null and s.{key} is distinct from h.{key})" for key in keys
    )
    return Cross(
        sheet, "status", todo,
        f"select s.id, s.file, s.row, {number}::text as number, '脱贫、退出或监测的状态和日期与册上不一致' as text"
        f" from {TABLES[sheet]} s join {known} where {_MINE} and %(is_somebody)s and ({differ})",
    )  # fmt: skip


def _standing(table: str) -> str:
    """The newest form of the place up to the year of the row."""
    return (
        f"lateral (select status, exited_on from {table} t where t.division = s.division and t.year <= s.year"
        " order by t.year desc limit 1) h on h.status <> ''"
    )


# Against the register; run again for each range just before it is taken over.
AGAINST_REGISTER = (
    Cross(
        "households", "number", "；请核对户编号",
        f"select s.id, s.file, s.row, s.number, '户编号已用于' || {_SOMEWHERE} || '的户' as text"
        f" from registry_stagedhousehold_seen s join registry_household h on h.number = s.number where {_MINE} and not {_IN_SCOPE}",
        wide=True,
    ),
    Cross(
        "households", "number", "；申请户经识别程序登记入册，不能由采集表改为在册",
        "select s.id, s.file, s.row, s.number, '户编号是申请户的' as text from registry_stagedhousehold_seen s"
        f" join registry_household h on h.number = s.number and h.status in ('applying', 'not_identified') where {_MINE}",
    ),
    Cross(
        "households", "number", "；请删去这一行，成员写在并入的那一户",
        "select s.id, s.file, s.row, s.number, '这一户已并入 ' || k.number as text from registry_stagedhousehold_seen s"
        " join registry_household h on h.number = s.number and h.status = 'closed'"
        " join registry_householdchange c on c.other_id = h.id and c.kind = 'merge'"
        f" join registry_household k on k.id = c.household_id where {_MINE}",
    ),
    _decided(
        "households", DECIDED, "registry_household h on h.number = s.number", "s.number",
        "；识别、退出、返贫、清退和监测按程序办理，采集表不能改；请改成册上的",
    ),
    Cross(
        "persons", "household_number", "；请改用现在的户编号，换户在“成员变动”办理",
        "select s.id, s.file, s.row, s.number, '这名成员已分户、合户或转户，现在在户 ' || h.number as text"
        " from registry_stagedperson_seen s join registry_person t on t.number = s.number"
        f" join registry_household h on h.id = t.household_id and h.number <> s.household_number where {_MINE} and h.id in ("
        "select unnest(array[household_id, other_id]) from registry_householdchange where kind in ('split', 'merge', 'move'))",
    ),
    Cross(
        "persons", "number", "；请核对人口编号",
        f"select s.id, s.file, s.row, s.number, '人口编号已用于' || {_SOMEWHERE} || '的人' as text"
        f" from registry_stagedperson_seen s join registry_person h on h.number = s.number where {_MINE} and not {_IN_SCOPE}",
        wide=True,
    ),
    Cross(
        "persons", "id_number", "；若已转户，请先导入原户这名成员的减少日期和减少原因",
        f"select s.id, s.file, s.row, s.number, case when {_IN_SCOPE} then '证件号码与' || {_SOMEWHERE} || '的人口 ' || h.number || '相同'"
        f" else '证件号码与' || {_SOMEWHERE} || '的人口相同' end as text"
        " from registry_stagedperson_seen s join registry_person h on h.id_token = s.id_token and h.left_on is null"
        f" where {_MINE} and s.left_on is null and h.number <> s.number and not exists ("
        "select 1 from registry_stagedperson_seen o where o.import_id = s.import_id and o.number = h.number and o.left_on is not null)",
        wide=True,
    ),
)  # fmt: skip


def _homeless(sheet: str, number: str) -> str:
    """Rows whose household is neither in the file nor in the register within the scope, or lies elsewhere."""
    table = TABLES[sheet]
    return f"""
        select s.id, s.file, s.row, {number} as number, case
          when coalesce(f.division, h.division) is not null then '村代码与户 ' || s.household_number || ' 的不一致'
          when exists (select 1 from registry_importproblem p where p.import_id = %(import)s and p.sheet = 'households'
                       and p.stops and p.number = s.household_number)
            then '户 ' || s.household_number || ' 在文件里，但未通过检查'
          else '没有编号为 ' || s.household_number || ' 的户' end as text
        from {table} s
        left join registry_stagedhousehold_seen f on f.import_id = %(import)s and f.number = s.household_number
        left join registry_household h on h.number = s.household_number
        where {_MINE} and coalesce(f.division, h.division) is distinct from s.division"""


REFERENCES = (
    _decided(
        "villages", ("status", "exited_on"), _standing("registry_village"), "s.division",
        "；村退出按程序办理，采集表不能改；请改成册上的，空着表示不变",
    ),
    _decided(
        "counties", ("status", "exited_on"), _standing("registry_county"), "s.division",
        "；县退出按程序办理，采集表不能改；请改成册上的，空着表示不变",
    ),
    Cross(
        "households", "number", "；新的户在“申请户”登记，经识别程序入册；初次建档由县级导入",
        "select s.id, s.file, s.row, s.number, '册上没有这一户，村和乡镇不能由采集表登记入册' as text"
        " from registry_stagedhousehold_seen s left join registry_household h on h.number = s.number"
        f" where {_MINE} and %(is_local)s and h.id is null",
    ),
)  # fmt: skip

# Of those who belong to a household, once it is known which households are left.
OF_HOUSEHOLDS = (
    Cross("persons", "household_number", "；请先改正或补上这一户", _homeless("persons", "s.number")),
    Cross("incomes", "household_number", "；请先改正或补上这一户", _homeless("incomes", "s.household_number")),
    Cross(
        "persons", "id_number", "；请填写，或把证件类型改为“无证件”并注明原因",
        "select s.id, s.file, s.row, s.number, '没有证件号码' as text from registry_stagedperson_seen s"
        f" left join registry_person h on h.number = s.number where {_MINE} and s.id_token is null"
        " and s.document_type <> 'none' and (h.id is null or h.id_token is null)",
    ),
    Cross(
        "persons", "relation", "；请改正其中一人与户主的关系",
        _twice("persons", "household_number", f"'这一户已有户主（第 ' || {_ROW} || ' 行）'", number="s.number",
               where="s.relation = 'head' and s.left_on is null"),
    ),
)  # fmt: skip

# What the persons of the file make of their households; questions only.
SHAPE = """
    create temporary table household_shape on commit drop as
    select household_number as number, count(*) as members, count(*) filter (where relation = 'head') as heads,
      count(*) filter (where relation = 'spouse') as spouses, max(name) filter (where relation = 'head') as head,
      bool_or(health <> '' and health <> 'healthy') as sick, bool_or(strpos(health, 'disabled') > 0) as disabled,
      bool_or(school_status not in ('', 'not_student', 'dropped_out', 'preschool_age')) as student, bool_or(has_allowance) as allowance
    from registry_stagedperson_seen where import_id = %(import)s and left_on is null group by 1
"""
# Each household of the file with what its persons make of it, for the questions that compare the two: narrow rows, read often.
SHAPED = """
    create temporary table household_shaped on commit drop as
    select s.id, s.file, s.row, s.number, s.size, s.head_name, s.cause, s.household_type,
      c.members, c.heads, c.spouses, c.head, c.sick, c.disabled, c.student, c.allowance
    from registry_stagedhousehold_seen s join household_shape c on c.number = s.number where s.import_id = %(import)s
"""


def _asks(key: str, text: str, todo: str, where: str) -> Cross:
    bad = f"select s.id, s.file, s.row, s.number, {text} as text from household_shaped s where {where}"
    return Cross("households", key, todo, bad, stops=False)


QUESTIONS = (
    _asks("size", "'家庭人口填 ' || s.size || ' 人，人口表有 ' || s.members || ' 人'", "；请核对", "s.size <> s.members"),
    _asks("head_name", "'人口表里没有户主'", "；请确定户主", "s.heads = 0"),
    _asks("head_name", "'户主姓名与人口表的户主不一致'", "；请核对", "s.heads = 1 and s.head <> s.head_name"),
    _asks("head_name", "'户主有几个配偶'", "；请核对与户主关系", "s.spouses > 1"),
    _asks("cause", "'因病致贫，但成员都登记为健康'", "；请核对致贫原因或健康状况", "s.cause = 'illness' and s.sick is false"),
    _asks("cause", "'因残致贫，但没有残疾成员'", "；请核对致贫原因或健康状况", "s.cause = 'disability' and s.disabled is false"),
    _asks("cause", "'因学致贫，但没有在校生'", "；请核对致贫原因或在校状况", "s.cause = 'schooling' and s.student is false"),
    _asks("household_type", "'低保贫困户没有享受低保的成员'", "；请核对", "s.household_type = 'low_income_allowance' and s.allowance is not true"),
    Cross(
        "households", "size", "；请先改正人口表里这一户的成员，或确认这一户没有成员",
        "select s.id, s.file, s.row, s.number, '人口表里没有这一户可登记的成员' as text from registry_stagedhousehold_seen s"
        " left join household_shape c on c.number = s.number left join registry_household h on h.number = s.number"
        f" where {_MINE} and c.number is null and h.id is null and (exists (select 1 from household_shape)"
        " or exists (select 1 from registry_importproblem p where p.import_id = %(import)s and p.sheet = 'persons'))",
        stops=False,
    ),
    Cross(
        "households", "grid", "；请先在“机构与岗位”登记网格，或核对名称",
        "select s.id, s.file, s.row, s.number, '网格“' || s.grid || '”还没有登记' as text from registry_stagedhousehold_seen s"
        f" where {_MINE} and s.grid <> '' and not exists (select 1 from organisations_grid g"
        " where g.division = s.division and g.name = s.grid)",
        stops=False,
    ),
    Cross(
        "incomes", "size", "；请核对",
        "select s.id, s.file, s.row, s.household_number as number, '收入表人口 ' || s.size || ' 人，户表 ' || h.size || ' 人' as text"
        " from registry_stagedincome_seen s join registry_stagedhousehold_seen h on h.import_id = %(import)s and h.number = s.household_number"
        f" where {_MINE} and h.size <> s.size",
        stops=False,
    ),
)  # fmt: skip

_REFUSE = """
with bad as materialized ({bad}),
told as (
  insert into registry_importproblem (import_id, sheet, file, row, key, text, todo, stops, number)
  select distinct on (id) %(import)s, %(sheet)s, file, row, %(key)s, left(text, 300), %(todo)s, true, left(number, 40) from bad
)
delete from {table} s using bad where s.id = bad.id
"""
_ASK = """
insert into registry_importproblem (import_id, sheet, file, row, key, text, todo, stops, number)
select %(import)s, %(sheet)s, file, row, %(key)s, left(text, 300), %(todo)s, false, left(number, 40) from ({bad}) bad
"""


def run_check(check: Cross, import_id: int, by: Actor, within: tuple[int, int] = EVERYTHING) -> int:
    """Run one check inside an open unit; how many rows it found."""
    if check.wide:
        with narrowed(Scope.everywhere()):
            return _run(check, import_id, by, within)
    return _run(check, import_id, by, within)


def _run(check: Cross, import_id: int, by: Actor, within: tuple[int, int]) -> int:
    values: dict[str, Any] = {
        "import": import_id,
        "sheet": check.sheet,
        "key": check.key,
        "todo": check.todo,
        "lo": within[0],
        "hi": within[1],
        "is_somebody": by.division is not None,
        "is_local": by.division is not None and level_of(by.division) > Level.COUNTY,
        "ranges": "{" + ",".join(f"[{r.lo},{r.hi})" for r in by.scope.ranges) + "}",
    }
    statement = (_REFUSE if check.stops else _ASK).format(bad=check.bad, table=TABLES[check.sheet])
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def prepare() -> None:
    """Sorts in memory, and no nested loops: fresh staging tables have no statistics yet."""
    with connection.cursor() as cursor:
        cursor.execute("set local work_mem = '128MB'")
        cursor.execute("set local enable_nestloop = off")


def shape(import_id: int) -> None:
    """What the persons of the file make of each household, and the households with it, for the questions."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists household_shape, household_shaped")
        cursor.execute(SHAPE, {"import": import_id})
        cursor.execute(SHAPED, {"import": import_id})
