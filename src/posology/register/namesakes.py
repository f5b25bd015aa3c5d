"""Rows of nobody whose id is a patient's, written another way: in capitals, with blanks, with zeros before it.

Whose they are is never guessed. Whoever they may belong to has a row that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .files import Engine, kept

if TYPE_CHECKING:
    import ibis.expr.types as ir

BLANKS = (" ", "\t", "\N{NO-BREAK SPACE}")


def namesakes(rows: ir.Table, people: ir.Table, name: str, engine: Engine) -> ir.Table:
    """The patients (`n_`) whose id rows of nobody (`id_`) have in another way of writing."""
    alone = rows.filter(rows.id_ != "").anti_join(people, rows.id_ == people.patient_id)
    nobody = kept(engine, f"nobody_{name}", alone.select(same_=folded(alone.id_)).distinct())
    own = people.select(n_=people.n, own_=folded(people.patient_id))
    return kept(engine, f"namesakes_{name}", own.semi_join(nobody, own.own_ == nobody.same_).select("n_"))


def folded(ident: ir.StringValue) -> ir.StringValue:
    """An id without what may differ in the same person's: capital letters, blanks, zeros before it, a 12.0 for 12.

    >>> import ibis
    >>> ibis.duckdb.connect().execute(ibis.array([folded(ibis.literal(each)) for each in ("007B ", "12.0", "0")]))
    ['7b', '12', '0']
    """
    plain = ident.lower()
    for blank in BLANKS:
        plain = plain.replace(blank, "")
    plain = plain.startswith("0").ifelse(plain.re_replace(r"^0+([^.])", r"\1"), plain)  # few do, and this is slow
    return plain.endswith(".0").ifelse(plain.re_replace(r"^([0-9]+)[.]0$", r"\1"), plain)
