"""A large worksheet is read in pieces: the same rows and the same problems as in one go."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from zerentian.kernel.tables import Problem, guards, pieces, read_batches, read_rows
from zerentian.kernel.tests.test_tables import SHEET, book


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
