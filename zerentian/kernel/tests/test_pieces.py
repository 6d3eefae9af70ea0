"""A large worksheet is read in pieces: the same rows and the same problems as in one go."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from polars.testing import assert_frame_equal

from zerentian.kernel.tables import Problem, guards, pieces, read_batches, read_rows
from zerentian.kernel.tests.test_tables import SHEET, book

_MOMENT = datetime(2016, 5, 1, 13, 4, 5)  # noqa: DTZ001  spreadsheets know no zone


def _place(problem: Problem) -> tuple[int, str]:
    return problem.row, problem.key


def _long_book(path: Path) -> Path:
    """A title, a header off the corner, and 900 rows: gaps, empty columns, wrong cells here and there."""
    labels = [c.label for c in SHEET.columns]
    rows: list[list[Any]] = [["贫困户登记表"], [], ["", *labels]]
    for number in range(900):
        row: list[Any] = ["", 360732101201, f"H{number}", "", "未脱贫", "", number / 4, number % 7, date(2016, 5, 1)]
        if number % 250 == 249:
            row[3], row[6] = 360732198801011234, ("=1/0", "#DIV/0!")
        rows.append([] if number % 300 == 299 else row if number < 450 or row[3] else ["", "", f"H{number}"])
    return book(path, rows)


def test_a_large_worksheet_read_in_pieces_gives_what_it_gives_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _long_book(tmp_path / "long.xlsx")
    whole: list[Problem] = []
    expected = read_rows(path, SHEET, problems=whole)
    assert expected.height == 897
    assert {(p.row, p.key) for p in whole} >= {(253, "id_number"), (253, "income"), (503, "income"), (753, "income")}
    monkeypatch.setattr(pieces, "LARGE", 0)
    monkeypatch.setattr(pieces, "PIECE", 20_000)
    monkeypatch.setattr(guards, "BLOCK", 3_000)
    parted: list[Problem] = []
    assert len(list(read_batches(path, SHEET, problems=[]))) > 3
    assert_frame_equal(read_rows(path, SHEET, problems=parted), expected)
    assert sorted(parted, key=_place) == sorted(whole, key=_place)


def test_every_kind_of_cell_is_the_same_text_in_a_piece_as_in_a_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: list[Any] = [
        "text", " x ", "ｘ　１", "001", "0.50", "true", 0, 3, -7, 3.5, 0.1 + 0.7, -1e-12, 1e-7, 1_234_567.89, 99_999_999.99, -12_345_678.9,
        123_456_789_012.34, 2016, 42_491, 42_491.5, 2.0**53, 360732198801011234, 3.6e17, -1e16, 1e22, True, False,
        date(2016, 5, 1), _MOMENT, time(6, 30), "2016/5/1", "'=1+1", "一\n二", "#N/A",
        ("=1/0", "#DIV/0!"), ("=1+1", 2), ('="是"', "是"), ('="360732198801011234"', "360732198801011234"), ("=A1", ""),
    ]  # fmt: skip
    labels = [c.label for c in SHEET.columns]
    rows: list[list[Any]] = [labels, *([n, f"H{n}"] for n in range(50))]
    rows += [[cell] * len(labels) for cell in cells]
    path = tmp_path / "kinds.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as made:
        page = made.add_worksheet()
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if isinstance(cell, tuple):
                    page.write_formula(number, position, cell[0], None, cell[1])
                else:
                    page.write(number, position, cell)
    whole: list[Problem] = []
    expected = read_rows(path, SHEET, problems=whole)
    monkeypatch.setattr(pieces, "LARGE", 0)
    monkeypatch.setattr(pieces, "PIECE", 2_000)
    monkeypatch.setattr(guards, "BLOCK", 1_000)
    parted: list[Problem] = []
    found = read_rows(path, SHEET, problems=parted)
    assert_frame_equal(found, expected)
    assert sorted(parted, key=_place) == sorted(whole, key=_place)
    assert sum("末几位已经丢失" in p.text for p in whole) > 10
    assert "0.8" in found["income"]


@pytest.mark.parametrize("large", [0, 1 << 30])
def test_what_could_not_be_read_comes_with_its_own_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    """Told with an earlier one, its row would pass for a good one."""
    monkeypatch.setattr(pieces, "LARGE", large)
    monkeypatch.setattr(pieces, "PIECE", 20_000)
    path = _long_book(tmp_path / "long.xlsx")
    problems: list[Problem] = []
    for frame in read_batches(path, SHEET, problems=problems, size=100):
        assert {p.row for p in problems} <= set(frame["row"])
        problems.clear()
    assert problems == []
