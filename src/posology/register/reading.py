"""A folder of tables → a register in order, and a report of what was read, what became unknown, and why.

No patient is dropped in silence, nothing is guessed, and a cell that cannot be read is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Refused
from ..model import Fact, Guideline, Value
from ..quantity import factor
from ..read.patient import called, drugs, tests
from ..read.regimens import ROUTES, snake
from . import cells
from .commas import unclosed
from .doubt import ELSEWHERE, HALF_READ
from .files import NEEDED, Engine, Written, fetched, in_columns, kept, opened, seen
from .history import Tables
from .namesakes import namesakes
from .overlong import Overlong
from .queries import given

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

MOST_WORDS = 2000
"""Different ways of writing that are looked at in one column; a column with more is none of words."""
SHOWN = 3
USED, BLANK, UNREAD, LATER, UNBORN = range(5)
"""Whether a dose or a result is used, or why it is not: something is empty or unreadable, or it lies out of time."""
ROUTE_NAMES = tuple(map(snake, ROUTES))

Dated = tuple["ir.Table", "ir.Table | None"]
"""Doses or results, and the patients to whom some of nobody may belong (None: there are none of nobody)."""


@dataclass(slots=True)
class Quality:
    """What was read, and everything that was odd about it, by table."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def say(self, many: int, place: str, what: str, do: str, of: str = "row") -> None:
        """A finding about so many rows (or whatever they are called), if there are any."""
        if many:
            rows = f"1 {of}" if many == 1 else f"{many:,} {of}s"
            self.findings.append(Finding(place, f"{rows}: {what}", do))


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
    people = _patients(written["patients"], guideline, engine, quality, lost)
    people = _begun(people, on, engine, quality)
    say("reading the doses")
    doses, of_doses = _doses(written["doses"].table, people, guideline, on, engine, quality)
    say("reading the results")
    results, of_results = _results(written["results"].table, people, guideline, on, engine, quality)
    patients = _with_notices(people, {"doses": (doses, of_doses), "results": (results, of_results)}, engine)
    tables = Tables(
        patients,
        doses.filter(doses.use).select(
            "n", "on", drug=_spelled(doses.drug, drugs(guideline)), route=_spelled(doses.route, ROUTE_NAMES)
        ),
        results.filter(results.use).select("n", "on", "value", test=_spelled(results.test, tests(guideline))),
    )
    return Register(engine, tables, quality)


def one_row(expr: ir.Table, engine: Engine) -> dict[str, Any]:
    """The only row of a table."""
    rows = fetched(engine, expr).to_pylist()
    return dict(rows[0]) if rows else {}


def rows_of(expr: ir.Table, engine: Engine) -> list[dict[str, Any]]:
    """The rows of a small table."""
    return [dict(row) for row in fetched(engine, expr).to_pylist()]


# ---------------------------------------------------------------- patients


def _patients(file: Written, guideline: Guideline, engine: Engine, quality: Quality, lost: Sequence[str]) -> ir.Table:
    """One row an id, with a column for every fact, in the order in which the ids first appear.

    Of the ids in ``lost`` there was a row of which nothing else could be read.
    """
    _others(file.columns, guideline, quality)
    written = file.table
    facts = {name: fact for name, fact in guideline.facts.items() if name in written.columns}
    start = cells.day(written.start) if "start" in written.columns else ibis.null("date")
    value = cells.looked_up if in_columns(engine, "patients") else cells.fact_value
    typed = {name: value(written[name], fact) for name, fact in facts.items()}
    absent = {name: ibis.null(cells.KINDS[f.kind]) for name, f in guideline.facts.items() if name not in facts}
    columns = {"n": written.n_, "patient_id": _ident(written.patient_id), "start": start, **typed, **absent}
    whole = seen(engine, "patients", written.select(**columns, unread=ibis.literal(False)), "patients")
    names = [*facts, *(["start"] if "start" in written.columns else [])]
    usual = {name: cells.usual(written[name], facts.get(name), columns[name]) for name in names}
    if unusual := _with_words_left(written, whole, usual, engine):
        left = {f"_left_{name}": cells.rest(written[name], columns[name]) for name in unusual}
        whole = _with_words_read(written.select(**columns, **left), unusual, guideline, engine, quality)
    if lost:
        theirs = whole.patient_id.isin([given(f"lost {k}", ident, "string") for k, ident in enumerate(lost)])
        whole = whole.mutate(unread=whole.unread | theirs)
    return _once(whole, list(guideline.facts), engine, quality)


def _begun(people: ir.Table, on: date, engine: Engine, quality: Quality) -> ir.Table:
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
    read_ = {
        name: cells.patched(once[name], once[f"_left_{name}"], known, guideline.facts[name])
        for name, (known, _) in words.items()
    }
    odd = [_unread(name, once[f"_left_{name}"], [*known, *blanks]) for name, (known, blanks) in words.items()]
    same = [name for name in once.columns if name not in read_ and not name.startswith("_left_")]
    unread = ibis.or_(*odd) if odd else ibis.literal(False)
    return seen(engine, "patients_read", once.select(*same, **read_, unread=unread), "patients")


