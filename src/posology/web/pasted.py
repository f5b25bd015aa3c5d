"""Rows copied out of a spreadsheet → the rows of a form, to be looked at before they are used.

What a cell is, is told by what stands in it (a day, a drug, a dose, a route, a test, a figure, a unit), so that
the order of the columns does not matter; headings only help to tell which cells to leave aside.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ..findings import Finding
from ..model import Guideline
from ..quantity import dose, factor, split
from ..read.data import short
from ..read.patient import dose_units, drugs, routes, tests
from ..show.words import day as long_day
from .days import day_of
from .form import DOSE_KEYS, MOST_ROWS, RESULT_KEYS, Row

Kind = Literal["dose", "result"]
LONGEST = 200_000
"""Characters of a paste that are read."""
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read from a paste: rows for the form, a word on each that was read in its own way, and the faults."""

    rows: tuple[Row, ...] = ()
    said: tuple[str, ...] = ()
    faults: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """The names that a cell may hold, and what a row takes when it does not say."""

    kind: Kind
    guideline: Guideline
    names: Mapping[str, Mapping[str, str]]
    otherwise: Mapping[str, str]


def pasted(text: str, kind: Kind, guideline: Guideline, otherwise: Mapping[str, str]) -> Pasted:
    """The rows of a paste; ``otherwise`` is what a row takes for drug, dose and route when it does not say."""
    if len(text) > LONGEST:
        what = f"The paste has {len(text):,} characters; at most {LONGEST:,} are read."
        return Pasted(faults=(Finding("paste", what, "Paste fewer rows at a time."),))
    cells = _cells(text)
    if isinstance(cells, Finding):
        return Pasted(faults=(cells,))
    known = _Words(kind, guideline, _names(kind, guideline), {k: v for k, v in otherwise.items() if v})
    body = cells[1:] if cells and _heads(cells[0], known) else cells
    return _read(body, len(cells) - len(body) + 1, known) if len(body) <= MOST_ROWS else _too_many(len(body))


def _too_many(count: int) -> Pasted:
    what = f"The paste has {count} rows; at most {MOST_ROWS} are read."
    return Pasted(faults=(Finding("paste", what, "Paste the newest rows only."),))


def _cells(text: str) -> list[list[str]] | Finding:
    """The cells, separated by tabs, else semicolons, else commas; empty rows left out."""
    mark = next((sign for sign in "\t;," if sign in text), "\t")
    try:
        read = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=mark)
        rows = [[" ".join(cell.split()) for cell in row] for row in read]
    except csv.Error:
        what = "The rows cannot be told apart: a cell is far too long, or a quotation mark is not closed."
        return Finding("paste", what, "Copy the cells again, and paste them without changing them.")
    return [row for row in rows if any(row)]


def _names(kind: Kind, guideline: Guideline) -> dict[str, dict[str, str]]:
    """Written name → own name, for each column that holds names."""
    if kind == "dose":
        columns: dict[str, Sequence[str]] = {"drug": drugs(guideline), "route": routes(guideline)}
    else:
        columns = {"test": tests(guideline)}
    found: dict[str, dict[str, str]] = {}
    for column, names in columns.items():
        found[column] = {name.replace("_", " "): name for name in names}
        found[column] |= {also: name for also, name in guideline.aliases.items() if name in names}
        facts = (guideline.facts[name] for name in names if name in guideline.facts)
        found[column] |= {said.lower(): fact.name for fact in facts for said in (fact.phrase, fact.short) if said}
    return found


def _heads(row: Sequence[str], known: _Words) -> bool:
    """Whether a row is one of headings: no day and no figure in it, and more than one cell or a word for the day."""
    told = [cell for cell in row if cell]
    plain = not any(isinstance(day_of(cell), date) or re.search(r"[0-9]", cell) for cell in told)
    named = sum(_named(cell, column, known) is not None for cell in told for column in known.names)
    return plain and (named < len(told) or not told)


# ---------------------------------------------------------------- rows


def _read(body: Sequence[Sequence[str]], first: int, known: _Words) -> Pasted:
    made = Pasted()
    for number, cells in enumerate(body, first):
        row, faults, said = _row(cells, f"row {number}", known)
        made = replace(made, rows=(*made.rows, row), said=(*made.said, *said), faults=(*made.faults, *faults))
        if len(made.faults) >= MOST_FAULTS:
            more = Finding("paste", "There are more faults after these.", "Mend these first.")
            return replace(made, faults=(*made.faults[:MOST_FAULTS], more))
    return made


