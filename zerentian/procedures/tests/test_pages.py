"""The pages of cases: what each shows to whom, and the forms that decide."""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading
from zerentian.procedures import services
from zerentian.procedures.models import Case, CaseObjection, StepRecord
from zerentian.procedures.rules.definition import Procedure
from zerentian.procedures.rules.diagram import Drawing, svg
from zerentian.procedures.tests import factories as f

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(autouse=True)
def world() -> Iterator[f.World]:
    with f.plugged() as made:
        yield made


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"procedures:{name}", args=args), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_case_page_offers_what_may_be_done_and_says_why_not(client_of: Clients) -> None:
    case = f.opened()
    text = page(client_of("village"), "case", case.pk)
    assert "缺少材料：贫困户申请书（已有 0 份，应有 1 份）" in text
    assert reverse("procedures:attach", args=[case.pk]) in text
    f.prepared(case)
    assert reverse("procedures:decide", args=[case.pk, "accepted"]) in page(client_of("village"), "case", case.pk)
    other = page(client_of("county"), "case", case.pk)
    assert "由村级的" in other
    assert reverse("procedures:attach", args=[case.pk]) not in other


def test_a_step_is_decided_by_its_form_and_nothing_typed_is_lost(client_of: Clients) -> None:
    case, village = f.prepared(f.at("review")), client_of("village")
    url = reverse("procedures:decide", args=[case.pk, "passed"])
    typed = {
        "f_meeting_on": "2017-03-01", "entitled": 30, "present": 12, "in_favour": 12, "against": 0, "reason": "一致同意",
        "turn": case.turn,
    }  # fmt: skip
    refused = village.post(url, typed)
    assert refused.status_code == 422
    assert "不足 66.67%" in refused.content.decode()
    assert "一致同意" in refused.content.decode()
    assert village.post(url, {**typed, "present": 24, "in_favour": 20}).status_code == 302
    assert f.fresh(case).step == "check"
    late = village.post(url, typed)
    assert late.status_code == 409
    assert "测village 筲箕村委会干部 刚刚办理了这件案件" in late.content.decode()


def test_a_paper_is_handed_in_and_the_checklist_is_complete(client_of: Clients) -> None:
    case, village = f.opened(), client_of("village")
    assert "还缺 1 种材料" in page(village, "case", case.pk)
    upload = BytesIO(f.PAPER)
    upload.name = "申请书.pdf"
    url = reverse("procedures:attach", args=[case.pk])
    assert village.post(url, {"kind": "application", "file": upload}).status_code == 302
    text = page(village, "case", case.pk)
    assert "还缺" not in text
    assert re.search(r"<code[^>]*>[0-9a-f]{64}</code>", text)
    with unit(system()):
        assert Reading.objects.filter(page="procedures.case").exists()


def test_the_inbox_shows_each_his_own(client_of: Clients) -> None:
    case = f.at("township", name="刘桂英")
    assert "刘桂英" in page(client_of("township"), "inbox")
    assert "待我办理 1 件" in page(client_of("township"), "inbox")
    village = client_of("village")
    assert "刘桂英" not in page(village, "inbox")
    assert "刘桂英" in page(village, "inbox", list="sent")
    f.services.send_back(case_id=case.pk, to="check", reason="核实不清", by=actor_of_cast("township"))
    assert "刘桂英" in page(village, "inbox", list="back")
    assert "刘桂英" not in page(client_of("village2"), "inbox", list="back")


def test_a_meeting_decides_a_list_on_one_page(client_of: Clients) -> None:
    cases, village = [f.at("review") for _number in range(2)], client_of("village")
    chosen = {"case": [case.pk for case in cases], "outcome": "passed"}
    assert village.get(reverse("procedures:decide_many"), chosen).status_code == 200
    sent = {
        **chosen, "sent": "1", "f_meeting_on": "2017-03-01", "entitled": 30, "present": 24, "in_favour": 20, "against": 0,
        "meeting": "第 3 次会议",
    }  # fmt: skip
    refused = village.post(reverse("procedures:decide_many"), sent)
    assert refused.status_code == 422
    assert "会议记录" in refused.content.decode()
    assert "第 3 次会议" in refused.content.decode()
    for kind in ("minutes", "attendance"):
        sent[f"p_{kind}"] = BytesIO(f.PAPER)
        sent[f"p_{kind}"].name = "会议.pdf"
    assert village.post(reverse("procedures:decide_many"), sent).status_code == 302
    assert {f.fresh(case).step for case in cases} == {"check"}
    assert village.get(reverse("procedures:decide_many")).status_code == 422


