"""Into the register and out of it in the browser: an application with every hand in turn, an unsafe house, a village at once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, WIDE, SignIn, assert_clean, assert_fits, led, visit, watched
from tests.test_case_notice import over
from zerentian.disclosure.models import Notice, Objection
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.procedures.models import Case, CaseNotice
from zerentian.procedures.tests import factories as f
from zerentian.registry.models import Household
from zerentian.registry.tests.factories import identity
from zerentian.registry.tests.test_exits import KIND, fresh, risen

pytestmark = pytest.mark.slow
PAPER = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": f.PAPER}
VOTE = {"entitled": 30, "present": 24, "in_favour": 20, "against": 4}


def fill(page: Page, **values: Any) -> None:
    """Fields of the form; a choice by its value."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def send(page: Page, button: str = "main form button[type=submit]") -> None:
    with led(page):
        page.locator(button).first.click()


def follow(page: Page, link: str) -> None:
    with led(page):
        page.locator(link).first.click()


def give(page: Page, case: Case, *kinds: str) -> None:
    """The papers of the step."""
    for kind in kinds:
        visit(page, f"/cases/{case.pk}/evidence/")
        page.select_option("[name=kind]", kind)
        page.set_input_files("[name=file]", PAPER)
        send(page)


def decide(page: Page, case: Case, outcome: str, **values: Any) -> None:
    """The page of an outcome, filled in and sent."""
    visit(page, f"/cases/{case.pk}/")
    follow(page, f"a[href$='/decide/{outcome}/']")
    fill(page, **values)
    send(page)


def case_of(name: str) -> Case:
    with unit(system()):
        found: Case = Case.objects.select_related("definition").filter(name=name).latest("id")
    return found


def apply(page: Page) -> Case:
    """The application of 钟文华 on a phone, page by page."""
    visit(page, "/households/applications/")
    assert_clean(page)
    follow(page, "a[href='/households/applications/new/']")
    assert_clean(page)
    fill(
        page,
        name="钟文华",
        id_number="360732198005010021",
        natural_village="第一村民小组",
        phone="13912345678",
        cause="illness",
    )
    send(page)
    expect(page.locator("main")).to_contain_text("校验码不对")
    expect(page.locator("[name=natural_village]")).to_have_value("第一村民小组")
    fill(page, id_number=identity(date(1980, 5, 1)))
    send(page)
    hub = page.url
    visit(page, hub)
    assert_clean(page)
    follow(page, "main a[href*='/persons/']")
    page.locator("[name=health][value=chronic_illness]").check()
    send(page)
    follow(page, "a[href$='/members/new/']")
    assert_clean(page)
    fill(page, name="钟小宝", relation="son", id_number=identity(date(2012, 3, 1)), school_status="primary")
    page.locator("[name=health][value=healthy]").check()
    send(page)
    for part, values in {
        "income": {"wage": 6000, "production_cost": 200},
        "dwelling": {"house_grade": "c", "water_safe": "true"},
        "guarantee": {"food_secured": "true", "clothing_secured": "false"},
    }.items():
        follow(page, f"a[href$='/application/{part}/']")
        assert_clean(page)
        fill(page, **values)
        send(page)
        assert page.url == hub
    expect(page.locator("main")).to_contain_text("人均 2,900.00 元")
    assert_clean(page)
    follow(page, "a[href$='/submit/']")
    assert_clean(page)
    send(page)
    return case_of("钟文华")


def hang(village: Page, township: Page, case: Case) -> Notice:
    """The notice of the step: asked for by its holder, reviewed by the township, published by the village."""
    visit(village, f"/cases/{case.pk}/notice/")
    fill(village, office="潋江镇扶贫工作站", phone="0797-5312345")
    send(village)
    with unit(system()):
        asked = CaseNotice.objects.filter(case=case).latest("id").notice_id
    visit(township, f"/notices/{asked}/review/")
    township.locator("input[name=passes][value=yes]").check()
    send(township)
    visit(village, f"/cases/{case.pk}/")
    follow(village, f"main a[href='/notices/{asked}/']")
    send(village, "form[action$='/publish/'] button")
    with unit(system()):
        return Notice.objects.get(pk=asked)


def object_to(page: Page, notice: Notice) -> None:
    """Somebody of the village reads the notice on a phone and objects."""
    visit(page, f"/public/notices/{notice.code}/")
    expect(page.locator("main")).to_contain_text("钟文华")
    assert_clean(page)
    follow(page, "a[href$='/objection/']")
    assert_clean(page)
    fill(page, text="这一户新盖了楼房，请核实", name="赖小明")
    send(page)
    assert_clean(page)


def answer(page: Page, notice: Notice) -> None:
    """The county looks into the objection and rejects it."""
    with unit(system()):
        made = Objection.objects.get(notice_id=notice.pk)
    visit(page, "/objections/")
    follow(page, f"main a[href='/objections/{made.pk}/']")
    page.locator("[name=outcome][value=rejected]").check()
    fill(page, answer="经入户核实，楼房为其兄所有。")
    send(page)


