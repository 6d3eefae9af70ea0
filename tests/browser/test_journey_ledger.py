"""The journey that the ledger is for: a red duty, the rows behind it, a record put right, the entry turned."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, assert_fits, led, visit
from zerentian.accounts.tests.cast import COUNTY, TOWNSHIPS, VILLAGES
from zerentian.assessment.services import recompute
from zerentian.assessment.tests import factories
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Run
from zerentian.organisations.models import Body
from zerentian.registry.models import Household

NUMBER = f"{VILLAGES[0]}003"


@pytest.fixture
def filled(house: None) -> Household:
    """兴国县 computed, with one exited household that has no helper."""
    with unit(system()):
        if not Body.objects.filter(division=VILLAGES[1], kind="village_committee").exists():
            factories.province()
    with unit(system()), acting("test.fill", by=system(), reason="测试"):
        household: Household = Household.objects.get(number=NUMBER)
        Household.objects.filter(pk=household.pk).update(helper_name="")
    recompute(by=system(), division=COUNTY)
    return household


def put_right(page: Page, household: Household, words: dict[str, str]) -> None:
    """From the board by the red cell to the rows, to the household, and back to the turned entry."""
    visit(page, "/ledger/")
    cell = page.locator("tr", has_text=f"{TOWNSHIPS[0]}party_government").locator("a", has_text="90.0%").last
    with led(page):
        cell.click()
    entry = page.url
    expect(page.locator("main")).to_contain_text(words["red"])
    with led(page):
        page.get_by_role("link", name=household.number).click()
    visit(page, f"/households/{household.pk}/change/help/")
    page.fill("[name=helper_name]", "王五")
    if page.locator("[name=reason]").count():
        page.fill("[name=reason]", "补录帮扶责任人")
    with led(page):
        page.locator("main form button[type=submit]").last.click()
    waiting: Any = Run.objects.filter(kind="assessment.recompute", status="waiting", division=COUNTY).last()
    assert waiting is not None, "the correction asks for a computation"
    run_here(waiting)
    visit(page, entry)
    expect(page.locator("main")).to_contain_text(words["good"])
    expect(page.locator("main")).to_contain_text("90.0% → 100.0%")


ZH = {"red": "未达标", "good": "按期"}
EN = {"red": "Not met", "good": "On track"}


def test_a_county_officer_turns_a_red_duty(page: Page, sign_in: SignIn, filled: Household) -> None:
    sign_in(page, "county")
    put_right(page, filled, ZH)
    assert_clean(page)
    for path in (
        "/ledger/",
        f"/ledger/{COUNTY}/entries/",
        "/ledger/mine/",
        "/ledger/duties/24.2/",
        "/ledger/disputes/",
    ):
        visit(page, path)
        assert_clean(page)


def test_the_same_on_a_phone(phone: Page, sign_in: SignIn, filled: Household) -> None:
    sign_in(phone, "county")
    put_right(phone, filled, ZH)
    assert_fits(phone)
    visit(phone, "/ledger/")
    assert_fits(phone)


def test_the_same_in_english(page: Page, sign_in: SignIn, filled: Household) -> None:
    sign_in(page, "county", "en")
    put_right(page, filled, EN)
    assert_english(page)
    visit(page, "/ledger/")
    assert_english(page)
    assert_clean(page)