def _ident(cell: ir.Value) -> ir.StringValue:
    """An id as text; 12.0 is 12, since a table of numbers knows no other way to write it."""
    word = cell.cast("string").fill_null("")
    within = (word < "!") | (word.reverse() < "!")  # few ids begin or end with a space, and to strip one is slow
    word = within.ifelse(word.strip(), word)
    return word.re_replace(r"^([0-9]+)\.0$", r"\1") if cell.type().is_floating() else word


def _others(columns: Sequence[str], guideline: Guideline, quality: Quality) -> None:
    """Says which columns are no facts."""
    others = [c for c in columns if c not in guideline.facts and c not in ("n_", "patient_id", "start")]
    if others:
        listed = ", ".join(_short(c) for c in others[:5]) + (", …" if len(others) > 5 else "")
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
        words = _words(once[f"_left_{name}"], engine)
        if name == "start":
            _bad_days({w: m for w, m in words.items() if not cells.blank(w)}, "patients.start", quality)
            continue
        fact = guideline.facts[name]
        read_ = {w: v for w in words if (v := cells.read_word(w, fact, guideline)) is not None}
        blanks = [w for w in words if cells.blank(w) and w not in read_]
        rest = {w: m for w, m in words.items() if w not in read_ and w not in blanks}
        if any("\n" in w for w in rest) and not in_columns(engine, "patients"):
            raise Refused([unclosed(f"patients.{name}")])
        born = fact.unit == cells.YEARS and any(map(cells.short_year, rest))
        do = cells.LONGER if born else _how(fact)
        quality.say(sum(rest.values()), f"patients.{name}", f"not read, so unknown: {_some(rest)}", do)
        found[name] = read_, blanks
    return found


def _bad_days(words: Mapping[str, int], place: str, quality: Quality) -> None:
    if any("\n" in word for word in words):
        raise Refused([unclosed(place)])
    do = "Write dates as 2026-01-31 (year-month-day), or say in a map which order they have (posology register map)."
    short = {word: many for word, many in words.items() if cells.short_year(word)}
    others = {word: many for word, many in words.items() if word not in short}
    quality.say(sum(short.values()), place, f"a year of two digits, so not read: {_some(short)}", cells.LONGER)
    quality.say(sum(others.values()), place, f"not a date that can be read: {_some(others)}", do)


def _how(fact: Fact) -> str:
    if fact.kind == "number":
        what = f"Write a number from {fact.low:g} to {fact.high:g} {fact.unit}, with a point for decimals"
    else:
        what = "Write yes or no" if fact.kind == "yes/no" else f"Write one of: {', '.join(fact.choices)}"
    return f"{what}; leave what is not known empty."


def _words(column_: ir.Value, engine: Engine) -> dict[str, int]:
    """The ways of writing in a column, each with how often it is there, the most frequent first."""
    table = column_.cast("string").name("word").as_table()
    counted = table.filter(table.word.notnull()).group_by("word").agg(many=lambda t: t.count())
    ordered = counted.order_by([ibis.desc("many"), "word"]).limit(MOST_WORDS)
    return {row["word"]: row["many"] for row in rows_of(ordered, engine)}


def _some(words: Mapping[str, int]) -> str:
    shown = [f"{_short(w)} ({many:,}×)" if many > 1 else _short(w) for w, many in list(words.items())[:SHOWN]]
    more = len(words) - SHOWN
    return ", ".join(shown) + (f" and {more} more ways of writing" if more > 0 else "") + "."


def _short(word: str) -> str:
    plain = "".join(c if c.isprintable() else "·" for c in word.strip("“”"))
    return f"“{plain[:30]}…”" if len(plain) > 30 else f"“{plain}”"


