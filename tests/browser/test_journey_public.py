"""The public page on a phone: find one's village, read its notice, object, and ask how far it is."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, SignIn, assert_clean, assert_english, assert_fits, visit, watched
from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.disclosure import services
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.tests import factories
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.territory import queries as territory

NAME = factories.LINES[0].name


@pytest.fixture
def hung(house: None) -> Notice:
    """A notice on the board of a village of 兴国县."""
    return factories.published()


def object_to(page: Page) -> str:
    """From the front page by the place to the notice and its form; the receipt number."""
    village = territory.name_of(VILLAGES[0])
    visit(page, "/public/")
    assert_fits(page)
    page.fill("[name=q]", village)
    page.locator("form[role=search] button").click()
    page.locator(f"a[href='/public/places/{VILLAGES[0]}/']").click()
    assert_fits(page)
    page.locator("a[href^='/public/notices/']").first.click()
    expect(page.locator("main")).to_contain_text(NAME)
    assert_fits(page)
    page.locator("a[href$='/objection/']").click()
    page.fill("[name=text]", "这一户新盖了楼房，请核实")
    page.fill("[name=name]", "赖小明")
    page.fill("[name=phone]", "13912345678")
    assert_fits(page)
    page.locator("main form button[type=submit]").click()
    receipt = page.locator("main code").inner_text()
    assert "赖小明" not in page.url + page.content()
    return receipt


def ask(page: Page, receipt: str) -> None:
    """What the public page tells by the receipt."""
    visit(page, "/public/objections/")
    page.fill("[name=receipt]", receipt)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    assert receipt.split("-")[0] not in page.url


def test_a_villager_objects_and_reads_the_answer_on_a_phone(phone: Page, hung: Notice) -> None:
    receipt = object_to(phone)
    assert_clean(phone)
    ask(phone, receipt)
    expect(phone.locator("main")).to_contain_text("正在核查")
    with unit(system()):
        made = Objection.objects.filter(notice_id=hung.pk).get()
    services.answer_objection(
        objection_id=made.pk, outcome="rejected", answer="经入户核实，楼房为其兄所有。", by=actor_of_cast("county")
    )
    ask(phone, receipt)
    expect(phone.locator("main")).to_contain_text("楼房为其兄所有")
    assert_clean(phone)
    for path in ("/public/", f"/public/places/{VILLAGES[0]}/", f"/public/notices/{hung.code}/", "/public/rules/22/"):
        visit(phone, path)
        assert_clean(phone)


def test_the_same_without_scripts(browser: Browser, browser_context_args: dict[str, Any], hung: Notice) -> None:
    context = browser.new_context(**{**browser_context_args, "viewport": PHONE, "java_script_enabled": False})
    page = watched(context.new_page())
    visit(page, f"/public/notices/{hung.code}/")
    page.locator("a[href$='/objection/']").click()
    page.fill("[name=text]", "这一户新盖了楼房，请核实")
    page.locator("main form button[type=submit]").click()
    ask(page, page.locator("main code").inner_text())
    expect(page.locator("main")).to_contain_text("正在核查")
    context.close()


def test_the_public_pages_in_english(page: Page, hung: Notice, base_url: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": base_url}])
    for path in (
        "/public/", "/public/?q=zzz", f"/public/places/{VILLAGES[0]}/", f"/public/notices/{hung.code}/",
        f"/public/notices/{hung.code}/objection/", "/public/objections/", "/public/rules/", "/public/rules/22/",
    ):  # fmt: skip
        visit(page, path)
        assert_english(page)


def test_staff_compose_review_and_print(page: Page, sign_in: SignIn, house: None) -> None:
    sign_in(page, "village")
    visit(page, f"/notices/new/exit.household/{VILLAGES[0]}/")
    page.fill("[name=text]", "第一村民小组\t钟文华\t4\n第二村民小组 360732197001010017 2")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("第 2 行")
    expect(page.locator("[name=text]")).to_have_value("第一村民小组\t钟文华\t4\n第二村民小组 360732197001010017 2")
    page.fill("[name=text]", "第一村民小组\t钟文华\t4\n第二村民小组 刘桂英 2")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/notices/\d+/$"))
    address = page.url
    visit(page, address)
    assert_clean(page)
    page.context.clear_cookies()
    sign_in(page, "township")
    visit(page, address + "review/")
    assert_clean(page)
    page.locator("input[name=passes][value=yes]").check()
    page.locator("main form button[type=submit]").click()
    page.locator("form[action$='/publish/'] button").click()
    page.wait_for_load_state("networkidle")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 26.33, "longitude": 115.36})
    visit(page, address + "posting/")
    assert_clean(page)
    page.locator("[data-zt-locate]").click()
    expect(page.locator("[name=latitude]")).to_have_value("26.33000")
    page.set_input_files("[name=photo]", {"name": "b.png", "mimeType": "image/png", "buffer": factories.PHOTO})
    page.fill("[name=place]", "村委会门口公开栏")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("26.33000, 115.36000")
    visit(page, address + "print/")
    expect(page.locator("main svg.zt-qr")).to_be_visible()
    assert_clean(page)
    visit(page, "/notices/")
    assert_clean(page)
