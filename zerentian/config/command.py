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
    "demo": "the sample province: write its files, import, compute; may be repeated",
    "serve": "serve the site (gunicorn), with a worker",
    "worker": "do the work that waits",
    "migrate": "make or upgrade the tables",
    "create_administrator": "a new installation: make the first administrators",
    "load_divisions": "load the divisions",
    "load_rulebook": "load the rules",
    "import": "import sheets or the files of a province",
    "recompute": "compute the ledger",
    "coverage": "list articles, duties, and duties that are measured",
    "digest": "write what waits for each user today, as texts to send",
    "snapshot": "write the facts as a snapshot (Parquet)",
    "sample": "write the import files of the sample province",
    "seal": "seal finished acts into the chain of hashes",
    "verify": "check that acts and history were not changed afterwards",
    "bench": "compare speed",
    "docs": "write the documents",
    "doctor": "check the installation",
    "server": "the embedded database: start, stop, status, dump, restore, erase (deletes all data)",
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
    sys.stdout.write(server.status(ZERENTIAN_HOME) + "\n")
    return 0


def _lacks_tables() -> bool:
    """Whether the database was never migrated, or not since the last upgrade."""
    django.setup()
    with connections["owner"].temporary_connection():
        executor = MigrationExecutor(connections["owner"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _help() -> int:
    sys.stdout.write("责任田 Zerentian\n\nUsage: zerentian <command> [options]    zerentian <command> --help\n\n")
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
