"""The pages of the ledger: from the board to the rows in two clicks, filters, export, dispute, English."""

import io
import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override
from python_calamine import CalamineWorkbook

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import COUNTY, TOWNSHIPS, VILLAGES
from zerentian.assessment.models import Dispute, Entry
from zerentian.assessment.queries.boards import Cell
from zerentian.assessment.queries.entries import distribution
from zerentian.assessment.queries.evidence import evidence
from zerentian.assessment.services import recompute
from zerentian.assessment.services.benches import _bare
from zerentian.assessment.templatetags.ledger import _Cells
from zerentian.assessment.tests.factories import CITY, PROVINCE
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading, Run
from zerentian.kernel.scope import Scope
from zerentian.organisations.tests.factories import body as make_body
from zerentian.registry.models import Household
from zerentian.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db


def page(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def the(duty: str, division: int, requirement: int = 0) -> Entry:
    with unit(system(), writes=False):
        return Entry.objects.get(duty=duty, division=division, requirement=requirement)


def test_from_a_red_cell_to_the_rows_in_two_clicks(computed: dict[str, Any], client_of: Any) -> None:
    client = client_of("city")
    board = page(client, f"/ledger/{CITY}/")
    red = re.search(r'href="(/ledger/entries/\d+/)"><span class="zt-light zt-light-bad"', board)
    assert red
    found = page(client, red[1])
    assert "未达标" in found
    assert computed["untrue"].number in found
    assert f'href="/households/{computed["untrue"].pk}/"' in found
    assert "退出当年人均收入低于退出线" in found
    with unit(system(), writes=False):
        assert Reading.objects.filter(page="assessment:entry", who__contains="测city").exists()


def test_a_board_shows_parts_headlines_and_the_worst_first(computed: dict[str, Any], client_of: Any) -> None:
    client = client_of("province")
    top = page(client, f"/ledger/{PROVINCE}/")
    assert "江西省" in top
    assert f'href="/ledger/{CITY}/"' in top
    assert "红灯事项" in top
    assert "数据截至" in top
    county = page(client, f"/ledger/{COUNTY}/")
    assert county.index(str(TOWNSHIPS[1])) < county.index("本级责任主体")
    village = page(client, f"/ledger/{TOWNSHIPS[0]}/?kind=village_committee")
    assert f"{VILLAGES[0]}village_committee" in village


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("duty=12.2", "12.2", "17.2"), ("chapter=4", "17.2", "12.2"), ("status=red", "未达标", "已完成"),
        ("kind=assigned_unit", "26.3", "17.2"), ("name=nobody", "没有符合条件的事项", "12.2"),
    ],
)  # fmt: skip
def test_the_list_obeys_its_filters(
    computed: dict[str, Any], client_of: Any, query: str, there: str, gone: str
) -> None:
    results = page(client_of("province"), f"/ledger/{PROVINCE}/entries/?{query}").split('id="results"')[1]
    assert there in results
    assert f"{gone} " not in results


def test_the_filter_keeps_what_was_chosen(computed: dict[str, Any], client_of: Any) -> None:
    board = page(client_of("county"), f"/ledger/{COUNTY}/?duty=17.2&status=red")
    assert re.findall(r'<option value="([^"]*)" selected>', board)[1:] == ["", "", "17.2", "red"]


def test_what_lies_outside_the_scope_is_not_there(computed: dict[str, Any], client_of: Any) -> None:
    entry = the("17.2", COUNTY)
    for address in (f"/ledger/{COUNTY}/", f"/ledger/entries/{entry.pk}/", f"/ledger/bodies/{entry.body}/"):
        page(client_of("neighbour"), address, 404)
        page(client_of("village"), address, 404)
    assert client_of("system_admin").get(f"/ledger/{COUNTY}/").status_code == 403


def test_the_codes_that_officials_write_lead_to_the_board(computed: dict[str, Any], client_of: Any) -> None:
    client = client_of("province")
    for short, whole in (("360732", COUNTY), (str(TOWNSHIPS[0])[:9], TOWNSHIPS[0])):
        answer = client.get(f"/ledger/{short}/?status=red")
        assert (answer.status_code, answer["Location"]) == (302, f"/ledger/{whole}/?status=red")
        assert client.get(f"/ledger/{short}/entries/")["Location"] == f"/ledger/{whole}/entries/"
    page(client, "/ledger/3607321/", 404)


def test_the_rows_stay_within_the_readers_scope(computed: dict[str, Any]) -> None:
    entry = the("12.2", CITY)
    with unit(system(), writes=False):
        everywhere = evidence(entry, Scope.everywhere())
        elsewhere = evidence(entry, Scope.of([TOWNSHIPS[1]]))
    assert everywhere
    assert [row.id for row in everywhere.rows] == [computed["ungridded"].pk]
    assert elsewhere
    assert (elsewhere.rows, elsewhere.short) == ((), 0)


