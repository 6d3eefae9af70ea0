"""What a row must hold to be taken in: one function a check, one sentence, over whole columns at once.

A check that `stops` refuses the row; one that `asks` lets it in and puts a question to a person (domain rules of
data quality name outliers suspects, never verdicts). Every threshold is handed in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

import polars as pl

from zerentian.kernel.tables import Problem
from zerentian.registry.rules.income import SOURCES, TOLERANCE


@dataclass(frozen=True, slots=True)
class Limits:
    """The day, and the plausibility limits of the rulebook (`quality.…`, dots written as underscores)."""

    today: date
    id_minimum_year: int
    income_per_capita_maximum: Decimal | int
    income_wage_minimum: Decimal | int
    income_wage_maximum: Decimal | int
    income_allowance_minimum: Decimal | int
    income_pension_minimum: Decimal | int
    school_check_from_age: int
    school_check_to_age: int
    school_compulsory_from_age: int
    school_compulsory_to_age: int
    school_senior_minimum_age: int
    school_primary_maximum_age: int
    labour_from_age: int
    labour_to_age: int
    work_months_maximum: int
    land_farmland_per_person: Decimal | int
    land_forest_per_person: Decimal | int
    road_distance_maximum: Decimal | int
    household_size_maximum: int

    @classmethod
    def of(cls, today: date, values: Mapping[str, Any]) -> Self:
        """From the rulebook's parameters below `quality`."""
        named = {key.replace(".", "_"): value for key, value in values.items()}
        return cls(today=today, **{f.name: named[f.name] for f in fields(cls) if f.name != "today"})


@dataclass(frozen=True, slots=True)
class Check:
    """One check: where it looks, its sentence (`{}` takes the shown value), what to do, and which rows are wrong."""

    sheet: str
    key: str
    text: str
    todo: str
    stops: bool
    wrong: Callable[[Limits], pl.Expr]
    shown: pl.Expr | None = None


CHECKS: dict[str, list[Check]] = {"households": [], "persons": [], "incomes": [], "villages": [], "counties": []}
Wrong = Callable[[Limits], pl.Expr]


def stops(sheet: str, key: str, text: str, todo: str, *, shown: pl.Expr | None = None) -> Callable[[Wrong], Wrong]:
    """Register a check that refuses the row."""
    return _register(sheet, key, text, todo, stops=True, shown=shown)


def asks(sheet: str, key: str, text: str, todo: str, *, shown: pl.Expr | None = None) -> Callable[[Wrong], Wrong]:
    """Register a check that puts a question and lets the row in."""
    return _register(sheet, key, text, todo, stops=False, shown=shown)


def _register(
    sheet: str, key: str, text: str, todo: str, *, stops: bool, shown: pl.Expr | None
) -> Callable[[Wrong], Wrong]:
    def keep(wrong: Wrong) -> Wrong:
        CHECKS[sheet].append(Check(sheet, key, text, "；" + todo, stops, wrong, shown))
        return wrong

    return keep


def examine(sheet: str, frame: pl.DataFrame, limits: Limits) -> tuple[list[Problem], list[Problem]]:
    """Run every check of the sheet over typed rows: (problems that refuse their row, questions).

    Rows of persons must carry the columns `_fault`, `_sex` and `_born` made from their identity numbers.
    """
    checks = CHECKS[sheet]
    if frame.is_empty() or not checks:
        return [], []
    flags = frame.select(c.wrong(limits).fill_null(value=False).alias(str(i)) for i, c in enumerate(checks))
    refused: list[Problem] = []
    questions: list[Problem] = []
    for position, check in enumerate(checks):
        hit = flags[str(position)]
        if hit.any():
            (refused if check.stops else questions).extend(_problems(frame.filter(hit), check))
    return refused, questions


def _problems(frame: pl.DataFrame, check: Check) -> Iterator[Problem]:
    if check.shown is None:
        return (Problem(row, check.key, check.text, check.todo) for row in frame["row"])
    values = frame.select("row", shown=check.shown.cast(pl.String)).iter_rows()
    return (Problem(row, check.key, check.text.format(value), check.todo) for row, value in values)


