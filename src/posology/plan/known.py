"""What is known of a patient on a day: stated facts, dated results and derived facts, each with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from ..expr import evaluate, facts_of
from ..model import All, Dose, Fact, Guideline, Patient, Result, Value
from ..quantity import plain
from . import history


@dataclass(slots=True)
class Known:
    """A patient's facts on one day. ``values`` holds every fact of the guideline; None is unknown.

    ``plain`` are the values before anything was derived from them.
    """

    guideline: Guideline
    patient: Patient
    on: date
    start: date
    doses: tuple[Dose, ...]
    values: dict[str, Value | None] = field(default_factory=dict)
    plain: Mapping[str, Value | None] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    hangs_on: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def known(guideline: Guideline, patient: Patient, on: date) -> Known:
    """Everything that is known, each fact once, the derived ones after their parts."""
    doses, notices = history.counted(guideline, patient, on)
    start = patient.start or history.first(guideline, patient, on) or on
    here = Known(guideline, patient, on, start, doses, notices=[*patient.notices, *notices])
    before = sum(dose.on < start for dose in doses)
    if before:
        many = f"{before} doses" if before > 1 else "One dose"
        here.notices.append(f"{many} before the start ({start}) not counted towards the course that begins there.")
    here.values = dict.fromkeys(guideline.facts)
    _measured(here)
    for name, value in patient.facts.items():
        here.values[name] = here.values[name] if name in here.origins else value
        here.origins.setdefault(name, patient.origins.get(name, "stated"))
    here.plain = dict(here.values)
    for fact in derived(guideline).order:
        _derived(fact, here)
    return here


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived facts in the order in which they can be worked out, and for each fact those that hang on it."""

    order: tuple[Fact, ...]
    above: Mapping[str, frozenset[str]]


@lru_cache(maxsize=16)
def derived(guideline: Guideline) -> Derived:
    """What is derived in a guideline (circles were refused by the reader)."""
    waiting = {f.name: f for f in guideline.facts.values() if f.when or f.course}
    order: list[Fact] = []
    behind: dict[str, frozenset[str]] = {}
    while waiting:
        for fact in [f for f in waiting.values() if not _parts(f, guideline) & waiting.keys()]:
            parts = _parts(fact, guideline)
            behind[fact.name] = parts.union(*(behind.get(name, frozenset()) for name in parts))
            order.append(waiting.pop(fact.name))
    below = frozenset().union(*behind.values())
    return Derived(tuple(order), {name: frozenset(d for d in behind if name in behind[d]) for name in below})


def _parts(fact: Fact, guideline: Guideline) -> frozenset[str]:
    """The facts that a derived one is made of directly."""
    if fact.course.startswith("complete "):
        return frozenset(history.facts_of_course(guideline, fact.course.removeprefix("complete "))) - {fact.name}
    return frozenset(name for expr in (fact.when, fact.always) if expr for name in facts_of(expr))


def with_fact(name: str, value: Value, here: Known) -> Mapping[str, Value | None]:
    """What would be known if this unknown fact were stated as well, derived facts included."""
    patient = replace(here.patient, facts={**here.patient.facts, name: value})
    unreadable = here.plain[name] is None and name in here.origins  # a result that nobody can read, which would win
    values = dict(here.plain) if unreadable else {**here.plain, name: value}
    again = Known(here.guideline, patient, here.on, here.start, here.doses, values)
    for fact in derived(here.guideline).order:
        _derived(fact, again)
    return again.values


def _measured(here: Known) -> None:
    """The newest result of each test, on or before the day, becomes the fact and wins over a stated one."""
    newest: dict[str, Result] = {}
    for result in here.patient.results:
        if result.on <= here.on and (result.test not in newest or result.on >= newest[result.test].on):
            newest[result.test] = _one_of(newest.get(result.test), result)
    later = sum(result.on > here.on for result in here.patient.results)
    if later:
        here.notices.append(f"{later} result{'s' * (later > 1)} dated after {here.on} not used.")
    for name, fact in here.guideline.facts.items():
        if name in newest and name in here.patient.said:
            _overtaken(newest[name], fact, here)
        elif name in newest:
            _use(newest[name], fact, here)