def _once(whole: ir.Table, facts: Sequence[str], engine: Engine, quality: Quality) -> ir.Table:
    """One row an id: of rows with the same id what they agree on; rows without an id are left out, and said."""
    ids = whole.patient_id
    seen = one_row(whole.agg(
        rows=whole.count(), without=(ids == "").sum().fill_null(0), ids=ids.nunique(where=ids != ""),
        small=(ids == ids.lower()).all(), large=(ids == ids.upper()).all(),
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
    if not doubles:
        return named.mutate(doubled=ibis.literal(False))
    quality.say(
        doubles,
        "patients.patient_id",
        "an id that was there before. What the rows of one id agree on is used; what they disagree on is unknown.",
        "Write one row a patient.",
    )
    agreed = {
        name: (lambda t, name=name: (t[name].nunique() == 1).ifelse(t[name].max(), None)) for name in ("start", *facts)
    }
    once = named.group_by("patient_id").agg(
        n=lambda t: t.n.min(), unread=lambda t: t.unread.any(), doubled=lambda t: t.count() > 1, **agreed
    )
    return kept(engine, "patients_once", once.order_by("n"))


# ---------------------------------------------------------------- doses and results


def _named(
    written: ir.Table, column_: str, names: Sequence[str], place: str, engine: Engine, guideline: Guideline,
    quality: Quality,
) -> ir.IntegerValue:  # fmt: skip
    """A column of drugs, routes or tests by their places; what the guideline does not know is NULL, and said."""
    words = _words(written[column_], engine)
    known = {w: name for w in sorted(words) if (name := called(w, names, guideline))}
    rest = {w: many for w, many in words.items() if w not in known and not cells.blank(w)}
    what = f"no {column_} that this guideline knows, so not used: {_some(rest)}"
    quality.say(sum(rest.values()), place, what, f"It knows: {', '.join(names)}.")
    word = written[column_].cast("string")
    if not known:
        return ibis.null("int16")
    told = [(given(f"{place} {k}", w, "string"), names.index(name)) for k, (w, name) in enumerate(known.items())]
    places = ((word == w, ibis.literal(number, "int16")) for w, number in told)
    return ibis.cases(*places, else_=ibis.null("int16"))


def _spelled(place: ir.IntegerValue, names: Sequence[str]) -> ir.StringValue:
    """A column of places as names again: a place is held for each row, and words only where they are looked at."""
    return ibis.cases(*((place == k, name) for k, name in enumerate(names)), else_=ibis.null("string"))


def _doses(
    written: ir.Table, people: ir.Table, guideline: Guideline, on: date, engine: Engine, quality: Quality
) -> Dated:
    """Every dose of a patient, with whether it is used, and why not when it is not."""
    drug = _named(written, "drug", drugs(guideline), "doses.drug", engine, guideline, quality)
    route = _named(written, "route", ROUTE_NAMES, "doses.route", engine, guideline, quality)
    blank = _any_blank(written, ("date", "drug", "route"))
    rows = _rows(written, drug=drug, route=route, blank=blank, nameless=written.drug.isnull())
    unread = rows.on.isnull() | rows.drug.isnull() | rows.route.isnull()
    return _dated(rows.mutate(unread=unread), people, ("drug", "route", "nameless"), "doses", on, engine, quality)


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
    return written.select(id_=_ident(written.patient_id), on=cells.day(written.date), date=written.date, **columns)


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
    what = f"a unit that does not fit, so the result is unreadable: {_some(odd)}"
    do = "Write the unit of the guideline or one that converts to it; a unit is never guessed."
    quality.say(sum(odd.values()), "results.unit", what, do)
    return ibis.cases(*found, else_=ibis.null("float64")) if found else ibis.null("float64")


def _dated(
    rows: ir.Table, people: ir.Table, parts: Sequence[str], name: str, on: date, engine: Engine, quality: Quality
) -> Dated:
    """Rows of patients in time: what lies after the day, or before the patient's birth, is not used."""
    ids = people.select("n", "patient_id", "age")
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
        _bad_days(_words(cells.rest(rows.date, rows.on), engine), f"{name}.date", quality)
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
        written = _some(_words(table.filter(table.use).lost, engine))
        quality.say(many, name, f"{lost_words} Written is: {written}", "Correct the values and units.")
    return counts["nobody"] or 0


# ---------------------------------------------------------------- what each patient's row rests on


NOTES = {
    "facts not read": "unread",
    "start not in time": "start_out",
    "duplicate rows": "doubled",
    "doses not read": "doses_unread",
    HALF_READ: "doses_half",
    "doses not in time": "doses_out",
    ELSEWHERE: "doses_elsewhere",
    "results not read": "results_unread",
    "results not in time": "results_out",
    "results under another id": "results_elsewhere",
}


def _with_notices(people: ir.Table, dated: Mapping[str, Dated], engine: Engine) -> ir.Table:
    """Patients with the column `notices`: what of their record could not be used."""
    whole = people
    for name, (rows, elsewhere) in dated.items():
        odd = rows.filter(rows.n.notnull() & ~rows.use)
        flags = {f"{name}_unread": odd.unread, f"{name}_out": odd.later | odd.unborn}
        if name == "doses":
            flags["doses_half"] = odd.unread & (odd.drug.notnull() | odd.nameless)
        counts = kept(engine, f"odd_{name}", odd.group_by(n_=odd.n).agg(**{f: each.any() for f, each in flags.items()}))
        if one_row(counts.agg(many=counts.count()), engine)["many"]:
            whole = whole.left_join(counts, whole.n == counts.n_).drop("n_")
        else:
            whole = whole.mutate(**dict.fromkeys(flags, ibis.literal(False)))
        if elsewhere is not None:
            whole = whole.left_join(elsewhere, whole.n == elsewhere.n_)
            whole = whole.mutate(**{f"{name}_elsewhere": whole.n_.notnull()}).drop("n_")
        else:
            whole = whole.mutate(**{f"{name}_elsewhere": ibis.literal(False)})
    words = ibis.literal("")
    for said, column_ in NOTES.items():
        flag = whole[column_].fill_null(False)
        words = words + flag.ifelse(f";{said.replace(' ', '_')}", "")
    return whole.mutate(notices=words.substr(1)).drop(*NOTES.values())
