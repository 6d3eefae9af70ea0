"""A household's way onto the register through its hands: village, township, an objection in between; clean on desk and phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, SignIn, assert_clean, assert_english, assert_fits, led, visit
from zerentian.procedures.tests import factories as f

PAPER = {"name": "minutes.pdf", "mimeType": "application/pdf", "buffer": f.PAPER}


@pytest.fixture(autouse=True)
def world(house: None) -> Iterator[f.World]:
    """Conditions and effects answered without the apps above."""
    with f.plugged() as made:
        yield made


def fits(page: Page) -> None:
    """The open page on a phone and on a desk."""
    for size, check in ((PHONE, assert_fits), (WIDE, assert_clean)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        check(page)


def send(page: Page) -> None:
    """The form of the page."""
    with led(page):
        page.locator("main form button[type=submit]").last.click()


def follow(page: Page, link: str) -> None:
    """A link of the page."""
    with led(page):
        page.locator(link).click()


def test_a_meeting_is_recorded_an_objection_answered_and_the_township_decides(page: Page, sign_in: SignIn) -> None:
    case = f.at("review", name="刘桂英")
    sign_in(page, "village")
    visit(page, "/cases/inbox/")
    fits(page)
    follow(page, f"a[href='/cases/{case.pk}/']")
    expect(page.locator("main")).to_contain_text("缺少材料：会议记录")
    fits(page)
    for kind in ("minutes", "attendance"):
        follow(page, "a[href$='/evidence/']")
        page.select_option("[name=kind]", kind)
        page.set_input_files("[name=file]", PAPER)
        send(page)
    follow(page, "a[href$='/decide/passed/']")
    for name, value in {"entitled": 30, "present": 12, "in_favour": 12, "against": 0}.items():
        page.fill(f"[name={name}]", str(value))
    page.fill("[name=f_meeting_on]", "2017-03-01")
    send(page)
    expect(page.locator("main")).to_contain_text("不足 66.67%")
    assert_fits(page)
    page.fill("[name=present]", "24")
    page.fill("[name=in_favour]", "20")
    send(page)
    expect(page.locator("main")).to_contain_text("核实")
    made = f.services.object_to(case_id=case.pk, text="家里有小汽车", source="visit", by=f.actor_of_cast("village"))
    sign_in(page, "township")
    visit(page, f"/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("有 1 件异议未答复")
    follow(page, f"a[href='/cases/objections/{made.pk}/answer/']")
    page.locator("[name=outcome][value=rejected]").check()
    page.fill("[name=answer]", "车辆属于邻居")
    send(page)
    fits(page)
    f.decided(f.decided(case))
    visit(page, f"/cases/{case.pk}/")
    follow(page, "a[href$='/evidence/']")
    page.set_input_files("[name=file]", PAPER)
    send(page)
    follow(page, "a[href$='/decide/agreed/']")
    send(page)
    assert f.fresh(case).step == "second_notice"


def test_the_pages_of_procedures_are_clean_in_both_languages(page: Page, sign_in: SignIn) -> None:
    case = f.at("county", "household.exit", name="赖小明")
    sign_in(page, "county")
    paths = (
        "/cases/", "/cases/inbox/", f"/cases/decide/?case={case.pk}", f"/cases/{case.pk}/", f"/cases/{case.pk}/print/",
        f"/cases/{case.pk}/decide/refused/", "/cases/delegations/", "/procedures/", "/procedures/household.exit/2016/",
    )  # fmt: skip
    for path in paths:
        visit(page, path)
        fits(page)
    sign_in(page, "county", "en")
    for path in paths:
        visit(page, path)
        assert_english(page)
