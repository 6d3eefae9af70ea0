"""Tables in and out: every form, and an answer to every bad file."""

import struct
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from zerentian.kernel.files import check_upload_size
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables import (
    Choices,
    Column,
    Problem,
    Sheet,
    as_read,
    read_batches,
    read_rows,
    sheets_in,
    typed,
    write_error_workbook,
    write_table,
    write_template,
)
from zerentian.kernel.tables.columns import plain_header
from zerentian.kernel.tables.workbook import opened

SHEET = Sheet(
    "households",
    "贫困户",
    (
        Column("division", "村代码", "Village", "division", required=True),
        Column("number", "户编号", "Number", required=True),
        Column("id_number", "身份证号", "ID number", "id_number", personal=True),
        Column("status", "脱贫状态", "Status", "code", codes="status"),
        Column("causes", "致贫原因", "Causes", "codes", codes="status"),
        Column("income", "收入", "Income", "decimal"),
        Column("size", "人口数", "Size", "integer"),
        Column("on", "识别日期", "Identified on", "date"),
        Column("water", "饮水安全", "Safe water", "bool"),
        Column("year", "年度", "Year", "year"),
    ),
)
BODIES = Sheet("bodies", "机构", (Column("code", "机构编号", "Code", required=True), Column("name", "名称", "Name")))
LISTS = {"status": [("poor", "未脱贫", "Poor", "1"), ("exited", "已脱贫", "Exited", "2")]}


def book(path: Path, rows: list[list[Any]], sheet: str = "Sheet1") -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        page = made.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                if isinstance(value, tuple):
                    page.write_formula(number, position, value[0], None, value[1])
                else:
                    page.write(number, position, value)
    return path


def refused(path: Path, sheet: Sheet = SHEET, **options: Any) -> str:
    with pytest.raises(Refused) as caught:
        read_rows(path, sheet, problems=[], **options)
    return str(caught.value)


