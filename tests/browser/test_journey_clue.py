"""A clue on its way: a department's file, the village on the phone, the township at the desk, back to the department."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, led, visit
from tests.browser.test_journey_register import send
from zerentian.exchange.models import Clue
from zerentian.exchange.tests.factories import raised


@pytest.fixture
def clue(house: None, settings: Any, tmp_path: Path) -> Clue:
    settings.ZERENTIAN_HOME = tmp_path
    return raised()


def test_a_village_answers_a_clue_and_the_department_hears_of_it(
    page: Page, phone: Page, sign_in: SignIn, clue: Clue
) -> None:
    sign_in(phone, "village")
    visit(phone, "/clues/?state=open")
    assert_clean(phone)
    with led(phone):
        phone.get_by_role("link", name="王小明").click()
    expect(phone.locator("main")).to_contain_text("小型轿车")
    assert_clean(phone)
    with led(phone):
        phone.get_by_role("link", name="填写核实情况").first.click()
    phone.locator("[name=conclusion][value=wrong_data]").check()
    phone.locator("[name=statement]").fill("派出所查询为同名登记，本人从未买车")
    assert_clean(phone)
    send(phone, "main form button.btn-primary")
    expect(phone.locator("main")).to_contain_text("已记录核实情况")
    sign_in(page, "township")
    visit(page, f"/clues/{clue.pk}/")
    with led(page):
        page.get_by_role("button", name="审定").click()
    expect(page.locator("main")).to_contain_text("结果已反馈来源部门")
    sign_in(page, "province")
    for path in (
        "/exchange/",
        "/exchange/sources/vehicles/",
        "/exchange/deliveries/",
        "/exchange/matches/",
        "/clues/figures/",
    ):
        visit(page, path)
        assert_clean(page)
    visit(page, "/exchange/replies/")
    expect(page.locator("main")).to_contain_text("家庭成员名下有小轿车")
    sign_in(page, "province", "en")
    for path in ("/clues/", f"/clues/{clue.pk}/", "/exchange/replies/", "/exchange/sources/vehicles/deliver/"):
        visit(page, path)
        assert_english(page)
