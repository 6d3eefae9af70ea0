"""What anybody sees without signing in, and what nobody does."""

import logging
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from zerentian.accounts.tests.cast import COUNTY, VILLAGES, actor_of_cast
from zerentian.disclosure import services
from zerentian.disclosure.models import Objection
from zerentian.disclosure.rules.lines import Line
from zerentian.disclosure.tests import factories
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Row
from zerentian.portal import services as portal

pytestmark = pytest.mark.django_db
NAME, SECRET = "钟文华", "赖小明"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    portal._pages.clear()


@pytest.fixture
def anybody() -> Client:
    """Somebody without an account, whose forms need their token like everybody's."""
    return Client(enforce_csrf_checks=True)


def posted(client: Client, path: str, **fields: str) -> Any:
    """The form of a page, filled and sent with what the page put into it."""
    page = client.get(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
    return client.post(path, {**hidden, **fields})


def receipt_in(response: Any) -> str:
    found = re.search(r"<code>([0-9A-Z-]{19})</code>", response.content.decode())
    assert found is not None
    return found[1]


def test_a_notice_is_found_by_its_place_and_shows_names_while_it_runs(anybody: Client) -> None:
    made = factories.published()
    for place in (VILLAGES[0], COUNTY, 360000000000):
        page = anybody.get(f"/public/places/{place}/")
        assert made.code in page.content.decode()
        assert NAME not in page.content.decode()
    path = f"/public/notices/{made.code}/"
    shown = anybody.get(path)
    assert NAME in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert "noindex" in shown["X-Robots-Tag"]
    factories.aged(made, 8)
    over = anybody.get(path)
    assert over.status_code == 200
    assert NAME not in over.content.decode()
    assert made.code not in anybody.get(f"/public/places/{VILLAGES[0]}/").content.decode()
    assert made.code in anybody.get(f"/public/places/{VILLAGES[0]}/?over=1").content.decode()


def test_what_is_not_published_or_was_taken_down_is_not_there(anybody: Client) -> None:
    draft, checked, made = factories.draft(), factories.reviewed(), factories.published()
    services.take_down_notice(notice_id=made.pk, reason="名单有误", by=actor_of_cast("township"))
    for notice in (draft, checked, made):
        answer = anybody.get(f"/public/notices/{notice.code}/")
        assert answer.status_code == (410 if notice is made else 404)
        assert NAME not in answer.content.decode()
        assert "名单有误" not in answer.content.decode()
        assert anybody.get(f"/public/notices/{notice.code}/objection/").status_code == 404
        assert notice.code not in anybody.get(f"/public/places/{VILLAGES[0]}/").content.decode()


def test_projects_stay_open_after_their_days(anybody: Client) -> None:
    line = Line(name="坳下组通组公路", place="坳下组", amount=Decimal(125_000), result="proposed")
    made = factories.published(kind="project.village", lines=[line])
    factories.aged(made, 30)
    page = anybody.get(f"/public/notices/{made.code}/").content.decode()
    assert "坳下组通组公路" in page
    assert "125,000" in page


def test_somebody_objects_and_asks_by_the_receipt(anybody: Client, caplog: pytest.LogCaptureFixture) -> None:
    made = factories.published()
    path = f"/public/notices/{made.code}/objection/"
    with caplog.at_level(logging.DEBUG):
        done = posted(anybody, path, text="这一户新盖了楼房", name=SECRET, phone="13912345678")
        receipt = receipt_in(done)
        state = posted(anybody, "/public/objections/", receipt=receipt.lower())
    assert done.status_code == state.status_code == 200
    assert "正在核查" in state.content.decode()
    with unit(system()):
        kept = Objection.objects.get(notice_id=made.pk)
    services.answer_objection(
        objection_id=kept.pk, outcome="upheld", answer="情况属实，已退回重新评议。", by=actor_of_cast("county")
    )
    answered = posted(anybody, "/public/objections/", receipt=receipt).content.decode()
    assert "已退回重新评议" in answered
    for secret in (SECRET, "13912345678", receipt, receipt.replace("-", "")):
        assert secret not in caplog.text
    assert SECRET not in answered
    assert "13912345678" not in answered
    assert SECRET not in anybody.get(f"/public/notices/{made.code}/").content.decode()


def test_a_form_that_says_too_little_loses_nothing_and_a_form_sent_twice_counts_once(anybody: Client) -> None:
    path = f"/public/notices/{factories.published().code}/objection/"
    short = posted(anybody, path, text="不", name=SECRET)
    assert short.status_code == 422
    assert SECRET in short.content.decode()
    page = anybody.get(path).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
    given = {**fields, "text": "这一户新盖了楼房"}
    assert anybody.post(path, given).status_code == 200
    again = anybody.post(path, given)
    assert again.status_code == 422
    assert "已经收到" in again.content.decode()


def test_a_receipt_in_the_address_is_not_read(anybody: Client) -> None:
    receipt = factories.objected(factories.published())
    asked = anybody.get(f"/public/objections/?receipt={receipt}").content.decode()
    assert "正在核查" not in asked
    wrong = posted(anybody, "/public/objections/", receipt="AAAA-AAAA-AAAA-AAAA")
    assert wrong.status_code == 422


def test_an_address_that_asks_too_often_waits(anybody: Client, settings: Any) -> None:
    settings.ZERENTIAN_PUBLIC_PER_HOUR = 2
    codes = [posted(anybody, "/public/objections/", receipt="X").status_code for _ in range(3)]
    assert codes == [422, 422, 429]
    other = Client(REMOTE_ADDR="10.0.0.9")
    assert other.post("/public/objections/", {"receipt": "X"}).status_code == 422
    settings.ZERENTIAN_PUBLIC_PER_MINUTE = 3
    portal._pages.clear()
    assert [anybody.get("/public/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_name_is_found_on_the_notices_that_run_in_a_township_or_village(anybody: Client) -> None:
    made = factories.published()
    for place in (VILLAGES[0], VILLAGES[0] // 1000 * 1000):
        found = posted(anybody, f"/public/places/{place}/search/", name=f" {NAME} ").content.decode()
        assert f"/public/notices/{made.code}/" in found
    for place, name in ((VILLAGES[1], NAME), (VILLAGES[0], NAME[:2]), (VILLAGES[0], "第一村民小组")):
        assert made.code not in posted(anybody, f"/public/places/{place}/search/", name=name).content.decode()
    asked = anybody.get(f"/public/places/{VILLAGES[0]}/search/?name={NAME}").content.decode()
    assert made.code not in asked
    assert anybody.get(f"/public/places/{COUNTY}/search/").status_code == 404
    factories.aged(made, 8)
    assert made.code not in posted(anybody, f"/public/places/{VILLAGES[0]}/search/", name=NAME).content.decode()


def test_nothing_personal_stands_in_an_address_a_log_or_a_cache(
    anybody: Client, caplog: pytest.LogCaptureFixture
) -> None:
    made = factories.published()
    notice, place = f"/public/notices/{made.code}/", f"/public/places/{VILLAGES[0]}/"
    with caplog.at_level(logging.DEBUG):
        answers = [
            anybody.get("/public/"), anybody.get(place), anybody.get(notice), anybody.get(f"{notice}objection/"),
            posted(anybody, f"{place}search/", name=NAME),
            posted(anybody, f"{notice}objection/", text="这一户新盖了楼房", name=SECRET, phone="13912345678"),
            anybody.get("/public/objections/"), anybody.get("/public/rules/"), anybody.get("/public/notices/NONE/"),
        ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200] * 8 + [404]
    for answer in answers[:-1]:
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer
        assert "Last-Modified" not in answer
        page = answer.content.decode()
        addresses = " ".join(re.findall(r'(?:href|action|src|content)="([^"]*)"', page))
        for secret in (NAME, SECRET, "13912345678", "%E9%92%9F"):
            assert secret not in addresses
            assert secret not in str(answer.headers)
            assert secret not in str(answer.cookies)
    # Statements are logged at DEBUG only, which this test asks for; a site logs none.
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [text for text in told if NAME in text or SECRET in text or "13912345678" in text]


def test_the_rules_and_the_search_of_places_are_open(anybody: Client) -> None:
    assert "坳" not in anybody.get("/public/?q=兴国").content.decode()
    assert str(COUNTY) in anybody.get("/public/?q=兴国").content.decode()
    made = factories.published()
    assert anybody.get(f"/public/?code={made.code.lower()}")["Location"] == f"/public/notices/{made.code}/"
    assert "没有这个编号" in anybody.get("/public/?code=ZZZZZZZZ").content.decode()
    rules = anybody.get("/public/rules/").content.decode()
    assert "第 22 条" in rules
    assert "5 个工作日" in rules
    assert anybody.get("/public/rules/22/").status_code == 200
    assert anybody.get("/public/rules/99/").status_code == 404
    robots = anybody.get("/robots.txt").content.decode()
    assert "Disallow: /public/notices/" in robots


def test_who_is_signed_in_objects_like_everybody(client_of: Any) -> None:
    made = factories.published()
    neighbour = client_of("neighbour")
    done = posted(neighbour, f"/public/notices/{made.code}/objection/", text="这一户新盖了楼房")
    assert done.status_code == 200
    with unit(system()):
        assert Objection.objects.get(notice_id=made.pk).recorded_by is None


def test_public_templates_are_given_values_and_no_rows(anybody: Client, client_of: Any) -> None:
    made = factories.proved()
    factories.objected(made)
    paths = (
        "/public/", f"/public/places/{VILLAGES[0]}/", f"/public/notices/{made.code}/",
        f"/public/notices/{made.code}/objection/", "/public/objections/",
    )  # fmt: skip
    answers = [anybody.get(path) for path in paths] + [client_of("village").get(f"/notices/{made.pk}/print/")]
    rows = [
        f"{name} of {answer.request['PATH_INFO']}"
        for answer in answers
        for layer in answer.context
        for name, value in layer.flatten().items()
        if any(isinstance(one, Row | QuerySet) for one in (value if isinstance(value, list | tuple) else [value]))
        and name != "user"
    ]
    assert rows == []
