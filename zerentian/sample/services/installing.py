"""Makes an installation ready with the sample province: every step once, by the same imports as anybody's data."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Refused
from zerentian.organisations.services.imports import begin_import
from zerentian.registry.models import Household
from zerentian.sample.services.exchange import exchange_once
from zerentian.sample.services.notices import hang_notices

ORGANISATIONS = ("bodies", "posts", "appointments", "grids", "assignments")
REGISTRY = ("villages", "counties", "households", "persons", "incomes")
SEED = 2016
TOWNSHIP = 360732100000  # where the accounts of the demonstration are at home
LINE = 4000.0  # yuan a year and head, of the incomes that the sample draws
STEPS = {
    "tables": "建表",
    "static files": "页面文件",
    "divisions": "区划",
    "rulebook": "规则库",
    "accounts": "演示账号",
    "sample files": "样例文件",
    "bodies and posts": "机构和岗位",
    "holders of posts": "演示账号的岗位",
    "households": "户、人口、收入、村、县",
    "notices": "公示",
    "a year of cases": "一年的办件",
    "exchange": "部门数据交换",
    "ledger": "责任台账",
    "seal": "封存办理记录",
}
COMMAND = (sys.executable, "-c", "from zerentian.config.command import main; main()")

Tell = Callable[[str], object]  # is given each line of what is going on


class Installation:
    """The steps from an empty database to a computed ledger; a step done in this database is not done again."""

    def __init__(self, scale: str, tell: Tell) -> None:
        self.scale, self.tell = scale, tell
        self.folder: Path = settings.ZERENTIAN_HOME / scale
        self.files = self.folder / "files"
        self.folder.mkdir(parents=True, exist_ok=True)

    def rules(self) -> None:
        """Tables, divisions and the rulebook."""
        self._step("tables", lambda: self._command("migrate", verbosity=0, interactive=False), again=True)
        self._step("divisions", lambda: self._command("load_divisions", write=True, verbosity=0), again=True)
        self._step("rulebook", lambda: self._command("load_rulebook", verbosity=0), again=True)

    def foundation(self) -> None:
        """Tables, divisions, rulebook, all bodies with their posts; accounts only in a demonstration."""
        self.rules()
        self._step("static files", lambda: self._command("collectstatic", interactive=False, verbosity=0))
        self._accounts("accounts")
        self._step("sample files", self._write)
        self._step("bodies and posts", self._organisations)
        self._accounts("holders of posts")

    def register(self) -> None:
        """Households, persons, incomes, village and county forms."""
        self._step("households", self._registry)

    def notices(self) -> None:
        """Some public notices in every state."""
        self._step("notices", hang_notices)

    def cases(self) -> None:
        """A year of procedures in one township."""
        self._step("a year of cases", lambda: self._command("sample_year", area=str(TOWNSHIP), verbosity=0))

    def exchange(self) -> None:
        """Every department's delivery, a match, and clues at every stage."""
        self._step("exchange", lambda: exchange_once(self.files, self.folder / "deliveries", TOWNSHIP, SEED))

    def ledger(self) -> None:
        """Every duty reckoned, and what was done sealed."""
        self._step("ledger", lambda: self._command("recompute", verbosity=0))
        self._step("seal", lambda: self._command("seal", verbosity=0), again=True)

    def _accounts(self, step: str) -> None:
        if settings.DEMO:
            self._step(step, lambda: self._command("load_demo_accounts", verbosity=0), again=True)

    def _command(self, *words: str, **options: Any) -> None:
        """A command; what it says goes where our own words go, unless it was asked for silence."""
        said = StringIO()
        call_command(*words, stdout=said, **options)
        for line in said.getvalue().splitlines() if options.get("verbosity", 1) else ():
            self.tell(line)

    def _step(self, name: str, work: Callable[[], object], *, again: bool = False) -> None:
        """Do one step unless an earlier run has finished it in this database."""
        mark = self.folder / f"{name.replace(' ', '-')}.done"
        if not again and mark.exists() and mark.read_text() == _database():
            return
        started = time.monotonic()
        work()
        mark.write_text(_database())
        self.tell(f"{STEPS[name]}，用时 {time.monotonic() - started:.1f} 秒")

    def _write(self) -> None:
        """In a process of its own, so that a benchmark's memory is that of what it measures."""
        words = ["sample", "--scale", self.scale, "--seed", str(SEED), "--out", str(self.files), "--line", str(LINE)]
        done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(f"样例文件没有写成：{done.stderr[-300:]}")

    def _organisations(self) -> None:
        paths = [(self.files / f"{name}.parquet", f"{name}.parquet") for name in ORGANISATIONS]
        run = begin_import(paths, by=system(), write=True, here=True)
        if run.status != Run.Status.DONE:
            raise Refused(f"机构导入没有完成：{run.error}")

    def _registry(self) -> None:
        paths = [str(self.files / f"{name}.parquet") for name in REGISTRY]
        planted = json.loads((self.files / "answer_key.json").read_text("utf-8"))
        faulty = sum(1 for one in planted if one["seen_in"] == "import")
        self._command("import", *paths, division="36", write=True, refusals=0)
        self.tell(
            f"样例里有意放了 {len(planted)} 处错误：{faulty} 处应由导入拦下，"
            "上面未通过的行就是它们和连带进不来的同户成员、收入，属正常；"
            f"其余 {len(planted) - faulty} 处由台账和数据质量页指出"
        )


def _database() -> str:
    """What tells one database from another: the moment it was made ready."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select min(applied)::text from django_migrations")
        return str(cursor.fetchone()[0])


@effect("prepare.bench")
def prepare_bench(*, name: str, scale: str, tell: Tell) -> None:
    """Before a benchmark: in an empty installation, whatever of the sample it needs."""
    if name == "pages" and not settings.DEMO:
        raise Refused("页面对比用演示账号登录：请设 ZERENTIAN_DEMO=1，并给它单独的目录，如 ZERENTIAN_HOME=/tmp/bench")
    if name == "procedures" and not settings.DEMO:
        raise Refused("办件对比会办理一年的案件：请设 ZERENTIAN_DEMO=1，并给它单独的目录，如 ZERENTIAN_HOME=/tmp/bench")
    if _has_households():
        return
    sample = Installation(scale, tell)
    if name == "link":
        sample.rules()
        return
    sample.foundation()
    if name not in ("import", "deliver"):
        sample.register()
        sample.ledger()


def _has_households() -> bool:
    if Household._meta.db_table not in connection.introspection.table_names():
        return False
    with unit(system(), writes=False):
        return Household.objects.exists()
