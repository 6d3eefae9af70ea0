"""The pure rules of the rulebook as tables of cases."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from zerentian.kernel.periods import Cycle, parse_period
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level
from zerentian.rulebook.rules.codes import Code, code_list
from zerentian.rulebook.rules.duties import Due, Duty, Requirement, Subject, order_key
from zerentian.rulebook.rules.measures import parse_measure, tables_read
from zerentian.rulebook.rules.overlay import LocalRules, apply_overlays, overlay_faults
from zerentian.rulebook.rules.pack import DutyFile, OverlayFile, ParameterFile
from zerentian.rulebook.rules.parameters import DatedValue, value_for
from zerentian.rulebook.rules.reading import check_content, read_yaml
from zerentian.rulebook.rules.text import TextError, chinese_number, compare_texts, split_articles

PACK = Path(__file__).parents[1] / "data" / "jiangxi-2016"
GANZHOU, XINGGUO = 360700000000, 360732000000

DUTY = Duty(
    id="24.1",
    article=24,
    title="干部进村入户",
    title_en="Cadres visit households",
    statement="每月入户",
    statement_en="Visits every month",
    subjects=(Subject("party_government", "township"),),
    cycle=Cycle.MONTHLY,
    due=Due(days=5),
    requirements=(
        Requirement("visits.coverage", "ge", Decimal(90), "percent", "area", Decimal(10)),
        Requirement("visits.errors", "le", Decimal(2), "percent", "area"),
    ),
    valid_from=date(2017, 6, 29),
    valid_to=None,
    source="第二十四条",
    regulation="jiangxi-2016",
)
LETTER = replace(
    DUTY, id="11.3", subjects=(Subject("party_government", "city"),), cycle=Cycle.YEARLY, due=Due(month=3, day=31)
)
EVENT = replace(DUTY, id="25.2", cycle=Cycle.ON_EVENT, due=Due(parameter="disclosure.publish.days"))
DUTIES = {d.id: d for d in (DUTY, LETTER, EVENT)}


def overlay(area: int = XINGGUO, **items: object) -> OverlayFile:
    head = {"title": "配套措施", "area": area, "valid_from": date(2026, 12, 1)}
    return check_content(OverlayFile, {**head, **items})


@pytest.mark.parametrize(
    ("duty", "period", "due"),
    [
        (DUTY, "2026-11", date(2026, 12, 5)),
        (LETTER, "2026", date(2026, 3, 31)),
        (replace(LETTER, due=Due(month=2, day=28, year=1)), "2026", date(2027, 2, 28)),
        (replace(DUTY, cycle=Cycle.HALF_YEARLY, due=Due(days=0)), "2026H1", date(2026, 6, 30)),
        (EVENT, "2026", None),
    ],
)
def test_due_date_of_a_period(duty: Duty, period: str, due: date | None) -> None:
    assert duty.due_on(parse_period(period)) == due


@pytest.mark.parametrize(
    ("kind", "level", "department", "owed"),
    [
        ("party_government", Level.TOWNSHIP, "", True),
        ("party_government", Level.COUNTY, "", False),
        ("department", Level.TOWNSHIP, "", False),
    ],
)
def test_who_owes_a_duty(kind: str, level: Level, department: str, owed: bool) -> None:
    assert DUTY.owed_by(kind, level, department) is owed


def test_any_level_and_a_named_department() -> None:
    assert Subject("assigned_unit", "any").matches("assigned_unit", Level.CITY)
    assert not Subject("department", "province", "audit").matches("department", Level.PROVINCE, "finance")


@pytest.mark.parametrize(
    ("op", "value", "met", "near"),
    [("ge", 90, True, False), ("ge", 80, False, True), ("ge", 79, False, False), ("le", 95, False, True)],
)
def test_target_and_margin(op: str, value: int, met: bool, near: bool) -> None:
    requirement = replace(DUTY.requirements[0], op=op)
    assert (requirement.is_met(Decimal(value)), requirement.is_near(Decimal(value))) == (met, near)


def test_duties_sort_by_article_and_local_ones_last() -> None:
    assert sorted(["10.1", "4.2", "4.L1", "4.10"], key=order_key) == ["4.2", "4.10", "4.L1", "10.1"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"duty": "24.1", "measure": "visits.coverage", "target": 80}, "放宽"),
        ({"duty": "24.1", "measure": "visits.coverage", "target": 90}, "没有收紧"),
        ({"duty": "24.1", "measure": "visits.coverage", "target": 120}, "0 到 100"),
        ({"duty": "24.1", "measure": "visits.errors", "target": 3}, "放宽"),
        ({"duty": "24.1", "measure": "visits.other", "target": 3}, "没有指标"),
        ({"duty": "24.1", "due": {"days": 9}}, "推迟"),
        ({"duty": "24.1", "due": {"month": 3, "day": 1}}, "同样的形式"),
        ({"duty": "11.3", "due": {"month": 2, "day": 1}}, "上级承担"),
        ({"duty": "25.2", "due": {"days": 20}}, "没有变化"),
        ({"duty": "25.2", "due": {"days": 21}}, "推迟"),
        ({"duty": "9.9", "due": {"days": 21}}, "没有编号"),
    ],
)
def test_loosening_is_refused_with_the_reason(item: dict[str, object], reason: str) -> None:
    faults = overlay_faults(overlay(tighten=[item]), DUTIES, [], {"disclosure.publish.days": 20})
    assert len(faults) == 1
    assert reason in faults[0].text


@pytest.mark.parametrize(
    ("area", "item"),
    [
        (XINGGUO, {"duty": "24.1", "measure": "visits.coverage", "target": 95}),
        (XINGGUO, {"duty": "24.1", "measure": "visits.errors", "target": 1}),
        (XINGGUO, {"duty": "25.2", "due": {"days": 10}}),
        (GANZHOU, {"duty": "11.3", "due": {"month": 2, "day": 28}}),
    ],
)
def test_tightening_is_accepted(area: int, item: dict[str, object]) -> None:
    assert overlay_faults(overlay(area, tighten=[item]), DUTIES, [], {"disclosure.publish.days": 20}) == []


def added(**changes: object) -> dict[str, object]:
    return {
        "id": "24.L1",
        "title": {"zh": "每周入户", "en": "Weekly visits"},
        "statement": {"zh": "每周入户", "en": "Weekly visits"},
        "subjects": [{"kind": "party_government", "level": "township"}],
        "cycle": "monthly",
        "due": {"days": 3},
        "requires": [{"measure": "visits.coverage", "op": "ge", "value": 95, "unit": "percent", "over": "area"}],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"id": "24.1"}, ["已经有了"]),
        ({"subjects": [{"kind": "party_government", "level": "province"}]}, ["不在本地范围"]),
        ({"requires": [{"measure": "x", "op": "ge", "value": 1, "unit": "count", "over": "own"}]}, ["还不能计算"]),
    ],
)
def test_added_duties(changes: dict[str, object], reasons: list[str]) -> None:
    faults = overlay_faults(overlay(add=[added(**changes)]), DUTIES, ["visits.coverage"], {})
    assert len(faults) == len(reasons)
    assert all(text in fault.text for text, fault in zip(reasons, faults, strict=True))


def test_a_township_makes_no_local_measures() -> None:
    faults = overlay_faults(overlay(360732100000, tighten=[{"duty": "24.1", "due": {"days": 1}}]), DUTIES, [], {})
    assert "设区市" in faults[0].text


def local(id: int, area: int, content: OverlayFile) -> LocalRules:
    return LocalRules(id, content.title, area, content.valid_from, content.valid_to, content)


def test_overlays_apply_from_their_day_and_never_loosen() -> None:
    city = local(2, GANZHOU, overlay(GANZHOU, tighten=[{"duty": "24.1", "measure": "visits.coverage", "target": 98}]))
    county = local(1, XINGGUO, overlay(tighten=[{"duty": "24.1", "measure": "visits.coverage", "target": 95}]))
    before = apply_overlays(DUTIES.values(), [city, county], on=date(2026, 11, 30))
    after = {d.id: d for d in apply_overlays(DUTIES.values(), [city, county], on=date(2026, 12, 1))}
    assert before == list(DUTIES.values())
    assert after["24.1"].requirements[0].target == 98
    assert after["24.1"].local == "配套措施"


def test_an_added_duty_joins_the_list() -> None:
    found = apply_overlays(DUTIES.values(), [local(1, XINGGUO, overlay(add=[added()]))], on=date(2027, 1, 1))
    assert found[-1].id == "24.L1"
    assert found[-1].regulation == "jiangxi-2016"


VALUES = (
    DatedValue(360000000000, date(2016, 1, 1), date(2018, 1, 1), 7, "省", True),
    DatedValue(360000000000, date(2018, 1, 1), None, 8, "省", True),
    DatedValue(GANZHOU, date(2017, 1, 1), None, 5, "市", True),
)


@pytest.mark.parametrize(
    ("division", "on", "value"),
    [
        (XINGGUO, date(2016, 6, 1), 7),
        (XINGGUO, date(2017, 1, 1), 5),
        (360881000000, date(2017, 12, 31), 7),
        (360881000000, date(2018, 1, 1), 8),
        (XINGGUO, date(2015, 1, 1), None),
    ],
)
def test_the_most_specific_area_wins(division: int, on: date, value: int | None) -> None:
    found = value_for(VALUES, division, on)
    assert (found.value if found else None) == value


def test_a_code_list_knows_labels_and_national_codes() -> None:
    values = (Code("son", "之子", "Son", "20", ("21",)), Code("head", "户主", "Head", "02"))
    relation = code_list("relation", "关系", "Relation", "", values)
    assert [relation.key_of(text) for text in ("之子", "20", "21", " son ", "2", "99")] == [
        "son", "son", "son", "son", "head", None,
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "number"), [("一", 1), ("十", 10), ("十四", 14), ("三十四", 34), ("一百零二", 102)])
def test_chinese_numbers(text: str, number: int) -> None:
    assert chinese_number(text) == number


LAW = """某某实施细则
第一章 总 则
第一条 为了落实责任,制定本细则。
第二条 按照第一条规定执行。第三条 各级负责。
第二章　责 任
第四条　县级承担责任。
县级每年报告。"""


def test_text_is_split_into_chapters_and_articles() -> None:
    found = split_articles(LAW)
    assert [(a.number, a.chapter, a.chapter_title) for a in found] == [
        (1, 1, "总则"), (2, 1, "总则"), (3, 1, "总则"), (4, 2, "责任"),
    ]  # fmt: skip
    assert found[1].text == "按照第一条规定执行。"
    assert found[3].text == "县级承担责任。\n县级每年报告。"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("没有条文", "没有找到"), (LAW.replace("第三条", "第五条"), "应为第 3 条"), ("第二条 甲。", "应为第 1 条")],
)
def test_text_that_cannot_be_split_says_why(text: str, reason: str) -> None:
    with pytest.raises(TextError, match=reason):
        split_articles(text)


def test_a_changed_text_shows_its_differences() -> None:
    changed = compare_texts(split_articles(LAW), split_articles(LAW.replace("每年", "每半年") + "\n第五条 施行。"))
    assert [(c.number, c.kind) for c in changed] == [(4, "changed"), (5, "added")]
    assert ("added", "半") in changed[0].pieces


MEASURE = """-- id: households.in_grid
-- title: 网格覆盖率
-- title_en: Households in a grid
-- unit: percent
-- grain: village
-- definition: 有网格的在册户 ÷ 在册户
-- definition_en: Households with a grid ÷ registered households
-- article: 12
-- parameters: months=quality.confirmation.months
with live as (select * from facts.household where exited_on is null or exited_on > :on)
select division, count(grid) as numerator, count(*) as denominator from live where :months > 0 group by division
-- evidence: 未入网格的户
select household as id, 'household' as kind, division, number as label, '未划入' as why from facts.household
"""


def test_a_measure_is_read_from_its_file() -> None:
    found = parse_measure(MEASURE, "households.in_grid.sql")
    assert found.facts == ("household",)
    assert found.parameters == (("months", "quality.confirmation.months"),)
    assert found.evidence_title == "未入网格的户"
    assert "--" not in found.sql


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("from facts.household where exited", "from registry_household where exited", "public.registry_household"),
        ("-- unit: percent", "-- unit: many", "percent"),
        ("-- article: 12\n", "", "缺少文件头"),
        (":months", ":mont", "不认识的变量 mont"),
        ("as why", "as reason", "应给出列"),
        ("-- evidence: 未入网格的户", "", "evidence"),
        ("select division, count", "selec division, count", "households.in_grid.sql"),
        ("count(grid)", "list(grid)", "不通用"),
    ],
)
def test_a_measure_that_breaks_the_contract_is_refused(old: str, new: str, reason: str) -> None:
    assert old in MEASURE
    with pytest.raises(Refused, match=reason):
        parse_measure(MEASURE.replace(old, new, 1), "households.in_grid.sql")


_PARTS = {
    "live": "live as (select * from facts.household)",
    "both": "with\n-- include: live",
    "self": "-- include: self",
}


def test_a_measure_includes_what_it_shares_with_others() -> None:
    """In both statements, and parts in parts; what is read and shown is the whole."""
    start = MEASURE.index("with live")
    rest = MEASURE[start:].replace(MEASURE[start:].splitlines()[0], "-- include: both", 1)
    rest = rest.replace("select household as id", "-- include: both\nselect household as id").replace(
        "as why from facts.household", "as why from live"
    )
    found = parse_measure(MEASURE[:start] + rest, "households.in_grid.sql", _PARTS)
    assert found.sql.startswith("with\nlive as (select")
    assert found.evidence_sql.startswith("with\nlive as (select")
    assert found.facts == ("household",)


@pytest.mark.parametrize(("name", "reason"), [("none", "parts 里没有 none.sql"), ("self", "引用了自己")])
def test_a_part_that_is_not_there_or_holds_itself_is_refused(name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        parse_measure(f"{MEASURE}-- include: {name}\n", "households.in_grid.sql", _PARTS)


def test_tables_outside_facts_are_seen_through_joins_and_subqueries() -> None:
    sql = "select 1 from facts.a join public.b on true where exists (select 1 from c)"
    assert tables_read(sql) == {"a", "public.b", "public.c"}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("cycle: standing", "cycel: standing", r"duties.yaml 第 \d+ 行 duties.0.cycel：不认识"),
        ("op: ge, value: 100", "op: gee, value: 100", r"第 \d+ 行 duties.0.requires.0.op：应为 ge"),
        ('id: "2.1"', 'id: "x"', "应为“条.序号”"),
        ("due: {month: 12, day: 31}", "due: {month: 12}", "到期应写"),
        ("valid_from: 2017-06-29", "valid_from: soon", r"第 \d+ 行 defaults.valid_from：应为日期"),
        ("duties:\n", "duties: [\n", "不是合格的 YAML"),
        ("due: {month: 12, day: 31}", "due: {month: 13, day: 31}", "month：不应大于 12"),
        ("due: {month: 12, day: 31}", "due: {month: 1.5, day: 31}", "month：应为整数"),
    ],
)
def test_a_faulty_pack_names_line_key_and_reason(old: str, new: str, place: str) -> None:
    text = (PACK / "duties.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(Refused, match=place):
        read_yaml(DutyFile, text.replace(old, new, 1), "duties.yaml")


@pytest.mark.parametrize("field", ["title", "area", "valid_from", "valid_to", "tighten", "add", "document_number"])
@pytest.mark.parametrize("wrong", ["甲", "甲" * 300, "[]", "{}", "1.5", "true", ".nan", "-1", "2026-02-30", "[[1]]"])
def test_a_local_measure_is_never_answered_in_the_language_of_a_library(field: str, wrong: str) -> None:
    right = {"title": "某县办法", "area": "360732000000", "valid_from": "2026-12-01"}
    text = "\n".join(f"{key}: {value}" for key, value in {**right, field: wrong}.items())
    with pytest.raises(Refused) as refused:  # whatever else is right, it tightens and adds nothing
        read_yaml(OverlayFile, text, "o.yaml")
    assert all(re.search("[\u4e00-\u9fff]", reason.text) for reason in refused.value.reasons)


def test_a_day_that_no_calendar_has_is_told_with_its_line() -> None:
    text = "title: 某县办法\narea: 360732000000\nvalid_from: 2026-02-30\n"
    with pytest.raises(Refused, match="o.yaml 第 3 行：“2026-02-30”不是日历上的日期"):
        read_yaml(OverlayFile, text, "o.yaml")


def test_values_of_a_parameter_may_not_overlap() -> None:
    text = """parameters:
  - id: a.b
    title: {zh: 甲, en: A}
    unit: days
    article: 1
    values:
      - {from: 2016-01-01, value: 1, source: 甲, confirmed: true}
      - {from: 2017-01-01, value: 2, source: 甲, confirmed: true}
"""
    with pytest.raises(Refused, match="时间重叠"):
        read_yaml(ParameterFile, text, "a.yaml")
