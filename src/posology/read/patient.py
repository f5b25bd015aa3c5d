"""A patient file (YAML or JSON) → a Patient, or every fault in it at once. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeGuard, TypeVar

from ..findings import Finding, Refused, near, sentence
from ..model import Dose, Fact, Guideline, Patient, Result, Value
from ..quantity import convert, dose, in_range, plain, split
from .data import date_of as date_of
from .data import parse as parse
from .data import parse_json as parse_json
from .data import short
from .regimens import snake
from .routes import EVERYWHERE, ROUTES
from .routes import meant as route_meant

KEYS = ("patient", "on", "start", "facts", "doses", "results")
STORY_KEYS = ("title", "expect")
LONGEST_LABEL = 200
MOST_FAULTS = 100
HUGE = 1e300
"""A figure beyond it is no measurement, however it was written."""

T = TypeVar("T")


def patient(data: Any, guideline: Guideline, on: date | None = None) -> Patient:
    """The patient in a patient file's data. Raises Refused with every fault.

    ``on`` is the day of the plan when the caller says so; it wins over the file's own. A dose after
    that day is a fault.
    """
    if not isinstance(data, Mapping):
        raise Refused([Finding("the file", "This is not a patient.", f"Write a mapping with: {', '.join(KEYS)}.")])
    faults: list[Finding] = []
    for key in data:
        _enough(faults)
        if key not in KEYS and key not in STORY_KEYS:
            do = near(str(key), KEYS, f"Use: {', '.join(KEYS)}.")
            faults.append(Finding(str(key), f"{short(key)} is not a part of a patient file.", do))
    day = on or _date(data.get("on"), "on", faults)
    read = Patient(
        label=_label(data.get("patient"), faults),
        on=day,
        start=_date(data.get("start"), "start", faults),
        facts=_facts(data.get("facts"), guideline, faults),
        doses=tuple(_each(data, "doses", faults, lambda row, place: _dose(row, place, guideline, day, faults))),
        results=tuple(_each(data, "results", faults, lambda row, place: _result(row, place, guideline, faults))),
    )
    if faults:
        raise Refused(faults)
    return read


def _enough(faults: list[Finding]) -> None:
    """A file that is wrong throughout is not read to its end."""
    if len(faults) >= MOST_FAULTS:
        more = Finding("the file", f"There are {MOST_FAULTS} faults so far, perhaps more.", "Mend these first.")
        raise Refused([*faults, more])


def _label(value: Any, faults: list[Finding]) -> str | None:
    if value is None:
        return None
    if isinstance(value, (str, int)) and not isinstance(value, bool) and len(str(value)) <= LONGEST_LABEL:
        return str(value)
    do = "Write a name or number, or leave it out."
    faults.append(Finding("patient", "The label of a patient is a short text.", do))
    return None


def _date(value: Any, place: str, faults: list[Finding]) -> date | None:
    if value is None:
        return None
    found = date_of(value)
    if isinstance(found, str):
        faults.append(Finding(place, found, "Write the date as in 2026-01-31."))
        return None
    return found


# ---------------------------------------------------------------- facts


def _facts(data: Any, guideline: Guideline, faults: list[Finding]) -> dict[str, Value]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        faults.append(Finding("facts", "The facts are not a mapping.", "Write `name: value` for each fact."))
        return {}
    found: dict[str, Value] = {}
    for key, written in data.items():
        _enough(faults)
        place, fact = f"facts.{key}", guideline.facts.get(str(key))
        if fact is None:
            do = near(snake(str(key)), guideline.facts, "See the table under Facts in the guideline.")
            faults.append(Finding(place, f"{short(key)} is not a fact of this guideline.", do))
        elif written is not None and written != "unknown":
            value = value_of(written, fact)
            if isinstance(value, tuple):
                faults.append(Finding(place, sentence(value[0]), value[1]))
            else:
                found[fact.name] = value
    return found


def value_of(value: Any, fact: Fact) -> Value | tuple[str, str]:
    """A written value as one of its fact, or what is wrong and what to do."""
    if fact.kind == "number":
        return _number(value, fact)
    if fact.kind == "choice":
        return _choice(value, fact)
    if isinstance(value, bool) or value in ("yes", "no"):
        return value in (True, "yes")
    do = "Write yes or no, or leave it out while it is unknown."
    return f"{short(value)} is not an answer to {fact.phrase}", do


def _choice(value: Any, fact: Fact) -> str | tuple[str, str]:
    if isinstance(value, str) and snake(value) in fact.choices:
        return snake(value)
    do = near(str(value), fact.choices, f"Use one of: {', '.join(fact.choices)}.")
    return f"{short(value)} is not a choice of {fact.phrase}", do


def _number(value: Any, fact: Fact) -> float | tuple[str, str]:
    do = _in_range(fact)
    if isinstance(value, str):
        pair = split(value)
        if isinstance(pair, str):
            return pair, do
        if not pair[1]:
            return f"{short(value)} is text without a unit", do
        found = convert(*pair, fact)
    elif not _is_number(value):
        return f"the value {short(value)} is not a number for {fact.phrase}", do
    else:
        found = in_range(float(value), fact)
    return (found, do) if isinstance(found, str) else found


def _in_range(fact: Fact) -> str:
    return f"Write a number from {plain(fact.low)} to {plain(fact.high)} in {fact.unit}."


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < HUGE


# ---------------------------------------------------------------- doses and results


def _each(
    data: Mapping[str, Any], place: str, faults: list[Finding], read: Callable[[Mapping[str, Any], str], T | None]
) -> Iterator[T]:
    rows = data.get(place)
    if rows is None:
        return
    if not isinstance(rows, list):
        faults.append(Finding(place, f"The {place} are not a list.", "Begin each with a dash."))
        return
    for number, row in enumerate(rows):
        _enough(faults)
        here = f"{place}[{number}]"
        if not isinstance(row, Mapping):
            faults.append(Finding(here, f"{short(row)} is not one of the {place}.", "Write it as `{date: …, …}`."))
        elif (found := read(row, here)) is not None:
            yield found


def _strays(row: Mapping[str, Any], place: str, keys: tuple[str, ...], faults: list[Finding]) -> None:
    for key in row:
        _enough(faults)
        if key not in keys:
            do = near(str(key), keys, f"Use: {', '.join(keys)}.")
            faults.append(Finding(f"{place}.{key}", f"{short(key)} is not known here.", do))


def _dose(
    row: Mapping[str, Any], place: str, guideline: Guideline, on: date | None, faults: list[Finding]
) -> Dose | None:
    before = len(faults)
    _strays(row, place, ("date", "drug", "dose", "route"), faults)
    day = _needed_date(row, place, faults)
    last = on or date.today()
    if day and day > last:
        what = f"The dose of {day} lies after the day of the plan ({last})."
        faults.append(Finding(f"{place}.date", what, "Correct the date, or plan for a later day."))
    drug = _name(row.get("drug"), f"{place}.drug", drugs(guideline), guideline, "drug", faults)
    route = _name(row.get("route"), f"{place}.route", routes(guideline), guideline, "route", faults)
    amount, unit = _amount(row.get("dose"), f"{place}.dose", guideline, faults)
    return Dose(day, drug, amount, route, unit) if day and len(faults) == before else None


def _needed_date(row: Mapping[str, Any], place: str, faults: list[Finding]) -> date | None:
    if row.get("date") is None:
        faults.append(Finding(f"{place}.date", "The date is missing.", "Write the date as in 2026-01-31."))
    return _date(row.get("date"), f"{place}.date", faults)


def drugs(guideline: Guideline) -> tuple[str, ...]:
    """The drugs that a dose may be of: those that the guideline gives or has codes for."""
    given = [give.drug for rule in guideline.rules for give in rule.action.gives]
    return tuple(dict.fromkeys([*given, *(code.name for code in guideline.codes if code.what == "drug")]))


def routes(guideline: Guideline) -> tuple[str, ...]:
    """The routes that a record may name: the usual four, and those that the guideline gives by or speaks of."""
    given = [give.route for rule in guideline.rules for give in rule.action.gives]
    named = [code.name for code in guideline.codes if code.what == "route"]
    known = tuple(map(snake, ROUTES))
    told = [*given, *named, *guideline.aliases.values()]
    return tuple(dict.fromkeys([*map(snake, EVERYWHERE), *(name for name in told if name in known)]))


def dose_units(guideline: Guideline) -> tuple[str, ...]:
    """The units that the amount of a dose may have: milligrams, and those of the guideline's own doses."""
    return tuple(dict.fromkeys(["mg", *(g.unit for rule in guideline.rules for g in rule.action.gives)]))


