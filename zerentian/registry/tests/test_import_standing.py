"""A file brings facts, not decisions: who is in, left or came back is decided by a procedure only."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.models import Household, Import, ImportProblem, Village
from zerentian.registry.services import apply_here, begin_import, check_here, correct_household, version_of
from zerentian.registry.tests.factories import (
    VILLAGE,
    household_row,
    income_row,
    make_household,
    person_row,
    write_files,
)

pytestmark = pytest.mark.django_db
COUNTY = 360732000000


def imported(by: Actor, folder: Path, **sheets: Any) -> list[tuple[str, str]]:
    """What was refused of the files, as (number, sentence), after the rest was taken over."""
    area = by.division or COUNTY
    made: Import = begin_import(files=write_files(folder, **sheets), division=area, by=by, here=True)
    check_here(import_id=made.pk, by=by)
    apply_here(import_id=made.pk, by=by)
    with unit(system()):
        rows = ImportProblem.objects.filter(import_id=made.pk, stops=True).order_by("id")
        return [(row.number, row.text + row.todo) for row in rows]


def family(number: str, **fields: Any) -> dict[str, Any]:
    return {
        "households": [household_row(number, **fields)], "persons": [person_row(f"{number}-1", number)],
        "incomes": [income_row(number)],
    }  # fmt: skip


def standing(number: str) -> tuple[str, date | None]:
    with unit(system()):
        home = Household.objects.get(number=number)
    return home.status, home.exited_on


@pytest.mark.parametrize("who", ["village", "township", "county"])
@pytest.mark.parametrize("fields", [{"status": "exited", "exited_on": date(2020, 12, 1)}, {"monitoring_kind": "edge"}])
def test_no_file_lets_a_household_leave(actor: Any, tmp_path: Path, who: str, fields: dict[str, Any]) -> None:
    assert imported(actor("county"), tmp_path, **family("H1")) == []
    before = standing("H1")
    (refused,) = imported(actor(who), tmp_path, households=[household_row("H1", size=1, **fields)])
    assert refused[0] == "H1"
    assert "按程序办理" in refused[1]
    assert standing("H1") == before


@pytest.mark.parametrize("who", ["village", "township"])
def test_below_the_county_no_file_brings_a_household_in(actor: Any, tmp_path: Path, who: str) -> None:
    refused = imported(actor(who), tmp_path, **family("H1"))
    assert any(number == "H1" and "申请户" in text for number, text in refused)
    with unit(system()):
        assert not Household.objects.filter(number="H1").exists()


def test_no_short_page_lets_a_household_be_watched_or_leave(client_of: Any) -> None:
    home = make_household(division=VILLAGES[0])
    client, address = client_of("village"), f"/households/{home.pk}/change/monitoring/"
    page = client.get(address)
    assert b'name="risk_kind"' in page.content
    assert b'name="monitoring_kind"' not in page.content
    sent = {
        "version": version_of(home),
        "risk_kind": "illness",
        "monitoring_kind": "edge",
        "status": "exited",
        "reason": "入户",
    }
    assert client.post(address, sent).status_code == 302
    with unit(system()):
        home.refresh_from_db()
        assert (home.risk_kind, home.monitoring_kind, home.status) == ("illness", "", "poor")
    with pytest.raises(Refused, match="程序决定"):
        correct_household(
            household_id=home.pk, version=version_of(home), changes={"status": "exited"}, reason="误填",
            by=actor_of_cast("county"),
        )  # fmt: skip


def test_what_the_register_says_already_may_stand_in_a_file_with_news(actor: Any, tmp_path: Path) -> None:
    imported(actor("county"), tmp_path, **family("H1"))
    assert imported(actor("village"), tmp_path, households=[household_row("H1", natural_village="新屋组")]) == []
    with unit(system()):
        assert Household.objects.get(number="H1").natural_village == "新屋组"


def test_a_village_form_of_the_next_year_does_not_let_the_village_leave(actor: Any, tmp_path: Path) -> None:
    with unit(system()), acting("test.form", by=system(), reason="测试"):
        Village.objects.create(division=VILLAGE, year=2019, kind="poor", status="not_exited", population=900)
    form = {"division": VILLAGE, "year": 2020, "kind": "poor", "population": 910}
    (refused,) = imported(
        actor("county"), tmp_path, villages=[{**form, "status": "exited", "exited_on": date(2020, 6, 1)}]
    )
    assert "村退出按程序办理" in refused[1]
    assert imported(actor("county"), tmp_path, villages=[{**form, "status": "not_exited"}]) == []
