"""Checks of the forms of villages and counties."""

import polars as pl

from zerentian.registry.rules.checks.declared import Limits, one_of, stops


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
    return one_of("status", "exited") & pl.col("exited_on").is_null()


@stops("counties", "exited_on", "已退出的县没有退出日期", "请填写")
def county_exit_without_date(limits: Limits) -> pl.Expr:
    """A county that has exited has a date."""
    return one_of("status", "exited") & pl.col("exited_on").is_null()
