"""Of two demonstrations begun in one folder the second waits, and does nothing twice."""

import fcntl
import threading
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command

from zerentian.sample.management.commands import demo as command


def test_the_second_waits_for_the_first(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.DEMO, settings.ZERENTIAN_HOME = True, tmp_path
    done: list[str] = []
    for name in ("foundation", "register", "notices", "cases", "exchange", "ledger"):
        monkeypatch.setattr(command.Installation, name, lambda _self, name=name: done.append(name))
    said: list[str] = []
    monkeypatch.setattr(command.Command, "_tell", lambda _self, line: said.append(line))
    (tmp_path / "demo").mkdir()
    with (tmp_path / "demo" / "demo.lock").open("a") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second = threading.Thread(target=lambda: call_command("demo"))
        second.start()
        until = time.monotonic() + 10
        while not said and time.monotonic() < until:
            time.sleep(0.01)
        assert "等它完成" in said[0]
        assert done == []
    second.join(10)
    assert done[0] == "foundation"
    assert done[-1] == "ledger"