@pytest.fixture
def hands(browser: Browser, browser_context_args: dict[str, Any], sign_in: SignIn) -> Iterator[dict[str, Page]]:
    """The pages of the village (on a phone), the township, the county, and somebody without an account (on a phone)."""
    pages = {}
    for who, size in {"village": PHONE, "township": WIDE, "county": WIDE, "public": PHONE}.items():
        page = watched(browser.new_context(**{**browser_context_args, "viewport": size}).new_page())
        if who != "public":
            sign_in(page, who)
        pages[who] = page
    yield pages
    for page in pages.values():
        page.context.close()


def test_from_the_application_to_the_register_through_every_hand(hands: dict[str, Page]) -> None:
    village, township, county = hands["village"], hands["township"], hands["county"]
    case = apply(village)
    assert_clean(village)
    give(village, case, "application")
    decide(village, case, "accepted", f_applied_on="2017-02-01", f_cause="因病")
    f.prepared(case)  # the papers of the later steps are given like that of the first
    decide(village, case, "passed", f_meeting_on="2017-03-01", **VOTE)
    f.prepared(case)
    decide(village, case, "confirmed")
    notice = hang(village, township, case)
    object_to(hands["public"], notice)
    visit(village, f"/cases/{case.pk}/")
    expect(village.locator("main")).to_contain_text("案件已中止")
    answer(county, notice)
    over(notice, [case])
    decide(village, case, "clear")
    f.prepared(case)
    decide(township, case, "agreed")
    case = f.decided(case)  # the second notice goes like the first
    f.prepared(case)
    decide(county, case, "clear", f_compared_on="2017-05-01")
    f.prepared(case)
    decide(county, case, "approved")
    f.decided(case)
    with unit(system()):
        home = Household.objects.get(head_name="钟文华")
    assert (f.fresh(case).result, home.status) == ("identified", "poor")
    visit(village, f"/households/{home.pk}/")
    expect(village.locator("main")).to_contain_text("已识别")
    assert_clean(village)


def test_an_exit_is_refused_because_the_house_is_unsafe(page: Page, sign_in: SignIn) -> None:
    home = risen(head_name="谢福生", house_grade="d")
    case = f.prepared(f.at("verification", KIND, subject_id=home.pk))
    sign_in(page, "township")
    visit(page, f"/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("住房鉴定为 D 级危房，且没有改造完成（责任制第十六条")
    expect(page.locator("a[href$='/decide/met/']")).to_have_count(0)
    assert_clean(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert_fits(page)
    follow(page, "a[href$='#id_house_grade']")
    expect(page.locator("#id_house_grade")).to_be_visible()
    visit(page, f"/cases/{case.pk}/decide/not_met/")
    fill(page, reason="住房没有改造完成")
    send(page)
    assert (f.fresh(case).result, fresh(home).status) == ("stays", "poor")


def test_a_village_leaves_at_once(page: Page, sign_in: SignIn) -> None:
    homes = [risen(head_name=name) for name in ("刘桂英", "赖小明", "邱红")]
    unsafe = risen(head_name="温小兰", house_grade="c")
    sign_in(page, "village")
    visit(page, "/households/exits/")
    assert_clean(page)
    expect(page.locator(f"#h{homes[0].pk}")).to_be_checked()
    expect(page.locator(f"#h{unsafe.pk}")).not_to_be_checked()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert_fits(page)
    page.locator(f"#h{unsafe.pk}").check()
    send(page)
    left_behind = case_of(unsafe.head_name)
    cases = [*(case_of(home.head_name) for home in homes), left_behind]
    while cases[0].state == "open":
        step = f.step_of(cases[0])
        sign_in(page, step.by.level)
        if step.notice:
            cases = [f.decided(case) for case in cases]
            continue
        visit(page, "/cases/inbox/")
        for case in cases:
            page.locator(f"[name=case][value='{case.pk}']").check()
        send(page, "main form[action$='/cases/decide/'] button")
        assert_fits(page)
        for paper in page.locator("main input[type=file]").all():
            paper.set_input_files(PAPER)
        for one in step.fields:
            fill(page, **{f"f_{one.key}": "2017-03-01" if one.type == "date" else "达到标准"})
        if step.meeting:
            fill(page, **VOTE)
        send(page, "main form[method=post] button[type=submit]")
        if step.id == "verification":
            expect(page.locator("main")).to_contain_text(f"温小兰（案件 {left_behind.pk}）没有办理")
            expect(page.locator("main")).to_contain_text("住房鉴定为 C 级危房")
            cases.remove(left_behind)
        expect(page.locator("main")).to_contain_text(f"已办理 {len(cases)} 件")
        cases = [f.fresh(case) for case in cases]
    assert [fresh(home).status for home in homes] == ["exited"] * 3
    sign_in(page, "village")
    visit(page, "/cases/?kind=household.exit")
    assert_clean(page)
