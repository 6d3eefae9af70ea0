"""The embedded PostgreSQL: start, reuse, stop. Plain Python, no Django, safe to call from many processes."""

import shutil
import subprocess
from pathlib import Path

from psycopg import pq

from zerentian.kernel.server.cluster import (
    APP,
    BACKUP,
    DATABASE,
    OWNER,
    SUPERUSER,
    bring_up,
    locked,
    ping,
    prepare_roles,
    ready,
    reason,
    run,
)
from zerentian.kernel.server.places import PORT, Address, ServerError, exists, ground_of, me

__all__ = [
    "APP", "BACKUP", "DATABASE", "OWNER", "Address", "ServerError", "address", "crashed", "dump", "ensure", "erase", "prepare_roles",
    "program", "restore", "status", "stop",
]  # fmt: skip


def address(home: Path) -> Address:
    """Where the server of this home listens, whether or not it runs."""
    return Address(str(ground_of(home).socket), PORT)


def ensure(home: Path) -> Address:
    """Start the server of this home, or use the one that runs; initialise it on first use.

    Raises ServerError with a sentence when that is not possible.
    """
    try:
        ground = ground_of(home)
        if not ready(ground):
            with locked(ground.home):
                bring_up(ground)
    except OSError as error:
        told = reason(f"{error.strerror}") or error.strerror
        raise ServerError(f"内置数据库不能使用 {error.filename or home}：{told}") from error
    return Address(str(ground.socket), PORT)


def crashed(home: Path) -> bool:
    """Whether the server of this home was killed: it left its pid file and does not answer. A stopped one left none."""
    ground = ground_of(home)
    return (ground.data / "postmaster.pid").exists() and ping(ground) == pq.Ping.NO_RESPONSE


def stop(home: Path) -> bool:
    """Stop the server of this home; whether one was running."""
    ground = ground_of(home)
    if not exists(ground.data):
        return False
    with locked(ground.home):
        if ping(ground) == pq.Ping.NO_RESPONSE:
            return False
        return run(ground, "pg_ctl", "-w", "-m", "fast", "-D", str(ground.data), "stop").returncode == 0


def erase(home: Path) -> None:
    """Stop the server and remove its data for good, also where they lie outside of the home."""
    ground = ground_of(home)
    stop(home)
    if exists(ground.data):
        shutil.rmtree(ground.data)
    shutil.rmtree(ground.socket, ignore_errors=True)
    for folder in {ground.data.parent, ground.socket.parent} - {ground.home, Path("/tmp")}:
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()


def status(home: Path) -> str:
    """One sentence on the server of this home."""
    ground = ground_of(home)
    if not exists(ground.data):
        return f"尚未建立数据库（{ground.data}）"
    state = {pq.Ping.OK: "运行中", pq.Ping.REJECT: "正在启动或停止"}.get(pq.Ping(ping(ground)), "已停止")
    return f"{state}，数据在 {ground.data}，套接字在 {ground.socket}，以用户 {ground.user or me()} 运行"


def program(home: Path, name: str) -> Path:
    """One of PostgreSQL's own programs, for example psql, as the caller can run it."""
    return ground_of(home).bin / name


def _client(home: Path, name: str, role: str, *words: str) -> None:
    at = ensure(home)
    done = subprocess.run(
        [str(program(home, name)), "-h", at.host, "-p", str(at.port), "-U", role, *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ServerError(f"{name} 没有完成。{reason(done.stderr) or ''}\n{done.stderr.strip()[-800:]}")


def dump(home: Path, file: Path) -> None:
    """Write everything in the database to a file, as the role that sees every row."""
    draft = file.with_name(f"{file.name}.part")
    _client(home, "pg_dump", BACKUP, "-Fc", "-f", str(draft), DATABASE)
    draft.chmod(0o600)
    draft.rename(file)


def restore(home: Path, file: Path) -> None:
    """Put what `dump` wrote into the database, in one transaction; refused unless the database is empty."""
    ensure(home)
    if not file.is_file():
        raise ServerError(f"没有这个文件：{file}")
    with ground_of(home).connect(SUPERUSER, DATABASE) as connection:
        if connection.execute("select 1 from pg_tables where schemaname = 'public' limit 1").fetchone():
            raise ServerError("数据库里已有数据：请先换一个 ZERENTIAN_HOME，或运行 zerentian server erase")
    _client(home, "pg_restore", SUPERUSER, "--exit-on-error", "--single-transaction", "-d", DATABASE, str(file))