def _row(cells: Sequence[str], place: str, known: _Words) -> tuple[Row, list[Finding], list[str]]:
    keys = DOSE_KEYS if known.kind == "dose" else RESULT_KEYS
    row, faults, said = dict.fromkeys(keys, ""), list[Finding](), list[str]()
    for cell in filter(None, cells):
        for key, value in _told(cell, row, known):
            if key == "date" and value != cell:
                said.append(f"{cell} was read as {long_day(date.fromisoformat(value), 'patient')}")
            if key == "":
                faults.append(_strange(cell, value, place, known))
            elif row[key] and row[key] != value:
                what = f"Two cells look like the {key}: {short(row[key])} and {short(value)}."
                faults.append(Finding(place, what, "Leave one of the two columns out."))
            else:
                row[key] = value
    row |= {key: value for key, value in known.otherwise.items() if key in row and not row[key]}
    return row, faults + list(_missing(row, place, known)), said


def _told(cell: str, row: Mapping[str, str], known: _Words) -> Iterator[tuple[str, str]]:
    """What a cell says: pairs of a column and its value; an empty column stands for a cell that says nothing known."""
    day = day_of(cell)
    if isinstance(day, date):
        yield "date", day.isoformat()
        return
    for column in known.names:
        if (name := _named(cell, column, known)) is not None:
            yield column, name
            return
    yield from (_of_dose if known.kind == "dose" else _of_result)(cell, row, known, day)


def _of_dose(cell: str, row: Mapping[str, str], known: _Words, no_day: str) -> Iterator[tuple[str, str]]:
    """A dose, or drug, dose and route in one cell."""
    amount = _AMOUNT.search(cell)
    if amount and not isinstance(dose(amount[0], dose_units(known.guideline)), str):
        rest = f"{cell[: amount.start()]} {cell[amount.end() :]}"
        yield "dose", amount[0]
        for word in filter(None, re.split(r"[\s,]+", rest)):
            column = next((c for c in known.names if _named(word, c, known) is not None), "")
            yield (column, _named(word, column, known) or word) if column else ("", f"{word!r} in it is not known here")
    else:
        yield "", no_day if _like_a_day(cell) else ""


_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?\s?[^\W\d_]+(?![\w/])")


def _of_result(cell: str, row: Mapping[str, str], known: _Words, no_day: str) -> Iterator[tuple[str, str]]:
    """A figure, a unit, or both in one cell."""
    fact = known.guideline.facts.get(row["test"])
    pair = split(cell)
    if fact and factor(cell, fact.unit, fact.conversions) is not None:
        yield "unit", cell
    elif isinstance(pair, tuple):
        yield "value", cell.split()[0] if pair[1] and " " in cell else cell.removesuffix(pair[1]).strip()
        if pair[1]:
            yield "unit", pair[1]
    else:
        yield "", no_day if _like_a_day(cell) else pair if re.search(r"[0-9]", cell) else ""


def _like_a_day(cell: str) -> bool:
    """Whether a cell was meant as a day: so that it is said why it is none."""
    return bool(re.match(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[34][0-9]{4}(\.[0-9]+)?$", cell))


def _named(cell: str, column: str, known: _Words) -> str | None:
    """The own name of what a cell names, if it is a name of that column."""
    return known.names[column].get(cell.lower().replace("_", " "))


# ---------------------------------------------------------------- faults


def _strange(cell: str, why: str, place: str, known: _Words) -> Finding:
    about = "doses" if known.kind == "dose" else "results"
    what = why if why.endswith(".") else f"{short(cell)} is not read: {why}." if why else f"{short(cell)} is not read."
    do = f"Leave out the columns that are not about {about}, or mend the cell."
    return Finding(place, what[:1].upper() + what[1:], do)


def _missing(row: Row, place: str, known: _Words) -> Iterator[Finding]:
    """What a row does not say: merged cells are copied as empty ones."""
    needed = ("date", "drug", "route") if known.kind == "dose" else ("date", "test")
    lacks = [key for key in needed if not row[key]]
    if lacks:
        what = f"There is no {' and no '.join(lacks)} in this row."
        do = "If cells were merged, only the first holds the text: write it in every row"
        chosen = ", or choose it below for the rows that do not say." if set(lacks) & {"drug", "route"} else "."
        yield Finding(place, what, do + chosen)
