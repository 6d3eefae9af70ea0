"""The embedded PostgreSQL: start, reuse, stop. Plain Python, no Django, safe to call from many processes."""

import shutil
from pathlib import Path

from psycopg import pq

from zerentian.kernel.server.cluster import (
    APP,
    BACKUP,
    DATABASE,
    OWNER,
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
    "APP", "BACKUP", "DATABASE", "OWNER", "Address", "ServerError", "address", "crashed", "ensure", "erase", "prepare_roles", "program",
    "status", "stop",
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
    """One of PostgreSQL's own programs, for example pg_dump, as the caller can run it."""
    return ground_of(home).bin / name
