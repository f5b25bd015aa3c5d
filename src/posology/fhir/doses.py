"""Doses that were really given, and medicines that a record says are taken or asked for.

A request or a supply is never a dose. What the record leaves out (route, amount, day) is never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..quantity import dosed, tidy
from ..read.patient import dose_units
from .codes import facts_among, keys, rows, states
from .elements import Element, Moment, moment, number, part, parts, shown, text
from .lookalike import said_of
from .medicines import Medicine, called, medicine, named
from .record import UNCODED, Chart, Event, Given, Ignored, Lookalike, Source, Stated, before, too_late

Read = tuple[str | None, str]
"""What was read of a route, or None; and what to say when it was not."""
Amount = tuple[tuple[float, str] | None, str]
"""An amount and its unit, or None; and what to say when it was not read."""

UCUM = "http://unitsofmeasure.org"

_NO_AMOUNT = "it is not recorded"
_SEVERAL = "there are several"
_SUGGESTED = {"proposal", "option"}
_SILENT = {"not-done", "entered-in-error", "not-taken", "intended"}


def read_administration(resource: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """A dose given by somebody."""
    found = medicine(resource, chart)
    dosage = part(resource, "dosage")
    given = _administered(resource)
    how = amount_of(dosage, "dose", chart), route_of(part(dosage, "route") if dosage else None, chart)
    yield _refusal(found, resource, source, {"completed"}, given) or _dose(found, given, how, source, chart)


def read_immunization(resource: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """An injection written down as an immunization."""
    found = named(part(resource, "vaccineCode"), chart)
    given = moment(resource, "occurrenceDateTime")
    how = amount_of(resource, "doseQuantity", chart), route_of(part(resource, "route"), chart)
    yield _refusal(found, resource, source, {"completed"}, given) or _dose(found, given, how, source, chart)


def read_statement(resource: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """What was or is taken, as somebody says: a dose if it names one day, else a medicine in use."""
    found = medicine(resource, chart)
    if found.drug or found.trouble or (found.like and not found.found):
        on = moment(resource, "effectiveDateTime")
        refused = _refusal(found, resource, source, {"completed", "active"}, on)
        yield refused or _stated_dose(found, resource, source, chart)
    elif _ended(resource, chart):
        yield Ignored(source, "it ended before the day of the plan")
    else:
        begun = moment(resource, "effectiveDateTime") or _edge(resource, "start")
        yield from _in_use(found, resource, source, chart, begun)


def read_request(resource: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """A prescription or order: never a dose; it may say that another medicine is in use or planned."""
    found = medicine(resource, chart)
    if found.trouble:
        yield Ignored(source, found.trouble, notice=True)
    elif found.drug:
        yield Ignored(source, f"a request for {found.drug} does not show that it was given", notice=True)
    elif resource.members.get("doNotPerform") is True:
        yield Ignored(source, "it asks not to give the medicine")
    elif why := _not_in_use(resource, chart):
        yield Ignored(source, why, notice=bool(facts_among(found.found, chart.guideline)))
    else:
        yield from _in_use(found, resource, source, chart, moment(resource, "authoredOn"))


def _not_in_use(resource: Element, chart: Chart) -> str:
    """Why an order does not show that its medicine is in use, whatever its status; empty when it may."""
    intent = text(resource, "intent")
    if intent in _SUGGESTED:
        return f"it is only a suggestion (its intent is {shown(intent)}): whether it is used is unknown"
    ends = [_bounds_end(one) for one in parts(resource, "dosageInstruction")]
    over = bool(ends) and all(end is not None and before(end, chart.on) for end in ends)
    return "it ended before the day of the plan" if over else ""


def _bounds_end(dosage: Element) -> Moment | None:
    """The last day of a dosage, if it names one."""
    timing = part(dosage, "timing")
    repeat = part(timing, "repeat") if timing else None
    bounds = part(repeat, "boundsPeriod") if repeat else None
    return moment(bounds, "end") if bounds else None


def read_dispense(resource: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """A supply from the pharmacy: never a dose."""
    found = medicine(resource, chart)
    why = f"a supply of {found.drug} does not show that it was given" if found.drug else UNCODED
    yield Ignored(source, found.trouble or why, notice=why != UNCODED)


# ---------------------------------------------------------------- the dose


def _refusal(found: Medicine, resource: Element, source: Source, done: set[str], given: Moment | None) -> Event | None:
    """Why there is no dose here, if there is none."""
    word = text(resource, "status")
    if found.trouble:
        return Ignored(source, found.trouble, notice=True)
    if found.like and word not in _SILENT:
        return Lookalike(source, found.like, found.words, given.text[:10] if given else "")
    if not found.drug:
        return Ignored(source, UNCODED)
    if word not in done:
        why = f"{found.drug}: its status is {shown(word)}, which is no dose given"
        return Ignored(source, why, notice=word not in _SILENT)
    return None


def _dose(found: Medicine, given: Moment | None, how: tuple[Amount, Read], source: Source, chart: Chart) -> Event:
    """The dose, or why it does not count."""
    if given is None or given.day is None:
        return Ignored(source, f"{found.drug} was given, but on which day is not recorded", notice=True)
    if given.day > chart.on:
        return Ignored(source, f"a dose of {found.drug} is dated after the day of the plan", notice=True)
    (amount, why), (route, other) = how
    if found.compound:
        amount, why = None, "it is that of a compound"
    much, unit = amount or (None, "mg")
    return Given(source, found.drug, given.day, much, route, found.code, why, other, unit)


def _administered(resource: Element) -> Moment | None:
    """The day of an administration; None when it lasted over more than one."""
    start, end = _edge(resource, "start"), _edge(resource, "end")
    if start and end and start.day != end.day:
        return None
    return moment(resource, "effectiveDateTime") or start


def _stated_dose(found: Medicine, resource: Element, source: Source, chart: Chart) -> Event:
    """A statement is a dose only with a day of its own and no word of repetition."""
    dosages = parts(resource, "dosage")
    if part(resource, "effectivePeriod") or any(part(dosage, "timing") for dosage in dosages):
        why = f"it tells that {found.drug} is or was in use, not on which day a dose was given"
        return Ignored(source, why, notice=True)
    only = dosages[0] if len(dosages) == 1 else None
    rates = parts(only, "doseAndRate") if only else []
    amount = (
        amount_of(rates[0], "doseQuantity", chart) if len(rates) == 1 else (None, _SEVERAL if rates else _NO_AMOUNT)
    )
    how = amount, route_of(part(only, "route") if only else None, chart)
    return _dose(found, moment(resource, "effectiveDateTime"), how, source, chart)


def amount_of(within: Element | None, key: str, chart: Chart) -> Amount:
    """The amount in a unit of the guideline's doses, or None and why: a volume or a count is not turned into a mass."""
    quantity = part(within, key) if within else None
    value = number(quantity, "value") if quantity else None
    if quantity is None or value is None:
        return None, _NO_AMOUNT
    if not 0 < value < math.inf or text(quantity, "comparator"):
        return None, "it is not one positive figure"
    found = _unit(quantity, dose_units(chart.guideline))
    return (None, found) if isinstance(found, str) else ((tidy(value * found[1]), found[0]), "")


