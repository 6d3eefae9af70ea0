"""One PostgreSQL cluster: initialise, configure, start after whatever happened, prepare roles."""

import fcntl
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from zerentian.kernel.server.places import (
    PORT,
    Ground,
    ServerError,
    can_enter,
    exists,
    give,
    make_folder,
    make_passage,
    me,
    name_of,
)

OWNER, APP, BACKUP, DATABASE = "zerentian_owner", "zerentian_app", "zerentian_backup", "zerentian"
SUPERUSER = "postgres"
PATIENCE = 30.0  # seconds in which the processes of a crashed server may still be leaving
RECOVERY = 600.0  # seconds that a server may take to replay its log

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
# What the server says when it cannot work, and what the reader can do about it.
_REASONS = {
    "No space left on device": "磁盘已满：请腾出空间后重试",
    "Disk quota exceeded": "磁盘配额已用完：请腾出空间后重试",
    "Read-only file system": "文件系统是只读的：请用 ZERENTIAN_HOME 另选位置",
    "Cannot allocate memory": "内存不足：请设置 ZERENTIAN_PG_SHARED_BUFFERS=128MB 后重试",
    "could not map anonymous shared memory": "内存不足：请设置 ZERENTIAN_PG_SHARED_BUFFERS=128MB 后重试",
    "invalid value for parameter": "数据库设置有误：请检查以 ZERENTIAN_PG_ 开头的环境变量",
    "unrecognized configuration parameter": "数据库设置有误：请检查以 ZERENTIAN_PG_ 开头的环境变量",
    "configuration file": "数据库设置有误：请检查以 ZERENTIAN_PG_ 开头的环境变量",
    "files are incompatible": "数据由另一个版本的 PostgreSQL 建立：请用原来的版本导出，再导入新的 ZERENTIAN_HOME",
    "could not look up effective user ID": "当前用户在系统里没有名字：请用有名字的用户运行，或设置 DATABASE_URL",
    "Permission denied": "没有权限：请检查该文件夹属于谁，或用 ZERENTIAN_HOME 另选位置",
}


def run(ground: Ground, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ground.bin / program), *words],
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
        umask=0o077,
    )


def reason(said: str) -> str | None:
    return next((sentence for words, sentence in _REASONS.items() if words in said), None)


def _write(ground: Ground, name: str, text: str) -> None:
    path = ground.data / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    give(path, ground.user)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Only one process at a time may initialise, start or stop the server of a home."""
    with (home / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _initialise(ground: Ground) -> None:
    """A fresh cluster, made beside its place, so that a broken first run leaves nothing half-made there."""
    draft = ground.data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    make_passage(ground.data.parent)
    make_folder(draft, ground.user)
    done = run(
        ground, "initdb", "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject", "--no-instructions",
    )  # fmt: skip
    if done.returncode:
        raise ServerError(f"无法在 {ground.data} 建立数据库。{reason(done.stdout) or ''}\n{done.stdout.strip()[-800:]}")
    with (draft / "postgresql.conf").open("a") as file:
        file.write("include_if_exists = 'app.conf'\n")
    draft.rename(ground.data)


def _configure(ground: Ground) -> None:
    """Write who may sign in and the settings; ZERENTIAN_PG_SHARED_BUFFERS and the like override the defaults."""
    names = {"root", me(), ground.user or me(), name_of(ground.home.stat().st_uid)} - {None}
    _write(ground, "pg_hba.conf", "local all all peer map=zerentian\n")
    _write(
        ground,
        "pg_ident.conf",
        "".join(f'zerentian "{n}" {role}\n' for n in names for role in (SUPERUSER, OWNER, APP, BACKUP)),
    )
    given = {
        name.removeprefix("ZERENTIAN_PG_").lower(): value
        for name, value in os.environ.items()
        if name.startswith("ZERENTIAN_PG_") and name != "ZERENTIAN_PG_USER"
    }
    values = {**_DEFAULTS, **given, "unix_socket_directories": str(ground.socket), "port": str(PORT)}
    quoted = {key: value.replace("'", "''") for key, value in values.items()}
    _write(ground, "app.conf", "".join(f"{key} = '{value}'\n" for key, value in quoted.items()))


def ping(ground: Ground) -> int:
    """How the server answers: OK, REJECT (starting or stopping) or NO_RESPONSE."""
    return pq.PGconn.ping(make_conninfo(host=str(ground.socket), port=PORT, connect_timeout=3).encode())


def _forget_stale(ground: Ground) -> None:
    """Remove lock files that name a process which is not PostgreSQL: after a reboot the number may be anybody's."""
    for path in (ground.data / "postmaster.pid", ground.socket / f".s.PGSQL.{PORT}.lock"):
        try:
            number = path.read_text().split("\n", 1)[0]
            comm = Path("/proc", number, "comm").read_text().strip()
        except (OSError, ValueError):
            continue
        if comm != "postgres":
            path.unlink(missing_ok=True)


def _start(ground: Ground) -> None:
    make_passage(ground.socket.parent)
    make_folder(ground.socket, ground.user)
    _configure(ground)
    log = ground.data / "server.log"
    began = time.monotonic()
    while True:
        _forget_stale(ground)
        before = log.stat().st_size if log.exists() else 0
        done = run(
            ground, "pg_ctl", "-w", "-t", f"{RECOVERY:.0f}", "-D", str(ground.data), "-l", str(log), "start"
        )  # fmt: skip
        answer = ping(ground)
        if done.returncode == 0 or answer == pq.Ping.OK:
            return
        said = done.stdout + (log.read_text(errors="replace")[before:] if log.exists() else "")
        waited = time.monotonic() - began
        if reason(said) or waited > (RECOVERY if answer == pq.Ping.REJECT else PATIENCE):
            raise ServerError(f"数据库没有启动（{ground.data}）。{reason(said) or ''}\n{said.strip()[-1200:]}")
        time.sleep(0.5)  # after a crash the old processes take a moment to leave


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


def ready(ground: Ground) -> bool:
    """Whether the app role can use its database, which is created last."""
    if ping(ground) != pq.Ping.OK:
        return False
    try:
        ground.connect(APP, DATABASE).close()
    except psycopg.OperationalError:
        return False
    return True


def bring_up(ground: Ground) -> None:
    if ping(ground) != pq.Ping.OK:
        if not exists(ground.data):
            if ground.data.exists() and any(ground.data.iterdir()):
                raise ServerError(f"{ground.data} 里有别的文件，不能在那里建数据库：请换一个 ZERENTIAN_HOME")
            _initialise(ground)
        if not can_enter(ground.data, ground.user):
            raise ServerError(
                f"用户 {ground.user} 进不了 {ground.data}：请放开上级文件夹的通行权限（chmod o+x），或把数据移到别处"
            )
        _start(ground)
    try:
        with ground.connect(SUPERUSER, "postgres") as connection:
            prepare_roles(connection)
    except psycopg.OperationalError as error:
        raise ServerError(f"数据库在运行，但不接受用户 {me()}：请用启动它的用户运行\n{error}") from error
