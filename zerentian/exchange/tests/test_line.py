"""From a department's file to a settled clue: delivered, checked, stored under tokens, matched, raised once."""

import gzip
from datetime import date, timedelta
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, ClueEvidence, Delivery, Destruction, TableVersion
from zerentian.exchange.services.parquet import folder_of
from zerentian.exchange.services.storing import SHIFT, sealed_row
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, raised, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file, place
from zerentian.kernel.refusal import Denied, Refused
from zerentian.registry.tests.factories import make_household, make_person
from zerentian.rulebook.queries import law_area, parameter

pytestmark = pytest.mark.django_db


def test_a_car_becomes_one_clue_and_no_number_reaches_a_file() -> None:
    with unit(system()):
        home = make_household()
        person = make_person(home, id_number=NUMBER)
    found = delivered(HEAD + row("赣B12345", NUMBER) + row("赣B99999", "36073219700101001X", name="别人"))
    assert (found.state, found.row_count, found.good, found.refused) == ("stored", 2, 2, 0)
    made = matched()
    assert made.counts["raised"] == 1, made.counts
    with unit(system()):
        clue = Clue.objects.get()
        assert ClueEvidence.objects.get().shown["price"] == "80000.00"
    assert (clue.rule, clue.household_id, clue.person_id, clue.state) == ("vehicles.car", home.pk, person.pk, "open")
    assert not (place("exchange", "incoming") / str(found.pk)).exists()
    services.keep_ready()
    names = ("tables", "sealed", "originals", "matches", "register", "found")
    kept = [p for name in names for p in place("exchange", name).rglob("*")]
    for path in (p for p in kept if p.is_file()):
        content = path.read_bytes()
        assert NUMBER.encode() not in content
        assert "王小明".encode() not in content
    for path in place("exchange").rglob("*.parquet"):
        assert NUMBER not in str(pq.read_table(path).to_pydict())


def test_the_same_file_again_is_no_new_delivery() -> None:
    first = delivered(HEAD + row("赣B1", NUMBER))
    assert delivered(HEAD + row("赣B1", NUMBER)).pk == first.pk
    with unit(system()):
        assert Delivery.objects.count() == 1


def test_a_wrong_row_is_named_without_its_values_and_too_many_send_the_file_back() -> None:
    good = "".join(row(f"赣B{n}", NUMBER) for n in range(40))
    found = delivered(HEAD + good + row("赣C1", NUMBER, price="八万") + row("赣B1", NUMBER))
    assert (found.state, found.good, found.refused) == ("stored", 40, 2)
    with unit(system()):
        told = open_file(found.errors_file_id or 0).read_text("utf-8-sig")
    assert "42,购置价（元）,应为数字" in told
    assert "43,号牌号码,与前面某一行的号牌号码相同" in told
    assert NUMBER not in told
    back = delivered(HEAD + row("赣D1", NUMBER) + row("赣D2", NUMBER, price="八万"))
    assert (back.state, "整批退回" in back.reasons[0]) == ("refused", True)
    with unit(system()):
        assert TableVersion.objects.count() == 1


def test_other_forms_of_the_same_file_are_read() -> None:
    text = HEAD + row("赣B1", NUMBER)
    with unit(system()):
        make_person(make_household(), id_number=NUMBER)
    assert delivered(gzip.compress(text.encode("gb18030"))).state == "stored"
    assert matched().counts["raised"] == 1
    with pytest.raises(Refused, match="空的"):
        delivered(b"")
    assert delivered(b"PK\x03\x04 no archive").state == "refused"
    assert delivered(gzip.compress(text.encode())[:-9]).state == "refused"
    other = delivered(b"name,age\nx,1\n")
    assert (other.state, "表头" in other.reasons[0]) == ("refused", True)


def test_a_correction_goes_over_what_it_corrects_and_a_withdrawal_takes_it_out() -> None:
    with unit(system()):
        make_person(make_household(), id_number=NUMBER)
    first = delivered(HEAD + row("赣B1", NUMBER) + row("赣B2", NUMBER))
    delivered(HEAD + row("赣B1", NUMBER, kind="摩托车"), kind="correction", replaces=first.pk)
    with unit(system()):
        assert TableVersion.objects.latest("number").row_count == 1
        first.refresh_from_db()
    assert first.state == "replaced"
    assert matched().counts.get("hits", 0) == 0


def test_a_department_delivers_its_own_data_only() -> None:
    for name in ("county", "department"):
        by = actor_of_cast(name)
        with pytest.raises((Denied, Refused)), unit(by):
            services.deliver(
                offer=services.Offer("vehicles", "2026-Q3", division=360000000000), content=BytesIO(b"x"), name="v.csv", by=by
            )  # fmt: skip
    with pytest.raises(Refused, match="所属期"):
        delivered(HEAD, period="2026-09")


def test_files_are_destroyed_after_their_day_and_that_is_recorded() -> None:
    found = delivered(HEAD + row("赣B1", NUMBER))
    kept = place("exchange") / "originals" / str(found.pk)
    with unit(system()):
        assert services.destroy_due(by=system(), on=found.keep_until) == 0
    assert kept.exists()
    with unit(system()):
        after = (found.keep_until or date.today()) + timedelta(days=1)  # noqa: DTZ011
        assert services.destroy_due(by=system(), on=after) == 1
        assert services.destroy_due(by=system(), on=after) == 0
        assert Destruction.objects.get().sha256 == found.sha256
    assert not kept.exists()
    assert sealed_row(found.pk * SHIFT + 2)["owner_name"] == "王小明"
    delivered(HEAD + row("赣B2", NUMBER), period="2026-Q4")
    with unit(system()):
        assert (
            services.destroy_due(by=system(), on=after + timedelta(days=400)) == 3
        )  # a file, a table, its personal columns
        assert [v.number for v in TableVersion.objects.all() if queries.table_folder(v).exists()] == [2]
        assert set(Destruction.objects.values_list("what", flat=True)) == {"file", "table", "rows"}
    assert sealed_row(found.pk * SHIFT + 2) == {}


def test_of_old_matches_only_what_they_came_to_is_kept() -> None:
    delivered(HEAD + row("赣B1", NUMBER))
    first, second, third = matched(), matched(), matched()
    with unit(system()):
        broken_off = services.begin_match(by=system(), here=True)
        folder_of(broken_off).mkdir()
        days = int(parameter("exchange.match.keep_days", law_area(), first.on))
        assert services.destroy_due(by=system(), on=first.on + timedelta(days=days)) == 0
        services.destroy_due(by=system(), on=first.on + timedelta(days=days + 1))
    assert [folder_of(one).exists() for one in (first, second, third, broken_off)] == [False, False, True, False]
    with pytest.raises(Refused, match="已按期限销毁"):
        services.repeat_match(match_id=first.pk)
    assert matched().result == third.result


def test_a_late_clue_goes_up_one_desk_once() -> None:
    clue = raised()
    with unit(system()):
        assert services.escalate_clues(by=system(), on=clue.due_on) == 0
        assert services.escalate_clues(by=system(), on=clue.due_on + timedelta(days=1)) == 1
        assert services.escalate_clues(by=system(), on=clue.due_on + timedelta(days=2)) == 0
        assert Clue.objects.get().holder == "township"
