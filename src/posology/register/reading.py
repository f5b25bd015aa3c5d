"""A folder of tables → a register in order, and a report of what was read, what became unknown, and why.

No patient is dropped in silence, nothing is guessed, and a cell that cannot be read is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..findings import Finding
from ..model import Fact, Guideline
from ..quantity import factor
from ..read.patient import drugs, tests, value_of
from ..read.regimens import ROUTES, snake
from . import cells
from .files import Engine, kept, opened
from .history import Tables

MOST_WORDS = 2000
"""Different ways of writing that are looked at in one column; a column with more is none of words."""
SHOWN = 3


@dataclass(slots=True)
class Quality:
    """What was read, and everything that was odd about it, by table."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def say(self, many: int, place: str, what: str, do: str) -> None:
        """A finding about so many rows, if there are any."""
        if many:
            rows = "1 row" if many == 1 else f"{many:,} rows"
            self.findings.append(Finding(place, f"{rows}: {what}", do))


@dataclass(frozen=True, slots=True)
class Register:
    """A register that was read: its engine, its tables in order, and the report on its data."""

    engine: Engine
    tables: Tables
    quality: Quality


def read(
    folder: Path, guideline: Guideline, on: date, engine: Engine, say: Callable[[str], None] = lambda _: None
) -> Register:
    """The register in a folder, for a day. Raises Refused."""
    say("reading the files")
    written = opened(folder, engine)
    quality = Quality()
    say("reading the patients")
    people = _patients(written["patients"], guideline, engine, quality)
    say("reading the doses")
    doses = _doses(written["doses"], people, guideline, on, engine, quality)
    say("reading the results")
    results = _results(written["results"], people, guideline, on, engine, quality)
    patients = _with_notices(people, doses, results, engine)
    tables = Tables(
        patients,
        doses.filter(doses.use).select("n", "on", "drug", "route"),
        results.filter(results.use).select("n", "on", "test", "value"),
    )
    return Register(engine, tables, quality)


def one_row(expr: ir.Table, engine: Engine) -> dict[str, Any]:
    """The only row of a table."""
    rows = engine.connection.to_pyarrow(expr).to_pylist()
    return dict(rows[0]) if rows else {}


def rows_of(expr: ir.Table, engine: Engine) -> list[dict[str, Any]]:
    """The rows of a small table."""
    return [dict(row) for row in engine.connection.to_pyarrow(expr).to_pylist()]


# ---------------------------------------------------------------- patients


def _patients(written: ir.Table, guideline: Guideline, engine: Engine, quality: Quality) -> ir.Table:
    """One row an id, with a column for every fact, in the order in which the ids first appear."""
    facts = {name: fact for name, fact in guideline.facts.items() if name in written.columns}
    others = [c for c in written.columns if c not in facts and c not in ("n_", "patient_id", "start") and c]
    if others:
        listed = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        quality.findings.append(Finding("patients", f"{len(others)} columns are no facts of this guideline and were left aside: {listed}.", "Name a column as in docs/facts.md to have it read."))
    quantities = _quantities(written, facts, engine, quality)
    typed = {name: cells.fact_value(written[name], fact, quantities.get(name)) for name, fact in facts.items()}
    start = cells.day(written.start) if "start" in written.columns else ibis.null("date")
    blank = {f"_blank_{name}": cells.blank(written[name]) for name in facts}
    read_ = written.select(
        n=written.n_, patient_id=cells.text(written.patient_id).fill_null(""), start=start,
        **typed, **blank, **{n: _nothing(f) for n, f in guideline.facts.items() if n not in facts},
    )  # fmt: skip
    odd = [read_[name].isnull() & ~read_[f"_blank_{name}"] for name in facts]
    unread = ibis.or_(*odd) if odd else ibis.literal(False)
    whole = kept(engine, "read_patients", read_.mutate(unread=unread).drop(*blank))
    if "start" in written.columns:
        _report_days(written, "start", "patients", engine, quality)
    return kept(engine, "patients", _once(whole, list(guideline.facts), engine, quality))


def _nothing(fact: Fact) -> ir.Value:
    return ibis.null({"yes/no": "boolean", "number": "float64", "choice": "string"}[fact.kind])


