"""The map of an export as a file: read with every fault, written, and held against the export."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..findings import Finding, Refused, near, visible
from ..model import Guideline
from ..read.patient import tests
from .columns import KEYS, OPEN, ORDERS, SIGNS, SWAPPED, Column, Mapped, Part, Tested, names_at
from .files import NEEDED
from .grid import Grid, text

MAY_LACK = ("dose_mg", "unit")
EXCHANGED = (
    "Some cells are days, none after the twelfth of its month, and the others words that no such day could be: day and "
    "month of the days are most likely exchanged, so they are not read."
)
LOOK_AT_ONE = (
    "Look at one that you know. If they are wrong, open the export again with these columns as text; if they are "
    "right, write dates: day-month-year or month-day-year in the map."
)
MAKE_ONE = "Make one with: posology register map … --out FILE"

# ---------------------------------------------------------------- the file


def of_data(data: Any, guideline: Guideline, place: str = "the map") -> Mapped:
    """A map out of the data of its file. Raises Refused with every fault."""
    faults: list[Finding] = []
    if not isinstance(data, Mapping):
        raise Refused([Finding(place, "This is no map.", MAKE_ONE)])
    parts = {name: made for name in NEEDED if (made := _read_part(data.get(name), name, guideline, place, faults))}
    for key in data:
        if key not in (*NEEDED, "no_when_empty"):
            do = near(str(key), (*NEEDED, "no_when_empty"), "Use: patients, doses, results, no_when_empty.")
            faults.append(Finding(f"{place}: {key}", "This is no part of a map.", do))
    parts = _of_one_list(parts)
    empty = _read_empty(data.get("no_when_empty"), parts, guideline, place, faults)
    if faults:
        raise Refused(faults)
    return Mapped(parts, empty)


def _read_empty(
    data: Any, parts: Mapping[str, Part], guideline: Guideline, place: str, faults: list[Finding]
) -> tuple[str, ...]:
    if data is None:
        return ()
    if not isinstance(data, list):
        faults.append(Finding(f"{place}: no_when_empty", "This is no list.", "Write a list of facts."))
        return ()
    columns = parts["patients"].columns if "patients" in parts else {}
    for name in map(str, data):
        fact = guideline.facts.get(name)
        if fact is None or fact.kind != "yes/no" or name not in columns:
            what = (
                f"{name} is no yes/no fact with a column of its own."
                if fact
                else f"{name} is no fact of this guideline."
            )
            faults.append(
                Finding(
                    f"{place}: no_when_empty", what, near(name, columns, "Name facts that have a column in patients.")
                )
            )
    return tuple(map(str, data))


def _read_part(data: Any, name: str, guideline: Guideline, place: str, faults: list[Finding]) -> Part | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("columns"), Mapping):
        faults.append(
            Finding(f"{place}: {name}", "It does not say where this table stands.", "Write sheet, heading and columns.")
        )
        return None
    heading = data.get("heading", 1)
    if isinstance(heading, bool) or not isinstance(heading, int | float) or not 1 <= heading <= 1000:
        faults.append(
            Finding(
                f"{place}: {name}.heading",
                "This is no row.",
                "Write the number of the row with the names of the columns.",
            )
        )
        heading = 1
    allowed = [*NEEDED[name], *(["start", *guideline.facts] if name == "patients" else [])]
    columns = {}
    for target, how in data["columns"].items():
        if target not in allowed:
            do = near(str(target), allowed, f"Use: {', '.join(allowed[:8])}, …")
            faults.append(Finding(f"{place}: {name}.columns", f"{target} is no column of a register.", do))
        elif (made := _read_column(how, f"{place}: {name}.columns.{target}", faults)) and made.source != OPEN:
            columns[str(target)] = made
    dated = _read_tests(data["tests"], guideline, f"{place}: {name}.tests", faults) if "tests" in data else None
    return Part(str(data.get("sheet", name)), int(heading), columns, dated)


def _of_one_list(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The tables of a map; in one list each row is its patient's, so the patient's number need be named only once."""
    people = parts.get("patients")
    whose = {t: c for t, c in people.columns.items() if t == "patient_id"} if people else {}
    return {
        name: replace(part, columns=whose | dict(part.columns)) if people and part.sheet == people.sheet else part
        for name, part in parts.items()
    }


def _read_tests(data: Any, guideline: Guideline, place: str, faults: list[Finding]) -> dict[str, Tested] | None:
    """The tests of a list with one row a patient."""
    names = tests(guideline)
    if not place.endswith("results.tests") or not isinstance(data, Mapping):
        do = "Write under results: a test of the guideline, and for it value: and date: with their columns."
        faults.append(Finding(place, "Tests cannot be read from this.", do))
        return None
    found = {}
    for test, how in data.items():
        if test not in names:
            do = near(str(test), names, f"Use: {', '.join(names)}.")
            faults.append(Finding(place, f"{test} is no test of this guideline.", do))
            continue
        parts = how if isinstance(how, Mapping) else {}
        value, date = (_read_column(parts.get(k), f"{place}.{test}.{k}", faults) for k in ("value", "date"))
        if value and date:
            found[str(test)] = Tested(value, date)
    return found


