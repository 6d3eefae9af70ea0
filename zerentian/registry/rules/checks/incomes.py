"""Checks of an income's row."""

import polars as pl

from zerentian.registry.rules.checks.declared import Limits, asks, stops
from zerentian.registry.rules.income import SOURCES, TOLERANCE

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
