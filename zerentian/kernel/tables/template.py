"""Writes the collection workbook: drop-downs from a hidden sheet, text cells for numbers, a name to know it by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from zerentian.kernel.scope import code_text
from zerentian.kernel.tables.columns import Column, Sheet
from zerentian.kernel.tables.workbook import DICTIONARY, META

ROWS = 5_000  # rows that carry drop-downs
TOWNSHIP = "乡镇（选村用）"
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a template offers: labels of each code list, and the villages of the area by township."""

    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    villages: Sequence[tuple[str, str, int]] = ()  # (township name, village name, 12-digit code)


def write_template(
    path: Path,
    sheets: Sequence[Sheet],
    *,
    division: int | None = None,
    lists: Mapping[str, Sequence[str]] | Choices | None = None,
    title: str = "",
    examples: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> None:
    """Write an empty workbook for the sheets; `division` is the area it is made for, `lists` code list id → labels.

    With `Choices.villages`, a division column gets a township column before it, and its drop-down
    shows only that township's villages. `examples` are rows already filled in (such as known villages).
    """
    choices = lists if isinstance(lists, Choices) else Choices(labels=lists or {})
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        pages = [_Page(book, sheet, choices) for sheet in sheets]
        words = dictionary(book, sheets, choices)
        for page in pages:
            page.write(words, (examples or {}).get(page.sheet.name, ()))
        write_meta(book, sheets, division, title or sheets[0].title)


def dictionary(book: xlsxwriter.Workbook, sheets: Sequence[Sheet], choices: Choices) -> dict[str, str]:
    """The hidden sheet of words; code list id → the range that holds it, and `villages` → (townships, pairs)."""
    page = book.add_worksheet(DICTIONARY)
    page.hide()
    ranges: dict[str, str] = {}
    used = dict.fromkeys(c.codes for s in sheets for c in s.columns if c.codes and c.codes in choices.labels)
    for column, name in enumerate(used):
        labels = choices.labels[name or ""]
        page.write_column(0, column, [name, *labels])
        ranges[name or ""] = _span(column, 1, len(labels))
    if choices.villages:
        start = len(used)
        rows = sorted(choices.villages, key=lambda v: (v[2] // 1000, v[2]))
        townships = list(dict.fromkeys(row[0] for row in rows))
        page.write_column(0, start, ["townships", *townships])
        page.write_column(0, start + 1, ["township", *[row[0] for row in rows]])
        page.write_column(0, start + 2, ["village", *[f"{row[1]} {row[2]:012d}" for row in rows]])
        ranges["townships"] = _span(start, 1, len(townships))
        ranges["of_township"] = _span(start + 1, 1, len(rows))
        ranges["first_village"] = f"'{DICTIONARY}'!{xl_rowcol_to_cell(1, start + 2, row_abs=True, col_abs=True)}"
    return ranges


def _span(column: int, first: int, count: int) -> str:
    name = xl_col_to_name(column, col_abs=True)
    return f"'{DICTIONARY}'!{name}${first + 1}:{name}${first + count}"


def write_meta(
    book: xlsxwriter.Workbook,
    sheets: Sequence[Sheet],
    division: int | None,
    title: str,
    more: Mapping[str, str] | None = None,
) -> None:
    """The hidden sheet by which a workbook of ours is known: what it is, for which area, and `more`."""
    page = book.add_worksheet(META)
    page.very_hidden()
    facts = {
        "title": title,
        "division": code_text(division) if division is not None else "",
    }
    facts |= {f"sheet.{sheet.name}": sheet.version for sheet in sheets} | dict(more or {})
    for row, (name, value) in enumerate(facts.items()):
        page.write_row(row, 0, [name, value])


class _Page:
    """One worksheet of the template."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet, choices: Choices) -> None:
        self.sheet = sheet
        self.page = book.add_worksheet(sheet.title)
        self.must = book.add_format({"bold": True, "bg_color": "#FBE9D0", "border": 1, "text_wrap": True})
        self.may = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.number = book.add_format({"num_format": "0"})
        self.money = book.add_format({"num_format": "0.00"})
        self.columns: list[Column | None] = []
        for column in sheet.columns:
            if column.kind == "division" and choices.villages:
                self.columns.append(None)  # the township from which the village's drop-down depends
            self.columns.append(column)

    def write(self, words: Mapping[str, str], examples: Sequence[Mapping[str, Any]]) -> None:
        """Header, widths, formats, drop-downs and the rows given."""
        self.page.freeze_panes(1, 0)
        for position, column in enumerate(self.columns):
            if column is None:
                self.page.write_string(0, position, TOWNSHIP, self.may)
                self.page.set_column(position, position, 14)
                self._list(position, "=" + words["townships"])
                continue
            star = "*" if column.required else ""
            self.page.write_string(
                0,
                position,
                column.label + star,
                self.must if column.required else self.may,
            )
            if column.help:
                self.page.write_comment(0, position, column.help)
            self.page.set_column(position, position, column.width, self._format(column))
            self._check(position, column, words)
        for row, example in enumerate(examples, 1):
            for position, column in enumerate(self.columns):
                if column is not None and example.get(column.key) is not None:
                    self.page.write(row, position, example[column.key], self._format(column))

    def _format(self, column: Column) -> Any:
        if column.is_text:
            return self.text
        return {"date": self.date, "decimal": self.money}.get(column.kind, self.number)

    def _check(self, position: int, column: Column, words: Mapping[str, str]) -> None:
        if column.kind == "division" and "townships" in words and position and self.columns[position - 1] is None:
            township = f"${xl_col_to_name(position - 1)}2"
            pairs, first = words["of_township"], words["first_village"]
            self._list(
                position,
                f"=OFFSET({first},MATCH({township},{pairs},0)-1,0,COUNTIF({pairs},{township}),1)",
                strict=False,
            )
        elif column.kind == "bool":
            self._list(position, ["是", "否"])
        elif column.kind == "code" and column.codes in words:
            self._list(position, "=" + words[column.codes or ""])
        elif column.kind == "date":
            self._rule(
                position,
                "date",
                "between",
                _FIRST_DAY,
                _LAST_DAY,
                "请填日期，如 2016-05-01",
            )
        elif column.kind in ("integer", "year"):
            self._rule(position, "integer", "between", -(10**12), 10**12, "请填整数")
        elif column.kind == "decimal":
            self._rule(position, "decimal", "between", -(10**12), 10**12, "请填数字")

    def _list(self, position: int, source: Any, *, strict: bool = True) -> None:
        rule = {
            "validate": "list",
            "source": source,
            "error_title": "请从下拉项中选择",
            "error_type": "stop",
        }
        if not strict:
            rule["error_type"] = "warning"
        self.page.data_validation(1, position, ROWS, position, rule)

    def _rule(
        self,
        position: int,
        validate: str,
        criteria: str,
        low: Any,
        high: Any,
        message: str,
    ) -> None:
        rule = {
            "validate": validate,
            "criteria": criteria,
            "minimum": low,
            "maximum": high,
        }
        self.page.data_validation(
            1,
            position,
            ROWS,
            position,
            {**rule, "error_type": "warning", "error_message": message},
        )
