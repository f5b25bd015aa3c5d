"""A practice's export → the three tables of a register, by a map of its columns.

Each cell is written down in the register's own way where that leaves no doubt; every other cell stays as it
is, so that it is reported as not read, with how often and where.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Refused
from ..model import Guideline
from .arrays import texts
from .columns import OPEN, Column, Mapped, Part
from .commas import CUT_SHORT, FEWER, SHORT_DO, cut_off, too_long
from .files import NEEDED, Engine, kept
from .grid import Grid, grids, text
from .mapfile import MAKE_ONE, fits, of_data, open_questions
from .reading import Register
from .unread import written

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_KNOWN = 10_000
"""Different cells of a column that are kept with what they come to."""
ASSUMED, ALWAYS = "no_when_empty", "always"


@dataclass(frozen=True, slots=True)
class Tidied:
    """An export as a folder of tables (which goes with this), its map, and whose empty cells were taken to mean no."""

    room: tempfile.TemporaryDirectory[str]
    mapped: Mapped
    assumed: Mapping[str, tuple[str, ...]]
    lost: Mapping[str, int]
    """Rows of each table whose id is a formula that was never worked out, or failed."""
    short: Mapping[str, Sequence[int]]
    """The numbers of the rows of each table that have fewer cells than the heading."""


def mapped_from(path: Path, guideline: Guideline) -> Mapped:
    """The map in a file. Raises Refused."""
    from ..read.data import parse

    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(
            [Finding(str(path), f"It cannot be read: {error.strerror}.", "Name the file that register map wrote.")]
        ) from None
    return of_data(parse(content, path.name, MAKE_ONE), guideline, path.name)


def under_its_name(tables: Sequence[Grid], mapped: Mapped | None) -> Sequence[Grid]:
    """The tables; a single one under the only name that a map knows, since files are renamed from month to month."""
    names = {part.sheet for part in mapped.parts.values()} - {OPEN} if mapped else set()
    return [replace(tables[0], name=names.pop())] if len(tables) == len(names) == 1 else tables


def tidied(
    path: Path, guideline: Guideline, mapped: Mapped | None, on: date, found: Sequence[Grid] | None = None
) -> Tidied:
    """An export in the register's own form, in a folder that goes when it is used no more. Raises Refused."""
    from .columns import guessed

    tables = list(found) if found is not None else grids(path)
    chosen = mapped or guessed(tables, guideline)
    if faults := fits(chosen, tables, guideline):
        raise Refused(faults)
    by_name = {grid.name: grid for grid in tables}
    room = tempfile.TemporaryDirectory(prefix="register-")
    assumed: dict[str, list[str]] = {}
    lost: dict[str, int] = {}
    short: dict[str, list[int]] = {}
    for name, part in chosen.parts.items():
        grid = by_name[part.sheet]
        _write(Path(room.name) / f"{name}.csv", name, part, grid, chosen, guideline, on, assumed, lost, short)
    return Tidied(room, chosen, {ident: tuple(facts) for ident, facts in assumed.items()}, lost, short)


