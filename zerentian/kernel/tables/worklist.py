"""Writes a workbook to work through without a connection: what is known locked, what is to be filled in open, ready for A4."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from zerentian.kernel.tables.columns import Column, Problem, Sheet
from zerentian.kernel.tables.template import Choices, dictionary, write_meta

HEAD = 2  # rows above the header: the title, and how to fill it in
WHY = "问题和办法"
_A4 = 9
_KNOWN, _OPEN, _WRONG = "#F3F6FA", "#FFFDF0", "#F9D5CF"
_MAY = {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True, "sort": True}


@dataclass(frozen=True, slots=True)
class WorkList:
    """One list of work: its rows by key (`row`: the number in a workbook it was read from), and which columns are filled in.

    `open` are the keys that may be written to, `most` how many characters one of them takes, `since` the earliest day
    that makes sense (the latest is the day of filling in), `facts` what the workbook remembers out of sight.
    """

    sheet: Sheet
    rows: Sequence[Mapping[str, Any]]
    open: frozenset[str]
    title: str
    advice: str
    division: int | None = None
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    since: date = date(2000, 1, 1)
    facts: Mapping[str, str] = field(default_factory=dict)


def write_worklist(path: Path, work: WorkList, problems: Iterable[Problem] = ()) -> None:
    """Write the list; with `problems` (by the `row` of its rows) wrong cells are marked and a first column says why."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(work.sheet.title[:31])
        words = dictionary(book, [work.sheet], Choices(labels=work.lists))
        _Page(book, page, work, list(problems)).write(words)
        write_meta(book, [work.sheet], work.division, work.title, work.facts)


class _Page:
    """The worksheet of a list."""

    def __init__(self, book: xlsxwriter.Workbook, page: Any, work: WorkList, problems: Sequence[Problem]) -> None:
        self.page, self.work = page, work
        self.wrong: dict[int, list[Problem]] = defaultdict(list)
        for one in problems:
            self.wrong[one.row].append(one)
        self.first = 1 if problems else 0  # the column of the first key
        self.last = HEAD + len(work.rows)
        plain = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B8C4D0"}
        self.title = book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"})
        self.advice = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#44546A"})
        self.why = book.add_format({**plain, "font_color": "#A02B1D"})
        self.heads = [
            book.add_format({**plain, "bold": True, "bg_color": "#FBE9D0" if is_open else "#E8EEF4"})
            for is_open in (False, True)
        ]
        self.cells = {
            (is_open, is_day, is_wrong): book.add_format(
                {**plain, "locked": not is_open, "num_format": "yyyy-mm-dd" if is_day else "@",
                 "bg_color": _WRONG if is_wrong else _OPEN if is_open else _KNOWN}
            )
            for is_open in (False, True) for is_day in (False, True) for is_wrong in (False, True)
        }  # fmt: skip

    def write(self, words: Mapping[str, str]) -> None:
        """Title, advice, header, rows, drop-downs, protection and how it is printed."""
        columns = self.work.sheet.columns
        self._above(self.first + len(columns) - 1)
        if self.first:
            self.page.set_column(0, 0, 36)
            self.page.write_string(HEAD, 0, WHY, self.heads[0])
        for position, column in enumerate(columns, self.first):
            self.page.set_column(position, position, column.width)
            self.page.write_string(HEAD, position, column.label, self.heads[column.key in self.work.open])
            if column.help:
                self.page.write_comment(HEAD, position, column.help)
            if column.key in self.work.open:
                self._check(position, column, words)
        for number, row in enumerate(self.work.rows, HEAD + 1):
            self._row(number, row)
        self.page.protect("", _MAY)
        self._printed(self.first + len(columns) - 1)

    def _above(self, last: int) -> None:
        self.page.write_string(0, 0, self.work.title, self.title)
        self.page.set_row(0, 24)
        self.page.merge_range(1, 0, 1, last, self.work.advice, self.advice)
        self.page.set_row(1, 34)
        self.page.freeze_panes(HEAD + 1, self.first + 2)
        self.page.autofilter(HEAD, 0, max(self.last, HEAD + 1), last)

    def _row(self, number: int, row: Mapping[str, Any]) -> None:
        found = self.wrong.get(row.get("row", 0), [])
        if self.first:
            told = "\n".join(f"{n}. {one.text}{one.todo}" for n, one in enumerate(found, 1))
            self.page.write_string(number, 0, told, self.why)
        marked = {one.key for one in found if one.key}
        for position, column in enumerate(self.work.sheet.columns, self.first):
            value = row.get(column.key)
            is_day = column.kind == "date"
            look = self.cells[column.key in self.work.open, is_day, column.key in marked]
            if value is None or value == "":
                self.page.write_blank(number, position, None, look)
            elif isinstance(value, date):
                self.page.write_datetime(number, position, value, look)
            else:
                self.page.write_string(number, position, str(value), look)

    def _check(self, position: int, column: Column, words: Mapping[str, str]) -> None:
        """What the spreadsheet program itself says to a cell that doesn't fit."""
        rule: dict[str, Any] | None = None
        if column.kind == "code" and column.codes in words:
            rule = {"validate": "list", "source": "=" + words[column.codes or ""], "error_title": "请从下拉项中选择",
                    "error_message": f"“{column.label}”请从下拉项中选择"}  # fmt: skip
        elif column.kind == "date":
            low = self.work.since
            rule = {"validate": "date", "criteria": "between", "minimum": low, "maximum": "=TODAY()", "error_title": column.label,
                    "error_message": f"请填 {low} 到今天之间的日期，写作 {low}"}  # fmt: skip
        elif most := self.work.most.get(column.key):
            rule = {"validate": "length", "criteria": "<=", "value": most, "error_title": column.label,
                    "error_message": f"最多 {most} 字，请写短一些"}  # fmt: skip
        if rule and self.work.rows:
            self.page.data_validation(HEAD + 1, position, self.last, position, rule)

    def _printed(self, last: int) -> None:
        """On A4, broad, as wide as the sheet, with the header on each."""
        self.page.set_landscape()
        self.page.set_paper(_A4)
        self.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(HEAD)
        self.page.print_area(0, 0, self.last, last)
        self.page.set_footer("&C&P / &N")