def _unread(cell: ir.Value, value: ir.Value) -> ir.IntegerValue:
    """1 where a cell says something that cannot be read."""
    return (value.isnull() & ~cells.blank(cell)).cast("int64")


def _quantities(
    written: ir.Table, facts: Mapping[str, Fact], engine: Engine, quality: Quality
) -> dict[str, dict[str, float]]:
    """Reports what cannot be read, column by column; returns what written quantities such as `30 10*9/L` come to."""
    if not facts:
        return {}
    sums = {n: _unread(written[n], cells.fact_value(written[n], f)).sum() for n, f in facts.items()}
    counts = one_row(written.agg(**sums, rows_=written.count()), engine)
    quality.counts["patients"] = counts.pop("rows_")
    found: dict[str, dict[str, float]] = {}
    for name in (n for n, many in counts.items() if many):
        words = _words(written.filter(_unread(written[name], cells.fact_value(written[name], facts[name])) == 1)[name], engine)
        read_ = {w: v for w in words if isinstance(v := value_of(w, facts[name]), float)} if facts[name].kind == "number" else {}
        found[name] = read_
        rest = {w: many for w, many in words.items() if w not in read_}
        quality.say(sum(rest.values()), f"patients.{name}", f"not read, so unknown: {_some(rest)}", _how(facts[name]))
    return found


def _how(fact: Fact) -> str:
    if fact.kind == "number":
        return f"Write a number from {fact.low:g} to {fact.high:g} {fact.unit}, with a point for decimals; leave what is not known empty."
    ways = "yes or no" if fact.kind == "yes/no" else f"one of: {', '.join(fact.choices)}"
    return f"Write {ways}; leave what is not known empty."


def _words(column_: ir.Value, engine: Engine) -> dict[str, int]:
    """The ways of writing in a column, each with how often it is there, the most frequent first."""
    table = column_.cast("string").strip().name("word").as_table()
    counted = table.group_by("word").agg(many=lambda t: t.count()).order_by([ibis.desc("many"), "word"]).limit(MOST_WORDS)
    return {row["word"]: row["many"] for row in rows_of(counted, engine) if row["word"] is not None}


def _some(words: Mapping[str, int]) -> str:
    shown = [f"{_short(w)} ({many:,}×)" if many > 1 else _short(w) for w, many in list(words.items())[:SHOWN]]
    more = len(words) - SHOWN
    return ", ".join(shown) + (f" and {more} more ways of writing" if more > 0 else "") + "."


def _short(word: str) -> str:
    plain = "".join(c if c.isprintable() else "·" for c in word)
    return f"“{plain[:30]}…”" if len(plain) > 30 else f"“{plain}”"


def _report_days(written: ir.Table, column_: str, place: str, engine: Engine, quality: Quality) -> None:
    """Reports the dates that cannot be read."""
    bad = written.filter(cells.day(written[column_]).isnull() & ~cells.blank(written[column_]))
    words = _words(bad[column_], engine)
    quality.say(
        sum(words.values()), f"{place}.{column_}", f"not a date that can be read: {_some(words)}",
        "Write dates as 2026-01-31 (year-month-day); other orders of day and month are not guessed.",
    )  # fmt: skip


def _once(whole: ir.Table, facts: Sequence[str], engine: Engine, quality: Quality) -> ir.Table:
    """One row an id: of rows with the same id what they agree on; rows without an id are left out, and said."""
    ids = whole.patient_id
    seen = one_row(whole.agg(
        rows=whole.count(), without=(ids == "").sum().fill_null(0), ids=ids.nunique(where=ids != ""),
        folded=ids.lower().nunique(where=ids != ""),
    ), engine)  # fmt: skip
    quality.counts["patients"] = seen["rows"]
    quality.say(seen["without"], "patients.patient_id", "no patient_id, so left out of the worklist.", "Give every row an id.")
    if seen["folded"] < seen["ids"]:
        many = seen["ids"] - seen["folded"]
        quality.findings.append(Finding("patients.patient_id", f"{many:,} ids differ from another in capital letters only; they are read as different patients.", "Write every id in one way."))
    named = whole.filter(ids != "")
    doubles = seen["rows"] - seen["without"] - seen["ids"]
    if not doubles:
        return named.mutate(doubled=ibis.literal(False))
    quality.say(doubles, "patients.patient_id", "an id that was there before. What the rows of one id agree on is used; what they disagree on is unknown.", "Write one row a patient.")
    agreed = {name: (lambda t, name=name: (t[name].nunique() == 1).ifelse(t[name].max(), None)) for name in ("start", *facts)}
    return named.group_by("patient_id").agg(
        n=lambda t: t.n.min(), unread=lambda t: t.unread.any(), doubled=lambda t: t.count() > 1, **agreed
    )


