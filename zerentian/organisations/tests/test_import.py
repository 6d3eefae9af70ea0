"""Import and export: good files, bad files, the same file twice, another county's rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file
from zerentian.kernel.models import History, Run
from zerentian.kernel.tables import write_template
from zerentian.organisations import queries, services
from zerentian.organisations.models import Appointment, Assignment, Body, Grid, Post
from zerentian.organisations.rules.columns import SHEETS
from zerentian.organisations.tests import factories as made

pytestmark = pytest.mark.django_db
Cast = Callable[[str], Actor]
Sheets = dict[str, list[dict[str, Any]]]


def body_row(code: str, division: str, superior: str = "", **rest: str) -> dict[str, str]:
    row = {"code": code, "division": division, "kind": "党委和政府", "name": f"{code}党委", "has_tasks": "是"}
    return row | {"superior_code": superior} | rest


def good() -> Sheets:
    return {
        "bodies": [
            body_row("X", "360732", "TOP", staff_quota="12", budget="5000.5", budget_year="2020", phone="0797-5322222"),
            body_row("T", "360732100", "X"),
            body_row("V", "360732100200", "T", kind="village_committee", has_tasks="否", tasks_reason="已并村"),
        ],
        "posts": [
            {"code": "X-1", "body_code": "X", "kind": "party_chief", "title": "书记", "is_first_answerable": "是"},
            {"code": "V-1", "body_code": "V", "kind": "网格员", "title": "网格员"},
        ],
        "appointments": [
            {"post_code": "X-1", "person_name": "甲", "starts_on": "2016-01-01", "ends_on": "2018/5/31"},
            {"post_code": "X-1", "person_name": "乙", "phone": "13812345678", "starts_on": "2018年6月1日"},
            {"post_code": "V-1", "person_name": "丙", "starts_on": "2017-01-01"},
        ],
        "grids": [{"division": "360732100200", "name": "一组", "keeper_post_code": "V-1"}],
        "assignments": [
            {"kind": "assigned_unit", "body_code": "TOP", "division": "360732100200", "starts_on": "2017-01-01"}
        ],
    }


def workbook(path: Path, sheets: Sheets) -> Path:
    write_template(path, SHEETS, lists={}, examples=sheets)
    return path


def run(path: Path, by: Actor, **how: Any) -> Run:
    return services.begin_import([(path, path.name)], by=by, here=True, **{"write": True, **how})


@pytest.fixture
def top() -> Body:
    """The province, above the county's scope."""
    return made.body(made.PROVINCE, code="TOP")


def test_a_good_workbook_is_previewed_then_taken_over_and_the_second_time_changes_nothing(
    actor: Cast, tmp_path: Path, top: Body
) -> None:
    path = workbook(tmp_path / "县.xlsx", good())
    county = actor("county")
    preview = run(path, county, write=False)
    assert (preview.status, preview.error, preview.refused) == ("done", "", 0)
    assert preview.counts["机构·新增"] == 3
    with unit(system()):
        assert Body.objects.count() == 1
    first = run(path, county)
    assert first.counts == preview.counts
    with unit(system()):
        x = Body.objects.get(code="X")
        assert (x.superior_id, x.level, str(x.budget), x.phone) == (top.pk, 3, "5000.50", "0797-5322222")
        assert Body.objects.get(code="V").superior.code == "T"
        assert Appointment.objects.get(person_name="乙").phone == "13812345678"
        assert Grid.objects.get().keeper_post.code == "V-1"
        assert Assignment.objects.get().body_id == top.pk
        before = History.objects.count()
    again = run(path, county)
    assert again.counts == {
        "机构·不变": 3, "岗位·不变": 2, "任职·不变": 3, "网格·不变": 1, "包片包村和定点帮扶·不变": 1
    }  # fmt: skip
    with unit(system()):
        assert History.objects.count() == before


