"""Spark as the engine of a match: the same statements, carried over from DuckDB's dialect, on a cluster.

Needs the extra `spark` (pyspark) and Java. The cluster must see the house's folder under the same path.
"""

import importlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlglot

from zerentian.exchange.services.parquet import draft_of, rows_below
from zerentian.kernel.refusal import Refused

SCHEMES = ("spark://", "local[")
DEADLINE = 1_800  # seconds of one statement; a cluster without room waits silently for ever
_CONFIGURED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.ui.enabled": "false",
}


class Spark:
    """A session on a Spark cluster. Names `schema.table` are temporary views `schema__table`."""

    def __init__(self, session: Any, name: str, deadline: int = DEADLINE) -> None:
        self.session, self.name, self.deadline = session, name, deadline

    def view(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """See Engine."""
        # Without rows of any file Spark can't tell the columns, so an empty one is read too.
        frame = self.session.read.option("mergeSchema", "true").parquet(*map(str, paths))
        chosen = frame.select(*columns) if columns else frame
        chosen.createOrReplaceTempView(name.replace(".", "__"))

    def hold(self, name: str, paths: Sequence[Path], columns: Sequence[str] = ()) -> None:
        """See Engine: a view here, for what a cluster keeps in memory it keeps on every worker."""
        self.view(name, paths, columns)

    def release(self, name: str) -> None:
        """See Engine."""

    def write(self, statement: str, target: Path) -> int:
        """See Engine. Refused when the cluster has not finished within the deadline."""
        spark_sql = translated(statement)
        with draft_of(target) as draft, self._within_deadline():
            frame = self.session.sql(spark_sql)
            frame.write.mode("overwrite").parquet(str(draft / "written"))
            _settle(draft, frame)
        return rows_below(target)

    @contextmanager
    def _within_deadline(self) -> Iterator[None]:
        context = self.session.sparkContext
        timer = importlib.import_module("threading").Timer(self.deadline, context.cancelAllJobs)
        timer.start()
        try:
            yield
        except Exception as error:
            if not timer.is_alive():
                raise Refused(f"Spark 集群在 {self.deadline} 秒内没有算完一步；请检查工作节点的内存和数量") from error
            raise
        finally:
            timer.cancel()


def _settle(draft: Path, frame: Any) -> None:
    """The files that Spark wrote, under the names that other engines give them."""
    written = draft / "written"
    for number, path in enumerate(sorted(written.glob("*.parquet"))):
        path.rename(draft / f"part-{number:03d}.parquet")
    shutil.rmtree(written)
    if not list(draft.glob("*.parquet")):
        pq.write_table(frame.limit(0).toArrow(), draft / "part-000.parquet")


def translated(statement: str) -> str:
    """A statement of DuckDB's dialect in Spark's, its tables under the names of temporary views."""
    tree = sqlglot.parse_one(statement, dialect="duckdb")
    for table in tree.find_all(sqlglot.exp.Table):
        if table.db:
            table.replace(sqlglot.to_table(f"{table.db}__{table.name}", alias=table.alias or table.name))
    return tree.sql(dialect="spark")


@contextmanager
def opened(address: str) -> Iterator[Spark]:
    """A session on the cluster of that address; Refused when pyspark or Java lacks."""
    try:
        builder = importlib.import_module("pyspark.sql").SparkSession.builder
    except ImportError as error:
        raise Refused(
            "没有安装 Spark：请用 pip install 'zerentian[spark]' 安装，或把 ZERENTIAN_ENGINE 设为 duckdb"
        ) from error
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise Refused("没有找到 Java：Spark 需要 Java 17 或以上；请安装，或把 ZERENTIAN_ENGINE 设为 duckdb")
    host = os.environ.get("SPARK_LOCAL_IP", "127.0.0.1" if re.search(r"//(127\.|localhost)|^local", address) else "")
    own = {"spark.driver.host": host, "spark.driver.bindAddress": host} if host else {}
    memory = {"spark.executor.memory": os.environ.get("ZERENTIAN_SPARK_MEMORY", "1g")}
    for key, value in {**_CONFIGURED, **own, **memory}.items():
        builder = builder.config(key, value)
    session = builder.master(address).appName("zerentian match").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield Spark(session, address)
    finally:
        with suppress(Exception):
            session.stop()
