"""Pages of bodies, the chain, the alerts and the short forms, as different people see them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.jobs import run_here
from zerentian.kernel.models import Run
from zerentian.organisations import services
from zerentian.organisations.models import Appointment, Body, PostKind
from zerentian.organisations.rules import Protection
from zerentian.organisations.tests import factories as made
from zerentian.organisations.tests.test_import import good, workbook

pytestmark = pytest.mark.django_db
People = Callable[[str | None], Client]
protected: list[Protection] = []


@effect("organisations.protection")
def _protection(*, on: date, townships: list[int]) -> Protection:
    return protected[-1] if protected else Protection()


@pytest.fixture
def chain() -> dict[int, Body]:
    """The chain from the province to one village."""
    return made.chain()


def url(name: str, *args: int) -> str:
    return reverse(f"organisations:{name}", args=args)


def test_the_list_shows_the_scope_and_is_narrowed_by_filters(client_of: People, chain: dict[int, Body]) -> None:
    made.body(made.NEIGHBOUR, superior_id=chain[made.CITY].pk, name="于都县委")
    page = client_of("county").get(url("bodies")).content.decode()
    assert "360732 party_government" in page
    assert "360700 party_government" in page  # the superior's name
    assert "于都县委" not in page
    assert "于都县委" in client_of("city").get(url("bodies")).content.decode()
    found = client_of("county").get(url("bodies"), {"q": "周村", "kind": "village_committee"}).content.decode()
    assert "360732100200 village_committee" in found
    assert "共 1 个机构" in found
    assert "没有符合条件" in client_of("county").get(url("bodies"), {"q": "无此人"}).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("county", 200), ("township", 200), ("village", 200), ("neighbour", 404), ("outsider", 403), (None, 302)],
)
def test_who_sees_the_township(client_of: People, chain: dict[int, Body], who: str | None, status: int) -> None:
    assert client_of(who).get(url("body", chain[made.TOWNSHIP].pk)).status_code == status


def test_the_chain_leads_from_the_village_to_the_province_with_masked_phones(
    client_of: People, chain: dict[int, Body]
) -> None:
    for who in ("village", "township", "county", "province"):
        page = client_of(who).get(url("chain", made.VILLAGE)).content.decode()
        assert all(name in page for name in ("周村", "李乡", "孙县", "钱市", "赵省"))
        assert "138****5678" in page
        assert "13812345678" not in page
    assert client_of("neighbour").get(url("chain", made.VILLAGE)).status_code == 404
    assert client_of("county").get(url("chain", 360799000000)).status_code == 404


def test_a_post_shows_its_kind_beside_its_title_in_english(client_of: People, chain: dict[int, Body]) -> None:
    client, address = client_of("county"), url("body", chain[made.TOWNSHIP].pk)
    with override("en"):
        kind = str(PostKind.PARTY_CHIEF.label)
    assert kind not in client.get(address).content.decode()
    client.cookies["django_language"] = "en"
    assert f"书记 ({kind})" in client.get(address).content.decode()


def test_a_gap_in_the_chain_is_said(client_of: People, chain: dict[int, Body]) -> None:
    with unit(system()):
        held = Appointment.objects.get(person_name="李乡")
    services.end_appointment(appointment_id=held.pk, on=date(2018, 1, 1), reason="调走", by=system())
    assert "没有在任的第一责任人" in client_of("county").get(url("chain", made.VILLAGE)).content.decode()
    assert "第一责任人岗位空缺" in client_of("county").get(url("alerts")).content.decode()


def test_an_unapproved_change_of_chief_is_visible_at_once(
    client_of: People, actor: Callable[[str], Actor], chain: dict[int, Body]
) -> None:
    protected.append(Protection(counties={made.COUNTY: (date(2016, 1, 1), None)}, approval_days=30))
    try:
        with unit(system()):
            held = Appointment.objects.select_related("post").get(person_name="孙县")
        services.end_appointment(appointment_id=held.pk, on=date(2019, 5, 31), reason="调任", by=actor("county"))
        assert "空缺未补" in client_of("county").get(url("alerts")).content.decode()
        new = services.appoint(post_id=held.post_id, person_name="新县", starts_on=date(2019, 6, 1), by=actor("county"))
        page = client_of("city").get(url("alerts")).content.decode()
        assert "未经批准" in page
        assert "新县" in page
        assert "未经批准" in client_of("county").get(url("body", chain[made.COUNTY].pk)).content.decode()
        answer = client_of("city").post(
            url("appointment_approve", new.pk),
            {"reference": "赣组〔2019〕3号", "approved_on": "2019-05-20", "approved_by": "省委组织部"},
        )
        assert answer.status_code == 302
        assert "未经批准" not in client_of("city").get(url("alerts")).content.decode()
    finally:
        protected.clear()


def test_a_form_is_carried_out_or_comes_back_with_what_was_typed(client_of: People, chain: dict[int, Body]) -> None:
    county = client_of("county")
    seat = services.create_post(body_id=chain[made.COUNTY].pk, kind="deputy_in_charge", title="副县长", by=system())
    assert county.get(url("appoint", seat.pk)).status_code == 200
    typed = {"person_name": "吴副", "starts_on": "2018-01-01", "approved_on": "2018-01-01"}
    refused = county.post(url("appoint", seat.pk), typed)
    assert refused.status_code == 422
    assert "批准文号" in refused.content.decode()
    assert "吴副" in refused.content.decode()
    done = county.post(url("appoint", seat.pk), typed | {"approved_on": ""})
    assert done.headers["Location"] == url("body", chain[made.COUNTY].pk)
    page = county.get(url("body", chain[made.COUNTY].pk)).content.decode()
    assert "吴副" in page
    assert "任命" in page


FORMS = ("body_change", "body_close", "post_new", "assign")


@pytest.mark.parametrize(("who", "status"), [("county", 200), ("leader", 403), ("neighbour", 404)])
def test_who_may_open_the_forms_of_a_body(client_of: People, chain: dict[int, Body], who: str, status: int) -> None:
    for name in FORMS:
        assert client_of(who).get(url(name, chain[made.COUNTY].pk)).status_code == status, name


def test_a_county_sets_up_changes_and_closes_a_body(client_of: People, chain: dict[int, Body]) -> None:
    county = client_of("county")
    asked = {
        "division": "360732", "kind": "poverty_office", "name": "兴国县扶贫办", "has_tasks": "on", "premises": "true",
        "superior_id": str(chain[made.COUNTY].pk), "staff_quota": "12", "staff_actual": "11",
    }  # fmt: skip
    assert str(chain[made.CITY].pk) in county.get(url("body_new"), {"area": "360732"}).content.decode()
    made_at = county.post(url("body_new"), asked).headers["Location"]
    assert "兴国县扶贫办" in county.get(made_at).content.decode()
    pk = int(made_at.strip("/").split("/")[-1])
    changed = county.post(url("body_change", pk), asked | {"staff_actual": "9", "reason": "调出两人"})
    assert changed.status_code == 302
    assert "调出两人" in county.get(made_at).content.decode()
    assert county.post(url("body_close", pk), {"on": "2018-12-31", "reason": "机构改革"}).status_code == 302
    assert "2018-12-31 撤销" in county.get(made_at).content.decode()


def test_a_phone_needs_a_reason(client_of: People, chain: dict[int, Body]) -> None:
    with unit(system()):
        held = Appointment.objects.get(person_name="孙县")
    township = client_of("township")
    assert township.post(url("phone", held.pk), {"reason": ""}).status_code == 422
    assert "13812345678" in township.post(url("phone", held.pk), {"reason": "联系"}).content.decode()
    assert client_of("village").post(url("phone", held.pk), {"reason": "联系"}).status_code == 403


def test_upload_preview_and_confirm(client_of: People, tmp_path: Path) -> None:
    made.body(made.PROVINCE, code="TOP")
    county = client_of("county")
    assert county.post(url("body_import"), {}).status_code == 422
    path = workbook(tmp_path / "县.xlsx", good())
    sent = SimpleUploadedFile("县.xlsx", path.read_bytes())
    at = county.post(url("body_import"), {"sources": [sent]}).headers["Location"]
    run_here(Run.objects.get(pk=int(at.strip("/").split("/")[-1])))
    assert "确认导入" in county.get(at).content.decode()
    assert client_of("neighbour").get(at).status_code == 404
    after = county.post(at).headers["Location"]
    run_here(Run.objects.get(pk=int(after.strip("/").split("/")[-1])))
    assert "导入结果" in county.get(after).content.decode()
    assert "X党委" in county.get(url("bodies")).content.decode()


def test_a_bad_upload_says_where_and_what_to_do(client_of: People, tmp_path: Path) -> None:
    county = client_of("county")
    sent = SimpleUploadedFile("县.xlsx", workbook(tmp_path / "县.xlsx", good()).read_bytes())
    at = county.post(url("body_import"), {"sources": [sent]}).headers["Location"]
    run = run_here(Run.objects.get(pk=int(at.strip("/").split("/")[-1])))
    page = county.get(at).content.decode()
    assert "机构 第 2 行" in page
    assert "原样上传" in page
    assert "找不到上级机构 TOP" in page
    assert county.get(reverse("kernel:file", args=[run.file_id])).status_code == 200
    wrong = SimpleUploadedFile("说明.txt", b"x")
    at = county.post(url("body_import"), {"sources": [wrong]}).headers["Location"]
    run_here(Run.objects.get(pk=int(at.strip("/").split("/")[-1])))
    page = county.get(at).content.decode()
    assert "看不出" in page
    assert "原样上传" not in page  # no row was read, so there is no workbook of rows


def test_template_and_export_are_workbooks(client_of: People, chain: dict[int, Body]) -> None:
    for name in ("body_template", "body_export"):
        answer = client_of("county").get(url(name))
        assert BytesIO(answer.content).read(2) == b"PK"
        assert "attachment" in answer.headers["Content-Disposition"]
    assert client_of("village").get(url("body_template")).status_code == 403


def test_the_division_page_counts_bodies_and_links_to_them(client_of: People, chain: dict[int, Body]) -> None:
    page = client_of("county").get(reverse("territory:area", args=[made.COUNTY])).content.decode()
    assert url("chain", made.COUNTY) in page
    assert "机构" in page


def test_pages_take_the_same_few_queries_however_long_they_are(
    client_of: People, chain: dict[int, Body], steady: None, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        made.chief(
            made.body(made.TOWNSHIP, "department", department="audit", superior_id=chain[made.COUNTY].pk), f"某{number}"
        )
    county = client_of("county")
    county.get(url("bodies"))
    with django_assert_max_num_queries(32):  # type: ignore[attr-defined]
        county.get(url("bodies"))
