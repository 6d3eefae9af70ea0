"""The `zerentian` command: starts the embedded server where it is needed, then hands over to Django."""

import errno
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zerentian.config.settings")

import django
from django.core.management import CommandError, execute_from_command_line
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import override

from zerentian.config.settings import ZERENTIAN_HOME
from zerentian.kernel import server
from zerentian.kernel.refusal import Refused
from zerentian.kernel.sentences import spoken, terminal_language

# Each command in English and Chinese; the listing speaks the language of the terminal.
COMMANDS = {
    "demo": (
        "the sample province: write its files, import, compute; may be repeated",
        "样例省：写样例文件、导入、测算；可重复运行",
    ),
    "serve": ("serve the site (gunicorn), with a worker", "启动网站（gunicorn）和后台进程"),
    "worker": ("do the work that waits", "只启动后台进程，办理排队的任务"),
    "migrate": ("make or upgrade the tables", "建表，或升级表"),
    "create_administrator": ("a new installation: make the first administrators", "新装系统：建立首批管理员"),
    "load_divisions": ("load the divisions", "载入区划"),
    "load_rulebook": ("load the rules", "载入规则库"),
    "import": ("import sheets or the files of a province", "导入采集表或全省文件"),
    "exchange_watch": ("take deliveries in from the shared folder", "从共享文件夹接收部门数据"),
    "exchange_read": ("read deliveries from departments' databases", "从部门数据库读取数据"),
    "recompute": ("compute the ledger", "测算责任台账"),
    "coverage": ("list articles, duties, and duties that are measured", "列出条文、责任和已测算的责任"),
    "digest": ("write what waits for each user today, as texts to send", "写出每个用户今天的待办，供发送"),
    "snapshot": ("write the facts as a snapshot (Parquet)", "把事实写成快照（Parquet）"),
    "sample": ("write the import files of the sample province", "写出样例省的导入文件"),
    "seal": ("seal finished acts into the chain of hashes", "把办理记录封存进哈希链"),
    "verify": ("check that acts and history were not changed afterwards", "核验办理记录和历史没有被改动"),
    "bench": ("compare speed", "性能对比"),
    "docs": ("write the documents", "写出文档"),
    "doctor": ("check the installation", "检查安装"),
    "server": (
        "the embedded database: start, stop, status, dump, restore, erase (deletes all data)",
        "自带的数据库：start 启动、stop 停止、status 状态、dump 备份、restore 恢复、erase 删除全部数据",
    ),
}
WITHOUT_SERVER = {
    "server",
    "doctor",
    "docs",
    "help",
    "compilemessages",
    "collectstatic",
    "sample",
    "sample_link",
    "link_weights",
    "--help",
    "-h",
    "version",
    "--version",
}


# What works on the tables; demo, bench and migrate make them themselves.
ON_TABLES = {
    "serve", "worker", "create_administrator", "load_divisions", "load_rulebook", "import", "recompute", "coverage", "snapshot",
    "match", "seal", "verify", "export_audit", "exchange_watch", "exchange_read", "rotate_keys",
}  # fmt: skip

USAGE = "Usage: zerentian server start|stop|status|erase|dump <file>|restore <file>\n"


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
    sys.stdout.write(_told(server.status(ZERENTIAN_HOME)) + "\n")
    return 0


def _lacks_tables() -> bool:
    """Whether the database was never migrated, or not since the last upgrade."""
    django.setup()
    with connections["owner"].temporary_connection():
        executor = MigrationExecutor(connections["owner"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _told(text: str) -> str:
    """Sentences in the language of the terminal."""
    if terminal_language() != "en":
        return text
    django.setup()
    with override("en"):
        return spoken(text)


def _unusable(error: OSError) -> str:
    """What is wrong with a file or folder that can't be read or written."""
    match error.errno:
        case errno.ENOSPC:
            return "磁盘已满，请腾出空间后重试"
        case errno.ENOENT:
            return f"没有文件或上级目录 {error.filename}"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"没有权限读写 {error.filename}"
    return f"不能读写 {error.filename}：{error.strerror}"


def _help() -> int:
    chinese = terminal_language() != "en"
    usage = "用法：zerentian 命令 [选项]    zerentian 命令 --help"
    if not chinese:
        usage = "Usage: zerentian <command> [options]    zerentian <command> --help"
    sys.stdout.write(f"责任田 Zerentian\n\n{usage}\n\n")
    for name, texts in COMMANDS.items():
        sys.stdout.write(f"  {name:<22}{texts[chinese]}\n")
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
            raise server.ServerError("数据库的表还没有建立，或不是这一版的：请先运行 zerentian migrate")
        if words[0][0] != "-" and words[0] not in {"help", "version"}:
            words = [words[0], "--traceback", *words[1:]]  # lets the error of a command through, to be told below
        execute_from_command_line(["zerentian", *words])
    except CommandError as error:
        sys.stderr.write(f"{_told(str(error))}\n")
        sys.exit(error.returncode)
    except (server.ServerError, Refused) as error:
        sys.stderr.write(f"{_told(str(error))}\n")
        return 1
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:  # nothing that somebody could look at
            raise
        sys.stderr.write(f"{_told(_unusable(error))}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
