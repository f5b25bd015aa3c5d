"""Rows of a CSV file that are longer than any is read: a copy of it, with nothing left of them but whose they are.

Only a file that the engine has refused for such a row is looked at so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..findings import Finding, Refused
from ..read.regimens import snake
from . import commas
from .commas import LONGEST_ROW

LONGEST_LINE, LONGEST_ID = 1 << 28, 100
"""Signs of a line that is still looked at, and of an id that can be believed beside so much else."""
LOOK = "Look at this row: a cell may hold what is no table, or rows may have run together. Mend it and export again."
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Overlong:
    """The rows of a file that were too long to be read: their numbers (the heading is row 1), and whose they are."""

    place: str
    rows: Sequence[int]
    ids: Sequence[str]
    """Of each row; empty where that cannot be told."""

    def finding(self, table: str) -> Finding:
        """What became of them."""
        what = f"{self._rows()}, so only the id is read."
        if any(self.ids):
            what += f" {KEPT[table]}"
        if lost := self.ids.count(""):
            what += f" {lost:,} could not be read at all: nothing says for certain whose."
        return Finding(self.place, what, LOOK)

    def refused(self) -> Finding:
        """That a file is not read because of them."""
        return Finding(self.place, f"{self._rows()}, and the file is not read.", LOOK)

    def _rows(self) -> str:
        shown = ", ".join(f"{row:,}" for row in self.rows[:SHOWN]) or "(which cannot be told)"
        more = f" and {len(self.rows) - SHOWN:,} more" if len(self.rows) > SHOWN else ""
        one = len(self.rows) < 2
        return f"{'Row' if one else 'Rows'} {shown}{more} {'is' if one else 'are'} longer than {LONGEST_ROW:,} bytes"


KEPT = {
    "patients": "The patient stands in the list with every fact unknown.",
    "doses": "The patient's row says that doses were not read.",
    "results": "The patient's row says that results were not read.",
}


def shortened(path: Path, copy: Path) -> Overlong:
    """Writes a copy of a file without what stands in its overlong rows. Raises Refused where patients could be lost."""
    heading, between = commas.heading(path)
    rows: list[int] = []
    ids: list[str] = []
    with (
        path.open(encoding="utf-8-sig", newline="") as file,
        copy.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, delimiter=between)
        for number, (written, cells) in enumerate(_records(file, between, path.name), 1):
            if len(written) <= LONGEST_ROW and len(written.encode()) <= LONGEST_ROW:
                out.write(written)
                continue
            _one_row(path.name, number, written, cells, len(heading))
            rows.append(number)
            ids.append(_whose(cells, heading))
            writer.writerow([ids[-1] if snake(name) == "patient_id" else "" for name in heading])
    return Overlong(path.name, rows, ids)


def _records(file: IO[str], between: str, place: str) -> Iterator[tuple[str, list[str]]]:
    """Each row as it is written, and its cells. Raises Refused."""
    held: list[str] = []

    def lines() -> Iterator[str]:
        while line := file.readline(LONGEST_LINE):
            held.append(line)
            yield line

    before = csv.field_size_limit(LONGEST_LINE)
    read = 0
    try:
        for cells in csv.reader(lines(), delimiter=between):
            if sum(map(len, held)) >= LONGEST_LINE:
                raise csv.Error
            yield "".join(held), cells
            read += 1
            held.clear()
    except csv.Error:
        raise Refused([without_end(place, read + 1)]) from None
    finally:
        csv.field_size_limit(before)


def without_end(place: str, number: int) -> Finding:
    """That a row has no end that could be found."""
    return Finding(place, f"Row {number:,} is longer than {LONGEST_ROW:,} bytes, and is not read.", LOOK)


def _one_row(place: str, number: int, written: str, cells: Sequence[str], many: int) -> None:
    """Refuses a row in which others may have gone: several lines in quotation marks, or more cells than the heading."""
    if any("\n" in cell or "\r" in cell for cell in cells):
        what = f"Row {number:,} is longer than {LONGEST_ROW:,} bytes and goes over several lines: others may be in it."
        raise Refused([Finding(place, what, "A quotation mark may be open there: mend it and export the file again.")])
    if any(cell.strip() for cell in cells[many:]):
        raise Refused([commas.too_long(place, 1, number)])


def _whose(cells: Sequence[str], heading: Sequence[str]) -> str:
    """The id of a row, where it can be believed."""
    at = [snake(name) for name in heading].index("patient_id")
    ident = cells[at].strip() if at < len(cells) else ""
    return ident if ident.isprintable() and len(ident) <= LONGEST_ID else ""