def test_rows_are_live_while_the_figure_waits(computed: dict[str, Any], client_of: Any) -> None:
    entry = the("12.2", CITY)
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=computed["ungridded"].pk).update(grid_id=1)
    assert "现时没有不符合要求的记录" in page(client_of("city"), f"/ledger/entries/{entry.pk}/")


def test_a_body_sees_what_it_answers_for_and_what_to_do_next(computed: dict[str, Any], client_of: Any) -> None:
    client = client_of("township2")
    found = page(client, "/ledger/mine/")
    assert computed["main"][TOWNSHIPS[1]].name in found
    assert re.search(r'href="/ledger/mine/"\s+aria-current="page"', found)
    assert found.index("21.1") < found.index("其他责任")
    assert "下一步" in found


def test_whose_body_has_no_duties_of_its_own_is_told_why_he_sees_another(
    computed: dict[str, Any], client_of: Any
) -> None:
    client = client_of("county")
    own = make_body(COUNTY, "poverty_office", superior_id=computed["main"][COUNTY].pk, name="兴国县某办公室")
    with unit(system()), acting("test.cast", by=system(), reason="测试"):
        RoleGrant.objects.filter(user__username="county").update(body_id=own.pk)
    found = page(client, "/ledger/mine/")
    assert "您的单位“兴国县某办公室”在台账里没有单列的责任" in found
    assert f'href="/bodies/{own.pk}/"' in found
    assert "没有单列的责任" not in page(client_of("township2"), "/ledger/mine/")


def test_a_duty_shows_its_bodies_distribution_and_article(computed: dict[str, Any], client_of: Any) -> None:
    found = page(client_of("county"), "/ledger/duties/3.1/")
    assert "第一责任人具名" in found
    assert "村（居）" in found
    page(client_of("county"), "/ledger/duties/99.9/", 404)


def test_the_distribution_of_a_duty_counts_each_body_once_where_its_worst_requirement_stands(
    computed: dict[str, Any],
) -> None:
    with unit(system(), writes=False):
        rows = list(Entry.objects.filter(duty="3.1", division__gte=CITY).exclude(reason="gone"))
        counted = {(level, status): n for level, status, n in distribution("3.1", CITY, timezone.localdate().year)}
    worst: dict[int, Entry] = {}
    for row in sorted(rows, key=lambda one: one.rank, reverse=True):
        worst[row.body] = row
    assert len(rows) > len(worst)
    assert counted == Counter((row.body_level, row.status) for row in worst.values())


def test_a_dispute_by_its_pages(computed: dict[str, Any], client_of: Any) -> None:
    entry = the("17.2", COUNTY)
    county = client_of("county")
    empty = county.post(f"/ledger/entries/{entry.pk}/dispute/", {"reason": ""})
    assert empty.status_code == 422
    assert county.post(f"/ledger/entries/{entry.pk}/dispute/", {"reason": "收入录错"}).status_code == 302
    found = page(county, f"/ledger/entries/{entry.pk}/")
    assert "申诉已提出" in found
    assert "有异议" in found
    assert "收入录错" in found
    with unit(system(), writes=False):
        dispute = Dispute.objects.get(entry=entry)
    decided = {"outcome": "rejected", "reason": "记录属实"}
    assert county.post(f"/ledger/disputes/{dispute.pk}/decide/", decided).status_code == 403
    inspector = client_of("inspector")
    assert "收入录错" in page(inspector, "/ledger/disputes/")
    assert inspector.post(f"/ledger/disputes/{dispute.pk}/decide/", decided).status_code == 302
    assert the("17.2", COUNTY).status == "failed"
    decided_page = page(county, f"/ledger/entries/{entry.pk}/")
    assert "记录属实" in decided_page
    assert "申诉在办" not in decided_page
    assert "裁定已记录" in page(inspector, f"/ledger/entries/{entry.pk}/")


def test_rows_escape_the_names_of_bodies(computed: dict[str, Any], client_of: Any) -> None:
    hostile = "<script>'\"&"
    with unit(system()), connection.cursor() as cursor:
        cursor.execute("update assessment_bodystanding set name = %s where division = %s", [hostile, COUNTY])
    for address in (f"/ledger/{CITY}/", f"/ledger/{CITY}/entries/"):
        shown = page(client_of("province"), address)
        assert "&lt;script&gt;&#x27;&quot;&amp;</a>" in shown
        assert "<script>'" not in shown


