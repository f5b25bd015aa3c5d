"""A worklist as a file: written whole or not at all, and never with a cell that a spreadsheet would run.

It is written under a hidden name beside its place and moved there at the end, so that a run that was
stopped leaves nothing that looks whole; the next run that writes into the folder takes its leavings away.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ..findings import Finding, Refused
from .arrays import column, flags, numbers
from .files import Engine
from .queries import name_of, over

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

LISTS = ("tests_due", "alerts", "ask", "notices")
HIDDEN = ("n", "unsettled")
KINDS = (".csv", ".parquet")
PART = ".posology"
"""What hidden names end in, and nobody else's do."""
OURS = re.compile(r"\..+\.([A-Za-z0-9_-]+)\.([0-9]+)" + re.escape(PART))
"""A hidden name: of what it will be, of the machine, and of the process that writes it."""
GROUP = 1 << 17
"""Rows that are written at once."""
LIST = pa.list_(pa.string())


def write(table: ir.Table, path: Path, engine: Engine) -> None:
    """Writes a worklist as CSV or Parquet, by the name of the file. Raises Refused."""
    if path.suffix.lower() not in KINDS:
        what = f"{path.name} is neither CSV nor Parquet."
        raise Refused([Finding("--out", what, "Name a file that ends in .csv or .parquet.")])
    table = over(table)
    kind, rows = path.suffix.lower(), engine.arrow.get(name_of(table))
    if kind == ".parquet" and rows is not None:
        whole(path, lambda part: _as_parquet(rows, part))
        return
    shaped = for_csv(table) if kind == ".csv" else _for_parquet(table)
    whole(path, lambda part: _copied(shaped, part, kind, engine))


def whole(path: Path, make: Callable[[Path], object]) -> None:
    """Has a file made under a hidden name beside its place, and moves it there when it is whole. Raises Refused."""

    def placed(part: Path) -> None:
        make(part)
        _to_disk(part)
        part.chmod(0o644)
        part.replace(path)

    _beside(path, placed)


def whole_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Has a folder of files made in the same way; how many there are. Raises Refused."""
    empty(path)
    many = 0

    def placed(part: Path) -> None:
        nonlocal many
        part.mkdir(mode=0o755)
        for name, content in files:
            (part / name).write_bytes(content)
            _to_disk(part / name)
            many += 1
        part.replace(path)

    _beside(path, placed)
    return many


def empty(folder: Path) -> None:
    """Refuses a folder that holds something, and a name that is not a folder's. Raises Refused."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        do = "Name an empty folder or a new one, so that files of different days are not mixed."
        raise Refused([Finding("--out", f"There is something in {folder} already.", do)])


def _beside(path: Path, place: Callable[[Path], None]) -> None:
    part = path.parent / f".{path.name}.{_machine()}.{os.getpid()}{PART}"
    try:
        _gone(part)
        with suppress(PermissionError):  # a folder into which one may only put
            _clear(path.parent)
        place(part)
    except OSError as error:
        raise _cannot(path, error.strerror or str(error)) from None
    except Refused:
        raise
    except Exception as error:  # an engine that cannot write says so in its own way
        raise _cannot(path, str(error).split("\n")[0][:200]) from None
    finally:
        _gone(part)


def _to_disk(part: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _cannot(path: Path, why: str) -> Refused:
    do = "Choose a place with room that can be written to. Nothing was written there."
    return Refused([Finding(str(path), f"It cannot be written: {why}.", do)])


def _machine() -> str:
    """The name of this machine: another one, which writes into a folder that both see, has processes of its own."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", platform.node())[:40] or "_"


def _clear(folder: Path) -> None:
    """Takes away what runs on this machine that were stopped have left in a folder, of whatever they wrote."""
    for left in folder.iterdir():
        found = OURS.fullmatch(left.name)
        if found and found[1] == _machine() and not _lives(int(found[2])):
            _gone(left)


def _lives(process: int) -> bool:
    """Whether a process is there; where that cannot be asked, it may be."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _gone(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)


# ---------------------------------------------------------------- shapes


def safe(cell: ir.StringValue) -> ir.StringValue:
    """A cell that no spreadsheet takes for a formula: one that could be begins with an apostrophe."""
    return cell.re_search(r"^[=+\-@\t\r]").ifelse("'" + cell, cell)


def for_csv(table: ir.Table) -> ir.Table:
    """Lists as text, empty cells for what is not there, and nothing that a spreadsheet would run."""
    lists = {name: table[name].nullif("") for name in LISTS if name in table.columns}
    return table.order_by("n").drop(*HIDDEN).mutate(patient_id=safe(table.patient_id), **lists)


def _for_parquet(table: ir.Table) -> ir.Table:
    """Lists as lists."""
    none = ibis.literal([], type="array<string>")
    lists = {n: (table[n] == "").ifelse(none, table[n].split(";")) for n in LISTS if n in table.columns}
    return table.order_by("n").drop(*HIDDEN).mutate(**lists)


# ---------------------------------------------------------------- Arrow tables, whose words are spelled once


def _as_parquet(rows: pa.Table, part: Path) -> None:
    """The worklist as `_for_parquet` shapes it."""
    import pyarrow.parquet as pq

    schema = _lists(rows.slice(0, 0)).schema
    told = [one.name for one in schema if not pa.types.is_list(one.type)]  # of a list nobody asks the least
    with pq.ParquetWriter(part, schema, compression="zstd", store_schema=False, write_statistics=told) as file:
        for start in range(0, max(rows.num_rows, 1), GROUP):
            file.write_table(_lists(rows.slice(start, GROUP)), row_group_size=GROUP)


def _lists(rows: pa.Table) -> pa.Table:
    """Rows with lists as lists, without what is not shown."""
    columns = {name: rows[name] for name in rows.column_names if name not in HIDDEN}
    texts_ = [name for name in LISTS if name in columns and pa.types.is_string(columns[name].type)]
    columns |= {name: pa.chunked_array(map(_split, columns[name].chunks), LIST) for name in texts_}
    return pa.table(columns)


def _split(texts: pa.StringArray) -> pa.ListArray:
    """Texts split at their semicolons; a text without signs has no parts."""
    import pyarrow.compute as pc

    split = pc.split_pattern(texts, ";")
    many = numbers(pc.list_value_length(split)) - (numbers(pc.binary_length(texts)) == 0)
    parts = split.flatten()
    there = parts.filter(flags(numbers(pc.binary_length(parts)) > 0))
    return pa.ListArray.from_arrays(column(np.concatenate(([0], np.cumsum(many))).astype(np.int32), pa.int32()), there)


# ---------------------------------------------------------------- out of the engine


def _copied(table: ir.Table, part: Path, kind: str, engine: Engine) -> None:
    if engine.name == "spark":
        from .spark import copied

        copied(table, part, kind, engine.connection)
        return
    how = "FORMAT csv, HEADER" if kind == ".csv" else "FORMAT parquet, COMPRESSION zstd"
    place = str(part).replace("'", "''")
    engine.connection.raw_sql(f"COPY ({engine.connection.compile(table)}) TO '{place}' ({how})")
