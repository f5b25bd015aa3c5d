"""The sheets of a workbook: which can be seen, which words they share, and which of their numbers are days.

All that is read of a workbook is its cells; what is known of how it looks, is drawn and is reckoned stays aside.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import XML, Element

from ..findings import Finding, Refused
from .packed import no_workbook, weighed
from .worksheet import Cells, Kinds, Rows, cells, said

MOST_ROWS, MOST_COLUMNS = 1_000_000, 1_000
FIRST = datetime(1899, 12, 30)  # noqa: DTZ001
"""The day from which a workbook counts; days of a sheet have no zone."""
LEAP = 60
"""The 29th of February 1900, which was none, but which Excel counts."""
DAYS = {14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
        22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0"}  # fmt: skip
"""The formats of days and times that no workbook needs to spell out, by number."""

Parts = Mapping[str, bytes]


def sheets(path: Path) -> Iterator[tuple[str, Rows]]:
    """The sheets that can be seen, by name; a merged cell holds the same everywhere. Raises Refused."""
    parts = weighed(path)
    try:
        place, book = _book(parts)
        settings = _first(book, "workbookPr")
        if settings is not None and settings.get("date1904") in ("1", "true"):
            raise Refused([_other_days(path)])
        kinds = _kinds(parts, _related(parts, place))
        found = [(title, cells(part, kinds)) for title, part in _seen(parts, place, book)]
    except Refused:
        raise
    except Exception:  # a broken workbook fails in many ways; its words may name patients
        raise Refused([no_workbook(path)]) from None
    for title, those in found:
        _no_wider(title, those, path)
        yield title, those.rows()


def _other_days(path: Path) -> Finding:
    do = "Switch off “1904 date system” in its settings, look the dates over, and save it again."
    return Finding(path.name, "This workbook counts its days from 1904, so a bare number could be two days.", do)


def _no_wider(title: str, those: Cells, path: Path) -> None:
    """Refuses a sheet of which a cell stands far away."""
    many, wide = those.size()
    if many > MOST_ROWS or wide > MOST_COLUMNS:
        what = f"The sheet {title!r} has {many:,} rows and {wide:,} columns."
        do = f"At most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns are read: take away what is no list of patients."
        raise Refused([Finding(path.name, what, do)])


# ---------------------------------------------------------------- parts


def _book(parts: Parts) -> tuple[str, Element]:
    """The part that names the sheets: where it is, and what it says. Raises KeyError."""
    whole = next((place for kind, place in _related(parts, "").values() if kind == "officeDocument"), "xl/workbook.xml")
    return whole, XML(parts[whole])


def _related(parts: Parts, place: str) -> dict[str, tuple[str, str]]:
    """The parts to which one refers, each with what it is, by the name under which it does."""
    folder, name = posixpath.split(place)
    listed = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    found = [] if listed is None else [one.attrib for one in XML(listed) if one.get("TargetMode") != "External"]
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in found
    }


def _seen(parts: Parts, place: str, book: Element) -> Iterator[tuple[str, bytes]]:
    """The sheets of cells that can be seen."""
    related = _related(parts, place)
    for sheet in _first(book, "sheets", book):
        ident = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        kind, part = related.get(ident, ("", ""))
        if kind == "worksheet" and part in parts and sheet.get("state", "visible") == "visible":
            yield sheet.attrib["name"], parts[part]


def _first(within: Element, name: str, otherwise: Any = None) -> Any:
    """The first of what an element is made of that has a name, from whatever it comes."""
    return next((one for one in within if one.tag.rpartition("}")[2] == name), otherwise)


# ---------------------------------------------------------------- kinds of cells


def _kinds(parts: Parts, related: Mapping[str, tuple[str, str]]) -> Kinds:
    """What the words of a cell come to, by its kind."""
    there = {kind: parts[part] for kind, part in related.values() if part in parts}
    words = _shared(there["sharedStrings"]) if "sharedStrings" in there else []
    formats = _formats(there["styles"]) if "styles" in there else {}
    return {
        "n": partial(_number, formats),
        "s": lambda written, _: words[int(written)],
        "b": lambda written, _: bool(int(written)),
        "d": lambda written, _: _of_words(written),
    }


def _shared(part: bytes) -> list[str]:
    """The words that cells share; `_x005F_` stands for the sign that would begin such a code."""
    table = XML(part)
    main = table.tag.removesuffix("sst")
    return [said(one, main).replace("x005F_", "") for one in table.iterfind(f"{main}si")]


def _formats(part: bytes) -> dict[int, bool]:
    """The styles of days and times, by number: whether each is of a span of time."""
    styles = XML(part)
    own = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in _first(styles, "numFmts", ())}
    known = [(DAYS | own).get(int(one.get("numFmtId", 0)), "") for one in _first(styles, "cellXfs", ())]
    return {k: _of_a_span(code) for k, code in enumerate(known) if _of_a_day(code)}


def _of_a_day(code: str) -> bool:
    """Whether a number in a format is a day or a time.

    >>> _of_a_day("dd/mm/yyyy"), _of_a_day('0.0 "days"'), _of_a_day("[Red]0"), _of_a_day("[h]:mm"), _of_a_day("0;d")
    (True, False, False, True, False)
    """
    plain = re.sub(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]', "", code.split(";")[0], flags=re.IGNORECASE)
    return re.search(r"(?<![_\\])[dmhys]", plain, re.IGNORECASE) is not None


def _of_a_span(code: str) -> bool:
    return re.search(r"\[(hh?|mm?|ss?)\]", code.split(";")[0], re.IGNORECASE) is not None


def _number(formats: Mapping[int, bool], written: str, style: int) -> Any:
    """A number, or the day that it stands for."""
    figure = float(written) if {".", "e", "E"} & set(written) else int(written)
    span = formats.get(style)
    if span is None:
        return figure
    try:
        return _span(figure) if span else _moment(figure)
    except (OverflowError, ValueError):
        return "#VALUE!"


def _moment(figure: float) -> datetime | time:
    """A day counted from the end of 1899, or a time of day."""
    whole, rest = divmod(figure, 1)
    beyond = timedelta(milliseconds=round(rest * 86_400_000))
    if 0 <= figure < 1 and not beyond.days:
        return (FIRST + beyond).time()
    return FIRST + timedelta(days=whole + (0 < figure < LEAP)) + beyond


def _span(figure: float) -> timedelta:
    return timedelta(milliseconds=round(figure * 86_400_000))


def _of_words(written: str) -> Any:
    """A day or a time that is written in words; what is neither stays as it is."""
    readers: tuple[Callable[[str], Any], ...] = (date.fromisoformat, datetime.fromisoformat, time.fromisoformat)
    for read in readers:
        try:
            return read(written.removesuffix("Z"))
        except ValueError:
            continue
    return written
