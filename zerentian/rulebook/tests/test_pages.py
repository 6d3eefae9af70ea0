"""The pages of the rulebook, as the standing cast sees and uses them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from zerentian.accounts.tests.cast import COUNTY, client_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.rulebook.models import Interpretation, Overlay

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAW = "第一章 总 则\n第一条 为了落实责任，制定本细则。\n第二条 各级负责。 第三条 县级承担责任。"


@pytest.fixture
def county() -> Client:
    return client_of_cast("county")


@pytest.fixture
def province() -> Client:
    return client_of_cast("province")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


PAGES = [
    ("rulebook:articles", []),
    ("rulebook:article", [22]),
    ("rulebook:duty", ["22.2"]),
    ("rulebook:parameters", []),
    ("rulebook:measures", []),
    ("rulebook:codes", []),
    ("rulebook:code_list", ["relation"]),
    ("rulebook:overlays", []),
    ("rulebook:interpretations", []),
    ("rulebook:texts", []),
]


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_whoever_works_here_may_read_the_law(name: str, arguments: list[object]) -> None:
    address = reverse(name, args=arguments)
    assert client_of_cast("village").get(address).status_code == 200
    assert client_of_cast("outsider").get(address).status_code == 403
    assert client_of_cast(None).get(address).status_code == 302


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_pages_ask_few_questions_of_the_database(
    name: str, arguments: list[object], county: Client, steady: None, django_assert_max_num_queries: object
) -> None:
    address = reverse(name, args=arguments)
    county.get(address)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        county.get(address)


def test_articles_show_every_duty_once(county: Client) -> None:
    text = text_of(county, reverse("rulebook:articles"))
    assert len(set(re.findall(r"/rules/duties/([\d.]+)/", text))) == 86
    assert "第 34 条" in text


def test_a_duty_says_who_when_and_what_counts(county: Client) -> None:
    text = text_of(county, reverse("rulebook:duty", args=["24.1"]))
    assert all(word in text for word in ("乡级 党委和政府", "每月", "期满后 5 日内", "≥ 100%", "所辖范围合计"))


def test_the_same_duty_in_english(county: Client) -> None:
    county.cookies["django_language"] = "en"
    text = text_of(county, reverse("rulebook:duty", args=["24.1"]))
    assert "Cadres visit households" in text


def test_a_measure_that_is_not_computed_yet_is_called_by_its_name(county: Client, province: Client) -> None:
    for address in (
        reverse("rulebook:duty", args=["25.1"]),
        reverse("rulebook:measures"),
        reverse("rulebook:overlay_tighten"),
    ):
        text = text_of(county, address)
        assert "项目档案齐全率" in text
        assert "尚未测算" in text
    filed = tighten(county, requirement="25.1|projects.archives_complete", target="", due_days="1").content.decode()
    assert "项目档案齐全率" in filed
    assert "尚未测算" in filed


def test_unconfirmed_parameters_are_marked_and_can_be_listed(county: Client) -> None:
    text = text_of(county, reverse("rulebook:parameters") + "?only=unconfirmed")
    assert "待确认" in text
    assert "exit.household.line" in text
    assert "notice.project.days" not in text


def test_unknown_things_are_not_found(county: Client) -> None:
    for name, argument in (("duty", "99.1"), ("article", 99), ("measure", "x"), ("code_list", "x"), ("overlay", 9)):
        assert county.get(reverse(f"rulebook:{name}", args=[argument])).status_code == 404


def tighten(client: Client, **changes: object) -> object:
    fields = {
        "title": "兴国县配套措施",
        "area": COUNTY,
        "valid_from": TODAY.isoformat(),
        "requirement": "22.2|quality.score",
        "target": "99",
    }
    return client.post(reverse("rulebook:overlay_tighten"), fields | changes, follow=True)


def test_a_county_tightens_by_form_and_the_duty_shows_it(county: Client) -> None:
    answer = tighten(county, due_days="3")
    assert answer.redirect_chain
    assert f"配套措施已保存，{TODAY} 起按它考核" in answer.content.decode()
    assert "≥ 98" in answer.content.decode()
    text = text_of(county, reverse("rulebook:duty", args=["22.2"]))
    assert "≥ 99%" in text
    assert "兴国县配套措施" in text
    assert "≥ 98%" in text_of(client_of_cast("neighbour"), reverse("rulebook:duty", args=["22.2"]))


def test_loosening_is_refused_and_the_input_stays(county: Client) -> None:
    answer = tighten(county, target="50", title="放宽的办法")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "改为 50% 属于放宽" in text
    assert "放宽的办法" in text
    with unit(system()):
        assert not Overlay.objects.exists()


def test_a_form_offers_only_ones_own_area(county: Client) -> None:
    assert tighten(county, area="360731000000").status_code == 422


def test_a_day_that_is_past_is_told_before_anything_is_saved(county: Client) -> None:
    late = (TODAY - timedelta(days=10)).isoformat()
    asked = tighten(county, valid_from=late)
    assert asked.status_code == 422
    assert "算生效后才报备：本地责任 34.1 会不达标" in asked.content.decode()
    assert 'name="late"' in asked.content.decode()
    saved = tighten(county, valid_from=late, late="on").content.decode()
    assert "责任台账正在重算" in saved
    assert "它在生效后才报备" in saved


@pytest.mark.parametrize("form", ["overlay_tighten", "overlay_add", "overlay_upload"])
def test_a_township_files_no_local_measures(form: str) -> None:
    assert client_of_cast("township").get(reverse(f"rulebook:{form}")).status_code == 403


def yaml_file(text: str, name: str = "办法.yaml") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_a_yaml_file_is_filed_or_refused_with_every_reason(county: Client) -> None:
    address = reverse("rulebook:overlay_upload")
    good = f"title: 办法\narea: 360732\nvalid_from: {TODAY}\ntighten:\n- {{duty: '22.2', measure: quality.score, target: 99}}\n"
    bad = (
        good.replace("target: 99", "target: 9").replace("'22.2', measure", "'9.9', measure")
        + "- {duty: '24.1', dew: 1}\n"
    )
    refused = county.post(address, yaml_file(bad))
    assert refused.status_code == 422
    assert "办法.yaml 第 6 行" in refused.content.decode()
    loose = county.post(address, yaml_file(good.replace("99", "9")))
    assert "放宽" in loose.content.decode()
    done = county.post(address, yaml_file(good), follow=True)
    assert "办法" in done.content.decode()
    assert done.status_code == 200


def test_a_filed_measure_can_be_withdrawn(county: Client) -> None:
    tighten(county)
    with unit(system()):
        pk = Overlay.objects.get().pk
    address = reverse("rulebook:overlay_withdraw", args=[pk])
    assert address in county.get(reverse("rulebook:overlay", args=[pk])).content.decode()
    assert county.post(address, {"on": TODAY, "reason": ""}).status_code == 422
    done = county.post(address, {"on": TODAY, "reason": "另行规定"}, follow=True)
    assert f"配套措施自 {TODAY} 起废止" in done.content.decode()
    assert address not in done.content.decode()  # what has ended is not ended again
    assert "≥ 98%" in text_of(county, reverse("rulebook:duty", args=["22.2"]))


def test_a_question_is_answered_by_the_province_and_stands_beside_the_duty(county: Client, province: Client) -> None:
    question = {"about": "22|22.2", "question": "资料健全包括哪些资料？"}
    asked = county.post(reverse("rulebook:interpretation_ask"), question, follow=True)
    assert "问题已提交" in asked.content.decode()
    with unit(system()):
        pk = Interpretation.objects.get().pk
    address = reverse("rulebook:interpretation_answer", args=[pk])
    assert county.post(address, {"answer": "自己答"}).status_code == 403
    assert province.post(address, {"answer": ""}).status_code == 422
    answered = province.post(address, {"answer": "指一户一档的全部资料。"}, follow=True)
    assert "答复已公布" in answered.content.decode()
    for name, argument in (("duty", "22.2"), ("article", 22)):
        text = text_of(client_of_cast("neighbour"), reverse(f"rulebook:{name}", args=[argument]))
        assert "指一户一档的全部资料。" in text
    assert "指一户一档" not in text_of(county, reverse("rulebook:duty", args=["22.1"]))


def test_the_official_text_stands_beside_the_duties_and_shows_changes(county: Client, province: Client) -> None:
    address = reverse("rulebook:texts")

    def upload(client: Client, text: str, **more: str) -> object:
        file = SimpleUploadedFile("细则.txt", text.encode())
        fields = {"regulation": "jiangxi-2016", "file": file, "effective_on": TODAY, "is_partial": "on"} | more
        return client.post(address, fields, follow=True)

    asked = upload(province, LAW, is_partial="")
    assert asked.status_code == 422
    assert "（第 4、5、6、7、8、9、10、11、12、13 等条）" in asked.content.decode()
    assert "县级承担责任。" not in text_of(county, reverse("rulebook:articles"))
    assert upload(county, LAW).status_code == 403
    assert "正式文本已保存，共 3 条" in upload(province, LAW).content.decode()
    assert "县级承担责任。" in text_of(county, reverse("rulebook:articles"))
    changes = upload(province, LAW.replace("县级承担", "县级承担主体")).content.decode()
    assert "<ins>主体</ins>" in changes
    refused = upload(province, LAW.replace("第二条", "第七条"))
    assert refused.status_code == 422
    assert "应为第 2 条" in refused.content.decode()


def test_a_measure_of_tomorrow_does_not_bind_today(county: Client) -> None:
    tighten(county, valid_from=(TODAY + timedelta(days=1)).isoformat())
    assert "≥ 98%" in text_of(county, reverse("rulebook:duty", args=["22.2"]))
