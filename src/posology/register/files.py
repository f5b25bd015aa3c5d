"""The files of a register: which they are, and as tables of an engine, every cell as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..findings import Finding, Refused, near
from ..read.regimens import snake
from . import commas
from .overlong import Overlong, shortened
from .queries import Connection

if TYPE_CHECKING:
    import ibis.expr.types as ir

KINDS = (".csv", ".parquet")
NEEDED = {
    "patients": ("patient_id",),
    "doses": ("patient_id", "date", "drug", "dose_mg", "route"),
    "results": ("patient_id", "date", "test", "value", "unit"),
}
BEYOND = "beyond_the_heading_"
"""Where the cells of a row stand that are more than its heading has."""
SHORT = "short_"
"""Where it stands that a row has fewer cells than its heading; such a column is there only where such rows are."""
NO_CELL = "\x01"
"""What no cell says: DuckDB then tells an empty cell from one that is not there."""
MAP = " Or say what the columns mean, in a map: posology register map."
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
        connection.raw_sql(f"SET temp_directory = {quoted(spill)}")
    return Engine("duckdb", connection)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as a table, rows numbered in `n_`, and the known names of all its columns."""

    table: ir.Table
    columns: tuple[str, ...]


def opened(
    folder: Path, engine: Engine, overlong: dict[str, Overlong], known: Mapping[str, Sequence[str]]
) -> dict[str, Written]:
    """The three files of a register. Raises Refused.

    Which of them have rows that are too long to be read is put down in ``overlong``. A CSV file that DuckDB reads has
    the columns that are ``known`` and no others, empty where it lacks them: whatever an export holds, what is asked of
    it is the same, and was compiled before.
    """
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
    tables: dict[str, Written] = {}
    for name, path in found.items():
        try:
            table = _loaded(path, name, headings[name], engine, overlong)
            tables[name] = _plainly(path, name, headings[name], table, known[name], engine)
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


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


# ---------------------------------------------------------------- headings


def _heading(path: Path, name: str, engine: Engine, faults: list[Finding]) -> list[str]:
    """The columns of a file as they are written. Adds a fault for each that is missing or there twice."""
    try:
        written = commas.heading(path)[0] if _is_csv(path) else _parquet_heading(path)
    except Refused as refused:
        faults += refused.findings
        return []
    known = [snake(column) for column in written]
    twice = sorted({column for column in known if column and known.count(column) > 1})
    if twice:
        do = "Keep one column of each name."
        faults.append(Finding(path.name, f"These columns are there more than once: {', '.join(twice)}.", do))
    lacking = [column for column in NEEDED[name] if column not in known and column != "dose_mg"]
    if lacking and _is_csv(path) and (row := commas.lower_heading(path, lacking)):
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


def _loaded(path: Path, name: str, heading: list[str], engine: Engine, overlong: dict[str, Overlong]) -> ir.Table:
    """A file as a table with a row number; only columns with names, as they are called there."""
    try:
        if _is_csv(path):
            commas.closed(path)
        return _written(path, name, heading, engine)
    except Refused:
        raise
    except Exception as error:  # whatever an engine makes of a broken file: its own words name patients
        if not (_is_csv(path) and "maximum line size" in str(error).lower()):
            raise Refused([_unreadable(path, error)]) from None
        return _without_long_rows(path, name, heading, engine, overlong)


def _plainly(
    path: Path, name: str, heading: list[str], table: ir.Table, known: Sequence[str], engine: Engine
) -> Written:
    """A table by the known names of its columns."""
    if engine.name == "spark" or not _is_csv(path):
        renamed = table.rename(_renamed(table.columns))
        return Written(renamed, tuple(renamed.columns))
    there = [snake(column) for column in heading if column]
    columns = [f'"{one}"' if one in there else f'NULL::VARCHAR AS "{one}"' for one in known]
    columns += [SHORT] if SHORT in table.columns else []
    view = f"plain_{name}"
    engine.connection.raw_sql(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT n_, {', '.join(columns)} FROM written_{name}"
    )
    return Written(engine.connection.table(view), tuple(there))


def _written(path: Path, name: str, heading: list[str], engine: Engine) -> ir.Table:
    """A file as a table with a row number, its columns as they are called there."""
    if engine.name != "spark":
        return _duckdb_table(path, name, heading, engine.connection)
    from .spark import load

    if _is_csv(path):
        _no_odd_rows(path, heading)
    return load(engine.connection, path, name, commas.heading(path)[1] if _is_csv(path) else "")


def _without_long_rows(
    path: Path, name: str, heading: list[str], engine: Engine, overlong: dict[str, Overlong]
) -> ir.Table:
    """A file of which the overlong rows are emptied but for their ids; Spark, which reads it later, is refused it."""
    with TemporaryDirectory(prefix="register-") as room:
        copy = Path(room) / path.name
        try:
            found = shortened(path, copy)
        except (UnicodeDecodeError, OSError) as error:
            raise Refused([_unreadable(path, error)]) from None
        if engine.name == "spark" or not found.rows:
            raise Refused([found.refused()])
        overlong[name] = found
        return _written(copy, name, heading, engine)


