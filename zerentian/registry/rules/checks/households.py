"""Checks of a household's row."""

import polars as pl

from zerentian.registry.rules.checks.declared import Limits, asks, one_of, stops
from zerentian.registry.rules.phones import misshapen


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


@stops("households", "status", "申请中或申请未识别的户不能由采集表导入", "请由村里在系统中新增申请户")
def applicant_in_a_file(limits: Limits) -> pl.Expr:
    """Who applies gets into the register through the procedure only."""
    return one_of("status", "applying", "not_identified")


@stops("households", "exited_on", "已脱贫户没有脱贫日期", "请填写")
def exited_without_date(limits: Limits) -> pl.Expr:
    """The state of having exited has a date."""
    return one_of("status", "exited", "exited_no_policy") & pl.col("exited_on").is_null()


@stops("households", "status", "未脱贫户填了脱贫日期", "请核对脱贫状态")
def poor_with_exit_date(limits: Limits) -> pl.Expr:
    """A household that never returned can't be poor after its exit."""
    return one_of("status", "poor") & pl.col("exited_on").is_not_null() & pl.col("returned_on").is_null()


@stops("households", "returned_on", "返贫日期早于脱贫日期", "请核对两个日期")
def return_before_exit(limits: Limits) -> pl.Expr:
    """Returning to poverty follows an exit."""
    return pl.col("returned_on") < pl.col("exited_on")


@asks("households", "returned_on", "返贫户没有返贫日期", "请填写")
def returned_without_date(limits: Limits) -> pl.Expr:
    """The state of having returned has a date."""
    return one_of("status", "returned") & pl.col("returned_on").is_null()


@asks("households", "removed_on", "已清退或注销户没有日期", "请填写")
def removed_without_date(limits: Limits) -> pl.Expr:
    """Leaving the register has a date."""
    return one_of("status", "removed", "closed") & pl.col("removed_on").is_null()


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


@stops("households", "phone", "联系电话不是完整的号码", "请填 11 位手机号码，或带区号的固定电话")
def misshapen_phone(limits: Limits) -> pl.Expr:
    """A number that nobody can call is none."""
    return misshapen("phone")


@stops("households", "helper_phone", "帮扶人电话不是完整的号码", "请填 11 位手机号码，或带区号的固定电话")
def misshapen_helper_phone(limits: Limits) -> pl.Expr:
    """The helper's access goes by this number."""
    return misshapen("helper_phone")