def test_the_template_comes_back_filled(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    villages = [("埠头乡", "凤冈村", 360732101201), ("潋江镇", "红门村", 360732100201)]
    row = {"division": "凤冈村 360732101201", "number": "001", "status": "未脱贫", "income": 12.5}
    write_template(
        path,
        [SHEET, BODIES],
        division=360732000000,
        lists=Choices({"status": ["未脱贫", "已脱贫"]}, villages),
        examples={"households": [row]},
    )
    frame = typed(read_rows(path, SHEET, division=360732000000), SHEET, problems := [], lists=LISTS)
    assert problems == []
    assert frame.select("row", "division", "number", "status", "income").row(0) == (
        2, 360732101201, "001", "poor", Decimal("12.50"),
    )  # fmt: skip
    assert sheets_in(path, [SHEET, BODIES]) == [SHEET, BODIES]
    with zipfile.ZipFile(path) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.read("xl/workbook.xml").decode()
    assert "OFFSET(" in page
    assert "字典" in page
    assert 'name="_meta" sheetId="4" state="veryHidden"' in names


def test_a_template_of_another_area_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", [SHEET], division=360732000000)
    assert "360732" in refused(tmp_path / "t.xlsx", division=360731000000)
    assert "不是含“机构”表的模板" in refused(tmp_path / "t.xlsx", BODIES)


def test_columns_in_any_order_by_any_name_and_values_as_people_type_them(tmp_path: Path) -> None:
    rows = [
        ["二〇一六年登记表"],
        [
            "ID number",
            "户编号 *",
            "村代码（必填）",
            "收入",
            "备注",
            "识别日期",
            "safe_water",
            "致贫原因",
            "人口数",
            "年度",
        ],
        [
            "36073219880101123x　",
            "Ａ１（甲）",
            "360732101201",
            "１，２３４．５",
            "x",
            "2016.5.1",
            "",
            "1、已脱贫",
            3,
            2016,
        ],
        [],
        ["", "A2", 360732101, "1,234.50元", "", 42491, "", "", "４", "2017年"],
    ]
    problems: list[Problem] = []
    frame = typed(read_rows(book(tmp_path / "a.xlsx", rows), SHEET, problems=problems), SHEET, problems, lists=LISTS)
    assert problems == []
    assert frame.rows() == [
        (3, 360732101201, "A1（甲）", "36073219880101123x", None, "poor,exited", Decimal("1234.50"), 3, date(2016, 5, 1),
         None, 2016),
        (5, 360732101000, "A2", None, None, None, Decimal("1234.50"), 4, date(2016, 5, 1), None, 2017),
    ]  # fmt: skip


def test_lost_digits_and_failed_formulas_are_named_cell_by_cell(tmp_path: Path) -> None:
    rows = [
        [c.label for c in SHEET.columns],
        ["360732101201", "1", 360732198801011234, "", "", ("=1/0", "#DIV/0!")],
        ["360732101201", "2", "3.60732E+17", "", "", ("=A1", ""), "", "#N/A"],
    ]
    problems: list[Problem] = []
    frame = read_rows(book(tmp_path / "a.xlsx", rows), SHEET, problems=problems)
    assert {(p.row, p.key) for p in problems} == {
        (2, "id_number"), (2, "income"), (3, "id_number"), (3, "income"), (3, "on"),
    }  # fmt: skip
    said = {p.key: p.text + p.todo for p in problems if p.row == 2}
    assert "末几位已经丢失；请把这一列设为“文本”" in said["id_number"]
    assert said["income"].startswith("公式出错（#DIV/0!）")
    assert frame["id_number"].null_count() == 2
    with pytest.raises(Refused, match="第 2 行"):
        read_rows(tmp_path / "a.xlsx", SHEET)


def test_the_workbook_of_errors_shows_what_stood_in_a_cell_that_was_not_read(tmp_path: Path) -> None:
    """In a form that is refused again, for a number without its last digits must not pass for one with them."""
    rows = [
        [c.label for c in SHEET.columns],
        ["360732101201", 720198801011234567, 360732198801011234, "", "", ("=1/0", "#DIV/0!")],
    ]
    frame = read_rows(book(tmp_path / "a.xlsx", rows), SHEET, problems=(problems := []))
    write_error_workbook(as_read(frame, problems), SHEET, problems, tmp_path / "errors.xlsx")
    with opened(tmp_path / "errors.xlsx") as written:
        cells = written.get_sheet_by_name("贫困户").to_python()[1]
    assert cells[2:8] == ["360732101201", "7.20198801011235E+17", "3.60732198801011E+17", "", "", "#DIV/0!"]
    assert "设为“文本”" in cells[1]
    again = read_rows(tmp_path / "errors.xlsx", SHEET, problems=(same := []))
    assert {(p.row, p.key) for p in same} == {(p.row, p.key) for p in problems}
    assert again.select("number", "id_number", "income").row(0) == (None, None, None)


CASES = [
    ("income", "12.345", "应为数字"),
    ("size", "三", "应为整数"),
    ("on", "2016-13-01", "应为日期"),
    ("on", "2016-02-30", "应为日期"),
    ("water", "大概", "应填“是”或“否”"),
    ("year", "16", "应为四位年份"),
    ("status", "富裕", "不在可选项里"),
    ("causes", "未脱贫,富裕", "含有不在可选项里的值"),
    ("division", "36073", "区划代码"),
    ("number", "", "没有填"),
]


@pytest.mark.parametrize(("key", "value", "says"), CASES)
def test_a_wrong_value_has_its_sentence(key: str, value: str, says: str) -> None:
    row = {"division": "360732101201", "number": "1", key: value or None}
    cells = {c.key: [row.get(c.key)] for c in SHEET.columns}
    frame = pl.DataFrame({"row": [2], **cells}, schema={"row": pl.Int64, **{c.key: pl.String for c in SHEET.columns}})
    problems: list[Problem] = []
    typed(frame, SHEET, problems, lists=LISTS)
    assert [(p.row, p.key) for p in problems] == [(2, key)]
    assert says in problems[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_in_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes('户编号,村代码,识别日期\nA1,360732101201,2016年5月1日\n短,行\n\n"A\n2",36,\n'.encode(encoding))
    problems: list[Problem] = []
    frame = read_rows(path, SHEET, problems=problems)
    assert frame.select("row", "number", "division").rows() == [(2, "A1", "360732101201"), (5, "A\n2", "36")]
    assert [(p.row, p.text) for p in problems] == [(3, "这一行有 2 列，表头有 3 列")]


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "control.csv"
    path.write_text("机构编号,名称\n\x02B1,扶贫\x1f办\n", "utf-8")
    assert read_rows(path, BODIES).select("code", "name").rows() == [("B1", "扶贫办")]


def files(kind: str) -> bytes:
    """Files that are not what they should be."""
    ole = b"\xd0\xcf\x11\xe0" + bytes(600)
    return {
        "empty": b"",
        "old": ole,
        "password": ole + "EncryptedPackage".encode("utf-16-le"),
        "pdf": b"%PDF-1.7",
        "page": b"<html><table></table></html>",
        "binary": b"MZ\x00\x01",
        "packed": b"\x1f\x8b\x08",
        "broken zip": b"PK\x03\x04" + bytes(99),
        "encoding": "户编号,村代码\n".encode() + b"\xff\xfa\x81\x20" * 9,
        "half a UTF-16": "户编号,村代码\n".encode("utf-16")[:-1],
        "other table": "姓名,年龄\n张,3\n".encode(),
        "missing column": "户编号,收入\n1,2\n".encode(),
        "twice": "户编号,户编号,村代码\n1,1,2\n".encode(),
        "bad parquet": b"PAR1" + bytes(50),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("empty", "文件是空的"),
        ("old", "旧版 .xls"),
        ("password", "打开密码"),
        ("pdf", "PDF"),
        ("page", "另存为 .xlsx"),
        ("binary", "不是表格文件"),
        ("packed", "压缩包"),
        ("broken zip", "已损坏"),
        ("encoding", "编码既不是 UTF-8"),
        ("half a UTF-16", "编码既不是 UTF-8"),
        ("other table", "第一行不是“贫困户”的表头"),
        ("missing column", "缺少必填列：村代码"),
        ("twice", "出现了两次：户编号"),
        ("bad parquet", "Parquet 文件已损坏"),
    ],
)
def test_a_bad_file_is_answered_with_what_to_do(tmp_path: Path, kind: str, says: str) -> None:
    path = tmp_path / "upload.xlsx"
    path.write_bytes(files(kind))
    assert says in refused(path)


def repacked(source: Path, target: Path, **members: bytes) -> Path:
    """The workbook with members replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, members.pop(member.filename, None) or old.read(member))
        for name, content in members.items():
            new.writestr(name, content)
    return target


def test_a_zip_bomb_is_refused_also_when_its_directory_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = book(tmp_path / "good.xlsx", [["户编号", "村代码"], ["1", "36"]])
    monkeypatch.setattr("zerentian.kernel.tables.guards.MOST_INFLATED", 4 << 20)
    bomb = repacked(good, tmp_path / "bomb.xlsx", **{"xl/media/bomb.bin": bytes(8 << 20)})
    assert "解开后过大" in refused(bomb)
    data = bomb.read_bytes()
    lying = data.replace(struct.pack("<I", 8 << 20), struct.pack("<I", 99))
    (tmp_path / "lying.xlsx").write_bytes(lying)
    assert "大小与目录不符" in refused(tmp_path / "lying.xlsx")


def test_too_many_rows_columns_or_bytes_are_refused_early(tmp_path: Path, settings: Any) -> None:
    settings.ZERENTIAN_ROW_LIMIT = 500
    rows = [["户编号", "村代码"], *[[str(n), "36"] for n in range(600)]]
    assert "超过 500 行" in refused(book(tmp_path / "long.xlsx", rows))
    assert "超过 256 列" in refused(
        book(tmp_path / "wide.xlsx", [["户编号", "村代码"], ["1", "36", *([""] * 400), "x"]])
    )
    far = book(tmp_path / "far.xlsx", [["户编号", "村代码"], ["1", "36"]])
    with zipfile.ZipFile(far) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
    page = (
        page.replace(b'<row r="2"', b'<row r="1048576"').replace(b'"A2"', b'"A1048576"').replace(b'"B2"', b'"B1048576"')
    )
    assert "超过 500 行" in refused(repacked(far, tmp_path / "far2.xlsx", **{"xl/worksheets/sheet1.xml": page}))
    settings.ZERENTIAN_UPLOAD_LIMIT = 200 << 20
    with pytest.raises(Refused, match="500 MB，超过上限 200 MB"):
        check_upload_size(500 << 20)


def test_entities_that_grow_are_not_read(tmp_path: Path) -> None:
    good = book(tmp_path / "good.xlsx", [["户编号", "村代码"], ["1", "36"]])
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    assert "不允许的声明" in refused(repacked(good, tmp_path / "evil.xlsx", **{"xl/workbook.xml": evil}))


def test_many_rows_come_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("户编号,村代码\n" + "".join(f"{n},360732101201\n" for n in range(30_000)), "utf-8")
    frames = list(read_batches(path, SHEET, problems=[], size=10_000))
    assert sum(f.height for f in frames) == 30_000
    assert max(f.height for f in frames) <= 10_000
    assert frames[-1]["row"][-1] == 30_001


ROW = {"division": 360732101201, "number": "=cmd|' /c'!A1", "id_number": "360732198801011234", "water": True,
       "income": Decimal("-3.50"), "on": date(2016, 5, 1)}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_what_is_written_is_masked_harmless_and_reads_back(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    assert write_table(path, SHEET.columns, [ROW], form) == 1
    frame = typed(read_rows(path, SHEET), SHEET, problems := [], lists=LISTS)
    assert problems == []
    assert frame["id_number"][0] == "360*************34"
    assert frame.select("division", "number", "water", "income", "on").row(0) == (
        360732101201, ROW["number"], True, Decimal("-3.50"), date(2016, 5, 1),
    )  # fmt: skip
    if form == "csv":
        assert "'=cmd" in path.read_text("utf-8-sig")
    write_table(path, SHEET.columns, [ROW], form, in_full=True)
    assert read_rows(path, SHEET)["id_number"][0] == "360732198801011234"


def test_the_workbook_of_errors_can_be_corrected_and_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("户编号,村代码,人口数\n1,360732101201,3\n2,360732101201,许多\n", "utf-8")
    frame = read_rows(path, SHEET, problems=(problems := []))
    typed(frame, SHEET, problems)
    assert write_error_workbook(frame, SHEET, problems, tmp_path / "errors.xlsx") == 1
    with zipfile.ZipFile(tmp_path / "errors.xlsx") as archive:
        words = archive.read("xl/worksheets/sheet1.xml").decode()
        notes = archive.read("xl/comments1.xml").decode()
    assert "人口数“许多”应为整数" in words
    assert "应为整数" in notes
    again = read_rows(tmp_path / "errors.xlsx", SHEET, problems=[])
    assert again.select("number", "size").rows() == [("2", "许多")]


def test_a_hundred_thousand_bad_rows_are_all_counted_and_the_workbook_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("户编号,村代码,人口数\n" + "1,坏,坏\n" * 100_000, "utf-8")
    frame = read_rows(path, SHEET, problems=(problems := []))
    typed(frame, SHEET, problems)
    assert len(problems) == 200_000
    assert write_error_workbook(frame, SHEET, problems, tmp_path / "errors.xlsx") == 20_000
    assert (tmp_path / "errors.xlsx").stat().st_size < 5 << 20


def test_headers_are_compared_without_stars_and_blanks() -> None:
    assert plain_header(" 户编号 ＊（必填）") == plain_header("户编号") == "户编号"
