"""The chain of acts and history finds every later change, whoever made it."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from zerentian.kernel import seals
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Seal
from zerentian.kernel.refusal import Refused
from zerentian.kernel.services import seal
from zerentian.kernel.tests.conftest import owner
from zerentian.kernel.tests.things import Thing, make_thing, rename_thing

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _sealed(committed: None, officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seals: the first over making and renaming, the second over more."""
    monkeypatch.setattr(seals, "own_models", lambda: [Thing])
    things = [make_thing(by=officer, name=name) for name in ("甲", '乙"\\', "丙")]
    rename_thing(by=officer, thing_id=things[0].pk, name="丁", reason='引号“"”、反斜杠 \\ 和\n换行')
    assert seal(by=system())
    rename_thing(by=officer, thing_id=things[1].pk, name="戊", reason="再改")
    assert seal(by=system())


def findings() -> list[str]:
    with unit(system(), writes=False):
        return seals.check_live([]).findings


def tamper(*statements: str) -> None:
    """As the owner, with triggers off and security lifted."""
    with owner() as keeper:
        tables = ("kernel_act", "kernel_history", "kernel_test_thing")
        for table in tables:
            keeper.execute(f"alter table {table} no force row level security, disable row level security")
        keeper.execute("alter table kernel_test_thing disable trigger user")
        for statement in statements:
            keeper.execute(statement)
        keeper.execute("alter table kernel_test_thing enable trigger user")
        for table in tables:
            keeper.execute(f"alter table {table} force row level security, enable row level security")


def test_an_untouched_database_verifies_and_nothing_new_needs_no_seal() -> None:
    assert findings() == []
    assert seal(by=system()) is None
    out = StringIO()
    call_command("seal", stdout=out)
    assert "没有新的" in out.getvalue()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update kernel_act set reason = '别的' where id = 4", "act 4 or one of its changed rows was altered"),
        ("delete from kernel_act where id = 2", "the record of act 2 is gone"),
        ("update kernel_history set before = before || '{\"name\": \"假\"}' where operation = 'U' and act_id = 4",
         "kernel_test_thing row 1: its version in history 4 was altered"),
        ("delete from kernel_history where act_id = 3", "act 3 or one of its changed rows was altered, removed"),
        ("update kernel_test_thing set name = '假' where id = 3", "kernel_test_thing row 3: was changed without an act"),
        ("delete from kernel_test_thing where id = 2", "kernel_test_thing row 2: was removed without an act"),
        ("insert into kernel_test_thing (id, division, name, phone) values (90, 360732101201, '假', '')",
         "kernel_test_thing row 90: was added without an act"),
        ("delete from kernel_seal where id = 1", "does not follow the seal before it"),
        ("delete from kernel_seal where id = 2", "is not in the chain: seals were removed or replaced"),
        ("update kernel_seal set digest = sha256('x') where id = 1", "the digest of the seal itself was altered"),
    ],
)  # fmt: skip
def test_each_kind_of_tampering_is_found_and_named(statement: str, named: str) -> None:
    tamper(statement)
    found = findings()
    assert any(named in one for one in found), found


def test_an_export_verifies_with_the_standard_library_alone_and_shows_tampering(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    call_command("export_audit", str(folder), stdout=StringIO())
    alone = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder)]
    good = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert (good.returncode, "OK" in good.stdout) == (0, True), good.stdout + good.stderr
    text = (folder / "acts.txt").read_text("utf-8")
    (folder / "acts.txt").write_text(text.replace("再改", "乱改"), "utf-8")
    bad = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "act 5 or one of its changed rows was altered" in bad.stdout
    (folder / "acts.txt").write_text(text, "utf-8")
    noted = subprocess.run([*alone, "--head", "00" * 32], capture_output=True, text=True, check=False)
    assert "is not in the chain" in noted.stdout
    (folder / "seals.jsonl").write_text("not json\n", "utf-8")
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 2


def test_the_command_fails_when_something_differs() -> None:
    call_command("verify")
    tamper("update kernel_act set who = '别人' where id = 1")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify")
    assert stopped.value.code == 1


def test_the_head_of_the_day_is_published_and_public(home: Path) -> None:
    today = timezone.localdate().isoformat()
    head = bytes(Seal.objects.latest("id").head).hex()
    assert seals.daily_heads() == {today: head}
    assert (home / "heads" / f"{today}.txt").read_text().split()[0] == head


def test_sealing_waits_for_no_long_writer_but_says_so(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zerentian.kernel.services.TRIES", 1)
    make_thing(by=officer, name="未完")
    with owner() as writer:
        writer.autocommit = False
        writer.execute("lock table kernel_act in row exclusive mode")  # as an act that is still being written
        with pytest.raises(Refused, match="暂时不能封存"):
            seal(by=system())
        writer.rollback()
    assert seal(by=system())


def test_the_chain_can_be_made_of_sm3(settings: object, officer: Actor) -> None:
    settings.ZERENTIAN_SEAL_HASH = "sm3"  # type: ignore[attr-defined]
    make_thing(by=officer, name="国密")
    link = seal(by=system())
    assert link is not None
    assert link.algorithm == "sm3"
    assert findings() == []
    assert json.loads(json.dumps(next(iter(seals.chain()))))["algorithm"] == "sha256"
