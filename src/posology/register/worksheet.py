"""The cells of one sheet of a workbook, every one as it stands there.

Cells are cut out of the sheet's XML, and each way of writing one is read once, however often it is there: most cells
of a practice's list are written like hundreds of others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import XML, Element, canonicalize
from xml.parsers import expat

from .packed import letters

UNSOLVED = "#FORMULA"
"""Stands where a formula was never worked out."""

Rows = list[list[Any]]
Kinds = Mapping[str, Callable[[str, int], Any]]
"""What the words of a cell come to, by the kind and the style of the cell."""


@dataclass(slots=True)
class Cells:
    """The cells of a sheet by row, then column (from 1), and its merged areas: first row and column, last ones."""

    at: dict[int, dict[int, Any]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def size(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        many = max((*self.at, *(area[2] for area in self.merged)), default=0)
        wide = max((*(max(row, default=0) for row in self.at.values()), *(a[3] for a in self.merged)), default=0)
        return many, wide

    def rows(self) -> Rows:
        """The rows, all of one length; a merged cell holds the same everywhere."""
        many, wide = self.size()
        columns, none = range(1, wide + 1), dict[int, Any]()
        rows: Rows = [list(map(self.at.get(row, none).get, columns)) for row in range(1, many + 1)]
        for top, left, last, right in self.merged:
            for line in rows[top - 1 : last]:
                line[left - 1 : right] = [rows[top - 1][left - 1]] * (right - left + 1)
        return rows


def cells(part: bytes, kinds: Kinds) -> Cells:
    """The cells of a sheet. Raises whatever a broken one comes to."""
    text = _well_formed(part)
    opening = re.search(r"<((?:[\w.-]+:)?)worksheet(?=[\s>])[^>]*>", text)
    if opening is None:
        return Cells()
    prefix, known, columns = opening[1], dict[str, Any](), dict[str, int]()
    found = Cells(merged=[_area(ref) for ref in re.findall(rf"<{prefix}mergeCell\s[^>]*?ref=[\"']([^\"']*)", text)])
    row = column = 0
    for cut in _pieces(prefix).finditer(text):
        begun, name, number, written = cut.groups()
        if begun is not None:
            row, column = _numbered(begun, row + 1), 0
            continue
        if number is not None:
            row, column = int(number), columns.get(name) or columns.setdefault(name, letters(name))
        elif (elsewhere := LATER.match(written)) is not None:
            row, column = _place(elsewhere[1])
        else:
            column += 1
        if written not in known:
            plain = _plain(written, kinds)
            known[written] = _worth(_element(opening, written), kinds) if plain is None else plain
        found.at.setdefault(row, {})[column] = known[written]
    return found


USUAL = re.compile(rb"(\xef\xbb\xbf)?\s*<(?!\?xml[^>]*encoding=[\"'](?!utf-8))", re.IGNORECASE)


def _well_formed(part: bytes) -> str:
    """A sheet as text, without remarks and the like. Raises ExpatError, UnicodeDecodeError."""
    expat.ParserCreate().Parse(part, True)
    if USUAL.match(part) and b"<!" not in part and b"\0" not in part:
        return part.decode()
    return canonicalize(from_file=BytesIO(part))


def _pieces(prefix: str) -> re.Pattern[str]:
    """The beginning of a row; or a cell: its column and row, where it says them first, and the rest of it."""
    row, cell = r"row(?=[\s/>])([^<>]*)>", r'c(?=[\s/>])(?:\s+r="([A-Z]{1,3})([0-9]{1,9})")?'
    return re.compile(rf"<{prefix}(?:{row}|{cell}([^<>]*(?:(?<=/)>|>.*?</{prefix}c\s*>)))", re.DOTALL)


def _numbered(begun: str, otherwise: int) -> int:
    """The number that a row says it has, or else the one after the row before it."""
    found = re.search(r"\sr=[\"']([^\"']*)", begun)
    return int(float(found[1])) if found else otherwise


LATER = re.compile(r"""[^<>]*?\sr=["']([^"']*)""")
"""The place of a cell that says something else before it."""
PLAIN = re.compile(
    r"""(?:\ s="([0-9]+)")?(?:\ t="([a-z]+)")?><v>([^<>&\r]+)</v></c>
    |(?:\ s="[0-9]+")?\ t="inlineStr"><is><t>([^<>&\r]+)</t></is></c>""",
    re.VERBOSE,
)
"""A cell that holds one value and nothing else, as nearly all do."""


def _plain(written: str, kinds: Kinds) -> Any:
    """What a plain cell holds; None for any other."""
    found = PLAIN.fullmatch(written)
    return found and (found[4] or _meant(found[2] or "n", int(found[1] or 0), found[3], kinds))


def _meant(kind: str, style: int, value: str, kinds: Kinds) -> Any:
    return kinds[kind](value, style) if kind in kinds else value


def _element(opening: re.Match[str], written: str) -> Element:
    """A cell as XML, with the names that its sheet has. Raises ParseError."""
    return XML(f"{opening[0]}<{opening[1]}c{written}</{opening[1]}worksheet>")[0]


def _worth(cell: Element, kinds: Kinds) -> Any:
    """What a cell holds."""
    main, kind = cell.tag[:-1], cell.get("t", "n")
    value = _in_line(cell, main) if kind == "inlineStr" else cell.findtext(f"{main}v")
    if not value:
        if cell.find(f"{main}f") is not None:
            return UNSOLVED
        return "" if kind == "inlineStr" else None
    return _meant(kind, int(cell.get("s", 0)), value, kinds)


def _in_line(cell: Element, main: str) -> str:
    return "".join(said(inside, main) for inside in cell.iterfind(f"{main}is"))


def said(words: Element, main: str) -> str:
    """The words of a cell whatever they look like, without the signs that say how they are spoken."""
    aside = f"{main}rPh"
    return "".join(t.text or "" for part in words if part.tag != aside for t in part.iter(f"{main}t"))


PLACE = r"\$?([A-Z]{1,4})\$?([0-9]{1,9})"


def _place(ref: str) -> tuple[int, int]:
    """The row and the column of a cell. Raises ValueError."""
    found = re.fullmatch(PLACE, ref.upper())
    if found is None:
        raise ValueError(ref)
    return int(found[2]), letters(found[1])


def _area(ref: str) -> tuple[int, int, int, int]:
    """The first row and column of an area, and the last ones. Raises ValueError."""
    first, _, last = ref.partition(":")
    return *_place(first), *_place(last or first)
