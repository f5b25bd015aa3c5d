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

from ..findings import Finding, Refused, near
from ..model import Fact, Guideline
from ..quantity import factor
from ..read.regimens import snake
from .cells import blank
from .files import NEEDED
from .grid import SCANNED, Grid, text

ORDERS = ("year-month-day", "day-month-year", "month-day-year")
OPEN = "?"
SIGNS = ("point", "comma")
KEYS = ("from", "dates", "decimals", "unit", "words")
NAMES: dict[str, tuple[str, ...]] = {
    "patient_id": ("id", "patient", "patient no", "patient number", "number", "nhs number", "nhs no", "mrn", "emis number",
                   "record number", "patient ref", "reference"),
    "date": ("day", "on", "given on", "date given", "injection date", "date of injection", "administered", "date administered",
             "issue date", "sample date", "collected", "date taken", "test date", "result date", "event date", "consultation date"),
    "drug": ("medication", "medicine", "product", "drug name", "injection", "given"),
    "dose_mg": ("dose", "dose in mg", "mg", "strength", "amount"),
    "route": ("route of administration", "given by", "how given"),
    "test": ("investigation", "analyte", "test name", "observation", "measurement"),
    "value": ("result", "reading", "numeric value", "result value"),
    "unit": ("units", "unit of measure"),
    "start": ("start date", "treatment start", "started", "first injection", "started on", "date started"),
}  # fmt: skip
"""What exports call the columns that every register has."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SERIALS = (10_000, 80_000)
"""Days that a spreadsheet counts from the end of 1899: 1927 to 2119."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its own name there, and how its cells are written."""

    source: str
    dates: str = ""
    decimals: str = ""
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Where one table of the register stands: the sheet or file, the row of its heading (from 1), its columns."""

    sheet: str
    heading: int
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the columns of an export mean. ``no_when_empty``: the facts for which an empty cell means no."""

    parts: Mapping[str, Part]
    no_when_empty: tuple[str, ...] = ()


# ---------------------------------------------------------------- guessing


def guessed(found: Sequence[Grid], guideline: Guideline) -> Mapped:
    """What an export most likely means. Raises Refused where a table cannot be found."""
    parts: dict[str, Part] = {}
    faults: list[Finding] = []
    left = list(found)
    for name in NEEDED:
        grid = _the_one(name, left, guideline)
        if grid is None:
            listed = ", ".join(f"“{g.name}”" for g in found) or "none"
            do = f"Name a sheet or file {name!r} (there are: {listed}), with the columns {', '.join(NEEDED[name])}."
            faults.append(Finding(name, f"There is no table of {name}.", do))
            continue
        left.remove(grid)
        parts[name] = _part(name, grid, guideline)
    if faults:
        raise Refused(faults)
    return Mapped(parts)


