"""What the page of an import says of bad files: which line, which file, what to do, in the reader's language."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.utils.html import escape
from django.utils.translation import override

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.files import path_of
from zerentian.kernel.models import File, Run
from zerentian.kernel.sentences import spoken
from zerentian.kernel.tables.workbook import opened
from zerentian.registry.models import Import, ImportProblem
from zerentian.registry.services import begin_import, check_here
from zerentian.registry.tests.factories import household_row, person_row, write_files

pytestmark = pytest.mark.django_db
COUNTY = 360732000000


def _checked(by: Actor, files: list[tuple[Path, str]]) -> Import:
    made = begin_import(files=files, division=COUNTY, by=by, here=True)
    run = check_here(import_id=made.pk, by=by)
    assert run.status == Run.Status.DONE, run.error
    with unit(by):
        made.refresh_from_db()
    return made


def test_what_is_wrong_is_told_in_the_readers_language(actor: Any, client_of: Any, tmp_path: Path) -> None:
    households = [
        household_row("H1", other_causes="illness", identified_on="3月"),
        household_row("H2", division="360732100999"),
        household_row("H2"),
        household_row("H3", size="2.5"),
    ]
    made = _checked(actor("county"), write_files(tmp_path, households=households, persons=[person_row("H1-1")]))
    page = client_of("county").get(f"/imports/{made.pk}/", headers={"accept-language": "en"}).content.decode()
    with override("en"), unit(actor("county")):
        for problem in ImportProblem.objects.filter(import_id=made.pk):
            told = spoken(problem.text) + spoken(problem.todo)
            assert escape(told) in page
            assert not re.search(r"[\u3400-\u9fff]", told.replace("3月", "")), told


def test_lines_that_cannot_be_taken_apart_are_named_though_nothing_else_is_there(
    actor: Any, client_of: Any, tmp_path: Path
) -> None:
    path = tmp_path / "户.csv"
    row = household_row("H1")
    path.write_text(",".join(row) + '\n"a,b\nc\n', "utf-8")
    made = _checked(actor("county"), [(path, path.name)])
    assert [(p.row, p.key) for p in ImportProblem.objects.filter(import_id=made.pk, stops=True)] == [(2, "")]
    with unit(system()):
        errors = path_of(File.objects.get(pk=made.errors_file_id).sha256)
    with opened(errors) as book:
        assert book.get_sheet_by_index(0).to_python()[1][0] == 2
    assert "请检查逗号和引号" in client_of("county").get(f"/imports/{made.pk}/").content.decode()


def test_a_file_that_cannot_be_read_is_named_and_the_page_leads_on(actor: Any, client_of: Any, tmp_path: Path) -> None:
    by = actor("county")
    good, bad = tmp_path / "户.csv", tmp_path / "人口.csv"
    good.write_text(",".join(household_row("H1")) + "\n", "utf-8")
    bad.write_bytes(",".join(person_row("H1-1")).encode() + b"\n\xff\xfe\x81\x20\xfa\n")
    with unit(by):
        made = begin_import(files=[(good, good.name), (bad, bad.name)], division=COUNTY, by=by)
    run = check_here(import_id=made.pk, by=by)
    assert run.error.startswith("人口.csv：文件的编码")
    with unit(system()):
        Import.objects.filter(pk=made.pk).update(check_run_id=run.pk)
    page = client_of("county").get(f"/imports/{made.pk}/").content.decode()
    assert "改好后重新上传" in page


def test_a_formula_that_fails_in_a_required_cell_is_told_once(actor: Any, tmp_path: Path) -> None:
    path = tmp_path / "户.csv"
    row = household_row("H1", size="#N/A")
    path.write_text(",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n", "utf-8")
    made = _checked(actor("county"), [(path, path.name)])
    assert ImportProblem.objects.filter(import_id=made.pk, key="size").count() == 1


def test_the_workbook_says_how_many_rows_it_leaves_out(
    actor: Any, client_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zerentian.registry.services.errors.MOST", 2)
    monkeypatch.setattr(import_module("zerentian.registry.views.imports"), "MOST_MARKED", 2)
    households = [household_row(f"H{i}", status="nonsense") for i in range(5)]
    made = _checked(actor("county"), write_files(tmp_path, households=households))
    with unit(system()):
        errors = path_of(File.objects.get(pk=made.errors_file_id).sha256)
    with opened(errors) as book:
        rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:3]] == [2, 3]
    assert rows[3][1] == "还有 3 行有错，见未通过清单"
    assert "全部见未通过清单" in client_of("county").get(f"/imports/{made.pk}/").content.decode()
