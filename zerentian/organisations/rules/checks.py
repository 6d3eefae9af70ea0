"""Checks of an import, on whole columns: one check, one function, one sentence with what to do.

Each takes the typed frame of a sheet and what is known, and yields problems. Columns whose cells could not be
read are null here and were reported before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from zerentian.kernel.scope import Level
from zerentian.kernel.tables import Problem
from zerentian.organisations.rules.answerable import LEVEL_OF_KIND
from zerentian.organisations.rules.areas import taker_of

_LEVEL_NAMES = {Level.TOWNSHIP: "乡镇", Level.VILLAGE: "村"}
FAR = pl.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds already, and where the one who imports may write.

    bodies: code, division, superior_code, ended, in_scope, reachable; posts: code, kind, division, in_scope;
    held: post_code, person_name, starts_on, ends_on of every post in the file; ranges: writable [lo, hi).
    """

    bodies: pl.DataFrame
    posts: pl.DataFrame
    held: pl.DataFrame
    ranges: tuple[tuple[int, int], ...]


Check = Callable[[pl.DataFrame, Known], Iterator[Problem]]


def span_of(code: pl.Expr) -> pl.Expr:
    """How many codes a division owns, for a column of 12-digit codes."""
    return (
        pl.when(code % Level.PROVINCE.span == 0).then(Level.PROVINCE.span)
        .when(code % Level.CITY.span == 0).then(Level.CITY.span)
        .when(code % Level.COUNTY.span == 0).then(Level.COUNTY.span)
        .when(code % Level.TOWNSHIP.span == 0).then(Level.TOWNSHIP.span)
        .otherwise(1)
    )  # fmt: skip


def level_expr(code: pl.Expr) -> pl.Expr:
    """The level, 1 to 5, of a column of 12-digit codes."""
    return (
        pl.when(code % Level.PROVINCE.span == 0).then(1)
        .when(code % Level.CITY.span == 0).then(2)
        .when(code % Level.COUNTY.span == 0).then(3)
        .when(code % Level.TOWNSHIP.span == 0).then(4)
        .otherwise(5)
    )  # fmt: skip


def _flag(frame: pl.DataFrame, wrong: pl.Expr, key: str, text: str, todo: str = "") -> Iterator[Problem]:
    for row in frame.filter(wrong.fill_null(value=False))["row"]:
        yield Problem(row, key, text, todo)


def _flag_with(frame: pl.DataFrame, wrong: pl.Expr, key: str, text: str, todo: str = "") -> Iterator[Problem]:
    """Like `_flag`, with the cell's own value in the sentence."""
    for row, value in frame.filter(wrong.fill_null(value=False)).select("row", key).iter_rows():
        yield Problem(row, key, text.format(value), todo)


def _twice(frame: pl.DataFrame, keys: list[str], key: str, text: str) -> Iterator[Problem]:
    again = pl.struct(keys).is_first_distinct().not_() & pl.all_horizontal(pl.col(keys).is_not_null())
    yield from _flag(frame, again, key, text, "；请只保留一行")


