"""A family's year on the phone and at the desk: a birth, a son who goes away, a household that divides, a mistake taken back."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, led, visit
from tests.browser.test_journey_register import fill, send
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.registry.models import Household, Person
from zerentian.registry.tests.factories import identity, make_household, make_person


@pytest.fixture
def home(house: None) -> Household:
    made = make_household(size=4, head_name="钟秀英", natural_village="上坪组", address="上坪组12号")
    make_person(made, name="钟大勇", relation="son", birth_on=date(1990, 1, 1))
    make_person(made, name="刘小兰", relation="daughter_in_law", sex="female", birth_on=date(1992, 1, 1))
    make_person(made, name="钟小妹", relation="daughter", sex="female", birth_on=date(1996, 1, 1))
    return made


def member(home: Household, name: str) -> Person:
    with unit(system(), writes=False):
        found: Person = Person.objects.get(household=home, name=name)
    return found


def test_a_family_changes(page: Page, phone: Page, sign_in: SignIn, home: Household) -> None:
    sign_in(phone, "village")
    sign_in(page, "village")
    base = f"/households/{home.pk}/changes/"
    visit(phone, f"{base}join/")
    assert_clean(phone)
    visit(phone, f"{base}join/")
    phone.locator("[name=kind][value=birth]").check()
    number = identity(date(2026, 2, 1))
    fill(phone, name="钟阿宝", relation="sons_son", id_number=number, on="2026-02-03", reason="出生证明")
    phone.locator("[name=health][value=healthy]").check()
    send(phone, "main form button.btn-primary")
    expect(phone.locator("main")).to_contain_text("已增加成员：钟阿宝（出生），本户现有 5 人")

    visit(page, f"{base}split/")
    fill(page, **{f"relation_{member(home, name).pk}": what for name, what in
                  (("钟大勇", "head"), ("刘小兰", "spouse"), ("钟阿宝", "son"))}, on="2026-03-01", reason="分家协议")  # fmt: skip
    send(page, "main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("已分户：新户 钟大勇")
    with led(page):
        page.get_by_role("link", name="撤销变动").first.click()
    fill(page, reason="还没有分家")
    send(page, "main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("已撤销：分户")
    for kind in ("leave", "head", "merge", "move", "away"):
        visit(page, f"{base}{kind}/")
        visit(phone, f"{base}{kind}/")
        assert_clean(phone)


def test_the_file_with_its_parts(page: Page, phone: Page, sign_in: SignIn, home: Household) -> None:
    sign_in(page, "village")
    visit(page, f"/households/{home.pk}/")
    card = page.locator("form[action$='/confirm/water/']")
    with led(page):
        card.locator("button").first.click()
    expect(page.locator("#part-water")).to_contain_text("最近核实")
    assert_clean(page)
    sign_in(phone, "village")
    visit(phone, f"/households/{home.pk}/")
    visit(phone, f"/households/{home.pk}/papers/new/")
    assert_clean(phone)
    visit(phone, f"/households/{home.pk}/change/dwelling/")
    sign_in(page, "village", "en")
    for path in ("", "changes/", "changes/join/", "changes/split/", "papers/new/", "change/land/"):
        visit(page, f"/households/{home.pk}/{path}")
        assert_english(page)
