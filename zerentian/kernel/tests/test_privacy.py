"""Personal data: sealed at rest, masked in versions, revealed with a reason, sealed again under a new key."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from zerentian.kernel import privacy, queries, reads, services
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.jobs import perform
from zerentian.kernel.models import Act, Reading
from zerentian.kernel.refusal import Denied, Refused
from zerentian.kernel.tests.things import Thing, make_thing, rename_thing

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """A key file of the test's own."""
    settings.ZERENTIAN_KEY_FILE = tmp_path / "keys.json"
    privacy.keyring.cache_clear()
    yield settings.ZERENTIAN_KEY_FILE
    privacy.keyring.cache_clear()


def stored(thing_id: int) -> bytes:
    with unit(system()), connection.cursor() as cursor:
        cursor.execute("select phone from kernel_test_thing where id = %s", [thing_id])
        return bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("cipher", ["sm4", "aes"])
def test_a_value_is_sealed_for_its_own_field(settings: Any, cipher: str) -> None:
    settings.ZERENTIAN_CIPHER = cipher
    sealed = privacy.encrypt("13812345678", "a.phone")
    assert b"13812345678" not in sealed
    assert privacy.encrypt("13812345678", "a.phone") != sealed
    assert privacy.decrypt(sealed, "a.phone") == "13812345678"
    for wrong, field in ((sealed, "b.phone"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), "a.phone")):
        with pytest.raises(InvalidTag):
            privacy.decrypt(wrong, field)


def test_tokens_find_equal_values_of_one_purpose_only() -> None:
    assert privacy.token("36073219880101123x", "id") == privacy.token(" 36073219880101123X", "id")
    assert privacy.token("36073219880101123X", "id") != privacy.token("36073219880101123X", "account")
    assert privacy.tokens(["", None], "id") == [None, None]


def test_the_key_file_is_its_owners_only(keys: Path) -> None:
    privacy.keyring()
    assert keys.stat().st_mode & 0o777 == 0o600


def test_to_see_a_value_in_full_takes_permission_and_reason_and_is_recorded(officer: Actor) -> None:
    thing = make_thing(by=officer)
    with unit(officer):
        row = Thing.objects.get(pk=thing.pk)
        with pytest.raises(Refused, match="理由"):
            services.reveal(row=row, fields=("phone",), page="test", reason=" ", by=officer)
        with pytest.raises(Denied):
            services.reveal(row=row, fields=("phone",), page="test", reason="核对", by=Actor("外人"))
        reads.begin()
        found = services.reveal(row=row, fields=("phone",), page="test", reason="电话核对", by=officer)
    assert found == {"phone": "13812345678"}
    assert reads.write_readings(officer) == 1
    with unit(officer):
        act = Act.objects.get(name="personal.reveal")
        assert (act.reason, act.subject) == ("电话核对", f"kernel_test_thing:{thing.pk}")
        reading = Reading.objects.get()
        assert (reading.in_full, reading.reason, reading.who) == ("phone", "电话核对", "张三 兴国县扶贫办")
        assert queries.readings_found(who="张三").count() == 1


def test_an_answer_whose_readings_cannot_be_written_must_not_leave(officer: Actor, neighbour: Actor) -> None:
    reads.begin()
    reads.note_reading(page="test", division=360732101201)
    with pytest.raises(Exception, match="row-level security"):
        reads.write_readings(neighbour)


def test_versions_say_who_and_why_and_mask_what_is_personal(officer: Actor, neighbour: Actor) -> None:
    thing = make_thing(by=officer)
    rename_thing(by=officer, thing_id=thing.pk, name="乙", reason="更正", phone="13912345678")
    rename_thing(by=officer, thing_id=thing.pk, name="乙", reason="换号", phone="13911115678")
    with unit(officer):
        newest, middle, first = queries.history_of(Thing, thing.pk)
    assert [(c.label, c.before, c.after) for c in newest.changes] == [("电话", "139****5678", "已改（内容隐去）")]
    assert [(c.label, c.before, c.after) for c in middle.changes] == [
        ("名称", "甲", "乙"), ("电话", "138****5678", "139****5678"),
    ]  # fmt: skip
    assert (middle.who, middle.reason, first.operation) == ("张三 兴国县扶贫办", "更正", "I")
    with unit(neighbour):
        assert queries.history_of(Thing, thing.pk) == []
    with unit(officer):
        (changed,) = queries.changes_of(middle.act_id, [Thing])
        assert (changed[0], changed[1], len(changed[2].changes)) == ("物品", thing.pk, 2)


def test_keys_are_changed_in_ranges_and_old_versions_stay_readable(
    officer: Actor, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "own_models", lambda: [Thing])
    monkeypatch.setattr(services, "RANGE", 2)
    things = [make_thing(by=officer, name=str(n)) for n in range(5)]
    empty = make_thing(by=officer, phone="")
    before = stored(things[0].pk)
    assert privacy.add_key() == 2
    run = perform(services.ROTATE, title="换", by=system())
    assert (run.status, run.done, run.counts) == ("done", 6, {"重新加密": 5}), run.error
    assert (before[0], stored(things[0].pk)[0], stored(empty.pk)) == (1, 2, b"")
    with unit(officer):
        assert set(Thing.objects.values_list("phone", flat=True)) == {"13812345678", ""}
        version = queries.history_of(Thing, things[0].pk)[0]
        assert version.changes == ()  # the same number under another key is no change to people
    assert perform(services.ROTATE, title="换", by=system()).counts == {"重新加密": 0}
    assert json.loads(keys.read_text())["current"] == 2
