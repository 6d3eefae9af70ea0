"""Clues in the field: a township checks ten on a phone, one after the other; a county answers a list without a connection."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, assert_fits, led, visit
from tests.browser.test_journey_register import send
from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import services
from zerentian.exchange.models import Clue, ClueStep
from zerentian.exchange.rules.sheets import SHEET
from zerentian.exchange.tests.test_clues import raised_many
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit

PHOTO = {"name": "car.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
KEYS = [column.key for column in SHEET.columns]
FIRST = 4  # the first row below the header


@pytest.fixture
def clues(house: None, settings: Any, tmp_path: Path) -> list[Clue]:
    """Ten clues that nobody has answered, apart from those of other journeys."""
    settings.ZERENTIAN_HOME = tmp_path
    with unit(system()):
        former = set(Clue.objects.values_list("pk", flat=True))
    return [one for one in raised_many(10, first=len(former)) if one.pk not in former]


def test_a_township_checks_ten_clues_on_a_phone(phone: Page, sign_in: SignIn, clues: list[Clue]) -> None:
    for one in clues:
        services.hand_over_clue(clue_id=one.pk, to="township", reason="请乡镇核实", by=actor_of_cast("village"))
    sign_in(phone, "township")
    visit(phone, "/clues/?desk=mine")
    assert_clean(phone)
    rows = phone.locator("#results tbody tr")
    expect(rows).to_have_count(10)
    with led(phone):
        rows.first.get_by_role("link").first.click()
    with led(phone):
        phone.get_by_role("link", name="填写核实情况").first.click()
    ends, seen = ["confirmed", "explained", "wrong_data", "changed"], set()
    for number in range(10):
        if number in (0, 9):
            assert_clean(phone)
        assert_fits(phone)
        seen.add(phone.url)
        phone.locator(f"[name=conclusion][value={ends[number % 4]}]").check()
        phone.locator("[name=statement]").fill(f"第{number + 1}户：入户看过，问了户主本人")
        if number == 3:
            phone.set_input_files("[name=photos]", PHOTO)  # type: ignore[arg-type]
        if number == 5:
            send(phone, "main form button:not([name=next])[type=submit]")
            visit(phone, "/clues/?desk=mine")
            expect(rows).to_have_count(4)
            with led(phone):
                rows.first.get_by_role("link").first.click()
            with led(phone):
                phone.get_by_role("link", name="填写核实情况").first.click()
        else:
            send(phone, "main form button.btn-primary")
    assert len(seen) == 10
    visit(phone, "/clues/?desk=mine")
    expect(phone.locator("main")).to_contain_text("没有这样的线索")
    with unit(system()):
        steps = list(ClueStep.objects.filter(clue__in=clues, kind="answered").order_by("id"))
    assert [one.conclusion for one in steps] == [ends[number % 4] for number in range(10)]
    assert [len(one.files) for one in steps] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]


def test_a_county_answers_a_list_without_a_connection(
    page: Page, sign_in: SignIn, clues: list[Clue], tmp_path: Path
) -> None:
    sign_in(page, "county")
    visit(page, "/clues/?state=open&sort=place")
    assert_clean(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载核实表").click()
    target = tmp_path / "sheet.xlsx"
    download.value.save_as(target)
    book = load_workbook(target)
    sheet = book[SHEET.title]
    codes = [sheet.cell(row, 1).value for row in range(FIRST, sheet.max_row + 1)]
    assert len(codes) == 10
    for row in range(FIRST, FIRST + 4):
        for key, value in {
            "conclusion": "属实，有合理解释",
            "how": "入户查看",
            "statement": f"第{row}行：代步车",
        }.items():
            sheet.cell(row, 1 + KEYS.index(key)).value = value
    sheet.cell(FIRST + 2, 1 + KEYS.index("conclusion")).value = "差不多"
    book.save(target)
    with led(page):
        page.get_by_role("link", name="导入填好的核实表").click()
    assert_clean(page)
    page.set_input_files("[name=content]", target)
    send(page, "main form[method=post] button[type=submit]")
    expect(page.locator("main")).to_contain_text("将保存 3 行，以前保存过 0 行，没有通过 1 行，没有填 6 行")
    expect(page.locator("main")).to_contain_text("没有“差不多”这种核实结论；请从下拉项中选择")
    assert_clean(page)
    with page.expect_download() as refused:
        page.get_by_role("link", name="下载没有通过的行").click()
    refused.value.save_as(tmp_path / "refused.xlsx")
    assert load_workbook(tmp_path / "refused.xlsx")[SHEET.title].max_row == FIRST
    send(page, "main form[method=post] button.btn-primary")
    expect(page.locator("main")).to_contain_text("已核实 3 条，等待审定")
    expect(page.locator("main")).to_contain_text("将保存 0 行，以前保存过 3 行，没有通过 1 行")
    with led(page):
        page.locator("#kept tbody a").first.click()
    expect(page.locator("main")).to_contain_text("入户查看：第4行：代步车")
    with unit(system()):
        assert Clue.objects.filter(pk__in=[one.pk for one in clues], state="answered").count() == 3
    sign_in(page, "county", "en")
    for path in ("/clues/", "/clues/sheet/import/", "/clues/sheet/?text=查无此人"):
        visit(page, path)
        assert_english(page)
