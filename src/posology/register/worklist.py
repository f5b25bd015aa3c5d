"""The worklist: one row a patient, made from a guideline as one Ibis expression for any engine.

Each row says the same as `posology plan` says of that patient on that day; the law itself stands in
`plan/`, and a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from ..backends.relational import column
from ..expr import facts_of
from ..model import Expr, Guideline
from .asked import Asking
from .course import Course, course, followed, regimen, reviews, status, tests_due
from .facts import derive
from .history import Tables, told
from .lines import Line, lines
from .questions import ask
from .settled import Decided, decide
from .sheet import NO, Sheet, levels, put
from .weighed import Weighing, weigh

COLUMNS = (
    "patient_id", "phase", "rule", "drug", "every_low", "every_high", "last_dose", "due_from", "due_by", "status",
    "certainty", "days_overdue", "tests_due", "alerts", "ask",
)  # fmt: skip
UNSETTLED = ("silent", "conflict")
ALSO = ("unsettled", "notices")
"""Columns beside those of the contract: decisions without an answer, and doubts about the data."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A guideline as columns for one day: the sheet, and the parts that say what its columns mean."""

    sheet: Sheet
    weighing: Weighing
    decided: dict[str, Decided]
    where: Course
    lines: tuple[Line, ...]


def compiled(guideline: Guideline, on: date) -> Compiled:
    """The columns of a guideline, for a day."""
    sheet = Sheet()
    here = Asking(sheet, guideline)
    derive(here, on)
    reviews(sheet, here, on)
    weighing = weigh(here)
    decided = {d.name: decide(sheet, d, weighing) for d in guideline.decisions.values()}
    where = course(sheet, decided, here)
    shown = lines(here, decided, weighing)
    ways = followed(sheet, where)
    regimen(sheet, ways, where, on)
    status(sheet, ways, where, weighing, on)
    tests_due(sheet, here, weighing, on)
    _words(sheet, "alerts", [(line.rule.name, line.alert) for line in shown])
    _words(sheet, "unsettled", [(f"{d.decision.name}:{o}", d.outcomes[o]) for d in decided.values() for o in UNSETTLED])
    put(sheet, "last_dose", ["_last_dose"], lambda t: t._last_dose)
    ask(here, shown, decided, where, weighing)
    return Compiled(sheet, weighing, decided, where, tuple(shown))


def worklist(connection: Any, tables: Tables, guideline: Guideline, on: date, name: str = "worklist") -> ir.Table:
    """The worklist as a view of this name on a connection, with `n`, the place of the patient in the register."""
    told_ = told(tables, guideline, on)
    also = [name_ for name_ in ALSO if name_ != "notices" or name_ in told_.columns]
    queries = levels(compiled(guideline, on).sheet, connection, told_, ["n", *COLUMNS, *also])
    if connection.name == "pyspark":
        from .spark import stepwise

        stepwise(connection, queries, name)
    else:
        *parts, (_, last) = queries
        whole = ", ".join(f"{level} AS ({query})" for level, query in parts)
        connection.raw_sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS WITH {whole} {last}")
    return connection.table(name)


def _words(sheet: Sheet, name: str, words: list[tuple[str, Expr]]) -> None:
    """A column of the words whose condition holds, in order, joined by semicolons."""
    live = [(word, condition) for word, condition in words if condition != NO]
    reads = [fact for _, condition in live for fact in facts_of(condition)]
    put(sheet, name, reads or ["n"], lambda t: _joined(t, live))


def _joined(table: ir.Table, words: list[tuple[str, Expr]]) -> ir.Value:
    """The words whose condition holds, joined by semicolons."""
    text = ibis.literal("")
    for word, condition in words:
        text = text + column(condition, table).ifelse(f";{word}", "")
    return text.substr(1)