def _write(
    path: Path, name: str, part: Part, grid: Grid, mapped: Mapped, guideline: Guideline, on: date,
    assumed: dict[str, list[str]], lost: dict[str, int], short: dict[str, list[int]],
) -> None:  # fmt: skip
    from .columns import names_at

    heading = names_at(grid, part.heading)
    one_list = name != "patients" and part.sheet == mapped.parts["patients"].sheet
    told_by = "date" if part.tests is None else "value"
    targets = list(dict.fromkeys([*NEEDED[name], *part.columns]))
    whose = part.columns.get("patient_id", Column("", always="?"))
    at = _place(whose, heading)
    records = [
        ([(t, _place(c, heading), _once(t, c, guideline, on)) for t, c in columns.items()], same)
        for columns, same in _records(part)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(targets)
        long: list[int] = []
        wide = max((k for k, column in enumerate(heading, 1) if column), default=0) if grid.lines else 0
        number = 0
        for number, row in enumerate(grid.below(part.heading), part.heading + 1):
            if not any(text(cell) for cell in row):
                continue
            if any(text(cell) for cell in row[len(heading) :]):
                long.append(number)
            cut = len(row) < wide
            if cut:
                if not one_list:  # else it was told of the patients
                    short.setdefault(name, []).append(number)
                row = [cell for k, cell in enumerate(row) if k < len(row) - 1 or k == at]
            for columns, same in records:
                cells = {t: read(row[k] if k < len(row) else None) for t, k, read in columns}
                if one_list and not cells[told_by].strip():
                    continue  # no such dose or result of this patient is on the list
                if not cells.get("patient_id") and at < len(row) and text(row[at]):
                    lost[name] = lost.get(name, 0) + 1
                if name == "patients":
                    _assume(cells, mapped, assumed)
                if cut:
                    _note(cells, [CUT_SHORT], assumed)
                writer.writerow([(cells | same).get(target, "") for target in targets])
    _whole(grid, number, long, short.get(name, []))


def _whole(grid: Grid, last: int, long: Sequence[int], short: Sequence[int]) -> None:
    """Refuses a table with rows of too many cells, or of which the last row was cut off."""
    if long:
        raise Refused([too_long(grid.name, len(long), long[0])])
    if not grid.ended and last in short[-1:]:
        raise Refused([cut_off(grid.name, last)])


def _place(column: Column, heading: Sequence[str]) -> int:
    """Where a column stands; behind the others where every row says the same."""
    return heading.index(column.source) if column.sources else len(heading)


def _once(target: str, column: Column, guideline: Guideline, on: date) -> Callable[[Any], str]:
    """What writes the cells of a column in the register's own way: what is there often is looked at once."""
    known: dict[tuple[type, Any], str] = {}

    def write(cell: Any) -> str:
        key = type(cell), cell  # 1, 1.0 and True are one key and three ways of writing
        if key not in known:
            if len(known) == MOST_KNOWN:
                known.clear()
            known[key] = written(cell, target, column, guideline, on)
        return known[key]

    return write


def _records(part: Part) -> list[tuple[dict[str, Column], dict[str, str]]]:
    """The columns of each row that one row of an export becomes, and what is the same in all of them."""
    own = dict(part.columns)
    if part.tests is None:
        date = own.get("date")
        more = [own | {"date": replace(date, source=source, also=())} for source in date.also] if date else []
        return [(columns, {}) for columns in (own, *more)]
    return [
        (own | one.columns(), {"test": test, "unit": "" if one.value.unit == OPEN else one.value.unit})
        for test, one in part.tests.items()
    ]


def _assume(cells: dict[str, str], mapped: Mapped, assumed: dict[str, list[str]]) -> None:
    """Writes no into the empty cells for which the map says so, and keeps who rests on that or on what is always so."""
    taken = [fact for fact in mapped.no_when_empty if not cells.get(fact, "").strip()]
    for fact in taken:
        cells[fact] = "no"
    always = [f"{ALWAYS}:{t}" for t, c in mapped.parts["patients"].columns.items() if c.always]
    if said := [f"{ASSUMED}:{fact}" for fact in taken] + always:
        _note(cells, said, assumed)


def _note(cells: Mapping[str, str], said: Sequence[str], assumed: dict[str, list[str]]) -> None:
    """Keeps for a patient's row what it must say."""
    before = assumed.setdefault(cells.get("patient_id", "").strip(), [])
    before += [words for words in said if words not in before]


def noted(register: Register, made: Tidied) -> Register:
    """A register whose rows say which of their facts rest on empty cells, and whose report says how many there are."""
    for name, many in made.lost.items():
        what = "the id is a formula that was never worked out, or failed, so it is no id."
        do = "Open the workbook, mend the formulas, and save it again."
        register.quality.say(many, f"{name}.patient_id", what, do)
    for name, rows in made.short.items():
        register.quality.say(len(rows), name, f"{FEWER}; the first is row {rows[0]:,}.", SHORT_DO)
    register.quality.findings[:0] = [*open_questions(made.mapped), *_declared(made.mapped)]
    if not made.assumed:
        return register
    if empty := ", ".join(made.mapped.no_when_empty):
        many = sum(any(words.startswith(ASSUMED) for words in said) for said in made.assumed.values())
        what = f"empty cells were taken to mean no, as the map declares, for: {empty}."
        do = "The column notices says which; take facts out of no_when_empty where this is not certain."
        register.quality.say(many, "patients", what, do)
    engine, people = register.engine, register.tables.patients
    said = _said(made, engine)
    joined = people.left_join(said, people.patient_id == said.id_)
    between = (joined.notices != "").ifelse(";", "")
    whole = joined.mutate(
        notices=joined.said_.notnull().ifelse(joined.notices + between + joined.said_, joined.notices)
    ).drop("id_", "said_")
    return replace(register, tables=replace(register.tables, patients=kept(engine, "patients_assumed", whole)))


def _declared(mapped: Mapped) -> list[Finding]:
    """What a map says of every row."""
    do = "Take it out of the map where that is not certain."
    return [
        Finding(f"{name}.{target}", f"Every row is taken to say “{column.always}”, as the map declares.", do)
        for name, part in mapped.parts.items()
        for target, column in part.every().items()
        if column.always
    ]


def _said(made: Tidied, engine: Engine) -> ir.Table:
    """Whose empty cells were taken to mean no, and which, as a table."""
    rows = [(ident, ";".join(words)) for ident, words in made.assumed.items()]
    if engine.name == "spark":
        frame = engine.connection._session.createDataFrame(rows, "id_ string, said_ string")
        frame.createOrReplaceTempView("assumed")
    else:
        import pyarrow as pa

        columns = [texts(each) for each in zip(*rows, strict=True)]
        engine.connection.con.register("assumed", pa.Table.from_arrays(columns, ["id_", "said_"]))
    return engine.connection.table("assumed")
