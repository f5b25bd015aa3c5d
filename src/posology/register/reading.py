"""A folder of tables → a register in order, and a report of what was read, what became unknown, and why.

No patient is dropped in silence, nothing is guessed, and a cell that cannot be read is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..model import Guideline
from ..quantity import factor
from ..read.patient import called, drugs, routes, tests
from . import cells
from .amounts import amounts
from .commas import FEWER, SHORT_DO
from .files import NEEDED, SHORT, Engine, Written, kept, one_row, opened, rows_of
from .history import Tables
from .namesakes import alike, namesakes
from .notices import Dated, with_flags, with_notices
from .overlong import Overlong
from .people import begun, patients
from .quality import MOST_WORDS, Quality, bad_days, some_of, words_in
from .queries import given

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

USED, BLANK, UNREAD, LATER, UNBORN = range(5)
"""Whether a dose or a result is used, or why it is not: something is empty or unreadable, or it lies out of time."""


@dataclass(frozen=True, slots=True)
class Register:
    """A register that was read: its engine, its tables in order, and the report on its data."""

    engine: Engine
    tables: Tables
    quality: Quality
    said: ir.Table | None = None
    """Words about single patients' records (`n`, `said`), where they were read elsewhere."""


def read(
    folder: Path, guideline: Guideline, on: date, engine: Engine, say: Callable[[str], None] = lambda _: None
) -> Register:
    """The register in a folder, for a day. Raises Refused."""
    say("reading the files")
    overlong: dict[str, Overlong] = {}
    known = {**NEEDED, "patients": ("patient_id", "start", *guideline.facts)}
    written = opened(folder, engine, overlong, known)
    quality = Quality(findings=[found.finding(name) for name, found in overlong.items()])
    say("reading the patients")
    lost = [ident for ident in overlong["patients"].ids if ident] if "patients" in overlong else []
    people, perhaps = patients(written["patients"], guideline, engine, quality, lost)
    people = begun(people, on, engine, quality)
    say("reading the doses")
    doses, of_doses = _doses(written["doses"].table, people, guideline, on, engine, quality)
    doubles = alike(people, doses, engine, quality) if perhaps else None
    say("reading the results")
    results, of_results = _results(written["results"].table, people, guideline, on, engine, quality)
    flagged = with_flags(people, {"alike": doubles, "cut_short": _cut_short(written, people, engine, quality)})
    noted = with_notices(flagged, {"doses": (doses, of_doses), "results": (results, of_results)}, engine)
    tables = Tables(
        noted,
        doses.filter(doses.use).select(
            "n", "on", drug=_spelled(doses.drug, drugs(guideline)), route=_spelled(doses.route, routes(guideline))
        ),
        results.filter(results.use).select("n", "on", "value", test=_spelled(results.test, tests(guideline))),
    )
    return Register(engine, tables, quality)


def _cut_short(written: Mapping[str, Written], people: ir.Table, engine: Engine, quality: Quality) -> ir.Table | None:
    """The patients (`n_`) of whom a row, of whatever table, has fewer cells than its heading; None: there are none."""
    short = {
        name: file.table.filter(file.table.short_) for name, file in written.items() if SHORT in file.table.columns
    }
    for name, rows in short.items():
        told = one_row(rows.agg(many=rows.count(), first=rows.n_.min()), engine)
        quality.say(told["many"], name, f"{FEWER}; the first is row {told['first'] + 1:,}.", SHORT_DO)
    if not short:
        return None
    ids = [rows.select(id_=cells.ident(rows.patient_id)) for rows in short.values()]
    whose = kept(engine, "short_rows", ibis.union(*ids) if len(ids) > 1 else ids[0])
    return kept(engine, "cut_short", people.semi_join(whose, people.patient_id == whose.id_).select(n_=people.n))


# ---------------------------------------------------------------- doses and results


