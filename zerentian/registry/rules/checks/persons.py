"""Checks of a person's row."""

import polars as pl

from zerentian.registry.rules.checks.declared import Limits, asks, one_of, stops, years
from zerentian.registry.rules.phones import misshapen


@stops("persons", "id_number", "证件号码{}", "请对照证件改正", shown=pl.col("_fault"))
def impossible_number(limits: Limits) -> pl.Expr:
    """GB 11643: length, characters, date of birth and check digit; disability cards begin with the same number."""
    return pl.col("_fault").is_not_null()


@stops("persons", "sex", "性别与证件号码第 17 位不符", "请核对性别和证件号码")
def sex_against_number(limits: Limits) -> pl.Expr:
    """GB 11643: the 17th digit is odd for men."""
    return pl.col("_fault").is_null() & one_of("sex", "male", "female") & (pl.col("sex") != pl.col("_sex"))


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
    return one_of("document_type", "none") & pl.col("document_note").is_null()


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
    age = years(limits)
    in_school = pl.col("school_status").is_not_null() & ~one_of("school_status", "not_student", "dropped_out")
    working_age = (age >= limits.labour_from_age) & (age < limits.labour_to_age)
    return one_of("labour", "none", "lost") & one_of("health", "healthy") & working_age & ~in_school


@asks("persons", "disability_kind", "健康状况含残疾，没有残疾类别", "请对照残疾人证填写")
def disabled_without_kind(limits: Limits) -> pl.Expr:
    """A disabled person has a kind of disability."""
    return pl.col("health").str.split(",").list.contains("disabled") & pl.col("disability_kind").is_null()


@asks("persons", "school_status", "{} 年出生，没有在校生状况", "请填写在校状况", shown=pl.col("birth_on").dt.year())
def school_age_without_status(limits: Limits) -> pl.Expr:
    """Persons of school age have a school status."""
    age = years(limits)
    due = (age >= limits.school_check_from_age) & (age <= limits.school_check_to_age)
    return due & pl.col("school_status").is_null()


@asks("persons", "school_status", "年龄与在校状况不符（高中及以上）", "请核对出生日期和在校状况")
def too_young_for_senior(limits: Limits) -> pl.Expr:
    """Pupils of senior schools are older."""
    senior = pl.col("school_status").str.contains("^(?:senior|vocational|higher|technician|undergraduate|postgraduate)")
    return senior & (years(limits) <= limits.school_senior_minimum_age)


@asks("persons", "school_status", "年龄与在校状况不符（小学）", "请核对出生日期和在校状况")
def too_old_for_primary(limits: Limits) -> pl.Expr:
    """Pupils of primary schools are younger."""
    return one_of("school_status", "primary") & (years(limits) >= limits.school_primary_maximum_age)


@asks("persons", "dropout_reason", "义务教育阶段失学辍学，没有原因", "请填写原因并落实控辍保学")
def dropout_without_reason(limits: Limits) -> pl.Expr:
    """A child out of school has a reason on record."""
    return one_of("school_status", "dropped_out") & pl.col("dropout_reason").is_null()


@stops("persons", "phone", "联系电话不是完整的号码", "请填 11 位手机号码，或带区号的固定电话")
def misshapen_phone(limits: Limits) -> pl.Expr:
    """A number that nobody can call is none."""
    return misshapen("phone")
