"""Rows whose number finds nobody: linked to one person by what is left, or to nobody; and told why."""

from datetime import date
from pathlib import Path

import pytest

from zerentian.exchange.models import Clue, ClueEvidence, MatchRun
from zerentian.exchange.rules.weights import WORST, Model, fields_of, model_of, score_of
from zerentian.exchange.tests.factories import HEAD, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.registry.rules.identity import check_digit
from zerentian.registry.tests.factories import identity, make_household, make_person
from zerentian.rulebook.queries import law_area, parameters

BORN = date(1980, 5, 6)
NUMBER = identity(BORN, serial=12)  # 36073219800506…


def swapped(number: str, at: int) -> str:
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def other_digit(number: str, at: int) -> str:
    return number[:at] + str((int(number[at]) + 3) % 10) + number[at + 1 :]


@pytest.fixture
def register(db: None) -> None:
    """One whom rows are about, and others that resemble him a little."""
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="欧阳晓铭", birth_on=BORN)
        for n, name in enumerate(("欧阳建国", "王晓铭", "欧阳晓", "李四")):
            make_person(
                make_household(),
                name=name,
                birth_on=date(1961, 2, 3 + n),
                id_number=identity(date(1961, 2, 3 + n), serial=40 + n),
            )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "name", "told"),
    [
        (other_digit(NUMBER, 3), "欧阳晓铭", {"name": "same", "born": "same", "tail": "same"}),
        (other_digit(NUMBER, 16), "欧阳晓铭", {"name": "same", "born": "same", "place": "same", "tail": "differs"}),
        (other_digit(NUMBER, 13), "欧阳晓铭", {"name": "same", "born": "near", "tail": "same"}),
        (swapped(NUMBER, 12), "欧阳晓铭", {"name": "same", "tail": "same"}),
        (NUMBER[:17], "欧阳晓铭", {"name": "same", "born": "same", "tail": "missing"}),
        (other_digit(NUMBER, 4), "欧阳小明", {"name": "sound", "born": "same"}),
        (swapped(NUMBER, 12), "欧阳小明", {"name": "sound", "tail": "same"}),
        (other_digit(NUMBER, 4), "欧阳晓𨱏", {"name": "near", "born": "same", "tail": "same"}),
        (other_digit(NUMBER, 4), "欧晓铭", {"name": "short", "born": "same", "tail": "same"}),
    ],
    ids=[
        "region",
        "serial",
        "date",
        "swapped",
        "truncated",
        "homophone",
        "homophone, swapped",
        "rare character",
        "character missing",
    ],
)
def test_a_damaged_row_finds_its_person_and_says_by_what(
    register: None, number: str, name: str, told: dict[str, str]
) -> None:
    delivered(HEAD + row("赣B1", number, name=name))
    assert matched().counts["raised"] == 1
    with unit(system()):
        found = ClueEvidence.objects.get()
        assert Clue.objects.get().person_id is not None
    assert found.how == "linked"
    assert found.fields == {**found.fields, **told}
    assert 950 <= (found.score or 0) < 1000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "name"),
    [
        (other_digit(NUMBER, 3), "李四"),
        (identity(BORN, serial=77), "欧阳晓铭"),  # a right number that is not his is another person
        ("", "欧阳晓铭"),
        ("000000000000000000", "欧阳晓铭"),
        ("110105195912310", "欧阳晓铭"),
        (other_digit("36010219700101121X", 5), "欧阳晓铭"),
    ],
    ids=["other name", "other right number", "name alone", "placeholder", "other old number", "other damaged number"],
)
def test_who_only_resembles_is_not_taken_for_him(register: None, number: str, name: str) -> None:
    delivered(HEAD + row("赣B1", number, name=name))
    assert matched().counts.get("raised", 0) == 0


@pytest.mark.django_db
def test_between_two_alike_nobody_is_chosen_but_the_row_is_counted() -> None:
    with unit(system()):
        for serial in (12, 13):
            make_person(make_household(), id_number=identity(BORN, serial=serial), name="欧阳晓铭", birth_on=BORN)
    delivered(HEAD + row("赣B1", NUMBER[:14], name="欧阳晓铭"))
    made = matched()
    assert (made.counts.get("raised", 0), made.counts["ambiguous"]) == (0, 1)


@pytest.mark.django_db
def test_a_right_number_finds_whom_the_register_has_without_one() -> None:
    with unit(system()):
        person = make_person(make_household(), id_number="", name="欧阳晓铭", birth_on=BORN)
    delivered(HEAD + row("赣B1", NUMBER, name="欧阳晓铭"))
    assert matched().counts["raised"] == 1
    with unit(system()):
        assert Clue.objects.get().person_id == person.pk


@pytest.mark.django_db
def test_an_exact_partner_with_another_name_is_said_to_have_one(register: None) -> None:
    delivered(HEAD + row("赣B1", NUMBER, name="周杰"))
    matched()
    with unit(system()):
        found = ClueEvidence.objects.get()
    assert (found.how, found.score, found.fields) == ("exact", 1000, {"number": "same", "name": "differs"})


@pytest.mark.django_db
def test_weights_are_pinned_with_the_run_and_the_register_is_kept_as_tokens_only(
    register: None, tmp_path: Path
) -> None:
    delivered(HEAD + row("赣B1", other_digit(NUMBER, 3), name="欧阳晓铭"))
    made = matched()
    with unit(system()):
        assert MatchRun.objects.get(pk=made.pk).pins["linkage"]["weights"]["name.same"] < 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "people.parquet" for path in files)
    for path in files:
        content = path.read_bytes()
        for secret in (NUMBER, NUMBER[:14], "欧阳晓铭"):
            assert secret.encode() not in content, path


def model() -> Model:
    return model_of(parameters("exchange.link", law_area(), date(2026, 11, 1)))


@pytest.mark.django_db
def test_a_model_says_the_same_from_the_rulebook_and_from_pins() -> None:
    assert model_of(model().as_pins()) == model()
    assert model().weight("tail", "missing") == 0
    assert model().start(90_000_000) < model().start(3_000_000) == model().start(3_000) < 0


def test_a_score_falls_as_the_next_best_comes_near() -> None:
    assert [score_of(w) for w in (-2_000, 0, 505, 2_000)] == [0, 500, 970, 999]
    assert [score_of(2_000, other) for other in (2_000, 1_900, 1_000, WORST)] == [499, 666, 999, 999]
    assert fields_of("name=sound;born=same") == {"name": "sound", "born": "same"}
    assert check_digit(NUMBER[:17]) == NUMBER[17]