def _named(
    written: ir.Table, column_: str, names: Sequence[str], place: str, engine: Engine, guideline: Guideline,
    quality: Quality,
) -> ir.IntegerValue:  # fmt: skip
    """A column of drugs, routes or tests by their places; what the guideline does not know is NULL, and said."""
    words = words_in(written[column_], engine)
    known = {w: name for w in sorted(words) if (name := called(w, names, guideline))}
    rest = {w: many for w, many in words.items() if w not in known and not cells.blank(w)}
    what = f"no {column_} that this guideline knows, so not used: {some_of(rest)}"
    quality.say(sum(rest.values()), place, what, f"It knows: {', '.join(names)}.")
    word = written[column_].cast("string")
    if not known:
        return ibis.null("int16")
    told = [(given(f"{place} {k}", w, "string"), names.index(name)) for k, (w, name) in enumerate(known.items())]
    places = ((word == w, ibis.literal(number, "int16")) for w, number in told)
    return ibis.cases(*places, else_=ibis.null("int16"))


def _spelled(place: ir.IntegerValue, names: Sequence[str]) -> ir.StringValue:
    """A column of places as names again: a place is held for each row, and words only where they are looked at."""
    if not names:
        return ibis.null("string")
    return ibis.cases(*((place == k, name) for k, name in enumerate(names)), else_=ibis.null("string"))


def _doses(
    written: ir.Table, people: ir.Table, guideline: Guideline, on: date, engine: Engine, quality: Quality
) -> Dated:
    """Every dose of a patient, with whether it is used, and why not when it is not."""
    drug = _named(written, "drug", drugs(guideline), "doses.drug", engine, guideline, quality)
    route = _named(written, "route", routes(guideline), "doses.route", engine, guideline, quality)
    blank = _any_blank(written, ("date", "drug", "route"))
    lost, large = amounts(written, guideline, engine, quality)
    rows = _rows(written, drug=drug, route=route, blank=blank, nameless=written.drug.isnull(), lost=lost, large=large)
    unread = rows.on.isnull() | rows.drug.isnull() | rows.route.isnull() | rows.lost
    parts = ("drug", "route", "nameless", "large")
    return _dated(rows.mutate(unread=unread), people, parts, "doses", on, engine, quality)


def _results(
    written: ir.Table, people: ir.Table, guideline: Guideline, on: date, engine: Engine, quality: Quality
) -> Dated:
    """Every result of a patient; one whose value cannot be read stays, as unreadable."""
    test = _named(written, "test", tests(guideline), "results.test", engine, guideline, quality)
    rows = _rows(
        written, test=test, figure=cells.figure(written.value), unit=written.unit.cast("string").fill_null(""),
        wrote=written.value, blank=_any_blank(written, ("date", "test")),
    )  # fmt: skip
    whole = rows.mutate(value=_value(rows, guideline, engine, quality), unread=rows.on.isnull() | rows.test.isnull())
    said = (whole.wrote.cast("string") + " " + whole.unit).fill_null("nothing")
    whole = whole.mutate(lost=whole.value.isnull().ifelse(said, ibis.null("string")))
    return _dated(whole, people, ("test", "value", "lost"), "results", on, engine, quality)


def _rows(written: ir.Table, **columns: ir.Value) -> ir.Table:
    """Rows with their patient's id, their day, and what is written for a day."""
    return written.select(id_=cells.ident(written.patient_id), on=cells.day(written.date), date=written.date, **columns)


def _any_blank(written: ir.Table, columns: Sequence[str]) -> ir.BooleanValue:
    return ibis.or_(*(written[name].isnull() for name in columns))


def _value(rows: ir.Table, guideline: Guideline, engine: Engine, quality: Quality) -> ir.FloatingValue:
    """A result in the unit of its fact (NULL: unreadable); of a test that is no fact, only that it was done."""
    pairs = rows_of(rows.group_by(["test", "unit"]).agg(many=lambda t: t.count()).limit(MOST_WORDS), engine)
    found, odd = [], {}
    names = tests(guideline)
    ordered = sorted((p for p in pairs if p["test"] is not None), key=lambda p: (names[p["test"]], p["unit"]))
    for k, pair in enumerate(ordered):
        unit = given(f"unit {k}", pair["unit"], "string")
        name, here = names[pair["test"]], (rows.test == pair["test"]) & (rows.unit == unit)
        fact = guideline.facts.get(name)
        times = factor(pair["unit"].strip(), fact.unit, fact.conversions) if fact else None
        if fact is None:
            found.append((here, ibis.literal(0.0)))
        elif times is None:
            odd[f"{name} in {pair['unit'] or 'no unit'}"] = pair["many"]
        else:
            # a code is one before it is converted: 999 pmol/L is no measurement either
            own = rows.figure if times == 1 else (cells.no_code(rows.figure) * times).round(9)
            found.append((here, cells.plausible(own.cast("float64"), fact)))
    what = f"a unit that does not fit, so the result is unreadable: {some_of(odd)}"
    do = "Write the unit of the guideline or one that converts to it; a unit is never guessed."
    quality.say(sum(odd.values()), "results.unit", what, do)
    return ibis.cases(*found, else_=ibis.null("float64")) if found else ibis.null("float64")