def _years(limits: Limits, born: str = "birth_on") -> pl.Expr:
    """Whole years of age on the day of the check."""
    passed = (pl.col(born).dt.month() * 100 + pl.col(born).dt.day()) <= limits.today.month * 100 + limits.today.day
    return limits.today.year - pl.col(born).dt.year() - pl.when(passed).then(0).otherwise(1)


def _is(key: str, *keys: str) -> pl.Expr:
    return pl.col(key).is_in(list(keys))


# Households


@stops("households", "size", "家庭人口应不少于 1", "请核对")
def household_without_members(limits: Limits) -> pl.Expr:
    """A household has members."""
    return pl.col("size") < 1


@asks("households", "size", "家庭人口 {} 人，超过合理上限", "请核对是否合户登记", shown=pl.col("size"))
def household_too_large(limits: Limits) -> pl.Expr:
    """More members than plausible."""
    return pl.col("size") > limits.household_size_maximum


@stops("households", "other_causes", "其他致贫原因与主要致贫原因相同", "请删去相同的一项")
def second_cause_is_main(limits: Limits) -> pl.Expr:
    """Registration form A3: the other causes differ from the main one."""
    return pl.col("other_causes").str.split(",").list.contains(pl.col("cause"))


@stops("households", "other_causes", "其他致贫原因多于两项", "请最多保留两项")
def too_many_causes(limits: Limits) -> pl.Expr:
    """Registration form A3b: none to two."""
    return pl.col("other_causes").str.split(",").list.len() > 2


@stops("households", "fuel", "主要燃料多于三项", "请最多保留三项")
def too_many_fuels(limits: Limits) -> pl.Expr:
    """Registration form A36: at most three."""
    return pl.col("fuel").str.split(",").list.len() > 3


@stops("households", "exited_on", "脱贫日期早于识别日期", "请核对两个日期")
def exit_before_identification(limits: Limits) -> pl.Expr:
    """Nobody exits before being identified."""
    return pl.col("exited_on") < pl.col("identified_on")


@stops("households", "exited_on", "已脱贫户没有脱贫日期", "请填写")
def exited_without_date(limits: Limits) -> pl.Expr:
    """The state of having exited has a date."""
    return _is("status", "exited", "exited_no_policy") & pl.col("exited_on").is_null()


@stops("households", "status", "未脱贫户填了脱贫日期", "请核对脱贫状态")
def poor_with_exit_date(limits: Limits) -> pl.Expr:
    """A household that never returned can't be poor after its exit."""
    return _is("status", "poor") & pl.col("exited_on").is_not_null() & pl.col("returned_on").is_null()


@stops("households", "returned_on", "返贫日期早于脱贫日期", "请核对两个日期")
def return_before_exit(limits: Limits) -> pl.Expr:
    """Returning to poverty follows an exit."""
    return pl.col("returned_on") < pl.col("exited_on")


@asks("households", "returned_on", "返贫户没有返贫日期", "请填写")
def returned_without_date(limits: Limits) -> pl.Expr:
    """The state of having returned has a date."""
    return _is("status", "returned") & pl.col("returned_on").is_null()


@asks("households", "removed_on", "已清退或注销户没有日期", "请填写")
def removed_without_date(limits: Limits) -> pl.Expr:
    """Leaving the register has a date."""
    return _is("status", "removed", "closed") & pl.col("removed_on").is_null()


@stops("households", "risk_removed_on", "风险消除日期早于识别日期", "请核对两个日期")
def risk_removed_before_found(limits: Limits) -> pl.Expr:
    """A risk ends after it was found."""
    return pl.col("risk_removed_on") < pl.col("risk_found_on")


@stops("households", "house_year", "建房年份在今年之后", "请改正")
def house_from_the_future(limits: Limits) -> pl.Expr:
    """A dwelling that stands was built."""
    return pl.col("house_year") > limits.today.year


@asks("households", "house_area", "住房面积为 0", "请核对；没有住房的请注明安置方式")
def house_without_area(limits: Limits) -> pl.Expr:
    """Housing area 0 is a suspect of the exit check."""
    return pl.col("house_area") == 0


@asks(
    "households",
    "road_distance",
    "距村主干路 {} 公里，超过合理上限",
    "请核对单位是否为公里",
    shown=pl.col("road_distance"),
)
def road_too_far(limits: Limits) -> pl.Expr:
    """Farther from the road than plausible."""
    return pl.col("road_distance") > limits.road_distance_maximum