def test_objection_and_review_pages(client_of: Clients, world: f.World) -> None:
    case, township = f.opened(), client_of("township")
    typed = {"source": "phone", "text": "这一户有新盖的楼房"}
    assert client_of("village").post(reverse("procedures:object_to", args=[case.pk]), typed).status_code == 200
    text = page(township, "case", case.pk)
    assert "这一户有新盖的楼房" in text
    assert "这一户有新盖的楼房" not in page(client_of("village"), "case", case.pk)
    answer = re.search(r"/cases/objections/\d+/answer/", text)
    assert answer is not None
    assert township.get(answer[0]).status_code == 200
    assert township.post(answer[0], {"outcome": "rejected", "answer": "查无此事"}).status_code == 302
    world.related[actor_of_cast("village").user_id or 0] = "同户"
    held = f.decided(case)
    assert "待回避复核" in page(township, "inbox", list="review")
    url = reverse("procedures:review", args=[held.pk])
    assert township.post(url, {"passes": "yes", "note": "已核对", "turn": held.turn}).status_code == 302
    assert f.fresh(case).step == "review"


def test_a_delegation_is_given_and_taken_back_on_the_page(client_of: Clients) -> None:
    county, leader = actor_of_cast("county"), client_of("leader")
    today = timezone.localdate()
    typed = {"to_user_id": county.user_id, "starts_on": today, "ends_on": today, "reason": "出差"}
    assert leader.post(reverse("procedures:delegations"), typed).status_code == 302
    end = re.search(r"/cases/delegations/\d+/end/", page(leader, "delegations"))
    assert end is not None
    assert "测leader" in page(client_of("county"), "delegations")
    assert leader.post(end[0], {"reason": "回来了"}).status_code == 302


def test_the_list_filters_searches_and_exports(client_of: Clients) -> None:
    one, other = f.opened(name="刘桂英"), f.opened("household.exit", name="赖小明")
    county = client_of("county")
    assert "赖小明" not in page(county, "cases", q="桂英")
    assert "刘桂英" not in page(county, "cases", q=str(other.pk))
    assert "刘桂英" not in page(county, "cases", kind="household.exit")
    assert "刘桂英" not in page(county, "cases", state="closed")
    answer = county.get(reverse("procedures:cases_export"), {"q": one.name})
    assert answer.content[:2] == b"PK"
    assert client_of("village").get(reverse("procedures:cases_export")).status_code == 403
    assert client_of("neighbour").get(reverse("procedures:case", args=[one.pk])).status_code == 404


def test_the_whole_file_prints_with_hashes_and_signatures(client_of: Clients) -> None:
    case = f.at("check")
    text = page(client_of("county"), "case_print", case.pk)
    assert "农户（签字、按手印）" in text
    assert len(re.findall(r"[0-9a-f]{64}", text)) == 3


def test_a_definition_is_drawn_from_its_data(client_of: Clients) -> None:
    assert "household.exit" in page(client_of("village"), "definitions")
    text = page(client_of("village"), "definition", "household.exit", "2016")
    assert "<svg" in text
    assert text.count("<rect") == 12
    assert "预脱贫" in text


@pytest.mark.parametrize("name", ["inbox", "cases", "archives", "definitions", "delegations"])
def test_pages_speak_english(client_of: Clients, name: str) -> None:
    f.opened()
    _english(client_of("county").get(reverse(f"procedures:{name}"), headers={"Accept-Language": "en"}))


