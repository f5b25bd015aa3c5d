"""A patient file (YAML or JSON) → a Patient, or every fault in it at once. Nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from ..findings import Finding, Refused, near
from ..model import Dose, Fact, Guideline, Patient, Result, Value
from ..quantity import convert, in_range, milligrams, plain, split
from .actions import ROUTES, snake

KEYS = ("patient", "on", "start", "facts", "doses", "results")
STORY_KEYS = ("title", "expect")
LARGEST = 20_000_000
"""Bytes of a file that are read at most; no patient's record in our format comes near it."""
DEEPEST = 30


# ---------------------------------------------------------------- text → data


def parse(content: bytes, place: str = "the file") -> Any:
    """The data in a YAML or JSON text, without doubled keys, NaN or surprises. Raises Refused."""
    if len(content) > LARGEST:
        raise Refused([Finding(place, f"The file has {len(content):,} bytes; at most {LARGEST:,} are read.", "Send one patient at a time.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([Finding(place, f"The file is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.")]) from None
    if not text.strip():
        raise Refused([Finding(place, "The file is empty.", "Write at least `facts:` with one fact.")])
    return parse_json(text, place) if text.lstrip()[:1] in "{[" else _parse_yaml(text, place)


def parse_json(text: str, place: str = "the text") -> Any:
    """The data in a JSON text. Raises Refused for doubled keys, NaN, infinities and broken text."""
    doubled: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        doubled.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1) if len(set(keys)) < len(keys) else None
        return dict(pairs)

    def constant(word: str) -> Any:
        raise ValueError(f"{word} is not a number")

    try:
        data = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise Refused([Finding(f"{place}, line {error.lineno}", f"This is not JSON: {error.msg} at column {error.colno}.", "Mend it there.")]) from None
    except (ValueError, RecursionError) as error:
        what = "It is nested too deeply." if isinstance(error, RecursionError) else f"{error}."
        raise Refused([Finding(place, what, "Leave an unknown number out.")]) from None
    if doubled:
        raise Refused([Finding(key, f"{key!r} stands twice, so one of the two would be lost.", "Keep one of them.") for key in dict.fromkeys(doubled)])
    return data


def _parse_yaml(text: str, place: str) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    doubled: list[Finding] = []
    try:
        node = yaml.compose(text, Loader=loader)
        data = _plain(node, doubled, "", 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{place}, line {mark.line + 1}" if mark else place
        raise Refused([Finding(where, f"This is not YAML: {error.problem or 'it cannot be read'}.", "Mend it there.")]) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Refused([Finding(place, "This is not YAML.", "Write `name: value` lines, indented with spaces.")]) from None
    if doubled:
        raise Refused(doubled)
    return data


def _plain(node: Any, doubled: list[Finding], path: str, depth: int) -> Any:
    """A YAML node as plain data: only yes/no, numbers, text, lists and mappings; dates stay text."""
    if depth > DEEPEST:
        raise RecursionError
    if node is None:
        return None
    if node.id == "mapping":
        return _mapping(node, doubled, path, depth)
    if node.id == "sequence":
        return [_plain(item, doubled, f"{path}[{n}]", depth + 1) for n, item in enumerate(node.value)]
    return node.value if node.style in ("'", '"', "|", ">") else _scalar(node.value)


def _mapping(node: Any, doubled: list[Finding], path: str, depth: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if key_node.id == "scalar" else "?"
        here = f"{path}.{key}" if path else key
        if key in data:
            doubled.append(Finding(here, f"{key!r} stands twice, so one of the two would be lost.", "Keep one of them."))
        data[key] = _plain(value_node, doubled, here, depth + 1)
    return data


_WORDS: dict[str, Any] = {"yes": True, "true": True, "no": False, "false": False, "": None, "~": None, "null": None}


def _scalar(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?", text) or text.lower() in (".nan", ".inf", "-.inf", "+.inf"):
        return float(text.lower().replace(".nan", "nan").replace(".inf", "inf"))
    return text


# ---------------------------------------------------------------- data → Patient


def patient(data: Any, guideline: Guideline, on: date | None = None) -> Patient:
    """The patient in a patient file's data. Raises Refused with every fault.

    ``on`` is the day of the plan when the caller says so; it wins over the file's own. A dose after
    that day is a fault.
    """
    if not isinstance(data, Mapping):
        raise Refused([Finding("the file", "This is not a patient.", f"Write a mapping with: {', '.join(KEYS)}.")])
    faults: list[Finding] = []
    for key in data:
        if key not in KEYS and key not in STORY_KEYS:
            faults.append(Finding(str(key), f"{key!r} is not a part of a patient file.", near(str(key), KEYS, f"Use: {', '.join(KEYS)}.")))
    day = on or _date(data.get("on"), "on", faults)
    read = Patient(
        label=_label(data.get("patient"), faults),
        on=day,
        start=_date(data.get("start"), "start", faults),
        facts=_facts(data.get("facts"), guideline, faults),
        doses=tuple(_each(data.get("doses"), "doses", faults, lambda row, place: _dose(row, place, guideline, day, faults))),
        results=tuple(_each(data.get("results"), "results", faults, lambda row, place: _result(row, place, guideline, faults))),
    )
    if faults:
        raise Refused(faults)
    return read


def _label(value: Any, faults: list[Finding]) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= 200):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    faults.append(Finding("patient", "The label of a patient is a short text.", "Write a name or number, or leave it out."))
    return None


def _date(value: Any, place: str, faults: list[Finding]) -> date | None:
    if value is None:
        return None
    found = date_of(value)
    if isinstance(found, str):
        faults.append(Finding(place, found, "Write the date as in 2026-01-31."))
        return None
    return found


def date_of(value: Any) -> date | str:
    """A date written as YYYY-MM-DD, or a sentence that says why it is none."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{_short(value)} is not a date."
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return f"{value} is not a day of the calendar."
    return found if 1900 <= found.year <= 2200 else f"{value} is not in this life."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _facts(data: Any, guideline: Guideline, faults: list[Finding]) -> dict[str, Value]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        faults.append(Finding("facts", "The facts are not a mapping.", "Write `name: value` for each fact."))
        return {}
    found: dict[str, Value] = {}
    for key, value in data.items():
        place, fact = f"facts.{key}", guideline.facts.get(str(key))
        if fact is None:
            faults.append(Finding(place, f"{key!r} is not a fact of this guideline.", near(snake(str(key)), guideline.facts, "See the table under Facts in the guideline.")))
        elif value is not None and value != "unknown":
            _kept(found, fact, value_of(value, fact), place, faults)
    return found


def _kept(found: dict[str, Value], fact: Fact, value: Value | tuple[str, str], place: str, faults: list[Finding]) -> None:
    if isinstance(value, tuple):
        faults.append(Finding(place, _sentence(value[0]), value[1]))
    else:
        found[fact.name] = value


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def value_of(value: Any, fact: Fact) -> Value | tuple[str, str]:
    """A written value as one of its fact, or what is wrong and what to do."""
    match fact.kind:
        case "yes/no":
            if isinstance(value, bool) or value in ("yes", "no"):
                return value in (True, "yes")
            return f"{_short(value)} is not an answer to {fact.phrase}", "Write yes or no, or leave it out while it is unknown."
        case "choice":
            if isinstance(value, str) and snake(value) in fact.choices:
                return snake(value)
            words = ", ".join(fact.choices)
            return f"{_short(value)} is not a choice of {fact.phrase}", near(str(value), fact.choices, f"Use one of: {words}.")
        case "number":
            return _number(value, fact)


def _number(value: Any, fact: Fact) -> float | tuple[str, str]:
    do = f"Write a number from {plain(fact.low)} to {plain(fact.high)} in {fact.unit}."
    if isinstance(value, str):
        pair = split(value)
        if isinstance(pair, str):
            return pair, do
        if not pair[1]:
            return f"{value!r} is text without a unit", do
        found = convert(*pair, fact)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        found = in_range(float(value), fact) if abs(value) < 1e300 else f"{fact.phrase} is not a number"
    else:
        return f"{_short(value)} is not a number for {fact.phrase}", do
    return (found, do) if isinstance(found, str) else found


# ---------------------------------------------------------------- doses and results


def _each(data: Any, place: str, faults: list[Finding], read: Callable[[Mapping[str, Any], str], Any]) -> Iterator[Any]:
    if data is None:
        return
    if not isinstance(data, list):
        faults.append(Finding(place, f"The {place} are not a list.", "Begin each with a dash."))
        return
    for number, row in enumerate(data):
        here = f"{place}[{number}]"
        if isinstance(row, Mapping):
            found = read(row, here)
            if found is not None:
                yield found
        else:
            faults.append(Finding(here, f"{_short(row)} is not one of the {place}.", "Write it as `{date: …, …}`."))


def _strays(row: Mapping[str, Any], place: str, keys: tuple[str, ...], faults: list[Finding]) -> None:
    for key in row:
        if key not in keys:
            faults.append(Finding(f"{place}.{key}", f"{key!r} is not known here.", near(str(key), keys, f"Use: {', '.join(keys)}.")))


def _dose(row: Mapping[str, Any], place: str, guideline: Guideline, on: date | None, faults: list[Finding]) -> Dose | None:
    before = len(faults)
    _strays(row, place, ("date", "drug", "dose", "route"), faults)
    day = _needed_date(row, place, faults)
    if day and day > (on or date.today()):
        faults.append(Finding(f"{place}.date", f"The dose of {day} lies after the day of the plan ({on or date.today()}).", "Correct the date, or plan for a later day."))
    drug = _name(row.get("drug"), f"{place}.drug", drugs(guideline), guideline, "a drug", faults)
    route = _name(row.get("route"), f"{place}.route", tuple(snake(r) for r in ROUTES), guideline, "a route", faults)
    amount = _amount(row.get("dose"), f"{place}.dose", faults)
    return Dose(day, drug, amount, route) if day and len(faults) == before else None


def _needed_date(row: Mapping[str, Any], place: str, faults: list[Finding]) -> date | None:
    if row.get("date") is None:
        faults.append(Finding(f"{place}.date", "The date is missing.", "Write the date as in 2026-01-31."))
    return _date(row.get("date"), f"{place}.date", faults)


def drugs(guideline: Guideline) -> tuple[str, ...]:
    """The drugs that a dose may be of: those that the guideline gives or has codes for."""
    given = [give.drug for rule in guideline.rules for give in rule.action.gives]
    return tuple(dict.fromkeys([*given, *(code.name for code in guideline.codes if code.what == "drug")]))


def _name(value: Any, place: str, names: tuple[str, ...], guideline: Guideline, what: str, faults: list[Finding]) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    found = snake(text) if snake(text) in names else guideline.aliases.get(text, "")
    if found in names:
        return found
    said = f"{_short(value)} is not {what} that this guideline knows." if value is not None else f"It does not say {what}."
    faults.append(Finding(place, said, near(text, [*names, *guideline.aliases], f"Use one of: {', '.join(names)}.")))
    return ""


def _amount(value: Any, place: str, faults: list[Finding]) -> float | None:
    if value is None:
        return None
    found = milligrams(value) if isinstance(value, str) else f"{_short(value)} has no unit"
    if isinstance(found, str):
        faults.append(Finding(place, _sentence(found), "Write the dose with its unit, as in 1 mg or 1000 micrograms."))
        return None
    return found


def _result(row: Mapping[str, Any], place: str, guideline: Guideline, faults: list[Finding]) -> Result | None:
    before = len(faults)
    _strays(row, place, ("date", "test", "value", "unit"), faults)
    day = _needed_date(row, place, faults)
    numbers = [f.name for f in guideline.facts.values() if f.kind == "number"]
    tests = tuple(dict.fromkeys([*numbers, *(c.name for c in guideline.codes if c.what == "test")]))
    test = _name(row.get("test"), f"{place}.test", tests, guideline, "a test", faults)
    value = _measured(row, place, guideline.facts.get(test), faults) if test else None
    return Result(day, test, value) if day and len(faults) == before else None


def _measured(row: Mapping[str, Any], place: str, fact: Fact | None, faults: list[Finding]) -> float | None:
    value, unit = row.get("value"), row.get("unit")
    if fact is None:
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300 else 0.0
    do = f"Write value and unit, as in {{value: …, unit: {fact.unit}}}."
    if isinstance(value, str) and unit is None:
        found: Any = _number(value, fact)
    elif isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) >= 1e300:
        found = (f"{_short(value)} is not a number for {fact.phrase}", do)
    elif not isinstance(unit, str):
        found = (f"the unit of {fact.phrase} is missing", do)
    else:
        found = convert(float(value), unit, fact)
    if isinstance(found, float):
        return found
    what = found[0] if isinstance(found, tuple) else found
    where = f"{place}.unit" if "unit" in what and isinstance(unit, str) else f"{place}.value"
    faults.append(Finding(where, _sentence(what), do))
    return None