def _the_one(name: str, found: Sequence[Grid], guideline: Guideline) -> Grid | None:
    """The table of a name, else the only one with the columns that it must have."""
    for grid in found:
        if snake(grid.name) == name or snake(grid.name) == name.removesuffix("s"):
            return grid
    fitting = [g for g in found if _fits(name, g, guideline)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(name: str, grid: Grid, guideline: Guideline) -> bool:
    known = {column for _, column in _heading(name, grid, guideline)[1].items()}
    others = {"doses": {"drug"}, "results": {"test", "value"}, "patients": set()}
    if name == "patients" and known & {"date", "drug", "test", "value"}:
        return False
    return {"patient_id", *others[name]} <= known


def _part(name: str, grid: Grid, guideline: Guideline) -> Part:
    number, known = _heading(name, grid, guideline)
    heading = names_at(grid, number)
    columns = {}
    for at, target in known.items():
        cells = [row[at] for row in grid.rows[number:] if at < len(row)]
        columns[target] = _column(heading[at], target, cells, guideline)
    return Part(grid.name, number, columns)


def _heading(name: str, grid: Grid, guideline: Guideline) -> tuple[int, dict[int, str]]:
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
    plain_ = snake(_bare(words)[0].replace("_", " ").replace(".", ""))
    if not plain_:
        return ""
    allowed = (*NEEDED[table], "start") if table == "patients" else NEEDED[table]
    for target in allowed:
        if plain_ == target or plain_ in {snake(name) for name in NAMES[target]}:
            return target
    return _fact_named(plain_, guideline) if table == "patients" else ""


def _fact_named(plain_: str, guideline: Guideline) -> str:
    if plain_ in guideline.facts:
        return plain_
    for fact in guideline.facts.values():
        if plain_ in (snake(fact.phrase), snake(fact.short)):
            return fact.name
    other = next((to for word, to in guideline.aliases.items() if snake(word) == plain_), "")
    return other if other in guideline.facts else ""


def _bare(words: str) -> tuple[str, str]:
    """A heading without the unit in brackets behind it, and the unit."""
    found = re.fullmatch(r"(.*?)\s*[\[(]([^\])]*)[\])]\s*", words.strip(), re.S)
    return (found[1], found[2].strip()) if found and found[1] else (words.strip(), "")


def _column(source: str, target: str, cells: Sequence[Any], guideline: Guideline) -> Column:
    made = Column(source)
    fact = guideline.facts.get(target)
    if target in ("date", "start"):
        return replace(made, dates=date_order(cells))
    if target in ("value", "dose_mg") or (fact and fact.kind == "number"):
        made = replace(made, decimals=decimal_sign(cells))
    if fact and fact.kind == "number":
        made = replace(made, unit=_bare(source)[1])
    return made


def date_order(cells: Sequence[Any]) -> str:
    """How days are written in a column; ? where it can be read in two ways, nothing where no cell is in words.

    >>> date_order(["31/01/2026", "02/03/2026"]), date_order(["01/02/2026"]), date_order(["2026-01-31"])
    ('day-month-year', '?', 'year-month-day')
    """
    words = {text(cell) for cell in cells if isinstance(cell, str) and not blank(cell)}
    counts = {order: {w for w in words if _parts(w, order) and not _certain(w)} for order in ORDERS}
    turned = [order for order in ORDERS[1:] if counts[order] - counts[ORDERS[1] if order == ORDERS[2] else ORDERS[2]]]
    if len(turned) == 1:
        return turned[0]
    if counts["day-month-year"] | counts["month-day-year"]:
        return OPEN
    return "year-month-day" if words else ""


def decimal_sign(cells: Sequence[Any]) -> str:
    """The sign before decimals; ? where 1,234 could be either, nothing where no cell has a sign.

    >>> decimal_sign(["1,5", "2"]), decimal_sign(["1.5"]), decimal_sign(["1,234"]), decimal_sign([3.5])
    ('comma', 'point', '?', '')
    """
    words = [w for cell in cells if isinstance(cell, str) if (w := re.sub(r"[^0-9.,]", "", cell)) and re.search("[.,]", w)]
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
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float) or (isinstance(cell, str) and re.fullmatch(r"\d{5}(\.0+)?", cell.strip())):
        number = float(cell)
        return date(1899, 12, 30) + timedelta(days=int(number)) if SERIALS[0] <= number <= SERIALS[1] else None
    word = text(cell)
    return _certain(word) or (_parts(word, order) if order in ORDERS[1:] else None)


def _certain(word: str) -> date | None:
    """A day that can be read in one way only: 2026-01-31, 31 Jan 2026."""
    plain_ = re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", word.strip())
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", plain_):
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
    if not unit or not re.fullmatch(r"[+-]?\d+(\.\d+)?", figure):
        return figure
    times = factor(unit, fact.unit, fact.conversions)
    if times is None:
        return f"“{figure} {unit}”"
    return figure if times == 1 else repr(round(float(figure) * times, 9))


# ---------------------------------------------------------------- the file


def of_data(data: Any, guideline: Guideline, place: str = "the map") -> Mapped:
    """A map out of the data of its file. Raises Refused with every fault."""
    faults: list[Finding] = []
    if not isinstance(data, Mapping):
        raise Refused([Finding(place, "This is no map.", "Make one with: posology register map … --out FILE")])
    parts = {name: made for name in NEEDED if (made := _read_part(data.get(name), name, guideline, place, faults))}
    for key in data:
        if key not in (*NEEDED, "no_when_empty"):
            do = near(str(key), (*NEEDED, "no_when_empty"), "Use: patients, doses, results, no_when_empty.")
            faults.append(Finding(f"{place}: {key}", "This is no part of a map.", do))
    empty = _read_empty(data.get("no_when_empty"), parts, guideline, place, faults)
    if faults:
        raise Refused(faults)
    return Mapped(parts, empty)