# ---------------------------------------------------------------- doses and results


def _matched(written: ir.Table, people: ir.Table) -> ir.Table:
    """Rows with the number of their patient (NULL: nobody's)."""
    age = people.age if "age" in people.columns else ibis.null("float64")
    ids = people.select("n", "patient_id", age=age)
    rows = written.mutate(id_=cells.text(written.patient_id)).drop("patient_id")
    return rows.left_join(ids, rows.id_ == ids.patient_id)


def _named(
    written: ir.Table, column_: str, names: Sequence[str], place: str, engine: Engine, guideline: Guideline,
    quality: Quality,
) -> ir.StringValue:  # fmt: skip
    """A column of drugs, routes or tests by their names; what the guideline does not know is NULL, and said."""
    words = _words(written[column_], engine)
    known = {w: name for w in words if (name := _name(w, names, guideline))}
    rest = {w: many for w, many in words.items() if w not in known}
    quality.say(sum(rest.values()), place, f"no {column_} that this guideline knows, so not used: {_some(rest)}", f"It knows: {', '.join(names)}.")
    word = written[column_].cast("string").strip()
    if not known:
        return ibis.null("string")
    return ibis.cases(*((word == w, name) for w, name in known.items()), else_=ibis.null("string"))


def _name(word: str, names: Sequence[str], guideline: Guideline) -> str:
    """A drug, route or test by its own name or another that it has."""
    folded = word.strip().lower()
    found = snake(folded) if snake(folded) in names else guideline.aliases.get(folded, "")
    return found if found in names else ""


def _doses(
    written: ir.Table, people: ir.Table, guideline: Guideline, on: date, engine: Engine, quality: Quality
) -> ir.Table:
    """Every dose of a patient, with whether it is used, and why not when it is not."""
    drug = _named(written, "drug", drugs(guideline), "doses.drug", engine, guideline, quality)
    route = _named(written, "route", tuple(map(snake, ROUTES)), "doses.route", engine, guideline, quality)
    _report_days(written, "date", "doses", engine, quality)
    blank = _any_blank(written, ("date", "drug", "route"))
    rows = written.select("patient_id", on=cells.day(written.date), drug=drug, route=route, blank=blank)
    whole = rows.mutate(unread=rows.on.isnull() | rows.drug.isnull() | rows.route.isnull())
    return _dated(_matched(whole, people), ("drug", "route"), "doses", on, engine, quality)


def _results(
    written: ir.Table, people: ir.Table, guideline: Guideline, on: date, engine: Engine, quality: Quality
) -> ir.Table:
    """Every result of a patient; one whose value cannot be read stays, as unreadable."""
    test = _named(written, "test", tests(guideline), "results.test", engine, guideline, quality)
    _report_days(written, "date", "results", engine, quality)
    blank = _any_blank(written, ("date", "test"))
    rows = written.select(
        "patient_id", "value", on=cells.day(written.date), test=test, blank=blank, unit=cells.text(written.unit).fill_null("")
    )
    value = _value(rows, guideline, engine, quality)
    whole = rows.mutate(value=value, unread=rows.on.isnull() | rows.test.isnull()).drop("unit")
    return _dated(_matched(whole, people), ("test", "value"), "results", on, engine, quality)


def _any_blank(written: ir.Table, columns: Sequence[str]) -> ir.BooleanValue:
    flags = [cells.blank(written[name]) for name in columns]
    return ibis.or_(*flags)


