"""Looks whether this installation is sound: one sentence for each thing, and what to do where it is not."""

import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import get_language, override

from zerentian.kernel import privacy, server
from zerentian.kernel.db import own_models
from zerentian.kernel.effects import announce
from zerentian.kernel.models import Access
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken, terminal_language

LEAST_DISK = 2 << 30  # bytes that an import of a province needs for a while
LEAST_SERVER = 150000
FRESH = 60.0  # seconds since a worker's last sign of life
DRIFT = 5.0  # seconds that the clocks of program and database may differ


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `todo` says what to do if it is not sound, `grave` whether it must be done."""

    text: str
    todo: str = ""
    grave: bool = True


def look() -> Iterator[Finding]:
    """Every finding; what rests on the database is left out when it does not answer, or has not its tables."""
    for check in (_python, _disk, _keys, _signing_key, _static, _catalogue):
        yield from _safely(check)
    answered = list(_safely(_server))
    yield from answered
    if all(finding.todo == "" for finding in answered):
        for check in (_roles, _clock):
            yield from _safely(check)
        tables = list(_safely(_migrations))
        yield from tables
        if all(finding.todo == "" for finding in tables):
            for check in (_policies, _worker):
                yield from _safely(check)
            for found in announce("doctor.checks"):
                yield from found


def _safely(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except (DatabaseError, server.ServerError, OSError, Refused, ValueError) as error:
        yield Finding(str(error).strip().split("\n", 1)[0], "请按上面的原因处理后重试")


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(f"Python {version}", "" if sys.version_info >= (3, 11) else "请安装 Python 3.11 以上的版本")


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.ZERENTIAN_HOME).free
    text = f"{settings.ZERENTIAN_HOME} 所在磁盘还有 {free / (1 << 30):.1f} GB"
    yield Finding(text, "" if free >= LEAST_DISK else "请腾出至少 2 GB，或用 ZERENTIAN_HOME 换到别的磁盘")


def _is_private(path: Path) -> bool:
    return not stat.S_IMODE(path.stat().st_mode) & 0o077


def _keys() -> Iterator[Finding]:
    path = Path(settings.ZERENTIAN_KEY_FILE)
    try:
        ring = privacy.keyring()
    except (KeyError, TypeError, ValueError):
        yield Finding(f"密钥文件 {path} 的内容不完整", "请从备份恢复它；没有它，已加密的号码无法读出")
        return
    text = f"密钥 {len(ring.keys)} 把，当前用第 {ring.current} 把"
    todo = f"密钥文件能被别人读到：chmod 600 {path}" if path.exists() and not _is_private(path) else ""
    yield Finding(text, todo)
    sealed = privacy.encrypt("360732199001011234", "doctor.probe")
    sound = privacy.decrypt(sealed, "doctor.probe") == "360732199001011234"
    yield Finding(f"加密自检（{settings.ZERENTIAN_CIPHER}）", "" if sound else "加密库不可靠：请重新安装 cryptography")


def _signing_key() -> Iterator[Finding]:
    path = settings.ZERENTIAN_HOME / "secrets" / "signing-key"
    exposed = path.exists() and not _is_private(path)
    yield Finding(
        f"会话签名密钥{'别人也能读' if exposed else '只有本人能读'}",
        f"chmod 600 {path}，然后删除它以换一把" if exposed else "",
    )


def _static() -> Iterator[Finding]:
    collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    built = find("dist/app.js") is not None
    ready = collected and built
    yield Finding(f"网页的样式和脚本{'已备好' if ready else '没有备好'}", "" if ready else "请运行 make setup")


def _catalogue() -> Iterator[Finding]:
    folder = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES"
    compiled = folder / "django.mo"
    newest = max((path.stat().st_mtime for path in folder.glob("*.po")), default=0.0)
    current = compiled.exists() and compiled.stat().st_mtime >= newest
    yield Finding(f"英文界面{'已编译' if current else '没有编译或已过时'}", "" if current else "请运行 make setup")


def _rows(sql: str, parameters: Sequence[float] = (), alias: str = "default") -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _server() -> Iterator[Finding]:
    if settings.EMBEDDED:
        server.ensure(settings.ZERENTIAN_HOME)
        yield Finding(f"内置数据库{server.status(settings.ZERENTIAN_HOME)}")
    ((number, text),) = _rows("select current_setting('server_version_num')::int, current_setting('server_version')")
    yield Finding(f"PostgreSQL {text}", "" if number >= LEAST_SERVER else "请升级到 PostgreSQL 15 以上")


def _roles() -> Iterator[Finding]:
    ((user, strong),) = _rows(
        "select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    todo = "网站所用的数据库用户能绕过行级权限：请在 DATABASE_URL 中换用 zerentian_app" if strong else ""
    yield Finding(f"网站以数据库用户 {user} 连接", todo)
    ((owned,),) = _rows(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner "
        "where r.rolname = current_user and c.relkind in ('r', 'v', 'p') and c.relpersistence <> 't'"
    )
    yield Finding(f"该用户拥有 {owned} 张表", "请用 zerentian_owner 建表（OWNER_DATABASE_URL）" if owned else "")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connections["owner"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    text = f"数据库表缺 {len(waiting)} 次升级" if waiting else "数据库表是最新的"
    yield Finding(text, "请运行 zerentian migrate" if waiting else "")


def _policies() -> Iterator[Finding]:
    wanted = {model._meta.db_table for model in own_models() if model.access not in (Access.SYSTEM, Access.STAGED)}
    guarded = {
        row[0] for row in _rows("select relname from pg_class where relrowsecurity and relforcerowsecurity")
    }  # fmt: skip
    open_tables = sorted(wanted - guarded)
    text = f"{len(wanted)} 张表有行级权限" if not open_tables else f"没有行级权限的表：{'、'.join(open_tables)}"
    yield Finding(text, "请运行 zerentian migrate" if open_tables else "")


def _worker() -> Iterator[Finding]:
    ((alive, waiting),) = _rows(
        "select (select count(*) from procrastinate_workers where last_heartbeat > now() - make_interval(secs => %s)), "
        "(select count(*) from procrastinate_jobs where status = 'todo' and scheduled_at is null)",
        [FRESH],
    )
    todo = "" if alive else "请运行 zerentian worker（或 zerentian serve）"
    yield Finding(f"办理任务的进程 {alive} 个，等待的任务 {waiting} 件", todo, grave=bool(waiting))


def _clock() -> Iterator[Finding]:
    ((there,),) = _rows("select clock_timestamp()")
    apart = abs((datetime.now(UTC) - there).total_seconds())
    yield Finding(f"时钟与数据库相差 {apart:.1f} 秒", "" if apart <= DRIFT else "请校准两台机器的时钟（NTP）")


class Command(BaseCommand):
    """`zerentian doctor`: exit code 1 when something must be mended."""

    help = "Check the installation, and say what to do about each finding."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings, in the language of the terminal."""
        with override(terminal_language()):
            wrong = self._tell()
        if wrong:
            sys.exit(1)

    def _tell(self) -> int:
        """Print the findings; how many are grave."""
        wrong = 0
        stop = "。" if get_language() != "en" else ". "
        marks = (
            {"": "好　", "grave": "错误", "light": "注意"}
            if stop == "。"
            else {"": "ok   ", "grave": "WRONG", "light": "note "}
        )
        for finding in look():
            kind = "" if not finding.todo else "grave" if finding.grave else "light"
            wrong += kind == "grave"
            todo = f"{stop}{spoken(finding.todo)}" if finding.todo else ""
            self.stdout.write(f"{marks[kind]} {spoken(finding.text)}{todo}")
        self.stdout.write(spoken(f"有 {wrong} 处要处理" if wrong else "一切正常"))
        return wrong