def _read_empty(data: Any, parts: Mapping[str, Part], guideline: Guideline, place: str, faults: list[Finding]) -> tuple[str, ...]:
    if data is None:
        return ()
    if not isinstance(data, list):
        faults.append(Finding(f"{place}: no_when_empty", "This is no list.", "Write a list of facts."))
        return ()
    columns = parts["patients"].columns if "patients" in parts else {}
    for name in map(str, data):
        fact = guideline.facts.get(name)
        if fact is None or fact.kind != "yes/no" or name not in columns:
            what = f"{name} is no yes/no fact with a column of its own." if fact else f"{name} is no fact of this guideline."
            faults.append(Finding(f"{place}: no_when_empty", what, near(name, columns, "Name facts that have a column in patients.")))
    return tuple(map(str, data))


def _read_part(data: Any, name: str, guideline: Guideline, place: str, faults: list[Finding]) -> Part | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("columns"), Mapping):
        faults.append(Finding(f"{place}: {name}", "It does not say where this table stands.", "Write sheet, heading and columns."))
        return None
    heading = data.get("heading", 1)
    if isinstance(heading, bool) or not isinstance(heading, int | float) or not 1 <= heading <= 1000:
        faults.append(Finding(f"{place}: {name}.heading", "This is no row.", "Write the number of the row with the names of the columns."))
        heading = 1
    allowed = list(NEEDED[name]) + ["start", *guideline.facts] if name == "patients" else list(NEEDED[name])
    columns = {}
    for target, how in data["columns"].items():
        if target not in allowed:
            do = near(str(target), allowed, f"Use: {', '.join(allowed[:8])}, …")
            faults.append(Finding(f"{place}: {name}.columns", f"{target} is no column of a register.", do))
        elif made := _read_column(how, f"{place}: {name}.columns.{target}", faults):
            columns[str(target)] = made
    return Part(str(data.get("sheet", name)), int(heading), columns)


def _read_column(how: Any, place: str, faults: list[Finding]) -> Column | None:
    if isinstance(how, str):
        return Column(how)
    if not isinstance(how, Mapping) or not isinstance(how.get("from"), str):
        faults.append(Finding(place, "It does not say which column this is.", "Write from: and the name in the export."))
        return None
    for key in how:
        if key not in KEYS:
            faults.append(Finding(place, f"{key} is not known here.", near(str(key), KEYS, f"Use: {', '.join(KEYS)}.")))
    for key, allowed in (("dates", (*ORDERS, OPEN, "")), ("decimals", (*SIGNS, OPEN, ""))):
        if how.get(key, "") not in allowed:
            faults.append(Finding(f"{place}.{key}", f"{how[key]} is not known here.", f"Use one of: {', '.join(a for a in allowed if a)}."))
    words = how.get("words", {})
    if not isinstance(words, Mapping):
        faults.append(Finding(f"{place}.words", "This is no mapping.", "Write each word of the export with what it means."))
        words = {}
    told = {str(k).strip().lower(): text(v) for k, v in words.items()}
    return Column(how["from"], str(how.get("dates", "")), str(how.get("decimals", "")), str(how.get("unit", "")), told)


def as_yaml(mapped: Mapped) -> str:
    """A map as its file."""
    lines = ["# What the columns of this export mean. Look it over, correct it, and use it with --map.",
             "# dates: year-month-day, day-month-year or month-day-year. decimals: point or comma.",
             "# A ? must be answered: until then, cells that could be read in two ways are unknown."]  # fmt: skip
    for name, part in mapped.parts.items():
        lines += [f"{name}:", f"  sheet: {_quoted(part.sheet)}", f"  heading: {part.heading}", "  columns:"]
        lines += [f"    {target}: {_flow(column)}" for target, column in part.columns.items()]
    lines += ["# The facts for which an empty cell means no in this practice's records. Each row that rests on",
              "# one says so. Leave it empty where you are not sure: unknown is never no.",
              f"no_when_empty: [{', '.join(mapped.no_when_empty)}]"]  # fmt: skip
    return "\n".join(lines) + "\n"