def test_the_case_and_its_definition_speak_english(client_of: Clients) -> None:
    case = f.at("township")
    for address in (
        reverse("procedures:case", args=[case.pk]),
        reverse("procedures:case_print", args=[case.pk]),
        reverse("procedures:definition", args=["household.exit", "2016"]),
        reverse("procedures:decide", args=[case.pk, "agreed"]),
    ):
        _english(client_of("township").get(address, headers={"Accept-Language": "en"}))


def _english(answer: object) -> None:
    text = answer.content.decode()  # type: ignore[attr-defined]
    main = text[text.index("<main") : text.index("</main>")]
    plain = re.sub(r"<(\w+)[^>]*data-user-content[^>]*>.*?</\1>", "", main, flags=re.S)
    left = [line.strip() for line in re.sub(r"<[^>]+>", "\n", plain).splitlines() if HAN.search(line)]
    assert not left, left


def test_the_drawing_names_every_step_and_result() -> None:
    procedure: Procedure = next(iter(f.queries.definitions().values()))[1]
    drawn = svg(procedure, Drawing(lambda entry: entry.en, lambda step: step.by.level, "A & B"))
    assert 'aria-label="A &amp; B"' in drawn
    assert all(step.title.en.replace("'", "'") in drawn for step in procedure.steps)


def test_all_that_waits_at_a_step_is_decided_from_one_link(client_of: Clients) -> None:
    cases, village = [f.at("check", name=name) for name in ("刘桂英", "陈水根", "黄招娣")], client_of("village")
    f.opened()
    text = page(village, "inbox")
    key = f"{cases[0].definition_id}:check"
    link = f"{reverse('procedures:decide_many')}?step={key.replace(':', '%3A')}"
    assert link in text
    assert "集体办理 3 件" in text
    assert "贫困户识别 · 农户申请" not in page(village, "inbox", list="waiting", step=key).split("</table>")[1]
    shown = village.get(link).content.decode()
    assert all(case.name in shown for case in cases)
    for case in cases:
        f.prepared(case)
    sent = {"case": [cases[0].pk, cases[1].pk], "outcome": "confirmed", "sent": "1"}
    sent["p_check_form"] = BytesIO(f.PAPER)
    sent["p_check_form"].name = "核实表.pdf"
    assert village.post(link.split("?")[0], sent).status_code == 302
    assert [f.fresh(case).step for case in cases] == ["first_notice", "first_notice", "check"]
    assert village.get(reverse("procedures:decide_many"), {"step": "x:check"}).status_code == 422


