"""One cell of an export in the register's own way of writing; and, before anything is used, what would not be read."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

from ..model import Guideline
from ..quantity import factor
from ..read.patient import called, drugs, routes, tests
from .cells import LONGER, YEARS, blank, read_word, short_year
from .columns import OPEN, Column, Part, converted, day_of, names_at, number_of
from .grid import Grid, text
from .worksheet import UNSOLVED

SHOWN = 5
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#DIV/0!", "#NUM!")
"""What a spreadsheet shows where a formula failed: as an id it would make one patient of many."""
DO = "If that is what it means, write"


def written(cell: Any, target: str, column: Column, guideline: Guideline, on: date) -> str:
    """A cell in the register's own way of writing, or as it stands where that leaves a doubt.

    A day in the column of a fact that is counted in years is a day of birth.
    """
    if column.always:
        return column.always
    fact = guideline.facts.get(target)
    word = text(cell)
    if not word or blank(word):
        return word
    if target == "patient_id" and (word == UNSOLVED or word in ERRORS):
        return ""
    if (said := column.words.get(word.lower())) is not None:
        return said
    odd = f"“{_in_one_line(word)}”"
    if target in ("date", "start"):
        found = day_of(cell, column.dates)
        return found.isoformat() if found else odd
    if fact and fact.unit == YEARS and column.dates:
        born = day_of(cell, column.dates)
        return str(on.year - born.year - ((on.month, on.day) < (born.month, born.day))) if born else odd
    if target in ("value", "dose_mg") or (fact and fact.kind == "number"):
        figure = _in_one_line(number_of(cell, column.decimals))
        return converted(figure, column.unit, fact) if fact else figure
    if target == "unit":
        return word
    return _in_one_line(word)


def _in_one_line(word: str) -> str:
    return " ".join(word.split())


def unread(name: str, part: Part, grid: Grid, guideline: Guideline) -> dict[str, str]:
    """For each column the cells that would not be read, the most frequent first, in words."""
    heading = names_at(grid, part.heading)
    found = {}
    for place, column in part.every().items():
        test, _, target = place.rpartition(".")
        if column.always or not set(column.sources) <= set(heading) or target in ("patient_id", "dose_mg", "unit"):
            continue
        fact = guideline.facts.get(test if target == "value" else target)
        if fact and column.unit not in ("", OPEN) and factor(column.unit, fact.unit, fact.conversions) is None:
            found[place] = f"{column.unit!r} does not fit {fact.unit}, so nothing here is read. {DO} unit: {fact.unit}"
            continue
        every = [heading.index(source) for source in column.sources]
        cells = Counter(row[at] for row in grid.rows[part.heading :] for at in every if at < len(row))
        odd: Counter[str] = Counter()
        for cell, many in cells.items():
            if not _reads(cell, target, column, guideline):
                odd[text(cell)[:40]] += many
        days = target in ("date", "start") or (fact is not None and fact.unit == YEARS)
        if odd:
            found[place] = _listed(odd) if not (days and any(map(short_year, odd))) else _short_years(odd)
    return found


def _reads(cell: Any, target: str, column: Column, guideline: Guideline) -> bool:
    """Whether a cell says something that the register understands, or nothing at all."""
    word = written(cell, target, column, guideline, date.today())
    if not word or blank(word):
        return True
    if target in ("date", "start"):
        return not word.startswith("“")
    if fact := guideline.facts.get(target):
        return read_word(word, fact, guideline) is not None
    names = {"drug": drugs(guideline), "test": tests(guideline), "route": routes(guideline)}
    if target in names:
        return bool(called(word, names[target], guideline))
    return bool(re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", word))


def _listed(odd: Counter[str]) -> str:
    return f"not read: {_shown(odd)}. If they mean something, say what in words."


def _short_years(odd: Counter[str]) -> str:
    return f"not read: {_shown(odd)}. {LONGER}"


def _shown(odd: Counter[str]) -> str:
    shown = ", ".join(f"“{word}”" + (f" ({many:,}×)" if many > 1 else "") for word, many in odd.most_common(SHOWN))
    return shown + (f" and {len(odd) - SHOWN} more ways of writing" if len(odd) > SHOWN else "")
