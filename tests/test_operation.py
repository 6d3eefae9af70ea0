"""Operating an installation: what the doctor finds, and the answers of commands that cannot work."""

import contextlib
import errno
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from tests.databases import own
from zerentian.config.command import COMMANDS, ON_TABLES, main
from zerentian.kernel import privacy
from zerentian.kernel.actor import system
from zerentian.kernel.db import install, unit
from zerentian.kernel.management.commands.doctor import Finding, look
from zerentian.registry.tests.factories import make_household
from zerentian.rulebook.models import Stamp


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A key file of its own."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"current": 1, "keys": {"1": "00" * 16}, "token": "00" * 32}))
    path.chmod(0o600)
    settings.ZERENTIAN_KEY_FILE = path
    privacy.keyring.cache_clear()
    yield path
    privacy.keyring.cache_clear()


def found(words: str) -> Finding:
    (finding,) = [f for f in look() if words in f.text + f.todo]
    return finding


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    "words",
    ["Python", "PostgreSQL", "zerentian_app", "拥有 0 张表", "数据库表", "行级权限", "时钟", "加密自检", "密钥 1 把"],
)
def test_the_doctor_is_content_with_a_sound_house(keys: Path, words: str) -> None:
    assert found(words).todo == ""


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_key_file_that_others_can_read_is_found(keys: Path) -> None:
    keys.chmod(0o644)
    assert found("密钥文件能被别人读到") == Finding(found("密钥文件").text, f"密钥文件能被别人读到：chmod 600 {keys}")


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_key_file_that_is_no_key_file_is_found_and_the_rest_is_still_looked_at(keys: Path) -> None:
    keys.write_text("[]")
    assert any(finding.todo and finding.grave for finding in look())
    assert found("PostgreSQL").todo == ""


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_worker_is_grave_only_while_work_waits(keys: Path) -> None:
    assert not found("等待的任务 0 件").grave
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status) values ('quick', 'kernel.run', 'todo')"
        )
    waiting = found("等待的任务 1 件")
    assert waiting.grave
    assert "zerentian worker" in waiting.todo


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("broken", [False, True])
def test_the_doctor_speaks_the_language_of_the_terminal(
    keys: Path, broken: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if broken:
        keys.write_text("[]")
    for wanted, chinese in (("en_GB.UTF-8", False), ("zh_CN.UTF-8", True)):
        monkeypatch.setenv("ZERENTIAN_LANGUAGE", wanted)
        with contextlib.suppress(SystemExit):
            call_command("doctor")
        told = capsys.readouterr().out
        assert bool(re.search("[\u4e00-\u9fff]", told)) is chinese, told
        assert ("The file of keys" in told) is (broken and not chinese)


@pytest.mark.django_db
def test_keys_are_changed_in_every_table_and_what_was_sealed_is_still_read(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = make_household(members=2)
    call_command("rotate_keys", new=True)
    assert "重新加密 3 行" in capsys.readouterr().out
    with unit(system(), writes=False):
        home.refresh_from_db()
    assert (home.phone, home.helper_phone) == ("13912345678", "13800001111")


def test_a_migration_that_the_servers_own_vacuum_crossed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def crossed(owner: object) -> None:
        tried.append(owner)
        if len(tried) < 3:
            raise OperationalError from DeadlockDetected()

    monkeypatch.setattr("zerentian.kernel.db._install", crossed)
    install(connection)
    assert len(tried) == 3


def test_serving_on_a_taken_port_is_answered_by_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="端口已被占用"):
            call_command("serve", bind=f"127.0.0.1:{taken.getsockname()[1]}")
    with pytest.raises(CommandError, match="127.0.0.1:8000"):
        call_command("serve", bind="8000")


@pytest.mark.parametrize(("words", "code", "said"), [
    ([], 0, "用法"),
    (["--help"], 0, "doctor"),
    (["server", "dance"], 2, "start|stop|status"),
    (["server", "restore", "/nowhere.dump"], 1, "没有这个文件"),
])  # fmt: skip
def test_the_command_answers(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    if "restore" in words and not django_settings.EMBEDDED:
        pytest.skip("another server is used")
    assert main(words) == code
    told = capsys.readouterr()
    assert said in told.out + told.err


def test_the_listing_speaks_the_language_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert main([]) == 0
    assert "create_administrator  a new installation" in capsys.readouterr().out


def test_commands_on_an_installation_without_tables_say_what_to_do(
    django_db_setup: None, django_db_blocker: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    if not django_settings.EMBEDDED:
        pytest.skip("another server is used")
    with django_db_blocker.unblock(), own("bare", bare=True):
        for name in sorted(ON_TABLES):
            assert main([name]) == 1, name
            told = capsys.readouterr()
            assert told.err == "数据库的表还没有建立，或不是这一版的：请先运行 zerentian migrate\n", name
        findings = [finding for finding in look() if finding.todo]
        assert [f.todo for f in findings if "数据库" in f.text] == ["请运行 zerentian migrate"]
        assert not any("relation" in f.text for f in findings)


@pytest.mark.django_db(databases=["default", "owner"])
def test_commands_without_rules_or_divisions_say_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("zerentian.kernel.server.ensure", lambda home: None)
    monkeypatch.setattr("zerentian.config.command.execute_from_command_line", lambda words: call_command(words[1]))
    Stamp.objects.all().delete()
    assert main(["coverage"]) == 1
    assert capsys.readouterr().err == "规则包尚未载入，请先运行 zerentian load_rulebook\n"
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("import", str(tmp_path / "none.csv"))
    monkeypatch.setattr("zerentian.registry.management.commands.import.children", lambda parent: [])
    with pytest.raises(CommandError, match="load_divisions"):
        call_command("import", "README.md")


def test_an_error_of_a_command_speaks_the_language_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(words: list[str]) -> None:
        raise CommandError("没有来源 x；现有：y\n请写明理由", returncode=3)

    monkeypatch.setattr("zerentian.kernel.server.ensure", lambda home: None)
    monkeypatch.setattr("zerentian.config.command.execute_from_command_line", fail)
    for language, told in (
        ("zh", "没有来源 x；现有：y\n请写明理由\n"),
        ("en", "There is no source x; there are y\nSay why\n"),
    ):
        monkeypatch.setenv("ZERENTIAN_LANGUAGE", language)
        with pytest.raises(SystemExit) as ended:
            main(["sources"])
        assert (ended.value.code, capsys.readouterr().err) == (3, told)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "/nowhere/x"), "没有文件或上级目录 /nowhere/x\n"),
        (PermissionError(errno.EACCES, "Permission denied", "/root/x"), "没有权限读写 /root/x\n"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满，请腾出空间后重试\n"),
        (
            NotADirectoryError(errno.ENOTDIR, "Not a directory", "/etc/hosts/x"),
            "不能读写 /etc/hosts/x：Not a directory\n",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    def fail(words: list[str]) -> None:
        raise error

    monkeypatch.setattr("zerentian.config.command.execute_from_command_line", fail)
    monkeypatch.setenv("ZERENTIAN_LANGUAGE", "zh")
    assert (main(["sources"]), capsys.readouterr().err) == (1, told)
    monkeypatch.setenv("ZERENTIAN_LANGUAGE", "en")
    assert main(["sources"]) == 1
    assert not re.search(r"[\u3400-\u9fff]", capsys.readouterr().err)


def test_an_error_that_is_no_files_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: list[str]) -> None:
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    monkeypatch.setattr("zerentian.config.command.execute_from_command_line", fail)
    with pytest.raises(ConnectionResetError):
        main(["sources"])


def test_every_command_that_is_announced_exists(capsys: pytest.CaptureFixture[str]) -> None:
    from_django = {"server"}
    for name in COMMANDS.keys() - from_django:
        with pytest.raises(SystemExit) as ended:
            call_command(name, "--help")
        assert ended.value.code == 0, name