def test_requirements_are_told_apart(computed: dict[str, Any], client_of: Any) -> None:
    board = page(client_of("province"), f"/ledger/{CITY}/?duty=17.2")
    row = board.split(f"{COUNTY}party_government")[1].split("</tr>")[0]
    assert "未达标" in row
    duty = rulebook.duty("17.2")
    assert "另有 1 项要求尚未测算" in _Cells([duty]).drawn([Cell(1, "failed", "95.0%", "退出", unmeasured=1)])
    listed = page(client_of("county"), "/ledger/duties/17.2/")
    for id in ("exits.authentic", "exits.signals_reviewed"):
        assert rulebook.measure_title(id) in listed
    assert "尚无记录来源" not in listed


def test_the_export_holds_the_filtered_entries(computed: dict[str, Any], client_of: Any) -> None:
    answer = client_of("county").get(f"/ledger/{COUNTY}/export/?status=red")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    with unit(system(), writes=False):
        red = Entry.objects.inside(COUNTY).filter(rank__lte=2).count()
    assert len(rows) == red + 1
    title = rulebook.measure_title("exits.authentic")
    (untrue,) = (row for row in rows if row[1] == f"{COUNTY}party_government" and row[5] == title)
    at = rows[0].index("数值")
    assert untrue[at : at + 4] == [pytest.approx(0.95), "≥", pytest.approx(0.98), "%"]
    assert client_of("village").get(f"/ledger/{VILLAGES[0]}/export/").status_code == 403


def test_a_computation_is_asked_for_once(computed: dict[str, Any], client_of: Any) -> None:
    client = client_of("county")
    assert client.post(f"/ledger/{COUNTY}/recompute/").status_code == 302
    answer = client.post(f"/ledger/{COUNTY}/recompute/")
    assert "测算已开始" in page(client, answer["Location"])
    assert Run.objects.filter(kind="assessment.recompute", status="waiting").count() == 1


def test_a_board_asks_the_database_little(computed: dict[str, Any], client_of: Any, steady: None) -> None:
    client = client_of("province")
    page(client, f"/ledger/{PROVINCE}/")
    with CaptureQueriesContext(connection) as asked:
        page(client, f"/ledger/{PROVINCE}/")
    assert len(asked) <= 45


def test_readers_of_english_find_reasons_and_tasks_in_english(computed: dict[str, Any], client_of: Any) -> None:
    client = client_of("city")
    client.cookies["django_language"] = "en"
    found = page(client, f"/ledger/entries/{the('12.2', CITY).pk}/")
    assert "In no grid" in found
    assert "未划入网格" not in found
    answer = client.post(f"/ledger/{COUNTY}/recompute/")
    assert "Compute the county&#x27;s ledger" in page(client, answer["Location"])


def test_every_reason_of_a_measure_is_known_in_english() -> None:
    texts = [text for one in rulebook.measures().values() for text in re.findall(r"'([^']*)'", one.evidence_sql)]
    reasons = {text for text in texts if re.search("[\u4e00-\u9fff]", text)}
    with override("en"):
        assert [text for text in sorted(reasons) if gettext(text) == text] == []


def test_an_empty_ledger_says_so(db: None, client_of: Any) -> None:
    assert "尚未测算" in page(client_of("province"), f"/ledger/{PROVINCE}/")
    assert client_of("province").get("/ledger/mine/").status_code == 302


def test_a_local_year_without_figures_is_empty_not_wrong(computed: dict[str, Any], client_of: Any) -> None:
    assert "没有符合条件的责任主体" in page(client_of("province"), f"/ledger/{PROVINCE}/?name=不存在的名称")
    assert page(client_of("province"), f"/ledger/{PROVINCE}/?year=abc&chapter=x&page=999")


def test_recomputing_shows_on_the_entry(computed: dict[str, Any], client_of: Any) -> None:
    entry = the("12.2", CITY)
    with unit(system()), acting("test.correct", by=system(), reason="更正"):
        Household.objects.filter(pk=computed["ungridded"].pk).update(grid_id=1)
    recompute(by=system(), division=COUNTY)
    assert "95.0% → 100.0%" in re.sub(r"\s+", " ", page(client_of("city"), f"/ledger/entries/{entry.pk}/"))


def test_the_bare_statements_of_a_page_write_nothing() -> None:
    sent = [
        "SELECT 1",
        "BEGIN",
        "SELECT 2",
        "COMMIT",
        "BEGIN",
        "INSERT INTO x",
        "COMMIT",
        "BEGIN",
        "SELECT 3",
        "COMMIT",
    ]
    assert [one for one in _bare(sent) if one in ("COMMIT", "ROLLBACK")] == ["COMMIT", "ROLLBACK", "COMMIT"]
    assert [one for one in _bare(sent) if one not in ("COMMIT", "ROLLBACK")] == [one for one in sent if one != "COMMIT"]
