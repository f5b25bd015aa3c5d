"""Spark, for what one machine does not hold: an existing engine, reached through Ibis; nothing distributed is ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from ..findings import Finding, Refused
from .files import Engine, levels_stay_levels

if TYPE_CHECKING:
    from .answers import Wanted


def spark_engine() -> Engine:
    """A Spark session: the one that SPARK_MASTER names, else this machine's cores. Raises Refused."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        do = "Install it with: pip install 'posology[spark]'. It also needs Java."
        raise Refused([Finding("--engine spark", "Spark is not installed.", do)]) from None
    levels_stay_levels()
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # where this package is installed
    session = (
        SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local[*]"))
        .appName("posology register")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.codegen.wholeStage", "false")  # a hundred tests take longer to compile than to run
        .config("spark.sql.adaptive.enabled", "false")  # there is one order of the joins; planning anew takes seconds
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


def through(engine: Engine, inputs: ir.Table, wanted: Wanted, name: str) -> ir.Table:
    """Patients through `answers.answered`, wherever their rows are, into a view of this name."""
    from .answers import answered

    session = engine.connection._session
    frame = session.sql(engine.connection.compile(inputs))
    columns = ", ".join(f"`{one.name}` {KINDS[str(one.type)]}" for one in wanted.schema())
    frame.mapInArrow(lambda batches: answered(wanted, batches), columns).createOrReplaceTempView(name)
    return engine.connection.table(name)


KINDS = {"int64": "bigint", "string": "string", "bool": "boolean"}
"""The names of Arrow's kinds here."""


def copied(table: ir.Table, part: Path, kind: str, connection: Any) -> None:
    """A table as one file: written by every executor, then put together in order."""
    import duckdb

    folder = part.with_name(f"{part.name.removesuffix('.part')}.rows.{os.getpid()}.part")
    frame = connection._session.sql(connection.compile(table))
    frame.write.mode("overwrite").parquet(str(folder.resolve()))
    how = "FORMAT csv, HEADER" if kind == ".csv" else "FORMAT parquet, COMPRESSION zstd"
    rows, place = str(folder / "*.parquet").replace("'", "''"), str(part).replace("'", "''")
    try:
        duckdb.connect().execute(f"COPY (SELECT * FROM read_parquet('{rows}')) TO '{place}' ({how})")
    finally:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
