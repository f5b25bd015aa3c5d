"""The files of a register: which they are, and as tables of an engine, every cell as it was written."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..findings import Finding, Refused, near
from ..read.regimens import snake
from . import commas
from .queries import Connection

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .history import Told
    from .record import Batch
    from .rows import Scheme

KINDS = (".csv", ".parquet")
NEEDED = {
    "patients": ("patient_id",),
    "doses": ("patient_id", "date", "drug", "dose_mg", "route"),
    "results": ("patient_id", "date", "test", "value", "unit"),
}
BEYOND = "beyond_the_heading_"
"""Where the cells of a row stand that are more than its heading has."""
MAP = " Or say what the columns mean, in a map: posology register map."
MOST_THREADS = 8
AT_ONCE = 1 << 17
"""Places of patients whose rows are made at once: numbers that the processor keeps at hand."""
IN_MEMORY = 16
"""So many times as many patients are held in memory; rows of more lie in a file."""
EMPTY = {
    "doses": "A register without doses would call everybody untreated. If there are none, make one with its heading "
    "only; where the last injection stands in the list of patients, name that file itself.",
    "results": "If there are no results, make one with its heading only.",
    "patients": "It has one row a patient, with the column patient_id.",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """What reckons: DuckDB in this process, or a Spark session; and the Arrow tables that it looks at, by name.

    ``once``: it makes one list and is let go, so that patients in columns are read where they lie and are not held.
    """

    name: str
    connection: Any
    arrow: dict[str, pa.Table] = field(default_factory=dict)
    once: bool = False


def duckdb_engine(memory: str = "3GB", spill: str | None = None) -> Engine:
    """DuckDB, which spills what does not fit into memory to disk.

    Ordering joins takes it longer than the joins of a worklist do, and there is only one order; and a join for each
    list of words, as it would have it, takes longer than to look at the words.
    """
    import duckdb

    if find_spec("ibis") is None:  # said at once, not when it is needed
        raise ModuleNotFoundError(name="ibis")
    connection = Connection(duckdb.connect())
    connection.raw_sql("SET timezone = 'UTC'")  # as Ibis has it
    connection.raw_sql("SET python_enable_replacements = false")  # no name in a query is a variable of ours
    connection.raw_sql(f"SET memory_limit = '{memory}'")
    connection.raw_sql("SET enable_progress_bar = false")  # it would stand among the rows of a pipe
    connection.raw_sql("SET disabled_optimizers = 'join_order,statistics_propagation,in_clause'")
    if spill:
        connection.raw_sql(f"SET temp_directory = {_quoted(spill)}")
    return Engine("duckdb", connection)


def opened(folder: Path, engine: Engine) -> dict[str, ir.Table]:
    """The three tables of a register, columns by their known names, rows numbered in `n`. Raises Refused."""
    if not folder.is_dir():
        raise Refused([Finding(str(folder), "There is no such folder.", "Name the folder that holds the register.")])
    found: dict[str, Path] = {}
    faults: list[Finding] = []
    for name in NEEDED:
        one = _one(folder, name)
        if isinstance(one, Finding):
            faults.append(one)
        else:
            found[name] = one
    if faults:
        raise Refused(faults)
    headings = {name: _heading(path, name, engine, faults) for name, path in found.items()}
    if faults:
        raise Refused(faults)
    tables = {}
    for name, path in found.items():
        try:
            tables[name] = _loaded(path, name, headings[name], engine)
        except Refused as refused:
            faults += refused.findings
    if faults:
        raise Refused(faults)
    return tables


def _one(folder: Path, name: str) -> Path | Finding:
    """The one file of a name."""
    try:
        every = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        return Finding(str(folder), f"{name} cannot be read: {error.strerror}.", "Name a folder that you may read.")
    there = [path for path in every if path.name.lower() in {f"{name}{kind}" for kind in KINDS}]
    if len(there) == 1:
        return there[0]
    if there:
        return Finding(str(folder), f"Both {there[0].name} and {there[1].name} are there.", "Take one of them away.")
    others = [path.name for path in every if path.stem.lower() not in NEEDED]
    hint = near(f"{name}.csv", others)
    return Finding(str(folder), f"There is no {name}.csv or {name}.parquet.", f"{hint} {EMPTY[name]}".strip())


# ---------------------------------------------------------------- headings


def _heading(path: Path, name: str, engine: Engine, faults: list[Finding]) -> list[str]:
    """The columns of a file as they are written. Adds a fault for each that is missing or there twice."""
    try:
        written = commas.heading(path)[0] if path.suffix.lower() == ".csv" else _parquet_heading(path)
    except Refused as refused:
        faults += refused.findings
        return []
    known = [snake(column) for column in written]
    twice = sorted({column for column in known if column and known.count(column) > 1})
    if twice:
        do = "Keep one column of each name."
        faults.append(Finding(path.name, f"These columns are there more than once: {', '.join(twice)}.", do))
    lacking = [column for column in NEEDED[name] if column not in known and column != "dose_mg"]
    if lacking and path.suffix.lower() == ".csv" and (row := commas.lower_heading(path, lacking)):
        what = f"The names of the columns stand in row {row}, not in the first one."
        faults.append(Finding(path.name, what, f"Take away the rows above them.{MAP}"))
        return written
    for column in lacking:
        do = near(column, known, f"The columns that are needed: {', '.join(NEEDED[name])}.") + MAP
        faults.append(Finding(path.name, f"The column {column} is missing.", do))
    return written


def _parquet_heading(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    try:
        return [str(name) for name in pq.read_schema(path).names]
    except (pa.ArrowException, OSError):
        do = "It may be cut off or still being written: export it again."
        raise Refused([Finding(path.name, "This cannot be read as Parquet.", do)]) from None


# ---------------------------------------------------------------- loading


def _loaded(path: Path, name: str, heading: list[str], engine: Engine) -> ir.Table:
    """A file as a table with a row number; only columns with names, by their known names."""
    try:
        written = path.suffix.lower() == ".csv"
        if written:
            commas.closed(path)
        if engine.name == "spark":
            from .spark import load

            if written:
                _no_long_rows(path, heading)
            table = load(engine.connection, path, name, commas.heading(path)[1] if written else "")
        else:
            table = _duckdb_table(path, name, heading, engine.connection)
    except Refused:
        raise
    except Exception as error:  # whatever an engine makes of a broken file: its own words name patients
        raise Refused([_unreadable(path, error)]) from None
    return table.rename(_renamed(table.columns))


def _unreadable(path: Path, error: Exception) -> Finding:
    if "utf-8" in str(error).lower() or "unicode" in str(error).lower():
        return Finding(path.name, "This is not UTF-8 text throughout.", "Save it as CSV UTF-8.")
    if "maximum line size" in str(error).lower():
        do = "A quotation mark may be open, or a cell may hold what is no table: export it again."
        return Finding(path.name, "A row has more than two million signs.", do)
    kind = "CSV" if path.suffix.lower() == ".csv" else "Parquet"
    do = "It may be cut off, or a quotation mark may be open: export it again."
    return Finding(path.name, f"This cannot be read as {kind}.", do)


def _renamed(columns: Iterable[str]) -> dict[str, str]:
    """Known name → the name as it is written, for columns that are written otherwise."""
    return {snake(column): column for column in columns if snake(column) != column and column != "n_"}


def _duckdb_table(path: Path, name: str, heading: list[str], connection: Any) -> ir.Table:
    view = f"written_{name}"
    if path.suffix.lower() == ".parquet":
        source = f"read_parquet({_quoted(str(path))}, file_row_number = true)"
        made = f"VIEW {view} AS SELECT file_row_number AS n_, * EXCLUDE file_row_number FROM {source}"
    else:
        made = f"TABLE {view} AS SELECT row_number() OVER () AS n_, * FROM {_csv_source(path, heading)}"
    connection.raw_sql(f"CREATE OR REPLACE TEMP {made}")
    if path.suffix.lower() == ".csv":
        _none_too_long(path, view, connection.con)
        connection.raw_sql(f"ALTER TABLE {view} DROP COLUMN {BEYOND}")
    return connection.table(view)


def _none_too_long(path: Path, table: str, database: Any) -> None:
    """Refuses a file with rows of more cells than its heading."""
    counted = f"SELECT count(*), min(n_) FROM {table} WHERE trim({BEYOND}) <> ''"
    many, first = database.execute(counted).fetchall()[0]
    if many:
        raise Refused([commas.too_long(path.name, many, first + 1)])


def _no_long_rows(path: Path, heading: list[str]) -> None:
    """The same for a file that Spark will read, which leaves such cells out in silence."""
    import duckdb

    with duckdb.connect() as database:
        rows = f"(SELECT row_number() OVER () AS n_, {BEYOND} FROM {_csv_source(path, heading)})"
        _none_too_long(path, rows, database)


def _csv_source(path: Path, heading: list[str]) -> str:
    """A CSV file, its signs not guessed; a line that is too short keeps its patient."""
    names = [*(column or f"column {k}" for k, column in enumerate(heading)), BEYOND]
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in names)
    signs = f"delim = {_quoted(commas.heading(path)[1])}, quote = '\"', escape = '\"'"
    return (
        f"read_csv({_quoted(str(path))}, auto_detect = false, header = true, columns = {{{columns}}}, {signs}, "
        "null_padding = true, strict_mode = false, parallel = false)"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def kept(engine: Engine, name: str, expr: ir.Table) -> ir.Table:
    """An expression worked out once and held under a name."""
    query = engine.connection.compile(expr)
    if engine.name == "spark":
        engine.connection.raw_sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {query}")
        engine.connection.raw_sql(f"CACHE LAZY TABLE {name}")
    else:
        engine.connection.raw_sql(f"CREATE OR REPLACE TABLE {name} AS {query}")
    return engine.connection.table(name)


def seen(engine: Engine, name: str, expr: ir.Table, of: str) -> ir.Table:
    """An expression over a written table under a name: held, or read each time anew where that is less work."""
    if not engine.once or not in_columns(engine, of):
        return kept(engine, name, expr)
    engine.connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {engine.connection.compile(expr)}")
    return engine.connection.table(name)


def in_columns(engine: Engine, name: str) -> bool:
    """Whether DuckDB reads a written table from Parquet: only columns that are asked for, each word spelled once."""
    if engine.name == "spark":
        return False
    views = "SELECT count(*) FROM duckdb_views() WHERE view_name = ?"
    return bool(engine.connection.con.execute(views, [f"written_{name}"]).fetchall()[0][0])


def fetched(engine: Engine, expr: ir.Table) -> pa.Table:
    """A small table as Arrow; straight from DuckDB, since Ibis would load pandas on the way."""
    if engine.name == "spark":
        return engine.connection.to_pyarrow(expr)
    return engine.connection.con.sql(engine.connection.compile(expr)).to_arrow_table()


def through(engine: Engine, told: Told, scheme: Scheme, name: str) -> ir.Table:
    """Patients through `rows.made`, so many at a time and on every core, as a table of this name in their order."""
    from .rows import made

    queries = [engine.connection.compile(each) for each in (told.people, told.doses, told.results)]
    work = partial(made, scheme)
    try:
        rows = _held(_flowing(work, _batches(engine, queries)), scheme.schema())
    except _OutOfOrder:
        ordered = [f"SELECT * FROM ({queries[0]}) ORDER BY n", *queries[1:]]
        rows = _held(_flowing(work, _batches(engine, ordered)), scheme.schema())
    engine.arrow[name] = rows
    _shown(engine.connection.con, name, engine.arrow[name])
    return engine.connection.table(name)


def _shown(database: Any, name: str, rows: pa.Table) -> None:
    """Rows as a view of this name, their lists as text with semicolons between.

    DuckDB cannot read lists of words that are spelled once where all are empty, so it is given the words' places.
    """
    lists = {one.name: rows[one.name] for one in rows.schema if pa.types.is_list(one.type)}
    places = {of: pa.chunked_array(map(_places, held.chunks), PLACES) for of, held in lists.items()}
    database.register(f"{name}_rows", pa.table({of: places.get(of, rows[of]) for of in rows.column_names}))
    words = ", ".join(f"{_worded(of, held)} AS {of}" for of, held in lists.items())
    database.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * REPLACE ({words}) FROM {name}_rows")


PLACES = pa.list_(pa.int16())


def _places(lists: pa.ListArray) -> pa.ListArray:
    return pa.ListArray.from_arrays(lists.offsets, lists.values.indices)


def _worded(column: str, lists: pa.ChunkedArray) -> str:
    """What makes text of the places of words."""
    words = lists.chunk(0).values.dictionary.to_pylist() if lists.num_chunks else []
    known = ", ".join(map(_quoted, words))
    return f"array_to_string(list_select([{known}]::VARCHAR[], list_transform({column}, lambda k: k + 1)), ';')"


class _OutOfOrder(Exception):
    """Patients did not come in their order."""


def _batches(engine: Engine, queries: Sequence[str]) -> Iterator[Batch]:
    """Patients as they come, so many at once, with their doses and results. Raises _OutOfOrder."""
    from .arrays import numbers
    from .record import Batch

    people, *others = queries
    aside, last = engine.connection.con.cursor(), -1  # by the side of people, who go on coming
    for batch in engine.connection.con.sql(people).to_arrow_reader(AT_ONCE):
        if not batch.num_rows:
            continue
        whose = numbers(batch.column("n"))
        if whose[0] <= last or not (whose[1:] > whose[:-1]).all():
            raise _OutOfOrder
        last = int(whose[-1])
        doses, results = (_between(aside, query, int(whose[0]), last) for query in others)
        yield Batch(batch, *_theirs(doses, whose, "code"), *_theirs(results, whose, "code", "value"))


def _between(database: Any, query: str, first: int, last: int) -> pa.RecordBatch:
    from .arrays import only

    return only(database.sql(f"SELECT * FROM ({query}) WHERE n BETWEEN {first} AND {last}").to_arrow_table())


def _theirs(rows: pa.RecordBatch, people: Any, *columns: str) -> list[Any]:
    """Whose the rows are, as places among the patients, and their columns; without those of anybody else."""
    from .arrays import numbers

    place = np.full(int(people[-1] - people[0]) + 1, -1)
    place[people - people[0]] = np.arange(len(people))
    whose = place[numbers(rows.column("n")) - people[0]]
    found = [whose, *(numbers(rows.column(name), np.nan) for name in columns)]
    known = whose >= 0
    return found if known.all() else [each[known] for each in found]


def _flowing(work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    """Parts through some work in order, on every core, only a few of them in memory before it."""
    many = min(os.cpu_count() or 1, MOST_THREADS)
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(many) as pool:
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > many:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _held(parts: Iterator[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    """Rows as one table: in memory or, if they are many, in a file without a name.

    Of such a file the system holds in memory what there is room for. Raises Refused where the disk is full.
    """
    few = list(islice(parts, IN_MEMORY))
    if (another := next(parts, None)) is None:
        return pa.Table.from_batches(few, schema=schema)
    try:
        with tempfile.TemporaryFile(prefix="register-") as file:
            with pa.ipc.new_file(file, schema) as writer:
                for part in chain(few, [another], parts):
                    writer.write_batch(part)
            file.flush()
            lent = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        what = f"The rows of so many patients cannot be laid aside: {error.strerror or error}."
        do = "Make room there, or name another folder in TMPDIR. Nothing was written elsewhere."
        raise Refused([Finding(tempfile.gettempdir(), what, do)]) from None
    return pa.ipc.open_file(pa.py_buffer(lent)).read_all()
