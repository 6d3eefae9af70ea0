"""The pages of notices and objections, as staff use them."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from python_calamine import CalamineWorkbook

from zerentian.accounts.tests.cast import TOWNSHIPS, VILLAGES
from zerentian.disclosure.models import Notice, Objection
from zerentian.disclosure.tests import factories
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading
from zerentian.organisations.tests import factories as bodies

pytestmark = pytest.mark.django_db
LIST = "第一村民小组\t钟文华\t4\n第二村民小组\t刘桂英\t2"


def the_notice() -> Notice:
    with unit(system()):
        return Notice.objects.get()


def test_a_village_composes_a_township_reviews_and_the_village_posts(client_of: Any) -> None:
    village, township = client_of("village"), client_of("township")
    start = village.post("/notices/new/", {"kind": "exit.household", "area": str(VILLAGES[0])})
    asked = {"text": LIST, "days": 7, "office": "潋江镇扶贫工作站", "phone": "0797-5312345", "address": ""}
    made = village.post(start["Location"], asked, follow=True)
    assert "待复核" in made.content.decode()
    row = the_notice()
    own = village.get(f"/notices/{row.pk}/").content.decode()
    assert "钟文华" in own
    assert f"/notices/{row.pk}/review/" not in own
    assert "第二村民小组" in township.get(f"/notices/{row.pk}/review/").content.decode()
    back = township.post(f"/notices/{row.pk}/review/", {"passes": "no", "note": ""})
    assert back.status_code == 422
    township.post(f"/notices/{row.pk}/review/", {"passes": "yes", "note": ""})
    village.post(f"/notices/{row.pk}/publish/")
    sheet = village.get(f"/notices/{row.pk}/print/").content.decode()
    assert 'class="zt-qr"' in sheet
    assert f"/public/notices/{row.code}/" in sheet
    photo = SimpleUploadedFile("board.png", factories.PHOTO, "image/png")
    facts = {"photo": photo, "place": "村委会门口", "posted_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}
    with unit(system()):
        assert Notice.objects.get().proved_on is None
    proved = village.post(f"/notices/{row.pk}/posting/", facts)
    assert proved.status_code == 302
    assert the_notice().proved_on == timezone.localdate()
    assert "村委会门口" in township.get(f"/notices/{row.pk}/").content.decode()


def test_what_is_refused_stays_in_the_form(client_of: Any) -> None:
    wrong = {
        "text": "第一组 钟文华 4\n第二组 360732197001010017 2",
        "days": 7,
        "office": "站",
        "phone": "",
        "address": "",
    }
    answer = client_of("village").post(f"/notices/new/exit.household/{VILLAGES[0]}/", wrong)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "第 2 行 名称" in text
    assert "第一组 钟文华 4" in text
    with unit(system()):
        assert not Notice.objects.exists()
    phone = client_of("village").post(
        f"/notices/new/exit.household/{VILLAGES[0]}/", {**wrong, "text": LIST, "phone": "13912345678"}
    )
    assert "不能写个人手机号" in phone.content.decode()
    township = client_of("township").post(f"/notices/new/exit.household/{TOWNSHIPS[0]}/", {**wrong, "text": LIST})
    assert "不得转贴" in township.content.decode()


def test_the_list_is_narrowed_and_exported(client_of: Any) -> None:
    first, second = factories.proved(), factories.draft(kind="identification.first")
    county = client_of("county")

    def codes(query: str) -> set[str]:
        text = county.get(f"/notices/{query}").content.decode()
        return {row.code for row in (first, second) if row.code in text}

    assert codes("") == {first.code, second.code}
    assert codes("?state=draft") == {second.code}
    assert codes("?kind=exit.household") == {first.code}
    assert codes("?proof=with") == {first.code}
    assert codes(f"?area={VILLAGES[1]}") == set()
    assert codes(f"?code={second.code.lower()}") == {second.code}
    book = CalamineWorkbook.from_filelike(BytesIO(county.get("/notices/export/?state=draft").content))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert second.code in cells
    assert first.code not in cells
    assert "钟文华" not in " ".join(cells)


def test_due_work_is_listed_and_places_lead_to_their_notices(client_of: Any) -> None:
    factories.aged(factories.published(), 3)
    text = client_of("township").get("/notices/due/").content.decode()
    assert "上传张贴照片" in text
    assert "已过期限" in text
    assert "/notices/?area=" in client_of("county").get(f"/areas/{VILLAGES[0]}/").content.decode()


def test_who_objected_is_masked_and_seen_in_full_with_a_reason_only(client_of: Any) -> None:
    bodies.chain()
    factories.objected(factories.published())
    with unit(system()):
        pk = Objection.objects.get().pk
    county, village = client_of("county"), client_of("village")
    shown = county.get(f"/objections/{pk}/").content.decode()
    assert "139****5678" in shown
    assert "赖小明" not in shown
    assert village.get(f"/objections/{pk}/").status_code == 403
    assert "新盖的楼房" not in village.get(f"/notices/{the_notice().pk}/").content.decode()
    assert county.post(f"/objections/{pk}/reveal/", {"reason": ""}).status_code == 422
    full = county.post(f"/objections/{pk}/reveal/", {"reason": "电话核实"}).content.decode()
    assert "赖小明" in full
    assert "13912345678" in full
    with unit(system()):
        assert Reading.objects.filter(in_full="name,phone", reason="电话核实").count() == 1
    answered = county.post(f"/objections/{pk}/", {"outcome": "rejected", "answer": "经核实，公示无误。"}, follow=True)
    assert "经核实，公示无误" in answered.content.decode()
    assert "不成立" in county.get("/objections/?state=answered").content.decode()


def test_an_objection_by_telephone_gets_its_receipt(client_of: Any) -> None:
    row = factories.aged(factories.published(), 1)
    answer = client_of("village").post(
        f"/notices/{row.pk}/objections/new/", {"source": "phone", "text": "电话里说有人漏了", "name": "", "phone": ""}
    )
    assert answer.status_code == 200
    assert "请告诉反映人" in answer.content.decode()
    with unit(system()):
        assert Objection.objects.get().due_on == timezone.localdate() + timedelta(days=15)


def test_a_notice_that_is_taken_down_says_why_to_staff_only(client_of: Any) -> None:
    row = factories.published()
    client_of("township").post(f"/notices/{row.pk}/take-down/", {"reason": "名单有误"})
    assert "名单有误" in client_of("village").get(f"/notices/{row.pk}/").content.decode()
    assert client_of(None).get(f"/public/notices/{row.code}/").status_code == 410


def test_a_notice_whose_days_are_over_is_ended_by_hand_too(client_of: Any) -> None:
    row = factories.proved()
    village, path = client_of("village"), f"/notices/{row.pk}/end/"
    assert "期满结束" not in village.get(f"/notices/{row.pk}/").content.decode()
    assert village.post(path).status_code == 409
    factories.aged(row, 8)
    assert path in village.get(f"/notices/{row.pk}/").content.decode()
    assert "已期满" in village.post(path, follow=True).content.decode()


def test_the_page_of_kinds_says_where_how_long_and_by_what(client_of: Any) -> None:
    text = client_of("village").get("/notices/kinds/").content.decode()
    assert "只公示一次" in text
    assert "5 个工作日" in text
    assert "江西 10 县拟退出公示" in text
