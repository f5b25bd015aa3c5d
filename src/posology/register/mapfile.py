"""The map of an export as a file: read with every fault, written, shown, and held against the export."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from ..findings import Finding, Refused, near
from ..model import Guideline
from ..read.regimens import snake
from .columns import KEYS, OPEN, ORDERS, SIGNS, Column, Mapped, Part, bare, names_at
from .files import NEEDED
from .grid import Grid, text
from .unread import unread

MAY_LACK = ("dose_mg", "unit")
MOST_TOLD = 8
"""Words of a column that are shown with what they mean."""

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
    return Part(str(data.get("sheet", name)), int(heading), columns)


def missing(name: str, part: Part) -> list[str]:
    """The columns that a table must have and for which none is named."""
    return [t for t in NEEDED[name] if t not in part.columns and t not in MAY_LACK]


def _read_column(how: Any, place: str, faults: list[Finding]) -> Column | None:
    if isinstance(how, str):
        return Column(how)
    if not isinstance(how, Mapping) or not isinstance(how.get("from"), str):
        faults.append(
            Finding(place, "It does not say which column this is.", "Write from: and the name in the export.")
        )
        return None
    use = f"Use: {', '.join(KEYS)}."
    faults += [Finding(place, f"{key} is not known here.", near(str(key), KEYS, use)) for key in how if key not in KEYS]
    for key, allowed in (("dates", (*ORDERS, OPEN, "")), ("decimals", (*SIGNS, OPEN, ""))):
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
    return Column(how["from"], str(how.get("dates", "")), str(how.get("decimals", "")), str(how.get("unit", "")), told)


def as_yaml(mapped: Mapped, notes: Sequence[str] = ()) -> str:
    """A map as its file; notes stand at its end, as remarks."""
    lines = ["# What the columns of this export mean. Look it over, correct it, and use it with --map.",
             "# dates: year-month-day, day-month-year or month-day-year. decimals: point or comma.",
             "# A ? must be answered: until then, cells that could be read in two ways are unknown.",
             "# words: what a cell of the export means, as in words: {ja: yes, nee: no}."]  # fmt: skip
    for name, part in mapped.parts.items():
        lines += [f"{name}:", f"  sheet: {_quoted(part.sheet)}", f"  heading: {part.heading}", "  columns:"]
        whole = {t: Column(OPEN) for t in missing(name, part)} | dict(part.columns)
        lines += [f"    {target}: {_flow(column)}" for target, column in whole.items()]
    lines += ["# The facts for which an empty cell means no in this practice's records. Each row that rests on",
              "# one says so. Leave it empty where you are not sure: unknown is never no.",
              f"no_when_empty: [{', '.join(mapped.no_when_empty)}]"]  # fmt: skip
    lines += [f"# {line}" for note in notes for line in textwrap.wrap(note, 110)]
    return "\n".join(lines) + "\n"


def notes(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> list[str]:
    """What somebody who completes a map needs to see: the columns left aside, and the facts that have none."""
    part = mapped.parts["patients"]
    grid = next((grid for grid in found if grid.name == part.sheet), None)
    if grid is None:
        return []
    used = {column.source for column in part.columns.values()}
    left = [f"“{words}”" for words in dict.fromkeys(names_at(grid, part.heading)) if words and words not in used]
    free = [fact.name for fact in guideline.facts.values() if fact.name not in part.columns and not fact.course]
    if not left or not free:
        return []
    return [f"Columns of “{part.sheet}” that are left aside: {', '.join(left)}.",
            f"Facts that have no column: {', '.join(free)}.",
            "To read a column as a fact, add a line under patients: columns, as in",
            f"    {free[0]}: {{from: {_quoted(left[0].strip('“”'))}}}"]  # fmt: skip


def _flow(column: Column) -> str:
    how = {"from": column.source, "dates": column.dates, "decimals": column.decimals, "unit": column.unit}
    parts = [f"{key}: {_quoted(value)}" for key, value in how.items() if value]
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


def as_text(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> str:
    """A map to look over, with the columns that nothing was made of."""
    lines: list[str] = []
    by_name = {grid.name: grid for grid in found}
    for name, part in mapped.parts.items():
        if part.sheet not in by_name:
            lines.append(f"{name}: MISSING   ← name its sheet or file before use")
            continue
        lines.append(f"{name}: “{part.sheet}”, names in row {part.heading}")
        odd = unread(name, part, by_name[part.sheet], guideline)
        for target, column in part.columns.items():
            lines.append(f"  {target:28} ← {_told(column)}")
            lines += [f"  {'':28}   “{word}” means {said}" for word, said in list(column.words.items())[:MOST_TOLD]]
            lines += [f"  {'':28}   {odd[target]}"] if target in odd else []
        lines += [f"  {target:28} ← MISSING   ← name a column before use" for target in missing(name, part)]
        used = {column.source for column in part.columns.values()}
        for words in dict.fromkeys(names_at(by_name[part.sheet], part.heading)):
            if words and words not in used:
                hint = near(snake(bare(words)[0]), guideline.facts) if name == "patients" else ""
                lines.append(f"  {'(left aside)':28}   {words[:60]}{'  ' + hint if hint else ''}")
    lines.append(f"empty means no for: {', '.join(mapped.no_when_empty) or 'nothing (unknown is never no)'}")
    return "\n".join(lines)


def _told(column: Column) -> str:
    how = [f"dates {column.dates}"] if column.dates else []
    how += [f"decimal {column.decimals}"] if column.decimals else []
    how += [f"in {column.unit}"] if column.unit else []
    question = "   ← answer this before use" if OPEN in (column.dates, column.decimals) else ""
    return column.source.replace("\n", " ") + (f"   ({', '.join(how)})" if how else "") + question


def open_questions(mapped: Mapped) -> list[Finding]:
    """The questions that a map leaves open."""
    found = []
    for name, part in mapped.parts.items():
        for target, column in part.columns.items():
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
        for target, column in part.columns.items():
            if column.source not in heading:
                faults.append(
                    Finding(
                        f"{name}.{target}",
                        f"There is no column “{column.source[:60]}” in row {part.heading}.",
                        near(column.source, [h for h in heading if h], "Correct the map."),
                    )
                )
        there = ", ".join(f"“{words[:30]}”" for words in dict.fromkeys(heading) if words)
        do = f"Name it in the map: posology register map. Row {part.heading} of “{part.sheet}” has: {there[:300]}."
        faults += [Finding(name, f"The column {target} is missing.", do) for target in missing(name, part)]
    return faults


def _no_table(name: str, found: Sequence[Grid]) -> Finding:
    listed = ", ".join(f"“{grid.name}”" for grid in found) or "none"
    do = (
        f"Name a sheet or file {name!r} (there are: {listed}), with the columns {', '.join(NEEDED[name])}; or say "
        "which it is, in a map: posology register map … --out FILE."
    )
    return Finding(name, f"There is no table of {name}.", do)
