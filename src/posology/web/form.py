"""A guideline's facts as a form, and what somebody typed into it as a patient.

Whatever was typed stays as it was typed, however wrong, so that nothing is lost when the form is shown again.
An empty field and the answer "not known" both leave the fact unknown; neither is ever a no.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..findings import Finding, Refused
from ..model import Dose, Fact, Guideline, Patient, Result, Value
from ..plan.advice import Audience
from ..quantity import plain
from ..read.patient import patient as read_patient
from ..show import words
from .days import day_of
from .origins import Origins, kept, read_origins, written_origins

NOT_KNOWN = "unknown"
"""The answer of somebody who was asked and does not know."""
UNREADABLE = "unreadable"
"""The value of a result that was there but could not be read."""
DOSE_KEYS = ("date", "drug", "dose", "route")
RESULT_KEYS = ("date", "test", "value", "unit")
MOST_ROWS = 700
"""Doses, and results, that a form holds: twice as many would be more than is read of one request."""
LONGEST = 500
"""Characters of one field that are kept; no answer is longer."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One fact as something to fill in, in the reader's words."""

    fact: str
    name: str
    question: str
    kind: str
    options: tuple[tuple[str, str], ...]
    unit: str
    low: str
    high: str
    group: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything that stands in the form, as text. ``asked`` are the facts shown in its short part, in order."""

    label: str = ""
    on: str = ""
    start: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    doses: tuple[Row, ...] = ()
    results: tuple[Row, ...] = ()
    asked: tuple[str, ...] = ()
    origins: Origins = Origins()  # noqa: RUF009 - frozen, and empty


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault, tied to the field in which it stands (empty: the whole form)."""

    at: str
    name: str
    what: str
    do: str


# ---------------------------------------------------------------- the fields


def fields(guideline: Guideline, reader: Audience) -> tuple[Field, ...]:
    """Every fact of a guideline as a field, in the order of the guideline."""
    return tuple(_field(fact, reader) for fact in guideline.facts.values())


def _field(fact: Fact, reader: Audience) -> Field:
    asked = fact.patient_question if reader == "patient" else fact.question
    short = fact.short or fact.phrase
    name = short[:1].upper() + short[1:]
    return Field(
        fact.name, name, asked or name, fact.kind, _options(fact), words.unit(fact.unit),
        plain(fact.low) if fact.kind == "number" else "", plain(fact.high) if fact.kind == "number" else "", fact.group,
    )  # fmt: skip


