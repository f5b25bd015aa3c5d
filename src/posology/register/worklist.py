"""The worklist: one row a patient, made from a guideline as Ibis tables for any engine.

Each row says the same as `posology plan` says of that patient on that day; the law itself stands in
`plan/`, and a test holds the two against each other. The engine reads the record (`history.py`) and tests the
facts; what follows is worked out for many patients at once (`rows.py`), out of the engine's Arrow tables and
back into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir

from ..model import Guideline
from .asked import Asking
from .course import course, followed, regimen, standing
from .dated import calling, reviews, timed
from .facts import derive
from .files import Engine
from .history import Tables, coding, told
from .lines import lines
from .questions import ask
from .rows import Scheme
from .settled import decide
from .sheet import Make, Sheet
from .weighed import weigh

UNSETTLED = ("silent", "conflict")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A guideline for one day: what an engine tests, and what is made of the answers."""

    inputs: Mapping[str, Make]
    scheme: Scheme


def compiled(guideline: Guideline, on: date) -> Compiled:
    """A guideline for a day."""
    sheet = Sheet(guideline.facts)
    here = Asking(sheet, guideline)
    derive(here)
    reviews(here)
    weighing = weigh(here)
    decided = {d.name: decide(sheet, d, weighing) for d in guideline.decisions.values()}
    where = course(sheet, decided, here)
    shown = lines(here, decided, weighing)
    ways = followed(sheet, where)
    open_ = [(f"{d.decision.name}:{o}", d.outcomes[o]) for d in decided.values() for o in UNSETTLED]
    questions = ask(here, shown, decided, where, weighing)
    holds = calling(guideline, weighing)
    scheme = Scheme(
        on, coding(guideline), tuple(sheet.inputs), sheet.looks,
        tuple((name.fact, condition) for condition, name in sheet.conditions.items()),
        {"phase": where.phases, **regimen(ways)}, standing(ways, where, weighing),
        {"alerts": [(line.rule.name, line.alert) for line in shown], "unsettled": open_},
        tuple(questions), tuple(ways), tuple((rule, holds[rule.name]) for rule in timed(guideline)),
    )  # fmt: skip
    return Compiled(sheet.inputs, scheme)


def worklist(connection: Any, tables: Tables, guideline: Guideline, on: date, name: str = "worklist") -> ir.Table:
    """The worklist as a view of this name on a connection, with `n`, the place of the patient in the register."""
    engine = Engine("spark" if connection.name == "pyspark" else "duckdb", connection)
    return listed(engine, tables, guideline, on, name)


def listed(engine: Engine, tables: Tables, guideline: Guideline, on: date, name: str = "worklist") -> ir.Table:
    """The worklist as a view of this name."""
    made = compiled(guideline, on)
    read = told(tables, guideline, on, made.inputs)
    if engine.name == "spark":
        from .spark import through
    else:
        from .files import through
    return through(engine, read, made.scheme, name)
