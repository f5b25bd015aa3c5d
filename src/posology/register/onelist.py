"""An export that is one list, a row a patient: where its last injections, results and causes stand.

Practices keep such lists by hand. What a column means is told by its name and by what stands in it; what the list does
not say (by which route, which drug) stays open until somebody writes it into the map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ..model import Guideline
from ..read.patient import called, tests
from ..read.regimens import snake
from .cells import blank, short_year
from .columns import (
    OPEN,
    ORDERS,
    Column,
    Part,
    Tested,
    bare,
    column_of,
    day_of,
    fact_named,
    meaning,
    names_at,
    part_of,
)  # fmt: skip
from .files import NEEDED
from .grid import Grid, text

GIVEN = {"injection", "injections", "inj", "injected", "dose", "jab", "shot", "given", "administered", "administration"}
"""Words in the name of a column that says when a dose was given."""
NOT_GIVEN = {"next", "due", "first", "start", "started", "review", "recall", "booked", "appointment", "birth", "expiry"}
TAKEN = {"test", "sample", "bloods"}
DAYS = {"date", "day", "on", "taken", "when", "of"}
AROUND = {"last", "latest", "recent", "most", "newest", "result", "results", "level", "value", "reading", "current"}
"""Words around the name of a test."""
CAUSES = {"diagnosis", "diagnoses", "cause", "causes", "reason", "indication", "problem", "problems", "condition",
          "etiology", "aetiology"}  # fmt: skip
LIKE_A_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{4}|\d{4}([-/.])\d{1,2}\2\d{1,2}")
"""What is written as a day, whether there is such a day or not."""
MOST_WORDS = 200
"""Different words in a column of causes; one with more holds free text, which is not read."""


def in_one_list(parts: Mapping[str, Part], found: Sequence[Grid], guideline: Guideline) -> dict[str, Part]:
    """The tables of a register, those that are missing looked for among the columns of the patients."""
    every = dict(parts)
    if every["patients"].sheet == OPEN and len(found) == 1 and _may_be_list(every, found[0]):
        every["patients"] = part_of("patients", found[0], guideline)
    people = every["patients"]
    grid = next((one for one in found if one.name == people.sheet), None)
    if grid is None:
        return every
    if every["doses"].sheet == OPEN and (doses := _doses(grid, people, guideline)):
        every["doses"] = doses
    if every["results"].sheet == OPEN:
        dated = _tests(grid, people, guideline)
        if dated or every["doses"].sheet == people.sheet:
            every["results"] = Part(people.sheet, people.heading, _whose(people), dated)
    every["patients"] = _with_causes(grid, people, guideline)
    return every


def _may_be_list(parts: Mapping[str, Part], grid: Grid) -> bool:
    """Whether the only table there is may have a row a patient; its column of patients' numbers need not be told."""
    if any("patient_id" in part.columns for part in parts.values()):
        return _once_each(parts["doses"], grid)
    return snake(grid.name) not in NEEDED


def _once_each(doses: Part, grid: Grid) -> bool:
    """Whether a table that looks like doses has each patient once."""
    column = doses.columns.get("patient_id")
    if doses.sheet != grid.name or column is None:
        return False
    ids = [text(cell) for cell in _cells(grid, doses.heading, names_at(grid, doses.heading).index(column.source))]
    return len(set(ids)) == len(ids)


def _cells(grid: Grid, heading: int, at: int) -> list[Any]:
    return [row[at] for row in grid.rows[heading:] if at < len(row)]


def _whose(people: Part) -> dict[str, Column]:
    return {target: column for target, column in people.columns.items() if target == "patient_id"}


def _words(name: str) -> set[str]:
    return set(snake(bare(name)[0].replace("_", " ").replace(".", " ")).split("_"))


def _days(cells: Sequence[Any]) -> bool:
    """Whether most of what stands in a column are days."""
    told = [cell for cell in cells if not blank(text(cell))]
    days = sum(any(day_of(cell, order) for order in ORDERS) for cell in told)
    return bool(told) and days * 2 > len(told)


def _called_days(cells: Sequence[Any]) -> bool:
    """Whether a column that is called so holds days: one that is written as a day is enough, be it one or not.

    What else stands in it is shown as not read, and why; to leave the column aside would say nothing.
    """
    words = [cell for cell in cells if not isinstance(cell, bool | int | float)]
    return _days(cells) or any(isinstance(cell, date) or _like_a_day(text(cell)) for cell in words)


