"""Forms of households and villages: as a page, as Word, as PDF; masked unless a reason is given."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from docx import Document

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Reading, Run
from zerentian.kernel.papers import Grid, NoFont, Pairs, Paper, Text, write_pdf, write_word
from zerentian.kernel.refusal import Refused
from zerentian.registry.models import HouseholdIncome, Village
from zerentian.registry.services.prints import FORMS, begin_prints
from zerentian.registry.tests.factories import VILLAGE, make_household

pytestmark = pytest.mark.django_db


def words_in(content: bytes) -> str:
    """Every text of a Word file."""
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_form_is_printed_from_the_register(client_of: Any, form: str) -> None:
    home = make_household(head_name="曾春秀", members=3, phone="13912345678")
    url = f"/households/{home.pk}/print/{form}/"
    page = client_of("village").get(url).content.decode()
    assert FORMS[form].title in page
    text = words_in(client_of("village").get(f"{url}?as=docx").content)
    assert FORMS[form].title in text
    assert home.number in text
    if form != "archive":
        assert "曾春秀" in text
    assert "13912345678" not in page + text
    assert client_of("neighbour").get(url).status_code == 404


def test_the_full_numbers_need_a_reason_and_leave_a_trace(client_of: Any) -> None:
    home = make_household(phone="13912345678")
    url = f"/households/{home.pk}/print/registration/?as=docx"
    refused = client_of("village").post(url, {"reason": ""})
    assert refused.status_code == 422
    text = words_in(client_of("village").post(url, {"reason": "上报存档"}).content)
    assert "13912345678" in text
    with unit(system()):
        assert Reading.objects.filter(page="registry.prints", reason="上报存档", household_id=home.pk).exists()


def test_the_registration_form_has_the_official_items_in_their_order(client_of: Any) -> None:
    home = make_household(members=2, fuel="firewood", water_source="protected_well", production_gain=Decimal(1200))
    with unit(system()), acting("test.income", by=system(), reason="测试"):
        HouseholdIncome.objects.filter(household=home).update(pension=Decimal(800), eco_compensation=Decimal(200))
    text = words_in(client_of("village").get(f"/households/{home.pk}/print/registration/?as=docx").content)
    items = [
        f"A{n}"
        for n in (1, 2, "3a", "3b", *range(4, 17), 17, "17a", "17b", "17c", "17d", *range(18, 25), *range(30, 38))
    ]
    places = [text.find(f"{item} ") for item in items]
    assert -1 not in places, items[places.index(-1)]
    assert places == sorted(places)
    assert "A17c 转移性收入\n1,000.00" in text
    assert "A17 家庭总收入\n7,000.00" in text


def test_an_acceptance_form_says_what_is_not_met(client_of: Any) -> None:
    home = make_household(house_grade="d")
    page = client_of("village").get(f"/households/{home.pk}/print/acceptance/").content.decode()
    assert "未达标" in page
    assert "1 人中 1 人参加基本医疗保险" in page
    assert "尚未达到退出标准" in page


def test_a_whole_village_in_one_file(client_of: Any) -> None:
    names = ["曾春秀", "钟文华", "刘桂英"]
    for name in names:
        make_household(head_name=name)
    make_household(head_name="申请人", status="applying")
    answer = client_of("village").post(f"/villages/{VILLAGE}/print/", {"form": "card", "file_type": "docx"})
    assert answer.status_code == 302
    run = begin_prints(code=VILLAGE, form="card", file_type="docx", by=actor_of_cast("village"))
    run_here(run)
    with unit(system()):
        done = Run.objects.get(pk=run.pk)
        assert done.status == Run.Status.DONE, done.error
        assert Reading.objects.filter(page="registry.prints", household_id__isnull=False).count() == 3
        text = words_in(open_file(done.file_id).read_bytes())
    assert all(name in text for name in names)
    assert "申请人" not in text


def test_the_village_form(client_of: Any) -> None:
    assert client_of("village").get(f"/villages/{VILLAGE}/form/").status_code == 422
    with unit(system()), acting("test.form", by=system(), reason="测试"):
        Village.objects.create(division=VILLAGE, year=timezone.localdate().year, kind="poor", population=1234)
    text = words_in(client_of("village").get(f"/villages/{VILLAGE}/form/?as=docx").content)
    assert "行政村登记表" in text
    assert "1234" in text


def test_what_people_wrote_is_no_markup(tmp_path: Path) -> None:
    paper = Paper("表", "", [Pairs("一", [("甲", "<b>#[x]&")], 1), Grid("二", ["列"], [["$1"]]), Text("三", "*粗*")])
    write_word([paper], tmp_path / "a.docx")
    text = words_in((tmp_path / "a.docx").read_bytes())
    assert all(one in text for one in ("<b>#[x]&", "$1", "*粗*"))


def test_a_village_in_full_needs_permission_and_reason(client_of: Any) -> None:
    make_household(phone="13912345678")
    with pytest.raises(Refused, match="写明理由"):
        begin_prints(code=VILLAGE, form="registration", file_type="docx", by=actor_of_cast("village"), in_full=True)
    run = begin_prints(
        code=VILLAGE,
        form="registration",
        file_type="docx",
        by=actor_of_cast("village"),
        in_full=True,
        reason="上报存档",
    )
    run_here(run)
    with unit(system()):
        done = Run.objects.get(pk=run.pk)
        assert "13912345678" in words_in(open_file(done.file_id).read_bytes())
        assert Reading.objects.filter(page="registry.prints", reason="上报存档").exclude(in_full="").count() == 1


def test_a_form_without_records_has_lines_to_write_on(client_of: Any) -> None:
    home = make_household()
    card = Document(BytesIO(client_of("village").get(f"/households/{home.pk}/print/card/?as=docx").content))
    assert card.core_properties.title == "贫困户明白卡"
    measures = next(table for table in card.tables if table.cell(0, 0).text == "措施")
    assert len(measures.rows) >= 5
    assert not any(cell.text for cell in measures.rows[-1].cells)


def test_a_pdf_is_made_to_be_kept(tmp_path: Path) -> None:
    try:
        write_pdf([Paper("贫困户登记表", "", [Grid("成员", ["姓名"], [[""]])])], tmp_path / "form.pdf")
    except NoFont:
        pytest.skip("no Chinese font on this machine")
    made = (tmp_path / "form.pdf").read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"/Lang(zh" in made
    assert "贫困户登记表".encode() in made


def test_word_tables_are_as_wide_as_the_sheet_and_keep_the_shares_of_their_columns(tmp_path: Path) -> None:
    grid = Grid("表", ["日期", "说明"], [["2017-01-01", "一"], ["2017-01-02", "二"]], [1, 3])
    broad = [
        Paper("登记表", "", [grid], "", broad=True),
        Paper("登记表", "", [Pairs("情况", [("姓名", "钟文华")], 1)], "", broad=True),
    ]
    write_word(broad, tmp_path / "a.docx")
    made = Document(str(tmp_path / "a.docx"))
    line = made.sections[0].page_width - made.sections[0].left_margin - made.sections[0].right_margin
    widths = [[cell.width for cell in row.cells] for row in made.tables[0].rows]
    assert all(abs(row[1] - 3 * row[0]) < 9_000 and abs(sum(row) - line) < 20_000 for row in widths)
    assert abs(sum(cell.width for cell in made.tables[1].rows[0].cells) - line) < 20_000
    breaks = [one.paragraph_format.page_break_before for one in made.paragraphs if one.text == "登记表"]
    assert breaks == [False, True]