def called(word: str, names: Sequence[str], guideline: Guideline) -> str:
    """Which of some names a word means: itself, or by another name that it has; nothing where there is none.

    A test that is a fact may be called by the end of its name, and by what its level is called.
    """
    folded = " ".join(word.strip().lower().split())
    for form in (folded, f"{folded} level"):
        found = snake(form) if snake(form) in names else guideline.aliases.get(form, "")
        if found in names:
            return found
    ends = [name for name in names if folded and name.endswith(f"_{snake(folded)}")]
    return ends[0] if len(ends) == 1 and ends[0] in guideline.facts else ""


def _name(value: Any, place: str, names: Sequence[str], guideline: Guideline, what: str, faults: list[Finding]) -> str:
    """A drug, route or test by its own name or another that it has."""
    text = value.strip().lower() if isinstance(value, str) else ""
    if found := called(text, names, guideline):
        return found
    said = f"The {what} is missing." if value is None else f"{short(value)} is not a {what} that this guideline knows."
    faults.append(Finding(place, said, _meant(text, names, guideline, what)))
    return ""


def _meant(text: str, names: Sequence[str], guideline: Guideline, what: str) -> str:
    """What to do about an unknown name; of a route only a slip of the pen is named, never another route."""
    every = f"Use one of: {', '.join(names)}."
    if what != "route":
        return near(text, [*names, *guideline.aliases], every)
    close = route_meant(text)
    return f'Did you mean "{close}"?' if snake(close) in names else every


