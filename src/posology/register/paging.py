"""One page of a worklist, filtered and in order, and one patient of a register: for whoever leafs through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ..model import Dose, Guideline, Patient, Result
from .doubt import SAID
from .files import kept, rows_of
from .practice import ALWAYS, ASSUMED
from .reading import Register
from .showing import pressing
from .taken import notices_of

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

PAGE = 50
SORTS = {
    "order": "as in the export",
    "late": "most overdue first",
    "due": "due soonest first",
    "status": "most pressing first",
}
LISTS = {"alert": "alerts", "test": "tests_due", "ask": "ask", "notice": "notices"}
FILTERS = {"status": "status", "rule": "rule", **LISTS}
"""What a worklist can be filtered by, and the part of the summary that holds its words."""
DECLARED = {
    ASSUMED: (
        "from an empty cell, which the map of the columns takes as no",
        "In the register the cell “{fact}” is empty; that it means no is declared by the map of the columns.",
    ),
    ALWAYS: (
        "as the map of the columns says of everybody",
        "“{fact}” is in no column of the register: the map of the columns says it of everybody.",
    ),
}
"""Where a fact comes from that is declared by a map, and what a plan says of it."""
COLUMNS = (
    "patient_id", "status", "phase", "rule", "last_dose", "due_by", "days_overdue", "alerts", "tests_due", "ask",
    "notices",
)  # fmt: skip


def leaf(
    register: Register, chosen: Mapping[str, str], asked: int, sought: str = ""
) -> tuple[list[dict[str, Any]], int, int, int]:
    """The rows of a page, how many there are in all, the number of the page and of the last one."""
    table = filtered(register, chosen)
    if sought:
        table = table.filter(table.patient_id.lower().contains(sought.lower()))
    many = int(register.engine.connection.to_pyarrow(table.count()).as_py())
    last = max((many - 1) // PAGE + 1, 1)
    at = min(max(asked, 1), last)
    ordered = table.order_by(_order(table, chosen["sort"])).select("n").limit(PAGE, offset=(at - 1) * PAGE)
    places = [row["n"] for row in rows_of(ordered, register.engine)]  # only the places are put in order, not whole rows
    found = {row["n"]: row for row in rows_of(_at(table, places), register.engine)}
    return [found[n] for n in places], many, at, last


def filtered(register: Register, chosen: Mapping[str, str]) -> ir.Table:
    """The rows of an open worklist that fit what was chosen."""
    table = register.engine.connection.table("worklist_held")
    for column in ("status", "rule"):
        table = table.filter(table[column] == chosen[column]) if chosen[column] else table
    for key, column in LISTS.items():
        if chosen[key]:
            table = table.filter((ibis.literal(";") + table[column] + ";").contains(f";{chosen[key]};"))
    return table


def _order(table: ir.Table, sort: str) -> list[Any]:
    return {
        "order": [table.n],
        "late": [table.days_overdue.desc(nulls_first=False), table.n],
        "due": [table.due_by.asc(nulls_first=False), table.n],
        "status": pressing(table),
    }[sort]


def _at(table: ir.Table, places: Sequence[int]) -> ir.Table:
    """The rows at some places."""
    return table.filter(table.n.isin(places) if places else ibis.literal(False)).select("n", *COLUMNS)


def hold(register: Register) -> None:
    """Keeps what a patient is made of, so that the files are needed no more."""
    for name in ("doses", "results"):
        kept(register.engine, f"held_{name}", getattr(register.tables, name))


def patient(register: Register, number: int, guideline: Guideline, on: date) -> Patient | None:
    """One patient as the plan takes one, by the place in the register."""
    people, engine = register.tables.patients, register.engine
    rows = rows_of(people.filter(people.n == number), engine)
    if not rows:
        return None
    doses, results = (engine.connection.table(f"held_{name}") for name in ("doses", "results"))
    given = tuple(Dose(r["on"], r["drug"], None, r["route"]) for r in rows_of(doses.filter(doses.n == number), engine))
    tested = tuple(Result(r["on"], r["test"], r["value"]) for r in rows_of(results.filter(results.n == number), engine))
    facts = {name: rows[0][name] for name in guideline.facts if rows[0][name] is not None}
    noted = (rows[0]["notices"] or "").split(";")
    declared, origins = _declared(noted, guideline)
    said = (*notices_of(register, number), *(words for notice, words in SAID.items() if notice in noted), *declared)
    return Patient(rows[0]["patient_id"][:200], on, rows[0]["start"], facts, given, tested, origins, said)


def _declared(noted: Sequence[str], guideline: Guideline) -> tuple[list[str], dict[str, str]]:
    """What a map of the columns declares of this patient where nothing is written, and the facts that rest on it."""
    told: list[str] = []
    origins: dict[str, str] = {}
    for kind, _, name in (notice.partition(":") for notice in noted):
        fact = guideline.facts.get(name)
        if fact is None or kind not in DECLARED:
            continue
        origin, said = DECLARED[kind]
        told.append(said.format(fact=fact.short))
        if fact.kind != "number":  # of a number a result may be newer
            origins[name] = origin
    return told, origins
