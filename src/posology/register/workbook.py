"""The sheets of a workbook: every cell as it stands there, read in one pass.

openpyxl says which sheets there are and which numbers are days; it would make three objects of every cell, and would
have to read everything twice to tell a formula that was never worked out from an empty cell.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..findings import Finding, Refused

LARGEST = 90_000_000
"""Bytes that a workbook may unpack to: beyond it the file is no practice's list."""
TIGHTEST = 200
"""How many times smaller than its contents a workbook may be."""
MOST_MERGED = 2_000_000
"""Cells under merged areas."""
MOST_ROWS, MOST_COLUMNS = 1_000_000, 1_000
UNSOLVED = "#FORMULA"
"""Stands where a formula was never worked out."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
"""The names of what a sheet is made of begin so."""

Rows = list[list[Any]]


def weighed(path: Path) -> dict[str, bytes]:
    """The parts of a workbook. Refuses what is none, or would be far more than it weighs.

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
    return parts


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


# ---------------------------------------------------------------- sheets


def sheets(path: Path) -> Iterator[tuple[str, Rows]]:
    """The sheets that can be seen, by name; a merged cell holds the same everywhere. Raises Refused."""
    import openpyxl

    parts = weighed(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about looks that are not kept
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            found = [(sheet.title, _read(sheet, parts)) for sheet in book.worksheets if sheet.sheet_state == "visible"]
            book.close()
    except Exception:  # a broken workbook fails in many ways; its words may name patients
        raise Refused([_no_workbook(path)]) from None
    if book.epoch.year != 1899:
        do = "Switch off “1904 date system” in its settings, look the dates over, and save it again."
        what = "This workbook counts its days from 1904, so a bare number could be two days."
        raise Refused([Finding(path.name, what, do)])
    for title, cells in found:
        yield title, _rows(title, cells, path)


@dataclass(slots=True)
class Cells:
    """The cells of a sheet by row and column (from 1), and its merged areas."""

    at: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def _read(sheet: Any, parts: dict[str, bytes]) -> Cells:
    """The cells of a sheet. Raises whatever a broken one comes to."""
    cells, words, book = Cells(), sheet._shared_strings, sheet.parent

    def number(written: str, style: int) -> Any:
        figure = float(written) if {".", "e", "E"} & set(written) else int(written)
        return _moment(figure, style in book._timedelta_formats) if style in book._date_formats else figure

    kinds: dict[str, Callable[[str, int], Any]] = {
        "n": number,
        "s": lambda written, _: words[int(written)],
        "b": lambda written, _: bool(int(written)),
        "d": lambda written, _: _of_words(written),
    }
    _Pass(cells, kinds).over(parts[sheet._worksheet_path])
    return cells


def _moment(figure: float, span: bool) -> Any:
    from openpyxl.utils.datetime import from_excel

    try:
        return from_excel(figure, timedelta=span)
    except (OverflowError, ValueError):
        return "#VALUE!"


def _of_words(written: str) -> Any:
    from openpyxl.utils.datetime import from_ISO8601

    return from_ISO8601(written)


class _Pass:
    """One pass over the XML of a sheet."""

    def __init__(self, cells: Cells, kinds: dict[str, Callable[[str, int], Any]]) -> None:
        self.cells, self.kinds = cells, kinds
        self.row = self.column = self.style = 0
        self.kind, self.formula, self.value = "n", False, ""
        self.taking, self.aside = False, False
        self.columns: dict[str, int] = {}

    def over(self, part: bytes) -> None:
        """Goes over a sheet."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.begin, self.end
        parser.CharacterDataHandler = self.said
        parser.Parse(part, True)

    def begin(self, name: str, told: dict[str, str]) -> None:
        """An element begins."""
        match name.removeprefix(MAIN):
            case "c":
                self.cell(told)
            case "v":
                self.taking, self.value = self.kind != "inlineStr", ""
            case "t":
                self.taking = self.kind == "inlineStr" and not self.aside
            case "f":
                self.formula = True
            case "rPh":
                self.aside = True
            case "row":
                self.row, self.column = int(float(told["r"])) if "r" in told else self.row + 1, 0
            case "mergeCell":
                self.cells.merged.append(_area(told["ref"]))

    def cell(self, told: dict[str, str]) -> None:
        """A cell begins: where it stands says it itself, or its place among the others."""
        place = told.get("r")
        if place:
            letters = place.rstrip("0123456789")
            if letters not in self.columns:
                self.columns[letters] = _column(letters)
            self.row, self.column = int(place[len(letters) :]), self.columns[letters]
        else:
            self.column += 1
        self.kind, self.style = told.get("t", "n"), int(told.get("s", 0))
        self.formula, self.value = False, ""

    def said(self, words: str) -> None:
        """What stands in an element."""
        if self.taking:
            self.value += words

    def end(self, name: str) -> None:
        """An element ends."""
        match name.removeprefix(MAIN):
            case "v" | "t":
                self.taking = False
            case "rPh":
                self.aside = False
            case "c":
                self.cells.at[self.row, self.column] = self.worth()

    def worth(self) -> Any:
        """What a cell holds."""
        if not self.value:
            return UNSOLVED if self.formula else ("" if self.kind == "inlineStr" else None)
        return self.kinds[self.kind](self.value, self.style) if self.kind in self.kinds else self.value


def _column(letters: str) -> int:
    """A column's number. Raises ValueError."""
    if not re.fullmatch(r"\$?[A-Za-z]{1,4}\$?", letters):
        raise ValueError(letters)
    return _letters(letters.strip("$").upper().encode())


def _area(ref: str) -> tuple[int, int, int, int]:
    """The first row and column of an area, and the last ones."""
    found = re.fullmatch(r"\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?", ref)
    if found is None:
        raise ValueError(ref)
    left, top = _letters(found[1].encode()), int(found[2])
    return top, left, int(found[4] or top), _letters((found[3] or found[1]).encode())


def _rows(title: str, cells: Cells, path: Path) -> Rows:
    """A sheet's rows, all of one length."""
    ends = [*cells.at, *((row, column) for _, _, row, column in cells.merged)]
    many, wide = max((row for row, _ in ends), default=0), max((column for _, column in ends), default=0)
    if many > MOST_ROWS or wide > MOST_COLUMNS:
        what = f"The sheet {title!r} has {many:,} rows and {wide:,} columns."
        do = f"At most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns are read: take away what is no list of patients."
        raise Refused([Finding(path.name, what, do)])
    rows: Rows = [[None] * wide for _ in range(many)]
    for (row, column), value in cells.at.items():
        rows[row - 1][column - 1] = value
    for top, left, last, right in cells.merged:
        for line in rows[top - 1 : last]:
            line[left - 1 : right] = [rows[top - 1][left - 1]] * (right - left + 1)
    return rows
