"""Loading the list and finding divisions, on the real database."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied
from zerentian.kernel.scope import Level, Scope
from zerentian.territory import queries
from zerentian.territory.models import Division, DivisionList
from zerentian.territory.services import load_divisions, read_list

pytestmark = pytest.mark.django_db
FUJIAN = "code,name,level,parent\n350000,福建省,province,\n350100,福州市,city,350000\n350102,鼓楼区,county,350100\n"


def test_the_same_list_again_changes_nothing() -> None:
    done = load_divisions(read=read_list(), on=date(2023, 6, 30), by=system())
    assert (done.added, done.changed, done.ended, done.unchanged) == (0, 0, 0, 23959)


def test_another_province_joins_and_what_its_next_list_leaves_out_ends(tmp_path: Path) -> None:
    path = tmp_path / "fujian.csv"
    path.write_text(FUJIAN, "utf-8")
    call_command("load_divisions", path)
    assert queries.current_code(350000000000) is None
    call_command("load_divisions", path, write=True)
    assert queries.full_name(350102000000) == "福建省福州市鼓楼区"
    later = tmp_path / "later.csv.gz"
    later.write_bytes(gzip.compress("\n".join(FUJIAN.splitlines()[:3]).encode()))
    call_command("load_divisions", later, write=True, on=date(2025, 1, 1))
    assert queries.division(350102000000).valid_to == date(2025, 1, 1)
    assert queries.children(350100000000) == []
    assert queries.count_below(360000000000, Level.VILLAGE) == 22080
    queries.forget()


@pytest.mark.parametrize(("text", "part"), [("a,b\n1,2\n", "缺少列"), ("code,name,level,parent\n", "没有数据")])
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(CommandError, match=part):
        call_command("load_divisions", path, write=True)


@pytest.mark.parametrize(
    ("text", "code", "note"),
    [
        ("兴国", 360732000000, ""),
        ("xgx", 360732000000, ""),
        ("yanshan", 361124000000, ""),
        ("360732100", 360732100000, ""),
        ("兴国 长冈", 360732217000, ""),
        ("360721", 360704000000, "360721 赣县"),
        ("360782", 360703000000, "南康市"),
        ("上饶县", 361104000000, "361121"),
        ("361121001", 361104001000, "广信区"),
    ],
)
def test_search_finds_the_division_first(text: str, code: int, note: str) -> None:
    hit = queries.search(text)[0]
    assert hit.place.code == code
    assert note in hit.note


def test_search_can_be_kept_to_a_scope() -> None:
    assert all(h.place.code // 10**6 == 360732 for h in queries.search("村", Scope.of([360732000000]), limit=500))
    assert queries.search("于都", Scope.of([360732000000])) == []


def test_the_list_is_open_to_the_signed_in_only() -> None:
    somebody = Actor("某", scope=Scope.of([360732100000]))
    with unit(somebody, writes=False):
        assert Division.objects.count() >= 23959
    with unit(Actor(""), writes=False):
        assert Division.objects.count() == 0
    with pytest.raises(Denied):
        load_divisions(read=read_list(), on=date(2023, 6, 30), by=somebody)
    with unit(system(), writes=False):
        assert DivisionList.objects.count() == 1


def test_lineage_shows_on_what_lies_below() -> None:
    past = queries.successions(360704100000)
    assert [p.old_name for p in past] == ["赣县"]
    assert queries.division(360704100000).valid_from == date(2016, 9, 14)
    assert queries.division(360112000000).valid_from == date(2015, 7, 23)
