"""Every component in a real browser: clean on desk and phone, in both languages, by mouse and by keyboard."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SignIn, assert_clean, assert_english, led, visit

GALLERY = "/ui/gallery/"


def assert_active(element: Locator) -> None:
    """The element holds the focus of its page, whichever of the browsers at work has the window's."""
    element.page.wait_for_function("it => document.activeElement === it", arg=element.element_handle(), timeout=5_000)


def test_every_component_is_clean_on_a_desk(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    visit(page, GALLERY)
    expect(page.locator("[data-zt-chart] canvas")).to_have_count(2)
    assert_clean(page)


def test_every_component_is_clean_on_a_phone(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "county")
    visit(phone, GALLERY)
    assert_clean(phone)
    opener = phone.get_by_role("button", name="打开导航")
    opener.click()
    expect(phone.locator("#zt-nav")).to_be_visible()
    phone.keyboard.press("Escape")
    assert_active(opener)
    opener.click()
    phone.keyboard.press("Escape")  # at once, while the navigation still slides in
    expect(phone.locator("#zt-nav")).to_be_hidden()
    assert_active(opener)


def test_every_component_speaks_english(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    visit(page, GALLERY)
    with led(page):
        page.get_by_role("button", name="English").click()
    assert_english(page)
    assert_clean(page)


def test_sorting_and_filtering_swap_the_results_and_keep_the_address(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    visit(page, GALLERY)
    page.locator("#results").get_by_role("link", name="单位").click()
    expect(page.locator("#results th").first).to_have_attribute("aria-sort", "ascending")
    page.wait_for_url("**?sort=name")
    page.get_by_label("名称", exact=True).fill("兴国")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**q=%E5%85%B4%E5%9B%BD*")
    assert "sort=name" in page.url
    page.go_back()
    page.wait_for_url("**?sort=name")


def test_drawer_gives_the_focus_back(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    visit(page, GALLERY)
    opener = page.get_by_role("link", name="在抽屉里打开")
    opener.click()
    expect(page.locator("#zt-drawer-title")).to_have_text("界面组件")
    page.keyboard.press("Escape")
    assert_active(opener)


def test_escape_at_once_closes_a_drawer_that_still_slides_in(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    visit(page, GALLERY)
    opener = page.get_by_role("link", name="打开抽屉")
    for _ in range(3):
        opener.click()
        page.keyboard.press("Escape")
        expect(page.locator("#sample-drawer")).to_be_hidden()
        assert_active(opener)


def test_a_click_on_the_map_opens_the_area(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    visit(page, GALLERY)
    box = page.locator("[data-zt-chart=map] canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.38, box["y"] + box["height"] * 0.8)
    page.wait_for_url("**?area=360700")
    expect(page.locator("[data-zt-chart=map] canvas")).to_have_count(1)
    assert_clean(page)


def test_pages_work_without_javascript(
    browser: object, browser_context_args: dict[str, object], sign_in: SignIn
) -> None:
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})  # type: ignore[attr-defined]
    page = context.new_page()
    sign_in(page, "county")
    page.goto(GALLERY)
    page.get_by_role("link", name="打开抽屉").click()
    expect(page.locator("#sample-drawer")).to_be_in_viewport()
    page.goto(GALLERY)
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**q=*")
    context.close()
