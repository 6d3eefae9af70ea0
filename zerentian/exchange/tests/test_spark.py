"""The statements of a match on a Spark cluster of one master and two workers on loopback: the same as on DuckDB."""

import importlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from zerentian.exchange.services import computing, spark
from zerentian.exchange.services.hits import digest_of_hits
from zerentian.exchange.services.matching import inputs_of
from zerentian.exchange.services.parquet import folder_of
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.registry.tests.factories import make_household, make_person

DEADLINE = 110
HAS = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
needs_spark = pytest.mark.skipif(not HAS, reason="needs the extra `spark` (pyspark) and Java: make spark")


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a master with two workers, gone at the end whatever happens."""
    home = Path(importlib.import_module("pyspark").__file__ or "").parent
    folder, port = tmp_path_factory.mktemp("spark"), free_port()
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable,
                   "SPARK_MASTER_HOST": "127.0.0.1", "SPARK_SCALA_VERSION": "2.13", "SPARK_LOG_DIR": str(folder)}  # fmt: skip
    java = ["java", "-cp", f"{home}/jars/*", "-Xmx512m"]
    address = f"spark://127.0.0.1:{port}"
    commands = [
        [*java, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())],
        *([*java, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port",
           str(free_port()), "--work-dir", str(folder / str(n)), address] for n in range(2)),
    ]  # fmt: skip
    processes = []
    try:
        for command in commands:
            processes.append(
                subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            if len(processes) == 1:
                wait_for(port)
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_for(port: int) -> None:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.3)
    raise TimeoutError("the Spark master did not come up")


@needs_spark
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore")
def test_spark_comes_to_the_same_as_duckdb(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZERENTIAN_SPARK_MEMORY", "700m")
    with unit(system()):
        make_person(make_household(), id_number=NUMBER, name="欧阳晓铭")
        make_person(make_household(), name="李四")
    delivered(
        HEAD + row("赣B1", NUMBER) + row("赣B2", NUMBER[:17], name="欧阳小明") + row("赣B3", NUMBER[:14], name="李四")
    )
    made = matched()
    own, inputs = folder_of(made), inputs_of(made)
    from_duck = digest_of_hits(inputs.hits(own), inputs.rules)
    wanted = (
        "exact/vehicles",
        "matching/open",
        "matching/pairs",
        "matching/linked",
        "linked/vehicles",
        "hits/vehicles.car",
    )
    with monkeypatch.context() as patched, spark.opened(cluster) as session:
        session.deadline = DEADLINE
        patched.setattr(computing.engines, "opened", lambda folder, engine: _same(session))
        patched.setattr(computing, "carry_out", lambda stage, log, before: _only(stage, log, wanted, own))
        folder = tmp_path / "spark"
        computing.stages.take_over(own / "register", folder / "register")
        computing.compute(inputs, folder)
    for name in wanted:
        assert rows_of(folder / name) == rows_of(own / name), name
    car = [rule for rule in inputs.rules if rule.id == "vehicles.car"]
    hits = [digest_of_hits({"vehicles.car": one / "hits" / "vehicles.car"}, car) for one in (folder, own)]
    assert hits[0] == hits[1]
    assert from_duck == made.result


class _same:
    def __init__(self, session: spark.Spark) -> None:
        self.session = session

    def __enter__(self) -> spark.Spark:
        return self.session

    def __exit__(self, *_how: object) -> None:
        return


def _only(stage, log, wanted, own):  # type: ignore[no-untyped-def]
    """The stages of one source on the cluster; those of the others, which are empty here, as DuckDB wrote them."""
    if stage.name in wanted or stage.name == "register":
        return computing.stages.carry_out(stage, log, ())
    return computing.stages.take_over(own / stage.name, log.folder / stage.name)


def rows_of(folder: Path) -> list[str]:
    return sorted(str(line) for path in folder.glob("*.parquet") for line in pq.read_table(path).to_pylist())


def test_a_statement_is_carried_over_with_its_tables() -> None:
    said = spark.translated(
        "select d.row, cast(d.x as smallint) as y from delivered.vehicles d join facts.household h on h.id = d.row"
    )
    assert "delivered__vehicles AS d" in said
    assert "facts__household AS h" in said


def test_without_pyspark_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(spark.importlib, "import_module", lacks)
    with pytest.raises(Refused, match=r"zerentian\[spark\]"), spark.opened("spark://127.0.0.1:7077"):
        pass