def _in_scope(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    code = pl.col("division")
    inside = pl.any_horizontal([(code >= lo) & (code < hi) for lo, hi in known.ranges] or [pl.lit(value=False)])
    yield from _flag_with(frame, inside.not_(), "division", "区划 {} 不在您的管辖范围内", "；请删去这一行")


# --- bodies -----------------------------------------------------------------------------------------------------


def body_code_once(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A code stands once in the file, and is not another area's."""
    yield from _twice(frame, ["code"], "code", "机构编号在文件里重复")
    foreign = known.bodies.filter(pl.col("in_scope").not_())["code"].implode()
    yield from _flag_with(
        frame, pl.col("code").is_in(foreign), "code", "机构编号 {} 已被别处的机构使用", "；请换一个编号"
    )


def body_stays_where_it_is(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A known code keeps its division: a body does not move."""
    before = known.bodies.select("code", pl.col("division").alias("was"))
    moved = frame.join(before, on="code", how="left").filter(pl.col("was") != pl.col("division"))
    for row, was in moved.select("row", "was").iter_rows():
        yield Problem(row, "division", f"这个编号的机构原在 {was}", "；机构不能迁移，请撤销后新设")


def body_kind_fits_level(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Stations stand at townships, committees and workrooms at villages."""
    for kind, level in LEVEL_OF_KIND.items():
        wrong = (pl.col("kind") == kind) & (level_expr(pl.col("division")) != int(level))
        yield from _flag(frame, wrong, "division", f"这类机构只设在{_LEVEL_NAMES[level]}", "；请改区划代码或机构类别")


def department_is_named(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A department names its line, nothing else does."""
    is_department = pl.col("kind") == "department"
    named = pl.col("department").is_not_null()
    yield from _flag(frame, is_department & ~named, "department", "类别是“部门”却没有填部门", "；请从下拉项选择")
    yield from _flag(frame, ~is_department & named, "department", "类别不是“部门”，不应填部门", "；请清空")


def tasks_are_explained(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A body without tasks says why (article 2)."""
    wrong = ~pl.col("has_tasks") & pl.col("tasks_reason").is_null()
    yield from _flag(frame, wrong, "tasks_reason", "没有脱贫任务却没有写理由", "；请写明理由")


def numbers_are_possible(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Staff and money are not negative; money names its year."""
    for key in ("staff_quota", "staff_actual", "budget"):
        yield from _flag_with(frame, pl.col(key) < 0, key, "{} 不能是负数")
    wrong = pl.col("budget").is_not_null() & pl.col("budget_year").is_null()
    yield from _flag(frame, wrong, "budget_year", "填了工作经费就要填年度")


def body_ends_late(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A body ends after it was founded."""
    yield from _flag(frame, pl.col("ended_on") < pl.col("founded_on"), "ended_on", "撤销日期早于设立日期")


def closes_last(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A body closes only when none below it is left: its row is refused as long as a present body names it."""
    present = pl.concat(
        [
            known.bodies.filter(pl.col("ended").not_() & pl.col("code").is_in(frame["code"].implode()).not_()).select(
                "superior_code"
            ),
            frame.filter(pl.col("ended_on").is_null()).select("superior_code"),
        ]
    )["superior_code"].implode()
    wrong = pl.col("ended_on").is_not_null() & pl.col("code").is_in(present)
    yield from _flag(frame, wrong, "ended_on", "还有未撤销的下级机构", "；请先把下级机构改到别的上级机构下，或一并撤销")


def superiors(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Every body below the province has a superior that is known (or good in this file) and contains its area."""
    below = level_expr(pl.col("division")) > 1
    yield from _flag(
        frame, below & pl.col("superior_code").is_null(), "superior_code", "没有填上级机构编号", "；省级以下必填"
    )
    yield from _flag(frame, pl.col("superior_code") == pl.col("code"), "superior_code", "上级机构不能是它自己")
    area = pl.concat(
        [
            known.bodies.filter(pl.col("reachable")).select(superior_code="code", above="division"),
            frame.select(superior_code="code", above="division"),
        ]
    ).unique("superior_code", keep="last")
    joined = frame.filter(pl.col("superior_code").is_not_null()).join(area, on="superior_code", how="left")
    yield from _flag_with(
        joined, pl.col("above").is_null(), "superior_code", "找不到上级机构 {}", "；请先报上级机构，或更正编号"
    )
    above = pl.col("above")
    outside = (pl.col("division") < above) | (pl.col("division") >= above + span_of(above))
    yield from _flag_with(joined, outside, "superior_code", "上级机构 {} 不管辖这个区划", "；请更正")


def without_superior(frame: pl.DataFrame, known: Known) -> list[int]:
    """Rows whose superior is neither known nor among the rows: they fall with it, step by step."""
    dropped: list[int] = []
    reachable = set(known.bodies.filter(pl.col("reachable"))["code"])
    left = frame.select("row", "code", "superior_code")
    while True:
        fine = pl.col("superior_code").is_null() | pl.col("superior_code").is_in([*reachable, *left["code"]])
        orphans = left.filter(~fine)["row"].to_list()
        if not orphans:
            return dropped
        dropped += orphans
        left = left.filter(fine)


# --- posts ------------------------------------------------------------------------------------------------------


def post_code_once(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A code stands once in the file, and is not another area's."""
    yield from _twice(frame, ["code"], "code", "岗位编号在文件里重复")
    foreign = known.posts.filter(pl.col("in_scope").not_())["code"].implode()
    yield from _flag_with(
        frame, pl.col("code").is_in(foreign), "code", "岗位编号 {} 已被别处的岗位使用", "；请换一个编号"
    )


def post_has_its_body(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """The body is known, in the scope and not closed."""
    mine = known.bodies.filter(pl.col("in_scope"))
    unknown = pl.col("body_code").is_in(mine["code"].implode()).not_()
    yield from _flag_with(frame, unknown, "body_code", "找不到机构 {}", "；请先报这个机构，或更正它那一行的错误")


# --- appointments -----------------------------------------------------------------------------------------------


def appointment_has_its_post(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """The post is known and in the scope."""
    mine = known.posts.filter(pl.col("in_scope"))["code"].implode()
    wrong = pl.col("post_code").is_in(mine).not_()
    yield from _flag_with(frame, wrong, "post_code", "找不到岗位 {}", "；请先报这个岗位，或更正它那一行的错误")


def appointment_ends_late(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """The last day is not before the first."""
    yield from _flag(frame, pl.col("ends_on") < pl.col("starts_on"), "ends_on", "免职日期早于任职日期")


def approval_is_whole(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """A day of approval names its document."""
    wrong = pl.col("approved_on").is_not_null() & pl.col("approval_reference").is_null()
    yield from _flag(frame, wrong, "approval_reference", "填了批准日期就要填批准文号")


def appointment_once(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Post, person and first day name one appointment."""
    yield from _twice(frame, ["post_code", "person_name", "starts_on"], "person_name", "同一任职在文件里重复")


def one_holder(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """One post, one person at a time: in the file and together with what is recorded."""
    key = ["post_code", "person_name", "starts_on"]
    new = frame.select("row", *key, "ends_on").filter(pl.col("starts_on").is_not_null())
    old = known.held.select(pl.lit(None, pl.Int64).alias("row"), *key, "ends_on").join(new, on=key, how="anti")
    both = pl.concat([old, new]).sort("post_code", "starts_on", "row").with_columns(
        until=pl.col("ends_on").fill_null(FAR).cum_max().shift().over("post_code"),
        before=pl.col("person_name").shift().over("post_code"),
        following=pl.col("starts_on").shift(-1).over("post_code"),
        after=pl.col("person_name").shift(-1).over("post_code"),
        after_is_recorded=pl.col("row").shift(-1).over("post_code").is_null(),
    )  # fmt: skip
    mine = both.filter(pl.col("row").is_not_null())
    with_earlier = pl.col("starts_on") <= pl.col("until")
    with_later = pl.col("after_is_recorded") & (pl.col("following") <= pl.col("ends_on").fill_null(FAR))
    for row, name in mine.filter(with_earlier).select("row", "before").iter_rows():
        yield Problem(row, "starts_on", f"与{name}的任期重叠", "；一个岗位同时只有一人，请补填前任的免职日期")
    for row, name in mine.filter(with_later & ~with_earlier.fill_null(value=False)).select("row", "after").iter_rows():
        yield Problem(row, "ends_on", f"与后任{name}的任期重叠", "；请补填免职日期")


# --- grids and assignments --------------------------------------------------------------------------------------


def grid_is_in_a_village(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Grids divide villages."""
    yield from _flag_with(frame, level_expr(pl.col("division")) != 5, "division", "{} 不是村", "；网格只设在村")
    yield from _twice(frame, ["division", "name"], "name", "这个村的网格名称重复")


def keeper_is_a_keeper(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """The keeper's post is a grid keeper's of the same village."""
    posts = known.posts.select(keeper_post_code="code", keeper_kind="kind", at="division")
    joined = frame.filter(pl.col("keeper_post_code").is_not_null()).join(posts, on="keeper_post_code", how="left")
    yield from _flag_with(joined, pl.col("at").is_null(), "keeper_post_code", "找不到岗位 {}", "；请先报这个岗位")
    wrong = (pl.col("keeper_kind") != "grid_keeper") | (pl.col("at") != pl.col("division"))
    yield from _flag_with(joined, wrong, "keeper_post_code", "岗位 {} 不是本村的网格员")


def assignment_names_its_taker(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Posts take areas and villages; bodies take villages."""
    kinds = [k for k in frame["kind"].drop_nulls().unique() if taker_of(k) == "post"]
    by_post = pl.col("kind").is_in(kinds)
    post, body = pl.col("post_code").is_not_null(), pl.col("body_code").is_not_null()
    yield from _flag(frame, by_post & (~post | body), "post_code", "这类安排填岗位编号，不填机构编号")
    yield from _flag(frame, ~by_post & (~body | post), "body_code", "这类安排填机构编号，不填岗位编号")
    posts = known.posts.filter(pl.col("in_scope"))["code"].implode()
    bodies = known.bodies.filter(pl.col("reachable"))["code"].implode()
    yield from _flag_with(frame, pl.col("post_code").is_in(posts).not_(), "post_code", "找不到岗位 {}")
    yield from _flag_with(frame, pl.col("body_code").is_in(bodies).not_(), "body_code", "找不到机构 {}")


def assignment_fits_level(frame: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Areas are townships or villages, everything else is a village; the last day is not before the first."""
    level = level_expr(pl.col("division"))
    wrong = pl.when(pl.col("kind") == "area").then(level < 4).otherwise(level != 5)
    yield from _flag(frame, wrong, "division", "对象应是村（包片可以是乡镇）")
    yield from _flag(frame, pl.col("ends_on") < pl.col("starts_on"), "ends_on", "结束日期早于开始日期")
    keys = ["kind", "division", "starts_on"]
    whole = frame.with_columns(pl.col("body_code").fill_null(""), pl.col("post_code").fill_null(""))
    yield from _twice(whole, [*keys, "body_code", "post_code"], "division", "这条安排在文件里重复")


CHECKS: dict[str, tuple[Check, ...]] = {
    "bodies": (
        _in_scope, body_code_once, body_stays_where_it_is, body_kind_fits_level, department_is_named,
        tasks_are_explained, numbers_are_possible, body_ends_late, closes_last, superiors,
    ),
    "posts": (post_code_once, post_has_its_body),
    "appointments": (
        appointment_has_its_post, appointment_ends_late, approval_is_whole, appointment_once, one_holder,
    ),
    "grids": (_in_scope, grid_is_in_a_village, keeper_is_a_keeper),
    "assignments": (_in_scope, assignment_names_its_taker, assignment_fits_level),
}  # fmt: skip
