"""What a list must satisfy, how names are spelled, what became of old codes."""

from datetime import date

import pytest
import yaml

from zerentian.kernel.scope import Level
from zerentian.territory.rules import Readings, Step, is_unit, list_rows, successor
from zerentian.territory.services import DATA, read_list

HEAD = {"code": "360000", "name": "江西省", "level": "province", "parent": ""}


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({"code": "36010", "name": "甲市", "level": "city", "parent": "360000"}, "2、4、6、9 或 12 位"),
        ({"code": "360100", "name": "", "level": "city", "parent": "360000"}, "名称为空"),
        ({"code": "360100", "name": "甲市", "level": "town", "parent": "360000"}, "级别“town”"),
        ({"code": "360100", "name": "甲市", "level": "county", "parent": "360000"}, "与级别"),
        ({"code": "360101", "name": "甲县", "level": "county", "parent": "360200"}, "上级 360200 与代码"),
        ({"code": "360101", "name": "甲县", "level": "county", "parent": "360100"}, "不在名单中"),
        ({"code": "360000", "name": "乙省", "level": "province", "parent": ""}, "重复"),
    ],
)
def test_a_wrong_row_is_named(row, part) -> None:
    _, wrong = list_rows([HEAD, row])
    assert len(wrong) == 1
    assert part in str(wrong[0])


def test_jiangxi_is_whole() -> None:
    read = read_list()
    assert read.by_level == {"province": 1, "city": 11, "county": 100, "township": 1767, "village": 22080}
    assert sum(row.is_unit for row in read.rows) == 187


@pytest.mark.parametrize(
    ("name", "unit"),
    [("潋江镇", False), ("金星街道", False), ("长冈乡", False), ("恒湖垦殖场", True), ("石溪办事处", True)],
)
def test_farms_and_zones_are_no_townships(name, unit) -> None:
    assert is_unit(name, Level.TOWNSHIP) is unit
    assert not is_unit(name, Level.VILLAGE)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("铅山县", "yanshanxian", "ysx"),
        ("鄱阳县", "poyangxian", "pyx"),
        ("婺源县", "wuyuanxian", "wyx"),
        ("都昌县", "duchangxian", "dcx"),
        ("于都县", "yuduxian", "ydx"),
        ("会昌县", "huichangxian", "hcx"),
        ("乐安县", "leanxian", "lax"),
        ("圩上村", "xushangcun", "xsc"),
        ("Ａ区〇1社区", "a区", ""),
    ],
)
def test_place_names_are_read_as_people_read_them(name, pinyin, initials) -> None:
    readings = Readings.of(yaml.safe_load((DATA / "readings.yaml").read_text("utf-8")))
    spelled = readings.spell(name)
    if initials:
        assert spelled == (pinyin, initials)
    else:
        assert len(spelled[1]) >= 4


STEPS = [
    Step(360721000000, 360704000000, "recoded", date(2016, 9, 14)),
    Step(360105000000, 360112000000, "merged", date(2019, 12, 1)),
    Step(360782000000, 360702192000, "moved", date(2013, 11, 1)),
]


@pytest.mark.parametrize(
    ("code", "on", "today"),
    [
        (360721000000, None, 360704000000),
        (360721100200, None, 360704100200),
        (360721100200, date(2015, 1, 1), 360721100200),
        (360105000000, None, 360112000000),
        (360782000000, None, 360782000000),
        (360700000000, None, 360700000000),
    ],
)
def test_old_codes_lead_to_todays(code, on, today) -> None:
    assert successor(code, STEPS, on) == today