def _overtaken(result: Result, fact: Fact, here: Known) -> None:
    """A result that is older than what was said of it just now."""
    value = here.patient.facts.get(fact.name)
    if value != result.value:
        told = "no longer known" if value is None else say(value, fact)
        was = "unreadable" if result.value is None else say(result.value, fact)
        here.notices.append(
            f"{fact.short} is said now to be {told}; the result of {result.on} ({was}) is older: not used."
        )


def _use(result: Result, fact: Fact, here: Known) -> None:
    """A result as the value of its fact."""
    _differs(here, fact, result.value, f"the result of {result.on}")
    if result.value is None:
        here.notices.append(f"The newest {fact.short} ({result.on}) is unreadable or disagrees with another: unknown.")
    here.values[fact.name] = result.value
    here.origins[fact.name] = here.patient.origins.get(fact.name, f"result {result.on}")


def _one_of(before: Result | None, result: Result) -> Result:
    """The newer result; of two of one day that differ neither, since nothing says which is right."""
    if before is None or before.on < result.on or before.value == result.value:
        return result
    return replace(result, value=None)


def _differs(here: Known, fact: Fact, value: Value | None, source: str) -> None:
    stated = here.patient.facts.get(fact.name)
    if stated is not None and value is not None and stated != value:
        here.notices.append(
            f"{fact.short} is stated as {say(stated, fact)}, but {source} says {say(value, fact)}: that is used."
        )


def say(value: Value, fact: Fact) -> str:
    """A fact's value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.replace("_", " ") if isinstance(value, str) else f"{plain(value)} {fact.unit}"


# ---------------------------------------------------------------- derived facts


def _derived(fact: Fact, here: Known) -> None:
    stated = here.patient.facts.get(fact.name)
    if fact.course == "any dose":
        _settle(fact, True if history.begun(here.guideline, here.patient, here.on) else None, True, here)
    elif fact.course == "other drug":
        _settle(fact, history.other_drug(here.guideline, here.doses), False, here)
    elif fact.course:
        value, asks, notice = history.complete(fact, here.guideline, here.doses, here.start, here.on, here.values)
        if stated is None:
            here.hangs_on[fact.name] = asks
            here.notices += [notice] if notice else []
            _settle(fact, value, False, here)
        elif stated is False and value is True:
            here.notices.append(f"{fact.short} is stated as no, although the doses on record complete it.")
    else:
        _from_parts(fact, stated, here)


def _from_parts(fact: Fact, stated: Value | None, here: Known) -> None:
    """A stated value wins, unless `always` holds; a difference is noticed."""
    always = evaluate(fact.always, here.values.get) if fact.always else None
    parts = True if always else evaluate(fact.when, here.values.get) if fact.when else None
    _settle(fact, parts, always is True, here)
    if not always and stated is False and parts is True:
        here.notices.append(f"{fact.short} is stated as no, although {_reasons(fact, here)}: the stated no is used.")
    elif stated is True and parts is False:
        here.notices.append(f"{fact.short} is stated as yes, although every part of it is no: the stated yes is used.")


def _reasons(fact: Fact, here: Known) -> str:
    """The parts of a derived fact that are not no, in words."""
    told = [(here.guideline.facts[name], here.values.get(name)) for name in facts_of(fact.when or All(()))]
    return ", ".join(f"{part.short} is {say(value, part)}" for part, value in told if value)


def _settle(fact: Fact, value: Value | None, wins: bool, here: Known) -> None:
    """Puts a derived value in, over a stated one only when it wins."""
    stated = here.patient.facts.get(fact.name)
    if value is None or (stated is not None and not wins):
        return
    if stated is not None and stated != value:
        here.notices.append(
            f"{fact.short} is stated as {say(stated, fact)}, but the other facts say {say(value, fact)}: that is used."
        )
    elif stated is not None:
        return
    here.values[fact.name] = value
    here.origins[fact.name] = "derived"
