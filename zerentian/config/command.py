"""The `zerentian` command: starts the embedded server where it is needed, then hands over to Django."""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zerentian.config.settings")

import django
from django.core.management import execute_from_command_line
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from zerentian.config.settings import ZERENTIAN_HOME
from zerentian.kernel import server
from zerentian.kernel.refusal import Refused

COMMANDS = {
    "demo": "样例省份：写文件、导入、测算，可重复运行",
    "serve": "启动网站（gunicorn）",
    "worker": "办理后台任务",
    "migrate": "建立或升级数据库表",
    "create_administrator": "新安装：建立第一批管理员账号",
    "load_divisions": "载入行政区划",
    "load_rulebook": "载入规则",
    "import": "导入采集表或全省文件",
    "recompute": "测算责任台账",
    "coverage": "列出条文、责任和已测算的责任",
    "snapshot": "把事实写成快照（Parquet）",
    "sample": "写出样例省份的导入文件",
    "seal": "把已完成的操作封入哈希链",
    "verify": "核对操作和历史没有被事后改动",
    "bench": "性能对比",
    "docs": "生成文档",
    "doctor": "检查安装是否完好",
    "server": "内置数据库：start、stop、status、dump、restore、erase（删除全部数据）",
}
WITHOUT_SERVER = {
    "server",
    "doctor",
    "docs",
    "help",
    "compilemessages",
    "collectstatic",
    "sample",
    "--help",
    "-h",
    "version",
    "--version",
}


# What works on the tables; demo, bench and migrate make them themselves.
ON_TABLES = {
    "serve", "worker", "create_administrator", "load_divisions", "load_rulebook", "import", "recompute", "coverage", "snapshot",
    "seal", "verify", "export_audit", "rotate_keys",
}  # fmt: skip

USAGE = "用法：zerentian server start|stop|status|erase|dump <文件>|restore <文件>\n"


def _server(words: list[str]) -> int:
    plain = {"start": server.ensure, "stop": server.stop, "erase": server.erase, "status": server.status}
    with_file = {"dump": server.dump, "restore": server.restore}
    match words or ["status"]:
        case [what] if what in plain:
            plain[what](ZERENTIAN_HOME)
        case [what, file] if what in with_file:
            with_file[what](ZERENTIAN_HOME, Path(file))
        case _:
            sys.stderr.write(USAGE)
            return 2
    sys.stdout.write(server.status(ZERENTIAN_HOME) + "\n")
    return 0


def _lacks_tables() -> bool:
    """Whether the database was never migrated, or not since the last upgrade."""
    django.setup()
    with connections["owner"].temporary_connection():
        executor = MigrationExecutor(connections["owner"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _help() -> int:
    sys.stdout.write("责任田 Zerentian\n\n用法：zerentian <命令> [参数]    zerentian <命令> --help\n\n")
    for name, text in COMMANDS.items():
        sys.stdout.write(f"  {name:<16}{text}\n")
    return 0


def main(words: list[str] | None = None) -> int:
    """Run one command; the exit code says whether it worked (0), failed (1) or was called wrongly (2)."""
    words = sys.argv[1:] if words is None else words
    if not words or words[0] in {"--help", "-h"}:
        return _help()
    words = [words[0] if words[0].startswith("-") else words[0].replace("-", "_"), *words[1:]]
    try:
        if words[0] == "server":
            return _server(words[1:])
        if words[0] not in WITHOUT_SERVER and "DATABASE_URL" not in os.environ:
            server.ensure(ZERENTIAN_HOME)
        if words[0] in ON_TABLES and not {"--help", "-h"} & set(words) and _lacks_tables():
            sys.stderr.write("数据库的表还没有建立，或不是这一版的：请先运行 zerentian migrate\n")
            return 1
        execute_from_command_line(["zerentian", *words])
    except (server.ServerError, Refused) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