def _like_a_day(word: str) -> bool:
    return short_year(word) or bool(LIKE_A_DAY.fullmatch(word))


# ---------------------------------------------------------------- doses


def _doses(grid: Grid, people: Part, guideline: Guideline) -> Part | None:
    """The doses of a list, if a column says when they were given."""
    heading, used = names_at(grid, people.heading), people.sources()
    when = [(at, name) for at, name in enumerate(heading) if name not in used and _given(name)]
    when = [(at, name) for at, name in when if _called_days(_cells(grid, people.heading, at))]
    if not when:
        return None
    cells = [cell for at, _ in when for cell in _cells(grid, people.heading, at)]
    first, *more = dict.fromkeys(name for _, name in when)
    columns = _whose(people) | {"date": replace(column_of(first, "date", cells, guideline), also=tuple(more))}
    for at, name in enumerate(heading):
        target = meaning(name, "doses", guideline)
        if target in ("drug", "dose_mg", "route") and target not in columns and name not in (first, *more):
            columns[target] = column_of(name, target, _cells(grid, people.heading, at), guideline)
    return Part(people.sheet, people.heading, columns)


def _given(name: str) -> bool:
    """Whether a name says that a dose was given."""
    words = _words(name)
    return bool(words & GIVEN) and not words & NOT_GIVEN


# ---------------------------------------------------------------- results


def _tests(grid: Grid, people: Part, guideline: Guideline) -> dict[str, Tested]:
    """The tests of a list that have a column for their value and one for their day."""
    heading = names_at(grid, people.heading)
    holds = [_called_days if _words(name) & DAYS else _days for name in heading]
    days = [at for at, name in enumerate(heading) if name and holds[at](_cells(grid, people.heading, at))]
    found: dict[str, Tested] = {}
    for at, name in enumerate(heading):
        test = "" if at in days else _test_named(name, guideline)
        day = _day_of_test(at, heading, days)
        if test and test not in found and day is not None:
            value = column_of(name, "value", _cells(grid, people.heading, at), guideline)
            unit = bare(name)[1] or (OPEN if test in guideline.facts else "")
            date = column_of(heading[day], "date", _cells(grid, people.heading, day), guideline)
            found[test] = Tested(replace(value, unit=unit), date)
    return found


def _test_named(name: str, guideline: Guideline) -> str:
    """The test that the name of a column names, alone or among the usual words around it."""
    words = [w for w in re.split(r"[\s_]+", bare(name)[0].lower()) if w and w not in AROUND]
    plain_, names = " ".join(words), tests(guideline)
    fact = fact_named(snake(plain_), guideline)
    return called(plain_, names, guideline) or (fact if fact in names else "")


def _day_of_test(at: int, heading: Sequence[str], days: Sequence[int]) -> int | None:
    """The column of the day of a test: the next one if it is called a day, else the one that names the test too."""
    own, beside = _words(heading[at]), _words(heading[at + 1]) if at + 1 in days else set()
    if beside & DAYS and beside <= DAYS | AROUND | own | TAKEN:
        return at + 1
    named = [k for k in days if _words(heading[k]) & DAYS and own - AROUND <= _words(heading[k])]
    return named[0] if len(named) == 1 else None


# ---------------------------------------------------------------- causes


def _with_causes(grid: Grid, people: Part, guideline: Guideline) -> Part:
    """The patients, with each fact that words in a column of causes name: who has one may have another as well."""
    columns = dict(people.columns)
    for at, name in enumerate(names_at(grid, people.heading)):
        if name in people.sources() or not _words(name) & CAUSES:
            continue
        told = {text(cell).lower() for cell in _cells(grid, people.heading, at)} - {""}
        named = {word: fact for word in sorted(told) if (fact := fact_named(snake(word), guideline))}
        yes_no = {word: fact for word, fact in named.items() if guideline.facts[fact].kind == "yes/no"}
        if len(told) > MOST_WORDS:
            continue
        for fact in dict.fromkeys(yes_no.values()):
            if fact not in columns:
                columns[fact] = Column(name, words={w: "yes" if f == fact else "" for w, f in yes_no.items()})
    return replace(people, columns=columns)
