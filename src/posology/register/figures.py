"""The figures of a register: its summary, with the doses that were of another drug than the one to be given."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from .reading import Register, rows_of
from .summary import TITLES, summed

TITLES.setdefault("other_drug", "Newest dose of another drug than the one to be given")


def told(table: ir.Table, register: Register, on: date) -> dict[str, Any]:
    """The summary of a worklist, with the patients whose newest dose was of another drug."""
    return summed(table, register, on) | {"other_drug": other_drug(register)}


def other_drug(register: Register) -> dict[str, int]:
    """Given drug → drug to be given, and how many patients; the worklist must be held (`summed` does it)."""
    work = register.engine.connection.table("worklist_held")
    newest = newest_doses(register)
    both = work.join(newest, work.n == newest.n_).filter(lambda t: t.drug.notnull() & (t.drug != t.last_drug))
    counted = both.group_by(["last_drug", "drug"]).agg(many=lambda t: t.count()).order_by(ibis.desc("many"))
    return {f"{row['last_drug']}, to be given {row['drug']}": row["many"] for row in rows_of(counted, register.engine)}


def newest_doses(register: Register) -> ir.Table:
    """Each patient's newest dose and first dose, as `n_`, `last_drug`, `last_given`, `first_given`."""
    doses = register.tables.doses
    return doses.group_by(n_=doses.n).agg(
        last_drug=lambda t: t.drug.argmax(t.on), last_given=lambda t: t.on.max(), first_given=lambda t: t.on.min()
    )
