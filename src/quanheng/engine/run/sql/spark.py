"""Apache Spark: for organisations whose data is beyond one machine. The same script in the other dialect.

Optional: `quanheng[spark]` and a Java runtime (17 or later). Nothing of Spark is imported before it is asked for.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql.dialect import SPARK
from quanheng.engine.run.sql.engine import Engine, ParquetRows, Unreadable
from quanheng.engine.run.sql.frames import Frames
from quanheng.engine.run.sql.runner import carry_out

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

# What the script relies on. Everything else is the operator's.
RELIED_ON: Final = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",  # the one division keeps 6 decimals and 32 digits
    "spark.sql.caseSensitive": "true",
    "spark.sql.variable.substitute": "false",  # a text of a scheme may hold ${…}
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # else a checkpoint inherits statements about columns that it does not have, and fails (seen with Spark 4.3.0)
    "spark.sql.constraintPropagation.enabled": "false",
}
# For a session of our own: a few people's machine, not a cluster.
LOCAL: Final = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.coalescePartitions.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


WILD: Final = re.compile(r"[*?\[\]{}\\]")
NO_SPARK: Final = "没有 Spark：安装 quanheng[spark] 和 Java 17。No Spark here: install quanheng[spark] and Java 17."


def run_spark(plan: m.Plan, dataset: Dataset, session: SparkSession | None = None) -> Frames:
    """Carry out the whole plan, or refuse with everything that is wrong. Without a session, in a local one of its own,
    which ends when the frames are closed. Raises `ImportError` when Spark is not installed."""
    return carry_out(plan, dataset, SparkEngine(session))


def local_session(**settings: str) -> SparkSession:
    """A Spark of two local threads."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as wrong:
        raise ImportError(NO_SPARK) from wrong
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise ImportError(NO_SPARK)
    builder = SparkSession.builder.master("local[2]").appName("quanheng")
    for name, value in {**LOCAL, **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


class SparkEngine(Engine):
    name = "spark"
    dialect = SPARK

    def __init__(self, session: SparkSession | None = None) -> None:
        self._own = None if session is not None else local_session()
        # a session of its own within the same Spark: its views and settings are nobody else's
        self.session = (session or self._own or local_session()).newSession()
        self._made: list[str] = []
        for name, value in RELIED_ON.items():
            self.session.conf.set(name, value)

    def make(self, name: str, select: str, *, kept: bool = False) -> None:
        frame = self.session.sql(select)
        if kept:
            # A cached view would still be planned through to the data by each of its readers, and the time that takes
            # doubles with every level. A checkpoint is a leaf.
            frame = frame.localCheckpoint(eager=False)
        frame.createOrReplaceTempView(name)
        self._made.append(name)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(query).collect()]

    def arrow(self, query: str) -> pa.Table:
        return self.session.sql(query).toArrow()

    def write(self, query: str, path: Path) -> None:
        import pyarrow.parquet as pq

        pq.write_table(self.arrow(query), path, compression="zstd")

    def enter(self, name: str, frame: pa.Table) -> None:
        self.session.createDataFrame(frame).createOrReplaceTempView(name)
        self._made.append(name)

    def parquet(self, name: str, paths: Sequence[str]) -> ParquetRows:
        from pyspark.errors import AnalysisException
        from pyspark.sql import functions as f

        try:
            # a path is one file, whatever signs its name holds
            frame = self.session.read.parquet(*(WILD.sub(r"\\\g<0>", path) for path in paths))
        except AnalysisException as wrong:
            raise Unreadable from wrong
        frame.createOrReplaceTempView(f"{name}_rows")
        placed = frame.select("*", f.col("_metadata.file_path"), f.col("_metadata.row_index"))
        placed.createOrReplaceTempView(f"{name}_placed")
        self._made += [f"{name}_rows", f"{name}_placed"]
        return ParquetRows(f"{name}_rows", f"{name}_placed", "file_path", "row_index", dict(frame.dtypes))

    def close(self) -> None:
        while self._made:
            self.session.catalog.dropTempView(self._made.pop())
        if self._own is not None:
            self._own.stop()
