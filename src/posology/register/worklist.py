"""The worklist: one row a patient, made from a guideline as Ibis tables for any engine.

Each row says the same as `posology plan` says of that patient on that day; the law itself stands in
`plan/`, and a test holds the two against each other. The engine reads the record (`history.py`) and tests the
facts; what follows from yes and no is worked out for many patients at once (`answers.py`), out of the engine's
Arrow tables and back into them; the days are reckoned by the engine again (`dated.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir

from ..model import Guideline
from .answers import Wanted
from .asked import Asking
from .course import Course, Followed, course, followed, regimen, standing
from .dated import calling, dated, history_of, reviews, tests_due
from .facts import derive
from .files import Engine, kept
from .history import Tables, tests_seen, told
from .lines import lines
from .questions import ask
from .settled import decide
from .sheet import Make, Sheet
from .weighed import weigh

COLUMNS = (
    "patient_id", "phase", "rule", "drug", "every_low", "every_high", "last_dose", "due_from", "due_by", "status",
    "certainty", "days_overdue", "tests_due", "alerts", "ask",
)  # fmt: skip
UNSETTLED = ("silent", "conflict")
ALSO = ("unsettled", "notices")
"""Columns beside those of the contract: decisions without an answer, and doubts about the data."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A guideline for one day: what is read off the register, what is made of it, and whose days are reckoned how."""

    inputs: Mapping[str, Make]
    wanted: Wanted
    ways: tuple[Followed, ...]
    where: Course


def compiled(guideline: Guideline, on: date) -> Compiled:
    """A guideline for a day."""
    sheet = Sheet(guideline.facts)
    here = Asking(sheet, guideline)
    derive(here, on)
    reviews(here, on)
    weighing = weigh(here)
    decided = {d.name: decide(sheet, d, weighing) for d in guideline.decisions.values()}
    where = course(sheet, decided, here)
    shown = lines(here, decided, weighing)
    ways = followed(sheet, where)
    open_ = [(f"{d.decision.name}:{o}", d.outcomes[o]) for d in decided.values() for o in UNSETTLED]
    questions = ask(here, shown, decided, where, weighing)
    wanted = Wanted(
        tuple((name.fact, condition) for condition, name in sheet.conditions.items()),
        {"phase": where.phases, **regimen(ways), "_standing": standing(ways, where, weighing)},
        {"alerts": [(line.rule.name, line.alert) for line in shown], "unsettled": open_},
        calling(guideline, weighing), tuple(questions),
    )  # fmt: skip
    return Compiled(sheet.inputs, wanted, tuple(ways), where)


def worklist(connection: Any, tables: Tables, guideline: Guideline, on: date, name: str = "worklist") -> ir.Table:
    """The worklist as a view of this name on a connection, with `n`, the place of the patient in the register."""
    engine = Engine("spark" if connection.name == "pyspark" else "duckdb", connection)
    made = compiled(guideline, on)
    record = told(tables, guideline, on)
    own = [c for c in ("n", "patient_id", "notices", *_dates(made, guideline)) if c in record.columns]
    asked = {question: make(record) for question, make in made.inputs.items()}
    read = kept(engine, f"{name}_told", record.select(*own, **asked))
    settled = _settled(engine, read.select("n", *made.inputs), made.wanted, f"{name}_settled")
    both = read.select(*own).inner_join(settled, "n")
    rows = tests_due(dated(both, made.ways, made.where, on), guideline, on)
    shown = rows.select("n", *COLUMNS, *(c for c in ALSO if c in rows.columns))
    return connection.create_view(name, shown, overwrite=True)


def _dates(made: Compiled, guideline: Guideline) -> list[str]:
    """The columns of the record that days are reckoned from."""
    of_ways = [column for way in made.ways for column in history_of(way)]
    seen = [f"_seen_{test}" for test in tests_seen(guideline)]
    return list(dict.fromkeys(["_last_dose", "_given", "_stated", "_start", *of_ways, *seen]))


def _settled(engine: Engine, inputs: ir.Table, wanted: Wanted, name: str) -> ir.Table:
    """What follows from yes and no, as a table of this name."""
    if engine.name == "spark":
        from .spark import through
    else:
        from .files import through
    return through(engine, inputs, wanted, name)