def _unreadable(path: Path, error: Exception) -> Finding:
    if "utf-8" in str(error).lower() or "unicode" in str(error).lower():
        return Finding(path.name, "This is not UTF-8 text throughout.", "Save it as CSV UTF-8.")
    kind = "CSV" if _is_csv(path) else "Parquet"
    do = "It may be cut off, or a quotation mark may be open: export it again."
    return Finding(path.name, f"This cannot be read as {kind}.", do)


def _renamed(columns: Iterable[str]) -> dict[str, str]:
    """Known name → the name as it is written, for columns that are written otherwise."""
    return {snake(column): column for column in columns if snake(column) != column and column != "n_"}


def _duckdb_table(path: Path, name: str, heading: list[str], connection: Any) -> ir.Table:
    view = f"written_{name}"
    if _is_csv(path):
        connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE {view} AS {_numbered(path, heading)}")
        _none_too_long(path, view, connection.con)
        connection.raw_sql(f"ALTER TABLE {view} DROP COLUMN {BEYOND}")
        if _short_rows(path, view, connection.con):
            connection.raw_sql(_last_cells_unknown(view, _names(heading)))
        else:
            connection.raw_sql(f"ALTER TABLE {view} DROP COLUMN {SHORT}")
    else:
        source = f"read_parquet({quoted(str(path))}, file_row_number = true)"
        numbered = f"SELECT file_row_number AS n_, * EXCLUDE file_row_number FROM {source}"
        connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW {view} AS {numbered}")
    return connection.table(view)


def _none_too_long(path: Path, table: str, database: Any) -> None:
    """Refuses a file with rows of more cells than its heading."""
    counted = f"SELECT count(*), min(n_) FROM {table} WHERE trim({BEYOND}) <> ''"
    many, first = database.execute(counted).fetchall()[0]
    if many:
        raise Refused([commas.too_long(path.name, many, first + 1)])


def _short_rows(path: Path, table: str, database: Any) -> tuple[int, int] | None:
    """How many rows have fewer cells than the heading, and the first. Raises Refused where the last was cut off."""
    counted = f"SELECT count(*), min(n_), max(n_), (SELECT count(*) FROM {table}) FROM {table} WHERE {SHORT}"
    many, first, last, rows = database.execute(counted).fetchall()[0]
    if many and last == rows and not commas.ended(path):
        raise Refused([commas.cut_off(path.name, last + 1)])
    return (many, first + 1) if many else None


def _last_cells_unknown(table: str, names: Sequence[str]) -> str:
    """What empties the last cell of the rows that have too few: the rest of it may be what is missing. Ids stay."""
    columns = [_column(name) for name in names]
    emptied = ", ".join(
        f"{one} = CASE WHEN coalesce({', '.join(columns[k + 1 :])}) IS NOT NULL THEN {one} END"
        for k, one in enumerate(columns[:-1])
        if names[k] != "patient_id"
    )
    return f"UPDATE {table} SET {emptied} WHERE {SHORT}"


def _no_odd_rows(path: Path, heading: list[str]) -> None:
    """The same for a file that Spark will read, to which rows of too many or too few cells are all one."""
    import duckdb

    with duckdb.connect() as database:
        rows = f"(SELECT n_, {BEYOND}, {SHORT} FROM ({_numbered(path, heading)}))"
        _none_too_long(path, rows, database)
        if found := _short_rows(path, rows, database):
            raise Refused([commas.too_short(path.name, *found)])


def _numbered(path: Path, heading: list[str]) -> str:
    """The rows of a CSV file with their numbers; what lies beyond the heading, and whether cells are missing."""
    names = _names(heading)
    cells = ", ".join(f"nullif({_column(name)}, '') AS {_column(name)}" for name in names)
    last = max((k for k, column in enumerate(heading) if column), default=0)
    short = f"{_column(names[last])} IS NULL" if last else "false"
    return f"SELECT row_number() OVER () AS n_, {cells}, {BEYOND}, {short} AS {SHORT} FROM {_csv_source(path, names)}"


def _names(heading: Sequence[str]) -> list[str]:
    """The known names of the columns of a CSV file; those without a name by their places."""
    return [snake(column) or f"column {k}" for k, column in enumerate(heading)]


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _csv_source(path: Path, names: Sequence[str]) -> str:
    """A CSV file, columns by their known names, its signs not guessed; a line that is too short keeps its patient."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in (*names, BEYOND))
    signs = f"delim = {quoted(commas.heading(path)[1])}, quote = '\"', escape = '\"', nullstr = {quoted(NO_CELL)}"
    return (
        f"read_csv({quoted(str(path))}, auto_detect = false, header = true, columns = {{{columns}}}, {signs}, "
        "null_padding = true, strict_mode = false, parallel = false)"
    )


def quoted(text: str) -> str:
    """A text as SQL has it."""
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


def one_row(expr: ir.Table, engine: Engine) -> dict[str, Any]:
    """The only row of a table."""
    rows = fetched(engine, expr).to_pylist()
    return dict(rows[0]) if rows else {}


def rows_of(expr: ir.Table, engine: Engine) -> list[dict[str, Any]]:
    """The rows of a small table."""
    return [dict(row) for row in fetched(engine, expr).to_pylist()]