def test_the_complete_file_is_a_paper(client_of: Clients) -> None:
    case = f.decided(f.at("review", name="刘桂英"))
    answer = client_of("village").get(f"{reverse('procedures:case_print', args=[case.pk])}?as=docx")
    document = Document(BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert document.paragraphs[0].text == "贫困户识别案卷"
    assert any(re.fullmatch("[0-9a-f]{64}", text) for text in cells)
    assert "应到 30 人，实到 24 人" in " ".join(cells)
    assert "齐全" in cells
    assert client_of("village").get(f"{reverse('procedures:case_print', args=[case.pk])}?as=exe").status_code == 404
    assert client_of("neighbour").get(f"{reverse('procedures:case_print', args=[case.pk])}?as=pdf").status_code == 404


def test_the_file_has_a_cover_and_says_where_no_photo_proves_the_notice(client_of: Clients) -> None:
    case = f.decided(f.at("first_notice"))
    answer = client_of("village").get(f"{reverse('procedures:case_print', args=[case.pk])}?as=docx")
    document = Document(BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    titles = [one.text for one in document.paragraphs]
    assert [one for one in titles if one in ("案卷封面", "决定机关", "卷内材料目录")] == [
        "案卷封面",
        "决定机关",
        "卷内材料目录",
    ]
    assert "缺少张贴照片" in cells
    assert any(one.startswith("经办人签字") for one in titles)
    assert sum(sha256(f.PAPER).hexdigest() == cell for cell in cells) >= 1


def test_who_is_refused_gets_a_letter_with_reason_article_and_appeal(client_of: Clients) -> None:
    case = f.decided(f.at("check", name="刘桂英"), "refused", reason="家有商品房，不符合识别标准")
    url = reverse("procedures:case_letter", args=[case.pk])
    assert url in page(client_of("village"), "case", case.pk)
    text = page(client_of("village"), "case_letter", case.pk)
    for part in (
        "不予通过告知书",
        "刘桂英",
        "家有商品房，不符合识别标准",
        "第22条",
        "不同意怎么办",
        "12317",
        "受理申诉",
    ):
        assert part in text
    assert client_of("village").get(f"{url}?as=docx").content[:2] == b"PK"
    assert client_of("neighbour").get(url).status_code == 404
    assert client_of("village").get(reverse("procedures:case_letter", args=[f.at("check").pk])).status_code == 422


def test_what_a_closed_file_lacks_is_listed_and_handed_in_late(client_of: Clients) -> None:
    case, village, today = f.opened(name="刘桂英"), client_of("village"), timezone.localdate()
    with unit(system()), acting("test.taken_over", by=system(), reason="测试"):
        StepRecord.objects.create(
            case=case, division=case.division, turn=2, what="decided", step="application", outcome="accepted", to_step="review",
            state="closed", who="原村委会", on=today,
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(state="closed", result="refused", closed_on=today, turn=2)
    case, posted = f.fresh(case), f.at("announcement", name="陈水根")
    while posted.state == "open":
        posted = f.decided(posted)
    listed = page(client_of("township"), "archives")
    assert "刘桂英" in listed
    assert "农户申请：贫困户申请书（0/1）" in listed
    assert "公示张贴照片" in listed
    url = reverse("procedures:supplement", args=[case.pk])
    assert f"{url}?paper=application:application" in page(village, "archives")
    upload = BytesIO(f.PAPER)
    upload.name = "申请书.pdf"
    before = f.records(case)
    assert village.post(url, {"paper": "application:application", "file": upload, "reason": ""}).status_code == 422
    upload.seek(0)
    sent = {"paper": "application:application", "file": upload, "reason": "当时漏交"}
    assert village.post(url, sent).status_code == 302
    assert "贫困户申请书（0/1）" not in page(village, "archives")
    assert "办结后补交：当时漏交" in page(village, "case", case.pk)
    assert f.records(case) == before
    assert (f.fresh(case).turn, f.fresh(case).result) == (case.turn, case.result)
    assert client_of("county").get(reverse("procedures:archives"), {"export": "1"}).content[:2] == b"PK"
    assert "刘桂英" not in page(client_of("neighbour"), "archives")


def test_who_came_to_the_office_reads_the_answer_by_a_receipt(client_of: Clients) -> None:
    case, client = f.opened(), client_of("village")
    sent = {"source": "paper", "text": "这一户在县城有商品房", "objector": "赖小明"}
    page = client.post(f"/cases/{case.pk}/objection/", sent).content.decode()
    receipt = re.search(r"<code>([0-9A-Z-]{19})</code>", page)
    assert receipt
    public, address = Client(), "/public/objections/"
    waiting = public.post(address, {"receipt": receipt[1].lower()}).content.decode()
    assert "正在核查" in waiting
    with unit(system()):
        pk = CaseObjection.objects.get(case=case).pk
    services.answer_objection(
        objection_id=pk, outcome="rejected", answer="经核实，房屋不在其名下", by=actor_of_cast("county")
    )
    answered = public.post(address, {"receipt": receipt[1]})
    assert "房屋不在其名下" in answered.content.decode()
    assert "no-store" in answered["Cache-Control"]
    assert not any(word in answered.content.decode() + waiting for word in ("钟文华", "赖小明", "商品房"))
    assert public.post(address, {"receipt": "2222-2222-2222-2222"}).status_code == 422


def test_lists_of_cases_are_cards_on_a_phone(client_of: Clients) -> None:
    f.opened(name="钟文华")
    page = client_of("village").get("/cases/inbox/?list=waiting").content.decode()
    assert "zt-cards" in page
    for label in ("程序", "步骤", "状态", "期限", "承办地区"):
        assert f'data-label="{label}"' in page