@asks("households", "farmland", "人均耕地超过合理上限", "请核对单位是否为亩")
def too_much_farmland(limits: Limits) -> pl.Expr:
    """More farmland a person than plausible."""
    return pl.col("farmland") > limits.land_farmland_per_person * pl.col("size")


@asks("households", "forest", "人均林地超过合理上限", "请核对单位是否为亩")
def too_much_forest(limits: Limits) -> pl.Expr:
    """More forest a person than plausible."""
    return pl.col("forest") > limits.land_forest_per_person * pl.col("size")


# Persons


@stops("persons", "id_number", "证件号码{}", "请对照证件改正", shown=pl.col("_fault"))
def impossible_number(limits: Limits) -> pl.Expr:
    """GB 11643: length, characters, date of birth and check digit; disability cards begin with the same number."""
    return pl.col("_fault").is_not_null()


@stops("persons", "sex", "性别与证件号码第 17 位不符", "请核对性别和证件号码")
def sex_against_number(limits: Limits) -> pl.Expr:
    """GB 11643: the 17th digit is odd for men."""
    return pl.col("_fault").is_null() & _is("sex", "male", "female") & (pl.col("sex") != pl.col("_sex"))


@stops("persons", "birth_on", "出生日期与证件号码不符", "请核对出生日期和证件号码")
def birth_against_number(limits: Limits) -> pl.Expr:
    """GB 11643: characters 7 to 14 are the date of birth."""
    return pl.col("_fault").is_null() & (pl.col("birth_on") != pl.col("_born"))


@stops("persons", "birth_on", "出生日期在今天之后", "请改正")
def born_in_the_future(limits: Limits) -> pl.Expr:
    """A member of a household is born."""
    return pl.col("birth_on") > limits.today


@asks("persons", "document_note", "没有证件，也没有注明原因", "请注明原因")
def no_document_no_reason(limits: Limits) -> pl.Expr:
    """A person without a document has a reason."""
    return _is("document_type", "none") & pl.col("document_note").is_null()


@stops("persons", "work_months", "务工月数 {} 不在一年之内", "请改正", shown=pl.col("work_months"))
def impossible_months(limits: Limits) -> pl.Expr:
    """Months of work in a year."""
    return (pl.col("work_months") < 0) | (pl.col("work_months") > limits.work_months_maximum)


@stops("persons", "public_post_months", "公益性岗位月数 {} 不在一年之内", "请改正", shown=pl.col("public_post_months"))
def impossible_post_months(limits: Limits) -> pl.Expr:
    """Months in a public post in a year."""
    return (pl.col("public_post_months") < 0) | (pl.col("public_post_months") > limits.work_months_maximum)


@stops("persons", "left_on", "减少日期早于增加日期", "请核对两个日期")
def left_before_joining(limits: Limits) -> pl.Expr:
    """Nobody leaves before joining."""
    return pl.col("left_on") < pl.col("joined_on")


@asks("persons", "work_months", "填了务工地点，没有务工月数", "请填写月数或删去地点")
def place_without_months(limits: Limits) -> pl.Expr:
    """A place of work goes with months of work."""
    return pl.col("work_region").is_not_null() & (pl.col("work_months").fill_null(0) == 0)


@asks("persons", "work_region", "填了务工月数，没有务工区域", "请填写务工区域")
def months_without_place(limits: Limits) -> pl.Expr:
    """Months of work go with a place."""
    return (pl.col("work_months") > 0) & pl.col("work_region").is_null()


@asks("persons", "labour", "健康的劳动年龄人口登记为无劳动力", "请核对")
def healthy_without_labour(limits: Limits) -> pl.Expr:
    """A healthy person of working age can work, unless at school."""
    age = _years(limits)
    in_school = pl.col("school_status").is_not_null() & ~_is("school_status", "not_student", "dropped_out")
    working_age = (age >= limits.labour_from_age) & (age < limits.labour_to_age)
    return _is("labour", "none", "lost") & _is("health", "healthy") & working_age & ~in_school


