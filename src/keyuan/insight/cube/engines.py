"""Who counts: DuckDB in this process, or Spark, by the setting KEYUAN_ENGINE. Both run the same expression as their SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from django.conf import settings

from keyuan.insight.refusals import SparkMissing, UnknownEngine


class Engine(Protocol):
    """What the cube needs of an engine. ``dialect``: what its SQL is called."""

    dialect: str

    def view(self, name: str, files: Sequence[Path]) -> None:
        """Let Parquet files be a table."""

    def put(self, name: str, rows: pa.Table) -> None:
        """Let rows of ours be a table."""

    def rows(self, sql: str) -> pa.Table:
        """The answer."""

    def close(self) -> None:
        """The question is answered."""


class DuckDB:
    """In this process; what does not fit into memory goes to disk."""

    dialect = "duckdb"

    def __init__(self, *, memory: str = "", threads: int = 2) -> None:
        limit = memory or settings.KEYUAN_ENGINE_MEMORY
        self._connection = duckdb.connect(
            config={"memory_limit": limit, "threads": threads, "preserve_insertion_order": False}
        )

    def view(self, name: str, files: Sequence[Path]) -> None:
        listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        rows = f"read_parquet([{listed}], hive_partitioning=false)"
        self._connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {rows}')  # noqa: S608  our own files

    def put(self, name: str, rows: pa.Table) -> None:
        self._connection.register(name, rows)

    def rows(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_table()

    def close(self) -> None:
        self._connection.close()


class Spark:
    """On a cluster (spark://host:port), or with Spark in this machine (spark://local)."""

    dialect = "pyspark"

    def __init__(self, master: str) -> None:
        try:
            sql = import_module("pyspark.sql")
        except ImportError:
            raise SparkMissing from None
        builder = sql.SparkSession.builder.master(master).appName("keyuan")
        local = master.startswith("local")
        asked = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": "2" if local else "200",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.sql.ansi.enabled": "true",
        }
        for key, value in asked.items():
            builder = builder.config(key, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("ERROR")

    def view(self, name: str, files: Sequence[Path]) -> None:
        self._session.read.parquet(*map(str, files)).createOrReplaceTempView(name)

    def put(self, name: str, rows: pa.Table) -> None:
        self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def rows(self, sql: str) -> pa.Table:
        return self._session.sql(sql).toArrow()

    def close(self) -> None:
        """The session stays: to begin one takes seconds."""


@contextmanager
def engine(name: str = "") -> Iterator[Engine]:
    """The engine of the setting, for one question. Raises UnknownEngine, SparkMissing."""
    asked = name or settings.KEYUAN_ENGINE
    opened: Any
    if asked == "duckdb":
        opened = DuckDB()
    elif asked.startswith("spark://"):
        opened = Spark("local[2]" if asked == "spark://local" else asked)
    else:
        raise UnknownEngine(name=asked)
    try:
        yield opened
    finally:
        opened.close()
