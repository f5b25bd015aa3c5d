"""What an engine reads of a register for a worklist: people, and their doses and results as numbers.

What these come to is worked out for many patients at once, in `record.py` and `measured.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..model import Guideline
from ..plan.history import VEIN, giving, passed_over, routes
from ..plan.history import given as drugs_given
from ..read.patient import drugs
from .facts import gap_before, stated
from .measured import DAY_ZERO, TEST_BITS, Tests
from .queries import given
from .record import COUNTS, DRUG_BITS, INTO_A_VEIN, OTHER, WAY_BITS, Coding
from .sheet import Make

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis


@dataclass(frozen=True, slots=True)
class Tables:
    """A register in order: patients (`n`, `patient_id`, `start`, a column a fact), doses and results by `n`.

    doses: `n`, `on`, `drug`, `route`. results: `n`, `on`, `test`, `value` (NULL: unreadable).
    """

    patients: ir.Table
    doses: ir.Table
    results: ir.Table


def coding(guideline: Guideline) -> Coding:
    """How the doses of a guideline's patients are written as numbers."""
    ours = drugs_given(guideline)
    ranked = sorted(drugs(guideline), key=lambda drug: (drug not in ours, drug))
    return Coding(tuple(ranked), len(ours), tuple(sorted(ours)), _bounded(guideline), tests_of(guideline))


def _bounded(guideline: Guideline) -> dict[str, tuple[str, int]]:
    """The regimens of a fixed number of doses whose end a fact of the course is about."""
    courses = [f.course.removeprefix("complete ") for f in guideline.facts.values() if f.course.startswith("complete ")]
    gives = [rule.action.gives[0] for name in courses for rule in giving(guideline, name)]
    return {gap_before(g): (g.drug, g.doses) for g in gives if g.doses is not None}


def tests_of(guideline: Guideline) -> Tests:
    """The tests that are facts, and those that a rule calls for."""
    numbers = tuple(f.name for f in guideline.facts.values() if f.kind == "number")
    seen = tests_seen(guideline)
    names = dict.fromkeys([*numbers, *(name for names in seen.values() for name in names)])
    return Tests(tuple(names), numbers, {test: tuple(each) for test, each in seen.items()})


@dataclass(frozen=True, slots=True)
class Told:
    """What an engine reads of a register, each with `n`: people, doses as numbers, results as numbers with values."""

    people: ir.Table
    doses: ir.Table
    results: ir.Table


def told(tables: Tables, guideline: Guideline, on: date, inputs: Mapping[str, Make]) -> Told:
    """The records up to a day, and the answers to the questions about facts."""
    day = given("on", on, "date")
    people = tables.patients.rename({stated(f): f.name for f in guideline.facts.values() if f.when or f.course})
    said = people.notices if "notices" in people.columns else ibis.literal("")
    numbers = {name: people[name].cast("float64") for name in tests_of(guideline).numbers}
    return Told(
        people.select(
            "n", "patient_id", "start", notices=said, **numbers, **{name: make(people) for name, make in inputs.items()}
        ),
        _doses(tables.doses.filter(tables.doses.on <= day), guideline),
        _results(tables.results.filter(tables.results.on <= day), guideline),
    )


def _doses(doses: ir.Table, guideline: Guideline) -> ir.Table:
    """Each dose as one number (see `record.py`)."""
    ranked = coding(guideline).drugs
    drug = ibis.cases(*((doses.drug == d, k) for k, d in enumerate(ranked)), else_=len(ranked)).cast("int32")
    counting = doses.route.isin(sorted(routes(guideline)))
    other = (doses.route != VEIN if passed_over(VEIN, guideline) else doses.route.notnull()).fill_null(False)
    way = ibis.cases((counting.fill_null(False), COUNTS), (other, OTHER), else_=INTO_A_VEIN).cast("int32")
    return doses.select("n", code=(_day(doses) * (1 << DRUG_BITS) + drug) * (1 << WAY_BITS) + way)


def _results(results: ir.Table, guideline: Guideline) -> ir.Table:
    """Each result as one number and a value (see `measured.py`)."""
    names = tests_of(guideline).names
    known = results.filter(results.test.isin(names))
    test = ibis.cases(*((known.test == t, k) for k, t in enumerate(names)), else_=0).cast("int32")
    return known.select("n", "value", code=_day(known) * (1 << TEST_BITS) + test)


def _day(table: ir.Table) -> ir.Value:
    return table.on.delta(ibis.literal(DAY_ZERO), unit="day").cast("int32")


def tests_seen(guideline: Guideline) -> Mapping[str, list[str]]:
    """Every test that a rule calls for, with the results that do it (`=name` for a result of that very name)."""
    stands: Mapping[str, str] = guideline.meta.get("stands_for", {})
    asked = dict.fromkeys(t for r in guideline.rules if r.action.timing for t in r.action.tests)
    since = dict.fromkeys(r.action.timing.since for r in guideline.rules if r.action.timing and r.action.timing.since)
    found = {test: [test, *(name for name, other in stands.items() if other == test)] for test in asked}
    return found | {f"={test}": [test] for test in since}
