"""The worklist: one row a patient, made from a guideline as Ibis tables for any engine.

Each row says the same as `posology plan` says of that patient on that day; the law itself stands in
`plan/`, and a test holds the two against each other. The engine reads the record (`history.py`) and tests the
facts; what follows is worked out for many patients at once (`rows.py`), out of the engine's Arrow tables and
back into them.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from ..cache import keep, kept, made_by, own, unpacked
from ..model import Guideline
from . import facts, sheet
from .asked import Asking
from .course import course, followed, regimen, standing
from .dated import _has_come, calling, reviews, timed
from .files import Engine
from .history import Tables, coding, told
from .lines import lines
from .queries import Connection, over, real
from .questions import ask
from .rows import Scheme
from .settled import decide
from .sheet import Make, Sheet
from .weighed import weigh

if TYPE_CHECKING:
    import ibis.expr.types as ir

GROUND = ("model.py", "expr.py", "schedule.py", "quantity.py")
PARTS = (date, partial, _has_come, *facts.LOOKS, *sheet.LOOKS)
"""What a compiled guideline holds beside dataclasses."""
UNSETTLED = ("silent", "conflict")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A guideline for one day: what an engine tests, and what is made of the answers."""

    inputs: Mapping[str, Make]
    scheme: Scheme


def compiled(guideline: Guideline, on: date) -> Compiled:
    """A guideline for a day."""
    asked = Sheet(guideline.facts)
    here = Asking(asked, guideline)
    facts.derive(here)
    reviews(here)
    weighing = weigh(here)
    decided = {d.name: decide(asked, d, weighing) for d in guideline.decisions.values()}
    where = course(asked, decided, here)
    shown = lines(here, decided, weighing)
    ways = followed(asked, where)
    open_ = [(f"{d.decision.name}:{o}", d.outcomes[o]) for d in decided.values() for o in UNSETTLED]
    questions = ask(here, shown, decided, where, weighing)
    holds = calling(guideline, weighing)
    scheme = Scheme(
        on, coding(guideline), tuple(asked.inputs), asked.looks,
        tuple((name.fact, condition) for condition, name in asked.conditions.items()),
        {"phase": where.phases, **regimen(ways)}, standing(ways, where, weighing),
        {"alerts": [(line.rule.name, line.alert) for line in shown], "unsettled": open_},
        tuple(questions), tuple(ways), tuple((rule, holds[rule.name]) for rule in timed(guideline)),
    )  # fmt: skip
    return Compiled(asked.inputs, scheme)


def _again(guideline: Guideline, on: date) -> Compiled:
    """A guideline as it was compiled the last time, for another day."""
    key = f"worklist {guideline.digest} {made_by('plan', 'register', 'backends', *GROUND)}"
    found = unpacked(kept(key), own(f"{__package__.partition('.')[0]}.", *PARTS))
    if not isinstance(found, Compiled):
        found = compiled(guideline, on)
        keep(key, pickle.dumps(found, protocol=5))
    return replace(found, scheme=replace(found.scheme, on=on))


def worklist(connection: Any, tables: Tables, guideline: Guideline, on: date, name: str = "worklist") -> ir.Table:
    """The worklist as a table of Ibis on a connection, with `n`, the place of the patient in the register."""
    at = connection if isinstance(connection, Connection) else Connection(backend=connection)
    engine = Engine("spark" if at.name == "pyspark" else "duckdb", at)
    asked = Tables(over(tables.patients), over(tables.doses), over(tables.results))
    table: ir.Table = real(listed(engine, asked, guideline, on, name), at)
    return table


def listed(engine: Engine, tables: Tables, guideline: Guideline, on: date, name: str = "worklist") -> ir.Table:
    """The worklist as a view of this name."""
    made = _again(guideline, on)
    read = told(tables, guideline, on, made.inputs)
    if engine.name == "spark":
        from .spark import through
    else:
        from .flow import through
    return through(engine, read, made.scheme, name)
