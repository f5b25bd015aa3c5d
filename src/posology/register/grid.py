"""Rows as a practice exports them: the sheets of a workbook, or files of a folder, every cell as it stands there.

Nothing is interpreted here beyond what a spreadsheet itself knows: merged cells hold the same value, a
day is a day, and a formula that was never worked out is no empty cell.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused
from . import commas
from .overlong import without_end
from .workbook import sheets

HELD, BATCH = 50_000, 5_000
"""Rows of a file that are held to guess from, and rows that are read at once."""
SCANNED = 10
"""Rows at the top of a sheet among which the heading is looked for."""


def nothing() -> Iterator[Sequence[Any]]:
    """No further rows."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it was written: its name and its rows, those of the heading included.

    Of a long file only the first rows are held; ``rest`` reads the others, as often as it is called. A row of a text
    (``lines``) that has too few cells was cut; ``ended``: its last line has its end.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    rest: Callable[[], Iterator[Sequence[Any]]] = nothing
    lines: bool = False
    ended: bool = True

    def below(self, number: int) -> Iterator[Sequence[Any]]:
        """Every row below the row of that number (from 1)."""
        yield from self.rows[number:]
        yield from self.rest()


def grids(path: Path) -> list[Grid]:
    """The tables of a workbook, a folder or a single file. Raises Refused."""
    if path.is_dir():
        return _every(file for file in sorted(path.iterdir()) if file.suffix.lower() in (".csv", ".parquet"))
    if not path.is_file():
        raise Refused(
            [Finding(str(path), "There is no such file or folder.", "Name the workbook, or the folder with the files.")]
        )
    if path.suffix.lower() in (".csv", ".parquet"):
        return [_file(path)]
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise Refused(
            [
                Finding(
                    path.name,
                    "This is no Excel workbook (.xlsx).",
                    "Save it as an Excel workbook (.xlsx), or as CSV.",
                )
            ]
        )
    return [Grid(title, rows) for title, rows in sheets(path)]


# ---------------------------------------------------------------- files


def _every(files: Iterable[Path]) -> list[Grid]:
    """The tables in files. Raises Refused with what is wrong with any of them."""
    found: list[Grid] = []
    faults: list[Finding] = []
    for file in files:
        try:
            found.append(_file(file))
        except Refused as refused:
            faults += refused.findings
    if faults:
        raise Refused(faults)
    return found


def _file(path: Path) -> Grid:
    if path.suffix.lower() == ".parquet":
        return from_rows(path.stem, lambda: parquet_rows(path))
    return replace(from_rows(path.stem, lambda: _csv_rows(path)), lines=True, ended=commas.ended(path))


def from_rows(name: str, read: Callable[[], Iterator[Sequence[Any]]]) -> Grid:
    """A table out of what reads its rows, the heading first: the first rows are held, the others read when wanted."""
    first = list(islice(read(), HELD))
    return Grid(name, first, (lambda: islice(read(), HELD, None)) if len(first) == HELD else nothing)


def _csv_rows(path: Path) -> Iterator[Sequence[Any]]:
    between = commas.heading(path)[1]
    commas.closed(path)
    read = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, delimiter=between):
                read += 1
                yield row
    except UnicodeDecodeError:
        raise Refused([Finding(path.name, "This is not UTF-8 text throughout.", "Save it as CSV UTF-8.")]) from None
    except csv.Error as error:
        if "field limit" in str(error):
            raise Refused([without_end(path.name, read + 1)]) from None
        raise _no_csv(path) from None
    except OSError:
        raise _no_csv(path) from None


def _no_csv(path: Path) -> Refused:
    do = "A quotation mark may be open: export it again."
    return Refused([Finding(path.name, "This cannot be read as CSV.", do)])


def parquet_rows(path: Path) -> Iterator[Sequence[Any]]:
    """The rows of a Parquet file, the names of its columns first. Raises Refused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield file.schema_arrow.names
            for batch in file.iter_batches(BATCH):
                columns = [_single(column.to_pylist()) for column in batch.columns]
                yield from zip(*columns, strict=True)
    except (pa.ArrowException, OSError, ValueError):
        raise Refused(
            [Finding(path.name, "This cannot be read as Parquet.", "It may be cut off: export it again.")]
        ) from None


def _single(cells: list[Any]) -> list[Any]:
    """Cells that hold one thing each: a list, or fields with names, as words."""
    return [str(cell) if isinstance(cell, list | dict) else cell for cell in cells]


def text(cell: Any) -> str:
    """A cell as words: 12.0 is 12, a day is year-month-day, nothing is nothing.

    >>> text(12.0), text(None), text(date(2026, 1, 31)), text(True), text("  x ")
    ('12', '', '2026-01-31', 'yes', 'x')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()
