"""The figures of a register: its summary, with the doses that were of another drug than the one to be given."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ..model import Guideline
from ..plan.history import given
from .files import rows_of
from .reading import Register
from .summary import TITLES, summed

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

TITLES.setdefault("other_drug", "Newest dose of another drug than the one to be given")


def told(table: ir.Table, register: Register, on: date, guideline: Guideline) -> dict[str, Any]:
    """The summary of a worklist, with the patients whose newest dose was of another drug."""
    return summed(table, register, on) | {"other_drug": other_drug(register, guideline)}


def other_drug(register: Register, guideline: Guideline) -> dict[str, int]:
    """How many patients had which drug last that is not the one to be given, or none that is given at all.

    The worklist must be held (`summed` does it).
    """
    work = register.engine.connection.table("worklist_held")
    newest = newest_doses(register)
    both = work.join(newest, work.n == newest.n_)
    other = (both.drug != both.last_drug).fill_null(both.last_drug.notin(sorted(given(guideline))))
    grouped = both.filter(other).group_by(["last_drug", "drug"])
    counted = grouped.agg(many=lambda t: t.count()).order_by([ibis.desc("many"), "last_drug"])
    found = rows_of(counted, register.engine)
    return {f"{row['last_drug']}, {_then(row['drug'])}": row["many"] for row in found}


def newest_doses(register: Register) -> ir.Table:
    """Each patient's newest dose, as `n_`, `last_drug`, `last_given`."""
    doses = register.tables.doses
    return doses.group_by(n_=doses.n).agg(last_drug=lambda t: t.drug.argmax(t.on), last_given=lambda t: t.on.max())


def _then(drug: str | None) -> str:
    return f"to be given {drug}" if drug else "what to give is not settled"
