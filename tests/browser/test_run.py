"""A page that shows long work follows it to its end without being reloaded."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, assert_clean, visit
from zerentian.accounts.tests.cast import user_of
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Run


def test_progress_moves_and_ends(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "county")
    with unit(system()):
        run = Run.objects.create(
            kind="test", title="导入户表", status=Run.Status.WORKING, total=1000, done=300,
            user_id=user_of("county").pk, who="测county", note="正在核对身份证号",
        )  # fmt: skip
    visit(page, f"/runs/{run.pk}/")
    expect(page.locator("progress")).to_have_attribute("value", "300")
    assert_clean(page)
    with unit(system()):
        Run.objects.filter(pk=run.pk).update(done=1000, refused=2, status=Run.Status.DONE)
    expect(page.locator(".zt-progress")).to_contain_text("共处理 1,000 条。", timeout=6000)
    expect(page.locator(".zt-progress")).to_contain_text("有 2 条没有通过。")
    expect(page.locator(".zt-progress [hx-get], .zt-progress[hx-get]")).to_have_count(0)