def _options(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The answers that can be picked, each with its words; not knowing is one of them."""
    picked = ("yes", "no") if fact.kind == "yes/no" else fact.choices
    said = ((value, words.value(value).capitalize()) for value in picked)
    return (*said, (NOT_KNOWN, "Not known")) if picked else ()


def grouped(every: Iterable[Field]) -> dict[str, list[Field]]:
    """Fields under the headings of the guideline."""
    found: dict[str, list[Field]] = {}
    for one in every:
        found.setdefault(one.group, []).append(one)
    return found


# ---------------------------------------------------------------- what was sent → what was typed

_ROW = re.compile(r"(dose|result)-([0-9]{1,5})-(date|drug|dose|route|test|value|unit)")


def typed(pairs: Iterable[tuple[str, str]], guideline: Guideline) -> Typed:
    """What was typed, from the fields that a form sent; names that no form of ours has are left alone."""
    single: dict[str, str] = {}
    asked: dict[str, None] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {"dose": {}, "result": {}}
    for name, text in pairs:
        text = text if name == "origins" else _tidied(text, blanks=name == "label")
        if name == "asked" and text in guideline.facts:
            asked[text] = None
        elif found := _ROW.fullmatch(name):
            rows[found[1]].setdefault(int(found[2]), {})[found[3]] = text
        elif text and not (text == NOT_KNOWN and single.get(name)):
            single[name] = text
    return Typed(
        single.get("label", ""), single.get("on", ""), single.get("start", ""),
        {name: single[f"f-{name}"] for name in guideline.facts if single.get(f"f-{name}")},
        _rows(rows["dose"], DOSE_KEYS), _rows(rows["result"], RESULT_KEYS),
        tuple(asked), read_origins(single.get("origins", ""), guideline),
    )  # fmt: skip


def _tidied(text: str, blanks: bool) -> str:
    """A field's text without blanks around it (unless they count) and half characters, and of a sane length."""
    whole = text.encode("utf-8", "replace").decode()
    return (whole if blanks else whole.strip())[:LONGEST]


def _rows(found: Mapping[int, Mapping[str, str]], keys: Sequence[str]) -> tuple[Row, ...]:
    """The rows in which anything was typed, in order, each with every key."""
    rows = [{key: row.get(key, "") for key in keys} for _, row in sorted(found.items())]
    return tuple(row for row in rows if any(row.values()))


def pairs(what: Typed, asked: bool = True) -> Iterator[tuple[str, str]]:
    """What was typed as the names and values of hidden fields, of which the same is read again."""
    yield from (("label", what.label), ("on", what.on), ("start", what.start))
    yield from ((f"f-{name}", text) for name, text in what.facts.items())
    for kind, rows in (("dose", what.doses), ("result", what.results)):
        yield from ((f"{kind}-{n}-{key}", text) for n, row in enumerate(rows) for key, text in row.items() if text)
    yield from (("asked", name) for name in what.asked if asked)
    if what.origins.of or what.origins.notices:
        yield "origins", written_origins(what.origins)


# ---------------------------------------------------------------- what was typed → a patient


def read(what: Typed, guideline: Guideline) -> tuple[Patient, tuple[Wrong, ...]]:
    """The patient that was typed, or every fault, each tied to its field (the patient is then empty)."""
    try:
        found = read_patient(_data(what, guideline), guideline)
    except Refused as refused:
        return Patient(), tuple(_wrong(finding, guideline) for finding in refused.findings)
    return _as_it_was_read(found, what), ()


def lenient(what: Typed, guideline: Guideline) -> Patient:
    """The patient without whatever is still wrong: to say what the plan looks like so far."""
    for _ in range(3):
        found, wrong = read(what, guideline)
        if not wrong:
            return found
        what = _without({fault.at for fault in wrong}, what)
    return Patient()


def _without(places: set[str], what: Typed) -> Typed:
    """What was typed, less the fields and rows that are at fault."""
    rows = {tuple(place.split("-")[:2]) for place in places}
    return replace(
        what,
        label="" if "label" in places else what.label,
        on="" if "on" in places else what.on,
        start="" if "start" in places else what.start,
        facts={name: text for name, text in what.facts.items() if f"f-{name}" not in places},
        doses=tuple(row for n, row in enumerate(what.doses) if ("dose", str(n)) not in rows),
        results=tuple(row for n, row in enumerate(what.results) if ("result", str(n)) not in rows),
    )


def _data(what: Typed, guideline: Guideline) -> dict[str, Any]:
    """The data of a patient file that says the same."""
    head = {"patient": what.label, "on": _day(what.on), "start": _day(what.start)}
    facts = {name: _answer(text, guideline.facts[name]) for name, text in what.facts.items()}
    return {key: value for key, value in head.items() if value} | {
        "facts": facts,
        "doses": [_filled({**row, "date": _day(row["date"])}) for row in what.doses],
        "results": [_measured(row, guideline) for row in what.results],
    }


def _day(text: str) -> str:
    """A typed day as a patient file writes it; what is no day stays as it is, to be refused in its place."""
    found = day_of(text)
    return text if isinstance(found, str) else found.isoformat()


def _answer(text: str, fact: Fact) -> Any:
    return (None if text == NOT_KNOWN else _figure(text)) if fact.kind == "number" else text


_FIGURE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def _figure(text: str) -> float | str:
    """A bare number as one; anything else stays text, which must then carry its unit."""
    return float(text) if _FIGURE.fullmatch(text) else text


def _filled(row: Row) -> dict[str, Any]:
    return {key: text for key, text in row.items() if text}


def _measured(row: Row, guideline: Guideline) -> dict[str, Any]:
    """A result's row; one that could not be read stands in with a value that is surely allowed."""
    shape = _filled({**row, "date": _day(row["date"])})
    fact = guideline.facts.get(row["test"])
    if fact and row["value"] == UNREADABLE:
        return shape | {"value": fact.low, "unit": fact.unit}
    if "value" in shape:
        shape["value"] = _figure(shape["value"])
    return shape


def _as_it_was_read(found: Patient, what: Typed) -> Patient:
    """The patient with results that could not be read, and with the origins of what nobody changed since."""
    unreadable = [row["value"] == UNREADABLE for row in what.results]
    results = tuple(
        replace(result, value=None) if lost else result
        for result, lost in zip(found.results, unreadable, strict=True)
    )  # fmt: skip
    return replace(found, results=results, origins=kept(what), notices=what.origins.notices)


# ---------------------------------------------------------------- faults at their fields

_PLACE = re.compile(r"(doses|results)\[([0-9]+)\](?:\.(\w+))?")
_DO_ROW = {"drug": "Choose one of the list.", "route": "Choose one of the list.", "test": "Choose one of the list."}


def _wrong(finding: Finding, guideline: Guideline) -> Wrong:
    """A finding of a patient file as a fault in the form."""
    if row := _PLACE.fullmatch(finding.place):
        kind, key = row[1].removesuffix("s"), row[3] or "date"
        do = finding.do if "mean" in finding.do else _DO_ROW.get(key, finding.do)
        do = "Write the unit in which it was measured." if key == "unit" and "missing" in finding.what else do
        return Wrong(f"{kind}-{row[2]}-{key}", f"{kind.capitalize()} {int(row[2]) + 1}, {key}", finding.what, do)
    if finding.place.startswith("facts."):
        fact = guideline.facts.get(finding.place.removeprefix("facts."))
        if fact:
            return Wrong(f"f-{fact.name}", _name(fact), finding.what, _put(finding.do, fact))
    names = {"patient": ("label", "Label"), "on": ("on", "Day of the plan"), "start": ("start", "Start of treatment")}
    at, name = names.get(finding.place, ("", finding.place))
    return Wrong(at, name, finding.what, finding.do)


def _name(fact: Fact) -> str:
    short = fact.short or fact.phrase
    return short[:1].upper() + short[1:]


def _put(do: str, fact: Fact) -> str:
    """What to do, with the unit as people print it."""
    if fact.kind != "number":
        return do
    return f"Write a number from {plain(fact.low)} to {plain(fact.high)} in {words.unit(fact.unit)}."


# ---------------------------------------------------------------- a patient → what would have been typed


def written(found: Patient, guideline: Guideline) -> Typed:
    """The form that this patient would have been typed into: read again, it gives the same patient."""
    made = Typed(
        found.label or "",
        found.on.isoformat() if found.on else "",
        found.start.isoformat() if found.start else "",
        {name: _text(value) for name, value in found.facts.items()},
        tuple(map(_dose_row, found.doses)),
        tuple(_result_row(result, guideline) for result in found.results),
    )
    return replace(made, origins=Origins.of_reading(found, made))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else _exact(value)


def _exact(value: float) -> str:
    """A number with all its digits, and without a needless decimal point."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _dose_row(dose: Dose) -> Row:
    amount = "" if dose.amount is None else f"{_exact(dose.amount)} {dose.unit}"
    return {"date": dose.on.isoformat(), "drug": dose.drug, "dose": amount, "route": dose.route}


def _result_row(result: Result, guideline: Guideline) -> Row:
    fact = guideline.facts.get(result.test)
    value = UNREADABLE if result.value is None else _exact(result.value)
    return {"date": result.on.isoformat(), "test": result.test, "value": value, "unit": fact.unit if fact else ""}
