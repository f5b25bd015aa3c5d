"""Spark, for what one machine does not hold: an existing engine, reached through Ibis; nothing distributed is ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..findings import Finding, Refused
from .answers import joined
from .arrays import numbers
from .files import Engine
from .flow import AT_ONCE
from .queries import Connection, levels_stay_levels
from .record import Batch
from .rows import made

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from .history import Told
    from .rows import Scheme
else:
    from . import queries as ibis


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
    return Engine("spark", Connection(backend=import_module("ibis").pyspark.connect(session)))


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


def through(engine: Engine, told: Told, scheme: Scheme, name: str) -> ir.Table:
    """Patients through `rows.made`, wherever their records are, into a view of this name."""
    session = engine.connection._session
    frame = session.sql(engine.connection.compile(_together(told)))
    columns = ", ".join(f"`{one.name}` {KINDS.get(str(one.type), 'string')}" for one in scheme.schema())
    frame.mapInArrow(lambda batches: _rows(scheme, batches), columns).createOrReplaceTempView(name)
    return engine.connection.table(name)


def _together(told: Told) -> ir.Table:
    """People with the lists of their doses and results."""
    results = told.results.select("n", each=ibis.struct({"code": told.results.code, "value": told.results.value}))
    lists = told.doses.group_by(n_="n").agg(_doses=lambda t: t.code.collect())
    others = results.group_by(n__="n").agg(_results=lambda t: t["each"].collect())
    people = told.people.left_join(lists, told.people.n == lists.n_).drop("n_")
    return people.left_join(others, people.n == others.n__).drop("n__")


def _rows(scheme: Scheme, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of batches of patients, every word written out."""
    for batch in batches:
        for start in range(0, batch.num_rows, AT_ONCE):
            made_ = made(scheme, _batch(batch.slice(start, AT_ONCE)))
            yield pa.record_batch([_plain(column) for column in made_.columns], names=made_.schema.names)


def _plain(column: pa.Array) -> pa.Array:
    """A column with every word written out."""
    if isinstance(column, pa.ListArray):
        return joined(column)
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _batch(people: pa.RecordBatch) -> Batch:
    (whose_dose, doses), (whose_result, results) = (_flat(people.column(name)) for name in ("_doses", "_results"))
    code, value = results.flatten()
    return Batch(people, whose_dose, numbers(doses), whose_result, numbers(code), numbers(value, np.nan))


def _flat(lists: pa.ListArray) -> tuple[Any, pa.Array]:
    """The members of lists, and whose they are."""
    lengths = numbers(pc.list_value_length(lists))
    return np.repeat(np.arange(len(lists)), lengths), lists.flatten()


KINDS = {"int64": "bigint", "date32[day]": "date"}
"""The names of Arrow's kinds here; everything else is text."""


def copied(table: ir.Table, part: Path, kind: str, connection: Any) -> None:
    """A table as one file: written by every executor, then put together in order."""
    import duckdb

    folder = part.with_name(f".rows{part.name}")
    frame = connection._session.sql(connection.compile(table))
    frame.write.mode("overwrite").parquet(str(folder.resolve()))
    how = "FORMAT csv, HEADER" if kind == ".csv" else "FORMAT parquet, COMPRESSION zstd"
    rows, place = str(folder / "*.parquet").replace("'", "''"), str(part).replace("'", "''")
    try:
        duckdb.connect().execute(f"COPY (SELECT * FROM read_parquet('{rows}')) TO '{place}' ({how})")
    finally:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