def _unit(quantity: Element, known: Sequence[str]) -> tuple[str, float] | str:
    """The unit of an amount, among those of the guideline's doses, and its factor; or why it is none.

    The code counts before the unit as written, unless it is of another vocabulary than that of units.
    """
    code, written = text(quantity, "code"), text(quantity, "unit")
    unit = code or written if text(quantity, "system") in (None, UCUM) else written or code
    if not unit:
        return "it has no unit"
    found, other = dosed(unit, known), dosed(written or unit, known)
    if found is None:
        return (
            f"it is in {shown(unit)}, which is no unit of {'mass' if len(known) == 1 else 'a dose'} that is known here"
        )
    if other is not None and other != found:
        return f"its unit is {shown(unit)} and {shown(written)} at once"
    return found


def route_of(concept: Element | None, chart: Chart) -> tuple[str | None, str]:
    """The route by its codes, else by its words; None when they name none, or two, and then what they do say."""
    if concept is None:
        return None, ""
    found = {row.name for row in rows(concept, chart.codes) if row.what == "route"}
    if not found:
        found = {route for one in said_of(concept) if (route := called(one, "route", chart))}
    if len(found) == 1:
        return found.pop(), ""
    said = [*said_of(concept), *(code for _, code in keys(concept))]
    several = f"several routes at once: {', '.join(sorted(found)).replace('_', ' ')}"
    return None, several if found else next((shown(one) for one in said), "")


# ---------------------------------------------------------------- facts that a medicine states


def _in_use(found: Medicine, resource: Element, source: Source, chart: Chart, begun: Moment | None) -> Iterator[Event]:
    """The facts that the guideline codes by a medicine (none of its own drugs) that is in use or ordered."""
    coded = facts_among(found.found, chart.guideline)
    word = text(resource, "status")
    if not coded:
        yield Ignored(source, UNCODED)
    elif word != "active":
        yield Ignored(source, f"its status is {shown(word)}: whether it is used now is unknown")
    elif too_late(begun, chart):
        yield Ignored(source, "it begins after the day of the plan", notice=True)
    else:
        told = ((row, fact, states(row, fact)) for row, fact in coded)
        yield from (Stated(source, f.name, value, row, begun) for row, f, value in told if value is not None)


def _ended(resource: Element, chart: Chart) -> bool:
    end = _edge(resource, "end")
    return end is not None and before(end, chart.on)


def _edge(resource: Element, key: str) -> Moment | None:
    """The start or end of the period that a resource covers."""
    period = part(resource, "effectivePeriod")
    return moment(period, key) if period else None
