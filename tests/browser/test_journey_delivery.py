"""A department delivers by page, reads what the check found, corrects it, and answers what came back from the villages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, led, visit
from tests.browser.test_journey_register import send
from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import actor_of_cast, user_of
from zerentian.exchange import services
from zerentian.exchange.models import Clue, Delivery, Reply
from zerentian.exchange.tests.factories import HEAD, NUMBER, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.organisations.tests import factories as bodies
from zerentian.registry.tests.factories import make_household, make_person

COLUMN = "电话"


@pytest.fixture
def police(house: None, settings: Any, tmp_path: Path) -> None:
    """The officer of the province's public security department; in the register somebody who owns a car."""
    settings.ZERENTIAN_HOME = tmp_path
    body = bodies.body(bodies.PROVINCE, "department", department="public_security", name="省公安厅")
    with unit(system()), acting("test.police", by=system(), reason="测试"):
        RoleGrant.objects.filter(user=user_of("department")).update(body_id=body.pk)
        make_person(make_household(), id_number=NUMBER, name="王小明")


def take_in() -> Delivery:
    """As the worker does."""
    with unit(system()):
        waiting = Delivery.objects.get(state="checking")
    services.take_in_here(delivery_id=waiting.pk, by=actor_of_cast("department"))
    return waiting


def deliver(page: Page, path: Path, kind: str = "full") -> None:
    visit(page, "/exchange/")
    with led(page):
        page.get_by_role("link", name="机动车登记").click()
    with led(page):
        page.get_by_role("link", name="交付数据").click()
    page.locator("[name=period]").select_option(index=0)
    page.locator(f"[name=kind][value={kind}]").check()
    if kind == "correction":
        page.locator("[name=replaces]").select_option(index=1)
    page.locator("[name=content]").set_input_files(path)
    assert_clean(page)
    send(page, "main form button.btn-primary")


def test_a_department_delivers_corrects_and_answers(page: Page, sign_in: SignIn, police: None, tmp_path: Path) -> None:
    faulty, right = tmp_path / "vehicles.csv", tmp_path / "vehicles-2.csv"
    rows = [row(f"赣B{n}", NUMBER) for n in range(30)]
    faulty.write_text(HEAD + "".join(rows[:3]) + row("赣C1", NUMBER, price="八万"), "gb18030")
    lines = (HEAD + "".join(rows) + row("赣C1", NUMBER, price="八万")).splitlines()
    right.write_text("\n".join([f"{lines[0]},{COLUMN}", *(f"{line},13912345678" for line in lines[1:])]), "gb18030")
    sign_in(page, "department")
    deliver(page, faulty)
    refused = take_in()
    visit(page, f"/exchange/deliveries/{refused.pk}/")
    expect(page.locator("main")).to_contain_text("整批退回")
    with page.expect_download() as errors:
        page.get_by_role("link", name="下载错误清单").click()
    assert "5,购置价（元）,应为数字" in Path(errors.value.path()).read_text("utf-8-sig")
    deliver(page, right)
    stored = take_in()
    visit(page, f"/exchange/deliveries/{stored.pk}/")
    main = page.locator("main")
    expect(main).to_contain_text(COLUMN)
    expect(main).to_contain_text("已收妥")
    expect(main).not_to_contain_text("13912345678")
    assert_clean(page)
    matched()
    with unit(system()):
        clue = Clue.objects.get()
        services.answer_clue(
            clue_id=clue.pk, conclusion="wrong_data", statement="同名登记，不是本人的车", by=actor_of_cast("village")
        )
        services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"))
        replies = Reply.objects.filter(state="open").count()
    visit(page, "/exchange/replies/")
    expect(page.locator("main")).to_contain_text("家庭成员名下有小轿车")
    assert replies
    with led(page):
        page.locator("main").get_by_role("link", name="答复", exact=True).first.click()
    page.locator("[name=corrected][value=yes]").check()
    page.locator("[name=answer]").fill("车管所核实为录入错误，已更正登记")
    send(page, "main form button.btn-primary")
    with unit(system()):
        assert Reply.objects.filter(state="corrected").count() == 1
    visit(page, "/exchange/calendar/")
    expect(page.locator("main")).to_contain_text("机动车登记")
    assert_clean(page)
    sign_in(page, "department", "en")
    for path in ("/exchange/calendar/", "/exchange/destructions/", f"/exchange/deliveries/{stored.pk}/"):
        visit(page, path)
        assert_english(page)
    site = page.url.split("/exchange")[0]
    for path in ("/clues/", "/exchange/matches/", "/households/"):
        assert page.goto(site + path).status == 403  # type: ignore[union-attr]
