"""A CSV file as it is written: its heading, the sign between its cells, and whether its rows can be told apart."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from ..findings import Finding, Refused
from ..read.regimens import snake

SIGNS = ",;\t|"
"""What may stand between cells."""
LOWEST, LONGEST = 10, 1_000_000
"""Rows among which a heading is looked for, and signs that it may have."""
LONGEST_ROW = 2_000_000
"""Bytes of the longest row that is read."""
PIECE = 1 << 22

csv.field_size_limit(LONGEST_ROW)  # else it is 131,072, and a long note would pass for an open quotation mark


def heading(path: Path) -> tuple[list[str], str]:
    """The columns of a CSV file and the sign between them. Raises Refused."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(LONGEST)
    except UnicodeDecodeError:
        raise Refused([_not_utf8(path)]) from None
    except OSError as error:
        what = f"It cannot be read: {error.strerror}."
        raise Refused([Finding(path.name, what, "Name a folder with readable files.")]) from None
    if "\0" in first[:4]:  # every second sign, where a text is UTF-16 and does not say so
        raise Refused([_not_utf8(path)])
    if not first.strip() or "\0" in first:
        do = "Write a heading with the names of the columns."
        raise Refused([Finding(path.name, "The file has no heading.", do)])
    between = max(SIGNS, key=lambda sign: (first.count(sign), sign == ","))
    try:
        return [column.strip() for column in next(csv.reader([first], delimiter=between))], between
    except csv.Error:
        do = "Write the names of the columns, each in one line."
        raise Refused([Finding(path.name, "The heading cannot be read.", do)]) from None


def _not_utf8(path: Path) -> Finding:
    return Finding(path.name, "This is not UTF-8 text.", "Save it as CSV UTF-8.")


def lower_heading(path: Path, needed: Collection[str]) -> int:
    """The row, from the second on, that holds the names of all columns that are needed; 0 where none does."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = [row[:LONGEST] for row in islice(file, LOWEST)]
    for number, row in enumerate(rows[1:], 2):
        if set(needed) <= {snake(word.strip(' "\r\n')) for word in re.split(f"[{SIGNS}]", row)}:
            return number
    return 0


def closed(path: Path) -> None:
    """Refuses a file that is no text, or with a quotation mark that is never closed: all after it would be one cell."""
    marks = rows = 0
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            if (at := piece.find(b"\0")) >= 0:
                raise Refused([_no_text(path.name, rows + piece.count(b"\n", 0, at) + 1)])
            marks += piece.count(b'"')
            rows += piece.count(b"\n")
    if marks % 2 and any("\n" in cell or "\r" in cell for cell in _last_row(path)):
        raise Refused([unclosed(path.name)])


def _no_text(place: str, line: int) -> Finding:
    """That a byte stands in a file that no text has: some programs end an id there, and take two patients for one."""
    what = f"Line {line:,} holds a byte 0, which no text has."
    return Finding(place, what, "The file may have been damaged, or be no text: export it again.")


def _last_row(path: Path) -> list[str]:
    """The cells of the last row; a line's end for a cell without end."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return deque(csv.reader(file, delimiter=heading(path)[1]), maxlen=1).pop()
    except csv.Error:
        return ["\n"]


def unclosed(place: str) -> Finding:
    """That a quotation mark is open."""
    what = "A quotation mark is open, so that the rows after it are in one cell."
    return Finding(place, what, "Export the file again, with every quotation mark closed.")


def too_long(place: str, many: int, first: int) -> Finding:
    """That rows have more cells than the heading: which cell is under which name, nobody can tell."""
    rows = "1 row has" if many == 1 else f"{many:,} rows have"
    where = f"row {first:,}" if many == 1 else f"the first is row {first:,}"
    do = "What stands between cells also stands within one that has no quotation marks around it: export it again."
    return Finding(place, f"{rows} more cells than the heading: {where}.", do)


def ended(path: Path) -> bool:
    """Whether the last line of a file has its end."""
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def cut_off(place: str, number: int) -> Finding:
    """That a file stops within its last row."""
    what = f"The file is cut off: row {number:,}, the last, has fewer cells than the heading and no end."
    return Finding(place, what, "Export it again, and look whether the whole was written.")


def too_short(place: str, many: int, first: int) -> Finding:
    """That rows have fewer cells than the heading, which is no matter of one cell only."""
    rows = "1 row has" if many == 1 else f"{many:,} rows have"
    where = f"row {first:,}" if many == 1 else f"the first is row {first:,}"
    return Finding(place, f"{rows} fewer cells than the heading: {where}.", SHORT_DO)


FEWER = "fewer cells than the heading, so the last cell there is not believed"
SHORT_DO = "Look at these rows, and export them with every cell."
CUT_SHORT = "rows_cut_short"
"""Notice: a row of the patient's, of whatever table, had fewer cells than its heading."""