def _flow(column: Column) -> str:
    how = {"from": column.source, "dates": column.dates, "decimals": column.decimals, "unit": column.unit}
    parts = [f"{key}: {_quoted(value)}" for key, value in how.items() if value]
    if column.words:
        parts.append("words: {" + ", ".join(f"{_quoted(k)}: {_quoted(v)}" for k, v in column.words.items()) + "}")
    return "{" + ", ".join(parts) + "}"


def _quoted(words: str) -> str:
    import json

    return words if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]*", words) and words.lower() not in _NOT_WORDS else json.dumps(words, ensure_ascii=False)


_NOT_WORDS = ("yes", "no", "true", "false", "on", "off", "null", "y", "n")


def as_text(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> str:
    """A map to look over, with the columns that nothing was made of."""
    lines: list[str] = []
    by_name = {grid.name: grid for grid in found}
    for name, part in mapped.parts.items():
        lines.append(f"{name}: “{part.sheet}”, names in row {part.heading}")
        lines += [f"  {target:28} ← {_told(column)}" for target, column in part.columns.items()]
        lines += [f"  {target:28} ← MISSING" for target in NEEDED[name] if target not in part.columns]
        used = {column.source for column in part.columns.values()}
        for words in dict.fromkeys(names_at(by_name[part.sheet], part.heading) if part.sheet in by_name else []):
            if words and words not in used:
                hint = near(snake(_bare(words)[0]), guideline.facts) if name == "patients" else ""
                lines.append(f"  {'(left aside)':28}   {words[:60]}{'  ' + hint if hint else ''}")
    lines.append(f"empty means no for: {', '.join(mapped.no_when_empty) or 'nothing (unknown is never no)'}")
    return "\n".join(lines)


def _told(column: Column) -> str:
    how = [f"dates {column.dates}"] if column.dates else []
    how += [f"decimal {column.decimals}"] if column.decimals else []
    how += [f"in {column.unit}"] if column.unit else []
    how += [f"{len(column.words)} words"] if column.words else []
    question = "   ← answer this before use" if OPEN in (column.dates, column.decimals) else ""
    return column.source.replace("\n", " ") + (f"   ({', '.join(how)})" if how else "") + question


def open_questions(mapped: Mapped) -> list[Finding]:
    """The questions that a map leaves open."""
    found = []
    for name, part in mapped.parts.items():
        for target, column in part.columns.items():
            if column.dates == OPEN:
                do = "Write dates: day-month-year or month-day-year in the map."
                found.append(Finding(f"{name}.{target}", "Day and month cannot be told apart, so these dates are not read.", do))
            if column.decimals == OPEN:
                do = "Write decimals: point or comma in the map."
                found.append(Finding(f"{name}.{target}", "Points and commas can be read in two ways, so such figures are not read.", do))
    return found


def fits(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> list[Finding]:
    """What a map names that the export does not have."""
    by_name = {grid.name: grid for grid in found}
    faults = []
    for name, part in mapped.parts.items():
        if part.sheet not in by_name:
            faults.append(Finding(f"{name}.sheet", f"There is no sheet or file “{part.sheet}”.", near(part.sheet, by_name, f"There are: {', '.join(by_name)}.")))
            continue
        heading = names_at(by_name[part.sheet], part.heading)
        for target, column in part.columns.items():
            if column.source not in heading:
                faults.append(Finding(f"{name}.{target}", f"There is no column “{column.source[:60]}” in row {part.heading}.", near(column.source, [h for h in heading if h], "Correct the map.")))
        faults += [
            Finding(name, f"The column {target} is missing.", "Name it in the map.")
            for target in NEEDED[name] if target not in part.columns and target != "dose_mg" and not (name == "results" and target == "unit")
        ]  # fmt: skip
    return faults
