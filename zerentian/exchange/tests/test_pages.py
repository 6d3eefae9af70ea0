"""The pages of the exchange: a department delivers, the village looks, the township settles, the department hears of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from zerentian.exchange import services
from zerentian.exchange.models import Clue, Delivery, Reply
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, raised, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading

pytestmark = pytest.mark.django_db
STATEMENT = {"conclusion": "wrong_data", "statement": "本人从未买车，派出所查询为同名登记"}


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return str(answer.content.decode())


def test_from_the_village_to_the_department(client_of: Any) -> None:
    clue = raised()
    village, township, department = client_of("village"), client_of("township"), client_of("province")
    assert "王小明" in text(village.get("/clues/?state=open"))
    page = text(village.get(f"/clues/{clue.pk}/"))
    for shown in ("家庭成员名下有小轿车", "小型轿车", "80,000", "七清四严", "待确认", "车辆是本人购买"):
        assert shown in page
    assert NUMBER not in page
    short = village.post(f"/clues/{clue.pk}/answer/", {**STATEMENT, "statement": "无"})
    assert short.status_code == 422
    photo = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png")
    assert village.post(f"/clues/{clue.pk}/answer/", {**STATEMENT, "photos": photo}).status_code == 302
    assert village.post(f"/clues/{clue.pk}/settle/").status_code == 403
    assert "本人从未买车" in text(township.get(f"/clues/{clue.pk}/"))
    assert township.post(f"/clues/{clue.pk}/settle/", {"note": "同名登记，号牌不是本人的"}).status_code == 302
    assert township.post(f"/clues/{clue.pk}/settle/").status_code == 409
    for looked in (village, township):  # the delivery is the province's; what became of the answer is theirs, too
        assert "待部门更正" in text(looked.get(f"/clues/{clue.pk}/"))
    with unit(system()):
        reply = Reply.objects.get()
    assert (reply.state, reply.row) == ("open", 2)
    for page in (department.get("/exchange/replies/"), department.get(f"/exchange/replies/{reply.pk}/")):
        assert "家庭成员名下有小轿车" in text(page)
        assert "同名登记，号牌不是本人的" in text(page)
    answered = department.post(f"/exchange/replies/{reply.pk}/", {"corrected": "yes", "answer": "已在车管库注销"})
    assert answered.status_code == 302
    assert "已在车管库注销" in text(department.get("/exchange/replies/?state=corrected"))
    figures = text(department.get("/clues/figures/"))
    assert "100%" in figures
    with unit(system()):
        assert Reading.objects.filter(page="exchange.clue", household_id=clue.household_id).exists()


def test_a_settled_clue_comes_back_only_with_new_evidence(client_of: Any) -> None:
    clue = raised()
    client_of("village").post(f"/clues/{clue.pk}/answer/", {**STATEMENT, "conclusion": "explained"})
    client_of("township").post(f"/clues/{clue.pk}/settle/")
    assert matched().counts["reopened"] == 0
    delivered(HEAD + row("赣B12345", NUMBER) + row("赣B77777", NUMBER, price="150000"), period="2026-Q4")
    assert matched().counts["reopened"] == 1
    with unit(system()):
        again = Clue.objects.get()
    assert (again.state, again.conclusion, again.evidence is not None) == ("open", "", True)


def test_sources_deliveries_and_matches_are_looked_at(client_of: Any) -> None:
    clue = raised()
    province = client_of("province")
    with unit(system()):
        found = Delivery.objects.get()
    for address in ("/exchange/", "/exchange/deliveries/", f"/exchange/deliveries/{found.pk}/", "/exchange/matches/"):
        assert NUMBER not in text(province.get(address))
    page = text(province.get("/exchange/sources/vehicles/"))
    assert "号牌号码" in page
    assert "成员名下有一辆六万元的轻型货车" in page
    contract = province.get("/exchange/sources/vehicles/contract.json").content
    assert b"owner_id" in contract
    file = SimpleUploadedFile("v.csv", (HEAD + row("赣A1", NUMBER)).encode())
    sent = province.post(
        "/exchange/sources/vehicles/deliver/", {"period": "2026-Q2", "kind": "full", "content": file}, follow=True
    )
    assert "正在检查" in text(sent)
    withdrawn = province.post(f"/exchange/deliveries/{found.pk}/withdraw/", {"reason": "文件给错了"}, follow=True)
    assert "已撤回" in text(withdrawn)
    assert matched().counts["gone"] == 1
    assert "已没有" in text(client_of("village").get(f"/clues/{clue.pk}/"))
    assert province.get("/clues/export/?state=gone")["Content-Type"].startswith("application/vnd.openxml")


def test_the_calendar_shows_what_came_and_what_is_late_and_is_narrowed(client_of: Any) -> None:
    found = delivered(HEAD + row("赣B1", NUMBER), period="2026-Q3")
    province = client_of("province")
    page = text(province.get("/exchange/calendar/?source=vehicles"))
    assert f"/exchange/deliveries/{found.pk}/" in page
    assert "2025-Q1" in page
    late = text(province.get("/exchange/calendar/?source=vehicles&state=late&department=public_security"))
    assert "2025-Q1" in late
    assert f"/exchange/deliveries/{found.pk}/" not in late
    assert "没有符合条件" in text(province.get("/exchange/calendar/?source=vehicles&department=education"))
    assert "2025-Q1" in text(province.get("/exchange/calendar/?source=nonsense&page=99"))


def test_what_was_destroyed_is_listed_for_whoever_may_see_the_delivery(client_of: Any) -> None:
    found = delivered(HEAD + row("赣B1", NUMBER))
    province = client_of("province")
    assert "还没有销毁任何文件" in text(province.get("/exchange/destructions/"))
    with unit(system()):
        services.destroy_due(by=system(), on=(found.keep_until or timezone.localdate()) + timedelta(days=1))
    assert found.sha256 in text(province.get("/exchange/destructions/"))
    assert "到期销毁" in text(province.get(f"/exchange/deliveries/{found.pk}/"))
    assert found.sha256 not in text(client_of("department").get("/exchange/destructions/"))


def test_what_is_delivered_is_an_increment_where_increments_are_agreed(client_of: Any) -> None:
    """A clerk who leaves the form as it is replaces no table by a few rows."""
    for source, kind in (("business", "increment"), ("vehicles", "full")):
        page = text(client_of("province").get(f"/exchange/sources/{source}/deliver/"))
        chosen = re.findall(r'<input[^>]*name="kind"[^>]*>', page)
        assert [re.findall(r'value="(\w+)"', one)[0] for one in chosen if "checked" in one] == [kind]


def test_a_source_says_what_its_columns_must_be(client_of: Any) -> None:
    page = text(client_of("province").get("/exchange/sources/vehicles/"))
    for words in (
        "每次交整张表",
        "最多 12 个字",
        "6 位或 12 位数字",
        "不小于 1980-01-01",
        "<code>plate</code>",
        "数，可带小数",
    ):
        assert words in page


def test_the_form_says_at_its_field_what_is_missing_and_that_a_file_came_before(client_of: Any) -> None:
    client, address = client_of("province"), "/exchange/sources/vehicles/deliver/"

    def sent(**more: str) -> Any:
        file = SimpleUploadedFile("v.csv", (HEAD + row("赣B12345", NUMBER)).encode())
        return client.post(address, {"period": "2026-Q3", "kind": "full", "content": file, **more}, follow=True)

    refused = sent(kind="correction")
    assert refused.status_code == 422
    assert refused.context["form"].errors["replaces"] == ["请选择要更正的那一次交付（只能更正已收妥的）"]
    assert "replaces：" not in refused.content.decode()
    delivered(HEAD + row("赣B12345", NUMBER))
    assert "同样的文件本期已经交付过，没有重复收取" in text(sent())


def test_a_county_is_told_where_the_answers_of_departments_stand(client_of: Any) -> None:
    hint = "对本地线索的答复写在那条线索里"
    assert hint in text(client_of("county").get("/exchange/replies/"))
    assert hint not in text(client_of("province").get("/exchange/replies/"))


def test_clues_of_another_area_are_not_settled_and_that_is_said(client_of: Any) -> None:
    clue = raised()
    client_of("village").post(f"/clues/{clue.pk}/answer/", STATEMENT)
    answer = client_of("neighbour").post("/clues/settle/", {"clue": clue.pk})
    assert answer.status_code == 422
    assert "不在您的管辖范围内" in answer.content.decode()
