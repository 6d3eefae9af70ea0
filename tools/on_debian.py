"""Run the database tests once more on Debian's PostgreSQL: a private cluster on a socket, gone afterwards.

`on_debian.py [what pytest shall run]`
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from zerentian.kernel.server import APP, DATABASE, OWNER, prepare_roles

OLDEST = 15
INSTALLED = {int(p.name): p / "bin" for p in Path("/usr/lib/postgresql").glob("[0-9]*") if int(p.name) >= OLDEST}
PROGRAMS = INSTALLED[min(INSTALLED)] if INSTALLED else Path("/usr/lib/postgresql/15/bin")
# Everything that touches the database but no browser.
TESTS = ("zerentian", "tests", "--ignore=tests/browser")


def main() -> int:
    """The exit code of the tests; a sentence when Debian's server is not there."""
    if not (PROGRAMS / "initdb").exists():
        print(
            "on_debian: PostgreSQL 15 or later is not installed here (apt-get install postgresql); nothing was tested"
        )
        return 0 if not os.environ.get("CI") else 1
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="zerentian-15-"))
    if user:
        shutil.chown(folder, user, user)
    folder.chmod(0o755)

    def run(program: str, *words: str) -> None:
        subprocess.run(
            [str(PROGRAMS / program), *words], user=user, cwd="/", check=True, stdout=subprocess.DEVNULL,
            group=pwd.getpwnam(user).pw_gid if user else None, extra_groups=[] if user else None,
        )  # fmt: skip

    data = str(folder / "data")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    try:
        run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-w", "-D", data, "-l", str(folder / "log"), "-o", options, "start")
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            prepare_roles(connection)
        place = quote(str(folder), safe="")
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{APP}@{place}/{DATABASE}",
            "OWNER_DATABASE_URL": f"postgresql://{OWNER}@{place}/{DATABASE}",
        }
        return subprocess.run(
            [str(ROOT / ".venv/bin/pytest"), "-n", "2", "-q", *(sys.argv[1:] or TESTS)],
            cwd=ROOT,
            env=environment,
            check=False,
        ).returncode
    finally:
        subprocess.run(
            [str(PROGRAMS / "pg_ctl"), "-m", "immediate", "-D", data, "stop"], user=user, cwd="/", check=False
        )
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