def _dated(
    rows: ir.Table, people: ir.Table, parts: Sequence[str], name: str, on: date, engine: Engine, quality: Quality
) -> Dated:
    """Rows of patients in time: what lies after the day, or before the patient's birth, is not used."""
    age = people.age if "age" in people.columns else ibis.null("float64")
    ids = people.select("n", "patient_id", age=age)
    matched = rows.left_join(ids, rows.id_ == ids.patient_id)
    born = matched.on.year() < given("the year before", on.year - 1, "int64") - matched.age.cast("int64")
    late = matched.on > given("on", on, "date")
    why = ibis.cases(
        (matched.blank, BLANK), (matched.unread, UNREAD), (late, LATER), (born, UNBORN), else_=USED
    ).cast("int8")  # fmt: skip
    held = kept(engine, f"read_{name}", matched.select("n", "on", *parts, why=why))
    table = held.mutate(
        unread=held.why.isin([BLANK, UNREAD]), later=held.why == LATER, unborn=held.why == UNBORN,
        use=held.n.notnull() & (held.why == USED),
    )  # fmt: skip
    if not _report_rows(table, rows, name, on, engine, quality):
        return table, None
    return table, _namesakes(rows, people, name, engine, quality)


def _namesakes(rows: ir.Table, people: ir.Table, name: str, engine: Engine, quality: Quality) -> ir.Table | None:
    """The patients whose id stands on rows of nobody in another way of writing; a dose of another drug is no matter."""
    told = rows.filter(rows.drug.notnull() | rows.nameless) if name == "doses" else rows
    found = namesakes(told, people, name, engine)
    what = f"{name} stand under an id that is this patient's in other letters, blanks or zeros, so are not used; "
    what += "the row says so, and no course is begun for it." if name == "doses" else "the row says so."
    many = one_row(found.agg(many=found.count()), engine)["many"]
    quality.say(many, f"{name}.patient_id", what, "Write every id in one way.", of="patient")
    return found if many else None


def _report_rows(table: ir.Table, rows: ir.Table, name: str, on: date, engine: Engine, quality: Quality) -> int:
    """Reports the rows that are not used, and why; says how many are of nobody."""
    lost = {"value_lost": (table.use & table.value.isnull()).sum()} if "value" in table.columns else {}
    counts = one_row(
        table.agg(
            rows=table.count(),
            blank=(table.why == BLANK).sum(),
            no_day=table.on.isnull().sum(),
            nobody=table.n.isnull().sum(),
            later=table.later.sum(),
            unborn=table.unborn.sum(),
            **lost,
        ),
        engine,
    )
    quality.counts[name] = counts["rows"]
    if counts["no_day"]:
        bad_days(words_in(cells.rest(rows.date, rows.on), engine), f"{name}.date", quality)
    if name == "doses":
        needed, do = "a date, a drug or a route", "Fill them in: a dose that is not read makes a patient look late."
    else:
        needed, do = "a date or a test", "Fill them in."
    nobody = "Add the patients, or mend their ids: capital letters count."
    lost_words = "a value that cannot be read; where it is the newest, the fact is unknown."
    quality.say(counts["blank"] or 0, name, f"without {needed}, so not used.", do)
    quality.say(counts["nobody"] or 0, name, "of nobody in patients, so not used.", nobody)
    later = "Correct the dates, or name a later day with --on."
    quality.say(counts["later"] or 0, name, f"dated after {on}, so not used.", later)
    unborn = "dated before the patient was born, so not used."
    quality.say(counts["unborn"] or 0, name, unborn, "Correct the dates or the ages.")
    if many := counts.get("value_lost"):
        written = some_of(words_in(table.filter(table.use).lost, engine))
        quality.say(many, name, f"{lost_words} Written is: {written}", "Correct the values and units.")
    return counts["nobody"] or 0
