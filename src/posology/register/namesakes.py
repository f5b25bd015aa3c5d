"""Ids that are a patient's, written another way: in capitals, with blanks, with zeros before it.

Whose rows of nobody are that have such an id is never guessed, nor whether two patients with such ids are one. Whoever
they may belong to has a row that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .files import Engine, kept, one_row
from .quality import Quality

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

BLANKS = (" ", "\t", "\N{NO-BREAK SPACE}")


def namesakes(rows: ir.Table, people: ir.Table, name: str, engine: Engine) -> ir.Table:
    """The patients (`n_`) whose id rows of nobody (`id_`) have in another way of writing."""
    alone = rows.filter(rows.id_ != "").anti_join(people, rows.id_ == people.patient_id)
    nobody = kept(engine, f"nobody_{name}", alone.select(same_=folded(alone.id_)).distinct())
    own = people.select(n_=people.n, own_=folded(people.patient_id))
    return kept(engine, f"namesakes_{name}", own.semi_join(nobody, own.own_ == nobody.same_).select("n_"))


def alike(people: ir.Table, doses: ir.Table, engine: Engine, quality: Quality) -> ir.Table | None:
    """The patients (`n_`) whose id is another's in other writing, where one of them has doses; None: there are none.

    Doses of another drug are no matter.
    """
    own = people.select(n_=people.n, same_=folded(people.patient_id))
    counted = own.group_by("same_").agg(many=own.count())
    held = kept(engine, "alike", own.semi_join(counted.filter(counted.many > 1), "same_"))
    if not one_row(held.agg(many=held.count()), engine)["many"]:
        return None
    had = doses.filter(doses.n.notnull() & (doses.use | doses.unread) & (doses.drug.notnull() | doses.nameless))
    treated = held.semi_join(had, held.n_ == had.n).select("same_")
    found = kept(engine, "alike_treated", held.semi_join(treated, "same_").select("n_"))
    many = one_row(found.agg(many=found.count()), engine)["many"]
    what = "the id is another patient's in other letters, blanks or zeros, and doses stand under one of the two; "
    what += "the rows say so, and no course is begun for either."
    do = "Look whether they are one; write every id in one way."
    quality.say(many, "patients.patient_id", what, do, of="patient")
    return found if many else None


def all_plain(ids: ir.StringValue) -> ir.BooleanValue:
    """Whether ids begin with no zero, end with no `.0` and have no blanks: nothing but capitals could differ."""
    return ~ibis.or_(ids.startswith("0"), ids.endswith(".0"), *(ids.contains(blank) for blank in BLANKS)).any()


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
