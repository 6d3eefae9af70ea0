"""A department puts files into a shared folder, and finds the answer beside them; nothing is taken in twice."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from zerentian.exchange import services
from zerentian.exchange.models import Delivery, TableVersion
from zerentian.exchange.services import folders
from zerentian.exchange.tests.factories import HEAD, NUMBER, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit

pytestmark = pytest.mark.django_db
GOOD = HEAD + "".join(row(f"赣B{n}", NUMBER) for n in range(40))


@pytest.fixture
def shared(tmp_path: Path, settings: Any) -> Path:
    """The folder of the vehicles in a shared one; a file is complete as soon as it has been seen."""
    settings.ZERENTIAN_EXCHANGE_SETTLE = 0
    settings.ZERENTIAN_EXCHANGE_FOLDER = str(tmp_path / "shared")
    folder = tmp_path / "shared" / "vehicles"
    folder.mkdir(parents=True)
    return folder


def look(shared: Path) -> services.Look:
    return services.look(shared.parent, here=True)


def files(folder: Path) -> list[str]:
    """What lies in a folder, without the marks."""
    return sorted(path.name[22:] for path in folder.iterdir()) if folder.exists() else []


def deliveries() -> list[tuple[str, str, str]]:
    with unit(system(), writes=False):
        return list(Delivery.objects.order_by("id").values_list("period", "kind", "state"))


def test_a_file_is_taken_in_and_its_receipt_lies_beside_it(shared: Path) -> None:
    (shared / "2026-Q3.csv").write_text(GOOD + row("赣X", NUMBER, price="八"), "gb18030")
    found = look(shared)
    assert (found.taken, found.done, found.refused) == (["2026-Q3.csv"], ["2026-Q3.csv"], [])
    assert files(shared / "done") == ["2026-Q3.csv", "2026-Q3.csv.errors.csv", "2026-Q3.csv.receipt.txt"]
    receipt = next((shared / "done").glob("*.receipt.txt")).read_text("utf-8-sig")
    with unit(system(), writes=False):
        made = Delivery.objects.get()
    assert made.receipt in receipt
    assert "读入 41 行，收妥 40 行，不合格 1 行" in receipt
    assert (made.way, made.who, made.period) == ("folder", "共享文件夹", "2026-Q3")
    (shared / "2026-Q3 再次.csv").write_text(GOOD + row("赣X", NUMBER, price="八"), "gb18030")
    assert look(shared).done == ["2026-Q3 再次.csv"]
    assert "没有重复接收" in sorted((shared / "done").glob("*再次*.receipt.txt"))[0].read_text("utf-8-sig")
    correction = f"2026-Q3.correction-{made.receipt}.csv"
    (shared / correction).write_text(HEAD + row("赣B1", NUMBER))
    assert look(shared).done == [correction]
    assert deliveries() == [("2026-Q3", "full", "replaced"), ("2026-Q3", "correction", "stored")]
    with unit(system()):
        services.destroy_due(by=system(), on=(made.keep_until or made.delivered_at.date()).replace(year=2090))
    assert files(shared / "done") == ["2026-Q3 再次.csv.receipt.txt"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("vehicles.csv", GOOD, "所属期开头"), ("2026-09.csv", GOOD, "所属期开头"), ("2026-Q3.increment.csv", GOOD, "增量"),
        ("2026-Q3.csv", HEAD + "x,y\n", "整批退回"), ("2026-Q3.csv", "", "空的"),
        ("2026-Q3.correction-20260101-00000000.csv", GOOD, "更正"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_finds_the_reasons_beside_it(
    shared: Path, name: str, content: str, sentence: str
) -> None:
    (shared / name).write_text(content)
    assert look(shared).refused == [name]
    (reasons,) = (shared / "refused").glob("*.reasons.txt")
    assert sentence in reasons.read_text("utf-8-sig")
    assert name in files(shared / "refused")
    assert look(shared) == services.Look()
    with unit(system(), writes=False):
        assert TableVersion.objects.count() == 0


def test_only_complete_files_are_taken(shared: Path, settings: Any) -> None:
    settings.ZERENTIAN_EXCHANGE_SETTLE = 3_600
    for name in ("2026-Q1.csv", "2026-Q2.csv", "2026-Q3.csv.part", ".2026-Q3.csv", "~2026-Q3.csv"):
        (shared / name).write_text(GOOD)
    (shared / "2026-Q2.csv.done").touch()
    found = look(shared)
    assert (found.taken, found.waiting) == (["2026-Q2.csv"], 1)
    assert not (shared / "2026-Q2.csv.done").exists()
    size, changed, since = folders._seen[shared / "2026-Q1.csv"]
    folders._seen[shared / "2026-Q1.csv"] = (size, changed, since - 3_601)
    with (shared / "2026-Q1.csv").open("a") as still_written:
        still_written.write(row("赣X1", NUMBER))
    assert look(shared).taken == []
    size, changed, since = folders._seen[shared / "2026-Q1.csv"]
    folders._seen[shared / "2026-Q1.csv"] = (size, changed, since - 3_601)
    assert look(shared).taken == ["2026-Q1.csv"]


def test_whoever_looks_after_a_kill_goes_on_where_the_file_stands(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the file was moved, after it was delivered, and after the answer was written."""

    class Killed(BaseException):
        """As if the process ended here."""

    def end(*_args: object, **_more: object) -> None:
        raise Killed

    (shared / "2026-Q3.csv").write_text(GOOD)
    (shared / "2026-Q2.csv").write_text(HEAD + "x,y\n")
    for place in ("_go_on", "take_in_here", "_receipt"):
        monkeypatch.setattr(folders, place, end)
        with pytest.raises(Killed):
            look(shared)
        monkeypatch.undo()
    monkeypatch.setattr(Path, "rename", lambda *_args: end())
    with pytest.raises(Killed):
        look(shared)
    monkeypatch.undo()
    assert len(files(shared / "taking")) == 2
    found = look(shared)
    assert (found.taken, found.done, found.refused) == ([], ["2026-Q3.csv"], ["2026-Q2.csv"])
    assert sorted(deliveries()) == [("2026-Q2", "full", "refused"), ("2026-Q3", "full", "stored")]
    assert files(shared / "taking") == []


def test_the_command_takes_once_and_says_so(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shared / "2026-Q3.csv").write_text(GOOD)
    call_command("exchange_watch", "--once")
    assert capsys.readouterr().out == "接收 2026-Q3.csv\n收妥 2026-Q3.csv\n"
    shutil.rmtree(shared.parent)
    assert services.look(shared.parent) == services.Look()
