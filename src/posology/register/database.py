"""Tables of a database (DuckDB, PostgreSQL, SQLite) as Parquet files, each cell as words: read once, then let go.

The database is only read, in one transaction, so that its tables are of the same moment. An address is never
repeated in what is said: it may hold a password.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..findings import Finding, Refused, near
from .arrays import texts
from .files import EMPTY, NEEDED
from .grid import Grid, from_rows, parquet_rows, text

BATCH = 10_000
MOST_TABLES = 30
"""Tables that are looked into when it is not said which ones hold the register."""
SAMPLE = 10_000
PLACE = "the database"

Rows = tuple[list[str], Iterator[Sequence[Sequence[Any]]]]
"""The names of columns, and the rows, some at a time."""
Connected = tuple[dict[str, str], Callable[[str, int | None], Rows]]
"""The tables that are there, each by how it is written in SQL, and what reads one (at most so many rows)."""
Say = Callable[[str], None]


def fetched(address: str, names: Sequence[str] | None, room: Path, say: Say = lambda _: None) -> list[Grid]:
    """The tables of these names (none: every table, and only its first rows), stored in a folder. Raises Refused."""
    with _connected(address) as (there, batches):
        wanted = _chosen(names, list(there))
        found = []
        for number, table in enumerate(wanted):
            say(f"reading the table {table}")
            path = room / f"fetched-{number}.parquet"
            _store(path, batches(there[table], SAMPLE if names is None else None))
            found.append(from_rows(table, lambda path=path: parquet_rows(path)))  # type: ignore[misc]
        return found


def as_folder(address: str, room: Path, say: Say = lambda _: None) -> Path:
    """The tables patients, doses and results of a database as a folder of Parquet files. Raises Refused."""
    with _connected(address) as (there, batches):
        named = {name: _table(name, there) for name in NEEDED}
        do = f"Name the tables in a map (posology register map). There are: {', '.join(list(there)[:20]) or 'none'}."
        faults = [
            Finding(PLACE, f"There is no table {name}.", f"{near(name, there)} {EMPTY[name]} {do}".strip())
            for name, table in named.items() if not table
        ]  # fmt: skip
        if faults:
            raise Refused(faults)
        for name, table in named.items():
            say(f"reading the table {table}")
            _store(room / f"{name}.parquet", batches(there[table], None))
    return room


def _table(name: str, there: Iterable[str]) -> str:
    return next((table for table in there if table == name), "") or next(
        (table for table in there if table.lower() == name), ""
    )


def _chosen(names: Sequence[str] | None, there: Sequence[str]) -> list[str]:
    """The tables that are wanted. Raises Refused with each that is not there."""
    if names is None:
        return list(there[:MOST_TABLES])
    listed = f"There are: {', '.join(there[:20]) or 'none'}."
    faults = [
        Finding(PLACE, f"There is no table “{name[:60]}”.", near(name, there, listed))
        for name in names
        if name not in there
    ]
    if faults:
        raise Refused(faults)
    return list(names)


def _store(path: Path, read: Rows) -> None:
    """Writes rows as a Parquet file of words."""
    names, rows = read
    schema = pa.schema([(name or f"column {k}", pa.string()) for k, name in enumerate(names, 1)])
    with pq.ParquetWriter(path, schema) as file:
        for batch in rows:
            columns = list(zip(*batch, strict=True)) or [()] * len(names)
            arrays = [texts([_word(cell) for cell in column]) for column in columns]
            file.write_batch(pa.record_batch(arrays, schema=schema))


def _word(cell: Any) -> str | None:
    """A cell as words; of a moment only its day, as the database itself writes it."""
    if cell is None:
        return None
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return text(cell) if isinstance(cell, str | bool | float | int | date | datetime) else str(cell)


# ---------------------------------------------------------------- connections


@contextmanager
def _connected(address: str) -> Iterator[Connected]:
    """The tables that are there, and what reads the rows of one. Raises Refused."""
    kind = address.partition("://")[0].lower().partition("+")[0]
    if kind == "duckdb":
        opened = _duckdb(address)
    elif kind in ("postgres", "postgresql", "sqlite"):
        opened = _alchemy(address)
    else:
        do = "Write duckdb:///PATH, postgresql://USER@HOST/NAME or sqlite:///PATH."
        raise Refused([Finding(PLACE, f"{kind[:20]}:// is no database that is read here.", do)])
    with opened as found:
        yield found


@contextmanager
def _duckdb(address: str) -> Iterator[Connected]:
    import duckdb

    path = Path(address.partition("://")[2].removeprefix("/") or "?")
    if not path.is_file():
        do = "Write duckdb:///PATH, with a fourth slash before a path from the root."
        raise Refused([Finding(PLACE, f"There is no file {path}.", do)])
    shut: dict[str, Any] = {"enable_external_access": "false", "autoinstall_known_extensions": "false"}
    try:
        connection = duckdb.connect(str(path), read_only=True, config=shut)
    except duckdb.Error as error:
        busy = "lock" in str(error).lower()
        what = "It is open in another program." if busy else "This is no DuckDB database that can be read here."
        do = "Close it there." if busy else "It may be cut off, or made by a newer DuckDB."
        raise Refused([Finding(path.name, what, do)]) from None
    try:
        here = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database() "
            "ORDER BY table_schema <> 'main', 1, 2"
        ).fetchall()

        def batches(table: str, most: int | None) -> Rows:
            found = connection.execute(_all_of(table, most))
            return [column[0] for column in found.description], iter(lambda: found.fetchmany(BATCH), [])

        yield _by_name(here, "main"), batches
    except duckdb.Error:
        raise Refused([_broken()]) from None
    finally:
        connection.close()


@contextmanager
def _alchemy(address: str) -> Iterator[Connected]:
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        url = make_url(address)
        url = url.set(drivername="postgresql+psycopg") if url.drivername.startswith("postgres") else url
        if url.drivername == "sqlite" and not (url.database and Path(url.database).is_file()):
            raise Refused([Finding(PLACE, "There is no such file.", "Write sqlite:///PATH.")])
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError, ValueError):
        do = "Write postgresql://USER@HOST/NAME; signs as @ or / within a password are written %40, %2F."
        raise Refused([Finding(PLACE, "This address cannot be read.", do)]) from None
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                still = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                connection = connection.execution_options(**still, stream_results=True, max_row_buffer=BATCH)
            seen = inspect(connection)

            def batches(table: str, most: int | None) -> Rows:
                found = connection.exec_driver_sql(_all_of(table, most))
                return list(found.keys()), found.partitions(BATCH)

            own = seen.default_schema_name or ""
            others = (s for s in seen.get_schema_names() if s not in (own, "information_schema"))
            schemas = [own, *(s for s in others if not s.startswith("pg_"))]
            every = [(s, t) for s in schemas for t in sorted([*seen.get_table_names(s), *seen.get_view_names(s)])]
            yield _by_name(every, own), batches
    except SQLAlchemyError as error:
        raise Refused([_why(error)]) from None
    finally:
        engine.dispose()


def _by_name(tables: Iterable[tuple[str, str]], own: str) -> dict[str, str]:
    """Tables by name (with their schema where it is another than the usual one), as they are written in SQL."""
    return {t if s == own else f"{s}.{t}": f"{_quoted(s)}.{_quoted(t)}" for s, t in tables}


def _all_of(table: str, most: int | None) -> str:
    return f"SELECT * FROM {table}" + (f" LIMIT {most}" if most else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _broken() -> Finding:
    return Finding(PLACE, "A table cannot be read.", "It may be cut off, or a view may name what is not there.")


def _why(error: Exception) -> Finding:
    """What is wrong with a connection, without the words of the driver: they may hold the address."""
    origin = getattr(error, "orig", None)
    state, words = getattr(origin, "sqlstate", None) or "", str(origin).lower()
    refused = ("authentication failed", "no password supplied", "role ")
    if state.startswith("28") or (not state and any(one in words for one in refused)):
        return Finding(PLACE, "The user or the password was refused.", "Give the password in PGPASSWORD or ~/.pgpass.")
    if state == "3D000" or (not state and "database" in words and "does not exist" in words):
        return Finding(PLACE, "There is no database of that name.", "Correct the last part of the address.")
    if state == "42501":
        return Finding(PLACE, "This user may not read the table.", "Have the right to read it granted.")
    if state or "malformed" in words or "not a database" in words:
        return _broken()
    return Finding(PLACE, "No connection could be made.", "Look whether it runs, and whether host and port are right.")
