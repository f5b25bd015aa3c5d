"""What the columns of an export mean: read from a small file, or guessed from their names and what stands in them.

A guess is made where names and contents leave one reading only. Day before month or month before day, a
point or a comma for decimals: where the column itself does not settle it, the guess says so, and the
cells that could be read in two ways are unknown until somebody writes down which it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from ..model import Fact, Guideline
from ..quantity import factor
from ..read.patient import called, drugs
from ..read.regimens import snake
from .cells import CODES_FOR_MISSING, YEARS, blank, short_year
from .files import NEEDED
from .grid import SCANNED, Grid, text

ORDERS = ("year-month-day", "day-month-year", "month-day-year")
OPEN = "?"
SWAPPED = "swapped?"
"""A spreadsheet with another order of dates has most likely made days of some cells, day and month exchanged."""
SIGNS = ("point", "comma")
KEYS = ("from", "also", "always", "dates", "decimals", "unit", "words")
NAMES: dict[str, tuple[str, ...]] = {
    "patient_id": ("id", "patient", "patient no", "patient number", "number", "nhs number", "nhs no", "mrn",
                   "emis number", "emis no", "record number", "record no", "patient ref", "patient code",
                   "patient nr", "pat nr", "reference", "pt no", "pt number", "pt id", "pt ref", "pat no", "pat id",
                   "pid", "chart number", "chart no",
                   "hospital number", "hospital no", "chi number", "case number"),
    "date": ("day", "on", "given on", "date given", "injection date", "date of injection", "administered",
             "date administered", "issue date", "sample date", "collected", "date taken", "test date", "result date",
             "event date", "consultation date"),
    "drug": ("medication", "medicine", "product", "drug name", "injection", "given"),
    "dose_mg": ("dose", "dose in mg", "mg", "strength", "amount"),
    "route": ("route of administration", "given by", "how given"),
    "test": ("investigation", "analyte", "test name", "observation", "measurement"),
    "value": ("result", "reading", "numeric value", "result value"),
    "unit": ("units", "unit of measure"),
    "start": ("start date", "treatment start", "started", "first injection", "started on", "date started",
              "start of treatment", "treatment began", "first dose"),
}  # fmt: skip
"""What exports call the columns that every register has."""
BORN = ("date of birth", "birth date", "birthdate", "born", "born on", "dob", "d o b")
SHEETS = {
    "patients": ("patients", "patient", "people", "persons", "register"),
    "doses": ("doses", "dose", "injections", "injection", "administrations", "issues", "medication", "medications"),
    "results": ("results", "result", "lab", "labs", "laboratory", "bloods", "tests", "investigations", "observations"),
}
"""Words in the names of sheets and files, by the table that they hold."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEARS_TOO = ("y", "yr", "yrs", "year")
STRENGTH = r"\d[\d.,]*\s*(?:mg|mcg|microgram(?:me)?s?|µg|ug|ml|%)(?:\s*/\s*(?:[\d.,]*\s*ml|dose))?"
FORMS = ("solution", "for", "injection", "injections", "inj", "ampoule", "ampoules", "amp", "amps", "vial", "vials",
         "pre-filled", "prefilled", "syringe", "x")  # fmt: skip
"""What products are called beside their drug, where it is injected."""
SERIALS = (10_000, 80_000)
"""Days that a spreadsheet counts from the end of 1899: 1927 to 2119."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its own name there, and how its cells are written.

    ``also``: further columns of the same kind, each another row of its table. ``always``: what every row says, where no
    column does.
    """

    source: str
    dates: str = ""
    decimals: str = ""
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    always: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of its columns in the export: none where every row says the same."""
        return () if self.always else (self.source, *self.also)


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of a list with one row a patient: the column of its value, and that of its day."""

    value: Column
    date: Column

    def columns(self) -> dict[str, Column]:
        """Both, by their names."""
        return {"value": self.value, "date": self.date}


