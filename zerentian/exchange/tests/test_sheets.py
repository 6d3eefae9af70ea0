"""Clues without a connection: the workbook and the paper that are taken along, and what comes back of them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue, ClueStep
from zerentian.exchange.rules.sheets import OPEN, SHEET, as_one, clue_of, code_of
from zerentian.exchange.tests.factories import NUMBER, raised
from zerentian.exchange.tests.test_clues import raised_many, text
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import File, Reading
from zerentian.registry.models import Household

pytestmark = pytest.mark.django_db
KEYS = [column.key for column in SHEET.columns]
FOUND = "车已卖给邻村亲戚"
HEADER = 3  # the row of the header
Change = Callable[[Any], None]


def taken(client: Any, query: str = "") -> Any:
    """The workbook that somebody downloads."""
    answer = client.get(f"/clues/sheet/{query}")
    assert answer["Content-Type"].startswith("application/vnd.openxml"), answer.content.decode()[-1500:]
    return load_workbook(BytesIO(answer.content))


def page_of(book: Any) -> Any:
    return book[SHEET.title]


def put(page: Any, row: int, **values: Any) -> None:
    """Cells of a data row (from 0), by key."""
    for key, value in values.items():
        page.cell(HEADER + 1 + row, 1 + KEYS.index(key)).value = value


def told(page: Any, row: int, key: str) -> Any:
    return page.cell(HEADER + 1 + row, 1 + KEYS.index(key)).value


def sent(client: Any, book: Any, name: str = "核实表.xlsx") -> Any:
    """What comes of uploading a workbook: the page of its lines, or the form with what is wrong with it."""
    target = BytesIO()
    book.save(target)
    content = SimpleUploadedFile(name, target.getvalue())
    return client.post("/clues/sheet/import/", {"content": content}, follow=True)


def confirmed(client: Any, shown: Any, **data: Any) -> Any:
    return client.post(shown.request["PATH_INFO"], data, follow=True)


def good(page: Any, row: int, **more: Any) -> None:
    put(page, row, **{"conclusion": "情况已自然变化", "statement": FOUND, **more})


def states() -> list[str]:
    with unit(system()):
        return list(Clue.objects.order_by("id").values_list("state", flat=True))


def test_a_number_on_paper_tells_a_slip_of_the_pen() -> None:
    code = code_of(1234)
    assert clue_of(code) == clue_of("１２３４－" + code[-2:]) == clue_of(f" 1234 - {code[-2:]} ") == 1234
    assert [clue_of(wrong) for wrong in ("1234", "", "1243" + code[4:], "1235" + code[4:], "0000-00x")] == [0] * 5


def test_an_answer_in_parts_is_one_text() -> None:
    assert (
        as_one("没有车", how="入户查看", on=date(2026, 11, 3), asked="户主")
        == "2026年11月3日，入户查看，询问户主：没有车"
    )
    assert as_one(" 没有车 ") == "没有车"


def test_the_workbook_is_locked_but_for_what_is_filled_in_and_prints_on_a4(client_of: Any) -> None:
    clue = raised()
    book = taken(client_of("village"), "?desk=mine")
    page = page_of(book)
    assert [cell.value for cell in page[HEADER]] == [column.label for column in SHEET.columns]
    assert page.max_row == HEADER + 1
    assert (told(page, 0, "clue"), told(page, 0, "whom")) == (code_of(clue.pk), "王小明（之子）")
    for key, shown in {
        "rule": "家庭成员名下有小轿车：在册贫困户成员",
        "department": "80,000",
        "register": "证件号码：360",
        "ask": "1. 车辆是本人购买",
    }.items():
        assert shown in told(page, 0, key)
    open_cells = [key for key in KEYS if not page.cell(HEADER + 1, 1 + KEYS.index(key)).protection.locked]
    assert (open_cells, page.protection.sheet) == (list(OPEN), True)
    assert (page.freeze_panes, page.page_setup.orientation, page.page_setup.paperSize) == ("C4", "landscape", 9)
    assert (page.print_title_rows, page.page_setup.fitToHeight) == ("$3:$3", 0)
    rules = {str(one.sqref): one for one in page.data_validations.dataValidation}
    assert {one.type for one in rules.values()} == {"list", "date", "textLength"}
    choices = rules["J4"].formula1.replace("$", "")
    words = [cell.value for (cell,) in book["字典"][choices.split("!")[1]]]
    assert words == [str(label) for label in Clue.Conclusion.labels]
    everything = "".join(str(cell.value) for sheet in book for line in sheet for cell in line)
    assert NUMBER not in everything


def test_taking_it_along_is_a_reading_of_each_household(client_of: Any) -> None:
    clues = raised_many(2)
    taken(client_of("village"))
    client_of("village").get("/clues/sheet/print/?as=docx")
    with unit(system()):
        read = Reading.objects.filter(page="exchange.sheet").order_by("id")
        assert [(one.household_id, one.person_id) for one in read] == [(c.household_id, c.person_id) for c in clues] * 2


def test_only_open_clues_of_the_filter_and_scope_are_in_it(client_of: Any) -> None:
    clues = raised_many(3)
    services.answer_clue(clue_id=clues[0].pk, conclusion="changed", statement=FOUND, by=actor_of_cast("village"))
    codes = [told(page_of(taken(client_of("township"))), row, "clue") for row in range(2)]
    assert codes == [code_of(one.pk) for one in clues[1:]]
    assert page_of(taken(client_of("county"), "?text=村民2&rule=vehicles.car")).max_row == HEADER + 1
    for nothing in ("?state=late", "?state=answered", "?text=查无此人"):
        for address in ("/clues/sheet/", "/clues/sheet/print/"):
            assert "没有待核实的线索" in text(client_of("village").get(address + nothing))
    assert "没有待核实的线索" in text(client_of("village2").get("/clues/sheet/"))


def test_a_large_list_is_taken_apart_by_area_and_then_by_rule(client_of: Any, monkeypatch: Any) -> None:
    clues = raised_many(3)
    with unit(system()), acting("test.move", by=system(), reason="测试"):
        Clue.objects.filter(pk=clues[2].pk).update(division=VILLAGES[1])
    monkeypatch.setattr(services, "MOST_AT_ONCE", 2)
    county = text(client_of("county").get("/clues/sheet/?kind=doubt"))
    assert "待核实的线索有 3 条，一张核实表最多 2 条" in county
    for village in VILLAGES[:2]:
        assert f"/clues/sheet/?kind=doubt&amp;area={village}" in county
    monkeypatch.setattr(services, "MOST_AT_ONCE", 1)
    village = text(client_of("village").get("/clues/sheet/print/"))
    assert "/clues/sheet/print/?rule=vehicles.car" in village


def test_what_was_filled_in_is_looked_through_and_kept_once(client_of: Any) -> None:
    clues, county = raised_many(3), client_of("county")
    book = taken(county)
    day = timezone.localdate()
    good(page_of(book), 0, how="入户查看", on=datetime(day.year, day.month, day.day), asked="户主本人")  # noqa: DTZ001
    put(page_of(book), 1, conclusion="属实", statement="有")
    shown = sent(county, book)
    page = text(shown)
    assert "将保存 1 行，以前保存过 0 行，没有通过 1 行，没有填 1 行" in page
    for why in ("第 5 行", "没有“属实”这种核实结论；请从下拉项中选择", "请写明核实情况"):
        assert why in page
    assert states() == ["open"] * 3
    assert "已核实 1 条" in text(confirmed(county, shown))
    with unit(system()):
        kept = Clue.objects.get(pk=clues[0].pk)
        step = ClueStep.objects.get(kind="answered")
    said = f"{day.year}年{day.month}月{day.day}日，入户查看，询问户主本人：{FOUND}"
    assert (kept.state, kept.conclusion, kept.statement, step.statement) == ("answered", "changed", said, said)
    again = sent(county, book)
    assert "将保存 0 行，以前保存过 1 行" in text(again)
    assert "没有可以保存的行" in confirmed(county, again).content.decode()
    with unit(system()):
        assert ClueStep.objects.filter(kind="answered").count() == 1


def test_a_refused_line_holds_up_the_others_only_when_asked(client_of: Any) -> None:
    raised_many(2)
    village = client_of("village")
    book = taken(village)
    good(page_of(book), 0)
    good(page_of(book), 1, conclusion="不对")
    shown = sent(village, book)
    held = confirmed(village, shown, whole="on")
    assert (held.status_code, states()) == (422, ["open", "open"])
    assert "有 1 行没有通过，按您的要求全部没有保存" in held.content.decode()
    confirmed(village, shown)
    assert states() == ["answered", "open"]


def test_refused_lines_come_back_marked_and_can_be_sent_in_again(client_of: Any) -> None:
    clues, village = raised_many(2), client_of("village")
    book = taken(village)
    good(page_of(book), 0, conclusion="不对", asked="村民小组长")
    shown = sent(village, book)
    back = load_workbook(BytesIO(village.get(f"{shown.request['PATH_INFO']}refused/").content))
    page = page_of(back)
    line = {head.value: cell for head, cell in zip(page[HEADER], page[HEADER + 1], strict=True)}
    assert "没有“不对”这种核实结论" in line["问题和办法"].value
    assert (line["核实结论"].value, line["核实情况"].value, line["询问了谁"].value) == ("不对", FOUND, "村民小组长")
    assert line["核实结论"].fill.fgColor.rgb == "FFF9D5CF"
    assert line["核实情况"].fill.fgColor.rgb != "FFF9D5CF"
    line["核实结论"].value = "属实，有合理解释"
    confirmed(village, sent(village, back))
    with unit(system()):
        kept = Clue.objects.get(pk=clues[0].pk)
    assert (kept.conclusion, kept.statement) == ("explained", f"询问村民小组长：{FOUND}")


def tomorrow(page: Any) -> None:
    good(page, 0, on=timezone.localdate() + timedelta(days=1))


def before(page: Any) -> None:
    good(page, 0, on="2016/5/1")


def no_day(page: Any) -> None:
    good(page, 0, on="上个月")


def formula(page: Any) -> None:
    good(page, 0, statement='=CONCATENATE("车","已卖")')


def other_number(page: Any) -> None:
    good(page, 0, clue=f"{clue_of(told(page, 0, 'clue')) + 1}{told(page, 0, 'clue')[-3:]}")


def number_of_next(page: Any) -> None:
    good(page, 0, clue=told(page, 1, "clue"))


def elsewhere(page: Any) -> None:
    good(page, 0, clue=code_of(999_999))


def no_number(page: Any) -> None:
    good(page, 0, clue=None)


def added(page: Any) -> None:
    good(page, 2, head="新来的")


def twice(page: Any) -> None:
    for key in KEYS:
        put(page, 2, **{key: told(page, 0, key)})
    good(page, 0)
    good(page, 2, statement="车已经报废注销")


def too_long(page: Any) -> None:
    good(page, 0, statement="长" * 2001)


def no_conclusion(page: Any) -> None:
    put(page, 0, statement=FOUND)


def no_statement(page: Any) -> None:
    put(page, 0, conclusion="情况已自然变化")


def strange_way(page: Any) -> None:
    good(page, 0, how="猜的")


WRONG: list[tuple[Change, str]] = [
    (tomorrow, "在今天之后；请写作"), (before, "核实日期 2016-05-01 早于线索发现的日期"),
    (no_day, "核实日期“上个月”不是日期"), (formula, "公式没有算出结果；请改正公式"),
    (other_number, "不对，可能改动过；请照原表填回"), (number_of_next, "户主与线索编号对不上；可能粘贴错位"),
    (elsewhere, "的线索，或它不在您的管辖范围内；请核对编号"), (no_number, "这一行没有线索编号；请照原表填回"),
    (added, "这一行没有线索编号"), (twice, "第 4、6 行是同一条线索，填的却不一样；请只留一行"),
    (too_long, "共 2001 字，最多 2000 字；请写短一些"), (no_conclusion, "请选择核实结论"),
    (no_statement, "请写明核实情况"), (strange_way, "没有“猜的”这种核实方式"),
]  # fmt: skip


def test_a_line_that_cannot_be_kept_says_why_and_what_to_do(client_of: Any) -> None:
    clues, village = raised_many(2), client_of("village")
    with unit(system()), acting("test.heads", by=system(), reason="测试"):
        for number, one in enumerate(clues):
            Household.objects.filter(pk=one.household_id).update(head_name=f"户主{number}")
    for change, why in WRONG:
        book = taken(village)
        change(page_of(book))
        shown = sent(village, book)
        assert why in text(shown), change.__name__
        confirmed(village, shown)
        assert states() == ["open", "open"], change.__name__


def test_reordered_and_deleted_lines_and_dates_as_numbers_are_read(client_of: Any) -> None:
    clues, village = raised_many(3), client_of("village")
    book = taken(village)
    page = page_of(book)
    day = timezone.localdate()
    good(page, 2, statement="第三户的车已报废", on=(day - date(1899, 12, 30)).days)
    first, last = HEADER + 1, HEADER + 3
    for column in range(1, len(KEYS) + 1):
        one, other = page.cell(first, column), page.cell(last, column)
        one.value, other.value = other.value, one.value
    page.cell(first, 1 + KEYS.index("on")).number_format = "0"
    page.delete_rows(HEADER + 2)
    shown = sent(village, book)
    assert "有 1 条不在这个文件里" in text(shown)
    confirmed(village, shown)
    with unit(system()):
        kept = Clue.objects.get(pk=clues[2].pk)
    assert kept.statement == f"{day.year}年{day.month}月{day.day}日：第三户的车已报废"
    assert states() == ["open", "open", "answered"]


def answered_meanwhile(clue: Clue) -> None:
    services.answer_clue(clue_id=clue.pk, conclusion="confirmed", statement="确有一辆车", by=actor_of_cast("township"))


def settled_meanwhile(clue: Clue) -> None:
    answered_meanwhile(clue)
    services.settle_clue(clue_id=clue.pk, by=actor_of_cast("county"))


def handed_meanwhile(clue: Clue) -> None:
    services.hand_over_clue(clue_id=clue.pk, to="township", reason="户主住在镇上", by=actor_of_cast("village"))


def returned_meanwhile(clue: Clue) -> None:
    said = {"conclusion": "changed", "statement": FOUND}
    services.answer_clue(clue_id=clue.pk, by=actor_of_cast("village"), **said)
    services.return_clue(clue_id=clue.pk, reason="没有写清楚", by=actor_of_cast("township"))


MEANWHILE: list[tuple[Callable[[Clue], None], str, str]] = [
    (answered_meanwhile, "这条线索已由 测township", "answered"),
    (settled_meanwhile, "审定办结，原来的结果没有改动", "settled"),
    (handed_meanwhile, "转交给乡镇；请由对方核实", "open"),
    (returned_meanwhile, "后来被退回重新核实；请重新核实", "open"),
]


def test_what_happened_meanwhile_is_named_and_never_overwritten(client_of: Any) -> None:
    clues, village = raised_many(len(MEANWHILE)), client_of("village")
    book = taken(village)
    for number, (happens, _why, _state) in enumerate(MEANWHILE):
        good(page_of(book), number)
        happens(clues[number])
    shown = sent(village, book)
    for _happens, why, _state in MEANWHILE:
        assert why in text(shown)
    with unit(system()):
        former = list(Clue.objects.order_by("id").values("state", "conclusion", "statement"))
    confirmed(village, shown)
    with unit(system()):
        assert list(Clue.objects.order_by("id").values("state", "conclusion", "statement")) == former
    assert states() == [state for _happens, _why, state in MEANWHILE]


def test_what_happens_between_the_look_and_the_confirmation_is_told(client_of: Any) -> None:
    clues, village = raised_many(2), client_of("village")
    book = taken(village)
    good(page_of(book), 0)
    good(page_of(book), 1)
    shown = sent(village, book)
    answered_meanwhile(clues[0])
    after = text(confirmed(village, shown))
    assert "已核实 1 条" in after
    assert "这条线索已由 测township" in after


def test_a_file_that_is_no_sheet_is_refused_as_a_whole(client_of: Any) -> None:
    raised()
    village = client_of("village")
    other = Workbook()
    other.active.append(["甲", "乙"])
    short = taken(village)
    good(page_of(short), 0)
    page_of(short).delete_cols(1 + KEYS.index("statement"))
    cases = [(other, "找不到表头"), (short, "缺少必填列：核实情况"), (taken(village), "还没有填写任何一行")]
    for book, why in cases:
        answer = sent(village, book)
        assert (answer.status_code, why in answer.content.decode()) == (422, True), why
    picture = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert village.post("/clues/sheet/import/", {"content": picture}).status_code == 422
    with unit(system()):
        assert not File.objects.filter(purpose=services.PURPOSE).exists()


def test_a_sheet_of_another_area_and_of_another_person_is_not_taken(client_of: Any) -> None:
    raised()
    book = taken(client_of("village"))
    good(page_of(book), 0)
    answer = sent(client_of("village2"), book)
    assert answer.status_code == 422
    assert "里面没有您管辖范围内的线索" in answer.content.decode()
    shown = sent(client_of("village"), book)
    address = shown.request["PATH_INFO"]
    for who in ("township", "county", "village2"):
        assert client_of(who).get(address).status_code == 404
        assert client_of(who).post(address).status_code == 404
        assert client_of(who).get(f"{address}refused/").status_code == 404
    assert states() == ["open"]


def test_a_paper_has_room_to_write_and_is_typed_in_by_its_numbers(client_of: Any) -> None:
    clues, village = raised_many(2), client_of("village")
    page = text(village.get("/clues/sheet/print/?desk=mine"))
    codes = [code_of(one.pk) for one in clues]
    for shown in (*codes, "□ 属实，转办程序", "□ 入户查看", "zt-write", "被询问人", "?desk=mine&amp;as=pdf"):
        assert shown in page
    assert "证件号码" not in page
    word = village.get("/clues/sheet/print/?as=docx")
    assert word["Content-Type"].endswith("wordprocessingml.document")
    assert village.get("/clues/sheet/print/?as=odt").status_code == 404
    typed = village.get("/clues/sheet/typed/", {"numbers": "，".join(codes)}, follow=True)
    assert "村民0" in text(typed)
    assert "村民1" in text(typed)
    wrong = village.get("/clues/sheet/typed/", {"numbers": f"{clues[0].pk}-00 {code_of(999_999)}"})
    assert (wrong.status_code, "写错了" in wrong.content.decode()) == (422, True)
    unknown = village.get("/clues/sheet/typed/", {"numbers": code_of(999_999)})
    assert "或它不在您的管辖范围内" in unknown.content.decode()
    answered_meanwhile(clues[0])
    done = village.get("/clues/sheet/typed/", {"numbers": " ".join(codes)})
    assert "已由 测township" in done.content.decode()
