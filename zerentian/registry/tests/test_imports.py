"""The import: good and bad rows, twice, all or none, killed in the middle, files that are no tables."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from xlsxwriter import Workbook

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.files import path_of
from zerentian.kernel.models import File, History, Run
from zerentian.kernel.refusal import Refused
from zerentian.kernel.tables.workbook import opened
from zerentian.registry.models import (
    Household,
    HouseholdIncome,
    Import,
    ImportProblem,
    Person,
    StagedMark,
)
from zerentian.registry.services import apply_here, begin_import, check_here
from zerentian.registry.services.applying import apply_import
from zerentian.registry.services.changes import merge_households, split_household
from zerentian.registry.services.staging import forget
from zerentian.registry.tests.factories import (
    VILLAGE,
    household_row,
    identity,
    income_row,
    make_household,
    make_person,
    person_row,
    write_files,
)

pytestmark = pytest.mark.django_db
COUNTY = 360732000000


def _checked(by: Actor, files: list[tuple[Path, str]], **more: Any) -> Import:
    made = begin_import(files=files, division=COUNTY, by=by, here=True, **more)
    run = check_here(import_id=made.pk, by=by)
    assert run.status == Run.Status.DONE, run.error
    with unit(by):
        made.refresh_from_db()
    return made


def _applied(by: Actor, files: list[tuple[Path, str]]) -> Import:
    made = _checked(by, files)
    run = apply_here(import_id=made.pk, by=by)
    assert run.status == Run.Status.DONE, run.error
    with unit(by):
        made.refresh_from_db()
    return made


def _problems(made: Import, *, stops: bool = True) -> set[tuple[str, int, str]]:
    rows = ImportProblem.objects.filter(import_id=made.pk, stops=stops)
    return {(p.sheet, p.row, p.key) for p in rows}


def _family(number: str = "H1", **fields: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        "households": [household_row(number, **fields)],
        "persons": [person_row(f"{number}-1", number)],
        "incomes": [income_row(number)],
    }


def test_good_rows_are_taken_over_sealed_and_searchable(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    family = _family()
    family["persons"][0]["id_number"] = number = identity()
    made = _applied(by, write_files(tmp_path, **family))
    assert made.state == Import.State.DONE
    with unit(by):
        home, person, income = Household.objects.get(), Person.objects.get(), HouseholdIncome.objects.get()
        assert (home.number, home.phone, home.division) == ("H1", "13912345678", VILLAGE)
        assert (person.household_id, person.id_number, person.pinyin, person.initials) == (
            home.pk,
            number,
            "wangda",
            "wd",
        )
        assert person.id_mask == number[:3] + "*" * 13 + number[-2:]
        assert person.birth_on.isoformat() == "1970-05-01"
        assert (income.household_id, int(income.per_capita)) == (home.pk, 3000)
        assert History.objects.filter(model="registry_person", row_id=person.pk, operation="I").exists()
        assert not StagedMark.objects.exists()


def test_the_same_file_twice_changes_nothing(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    files = write_files(tmp_path, **_family())
    _applied(by, files)
    with unit(by):
        before = History.objects.count()
    made = _applied(by, files)
    assert {name: (n["new"], n["changed"], n["unchanged"]) for name, n in made.counts["sheets"].items()} == {
        "households": (0, 0, 1), "persons": (0, 0, 1), "incomes": (0, 0, 1),
    }  # fmt: skip
    with unit(by):
        assert History.objects.count() == before


def test_a_changed_cell_changes_one_row_and_an_empty_one_nothing(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    family = _family()
    _applied(by, write_files(tmp_path, **family))
    family["households"][0] |= {"cause": "schooling", "phone": ""}
    made = _checked(by, write_files(tmp_path, **family))
    assert made.counts["sheets"]["households"]["changed"] == 1
    assert made.counts["changes"]["households"][0]["changes"] == [["主要致贫原因", "因病", "因学"]]
    apply_here(import_id=made.pk, by=by)
    with unit(by):
        home = Household.objects.get()
        assert (home.cause, home.phone) == ("schooling", "13912345678")


def test_bad_rows_are_named_and_good_ones_do_not_wait(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    same = identity()
    made = _applied(
        by,
        write_files(
            tmp_path,
            households=[
                household_row("H1"), household_row("H2", other_causes="illness"), household_row("H3", division="360732100999"),
                household_row("H4", division="360731100200"), household_row("H5", status="nonsense"), household_row("H1"),
            ],
            persons=[
                person_row("H1-1", id_number=same), person_row("H1-2", id_number=same, relation="son"),
                person_row("H1-3", id_number="36073219700501001", relation="son"), person_row("H2-1", "H2"), person_row("H9-1", "H9"),
                person_row("H1-4", division="360732100201", relation="son"), person_row("H1-5"),
                person_row("H1-6", id_number="", relation="son"),
            ],
            incomes=[income_row("H1", net="2000", per_capita="2000"), income_row("H1"), income_row("H1", wage="3001", net="3001")],
        ),
    )  # fmt: skip
    assert _problems(made) == {
        ("households", 3, "other_causes"), ("households", 4, "division"), ("households", 5, "division"), ("households", 6, "status"),
        ("households", 7, "number"), ("persons", 3, "id_number"), ("persons", 4, "id_number"), ("persons", 5, "household_number"),
        ("persons", 6, "household_number"), ("persons", 7, "household_number"), ("persons", 8, "relation"),
        ("persons", 9, "id_number"), ("incomes", 2, "net"), ("incomes", 4, "year"),
    }  # fmt: skip
    with unit(by):
        assert list(Household.objects.values_list("number", flat=True)) == ["H1"]
        assert list(Person.objects.values_list("number", flat=True)) == ["H1-1"]
        assert HouseholdIncome.objects.count() == 1
    assert made.errors_file_id is not None


def test_refused_rows_are_counted_alike_everywhere_however_much_is_wrong_in_them(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    families = [household_row("H1"), household_row("H2", status="nonsense", size="0", phone="12")]
    path, name = write_files(tmp_path, households=families)[0]
    made = begin_import(files=[(path, name)], division=COUNTY, by=by, here=True)
    run = check_here(import_id=made.pk, by=by)
    with unit(by):
        made.refresh_from_db()
        faults = ImportProblem.objects.filter(import_id=made.pk, stops=True)
        assert faults.count() > 1
        assert run.refused == made.counts["sheets"]["households"]["refused"] == len(run.refusals) == 1
        assert all(p.text in run.refusals[0]["text"] for p in faults)


def test_the_command_points_to_the_page_that_lists_the_refused_rows(db: None, tmp_path: Path) -> None:
    rows = [household_row("H1"), household_row("H2", status="nonsense")]
    said = StringIO()
    path = write_files(tmp_path, households=rows)[0][0]
    call_command("import", str(path), division=str(COUNTY), refusals=0, stdout=said)
    with unit(system(), writes=False):
        assert f"/imports/{Import.objects.get().pk}/" in said.getvalue()
    assert "第 3 行" not in said.getvalue()


def test_a_number_that_lost_its_digits_stands_in_the_workbook_of_errors(actor: Any, tmp_path: Path) -> None:
    good, bad = person_row("H1-1"), {**person_row("H1-2"), "id_number": 360732198801011234}
    path = tmp_path / "人口.xlsx"
    with Workbook(str(path)) as book:
        page = book.add_worksheet("人口")
        for number, row in enumerate([list(good), list(good.values()), [bad[key] for key in good]]):
            page.write_row(number, 0, row)
    made = _checked(actor("county"), [*write_files(tmp_path, households=[household_row("H1")]), (path, path.name)])
    with unit(actor("county")):
        kept = path_of(File.objects.get(pk=made.errors_file_id).sha256)
    with opened(kept) as written:
        (page_read,) = (written.get_sheet_by_name(name).to_python() for name in written.sheet_names)
    assert [row[0] for row in page_read[1:]] == [3]
    assert "3.60732198801011E+17" in page_read[1]
    assert "末几位已经丢失" in page_read[1][1]


def test_the_same_number_in_the_register_is_explained(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    here = make_person(make_household(), relation="son")
    away = make_person(make_household(360731100200), relation="son")
    made = _checked(
        by,
        write_files(
            tmp_path,
            households=[household_row("H1")],
            persons=[
                person_row("H1-1", id_number=here.id_number), person_row("H1-2", id_number=away.id_number, relation="son"),
            ],
        ),
    )  # fmt: skip
    texts = {p.row: p.text for p in ImportProblem.objects.filter(import_id=made.pk, key="id_number")}
    assert "兴国县" in texts[2]
    assert here.number in texts[2]
    assert "于都县" in texts[3]
    assert away.number not in texts[3]


def test_what_was_registered_between_check_and_apply_is_found(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    number = identity()
    family = _family()
    family["persons"] += [person_row("H1-2", id_number=number, relation="son")]
    made = _checked(by, write_files(tmp_path, **family))
    assert made.counts["sheets"]["persons"]["new"] == 2
    make_household(number="H1", cause="disability")
    make_person(make_household(360731100200), relation="son", id_number=number)
    run = apply_here(import_id=made.pk, by=by)
    assert run.status == Run.Status.DONE, run.error
    assert run.counts == {"户·变更": 1, "人口·新增": 1, "人口·未通过": 1}
    with unit(by):
        assert Household.objects.get().cause == "illness"
        assert not Person.objects.filter(number="H1-2").exists()
    assert [p.row for p in ImportProblem.objects.filter(import_id=made.pk, key="id_number")] == [3]


def test_all_or_none_when_the_person_asks_so(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    files = write_files(tmp_path, households=[household_row("H1"), household_row("H2", size="0")])
    made = _checked(by, files, whole=True)
    with pytest.raises(Refused, match="整批不导入"):
        apply_here(import_id=made.pk, by=by)
    with unit(by):
        assert not Household.objects.exists()


def test_questions_let_the_row_in(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    family = _family(size="3", head_name="李大")
    family["persons"][0]["health"] = "healthy"
    made = _applied(by, write_files(tmp_path, **family))
    assert _problems(made) == set()
    assert {(k, r) for k, r, _ in _problems(made, stops=False)} == {("households", 2), ("incomes", 2)}
    texts = " ".join(ImportProblem.objects.filter(import_id=made.pk).values_list("text", flat=True))
    assert "人口表有 1 人" in texts
    assert "户主姓名" in texts
    assert "因病致贫" in texts
    with unit(by):
        assert Household.objects.count() == 1


def test_a_household_of_which_no_member_is_good_is_asked_about(actor: Any, tmp_path: Path) -> None:
    family = _family()
    family["persons"][0]["id_number"] = "360732197005011238"
    made = _checked(actor("county"), write_files(tmp_path, **family))
    asked = ImportProblem.objects.filter(import_id=made.pk, stops=False, sheet="households")
    assert [p.text for p in asked if p.key == "size"] == ["人口表里没有这一户可登记的成员"]


def test_a_crash_of_the_server_between_check_and_apply_loses_nothing(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    made = _checked(by, write_files(tmp_path, **_family()))
    with unit(by):
        forget(made.pk)  # what crash recovery does to unlogged tables
    run = apply_here(import_id=made.pk, by=by)
    assert run.status == Run.Status.DONE, run.error
    with unit(by):
        assert Household.objects.count() == Person.objects.count() == 1


def test_another_area_may_not_be_imported_into(actor: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="管辖范围"):
        begin_import(files=write_files(tmp_path, **_family()), division=COUNTY, by=actor("neighbour"), here=True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"), (b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0" + b"x" * 600, "旧版"),
        ("姓名,年龄\n张三,3\n".encode(), "没有认得的表"),
        ("户编号,户主姓名,家庭人口\nH1,王大,3\n".encode(), "像是“户”表，但缺少必填的列：村代码"), (b"number\n\xff\xfe\xfa\n", "编码"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_answered_with_what_to_do(actor: Any, tmp_path: Path, content: bytes, says: str) -> None:
    by = actor("county")
    path = tmp_path / "households.csv"
    path.write_bytes(content)
    made = begin_import(files=[(path, path.name)], division=COUNTY, by=by, here=True)
    run = check_here(import_id=made.pk, by=by)
    assert run.status == Run.Status.FAILED
    assert says in run.error
    with unit(by):
        made.refresh_from_db()
    assert made.state == Import.State.FAILED


def test_a_resumed_apply_goes_on_after_its_last_range(
    actor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = actor("county")
    households = [household_row("H1"), household_row("H2", division="360732101200")]
    made = _checked(by, write_files(tmp_path, households=households))
    monkeypatch.setattr("zerentian.registry.services.taking.RANGE_ROWS", 1)

    class Stop(Exception):
        """Stands for the process dying."""

    class Dying:
        cursor = 0

        def __init__(self) -> None:
            self.run = self
            self.counts: dict[str, int] = {}
            self.folder = tmp_path

        def begin(self, total: int) -> None: ...

        def count(self, **numbers: int) -> None: ...

        def check(self) -> None:
            raise Stop

        def advance(self, n: int = 1, *, cursor: int = 0, note: str = "", words: object = ()) -> None:
            self.cursor = cursor or self.cursor

    with unit(by):
        Import.objects.filter(pk=made.pk).update(state=Import.State.APPLYING)
    dying: Any = Dying()
    with pytest.raises(Stop):
        apply_import(run=dying, by=by, import_id=made.pk)
    with unit(by):
        assert Household.objects.count() == 1
    dying.check = lambda: None
    apply_import(run=dying, by=by, import_id=made.pk)
    with unit(by):
        assert Household.objects.count() == 2
        assert History.objects.filter(model="registry_household").count() == 2


@pytest.mark.parametrize(("given", "kept"), [("01", "unfit"), ("因厌学", "weary"), ("不想读", None)])
def test_why_a_child_is_out_of_school_comes_in_as_a_code(
    actor: Any, tmp_path: Path, given: str, kept: str | None
) -> None:
    child = person_row("H1-2", name="王小", relation="son", school_status="失学或辍学", dropout_reason=given)
    people = [person_row(dropout_reason=""), child]
    files = write_files(tmp_path, households=[household_row(size="2")], persons=people)
    by = actor("county")
    if kept is None:
        made = _checked(by, files)
        with unit(by):
            assert ImportProblem.objects.filter(import_id=made.pk, key="dropout_reason", stops=True).exists()
        return
    _applied(by, files)
    with unit(by):
        assert Person.objects.get(number="H1-2").dropout_reason == kept


def test_a_file_from_before_a_split_does_not_undo_it(actor: Any, tmp_path: Path) -> None:
    by = actor("county")
    people = [person_row(), person_row("H1-2", name="王小", relation="son")]
    _applied(by, write_files(tmp_path, households=[household_row(size="2")], persons=people))
    with unit(by):
        son = Person.objects.get(number="H1-2")
    on = date(2026, 3, 1)
    new = split_household(household_id=son.household_id, relations={son.pk: "head"}, on=on, reason="分家", by=by)
    made = _checked(by, write_files(tmp_path, households=[household_row(size="2")], persons=people))
    with unit(by):
        problem = ImportProblem.objects.get(import_id=made.pk, number="H1-2", stops=True)
    assert f"现在在户 {new.number}" in problem.text
    relations = {son.pk: "son"}
    merge_households(household_id=son.household_id, other_id=new.pk, relations=relations, on=on, reason="合家", by=by)
    made = _checked(by, write_files(tmp_path, households=[household_row(new.number, head_name="王小")]))
    with unit(by):
        assert ImportProblem.objects.filter(import_id=made.pk, text="这一户已并入 H1").exists()