def missing(name: str, part: Part) -> list[str]:
    """The columns that a table must have and for which none is named."""
    needed = ("patient_id",) if part.tests is not None else NEEDED[name]
    return [t for t in needed if t not in part.columns and t not in MAY_LACK]


def to_name(name: str, mapped: Mapped) -> list[str]:
    """The columns that have to be named for a table; in one list the patient's number is asked for once."""
    part, people = mapped.parts[name], mapped.parts.get("patients")
    asked = people is not None and name != "patients" and part.sheet == people.sheet
    return [t for t in missing(name, part) if not (asked and t == "patient_id")]


def _read_column(how: Any, place: str, faults: list[Finding]) -> Column | None:
    if isinstance(how, str):
        return Column(how)
    always = how.get("always") if isinstance(how, Mapping) else None
    if always is not None and text(always) != "?":
        if len(how) > 1 or isinstance(always, list | dict) or not text(always):
            do = "Write always: and one word or figure, and nothing beside it."
            faults.append(Finding(place, "What every row says must stand alone.", do))
        return Column("", always=text(always))
    if not isinstance(how, Mapping) or not isinstance(how.get("from"), str):
        do = "Write from: and the name in the export, or always: and what every row says."
        faults.append(Finding(place, "It does not say which column this is.", do))
        return None
    also = how.get("also", [])
    if not isinstance(also, list):
        do = "Write the names of further columns of the same kind, as in also: [second, third]."
        faults.append(Finding(f"{place}.also", "This is no list.", do))
        also = []
    use = f"Use: {', '.join(KEYS)}."
    faults += [Finding(place, f"{key} is not known here.", near(str(key), KEYS, use)) for key in how if key not in KEYS]
    for key, allowed in (("dates", (*ORDERS, OPEN, SWAPPED, "")), ("decimals", (*SIGNS, OPEN, ""))):
        if how.get(key, "") not in allowed:
            faults.append(
                Finding(
                    f"{place}.{key}",
                    f"{how[key]} is not known here.",
                    f"Use one of: {', '.join(a for a in allowed if a)}.",
                )
            )
    words = how.get("words", {})
    if not isinstance(words, Mapping):
        faults.append(
            Finding(f"{place}.words", "This is no mapping.", "Write each word of the export with what it means.")
        )
        words = {}
    told = {str(k).strip().lower(): text(v) for k, v in words.items()}
    plain_ = {key: str(how.get(key, "")) for key in ("dates", "decimals", "unit")}
    return Column(how["from"], **plain_, words=told, also=tuple(map(str, also)))


def as_yaml(mapped: Mapped, notes: Sequence[str] = (), marks: Mapping[str, str] | None = None) -> str:
    """A map as its file; notes stand at its end, as remarks, and marks behind the columns that they are of."""
    mark = {place: f"  # {visible(told)}" for place, told in (marks or {}).items()}
    lines = ["# What the columns of this export mean. Look it over, correct it, and use it with --map.",
             "# dates: year-month-day, day-month-year or month-day-year. decimals: point or comma.",
             "# A ? must be answered: until then, cells that could be read in two ways are unknown.",
             "# words: what a cell of the export means, as in words: {ja: yes, nee: no}.",
             "# always: what every row says where no column does, as in route: {always: intramuscular}."]  # fmt: skip
    for name, part in mapped.parts.items():
        whole = {t: Column(OPEN) for t in to_name(name, mapped)} | dict(part.columns)
        lines += [f"{name}:", f"  sheet: {_quoted(part.sheet)}", f"  heading: {part.heading}"]
        lines += [f"  columns:{'' if whole else ' {}'}"]
        lines += [f"    {t}: {_flow(column)}{mark.get(f'{name}.{t}', '')}" for t, column in whole.items()]
        if part.tests is not None:
            lines += ["  # One row a patient: for each test the column of its newest value, and that of its day."]
            lines += [f"  tests:{'' if part.tests else ' {}'}"]
            for t, o in part.tests.items():
                said = mark.get(f"{name}.{t}.value", "") + mark.get(f"{name}.{t}.date", "")
                lines += [f"    {t}: {{value: {_flow(o.value)}, date: {_flow(o.date)}}}{said}"]
    lines += ["# The facts for which an empty cell means no in this practice's records. Each row that rests on",
              "# one says so. Leave it empty where you are not sure: unknown is never no.",
              f"no_when_empty: [{', '.join(mapped.no_when_empty)}]"]  # fmt: skip
    lines += [f"# {line}" for note in notes for line in textwrap.wrap(note, 110)]
    return "\n".join(lines) + "\n"


