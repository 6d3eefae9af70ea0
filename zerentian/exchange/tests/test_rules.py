"""Codes of firms, parts of names and numbers, as tables of cases."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from zerentian.exchange.rules import firms, linkage
from zerentian.exchange.rules.evidence import readable
from zerentian.exchange.rules.sources import period_end

CODE = "91110000600037341L"  # from python-stdnum's own documentation


def test_a_firm_is_known_by_its_organisation_code_whichever_code_is_given() -> None:
    typed = [
        CODE,
        " 9111 0000 6000 3734 1l ",
        "９１１１０００06000373４1L",
        "60003734-1",
        "600037341",
        "360732600012345",
        None,
    ]
    assert firms.keys(pl.Series(typed)).to_list() == ["600037341"] * 5 + ["360732600012345", None]
    assert firms.keys(pl.Series(["9111OOOO600037341L"])).to_list() == ["600037341"]


def test_a_wrong_code_is_told_from_a_right_one() -> None:
    codes = [CODE, "91110000600037341M", "600037341", "600037342", "123", None]
    wanted = [None, firms.CHECK_DIGIT, None, firms.CHECK_DIGIT, firms.SHAPE, None]
    assert firms.faults(pl.Series(codes)).to_list() == wanted


@given(st.from_regex(r"\A[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\Z"))
def test_check_characters_agree_with_another_program(code: str) -> None:
    right = code[:17] + uscc.calc_check_digit(code[:17])
    assert firms.faults(pl.Series([right, code])).is_null().to_list() == [True, code == right]


def test_parts_of_a_damaged_number_are_what_the_damage_left() -> None:
    numbers = pl.Series(["36073219800506121X", "3607321980050612", "36073219801306121X", "360732", "x", None])
    parts = linkage.number_parts(numbers)
    assert parts["region"].to_list() == ["360732"] * 4 + [None, None]
    assert parts["number_born"].to_list() == [date(1980, 5, 6)] * 2 + [None] * 4
    assert parts["tail"].to_list() == ["121X", None, "121X", None, None, None]


@pytest.mark.parametrize(
    ("one", "other"),
    [("王小明", "王晓铭"), ("刘海花", "刘海燕"), ("黄发根", "方华根"), ("李兰英", "李南音"), ("张志强", "章子墙")],
)
def test_names_that_sound_alike_to_a_neighbour(one: str, other: str) -> None:
    parts = linkage.name_parts(pl.Series([one, other]))
    heard = parts["sound"].to_list()
    assert (heard[0] == heard[1]) == (other != "刘海燕"), heard


def test_blanks_dots_and_widths_do_not_make_another_name() -> None:
    parts = linkage.name_parts(pl.Series(["买买提·艾力", "买买提 艾力", "买买提．艾力", None]))
    assert parts["name"].to_list() == ["买买提艾力"] * 3 + [None]
    assert parts["length"].to_list() == [5, 5, 5, None]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("192000.00", "192,000"), ("55.50", "55.5"), ("0.30", "0.3"), ("2025", "2025"), ("360732", "360732"),
        ("2016-05-31", "2016-05-31"), ("小型轿车", "小型轿车"), ("007.50", "007.50"), (None, ""),
    ],
)  # fmt: skip
def test_amounts_are_read_without_empty_places(given: str | None, read: str) -> None:
    assert readable(given) == read


def test_periods_of_different_cadences_are_in_their_order() -> None:
    periods = ["2026-Q2", "2025", "2026-05", "2026-H1", "2026-Q3", "2026-10"]
    ends = [(2026, 6), (2025, 12), (2026, 5), (2026, 6), (2026, 9), (2026, 10)]
    assert [period_end(one) for one in periods] == ends
