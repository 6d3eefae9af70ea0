"""Loading packs, local measures, questions and official texts, against the real database."""

import shutil
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from docx import Document

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied, Outrun, Refused
from zerentian.kernel.scope import Scope
from zerentian.rulebook import queries
from zerentian.rulebook.models import DutyRecord, Interpretation, OfficialText, Overlay
from zerentian.rulebook.rules.pack import OverlayFile
from zerentian.rulebook.rules.reading import check_content
from zerentian.rulebook.rules.text import text_in_force
from zerentian.rulebook.services import (
    answer_question,
    ask_question,
    file_overlay,
    load_rulebook,
    upload_text,
    withdraw_overlay,
)

pytestmark = pytest.mark.django_db
PACK = queries.PACKS / "jiangxi-2016"
PROVINCE, GANZHOU, XINGGUO, YUDU = 360000000000, 360700000000, 360732000000, 360731000000
TODAY = timezone.localdate()
LAW = "第一章 总 则\n第一条 为了落实责任，制定本细则。\n第二条 各级负责。 第三条 县级承担责任。"


def officer(area: int) -> Actor:
    return Actor(name="县扶贫办", division=area, scope=Scope.of([area]), permissions=frozenset(Permission))


def tighter(area: int = XINGGUO, **changes: object) -> OverlayFile:
    item = {"duty": "22.2", "measure": "quality.score", "target": 99}
    content = {"title": "兴国县配套措施", "area": area, "valid_from": TODAY, "tighten": [item], **changes}
    return check_content(OverlayFile, content)


def target(division: int, on: date | None = None) -> int:
    return int(queries.duty("22.2", division, on).requirements[0].target)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_pack_has_every_article_and_duty() -> None:
    law = queries.book()
    assert sorted(law.articles) == list(range(1, 35))
    assert len(law.duties) == 86
    assert {duty.article for duty in law.duties} == set(range(2, 35))
    assert len(queries.code_list("ethnicity").values) == 58


def test_a_second_load_changes_nothing() -> None:
    stamp = queries._stamp()
    done = load_rulebook(by=system())
    assert not done.is_change
    assert done.same > 250
    assert queries._stamp() == stamp


def test_a_changed_pack_changes_only_what_differs(pack: Path) -> None:
    change(
        pack, "duties.yaml", "measure: quality.score, op: ge, value: 98", "measure: quality.score, op: ge, value: 97"
    )
    done = load_rulebook(by=system(), folder=pack)
    assert (done.added, done.changed, done.removed) == (0, 1, 0)
    assert target(XINGGUO) == 97


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("duties.yaml", "parameter: matters.settle_days", "parameter: matters.nowhere", "没有参数 matters.nowhere"),
        ("duties.yaml", "kind: leading_group", "kind: leading_gruop", "没有主体类别 leading_gruop"),
        ("duties.yaml", "department: audit", "department: audits", "没有部门 audits"),
        ("articles.yaml", "number: 7,", "number: 77,", "第 7 条没有写"),
        ("parameters/notices.yaml", "confirmed: true", "confirmed: perhaps", "notices.yaml 第"),
        ("codes/person.yaml", "key: female", "key: male", "key 重复：male"),
    ],
)
def test_a_faulty_pack_is_refused_whole(pack: Path, name: str, old: str, new: str, reason: str) -> None:
    before = DutyRecord.objects.count()
    change(pack, name, old, new)
    with pytest.raises(Refused, match=reason):
        load_rulebook(by=system(), folder=pack)
    assert DutyRecord.objects.count() == before


def test_the_database_refuses_two_versions_of_a_duty_on_one_day() -> None:
    twin = DutyRecord.objects.get(key="4.1")
    twin.pk, twin.valid_from = None, twin.valid_from + timedelta(days=30)
    refused = pytest.raises(IntegrityError, match="duty_has_one_version_a_day")
    with unit(system()), acting("test", by=system()), refused, transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "division", "on", "value"),
    [
        ("poverty.line", XINGGUO, date(2015, 5, 1), 2855),
        ("poverty.line", XINGGUO, date(2026, 1, 1), 4000),
        ("notice.project.days", 360881101200, TODAY, 10),
        ("reports.annual_by", GANZHOU, TODAY, "12-31"),
    ],
)
def test_parameters_by_day_and_area(name: str, division: int, on: date, value: int | str) -> None:
    assert queries.parameter(name, division, on) == value


def test_an_unknown_parameter_says_so() -> None:
    with pytest.raises(KeyError, match="没有参数 x.y"):
        queries.parameter("x.y", XINGGUO)


def test_a_local_measure_binds_its_area_from_its_day() -> None:
    file_overlay(content=tighter(valid_from=TODAY + timedelta(days=1)), by=officer(XINGGUO))
    tomorrow = TODAY + timedelta(days=1)
    assert (target(XINGGUO), target(XINGGUO, tomorrow), target(YUDU, tomorrow)) == (98, 99, 98)
    assert target(360732100000, tomorrow) == 99
    assert queries.areas_with_overlays(tomorrow) == [XINGGUO]


def test_a_county_may_not_go_below_its_city() -> None:
    file_overlay(content=tighter(GANZHOU, title="赣州市配套措施"), by=officer(GANZHOU))
    item = {"duty": "22.2", "measure": "quality.score", "target": "98.5"}
    with pytest.raises(Refused, match="现行目标 ≥ 99%，改为 98.5% 属于放宽"):
        file_overlay(content=tighter(tighten=[item]), by=officer(XINGGUO))


