"""Rows as a practice exports them: the sheets of a workbook, or files of a folder, every cell as it stands there.

Nothing is interpreted here beyond what a spreadsheet itself knows: merged cells hold the same value, a
day is a day, and a formula that was never worked out is no empty cell.
"""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused
from .files import _csv_heading

LARGEST = 90_000_000
"""Bytes that a workbook may unpack to: beyond it the file is no practice's list."""
TIGHTEST = 200
"""How many times smaller than its contents a workbook may be."""
MOST_MERGED = 2_000_000
"""Cells under merged areas."""
MOST_ROWS, MOST_COLUMNS = 1_000_000, 1_000
HELD, BATCH = 50_000, 5_000
"""Rows of a file that are held to guess from, and rows that are read at once."""
SCANNED = 10
"""Rows at the top of a sheet among which the heading is looked for."""
UNSOLVED = "#FORMULA"


def nothing() -> Iterator[Sequence[Any]]:
    """No further rows."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it was written: its name and its rows, those of the heading included.

    Of a long file only the first rows are held; ``rest`` reads the others, as often as it is called.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    rest: Callable[[], Iterator[Sequence[Any]]] = nothing

    def below(self, number: int) -> Iterator[Sequence[Any]]:
        """Every row below the row of that number (from 1)."""
        yield from self.rows[number:]
        yield from self.rest()


def grids(path: Path) -> list[Grid]:
    """The tables of a workbook, a folder or a single file. Raises Refused."""
    if path.is_dir():
        return [_file(file) for file in sorted(path.iterdir()) if file.suffix.lower() in (".csv", ".parquet")]
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
    return list(_sheets(path))


# ---------------------------------------------------------------- workbooks


def weighed(path: Path) -> bool:
    """Whether a workbook holds formulas. Refuses one that is none, or that would be far more than it weighs.

    A few bytes can name a merged area of all cells that a sheet may have, or words that stand for words without end.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            whole, small = sum(e.file_size for e in entries), max(sum(e.compress_size for e in entries), 1)
            if whole > LARGEST or (whole > LARGEST // 3 and whole > TIGHTEST * small):
                raise Refused([_too_large(path)])
            parts = {e.filename: packed.read(e) for e in entries if e.filename.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise Refused([_no_workbook(path)]) from None
    if "[Content_Types].xml" not in parts or any(b"<!DOCTYPE" in p or b"<!ENTITY" in p for p in parts.values()):
        raise Refused([_no_workbook(path)])
    sheets = [part for name, part in parts.items() if name.startswith("xl/worksheets/")]
    if sum(_merged(part) for part in sheets) > MOST_MERGED:
        raise Refused([_too_large(path)])
    return any(re.search(rb"<(\w+:)?f[ >/]", part) for part in sheets)


def _merged(part: bytes) -> int:
    """How many cells the merged areas of a sheet cover."""
    areas = re.findall(rb"ref=[\"']([A-Z]{1,4})(\d{1,9}):([A-Z]{1,4})(\d{1,9})[\"']", part[part.find(b"mergeCell") :])
    return sum((_letters(c) - _letters(a) + 1) * (int(d) - int(b) + 1) for a, b, c, d in areas)


def _letters(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> Finding:
    do = "Export again, take away what is no list of patients, or save the sheets as CSV files in a folder."
    return Finding(path.name, "It would unpack to far more than a practice's list.", do)


def _no_workbook(path: Path) -> Finding:
    do = "It may be cut off, locked, or another kind of file: save it again as an Excel workbook (.xlsx)."
    return Finding(path.name, "This cannot be read as an Excel workbook.", do)


def _sheets(path: Path) -> Iterator[Grid]:
    import openpyxl

    formulas = weighed(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about looks that are not kept
            shown = openpyxl.load_workbook(path, data_only=True)
            written = openpyxl.load_workbook(path) if formulas else None
    except Exception:  # a broken workbook fails in many ways; its words may name patients
        raise Refused([_no_workbook(path)]) from None
    if shown.epoch.year != 1899:
        do = "Switch off “1904 date system” in its settings, look the dates over, and save it again."
        what = "This workbook counts its days from 1904, so a bare number could be two days."
        raise Refused([Finding(path.name, what, do)])
    for sheet in shown.worksheets:
        if sheet.sheet_state == "visible" and sheet.max_row and sheet.max_column:
            yield _sheet(sheet, written[sheet.title] if written else None, path)


def _sheet(shown: Any, written: Any, path: Path) -> Grid:
    """A sheet's rows; a merged cell holds the same everywhere."""
    if shown.max_row > MOST_ROWS or shown.max_column > MOST_COLUMNS:
        what = f"The sheet {shown.title!r} has {shown.max_row:,} rows and {shown.max_column:,} columns."
        do = f"At most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns are read: take away what is no list of patients."
        raise Refused([Finding(path.name, what, do)])
    rows = [list(row) for row in shown.iter_rows(values_only=True)]
    for one in written.iter_rows() if written else ():
        for cell in one:
            if cell.data_type == "f" and rows[cell.row - 1][cell.column - 1] is None:
                rows[cell.row - 1][cell.column - 1] = UNSOLVED
    for area in shown.merged_cells.ranges:
        top = rows[area.min_row - 1][area.min_col - 1]
        for k in range(area.min_row - 1, min(area.max_row, len(rows))):
            for j in range(area.min_col - 1, min(area.max_col, len(rows[k]))):
                rows[k][j] = top
    return Grid(shown.title, rows)


# ---------------------------------------------------------------- files


def _file(path: Path) -> Grid:
    read = parquet_rows if path.suffix.lower() == ".parquet" else _csv_rows
    return from_rows(path.stem, lambda: read(path))


def from_rows(name: str, read: Callable[[], Iterator[Sequence[Any]]]) -> Grid:
    """A table out of what reads its rows, the heading first: the first rows are held, the others read when wanted."""
    first = list(islice(read(), HELD))
    return Grid(name, first, (lambda: islice(read(), HELD, None)) if len(first) == HELD else nothing)


def _csv_rows(path: Path) -> Iterator[Sequence[Any]]:
    between = _csv_heading(path)[1]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file, delimiter=between)
    except UnicodeDecodeError:
        raise Refused([Finding(path.name, "This is not UTF-8 text throughout.", "Save it as CSV UTF-8.")]) from None
    except (csv.Error, OSError):
        raise Refused(
            [Finding(path.name, "This cannot be read as CSV.", "A quotation mark may be open: export it again.")]
        ) from None


def parquet_rows(path: Path) -> Iterator[Sequence[Any]]:
    """The rows of a Parquet file, the names of its columns first. Raises Refused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield file.schema_arrow.names
            for batch in file.iter_batches(BATCH):
                columns = [column.to_pylist() for column in batch.columns]
                yield from zip(*columns, strict=True)
    except (pa.ArrowException, OSError, ValueError):
        raise Refused(
            [Finding(path.name, "This cannot be read as Parquet.", "It may be cut off: export it again.")]
        ) from None


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