@asks("persons", "disability_kind", "健康状况含残疾，没有残疾类别", "请对照残疾人证填写")
def disabled_without_kind(limits: Limits) -> pl.Expr:
    """A disabled person has a kind of disability."""
    return pl.col("health").str.split(",").list.contains("disabled") & pl.col("disability_kind").is_null()


@asks("persons", "school_status", "{} 年出生，没有在校生状况", "请填写在校状况", shown=pl.col("birth_on").dt.year())
def school_age_without_status(limits: Limits) -> pl.Expr:
    """Persons of school age have a school status."""
    age = _years(limits)
    due = (age >= limits.school_check_from_age) & (age <= limits.school_check_to_age)
    return due & pl.col("school_status").is_null()


@asks("persons", "school_status", "年龄与在校状况不符（高中及以上）", "请核对出生日期和在校状况")
def too_young_for_senior(limits: Limits) -> pl.Expr:
    """Pupils of senior schools are older."""
    senior = pl.col("school_status").str.contains("^(?:senior|vocational|higher|technician|undergraduate|postgraduate)")
    return senior & (_years(limits) <= limits.school_senior_minimum_age)


@asks("persons", "school_status", "年龄与在校状况不符（小学）", "请核对出生日期和在校状况")
def too_old_for_primary(limits: Limits) -> pl.Expr:
    """Pupils of primary schools are younger."""
    return _is("school_status", "primary") & (_years(limits) >= limits.school_primary_maximum_age)


@asks("persons", "dropout_reason", "义务教育阶段失学辍学，没有原因", "请填写原因并落实控辍保学")
def dropout_without_reason(limits: Limits) -> pl.Expr:
    """A child out of school has a reason on record."""
    return _is("school_status", "dropped_out") & pl.col("dropout_reason").is_null()


# Incomes

_TOTAL = pl.sum_horizontal([pl.col(s).fill_null(0) for s in SOURCES]) - pl.col("production_cost").fill_null(0)
_HEAD = (pl.col("net").cast(pl.Float64) / pl.col("size").cast(pl.Float64)).round(2)


@stops("incomes", "size", "家庭人口应不少于 1", "请核对")
def income_without_members(limits: Limits) -> pl.Expr:
    """Income is shared by somebody."""
    return pl.col("size") < 1


@stops("incomes", "net", "各项收入减去生产经营性支出是 {} 元，与纯收入不符", "请逐项核对", shown=_TOTAL)
def income_does_not_add_up(limits: Limits) -> pl.Expr:
    """Registration form A17 to A19: sources less cost are the net income, within one yuan."""
    return (_TOTAL - pl.col("net")).abs() > TOLERANCE


@stops("incomes", "per_capita", "纯收入除以人口是 {} 元，与人均纯收入不符", "请核对人均纯收入或家庭人口", shown=_HEAD)
def income_per_head_wrong(limits: Limits) -> pl.Expr:
    """Registration form A20: net income by members, within one yuan."""
    return (_HEAD - pl.col("per_capita").cast(pl.Float64)).abs() > float(TOLERANCE)


@stops("incomes", "period_to", "计算期结束早于开始", "请改正")
def income_period_backwards(limits: Limits) -> pl.Expr:
    """A period runs forwards."""
    return pl.col("period_to") < pl.col("period_from")


@stops("incomes", "year", "年度在今年之后", "请改正")
def income_of_the_future(limits: Limits) -> pl.Expr:
    """Income is of a year that has begun."""
    return pl.col("year") > limits.today.year


@asks("incomes", "per_capita", "人均纯收入 {} 元，不在合理范围", "请核对单位是否为元", shown=pl.col("per_capita"))
def implausible_per_head(limits: Limits) -> pl.Expr:
    """Income a person at or below zero, or very high."""
    return (pl.col("per_capita") <= 0) | (pl.col("per_capita") > limits.income_per_capita_maximum)


@asks("incomes", "wage", "工资性收入 {} 元，不在合理范围", "请核对", shown=pl.col("wage"))
def implausible_wage(limits: Limits) -> pl.Expr:
    """Wages that are too small to be a wage, or very high."""
    low = (pl.col("wage") > 0) & (pl.col("wage") < limits.income_wage_minimum)
    return low | (pl.col("wage") > limits.income_wage_maximum)