def test_nobody_rules_for_the_neighbour() -> None:
    with pytest.raises(Denied):
        file_overlay(content=tighter(YUDU), by=officer(XINGGUO))
    overlay = file_overlay(content=tighter(), by=officer(XINGGUO))
    with pytest.raises(Denied):
        withdraw_overlay(overlay_id=overlay.pk, on=TODAY, reason="试", by=officer(YUDU))


def test_the_same_title_twice_at_once_is_refused() -> None:
    file_overlay(content=tighter(), by=officer(XINGGUO))
    item = {"duty": "22.2", "measure": "quality.score", "target": 100}
    with pytest.raises(Refused, match="同名"):
        file_overlay(content=tighter(tighten=[item]), by=officer(XINGGUO))


def test_a_withdrawn_measure_no_longer_binds() -> None:
    overlay = file_overlay(content=tighter(), by=officer(XINGGUO))
    assert target(XINGGUO) == 99
    withdraw_overlay(overlay_id=overlay.pk, on=TODAY, reason="另行规定", by=officer(XINGGUO))
    assert target(XINGGUO) == 98
    with unit(officer(XINGGUO)), pytest.raises(Refused, match="已经在"):
        withdraw_overlay(overlay_id=overlay.pk, on=TODAY, reason="再试", by=officer(XINGGUO))


def test_facts_show_only_the_overlays_and_questions_of_the_scope() -> None:
    file_overlay(content=tighter(), by=officer(XINGGUO))
    ask_question(article=22, duty="22.2", question="资料健全包括哪些资料？", by=officer(XINGGUO))
    counts = {}
    for area in (PROVINCE, XINGGUO, YUDU):
        with unit(officer(area)), connection.cursor() as cursor:
            cursor.execute("select count(*), min(duty) from facts.overlay")
            counts[area] = cursor.fetchall()
            cursor.execute("select count(*), min(duty) from facts.interpretation")
            counts[area] += cursor.fetchall()
    assert counts[XINGGUO] == counts[PROVINCE] == [(1, "22.2"), (1, "22.2")]
    assert counts[YUDU] == [(0, None), (0, None)]


def test_a_question_is_answered_once_and_dated() -> None:
    asked = ask_question(article=22, duty="22.2", question="资料健全包括哪些资料？", by=officer(XINGGUO))
    assert asked.due_on == TODAY + timedelta(days=20)
    answer_question(interpretation_id=asked.pk, answer="指一户一档的全部资料。", by=officer(PROVINCE))
    with unit(officer(YUDU)):
        found = Interpretation.objects.get(pk=asked.pk)
    assert (found.answered_on, found.answered_by) == (TODAY, "县扶贫办")
    with unit(officer(PROVINCE)), pytest.raises(Outrun):
        answer_question(interpretation_id=asked.pk, answer="改口。", by=officer(PROVINCE))


@pytest.mark.parametrize(
    ("question", "article", "duty", "reason"),
    [("？", 22, "", "写完整"), ("资料有哪些？", 99, "", "没有第 99 条"), ("资料有哪些？", 22, "4.1", "没有编号为 4.1")],
)
def test_a_question_without_ground_is_refused(question: str, article: int, duty: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        ask_question(article=article, duty=duty, question=question, by=officer(XINGGUO))


def word(text: str) -> bytes:
    document, held = Document(), BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(held)
    return held.getvalue()


def upload(name: str, content: bytes, on: date = TODAY) -> OfficialText:
    return upload_text(
        regulation="jiangxi-2016", name=name, content=content, effective_on=on, by=officer(PROVINCE), is_partial=True
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("细则.docx", word(LAW)), ("细则.txt", LAW.encode()), ("细则.TXT", LAW.encode("gb18030"))],
)
def test_the_official_text_is_kept_in_articles(name: str, content: bytes) -> None:
    row = upload(name, content)
    assert [a.text for a in queries.text_articles(row)] == [
        "为了落实责任，制定本细则。",
        "各级负责。",
        "县级承担责任。",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("细则.doc", b"x", "另存为 .docx"),
        ("细则.docx", b"not a zip", "不是完好的 Word"),
        ("细则.txt", b"\xff\xfe\x00\xd8", "编码"),
        ("细则.txt", "没有条文".encode(), "没有找到"),
        ("细则.txt", LAW.replace("第二条", "第四条").encode(), "应为第 2 条"),
    ],
)
def test_a_bad_text_is_refused_with_what_to_do(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        upload(name, content)


def test_the_same_text_twice_is_refused() -> None:
    upload("细则.txt", LAW.encode())
    with unit(officer(PROVINCE)), pytest.raises(Refused, match="完全相同"):
        upload("细则.docx", word(LAW))


def test_a_text_of_next_month_is_not_yet_the_law() -> None:
    present = upload("细则.txt", LAW.encode())
    coming = upload("新细则.txt", LAW.replace("各级负责", "各级各负其责").encode(), TODAY + timedelta(days=30))
    before = upload("旧细则.txt", LAW.replace("各级负责", "各级都负责").encode(), TODAY - timedelta(days=30))
    with unit(officer(PROVINCE)):
        texts = queries.official_texts("jiangxi-2016")
    assert [text.pk for text in texts] == [coming.pk, present.pk, before.pk]
    days = {0: present, 29: present, 30: coming, -1: before}
    assert {day: text_in_force(texts, TODAY + timedelta(days=day)) for day in days} == days
    assert text_in_force(texts, TODAY - timedelta(days=31)) is None


def test_no_overlay_is_left_after_a_refusal() -> None:
    item = {"duty": "22.2", "measure": "quality.score", "target": 50}
    with pytest.raises(Refused, match="放宽"):
        file_overlay(content=tighter(tighten=[item]), by=officer(XINGGUO))
    with unit(officer(XINGGUO)):
        assert not Overlay.objects.exists()
