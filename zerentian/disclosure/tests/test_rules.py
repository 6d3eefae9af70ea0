"""Decisions on notices as tables of cases."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from zerentian.disclosure import queries
from zerentian.disclosure.queries import kind_of
from zerentian.disclosure.rules.kinds import KindEntry
from zerentian.disclosure.rules.lines import Channel, Line, line_of
from zerentian.disclosure.rules.states import Standing, due_act
from zerentian.disclosure.rules.typed import read_lines, written_lines
from zerentian.disclosure.services.notices import end_of
from zerentian.kernel.published import faults_of_answer, faults_of_text
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "posted_on", "days", "last"),
    [
        ("exit.household", date(2026, 11, 23), 7, date(2026, 11, 30)),
        ("exit.county", date(2019, 4, 19), 5, date(2019, 4, 26)),  # the notice of 2019: five working days
        ("exit.county", date(2019, 4, 25), 5, date(2019, 5, 5)),  # over Labour Day, with two weekend days worked
        ("exit.county", date(2026, 9, 30), 5, date(2026, 10, 13)),  # over the week of the National Day
    ],
)
def test_the_last_day_of_a_notice(kind: str, posted_on: date, days: int, last: date) -> None:
    assert end_of(kind_of(kind), posted_on, days) == last


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("第一村民小组", True), ("第12组", True), ("坳下至水口 2.5 公里", True), ("0797-5312345", False),
        ("１３９１２３４５６７８", False), ("一三九一二三四五六七八", False), ("139 1234 5678", False), ("3607321970", False),
        ("患有大病", False), ("肢体残疾", False), ("钟文华\u200b", False), ("字" * 61, False),
    ],
)  # fmt: skip
def test_what_a_text_on_a_notice_may_say(text: str, is_right: bool) -> None:
    assert (faults_of_text(text, 60) == []) is is_right


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("2026-11-23 入户核实，\r\n2026/11/25 上会，情况属实", True), ("11 月 23 日核实", True), ("电话 13912345678", False),
        ("1391234\n5678", False), ("3607-3219-7001-0100", False), ("2026-13-45", False),
        ("证号 360732-1970-01-01-0012", False), ("360732 1970.01.01 001X", False), ("2026-11-23 至 2026-11-25", True),
    ],
)  # fmt: skip
def test_what_an_answer_may_say(text: str, is_right: bool) -> None:
    assert (faults_of_answer(text, 1_000) == []) is is_right


@pytest.mark.parametrize("phone", ["13912345678", "0797-53123456789", "8008208820", "07975312345", "110", "1231a"])
def test_an_objection_goes_to_an_office_not_to_a_person(phone: str) -> None:
    with pytest.raises(Refused, match="座机"):
        Channel("潋江镇扶贫工作站", phone)


def test_a_field_outside_the_list_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="id_number"):
        line_of({"name": "钟文华", "id_number": ""})


@pytest.mark.parametrize(
    ("kind", "text", "lines"),
    [
        (
            "exit.household",
            "第一组 钟文华 4\n\n第二组，刘桂英，2",
            [("钟文华", 4, "proposed"), ("刘桂英", 2, "proposed")],
        ),
        ("removal.household", "一组\t钟文华\t4\t经评议拟清退", [("钟文华", 4, "removal")]),
        ("removal.household", "一组\t钟文华\t4\tkept", [("钟文华", 4, "kept")]),
    ],
)
def test_a_list_is_read_as_it_is_typed_and_pasted(kind: str, text: str, lines: list[Any]) -> None:
    found = read_lines(kind_of(kind), text)
    assert [(line.name, line.size, line.result) for line in found] == lines
    assert read_lines(kind_of(kind), written_lines(kind_of(kind), found)) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("第一组 钟文华", "第 1 行：应有 3 项，写了 2 项"), ("第一组 钟文华 四", "第 1 行 人口：应为人数"),
        ("第一组 钟文华 4\n第二组 13912345678 2", "第 2 行 名称：含有像证件号码、电话或账号的数字，公示中不能出现"),
    ],
)  # fmt: skip
def test_a_list_says_which_line_is_wrong(text: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        read_lines(kind_of("exit.household"), text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("standing", "waits"),
    [
        (Standing("draft", DAY, None, None, 0), ("review", DAY)),
        (Standing("reviewed", DAY, None, None, 0), ("publish", DAY)),
        (Standing("published", DAY, DAY, DAY, 0), ("prove", DAY)),
        (Standing("published", DAY, DAY, DAY, 1), None),
        (Standing("published", DAY, DAY - timedelta(days=1), DAY, 1), ("end", DAY - timedelta(days=1))),
        (Standing("ended", DAY, DAY, DAY, 1), None),
        (Standing("taken_down", DAY, DAY, DAY, 0), None),
    ],
)
def test_what_waits_with_a_notice(standing: Standing, waits: Any) -> None:
    assert due_act(standing, DAY) == waits


def test_names_of_persons_are_posted_in_the_village_only_by_every_kind() -> None:
    for kind in queries.kinds().values():
        if kind.is_of_persons:
            assert kind.level is Level.VILLAGE
            assert not kind.entry.keeps_names


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"level": "township", "composed_by": "township"}, "只在村内张贴"), ({"keeps_names": True}, "不得继续公开"),
        ({"fields": ["group", "size"]}, "必须有 name"), ({"fields": ["name", "id_number"]}, "id_number"),
        ({"fields": ["name", "phone"]}, "phone"), ({"board": {"zh": "公开栏"}}, "board"), ({"source": ""}, "source"),
    ],
)  # fmt: skip
def test_a_pack_cannot_declare_a_notice_that_leaks(change: dict[str, Any], told: str) -> None:
    good = kind_of("exit.household").entry.model_dump()
    with pytest.raises(ValidationError, match=told):
        KindEntry.model_validate({**good, **change})


def test_a_line_of_a_household_names_a_person() -> None:
    assert Line(name="阿卜杜拉·买买提", size=3).person_faults() == []
    for name in ("张", "张三的远房亲戚家", "张3", "Zhang San"):
        assert Line(name=name).person_faults()
    assert Line(name="钟文华", size=41).person_faults()
