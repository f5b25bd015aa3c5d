"""The parts of a workbook, taken out of its package; what is none, or would be far more than it weighs, is refused.

A few bytes can name a merged area of all cells that a sheet may have, or words that stand for words without end.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from ..findings import Finding, Refused

LARGEST = 90_000_000
"""Bytes that a workbook may unpack to: beyond it the file is no practice's list."""
TIGHTEST = 200
"""How many times smaller than its contents a workbook may be."""
LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")
"""What a locked workbook begins with, and one of the kind before Excel 2007."""
MOST_MERGED = 2_000_000
"""Cells under merged areas."""


def weighed(path: Path) -> dict[str, bytes]:
    """The parts of a workbook by name. Raises Refused."""
    if _begins(path, LOCKED):
        raise Refused([_locked(path)])
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            whole, small = sum(e.file_size for e in entries), max(sum(e.compress_size for e in entries), 1)
            if whole > LARGEST or (whole > LARGEST // 3 and whole > TIGHTEST * small):
                raise Refused([_too_large(path)])
            parts = {e.filename: packed.read(e) for e in entries if e.filename.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise Refused([no_workbook(path)]) from None
    if "[Content_Types].xml" not in parts or any(b"<!DOCTYPE" in p or b"<!ENTITY" in p for p in parts.values()):
        raise Refused([no_workbook(path)])
    sheets = [part for name, part in parts.items() if name.startswith("xl/worksheets/")]
    if sum(_merged(part) for part in sheets) > MOST_MERGED:
        raise Refused([_too_large(path)])
    return parts


def _merged(part: bytes) -> int:
    """How many cells the merged areas of a sheet cover."""
    areas = re.findall(rb"ref=[\"']([A-Z]{1,4})(\d{1,9}):([A-Z]{1,4})(\d{1,9})[\"']", part[part.find(b"mergeCell") :])
    return sum((letters(c.decode()) - letters(a.decode()) + 1) * (int(d) - int(b) + 1) for a, b, c, d in areas)


def letters(name: str) -> int:
    """The number of a column of that name.

    >>> letters("A"), letters("Z"), letters("AA")
    (1, 26, 27)
    """
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def _begins(path: Path, sign: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(sign)) == sign
    except OSError:
        return False


def _locked(path: Path) -> Finding:
    do = "Open it in Excel, take the password off, and save it as an Excel workbook (.xlsx)."
    return Finding(path.name, "It is locked by a password, or of the kind before Excel 2007.", do)


def _too_large(path: Path) -> Finding:
    do = "Export again, take away what is no list of patients, or save the sheets as CSV files in a folder."
    return Finding(path.name, "It would unpack to far more than a practice's list.", do)


def no_workbook(path: Path) -> Finding:
    """That a file is no workbook, or a broken one."""
    do = "It may be cut off, locked, or another kind of file: save it again as an Excel workbook (.xlsx)."
    return Finding(path.name, "This cannot be read as an Excel workbook.", do)