def _value(rows: ir.Table, guideline: Guideline, engine: Engine, quality: Quality) -> ir.FloatingValue:
    """A result in the unit of its fact (NULL: unreadable); of a test that is no fact, only that it was done."""
    pairs = rows_of(rows.group_by(["test", "unit"]).agg(many=lambda t: t.count()).limit(MOST_WORDS), engine)
    figures = cells.figure(rows.value)
    found, odd = [], {}
    for pair in sorted(pairs, key=lambda p: (str(p["test"]), str(p["unit"]))):
        fact = guideline.facts.get(pair["test"] or "")
        if pair["test"] is None:
            continue
        here = (rows.test == pair["test"]) & (rows.unit == pair["unit"])
        if fact is None:
            found.append((here, ibis.literal(0.0)))
            continue
        times = factor(pair["unit"], fact.unit, fact.conversions)
        if times is None:
            odd[f"{pair['test']} in {pair['unit'] or 'no unit'}"] = pair["many"]
        else:
            own = figures if times == 1 else (figures * times).round(9)
            found.append((here, cells.plausible(own.cast("float64"), fact)))
    do = "Write the unit of the guideline or one that converts to it; a unit is never guessed."
    quality.say(sum(odd.values()), "results.unit", f"a unit that does not fit, so the result is unreadable: {_some(odd)}", do)
    return ibis.cases(*found, else_=ibis.null("float64")) if found else ibis.null("float64")


def _dated(
    matched: ir.Table, parts: Sequence[str], name: str, on: date, engine: Engine, quality: Quality
) -> ir.Table:
    """Rows of patients in time: what lies after the day, or before the patient's birth, is not used."""
    born = (matched.on.year() < on.year - 1 - matched.age.cast("int64")).fill_null(False)
    later = (matched.on > ibis.literal(on)).fill_null(False)
    needed = [part for part in parts if part != "value"]
    rows = kept(engine, f"read_{name}", matched.select(
        "n", "on", *parts, "unread", "blank", later=~matched.unread & later, unborn=~matched.unread & born,
        use=matched.n.notnull() & ~matched.unread & ~later & ~born,
    ))  # fmt: skip
    counts = one_row(rows.agg(
        rows=rows.count(), blank=rows.blank.sum(), nobody=rows.n.isnull().sum(), later=rows.later.sum(), unborn=rows.unborn.sum(),
    ), engine)  # fmt: skip
    quality.counts[name] = counts["rows"]
    quality.say(counts["blank"] or 0, name, f"without {' or '.join(['date', *needed])}, so not used.", "Fill them in: a dose that is not read makes a patient look late." if name == "doses" else "Fill them in.")
    nobody = "Add the patients, or mend their ids: capital letters count."
    quality.say(counts["nobody"] or 0, name, "of nobody in patients, so not used.", nobody)
    quality.say(counts["later"] or 0, name, f"dated after {on}, so not used.", "Correct the dates, or name a later day with --on.")
    quality.say(counts["unborn"] or 0, name, "dated before the patient was born, so not used.", "Correct the dates or the ages.")
    if name == "results":
        bad = one_row(rows.filter(rows.use & rows.value.isnull()).agg(many=lambda t: t.count()), engine)["many"]
        quality.say(bad, "results.value", "a value that cannot be read or cannot be; where it is the newest, the fact is unknown.", "Correct the values and units.")
    return rows


# ---------------------------------------------------------------- what each patient's row rests on


NOTES = {
    "facts not read": "unread",
    "duplicate rows": "doubled",
    "doses not read": "doses_unread",
    "doses not in time": "doses_out",
    "results not read": "results_unread",
    "results not in time": "results_out",
}


def _with_notices(people: ir.Table, doses: ir.Table, results: ir.Table, engine: Engine) -> ir.Table:
    """Patients with the column `notices`: what of their record could not be used."""
    whole = people
    for name, rows in (("doses", doses), ("results", results)):
        odd = rows.filter(rows.n.notnull() & ~rows.use)
        counts = odd.group_by(n_=odd.n).agg(
            **{f"{name}_unread": lambda t: t.unread.any(), f"{name}_out": lambda t: (t.later | t.unborn).any()}
        )
        whole = whole.left_join(counts, whole.n == counts.n_).drop("n_")
    words = ibis.literal("")
    for said, column_ in NOTES.items():
        flag = whole[column_].fill_null(False)
        words = words + flag.ifelse(f";{said.replace(' ', '_')}", "")
    noted = whole.mutate(notices=words.substr(1)).drop(*NOTES.values())
    return kept(engine, "patients_noted", noted)
