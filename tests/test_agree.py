"""Any tree, any patient with holes: the evaluator, the database and the prover say the same."""

from __future__ import annotations

import random
from functools import cache
from types import SimpleNamespace
from typing import Any

import ibis
import numpy as np
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posology.backends import proof, relational
from posology.expr import evaluate
from posology.model import Expr, Is, Not, Truth, Value
from posology.register.answers import packed, read, who
from posology.register.queries import over, real
from posology.register.sheet import Sheet, kleene
from trees import FACTS, PATIENTS, trees

KINDS = {"yes/no": "boolean", "number": "float64", "choice": "string"}
SCHEMA = {"row": "int64"} | {name: KINDS[fact.kind] for name, fact in FACTS.items()}
slow_is_fine = settings(suppress_health_check=[HealthCheck.too_slow])


@cache
def everybody() -> ibis.Table:
    """All patients of the vocabulary, one row each, in order, in one DuckDB table."""
    columns = {"row": list(range(len(PATIENTS)))} | {name: [p.get(name) for p in PATIENTS] for name in FACTS}
    return ibis.duckdb.connect().create_table("patients", ibis.memtable(columns, schema=SCHEMA))


def in_database(exprs: list[Expr]) -> list[tuple[Truth, ...]]:
    """The truth of several conditions for every patient, in one query."""
    table = everybody()
    columns = {f"c{at}": relational.column(expr, table) for at, expr in enumerate(exprs)}
    rows = table.select("row", **columns).order_by("row").to_pyarrow().to_pylist()
    return [tuple(row[name] for name in columns) for row in rows]


@slow_is_fine
@given(st.lists(trees(), min_size=1, max_size=12))
def test_a_database_column_is_the_evaluator(exprs: list[Expr]) -> None:
    for patient, found in zip(PATIENTS, in_database(exprs), strict=True):
        assert found == tuple(evaluate(expr, patient.get) for expr in exprs), patient


@cache
def figures() -> Any:
    """The figures of all patients as a register's record has them: an array each, NaN where one is not known."""
    figure = [name for name, fact in FACTS.items() if fact.kind == "number"]
    return SimpleNamespace(numbers={name: np.array([p.get(name, np.nan) for p in PATIENTS], float) for name in figure})


def for_all_at_once(exprs: list[Expr]) -> list[tuple[Truth, ...]]:
    """The truth of several conditions for every patient as a register works them out: a bit a patient."""
    table, sheet = everybody(), Sheet(FACTS)
    truths = [kleene(sheet, expr) for expr in exprs]
    inputs = {name: real(make(over(table)), None) for name, make in sheet.inputs.items()}
    asked = table.select("row", **inputs).order_by("row")
    answers = read(asked.to_pyarrow().combine_chunks().to_batches()[0], sheet.inputs)
    answers.known |= {name: packed(look(figures())) for name, look in sheet.looks.items()}
    for condition, name in sheet.conditions.items():
        answers.known[name.fact] = who(condition, answers)
    sides = [(who(t.true, answers), who(t.open, answers)) for t in truths]
    return [tuple(None if o >> k & 1 else bool(t >> k & 1) for t, o in sides) for k in range(len(PATIENTS))]


@slow_is_fine
@given(st.lists(trees(), min_size=1, max_size=12))
def test_a_bit_of_a_register_is_the_evaluator(exprs: list[Expr]) -> None:
    for patient, found in zip(PATIENTS, for_all_at_once(exprs), strict=True):
        assert found == tuple(evaluate(expr, patient.get) for expr in exprs), patient


def proved(expr: Expr, patient: dict[str, Value]) -> Truth:
    """The truth of a condition by substitution of a patient into its formula."""
    found = proof.formula(expr, FACTS)
    pairs = [(proof.known(name), z3.BoolVal(name in patient)) for name in FACTS]
    pairs += [(proof.value(FACTS[name]), literal(value, name)) for name, value in patient.items()]
    yes, no = (z3.simplify(z3.substitute(side, *pairs)) for side in (found.yes, found.no))
    assert not (z3.is_true(yes) and z3.is_true(no))
    return True if z3.is_true(yes) else False if z3.is_true(no) else None


def literal(value: Value, name: str) -> z3.ExprRef:
    if isinstance(value, str):
        return z3.IntVal(FACTS[name].choices.index(value))
    return z3.BoolVal(value) if isinstance(value, bool) else z3.RealVal(str(value))


@slow_is_fine
@given(trees(), st.randoms(use_true_random=False))
def test_a_formula_is_the_evaluator(expr: Expr, chance: random.Random) -> None:
    for patient in chance.sample(PATIENTS, 12):
        assert proved(expr, patient) == evaluate(expr, patient.get), patient


@slow_is_fine
@given(trees())
def test_no_condition_is_true_and_false_at_once(expr: Expr) -> None:
    found = proof.formula(expr, FACTS)
    solver = z3.Solver()
    solver.add(found.yes, found.no)
    assert solver.check() == z3.unsat


@slow_is_fine
@given(trees())
def test_a_condition_is_the_denial_of_its_denial(expr: Expr) -> None:
    for patient in PATIENTS[::14]:
        assert evaluate(expr, patient.get) == evaluate(Not(Not(expr)), patient.get)


def test_every_patient_is_there_once() -> None:
    assert len(PATIENTS) == 3 * 3 * 4 * 10 * 8 == len({tuple(sorted(p.items(), key=str)) for p in PATIENTS})
    assert [evaluate(Is("fever"), p.get) for p in PATIENTS[:1]] == [True]
