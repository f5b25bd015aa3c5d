"""What the columns of an export are taken to mean, to be looked over: as text, and as rows for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..findings import near, visible
from ..model import Guideline
from ..read.regimens import snake
from .cells import blank
from .columns import OPEN, ORDERS, SWAPPED, Column, Mapped, Part, bare, date_order, day_of, decimal_sign, names_at
from .grid import Grid, text
from .mapfile import to_name, unnamed, used
from .unread import unread

MOST_TOLD = 8
"""Words of a column that are shown with what they mean."""
LEFT = "(left aside)"
ANSWER = "answer this before use"


@dataclass(frozen=True, slots=True)
class Row:
    """A column: what it is in the register, its name in the export, how its cells are written, what its words mean.

    ``odd``: what would not be read. ``do``: what whoever looks has to do before use, or may have meant.
    """

    target: str
    source: str
    how: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    odd: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table of the register: where it stands in the export, and its columns. ``missing``: what to do about none."""

    name: str
    sheet: str
    heading: int
    rows: tuple[Row, ...] = ()
    missing: str = ""


def shown(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> list[Shown]:
    """The tables of a map to look over, with the columns that nothing was made of."""
    made: list[Shown] = []
    by_name, listed = {grid.name: grid for grid in found}, set[str]()
    for name, part in mapped.parts.items():
        grid = by_name.get(part.sheet)
        if grid is None:
            made.append(Shown(name, "", 0, missing="name its sheet or file before use"))
            continue
        rows = [*_taken(name, part, grid, guideline), *(_lacking(target) for target in to_name(name, mapped))]
        if part.sheet not in listed:
            listed.add(part.sheet)
            rows += _aside(name, part, grid, mapped, guideline)
        made.append(Shown(visible(name), visible(part.sheet), part.heading, tuple(rows)))
    return made


def marks(mapped: Mapped, found: Sequence[Grid]) -> dict[str, str]:
    """For each column whose way of writing is guessed from one cell only: that it is, by its place in the map."""
    by_name = {grid.name: grid for grid in found}
    made = {}
    for name, part in mapped.parts.items():
        for target, column in part.every().items():
            told = guesses(column, part, by_name[part.sheet]) if part.sheet in by_name else {}
            if told:
                made[f"{name}.{target}"] = "; ".join(f"{key}: {said}" for key, said in told.items())
    return made


def guesses(column: Column, part: Part, grid: Grid) -> dict[str, str]:
    """The ways of writing of a column that one cell alone decides, where it has others."""
    heading = names_at(grid, part.heading)
    places = [at for at, words in enumerate(heading) if words in column.sources]
    cells = [row[at] for row in grid.rows[part.heading :] for at in places if at < len(row) and text(row[at])]
    cells = [cell for cell in cells if not blank(text(cell))]
    found = {"dates": _turned(cells, column.dates), "decimals": _signed(cells, column.decimals)}
    said = f"guessed from 1 cell of {len(cells):,} only, look at it"
    return {key: said for key, many in found.items() if many == 1 and len(cells) > 1}


def _turned(cells: Sequence[Any], order: str) -> int:
    """How many cells are a day in this order only; 0 where the column does not say it."""
    if order not in ORDERS[1:] or date_order(cells) != order:
        return 0
    other = next(one for one in ORDERS[1:] if one != order)
    return sum(isinstance(c, str) and day_of(c, order) is not None and day_of(c, other) is None for c in cells)


def _signed(cells: Sequence[Any], sign: str) -> int:
    """How many cells have a sign before decimals; 0 where the column does not say it."""
    if not sign or decimal_sign(cells) != sign:
        return 0
    return sum(isinstance(cell, str) and re.search(r"\d[.,]\d", cell) is not None for cell in cells)


# ---------------------------------------------------------------- rows


def _taken(name: str, part: Part, grid: Grid, guideline: Guideline) -> Iterator[Row]:
    """The columns that something is made of."""
    odd = unread(name, part, grid, guideline)
    for target, column in part.every().items():
        words = [f"“{word}” means {said or 'nothing here'}" for word, said in list(column.words.items())[:MOST_TOLD]]
        alone = guesses(column, part, grid)
        source = f"always “{column.always}”" if column.always else ", ".join(column.sources).replace("\n", " ")
        open_ = {OPEN, SWAPPED} & {column.dates, column.decimals, column.unit}
        yield _visible(
            Row(target, source, _how(column, alone), tuple(words), odd.get(target, ""), ANSWER if open_ else "")
        )


def _how(column: Column, alone: Mapping[str, str]) -> tuple[str, ...]:
    if column.always:
        return ()
    told = {"dates": f"dates {column.dates}", "decimals": f"decimal {column.decimals}", "unit": f"in {column.unit}"}
    of = {"dates": column.dates, "decimals": column.decimals, "unit": column.unit}
    return tuple(", ".join(filter(None, (words, alone.get(key, "")))) for key, words in told.items() if of[key])


def _lacking(target: str) -> Row:
    """A column that is missing, and what to do about it."""
    more = ", or what every row says as always:" if target in ("drug", "route") else ""
    whose = "which column is the patient's number? Name it before use"
    return Row(target, "MISSING", do=whose if target == "patient_id" else f"name a column before use{more}")


def _aside(name: str, part: Part, grid: Grid, mapped: Mapped, guideline: Guideline) -> Iterator[Row]:
    """The columns that nothing is made of."""
    taken = used(mapped, part.sheet)
    for aside in dict.fromkeys(names_at(grid, part.heading)):
        if aside and aside not in taken:
            hint = near(snake(bare(aside)[0]), guideline.facts) if name == "patients" else ""
            yield _visible(Row(LEFT, aside[:60], do=hint))


def _visible(row: Row) -> Row:
    """A row without signs that would steer whatever shows it."""
    how, words = (tuple(map(visible, told)) for told in (row.how, row.words))
    return Row(row.target, visible(row.source), how, words, visible(row.odd), visible(row.do))


# ---------------------------------------------------------------- as text


def as_text(mapped: Mapped, found: Sequence[Grid], guideline: Guideline) -> str:
    """A map to look over, with the columns that nothing was made of."""
    lines: list[str] = []
    for table in shown(mapped, found, guideline):
        if table.missing:
            lines.append(f"{table.name}: MISSING   ← {table.missing}")
            continue
        lines.append(f"{table.name}: “{table.sheet}”, names in row {table.heading}")
        lines += [line for row in table.rows for line in _lines(row)]
    return "\n".join([*lines, *map(visible, beside(mapped, found))])


def beside(mapped: Mapped, found: Sequence[Grid]) -> list[str]:
    """What is said of no single column."""
    empty = ", ".join(mapped.no_when_empty) or "nothing (unknown is never no)"
    return [*unnamed(mapped, found), f"empty means no for: {empty}"]


def _lines(row: Row) -> Iterator[str]:
    if row.target == LEFT:
        yield f"  {LEFT:28}   {row.source}{'  ' + row.do if row.do else ''}"
        return
    how = f"   ({', '.join(row.how)})" if row.how else ""
    yield f"  {row.target:28} ← {row.source}{how}{'   ← ' + row.do if row.do else ''}"
    yield from (f"  {'':28}   {told}" for told in (*row.words, row.odd) if told)
