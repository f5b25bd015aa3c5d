"""The patients of a register as the plan takes them: for a sheet or a letter of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model import Dose, Guideline, Patient, Result
from .files import rows_of
from .reading import Register

Case = tuple[dict[str, Any], Patient]


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