def notes(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> list[str]:
    """What somebody who completes a map needs to see: the columns left aside, and the facts that have none."""
    part = mapped.parts["patients"]
    grid = next((grid for grid in found if grid.name == part.sheet), None)
    open_ = unnamed(mapped, found)
    if grid is None:
        return open_
    taken = used(mapped, part.sheet)
    left = [f"“{words}”" for words in dict.fromkeys(names_at(grid, part.heading)) if words and words not in taken]
    free = [fact.name for fact in guideline.facts.values() if fact.name not in part.columns and not fact.course]
    if not left or not free:
        return open_
    return [*open_,
            f"Columns of “{part.sheet}” that are left aside: {', '.join(left)}.",
            f"Facts that have no column: {', '.join(free)}.",
            "To read a column as one of these facts, add a line under patients: columns, with the fact's name:",
            f"    NAME: {{from: {_quoted(left[0].strip('“”'))}}}",
            "What is so for everybody on the list is written as",
            "    NAME: {always: \"yes\"}"]  # fmt: skip


def unnamed(mapped: Mapped, found: Sequence[Grid]) -> list[str]:
    """Where a table could not be told: the tables that nothing is read from, each with its columns."""
    used = {part.sheet for part in mapped.parts.values()}
    left = [grid for grid in found if grid.name not in used] if OPEN in used else []
    return [f"Nothing is read from “{grid.name}”, with the columns: {_columns(grid)}." for grid in left]


def _columns(grid: Grid) -> str:
    return ", ".join(f"“{words[:30]}”" for words in dict.fromkeys(names_at(grid, 1)) if words)[:300] or "none"


def used(mapped: Mapped, sheet: str) -> set[str]:
    """The columns of a sheet that something is made of."""
    return {source for part in mapped.parts.values() if part.sheet == sheet for source in part.sources()}


def _flow(column: Column) -> str:
    if column.always:
        return f"{{always: {_quoted(column.always)}}}"
    how = {"from": column.source, "dates": column.dates, "decimals": column.decimals, "unit": column.unit}
    parts = [f"{key}: {_quoted(value)}" for key, value in how.items() if value]
    parts += [f"also: [{', '.join(map(_quoted, column.also))}]"] if column.also else []
    if column.words:
        parts.append("words: {" + ", ".join(f"{_quoted(k)}: {_quoted(v)}" for k, v in column.words.items()) + "}")
    return "{" + ", ".join(parts) + "}"


def _quoted(words: str) -> str:
    return (
        words
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]*", words) and words.lower() not in _NOT_WORDS
        else json.dumps(words, ensure_ascii=False)
    )


_NOT_WORDS = ("yes", "no", "true", "false", "on", "off", "null", "y", "n")


def open_questions(mapped: Mapped) -> list[Finding]:
    """The questions that a map leaves open."""
    found = []
    for name, part in mapped.parts.items():
        for target, column in part.every().items():
            if column.unit == OPEN:
                do = "Write unit: in the map; a unit is never guessed."
                found.append(Finding(f"{name}.{target}", "Nothing says the unit, so these results are not read.", do))
            if column.dates == SWAPPED:
                found.append(Finding(f"{name}.{target}", EXCHANGED, LOOK_AT_ONE))
            if column.dates == OPEN:
                do = "Write dates: day-month-year or month-day-year in the map."
                found.append(
                    Finding(f"{name}.{target}", "Day and month cannot be told apart, so these dates are not read.", do)
                )
            if column.decimals == OPEN:
                do = "Write decimals: point or comma in the map."
                found.append(
                    Finding(
                        f"{name}.{target}",
                        "Points and commas can be read in two ways, so such figures are not read.",
                        do,
                    )
                )
    return found


def fits(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> list[Finding]:
    """What a map names that the export does not have."""
    by_name = {grid.name: grid for grid in found}
    faults = []
    for name, part in mapped.parts.items():
        if part.sheet == OPEN:
            faults.append(_no_table(name, found))
            continue
        if part.sheet not in by_name:
            faults.append(
                Finding(
                    f"{name}.sheet",
                    f"There is no sheet or file “{part.sheet}”.",
                    near(part.sheet, by_name, f"There are: {', '.join(by_name)}."),
                )
            )
            continue
        heading = names_at(by_name[part.sheet], part.heading)
        for target, column in part.every().items():
            for source in column.sources:
                if source not in heading:
                    what = f"There is no column “{source[:60]}” in row {part.heading}."
                    do = near(source, [h for h in heading if h], "Correct the map.")
                    faults.append(Finding(f"{name}.{target}", what, do))
        there = ", ".join(f"“{words[:30]}”" for words in dict.fromkeys(heading) if words) or "nothing"
        there = f"Row {part.heading} of “{part.sheet}” has: {there[:300]}."
        shared = name != "patients" and part.sheet == mapped.parts["patients"].sheet
        for target in to_name(name, mapped):
            more = f" If it is the same for every row, write it there: {target}: {{always: …}}." if shared else ""
            which = "Say which is the patient's number," if target == "patient_id" else "Name it"
            do = f"{which} in the map: posology register map. {there}{more}"
            faults.append(Finding(name, f"The column {target} is missing.", do))
    return faults


def _no_table(name: str, found: Sequence[Grid]) -> Finding:
    listed = ", ".join(f"“{grid.name}”" for grid in found) or "none"
    do = (
        f"Name a sheet or file {name!r} (there are: {listed}), with the columns {', '.join(NEEDED[name])}; or say "
        "which it is, in a map: posology register map … --out FILE."
    )
    return Finding(name, f"There is no table of {name}.", do)
