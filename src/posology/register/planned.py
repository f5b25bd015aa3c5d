"""A small register, planned patient by patient: the rows are then the plans themselves.

`worklist.py` makes the same rows for many patients at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from typing import Any

import pyarrow as pa

from ..model import Dose, Guideline, Patient, Result
from .pool import Case, rows_for, rows_there
from .reading import Register, rows_of

CHUNK = 100
TYPES = {
    "n": pa.int64(), "patient_id": pa.string(), "phase": pa.string(), "rule": pa.string(), "drug": pa.string(),
    "every_low": pa.string(), "every_high": pa.string(), "last_dose": pa.date32(), "due_from": pa.date32(),
    "due_by": pa.date32(), "status": pa.string(), "certainty": pa.string(), "days_overdue": pa.int64(),
    "tests_due": pa.string(), "alerts": pa.string(), "ask": pa.string(), "unsettled": pa.string(),
    "notices": pa.string(),
}  # fmt: skip


def planned(
    register: Register,
    guideline: Guideline,
    on: date,
    pool: ProcessPoolExecutor | None,
    say: Callable[[str], None] = lambda _: None,
) -> pa.Table:
    """The worklist of a register, one plan a patient."""
    cases = list(patients(register, guideline))
    chunks = [cases[k : k + CHUNK] for k in range(0, len(cases), CHUNK)]
    if pool is None:
        rows = []
        for number, chunk in enumerate(chunks):
            say(f"planning: {number * CHUNK:,} of {len(cases):,} patients")
            rows += rows_for(chunk, guideline, on)
    else:
        waiting: list[Future[list[dict[str, Any]]]] = [pool.submit(rows_there, chunk, on) for chunk in chunks]
        rows = [made for future in waiting for made in future.result()]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(TYPES.items())))


def patients(register: Register, guideline: Guideline) -> Iterator[Case]:
    """Every patient of a register, in order, as the plan takes one, with what the row has from the register itself."""
    engine, tables = register.engine, register.tables
    doses: dict[int, list[Dose]] = {}
    for given in rows_of(tables.doses, engine):
        doses.setdefault(given["n"], []).append(Dose(given["on"], given["drug"], None, given["route"]))
    results: dict[int, list[Result]] = {}
    for found in rows_of(tables.results, engine):
        results.setdefault(found["n"], []).append(Result(found["on"], found["test"], found["value"]))
    for person in rows_of(tables.patients.order_by("n"), engine):
        facts = {name: person[name] for name in guideline.facts if person[name] is not None}
        n = person["n"]
        own = {"n": n, "patient_id": person["patient_id"], "notices": person["notices"]}
        found_ = Patient(None, None, person["start"], facts, tuple(doses.get(n, ())), tuple(results.get(n, ())))
        yield own, found_
