"""Spark, for what one machine does not hold: an existing engine, reached through Ibis; nothing distributed is ours."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..findings import Finding, Refused
from .files import Engine, levels_stay_levels


def spark_engine() -> Engine:
    """A Spark session: the one that SPARK_MASTER names, else this machine's cores. Raises Refused."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        do = "Install it with: pip install 'posology[spark]'. It also needs Java."
        raise Refused([Finding("--engine spark", "Spark is not installed.", do)]) from None
    levels_stay_levels()
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local[*]"))
        .appName("posology register")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.codegen.wholeStage", "false")  # thousands of columns do not fit into one method
        .config("spark.sql.shuffle.partitions", os.environ.get("POSOLOGY_SPARK_PARTITIONS", "8"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    return Engine("spark", ibis.pyspark.connect(session))


def load(connection: Any, path: Path, name: str, between: str) -> ir.Table:
    """A file as a table with a row number that grows in the order of the file."""
    from pyspark.sql import functions as f

    session = connection._session
    if between:
        reader = session.read.option("header", True).option("sep", between).option("quote", '"').option("escape", '"')
        frame = reader.option("multiLine", True).option("encoding", "UTF-8").csv(str(path.resolve()))
    else:
        frame = session.read.parquet(str(path.resolve()))
    view = f"written_{name}"
    frame.withColumn("n_", f.monotonically_increasing_id()).createOrReplaceTempView(view)
    return connection.table(view)


STEPS = 5
"""Levels after which the rows are worked out: its planner does not take thirty levels of a thousand columns at once."""


def stepwise(connection: Any, queries: Sequence[tuple[str, str]], name: str) -> None:
    """Works levels of columns out, a few at a time, and leaves the last as a view of this name."""
    session = connection._session
    for number, (level, query) in enumerate(queries):
        frame = session.sql(query)
        last = number == len(queries) - 1
        if last or number % STEPS == 0:
            frame = frame.localCheckpoint(eager=True)
        frame.createOrReplaceTempView(name if last else level)


def copied(table: ir.Table, part: Path, kind: str, connection: Any) -> None:
    """A table as one file: written by every executor, then put together in order."""
    import duckdb

    folder = part.with_name(part.name.removesuffix(".part") + ".rows.part")
    frame = connection._session.sql(connection.compile(table))
    frame.write.mode("overwrite").parquet(str(folder.resolve()))
    how = "FORMAT csv, HEADER" if kind == ".csv" else "FORMAT parquet, COMPRESSION zstd"
    rows, place = str(folder / "*.parquet").replace("'", "''"), str(part).replace("'", "''")
    try:
        duckdb.connect().execute(f"COPY (SELECT * FROM read_parquet('{rows}')) TO '{place}' ({how})")
    finally:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
