"""Signing in and the account in a real browser: the states that no link leads to."""

import re
from datetime import date

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, assert_fits, led, visit
from zerentian.accounts import services
from zerentian.accounts.tests.cast import NEIGHBOUR, PASSWORD, actor_of_cast, user_of
from zerentian.organisations.tests import factories as made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_door_with_its_second_factor(phone: Page, base_url: str, language: str) -> None:
    """A wrong password, a right one, the telephone taken into use, the next sign-in with its code."""
    name = f"door{language[:2]}"
    person, secret = services.create_user(username=name, name="钟门", by=actor_of_cast("security_admin"))
    services.grant_role(
        user_id=person.pk, role="county_officer", division=360732000000, starts_on=date(2017, 1, 1), reason="到任",
        by=actor_of_cast("security_admin"),
    )  # fmt: skip
    phone.context.add_cookies([{"name": "django_language", "value": language, "url": base_url}])

    def enter(password: str) -> None:
        visit(phone, "/sign-in/?next=/account/second-factor/")
        phone.locator("[name=username]").fill(name)
        phone.locator("[name=password]").fill(password)
        with led(phone):
            phone.locator("main [type=submit]").first.click()

    def look() -> None:
        assert_fits(phone)
        if language == "en":
            assert_english(phone)

    enter("wrong-wrong")
    expect(phone.locator("main")).to_contain_text("is wrong" if language == "en" else "不对")
    look()
    enter(secret)
    assert phone.url.endswith("/account/password/")
    look()
    for field, value in (("old", secret), ("new", PASSWORD), ("again", PASSWORD)):
        phone.locator(f"[name={field}]").fill(value)
    with led(phone):
        phone.locator("main [type=submit]").click()
    visit(phone, "/account/second-factor/")
    phone.locator("main [type=submit]").click()
    expect(phone.locator(".zt-qr")).to_be_visible()
    look()
    device = TOTPDevice.objects.get(user=person)
    phone.locator("[name=code]").fill(f"{totp(device.bin_key):06d}")
    phone.locator("main [type=submit]").click()
    expect(phone.locator("main code")).to_have_count(8)
    look()
    phone.context.clear_cookies(name="sessionid")
    enter(PASSWORD)
    assert "/sign-in/code/" in phone.url
    look()
    assert_clean(phone)


def test_a_role_is_granted_and_a_post_switched(page: Page, sign_in: SignIn) -> None:
    made.chain()
    person, _secret = services.create_user(username="sun.xian", name="孙县", by=actor_of_cast("security_admin"))
    sign_in(page, "security_admin")
    visit(page, f"/users/{person.pk}/")
    assert_clean(page)
    page.locator("[name=role]").select_option("county_leader")
    page.locator("[name=appointment_id]").select_option(index=1)
    page.locator("form:has([name=role]) [name=reason]").fill("任职")
    page.locator("form:has([name=role]) [type=submit]").click()
    expect(page.locator("main table").first).to_contain_text("书记")
    assert_clean(page)

    services.grant_role(
        user_id=user_of("county").pk, role="county_officer", division=NEIGHBOUR, starts_on=date(2017, 1, 1),
        reason="兼任", by=actor_of_cast("security_admin"),
    )  # fmt: skip
    page.context.clear_cookies()
    sign_in(page, "county")
    visit(page, "/")
    page.locator(".zt-menu summary").click()
    other = page.locator(".zt-menu-body [name=grant]")
    expect(other).to_have_count(1)
    assert_clean(page)
    wanted = other.inner_text()
    other.click()
    expect(page.locator(".zt-menu")).to_contain_text(re.compile(re.escape(wanted)))
    expect(page.locator(".zt-lead")).to_contain_text(wanted)


def test_a_key_is_shown_once(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "village")
    visit(page, "/account/tokens/")
    page.locator("[name=name]").fill("村务系统")
    page.locator("[name=permissions]").first.check()
    page.locator("form:has([name=days]) [type=submit]").click()
    expect(page.locator("main")).to_contain_text("zt_")
    assert_clean(page)
    visit(page, "/account/tokens/")
    expect(page.locator("main")).not_to_contain_text("zt_")
