"""The first page and the search, as different people see them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from zerentian.accounts.models import RoleGrant, SignIn
from zerentian.accounts.tests.cast import CAST, user_of
from zerentian.assessment.services import recompute
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading, Run
from zerentian.organisations.tests import factories as made
from zerentian.registry.models import Household

pytestmark = pytest.mark.django_db
People = Callable[[str | None], Client]


@pytest.mark.parametrize("who", sorted(CAST))
def test_everybody_has_a_first_page(client_of: People, who: str) -> None:
    page = client_of(who).get("/")
    assert page.status_code == 200
    has_search = 'action="/search/"' in page.content.decode()
    assert has_search is (who != "outsider")


def test_the_first_page_says_who_and_where(client_of: People) -> None:
    assert "江西省赣州市兴国县" in client_of("county").get("/").content.decode()
    assert "还没有角色" in client_of("outsider").get("/").content.decode()
    assert client_of(None).get("/").url.startswith("/sign-in/")


def test_the_desk_is_in_the_navigation_and_marked_only_there(client_of: People) -> None:
    marked = 'href="/" aria-current="page"'
    assert marked in client_of("county").get("/").content.decode()
    page = client_of("county").get("/search/").content.decode()
    assert 'class="zt-nav-link" href="/"' in page
    assert marked not in page


def test_links_follow_the_permissions(client_of: People) -> None:
    assert "/bodies/alerts/" in client_of("county").get("/").content.decode()
    auditor = client_of("audit_admin").get("/").content.decode()
    assert "/audit/acts/" in auditor
    assert "/bodies/alerts/" not in auditor


def test_the_administrators_see_the_state_of_their_part(client_of: People) -> None:
    with unit(system()), acting("test.cast", by=system(), reason="测试"):
        Run.objects.create(kind="test", title="测算责任台账", who="系统", status="failed", finished_at=timezone.now())
        soon = timezone.localdate() + timedelta(days=9)
        RoleGrant.objects.filter(user=user_of("county")).update(ends_on=soon)
        SignIn.objects.create(username="county", outcome="locked")
    pages = {who: client_of(who).get("/").content.decode() for who in ("system_admin", "security_admin", "audit_admin")}
    assert "测算责任台账" in pages["system_admin"]
    assert "磁盘剩余" in pages["system_admin"]
    assert re.search(r"近 24 小时被锁定的账号\s*</dt>\s*<dd>\s*1\b", pages["security_admin"])
    assert f"{soon}" in pages["security_admin"]
    assert "尚未封存的办理记录" in pages["audit_admin"]
    for who, title in (("system_admin", "最近的封存"), ("security_admin", "系统状况"), ("audit_admin", "将到期的角色")):
        assert title not in pages[who]
    assert "系统状况" not in client_of("county").get("/").content.decode()


def test_my_own_running_work_is_shown(client_of: People) -> None:
    client = client_of("county")
    with unit(system()):
        for title, who in (("导入兴国", "county"), ("导入于都", "neighbour")):
            Run.objects.create(
                kind="test", title=title, user_id=user_of(who).pk, who=who, division=made.COUNTY, status="working"
            )
    page = client.get("/").content.decode()
    assert "导入兴国" in page
    assert "导入于都" not in page


def test_search_finds_divisions_and_only_bodies_in_scope(client_of: People) -> None:
    chain = made.chain()
    made.body(made.NEIGHBOUR, superior_id=chain[made.CITY].pk, name="于都县委")
    page = client_of("county").get("/search/", {"q": "兴国县"}).content.decode()
    assert f"/areas/{made.COUNTY}/" in page
    county = client_of("county").get("/search/", {"q": "party_government"}).content.decode()
    assert "360732 party_government" in county
    assert "<table" not in client_of("county").get("/search/", {"q": "于都县委"}).content.decode()
    assert "<table" in client_of("neighbour").get("/search/", {"q": "于都县委"}).content.decode()
    assert "<table" not in client_of("audit_admin").get("/search/", {"q": "party_government"}).content.decode()


@pytest.mark.parametrize("text", ["", " ", "没有这个地方", "%_'\";--", "x" * 500, "٣٦٠", "\u0001"])
def test_a_search_never_breaks(client_of: People, text: str) -> None:
    assert client_of("county").get("/search/", {"q": text}).status_code == 200


def test_my_own_duties_come_first(client_of: People) -> None:
    made.chain()
    recompute(by=system(), division=made.COUNTY)
    page = client_of("county").get("/").content.decode()
    assert "360732 party_government" in page
    assert "下一步要办的" in page
    assert "/ledger/entries/" in page


def test_households_are_found_within_the_scope_and_the_reading_is_kept(client_of: People) -> None:
    with unit(system()), acting("test.household", by=system()):
        Household.objects.create(number="H1", division=made.VILLAGE, head_name="邱家富", size=1, status="poor")
    page = client_of("county").get("/search/", {"q": "邱家富"}).content.decode()
    assert "/households/" in page
    with unit(system()):
        assert Reading.objects.filter(page="desk.search").count() == 1
    assert "<table" not in client_of("neighbour").get("/search/", {"q": "邱家富"}).content.decode()
