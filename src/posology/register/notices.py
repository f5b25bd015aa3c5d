"""What each patient's row rests on: what of the record could not be used, in the column `notices`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..model import Guideline
from ..plan.history import routes
from .commas import CUT_SHORT
from .doubt import ALIKE, ELSEWHERE, HALF_READ, LARGE, TWICE
from .files import Engine, kept, one_row

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from .reading import Register
else:
    from . import queries as ibis

Dated = tuple["ir.Table", "ir.Table | None"]
"""Doses or results, and the patients to whom some of nobody may belong (None: there are none of nobody)."""
NOTES = {
    "facts not read": "unread",
    "start not read": "start_unread",
    "start not in time": "start_out",
    "duplicate rows": "doubled",
    CUT_SHORT: "cut_short",
    ALIKE: "alike",
    "doses not read": "doses_unread",
    HALF_READ: "doses_half",
    "doses not in time": "doses_out",
    LARGE: "doses_large",
    ELSEWHERE: "doses_elsewhere",
    "results not read": "results_unread",
    "results not in time": "results_out",
    "results under another id": "results_elsewhere",
}


def with_notices(people: ir.Table, dated: Mapping[str, Dated], engine: Engine) -> ir.Table:
    """Patients with the column `notices`: what of their record could not be used."""
    whole = people
    for name, (rows, elsewhere) in dated.items():
        doses = name == "doses"
        also = rows.large if doses else rows.value.isnull()  # such rows are used, and said
        odd = rows.filter(rows.n.notnull() & (~rows.use | also))
        flags = {f"{name}_out": odd.later | odd.unborn}
        if doses:
            flags["doses_unread"] = odd.unread
            flags["doses_half"] = odd.unread & (odd.drug.notnull() | odd.nameless)
            flags["doses_large"] = odd.use & odd.large
        else:
            flags["results_unread"] = odd.unread | odd.use
        counts = kept(engine, f"odd_{name}", odd.group_by(n_=odd.n).agg(**{f: each.any() for f, each in flags.items()}))
        if one_row(counts.agg(many=counts.count()), engine)["many"]:
            whole = whole.left_join(counts, whole.n == counts.n_).drop("n_")
        else:
            whole = whole.mutate(**dict.fromkeys(flags, ibis.literal(False)))
        whole = with_flags(whole, {f"{name}_elsewhere": elsewhere})
    words = ibis.literal("")
    for said, column_ in NOTES.items():
        flag = whole[column_].fill_null(False)
        words = words + flag.ifelse(f";{said.replace(' ', '_')}", "")
    return whole.mutate(notices=words.substr(1)).drop(*NOTES.values())


def with_flags(people: ir.Table, those: Mapping[str, ir.Table | None]) -> ir.Table:
    """Patients with columns that say whether they are among some (by their places, `n_`; None: there are none)."""
    whole = people
    for name, some in those.items():
        if some is None:
            whole = whole.mutate(**{name: ibis.literal(False)})
        else:
            whole = whole.left_join(some, whole.n == some.n_)
            whole = whole.mutate(**{name: whole.n_.notnull()}).drop("n_")
    return whole


def report_twice(register: Register, rows: ir.Table, guideline: Guideline) -> None:
    """Says in the report of how many patients two doses are on one day.

    The rows say it already; Spark, which would make them again to count them, looks at the doses.
    """
    engine, doses = register.engine, register.tables.doses
    if engine.name == "spark":
        into = doses.filter(doses.route.isin(sorted(routes(guideline))))
        counted = into.group_by("n", "on").agg(many=into.count())
        whose = counted.filter(counted.many > 1).select("n").distinct()
    else:
        whose = rows.filter(rows.notices.contains(TWICE))
    many = one_row(whose.agg(many=whose.count()), engine)["many"]
    what = "two doses on one day, which count once; the row says so."
    register.quality.say(many, "doses", what, "Look whether one of them is of another day.", of="patient")
