"""Observations: laboratory results, and answers to yes/no and choice questions, each of a certain day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ..model import Code, Fact, Value
from ..quantity import convert, factor, tidy
from .codes import answer, once_a_name, rows_in, states
from .elements import Element, Moment, moment, part, parts, shown, text, truth
from .elements import number as number_of
from .record import UNCODED, Answered, Chart, Event, Ignored, Measured, Source, too_late

_READ = {"final", "amended", "corrected", "preliminary"}
_SILENT = {"entered-in-error", "cancelled", "registered"}
_NOT_MEASURED = {"not-performed", "not-asked", "asked-declined", "not-applicable"}

UCUM = "http://unitsofmeasure.org"

_VALUES = frozenset(
    f"value{kind}" for kind in ("Quantity", "CodeableConcept", "String", "Boolean", "Integer", "Range", "Ratio",
                                "SampledData", "Time", "DateTime", "Period")
)  # fmt: skip
"""Every way in which FHIR R4 lets an observation or a component give its value."""

Asked = list[tuple[Element, Code]]
Told = Measured | Answered | Ignored


def read_observation(observation: Element, source: Source, chart: Chart) -> Sequence[Event]:
    """An observation and its components: each becomes a result or an answer of its day."""
    asked = _asked(observation, chart)
    if not asked:
        return [Ignored(source, UNCODED)]
    word = text(observation, "status")
    if word not in _READ:
        why = f"its status is {shown(word)}" if word else "it has no status"
        return [Ignored(source, why, notice=word not in _SILENT)]
    taken = _taken(observation)
    day = taken.day if taken and taken.day else chart.on
    told = [_told(element, row, source, chart, taken or Moment("", None, None), day) for element, row in asked]
    refusal = _undated(taken, chart)  # only now, so that a fault in the value is not lost behind it
    if refusal:
        return [Ignored(source, refusal, notice=True)]
    if taken and taken.day is None:
        undated = Ignored(source, "its date has no day, so it may be newer than what was used", notice=True)
        return [undated, *(_without_a_day(one, taken) for one in told)]
    return [_cautioned(one) for one in told] if word == "preliminary" else told


def _cautioned(told: Told) -> Told:
    return told if isinstance(told, Ignored) else replace(told, caution="it is preliminary and may change")


def _without_a_day(told: Told, taken: Moment) -> Told:
    """What was measured on some day of a month or year: it replaces what is older than all of it, and stays unread."""
    if isinstance(told, Ignored):
        return told
    first = date.fromisoformat(f"{taken.text}-01-01"[:10])
    if isinstance(told, Answered):
        return replace(told, value=None, day=first)
    return replace(told, value=None, day=first, why=f"its date ({taken.text}) has no day")


def _asked(observation: Element, chart: Chart) -> Asked:
    """The observation and its components, each with what it tells of: a fact or a test, once."""
    found = [(observation, row) for row in once_a_name(rows_in(observation, "code", chart.observed))]
    for element in parts(observation, "component"):
        found += [(element, row) for row in once_a_name(rows_in(element, "code", chart.observed))]
    return found


def _taken(observation: Element) -> Moment | None:
    """When the sample was taken or the question asked; never when the report was issued."""
    at = moment(observation, "effectiveDateTime") or moment(observation, "effectiveInstant")
    period = part(observation, "effectivePeriod") if "effectivePeriod" in observation.members else None
    if at or period is None:
        return at
    return moment(period, "end") or moment(period, "start")


def _undated(taken: Moment | None, chart: Chart) -> str:
    if taken is None:
        return "it has no date"
    if too_late(taken, chart):
        return "it is dated after the day of the plan"
    return ""


def _told(element: Element, row: Code, source: Source, chart: Chart, taken: Moment, day: date) -> Told:
    """What one observation or component tells of one fact or test."""
    if "dataAbsentReason" in element.members and (absent := _not_measured(element)):
        return Ignored(source, absent)
    fact = chart.guideline.facts.get(row.name)
    if fact is None:  # a test without a figure of its own, such as a panel: that it was done is what counts
        return Measured(source, row.name, None, row, taken, day)
    if fact.kind == "number":
        return _measured(element, row, fact, source, taken, day)
    return _answered(element, row, fact, source, chart, taken, day)


def _not_measured(element: Element) -> str:
    """Why there is no result at all, if there is none."""
    concept = part(element, "dataAbsentReason")
    if concept is None or _valued(element):
        return ""
    codes = [text(coding, "code") for coding in parts(concept, "coding")]
    return next((f"nothing was measured: {code}" for code in codes if code in _NOT_MEASURED), "")


# ---------------------------------------------------------------- numbers


def _measured(element: Element, row: Code, fact: Fact, source: Source, taken: Moment, day: date) -> Told:
    contradicted = _contradicted(element, fact)
    if not contradicted and (plainly := _plainly(element.members.get("valueQuantity"), fact)):
        return Measured(source, row.name, plainly[0], row, taken, day, plainly[1])
    quantity = part(element, "valueQuantity")
    if quantity is None:
        if not _has_value(element):
            return Ignored(source, f"{fact.phrase} has no value")
        why = f"{fact.phrase} is not given as a number with a unit"
        return Measured(source, row.name, None, row, taken, day, why=why)
    unit = unit_of(quantity)
    found = contradicted or figure(quantity, fact)
    if isinstance(found, str):
        fits = not unit or factor(unit, fact.unit, fact.conversions) is not None
        return Measured(source, row.name, None, row, taken, day, unit, found, fits)
    return Measured(source, row.name, found, row, taken, day, unit)


def _valued(element: Element) -> frozenset[str]:
    """The ways in which an element gives a value: one at most, in a sound one."""
    return _VALUES.intersection(element.members)


def _contradicted(element: Element, fact: Fact) -> str:
    """Why a value cannot be believed, if something else in the same observation speaks against it."""
    if len(_valued(element)) > 1:
        return f"{fact.phrase} has more than one value"
    absent = "dataAbsentReason" in element.members and _valued(element)
    return f"{fact.phrase} has a value, and a reason why it has none" if absent else ""


def _plainly(quantity: object, fact: Fact) -> tuple[float, str] | None:
    """The figure and the unit of a quantity about which there is nothing odd; None: it needs a closer look."""
    if not isinstance(quantity, dict) or quantity.get("system") != UCUM or "comparator" in quantity:
        return None
    value, unit = quantity.get("value"), quantity.get("code")
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not -1e15 < value < 1e15:
        return None
    if not isinstance(unit, str) or not unit or quantity.get("unit") != unit:
        return None
    times = factor(unit, fact.unit, fact.conversions)
    if times is None:
        return None
    found = tidy(value * times)
    return (found, unit) if fact.low <= found <= fact.high else None


def _has_value(element: Element) -> bool:
    return any(key.startswith("value") or key == "dataAbsentReason" for key in element.members)


def unit_of(quantity: Element) -> str:
    """The unit, by its UCUM code if it has one, else as written."""
    coded = text(quantity, "code") if text(quantity, "system") == UCUM else None
    return coded or text(quantity, "unit") or text(quantity, "code") or ""


def figure(quantity: Element, fact: Fact) -> float | str:
    """The number of a Quantity in the fact's own unit, or a sentence that says why there is none."""
    value, unit = number_of(quantity, "value"), unit_of(quantity)
    limit = text(quantity, "comparator")
    if limit:
        return f"{fact.phrase} is given as a limit ({shown(limit)}), not as a number"
    if value is None or not math.isfinite(value):
        return f"{fact.phrase} is not a number"
    if not unit:
        return f"{fact.phrase} has no unit"
    return _agreed(value, unit, text(quantity, "unit"), fact)