def test_good_rows_do_not_wait_for_bad_ones_which_come_back_marked(actor: Cast, tmp_path: Path, top: Body) -> None:
    sheets = good()
    sheets["bodies"] += [
        body_row("Y", "360731", "TOP"),
        body_row("Z", "360732101", "NOWHERE"),
        body_row("Z2", "360732101200", "Z", kind="village_committee"),
        body_row("W", "360732102", "X", kind="department"),
        body_row("Q", "360799", "X"),
    ]
    sheets["appointments"] += [
        {"post_code": "X-1", "person_name": "丁", "starts_on": "2018-01-01"},
        {"post_code": "NO", "person_name": "戊", "starts_on": "2018-01-01"},
        {"post_code": "V-1", "person_name": "己", "starts_on": "2016-13-01"},
    ]
    done = run(workbook(tmp_path / "县.xlsx", sheets), actor("county"))
    assert done.status == "done"
    assert done.counts["机构·新增"] == 3
    assert (done.counts["机构·未通过"], done.counts["任职·未通过"]) == (5, 4)
    said = " ".join(f"{r['where']}{r['text']}" for r in done.refusals)
    for part in (
        "区划 360731000000 不在您的管辖范围内", "找不到上级机构 NOWHERE", "上级机构未通过检查", "没有填部门",
        "没有区划 360799", "与丁的任期重叠", "找不到岗位 NO", "应为日期",
    ):  # fmt: skip
        assert part in said, part
    with unit(actor("county")):
        bundle = open_file(done.file_id)
    assert bundle.read_bytes()[:2] == b"PK"


def test_all_or_nothing_on_request(actor: Cast, tmp_path: Path, top: Body) -> None:
    sheets = good()
    sheets["bodies"].append(body_row("W", "360732102", "X", kind="department"))
    done = run(workbook(tmp_path / "县.xlsx", sheets), actor("county"), whole=True)
    assert done.status == "failed"
    assert "整批不导入" in done.error
    with unit(system()):
        assert Body.objects.count() == 1


def test_corrections_change_only_what_differs_and_a_masked_phone_keeps_the_number(
    actor: Cast, tmp_path: Path, top: Body
) -> None:
    county = actor("county")
    run(workbook(tmp_path / "县.xlsx", good()), county)
    with unit(county, writes=False):
        exported = services.export_bodies(tmp_path, scope=county.scope, area=made.COUNTY)
    shown = CalamineWorkbook.from_path(str(exported)).get_sheet_by_name("任职").to_python()
    assert any("138****5678" in row for row in shown)
    same = run(exported, county)
    assert (same.status, same.refused) == ("done", 0)
    assert not any("新增" in key or "变更" in key for key in same.counts)
    sheets = good()
    sheets["bodies"][0]["staff_quota"] = "15"
    sheets["appointments"][1] |= {"approval_reference": "赣组〔2018〕6号", "phone": ""}
    changed = run(workbook(tmp_path / "改.xlsx", sheets), county)
    assert (changed.counts["机构·变更"], changed.counts["任职·变更"]) == (1, 1)
    with unit(system()):
        held = Appointment.objects.get(person_name="乙")
        assert (held.approval_reference, held.phone) == ("赣组〔2018〕6号", "13812345678")


def test_csv_files_are_known_by_their_names_and_old_codes_become_todays(tmp_path: Path, top: Body) -> None:
    path = tmp_path / "bodies.csv"
    pl.DataFrame([body_row("G", "360721", "TOP")]).write_csv(path)
    done = run(path, system())
    assert done.counts == {"机构·新增": 1}
    with unit(system()):
        assert Body.objects.get(code="G").division == 360704000000
    other = tmp_path / "name.csv"
    other.write_bytes(path.read_bytes())
    assert "看不出" in run(other, system()).error


def test_a_body_closes_only_with_those_below(actor: Cast, tmp_path: Path, top: Body) -> None:
    county = actor("county")
    run(workbook(tmp_path / "县.xlsx", good()), county)
    closing = {"bodies": [body_row("T", "360732100", "X", ended_on="2020-01-01")]}
    done = run(workbook(tmp_path / "撤.xlsx", closing), county)
    assert "下级机构" in done.refusals[0]["text"]
    last = body_row("V", "360732100200", "T", kind="village_committee", ended_on="2020-01-01")
    closing["bodies"].append(last)
    assert run(workbook(tmp_path / "撤.xlsx", closing), county).counts == {"机构·变更": 2}


def test_another_countys_codes_are_not_taken_over(actor: Cast, tmp_path: Path, top: Body) -> None:
    made.body(made.NEIGHBOUR, superior_id=top.pk, code="X")
    done = run(workbook(tmp_path / "县.xlsx", good()), actor("county"))
    assert any("已被别处的机构使用" in r["text"] for r in done.refusals)
    with unit(system()):
        assert Body.objects.get(code="X").division == made.NEIGHBOUR
        assert Post.objects.count() == 0


def test_the_lists_of_the_template_are_read_back() -> None:
    for words in queries.choices().values():
        assert all(len(word) == 3 for word in words)
        assert len({word[1] for word in words}) == len(words)