def _amount(value: Any, place: str, guideline: Guideline, faults: list[Finding]) -> tuple[float | None, str]:
    if value is None:
        return None, "mg"
    found = dose(value, dose_units(guideline)) if isinstance(value, str) else f"{short(value)} has no unit"
    if isinstance(found, str):
        faults.append(Finding(place, sentence(found), "Write the dose with its unit, as in 1 mg or 1000 micrograms."))
        return None, "mg"
    return found


def _result(row: Mapping[str, Any], place: str, guideline: Guideline, faults: list[Finding]) -> Result | None:
    before = len(faults)
    _strays(row, place, ("date", "test", "value", "unit"), faults)
    day = _needed_date(row, place, faults)
    test = _name(row.get("test"), f"{place}.test", tests(guideline), guideline, "test", faults)
    value = _measured(row, place, guideline.facts.get(test), faults) if test else None
    return Result(day, test, value) if day and len(faults) == before else None


def tests(guideline: Guideline) -> tuple[str, ...]:
    """The tests that a result may be of: the number facts, and those that the guideline has codes for."""
    numbers = [fact.name for fact in guideline.facts.values() if fact.kind == "number"]
    return tuple(dict.fromkeys([*numbers, *(code.name for code in guideline.codes if code.what == "test")]))


def _measured(row: Mapping[str, Any], place: str, fact: Fact | None, faults: list[Finding]) -> float | None:
    """A result's value in the unit of its fact; of a test that is no fact, only that it was done."""
    value, unit = row.get("value"), row.get("unit")
    if fact is None:
        return float(value) if _is_number(value) else 0.0
    found, at = _value_and_unit(value, unit, fact)
    if not isinstance(found, str):
        return found
    do = f"Write value and unit, as in {{value: …, unit: {fact.unit}}}."
    faults.append(Finding(f"{place}.{at}", sentence(found), do if at == "unit" else _in_range(fact)))
    return None


def _value_and_unit(value: Any, unit: Any, fact: Fact) -> tuple[float | str, str]:
    """The value, or what is wrong with it, and which of the two is to blame."""
    if isinstance(value, str) and unit is None:
        number = _number(value, fact)
        return number[0] if isinstance(number, tuple) else number, "value"
    if not _is_number(value):
        return f"the value {short(value)} is not a number for {fact.phrase}", "value"
    if not isinstance(unit, str):
        return f"the unit of {fact.phrase} is missing", "unit"
    found = convert(float(value), unit, fact)
    return found, "unit" if isinstance(found, str) and found.startswith("the unit") else "value"