def _agreed(value: float, unit: str, written: str | None, fact: Fact) -> float | str:
    """The converted number, unless the unit as written would make it another one."""
    found = convert(value, unit, fact)
    other = convert(value, written, fact) if written and written != unit else found
    if isinstance(found, float) and isinstance(other, float) and found != other:
        return f"the unit of {fact.phrase} and its code disagree ({shown(written)}, {shown(unit)})"
    return found


# ---------------------------------------------------------------- answers


def _answered(element: Element, row: Code, fact: Fact, source: Source, chart: Chart, taken: Moment, day: date) -> Told:
    if not _has_value(element):
        return Ignored(source, f"{fact.phrase} is asked, but has no answer", notice=True)
    said = _value(element, row, fact, chart)
    return Answered(source, fact.name, None if _contradicted(element, fact) else said, row, taken, day)


def _value(element: Element, row: Code, fact: Fact, chart: Chart) -> Value | None:
    """The answer as a value of the fact; None when it is no answer that we can read."""
    said: Value | None = truth(element, "valueBoolean")
    concept = part(element, "valueCodeableConcept")
    if concept:
        said = answer(concept, chart.codes, fact)
    if said is True:
        return states(row, fact)
    if said is False:  # "no" to a code that states yes is no; to any other it leaves things open
        return False if states(row, fact) is True else None
    return said