@dataclass(frozen=True, slots=True)
class Part:
    """Where one table of the register stands: the sheet or file, the row of its heading (from 1), its columns.

    ``tests``: the results of a list with one row a patient, by test; None where each result has a row of its own.
    """

    sheet: str
    heading: int
    columns: Mapping[str, Column]
    tests: Mapping[str, Tested] | None = None

    def every(self) -> dict[str, Column]:
        """Every column by its place in a map."""
        told = {f"{test}.{k}": c for test, one in (self.tests or {}).items() for k, c in one.columns().items()}
        return {**self.columns, **told}

    def sources(self) -> set[str]:
        """The names of all its columns in the export."""
        return {source for column in self.every().values() for source in column.sources}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the columns of an export mean. ``no_when_empty``: the facts for which an empty cell means no."""

    parts: Mapping[str, Part]
    no_when_empty: tuple[str, ...] = ()


# ---------------------------------------------------------------- guessing


def guessed(found: Sequence[Grid], guideline: Guideline) -> Mapped:
    """What an export most likely means; a table or column that cannot be told stays open, for `fits` to say so."""
    from .onelist import in_one_list

    parts: dict[str, Part] = {}
    left = list(found)
    for name in NEEDED:
        grid = _the_one(name, left, guideline)
        if grid is not None:
            left.remove(grid)
        parts[name] = part_of(name, grid, guideline) if grid else Part(OPEN, 1, {})
    return Mapped(in_one_list(parts, found, guideline))


def _the_one(name: str, found: Sequence[Grid], guideline: Guideline) -> Grid | None:
    """The table of a name, else the only one with the columns that it must have, else the only one called so."""
    for grid in found:
        if snake(grid.name) == name or snake(grid.name) == name.removesuffix("s"):
            return grid
    named = [g for g in found if set(snake(g.name).split("_")) & set(SHEETS[name])]
    fitting = [g for g in found if _fits(name, g, guideline)]
    for some in ([g for g in fitting if g in named], fitting, named):
        if some:
            return some[0] if len(some) == 1 else None
    return None


def _fits(name: str, grid: Grid, guideline: Guideline) -> bool:
    known = set(heading_of(name, grid, guideline)[1].values())
    own = {"doses": {"drug", "date"}, "results": {"test", "value"}}
    if name == "patients":
        return "patient_id" in known and not any(_fits(other, grid, guideline) for other in own)
    return {"patient_id", *own[name]} <= known


def part_of(name: str, grid: Grid, guideline: Guideline) -> Part:
    """Where a table stands in what was written, by the names of its columns."""
    number, known = heading_of(name, grid, guideline)
    heading = names_at(grid, number)
    columns = {}
    for at, target in known.items():
        cells = [row[at] for row in grid.rows[number:] if at < len(row)]
        columns[target] = column_of(heading[at], target, cells, guideline)
    return Part(grid.name, number, columns)


def heading_of(name: str, grid: Grid, guideline: Guideline) -> tuple[int, dict[int, str]]:
    """The row (from 1) that holds the most names of columns, and which these are."""
    best: tuple[int, dict[int, str]] = (1, {})
    for number in range(1, min(SCANNED, len(grid.rows)) + 1):
        known: dict[int, str] = {}
        for at, words in enumerate(names_at(grid, number)):
            target = meaning(words, name, guideline)
            if target and target not in known.values():
                known[at] = target
        if len(known) > len(best[1]):
            best = number, known
    return best


def names_at(grid: Grid, number: int) -> list[str]:
    """The names of columns in a row; where it is empty, the name in the row above."""
    if not 1 <= number <= len(grid.rows):
        return []
    row, above = grid.rows[number - 1], grid.rows[number - 2] if number > 1 else []
    own = [text(cell) for cell in row]
    return [words or (text(above[k]) if k < len(above) else "") for k, words in enumerate(own)]


def meaning(words: str, table: str, guideline: Guideline) -> str:
    """The column of the register that a heading names, or nothing."""
    plain_ = snake(bare(words)[0].replace("_", " ").replace(".", ""))
    if not plain_:
        return ""
    allowed = (*NEEDED[table], "start") if table == "patients" else NEEDED[table]
    for target in allowed:
        if plain_ == target or plain_ in {snake(name) for name in NAMES[target]}:
            return target
    if table == "patients" and plain_ in {snake(name) for name in BORN}:
        return next((fact.name for fact in guideline.facts.values() if fact.unit == YEARS), "")
    return fact_named(plain_, guideline) if table == "patients" else ""


def fact_named(plain_: str, guideline: Guideline) -> str:
    """The fact of a name, a phrase or another name, in snake case; nothing where there is none."""
    if plain_ in guideline.facts:
        return plain_
    for fact in guideline.facts.values():
        if plain_ in (snake(fact.phrase), snake(fact.short)):
            return fact.name
    other = next((to for word, to in guideline.aliases.items() if snake(word) == plain_), "")
    return other if other in guideline.facts else ""


def bare(words: str) -> tuple[str, str]:
    """A heading without the unit in brackets behind it, and the unit."""
    found = re.fullmatch(r"(.*?)\s*[\[(]([^\])]*)[\])]\s*", words.strip(), re.S)
    return (found[1], found[2].strip()) if found and found[1] else (words.strip(), "")


def column_of(source: str, target: str, cells: Sequence[Any], guideline: Guideline) -> Column:
    """A column of an export, with how its cells are written as far as they tell it."""
    made = Column(source)
    fact = guideline.facts.get(target)
    if target in ("date", "start"):
        return replace(made, dates=date_order(cells))
    if fact and fact.unit == YEARS and meaning(source, "patients", guideline) and _born(source):
        return replace(made, dates=date_order(cells) or ORDERS[0])
    if target == "drug":
        return replace(made, words=products(cells, guideline))
    if target in ("value", "dose_mg") or (fact and fact.kind == "number"):
        made = replace(made, decimals=decimal_sign(cells))
    if fact and fact.kind == "number":
        unit = bare(source)[1]
        made = replace(made, unit=YEARS if fact.unit == YEARS and unit.lower().strip(".") in YEARS_TOO else unit)
    return made


def _born(source: str) -> bool:
    return snake(bare(source)[0].replace(".", " ")) in {snake(name) for name in BORN}


def products(cells: Sequence[Any], guideline: Guideline) -> dict[str, str]:
    """The names of products that say one drug and its strength and form, and nothing else.

    They are shown before they are used. What is more than that (a second drug, a tablet) is left to whoever looks.
    """
    found = {}
    for word in dict.fromkeys(text(cell).lower() for cell in cells):
        if word and not blank(word) and not called(word, drugs(guideline), guideline):
            plain_ = re.sub(STRENGTH, " ", word)
            words = [w for w in re.split(r"[^\w-]+", plain_) if w and w not in FORMS]
            if name := called(" ".join(words), drugs(guideline), guideline):
                found[word] = name
    return found


def date_order(cells: Sequence[Any]) -> str:
    """How days are written in a column; ? where it can be read in two ways, nothing where no cell is in words.

    >>> date_order(["31/01/2026", "02/03/2026"]), date_order(["01/02/2026"]), date_order(["2026-01-31"])
    ('day-month-year', '?', 'year-month-day')
    >>> date_order(["31/01/26"]), "years of two digits have none"
    ('', 'years of two digits have none')
    """
    words = {text(cell) for cell in cells if isinstance(cell, str) and not blank(cell) and not short_year(cell)}
    counts = {order: {w for w in words if _parts(w, order) and not _certain(w)} for order in ORDERS}
    turned = [order for order in ORDERS[1:] if counts[order] - counts[ORDERS[1] if order == ORDERS[2] else ORDERS[2]]]
    if len(turned) == 1:
        both = counts[ORDERS[1]] & counts[ORDERS[2]]
        return SWAPPED if not both and _all_early(cells) else turned[0]
    if counts["day-month-year"] | counts["month-day-year"]:
        return OPEN
    return "year-month-day" if words else ""


def _all_early(cells: Sequence[Any]) -> bool:
    """Whether there are days, and none after the twelfth of its month.

    Where a spreadsheet takes the month for the day, it can make days of such words only, and leaves the others words.
    """
    days = [cell.day for cell in cells if isinstance(cell, date)]
    return bool(days) and max(days) <= 12


def decimal_sign(cells: Sequence[Any]) -> str:
    """The sign before decimals; ? where 1,234 could be either, nothing where no cell has a sign.

    >>> decimal_sign(["1,5", "2"]), decimal_sign(["1.5"]), decimal_sign(["1,234"]), decimal_sign([3.5])
    ('comma', 'point', '?', '')
    """
    words = [
        w for cell in cells if isinstance(cell, str) if (w := re.sub(r"[^0-9.,]", "", cell)) and re.search("[.,]", w)
    ]
    commas = [w for w in words if re.fullmatch(r"\d+,\d+", w)]
    points = [w for w in words if re.fullmatch(r"\d+\.\d+", w)]
    if commas and points:
        return OPEN
    if commas:
        return "comma" if any(not re.fullmatch(r"[1-9]\d{0,2},\d{3}", w) for w in commas) else OPEN
    return "point" if points else ""


# ---------------------------------------------------------------- one cell


def day_of(cell: Any, order: str) -> date | None:
    """A cell as a day, in the order that its column has; None when it cannot be read or could be two days."""
    if isinstance(cell, date):
        return None if order == SWAPPED else cell.date() if isinstance(cell, datetime) else cell
    if isinstance(cell, bool) or (isinstance(cell, str) and not cell.strip().isascii()):
        return None  # digits of other scripts are not read anywhere
    if isinstance(cell, int | float) or (isinstance(cell, str) and re.fullmatch(r"\d{5}(\.0+)?", cell.strip())):
        number = float(cell)
        if SERIALS[0] <= number <= SERIALS[1]:
            return date(1899, 12, 30) + timedelta(days=int(number))
    word = text(cell)
    if order == SWAPPED:
        told = {_parts(word, each) for each in ORDERS[1:]} - {None}
        return _certain(word) or (told.pop() if len(told) == 1 else None)
    return _certain(word) or (_parts(word, order) if order in ORDERS[1:] else None)


def _certain(word: str) -> date | None:
    """A day that can be read in one way only: 2026-01-31, 31 Jan 2026."""
    plain_ = re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", word.strip())
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", plain_)
    found = found or re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", plain_)
    if found:
        return _a_day(found[1], found[2], found[3])
    found = re.fullmatch(r"(\d{1,2})[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4})", plain_)
    if found and found[2].lower()[:3] in MONTHS:
        return _a_day(found[3], MONTHS.index(found[2].lower()[:3]) + 1, found[1])
    return None


def _parts(word: str, order: str) -> date | None:
    found = re.fullmatch(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{4})", re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", word.strip()))
    if not found or order not in ORDERS[1:] or len(found[1]) > 2:
        return None
    return _a_day(found[3], found[2], found[1]) if order == ORDERS[1] else _a_day(found[3], found[1], found[2])


def _a_day(year: Any, month: Any, day: Any) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def number_of(cell: Any, sign: str) -> str:
    """A number as the register writes it, with a point; what cannot be read stays as it was.

    >>> number_of("212,5", "comma"), number_of("1.234", "comma"), number_of("1,234", "?"), number_of(3.0, "")
    ('212.5', '“1.234”', '“1,234”', '3')
    """
    word = text(cell)
    if not isinstance(cell, str) or not re.search(r"\d[.,]\d", word):
        return word
    other = "." if sign == "comma" else ","
    if other in word or sign == OPEN:
        return f"“{word}”"
    return word.replace(",", ".") if sign == "comma" else word


def converted(figure: str, unit: str, fact: Fact) -> str:
    """A number in the unit of its fact; one in a unit that does not fit cannot be read."""
    if not unit or not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", figure) or float(figure) in CODES_FOR_MISSING:
        return figure
    times = factor(unit, fact.unit, fact.conversions)
    if times is None:
        return f"“{figure} {unit}”"
    return figure if times == 1 else repr(round(float(figure) * times, 9))
