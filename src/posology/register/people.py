"""The patients of a register: one row an id, a column a fact, and what of them could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ..findings import Finding, Refused
from ..model import Fact, Guideline, Value
from . import cells
from .commas import unclosed
from .files import Engine, Written, in_columns, kept, one_row, seen
from .namesakes import all_plain
from .quality import Quality, bad_days, cut_short, some_of, words_in
from .queries import given

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

START = "start"
"""The column of the first day of treatment, which is no fact."""


def patients(
    file: Written, guideline: Guideline, engine: Engine, quality: Quality, lost: Sequence[str]
) -> tuple[ir.Table, bool]:
    """One row an id, with a column for every fact, in the order in which the ids first appear.

    And whether there may be ids that differ in capitals, blanks or zeros only. Of the ids in ``lost`` there was a row
    of which nothing else could be read.
    """
    _others(file.columns, guideline, quality)
    written = file.table
    facts = {name: fact for name, fact in guideline.facts.items() if name in written.columns}
    start = cells.day(written.start) if "start" in written.columns else ibis.null("date")
    value = cells.looked_up if in_columns(engine, "patients") else cells.fact_value
    typed = {name: value(written[name], fact) for name, fact in facts.items()}
    absent = {name: ibis.null(cells.KINDS[f.kind]) for name, f in guideline.facts.items() if name not in facts}
    columns = {"n": written.n_, "patient_id": cells.ident(written.patient_id), "start": start, **typed, **absent}
    none = {"unread": ibis.literal(False), "start_unread": ibis.literal(False)}
    whole = seen(engine, "patients", written.select(**columns, **none), "patients")
    names = [*facts, *([START] if START in written.columns else [])]
    usual = {name: cells.usual(written[name], facts.get(name), columns[name]) for name in names}
    if unusual := _with_words_left(written, whole, usual, engine):
        left = {f"_left_{name}": cells.rest(written[name], columns[name]) for name in unusual}
        whole = _with_words_read(written.select(**columns, **left), unusual, guideline, engine, quality)
    if lost:
        theirs = whole.patient_id.isin([given(f"lost {k}", ident, "string") for k, ident in enumerate(lost)])
        whole = whole.mutate(unread=whole.unread | theirs)
    return _once(whole, list(guideline.facts), engine, quality)


def begun(people: ir.Table, on: date, engine: Engine, quality: Quality) -> ir.Table:
    """The patients without starts that lie after the day, as doses do that are not given yet."""
    later = (people.start > given("on", on, "date")).fill_null(False)
    many = one_row(people.agg(many=later.sum()), engine)["many"] or 0
    do = "Correct the dates, or name a later day with --on."
    quality.say(many, "patients.start", f"a start of treatment dated after {on}, so unknown.", do, of="patient")
    if not many:
        return people.mutate(start_out=ibis.literal(False))
    return people.mutate(start_out=later, start=later.ifelse(ibis.null("date"), people.start))


def _with_words_left(written: ir.Table, whole: ir.Table, usual: Mapping[str, ir.Value], engine: Engine) -> list[str]:
    """The columns in which something is written in no usual way; Spark looks at what it has read already."""
    if not usual:
        return []
    if engine.name == "spark":
        there, read_ = (one_row(t.agg(**{name: t[name].count() for name in usual}), engine) for t in (written, whole))
        return [name for name in usual if there[name] > read_[name]]
    left = {name: written[name].count() - cell.count() for name, cell in usual.items()}
    return [name for name, many in one_row(written.agg(**left), engine).items() if many]


def _with_words_read(
    once: ir.Table, unusual: Sequence[str], guideline: Guideline, engine: Engine, quality: Quality
) -> ir.Table:
    """The patients with what the unusual ways of writing come to."""
    words = _left_over(once, unusual, guideline, engine, quality)
    _, starts = words.pop(START, ({}, []))
    read_ = {
        name: cells.patched(once[name], once[f"_left_{name}"], known, guideline.facts[name])
        for name, (known, _) in words.items()
    }
    odd = [_unread(name, once[f"_left_{name}"], [*known, *blanks]) for name, (known, blanks) in words.items()]
    same = [name for name in once.columns if name not in read_ and not name.startswith("_left_")]
    flags = {
        "unread": ibis.or_(*odd) if odd else ibis.literal(False),
        "start_unread": _unread(START, once[f"_left_{START}"], starts) if START in unusual else ibis.literal(False),
    }
    return seen(engine, "patients_read", once.select(*same, **read_, **flags), "patients")


def _others(columns: Sequence[str], guideline: Guideline, quality: Quality) -> None:
    """Says which columns are no facts."""
    others = [c for c in columns if c not in guideline.facts and c not in ("n_", "patient_id", "start")]
    if others:
        listed = ", ".join(cut_short(c) for c in others[:5]) + (", …" if len(others) > 5 else "")
        many = "1 column is" if len(others) == 1 else f"{len(others)} columns are"
        what = f"{many} no fact of this guideline, so left aside: {listed}."
        quality.findings.append(Finding("patients", what, "Name a column as in docs/facts.md to have it read."))


def _unread(name: str, left: ir.StringValue, read_: Sequence[str]) -> ir.BooleanValue:
    """Whether a cell says something that cannot be read."""
    words = [given(f"{name} read {k}", word, "string") for k, word in enumerate(read_)]
    return left.notnull() & left.notin(words) if words else left.notnull()


def _left_over(
    once: ir.Table, columns: Sequence[str], guideline: Guideline, engine: Engine, quality: Quality
) -> dict[str, tuple[dict[str, Value], list[str]]]:
    """For columns with unusual ways of writing what they come to, and those that say nothing; reports the rest."""
    found: dict[str, tuple[dict[str, Value], list[str]]] = {}
    for name in columns:
        words = words_in(once[f"_left_{name}"], engine)
        if name == START:
            bad_days({w: m for w, m in words.items() if not cells.blank(w)}, "patients.start", quality)
            found[name] = {}, [w for w in words if cells.blank(w)]
            continue
        fact = guideline.facts[name]
        read_ = {w: v for w in words if (v := cells.read_word(w, fact, guideline)) is not None}
        blanks = [w for w in words if cells.blank(w) and w not in read_]
        rest = {w: m for w, m in words.items() if w not in read_ and w not in blanks}
        if any("\n" in w for w in rest) and not in_columns(engine, "patients"):
            raise Refused([unclosed(f"patients.{name}")])
        born = fact.unit == cells.YEARS and any(map(cells.short_year, rest))
        do = cells.LONGER if born else _how(fact)
        quality.cells += sum(rest.values())
        quality.say(sum(rest.values()), f"patients.{name}", f"not read, so unknown: {some_of(rest)}", do)
        found[name] = read_, blanks
    return found


def _how(fact: Fact) -> str:
    if fact.kind == "number":
        what = f"Write a number from {fact.low:g} to {fact.high:g} {fact.unit}, with a point for decimals"
    else:
        what = "Write yes or no" if fact.kind == "yes/no" else f"Write one of: {', '.join(fact.choices)}"
    return f"{what}; leave what is not known empty."


def _once(whole: ir.Table, facts: Sequence[str], engine: Engine, quality: Quality) -> tuple[ir.Table, bool]:
    """One row an id: of rows with the same id what they agree on; rows without an id are left out, and said."""
    ids = whole.patient_id
    seen = one_row(whole.agg(
        rows=whole.count(), without=(ids == "").sum().fill_null(0), ids=ids.nunique(where=ids != ""),
        small=(ids == ids.lower()).all(), large=(ids == ids.upper()).all(), plain=all_plain(ids),
    ), engine)  # fmt: skip
    seen["folded"] = seen["ids"]
    if not (seen["small"] or seen["large"]):
        seen |= one_row(whole.agg(folded=ids.lower().nunique(where=ids != "")), engine)
    quality.counts["patients"] = seen["rows"]
    if not seen["rows"]:
        do = "Look whether the whole export was written."
        quality.findings.append(Finding("patients", "There is no patient in it, only a heading.", do))
    quality.say(
        seen["without"], "patients.patient_id", "no patient_id, so left out of the worklist.", "Give every row an id."
    )
    if seen["folded"] < seen["ids"]:
        many = seen["ids"] - seen["folded"]
        quality.findings.append(
            Finding(
                "patients.patient_id",
                f"{many:,} id{'s differ' if many > 1 else ' differs'} from another in capital letters only; "
                "they are read as different patients.",
                "Write every id in one way.",
            )
        )
    named = whole.filter(ids != "")
    doubles = seen["rows"] - seen["without"] - seen["ids"]
    perhaps = seen["folded"] < seen["ids"] or seen["plain"] is False
    if not doubles:
        return named.mutate(doubled=ibis.literal(False)), perhaps
    quality.say(
        doubles,
        "patients.patient_id",
        "an id that was there before. What the rows of one id agree on is used; what they disagree on is unknown.",
        "Write one row a patient.",
    )
    agreed = {
        name: (lambda t, name=name: (t[name].nunique() == 1).ifelse(t[name].max(), None)) for name in (START, *facts)
    }
    once = named.group_by("patient_id").agg(
        n=lambda t: t.n.min(), unread=lambda t: t.unread.any(), start_unread=lambda t: t.start_unread.any(),
        doubled=lambda t: t.count() > 1, **agreed,
    )  # fmt: skip
    return kept(engine, "patients_once", once.order_by("n")), perhaps