@asks("incomes", "production_cost", "有生产经营性收入，没有支出", "请核对是否漏填成本")
def business_without_cost(limits: Limits) -> pl.Expr:
    """Production costs something."""
    return (pl.col("business") > 0) & (pl.col("production_cost").fill_null(0) == 0)


@asks("incomes", "low_income_allowance", "低保金 {} 元，低于合理下限", "请核对", shown=pl.col("low_income_allowance"))
def implausible_allowance(limits: Limits) -> pl.Expr:
    """An allowance below what is paid anywhere."""
    return (pl.col("low_income_allowance") > 0) & (pl.col("low_income_allowance") < limits.income_allowance_minimum)


@asks("incomes", "pension", "养老保险金 {} 元，低于合理下限", "请核对", shown=pl.col("pension"))
def implausible_pension(limits: Limits) -> pl.Expr:
    """A pension below what is paid anywhere."""
    return (pl.col("pension") > 0) & (pl.col("pension") < limits.income_pension_minimum)


# Villages and counties


@stops("villages", "natural_villages_with_road", "通硬化路自然村数多于自然村数", "请核对")
def more_roads_than_villages(limits: Limits) -> pl.Expr:
    """No more natural villages have a road than there are."""
    return pl.col("natural_villages_with_road") > pl.col("natural_villages")


@stops("villages", "trained_labour", "受训劳动力多于劳动力", "请核对")
def more_trained_than_labour(limits: Limits) -> pl.Expr:
    """No more workers are trained than there are."""
    return pl.col("trained_labour") > pl.col("labour_force")


@stops("villages", "exited_on", "已退出的村没有退出日期", "请填写")
def village_exit_without_date(limits: Limits) -> pl.Expr:
    """A village that has exited has a date."""
    return _is("status", "exited") & pl.col("exited_on").is_null()


@stops("counties", "exited_on", "已退出的县没有退出日期", "请填写")
def county_exit_without_date(limits: Limits) -> pl.Expr:
    """A county that has exited has a date."""
    return _is("status", "exited") & pl.col("exited_on").is_null()


# Every sheet

# Past days; periods of income and validity may lie ahead.
_PAST = {
    "households": ("identified_on", "exited_on", "returned_on", "removed_on", "confirmed_on", "helper_since"),
    "persons": ("identified_on", "joined_on", "left_on", "confirmed_on"),
    "incomes": (),
    "villages": ("exited_on", "confirmed_on", "team_since"),
    "counties": ("exited_on", "confirmed_on"),
}
_MAY_BE_NEGATIVE = {"net", "per_capita"}
MOST_COUNT, MOST_AMOUNT = 10**9, 10**11  # no count, amount or area of one row is larger


def in_the_future(sheet: str, frame: pl.DataFrame, limits: Limits) -> list[Problem]:
    """Days that must have passed."""
    found = []
    for key in _PAST[sheet]:
        rows = frame["row"].filter((frame[key] > limits.today).fill_null(value=False))
        found += [Problem(row, key, "日期在今天之后", "；请改正") for row in rows]
    return found


def out_of_range(frame: pl.DataFrame) -> list[Problem]:
    """Numbers below zero, or so large that a unit must be wrong."""
    found = []
    for key, kind in frame.schema.items():
        if key in ("row", "division", "year") or key.startswith("_") or not kind.is_numeric():
            continue
        values = frame[key]
        most = MOST_COUNT if kind.is_integer() else MOST_AMOUNT
        low = values < (-most if key in _MAY_BE_NEGATIVE else 0)
        for row in frame["row"].filter(low.fill_null(value=False)):
            found.append(Problem(row, key, "不能小于零", "；请改正"))
        for row in frame["row"].filter((values > most).fill_null(value=False)):
            found.append(Problem(row, key, "数值过大", "；请核对单位"))
    return found


def too_long(frame: pl.DataFrame, lengths: Mapping[str, int]) -> list[Problem]:
    """Texts that are longer than their field."""
    found = []
    for key, most in lengths.items():
        if key in frame.columns and frame[key].dtype == pl.String:
            over = frame["row"].filter((frame[key].str.len_chars() > most).fill_null(value=False))
            found += [Problem(row, key, f"超过 {most} 个字", "；请缩短") for row in over]
    return found
